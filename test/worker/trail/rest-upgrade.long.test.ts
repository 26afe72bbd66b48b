/** From the schema before holds, proposals, templates, named records and ties were bound (migrations 0059 and 0060), and back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adopt } from "../../../worker/trail/adopt.ts";
import { dump } from "../helpers.ts";
import { deepOf } from "./kit.ts";
import { olderRest, olderStart } from "./older.ts";

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
const written = (n: number) => olderRest(n, at);

it("rows of before stay as they are and are bound once; an older Worker goes on writing", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0059"),
  );
  await exec(...olderStart(at), ...written(1));
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
