/**
 * From the version before a CRM's numbers had the day on which a run first found them, and before set-ups were tried; and back to
 * it.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { letGo, take } from "../../../worker/connectors/changes/rows.ts";
import { keepFlags } from "../../../worker/connectors/flags/flags.ts";
import type { Flags } from "../../../worker/connectors/flags/state.ts";
import type { Row } from "../../../worker/connectors/judge.ts";
import type { ConnectorRow, RunRow } from "../../../worker/connectors/rows.ts";
import { beginning } from "../../../worker/connectors/run.ts";
import { known } from "../../../worker/connectors/slice-rows.ts";
import { prepare } from "../../../worker/core/sql.ts";
import { migrationsBefore } from "../helpers.ts";

const insertOfBefore = (record: string) =>
  env.DB.prepare(
    `INSERT INTO connector_numbers (connector, run, written_at, object, record, field, place, number, verdict)
     VALUES (1, 1, '2026-11-01T00:00:00.000Z', 'Contact', ?, 'phone', 0, 442079460701, 'clear')`,
  )
    .bind(record)
    .run();
beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0080"));
  await env.DB.exec(
    "INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at) VALUES (1, 'c1', 'rest', 'CRM', '{}', '{}', '', 'x', '2026-11-01')",
  );
  for (const [num, tried, runs] of [
    [2, "2026-10-02", ["2026-10-03 done"]],
    [3, "2026-10-02", ["2026-10-03 failed"]],
    [4, "2026-11-02", ["2026-10-03 done"]],
    [5, null, ["2026-10-03 done"]],
  ] as const) {
    const changed = num === 2 ? "2026-11-01" : "2026-11-02";
    await env.DB.prepare(
      `INSERT INTO connectors (num, id, kind, name, setup, way, secret, tried_at, by, at)
       VALUES (?1, 'c' || ?1, 'rest', 'CRM', '{"settings":{}}', '{}', '', ?2, 'x', ?3)`,
    )
      .bind(num, tried, changed)
      .run();
    for (const said of runs)
      await env.DB.prepare(
        `INSERT INTO connector_runs (id, connector, trial, state, by, at, moved_at, finished_at) VALUES (?1, ?2, 0, ?3, 'x', ?4, ?4, ?4)`,
      )
        .bind(`${num} ${said}`, num, said.split(" ")[1], said.split(" ")[0])
        .run();
  }
  await insertOfBefore("old");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

/** What a run finds, committed as its slice is. */
async function run(num: number, record: string, at: string): Promise<void> {
  const [row, of] = [{ num: 1 }, { num }] as unknown as [ConnectorRow, RunRow];
  const found: Row[] = [["Contact", record, "phone", 0, 442079460701, "clear"]];
  await env.DB.batch(known(row, of, [], found, at).map((statement) => prepare(env.DB, statement)));
}
const sinceOf = async (record: string) =>
  (await env.DB.prepare("SELECT since, run FROM connector_numbers WHERE record = ?").bind(record).first())!;

it("a number of before has no day, also after later runs; a new one has the day of the first", async () => {
  await run(2, "old", "2026-11-20T00:00:00.000Z");
  await run(2, "new", "2026-11-20T00:00:00.000Z");
  await run(3, "new", "2026-11-21T00:00:00.000Z");
  expect(await sinceOf("old")).toEqual({ since: null, run: 2 });
  expect(await sinceOf("new")).toEqual({ since: "2026-11-20T00:00:00.000Z", run: 3 });
});

it("an older Worker goes on on the new table", async () => {
  await insertOfBefore("later");
  expect(await sinceOf("later")).toEqual({ since: null, run: 1 });
});

it("a run of before screened; an older Worker stores records beside their flags, and takes a reading of flags for a trial", async () => {
  const { results } = await env.DB.prepare("SELECT DISTINCT reads FROM connector_runs").all();
  expect(results).toEqual([{ reads: 0 }]);
  const flags = { "*": { by: "ours", at: "2026-11-20T00:00:00.000Z" } } as const;
  const row = { num: 1 } as ConnectorRow;
  const keep = async (its: Flags) =>
    env.DB.batch(keepFlags(row, 4, [["Contact", "old", its]]).map((one) => prepare(env.DB, one)));
  const kept = async () =>
    env.DB.prepare("SELECT said, source FROM connector_records WHERE record = 'old'").first();
  await keep(flags);
  // As it stored what is known of a record.
  await env.DB.prepare(
    `INSERT INTO connector_records (connector, run, object, record, seen, further, source, since, notice, read_at)
     VALUES (1, 4, 'Contact', 'old', NULL, NULL, 'a fair', '', '', NULL)
     ON CONFLICT DO UPDATE SET run = excluded.run, source = excluded.source`,
  ).run();
  expect(await kept()).toEqual({ said: JSON.stringify(flags), source: "a fair" });
  await keep({});
  expect(await kept()).toEqual({ said: "{}", source: "a fair" });
  const { statements } = beginning("system", { ...row, setup: "{}" }, "reads", Date.now());
  await env.DB.batch(statements.map((one) => prepare(env.DB, one)));
  const begun = await env.DB.prepare(
    "SELECT trial, screening, reads FROM connector_runs ORDER BY num DESC",
  ).first();
  expect(begun).toEqual({ trial: 1, screening: null, reads: 1 });
});

it("a set-up with which a run was done is not tried again; another is", async () => {
  const { results } = await env.DB.prepare("SELECT num, proved FROM connectors ORDER BY num").all();
  expect(results).toEqual([
    { num: 1, proved: null },
    { num: 2, proved: '{"settings":{}}' },
    ...[3, 4, 5].map((num) => ({ num, proved: null })),
  ]);
});

it("changes are read from the last run of before on, never beside a run, and go with the connector", async () => {
  const done = "2026-11-10T00:00:00.000Z";
  const at = Date.parse("2026-11-29T10:00:00.000Z");
  await env.DB.exec("DELETE FROM connector_runs WHERE connector = 1");
  expect(await take(env.DB, { num: 1, doneAt: done, at: done }, at)).toMatchObject({
    ...{ upto: done, since: "2026-11-09T23:55:00.000Z", cursor: null, heard: null },
  });
  // Somebody reads.
  expect(await take(env.DB, { num: 1, doneAt: done, at: done }, at)).toBeNull();
  await letGo(env.DB, 1);
  // As an earlier Worker begins one.
  await env.DB.prepare(
    "INSERT INTO connector_runs (id, connector, trial, by, at, moved_at) VALUES ('of before', 1, 0, 'x', ?1, ?1)",
  )
    .bind(done)
    .run();
  await expect(take(env.DB, { num: 1, doneAt: done, at: done }, at)).rejects.toThrow("connector_run_goes");
  await env.DB.batch([
    env.DB.prepare("DELETE FROM connector_runs WHERE connector = 1"),
    env.DB.prepare("DELETE FROM connectors WHERE num = 1"),
  ]);
  expect((await env.DB.prepare("SELECT * FROM connector_changes").all()).results).toEqual([]);
});
