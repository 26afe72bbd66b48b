/**
 * From the version before (migration 0172), whose objects have no sieve and which keeps less of them apart: nothing of the trail changes by
 * it, each page has what it had, and a Worker of before, deployed again, goes on behind objects that left after three days.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { LinkedRow } from "../../../../shared/trail/chain.ts";
import { record } from "../../../../worker/core/commit.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archivedPage } from "../../../../worker/trail/archived/page.ts";
import { makeSieves } from "../../../../worker/trail/archived/sieves.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { archivesBehind, keepLast } from "../../../../worker/trail/events.ts";
import { DAY, dump, migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { run, walk } from "../kit.ts";

/** What fills an object here. */
const ROWS = 4;
const all = async () => (await dump("audit")) as unknown as LinkedRow[];
const archives = async () => (await dump("audit_archives")) as { first_seq: number; last_seq: number }[];
const sieves = async () =>
  ((await dump("audit_sieves")) as { first_seq: number }[]).map(({ first_seq }) => first_seq);
/** Rows of the archive by a filter, from all of its pages. */
async function found(want: { code?: string; subject?: string }): Promise<number[]> {
  const none = { code: null, actor: null, subject: null, from: "", until: "9000" };
  const seqs: number[] = [];
  for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null;) {
    const page = await archivedPage(env, { ...none, ...want }, next, 3);
    seqs.push(...page.rows.map(({ seq }) => seq));
    next = page.next;
  }
  return seqs.sort((a, b) => a - b);
}
/** Everything that a page may be asked for, by what the trail has and has had. */
async function allFound(): Promise<void> {
  const last = (await archives()).at(-1)!.last_seq;
  const archived = rows.filter(({ seq }) => seq > 0 && seq <= last);
  const seqsOf = (is: (row: LinkedRow) => boolean) => archived.filter(is).map(({ seq }) => seq);
  for (const code of new Set(archived.map((row) => row.code)))
    expect(await found({ code }), code).toEqual(seqsOf((row) => row.code === code));
  for (const subject of new Set(archived.map((row) => row.subject)))
    expect(await found({ subject }), subject).toEqual(seqsOf((row) => row.subject === subject));
}
/** The trail as it was written; rows leave the database, never this. */
let rows: LinkedRow[] = [];
async function look(): Promise<void> {
  const known = new Set(rows.map(({ seq }) => seq));
  rows = [...rows, ...(await all()).filter(({ seq }) => !known.has(seq))].sort((a, b) => a.seq - b.seq);
}
const write = async (count: number) => {
  for (let n = 0; n < count; n++)
    await record(env, {
      actor: "system",
      event: { code: `test.${n % 3}`, subject: `of ${n}`, payload: null },
      statements: [],
    });
};
/** What a Worker of before keeps apart in the step in which it archives. */
async function archivedBefore(now: number): Promise<void> {
  await look();
  const kept = new Set(((await dump("last_bound")) as { row: string }[]).map(({ row }) => row));
  await archiveMonths(env, now, ROWS);
  for (const { row } of (await dump("last_bound")) as { row: string }[])
    if (!kept.has(row) && /^(proposals|proposal_states|recording_looks|erase)\//.test(row))
      await run("DELETE FROM last_bound WHERE row = ?", row);
  await look();
}
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0172"));
  await newTeam();
  await adopt(env);
  await write(3 * ROWS);
  vi.setSystemTime(Date.now() + 9 * DAY);
  await archivedBefore(Date.now());
});
afterAll(() => vi.useRealTimers());

it("nothing of the trail changes by it, and a page has what it had", async () => {
  const [before, kept] = [await archives(), await dump("last_bound")];
  expect(before.length).toBeGreaterThan(3);
  await applyD1Migrations(env.DB, migrationsSince("0172"));
  expect([await archives(), await dump("last_bound"), await sieves()]).toEqual([before, kept, []]);
  await allFound();
  expect(await walk()).toMatchObject({ ok: true });
});

it("its objects get theirs by the first runs", async () => {
  await keepLast(env);
  await makeSieves(env);
  expect(await sieves()).toEqual((await archives()).map(({ first_seq }) => first_seq));
  await allFound();
  expect(await walk()).toMatchObject({ ok: true });
});

it("a Worker of before goes on behind what left after three days, and the next one with what that made", async () => {
  await write(3 * ROWS);
  await look();
  vi.setSystemTime(Date.now() + 4 * DAY);
  await archiveMonths(env, Date.now(), ROWS);
  await makeSieves(env);
  const ours = await archives();
  expect(await sieves()).toEqual(ours.map(({ first_seq }) => first_seq));
  // It keeps no sieve, and reads each object; what it asks of the copies of events is as it left them.
  await write(3 * ROWS);
  vi.setSystemTime(Date.now() + 9 * DAY);
  await archivedBefore(Date.now());
  await keepLast(env);
  expect((await archives()).length).toBeGreaterThan(ours.length + 2);
  expect(await sieves()).toEqual(ours.map(({ first_seq }) => first_seq));
  for (const table of ["consents", "owners", "asked", "recipients_before"])
    expect(await archivesBehind(env, table), table).toEqual({ left: [], unread: [] });
  expect(await walk()).toMatchObject({ ok: true });
  await allFound();
  await makeSieves(env);
  expect(await sieves()).toEqual((await archives()).map(({ first_seq }) => first_seq));
  await allFound();
});
