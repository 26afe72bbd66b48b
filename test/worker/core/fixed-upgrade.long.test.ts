/** Migration 0026: rows of before it stay as they are, and a Worker of before goes on with them. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { dump, migrationsBefore, migrationsSince, newTeam } from "../helpers.ts";
import { ask, enter } from "../privacy-requests/kit.ts";

const tables = ["consents", "consent_uses", "suppressions", "duties", "request_links"] as const;
const rows = async () =>
  Object.fromEntries(await Promise.all(tables.map(async (t) => [t, await dump(t)] as const)));
let before: Record<string, unknown[]>;
let officer: string;
const NUMBERS = ["+442079460701", "+442079460702", "+442079460703"] as const;
const run = (statement: string) => env.DB.prepare(statement).run();

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0026"));
  const tokens = await newTeam();
  officer = tokens.compliance;
  for (const number of NUMBERS) {
    await run(
      `INSERT INTO consents (id, number, kind, basis, given_by, given_at, evidence, caller, calls, medium, product, words, how,
         proof, state, by, at)
       SELECT 'c${number}', ${number.slice(1)}, 'notification', 'service', 'J. Doe', '2026-10-01T00:00:00Z', '', '', '["general"]',
         'call', '', 'Do ring', 'telephone', 'recording 7', 'review', id, '2026-10-01T00:00:00.000Z'
       FROM people WHERE role = 'agent'`,
    );
    await run(
      `INSERT INTO suppressions (id, number, kind, reason, source, by, at)
       VALUES ('s${number}', ${number.slice(1)}, 'house', 'busy', 'agent', 'x', '2026-11-01T00:00:00.000Z')`,
    );
  }
  // What the Worker of before wrote by itself: a reviewed consent, its use, an entry that is over, a second round of a duty.
  await run(
    `UPDATE consents SET state = 'good', review = 'ok', reviewed_at = '2026-11-01T00:00:00.000Z',
       reviewed_by = (SELECT id FROM people WHERE role = 'compliance')
     WHERE number = 442079460701`,
  );
  await run(
    "UPDATE suppressions SET ended_at = '2026-11-01T00:00:00.000Z', ended_by = 'x', ended_reason = 'x' WHERE number = 442079460701",
  );
  await env.DB.batch(
    ["a", "b"].map((id) =>
      env.DB.prepare(
        `INSERT INTO requests (id, ref, kind, channel, state, name, number, days, received_on, decide_by, by, at)
         VALUES (?1, ?1, 'access', 'post', 'open', 'Dora', 442079460701, 30, '2026-11-01', '2026-12-01', 'p', '2026-11-01')`,
      ).bind(id),
    ),
  );
  await run(
    `INSERT INTO duties (id, request, kind, round, due, made_at, met_on, met_at, by) VALUES
       ('a.tell.1', 'a', 'tell', 1, '2026-11-20', 'x', '2026-11-10', 'x', 'p'), ('a.tell.2', 'a', 'tell', 2, '2026-11-20', 'x', NULL, NULL, NULL)`,
  );
  await run(
    "INSERT INTO request_links (hash, request, scope, until, at) VALUES ('h', 'a', 'whole', '2099-01-01', '2026-11-01')",
  );
  await run(
    `INSERT INTO consent_uses (consent, ref, at, what) SELECT id, 'dial:1', '2026-11-01', 'attempt' FROM consents
     WHERE number = 442079460701`,
  );
  before = await rows();
  await applyD1Migrations(env.DB, migrationsSince("0026"));
});

it("keeps every row; a link of before is the requester's own", async () => {
  const after = await rows();
  for (const table of tables) {
    expect(before[table]!.length, table).toBeGreaterThan(0);
    expect(after[table], table).toEqual(
      before[table]!.map((row) => expect.objectContaining(row as object) as unknown),
    );
  }
  expect(after["request_links"]).toEqual([expect.objectContaining({ hash: "h", handed: 0 })]);
});

it("a Worker of before still ends entries, reviews and withdraws consents, and meets duties", async () => {
  await run(
    `UPDATE suppressions SET ended_at = '2026-11-02', ended_by = 'x', ended_reason = 'x'
     WHERE number = 442079460702 AND ended_at IS NULL`,
  );
  await run(
    `UPDATE consents SET state = 'good', review = 'ok', reviewed_at = '2026-11-02T00:00:00.000Z',
       reviewed_by = (SELECT id FROM people WHERE role = 'compliance') WHERE number = 442079460702`,
  );
  await run(
    "UPDATE consents SET withdrawn_at = '2026-11-02' WHERE number = 442079460703 AND withdrawn_at IS NULL",
  );
  await run("UPDATE consent_uses SET what = 'talked'");
  await run("UPDATE duties SET met_on = '2026-11-02', met_at = 'x', by = 'p' WHERE id = 'a.tell.2'");
  await run(
    "INSERT INTO request_links (hash, request, scope, until, at) VALUES ('i', 'b', 'page', '2099-01-01', 'x')",
  );
});

it("what is over stays over, also what was before", async () => {
  await expect(run("UPDATE suppressions SET ended_at = NULL WHERE number = 442079460701")).rejects.toThrow(
    "suppression_fixed",
  );
  await expect(
    run(
      "INSERT OR REPLACE INTO duties (id, request, kind, round, due, made_at) VALUES ('z', 'a', 'tell', 2, '2099-01-01', 'x')",
    ),
  ).rejects.toThrow("request_moved");
  expect(await dump("duties")).toContainEqual(
    expect.objectContaining({ id: "a.tell.2", met_on: "2026-11-02" }),
  );
});

it("requests of before get their duties, new ones have theirs", async () => {
  await makeDuties(env, Date.now());
  expect(await dump("duties")).toContainEqual(
    expect.objectContaining({ request: "b", kind: "decide", met_at: null }),
  );
  const ids = [
    await enter(officer),
    (await ask({ kind: "complaint", name: "C", address: "1 Road", text: "Night." })).id,
  ];
  for (const request of ids)
    expect(await dump("duties")).toContainEqual(expect.objectContaining({ request }));
});
