/** From the schema before holds, proposals, templates, named records and ties were bound (migrations 0059 and 0060), and back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adopt } from "../../../worker/trail/adopt.ts";
import { dump } from "../helpers.ts";
import { deepOf } from "./kit.ts";

const tables = [
  "recording_holds",
  "proposal_states",
  "letter_templates",
  "suppression_records",
  "people_held",
  "tokens_held",
];
const at = "2026-10-01T09:00:00.000Z";
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const recording = (id: string) =>
  `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region,
     erase_after, rule, months, announced, purpose, by, at)
   VALUES ('${id}', 'dialler', '${id}', '${id}', 442079460000, 'ann@example.com', 'outbound', '${at}', '2026-10-01', 1, 'r2', '${id}', 'GB',
     '2027-10-01', 'retention', 12, 1, 'quality', 'ada', '${at}')`;
/** What a Worker of before writes of each: the statements name `n`, so that it may write again. */
const written = (n: number) => [
  `INSERT INTO people (id, name, email, role, created_at) VALUES ('bob${n}', 'Bob', 'bob${n}@example.com', 'admin', '${at}')`,
  `INSERT INTO tokens (id, person, hash, device, created_at) VALUES ('t${n}', 'bob${n}', 'h${n}', '', '${at}')`,
  `INSERT INTO tokens_held (token, by, at) VALUES ('t${n}', 'ada', '${at}')`,
  recording(`r${n}`),
  recording(`s${n}`),
  ...["r", "s"].map(
    (of) =>
      `INSERT INTO recording_holds (id, recording, reason, review_on, by, at) VALUES ('h${of}${n}', '${of}${n}', 'a claim', '2099-01-01', 'ada', '${at}')`,
  ),
  `UPDATE recording_holds SET released_at = '${at}', released_by = 'ada', released_why = 'x' WHERE id = 'hs${n}'`,
  ...["p", "q"].map(
    (id) => `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at)
      VALUES ('${id}${n}', 'policy', 0, '[]', '[]', '', 'ada', '["admin"]', '${at}', '2999')`,
  ),
  `UPDATE proposals SET state = 'refused', settled_by = 'ada', settled_at = '${at}' WHERE id = 'q${n}'`,
  `INSERT INTO letter_templates (kind, version, text, by, at) VALUES ('identity', ${n}, 'Who?', 'ada', '${at}')`,
  `INSERT INTO suppressions (id, number, kind, reason, source, by, at, scope) VALUES ('e${n}', 44207946000${n}, 'objection', 'x', 'agent', 'ada', '${at}', 'person')`,
  `INSERT INTO suppression_records (suppression, connector, object, record) VALUES ('e${n}', 1, 'contacts', '7')`,
];

it("rows of before stay as they are and are bound once; an older Worker goes on writing", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0059"),
  );
  await exec(
    `INSERT INTO people (id, name, email, role, created_at) VALUES ('ada', 'Ada', 'ada@example.com', 'admin', '${at}')`,
    `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at) VALUES (1, 'crm', 'rest', 'CRM', '{}', 'header', '', 'x', '${at}')`,
    ...written(1),
  );
  const names = [
    "recording_holds",
    "proposals",
    "letter_templates",
    "suppression_records",
    "people_held",
    "tokens_held",
  ];
  const before = await Promise.all(names.map(dump));
  expect(before.map((rows) => rows.length)).toEqual([2, 2, 1, 1, 1, 1]);
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await Promise.all(names.map(dump))).toMatchObject(before);
  // Not adopted yet: an older Worker's rows are from before as well.
  await exec(...written(2));
  expect(await deepOf(tables)).toEqual({ found: [], bound: { every: 0, none: 16 } });
  await adopt(env);
  expect(await deepOf(tables)).toEqual({ found: [], bound: { every: 16, none: 0 } });
  // Back at an older Worker: it writes as ever, and what it wrote is named until an officer says that it was this.
  await exec(...written(3));
  const { found } = await deepOf(tables);
  expect(new Set(found.map((one) => one.split(" ")[0]))).toEqual(new Set(tables));
});

it("what the triggers refused they refuse", async () => {
  for (const [text, refusal] of [
    ["UPDATE proposals SET why = 'x' WHERE id = 'q1'", "proposal_fixed"],
    ["UPDATE proposals SET settled_by = 'bob1' WHERE id = 'q1'", "proposal_fixed"],
    ["UPDATE proposals SET effect = 'x' WHERE id = 'p1'", "proposal_fixed"],
    ["DELETE FROM proposals", "proposal_fixed"],
    ["UPDATE people_held SET by = 'x'", "people_held"],
    ["UPDATE people_held SET ended_at = NULL", "people_held"],
    ["DELETE FROM people_held", "people_held"],
    ["UPDATE tokens_held SET by = 'x'", "tokens_held"],
    ["DELETE FROM tokens_held", "tokens_held"],
    ["UPDATE recordings SET state = 'erasing' WHERE id = 'r1'", "recording_held"],
  ] as const)
    await expect(exec(text), text).rejects.toThrow(refusal);
});
