/**
 * What a proof tells of answers of look-up sources, recordings and requests is compared with the trail: the database's owner drops
 * the triggers, alters a column that is told, and puts the triggers back.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { AlteredRow } from "../../../shared/proof/api-events.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { factDiffers } from "../../../shared/proof/bound-row.ts";
import { isCompared } from "../../../shared/proof/compared.ts";
import { commitmentOf } from "../../../shared/trail/chain.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { lookupsBound } from "../../../worker/lookups/bound.ts";
import { alteredOf } from "../../../worker/proof/altered.ts";
import { makeProof } from "../../../worker/proof/routes.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { archivesOf } from "../../../worker/trail/rows.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { insertTurned } from "../../../worker/watching/bound.ts";
import { asOwner, aTeam, DAY, MONTH } from "../helpers.ts";
import { done } from "../privacy-requests/kit.ts";
import { arrive, sample } from "../recordings/kit.ts";
import { run } from "../trail/kit.ts";
import { made, NUMBER } from "./kit.ts";

const tokens = aTeam();
/** In mid-month: what follows in the next days is archived with it. */
const NOON = (() => {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10, 12);
})();
const dayOf = (n: number) => new Date(NOON + n * DAY).toISOString().slice(0, 10);
const by = { id: "x", name: "X", role: "admin" as const };
const proofOf = async (from = 0, to = from) =>
  (await makeProof(env, by, { from: dayOf(from), to: dayOf(to), number: NUMBER }, Date.now()))
    .proof as NumberProof;
const told = ({ events }: NumberProof) => events.map(({ what }) => what);

/** As worker/lookups/ask.ts writes an answer; that has doubles of sources. */
const answered = (id: string, at: string) =>
  record(env, {
    actor: "system",
    event: { code: "lookup.answered", subject: "data8", payload: { at, numbers: 1, listed: 1 } },
    statements: [
      insertBound(lookupsBound, [
        { id, number: Number(NUMBER.slice(1)), list: 1, at, listed: 1, source: "data8" },
      ]),
    ],
  });

const refs: Record<string, string> = {};
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  // There are answers of before: of a table without any, none counts as one.
  await run(
    "INSERT INTO lookups (number, list, at, listed, source) VALUES (442079460001, 2, ?, 1, 'data8')",
    new Date(NOON - 4 * DAY).toISOString(),
  );
  await adopt(env);
  await run("DELETE FROM lookups");
  refs["recordings"] = await arrive(env, tokens.admin, sample({ number: NUMBER }));
  // Its call is on record as well, and is another test's.
  await asOwner(["calls"], () => run("DELETE FROM calls"));
  const { id } = await made<{ id: string }>("POST", "/v1/requests/entries", tokens.compliance, {
    ...{ kind: "access", name: "Dora Data", email: "dora@example.com", number: NUMBER },
    ...{ channel: "email", receivedOn: dayOf(0) },
  });
  refs["requests"] = refs["request_states"] = id;
  refs["lookups"] = "an-answer";
  const change = { from_verdict: "clear", to_verdict: "blocked", list: "tps", version: 3, as_of: dayOf(0) };
  vi.setSystemTime(NOON + 500);
  await record(env, {
    actor: "system",
    event: { code: "watch.turned", subject: "", payload: { turned: [] } },
    statements: insertTurned(
      [442079460001, Number(NUMBER.slice(1)), 442079460002].map((number) => ({
        number,
        reason: "tps",
        ...change,
      })),
      new Date().toISOString(),
    ),
  });
  refs["turned"] = (await env.DB.prepare("SELECT batch || '/1' AS ref FROM turned").first("ref"))!;
  vi.setSystemTime(NOON + 1000);
  await answered("an-answer", new Date().toISOString());
});
afterAll(() => {
  vi.useRealTimers();
});

it("each is quoted with the event that binds it, which is what the proof tells", async () => {
  const { events, trail, altered } = await proofOf();
  expect(events.map(({ what, ref }) => [what, ref])).toEqual([
    ["recording", refs["recordings"]],
    ["request", refs["requests"]],
    ["turned", refs["turned"]],
    ["lookup", "an-answer"],
  ]);
  expect(altered).toEqual([]);
  const rows = new Map(trail.rows.map((row) => [row.seq, row]));
  for (const event of events) {
    expect(isCompared(event, rows), event.what).toBe(true);
    const bound = event.rows.map((seq) => rows.get(seq)!).filter((row) => row.bound);
    expect(bound).toHaveLength(event.what === "request" ? 2 : 1);
    for (const row of bound) {
      expect(factDiffers(event, row, NUMBER)).toBeNull();
      expect(row.commitment).toBe(commitmentOf(row.salt!, row.payload!));
    }
  }
});

/** What the database's owner writes, of each column that a proof tells. */
const bends: [table: string, set: string][] = [
  ["lookups", "listed = 0"],
  ["lookups", "source = 't2a'"],
  ["lookups", "at = '2026-01-01T00:00:00.000Z'"],
  ["recordings", "direction = 'inbound'"],
  ["recordings", "started_at = '2026-01-01T00:00:00.000Z'"],
  ["requests", "received_on = '2026-01-01'"],
  ["requests", "kind = 'objection'"],
  ["turned", "from_verdict = 'caution'"],
  ["turned", "reason = 'objection'"],
  ["turned", "at = '2026-01-01T00:00:00.000Z'"],
  ["request_states", "state = 'investigating'"],
  ["request_states", "decide_by = '2099-01-01'"],
  ["request_states", "decision = 'deny', decided_on = '2026-01-01'"],
];
/** SQL: whose key is a parameter. */
const own = (table: string) => (table === "turned" ? "batch || '/' || place = ?" : "id = ?");
const keyOf = (table: string) => (table === "request_states" ? "requests" : table);
/** Does it, asks, and puts the row back. */
async function bent<T>(table: string, set: string, ask: () => Promise<T>): Promise<T> {
  const real = keyOf(table);
  await run("DROP TABLE IF EXISTS aside");
  await run(`CREATE TABLE aside AS SELECT * FROM ${real} WHERE ${own(table)}`, refs[table]!);
  const columns = Object.keys((await env.DB.prepare("SELECT * FROM aside").first())!);
  await asOwner([real], () => run(`UPDATE ${real} SET ${set} WHERE ${own(table)}`, refs[table]!));
  const answer = await ask();
  await asOwner([real], () =>
    run(
      `UPDATE ${real} SET ${columns.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", ")}
       WHERE ${own(table)}${table === "lookups" ? " OR id IS NULL" : ""}`,
      refs[table]!,
    ),
  );
  return answer;
}
const named = (rows: readonly AlteredRow[]) => rows.map(({ table, ref, how }) => [table, ref, how]);

it.each(bends)("of %s, %s: it is named, and not told", async (table, set) => {
  const proof = await bent(table, set, () => proofOf());
  expect(named(proof.altered!)).toEqual([[table, refs[table], "other"]]);
  const what = { lookups: "lookup", recordings: "recording", turned: "turned" }[table] ?? "request";
  expect(told(proof)).toEqual(["recording", "request", "turned", "lookup"].filter((one) => one !== what));
});

it("an answer that is made to look as if nothing had ever bound it is known to no row of the trail", async () => {
  const set = "listed = 0, id = NULL, code = NULL, salt_high = NULL, salt_low = NULL";
  const proof = await bent("lookups", set, () => proofOf());
  expect(named(proof.altered!)).toEqual([
    ["lookups", expect.stringMatching(/^list 1 at/) as string, "unknown"],
  ]);
  expect(told(proof)).toEqual(["recording", "request", "turned"]);
});

it("an answer from before rows were bound is told, as one that was compared with nothing", async () => {
  const at = new Date(NOON - 3 * DAY).toISOString();
  await run(
    "INSERT INTO lookups (number, list, at, listed, source) VALUES (?, 2, ?, 1, 'data8')",
    ...[Number(NUMBER.slice(1)), at],
  );
  const { events, altered, trail } = await proofOf(-3);
  expect([told({ events } as NumberProof), altered]).toEqual([["lookup"], []]);
  expect(isCompared(events[0]!, new Map(trail.rows.map((row) => [row.seq, row])))).toBe(false);
  await run("DELETE FROM lookups WHERE at = ?", at);
});

describe("a request that went on", () => {
  beforeAll(async () => {
    await run("DROP TABLE IF EXISTS earlier");
    await run("CREATE TABLE earlier AS SELECT * FROM requests WHERE id = ?", refs["requests"]!);
    vi.setSystemTime(NOON + 2 * DAY);
    await done(tokens.compliance, refs["requests"]!, "identity", { step: "clear", how: "known to us" });
  });
  const state = ({ events }: NumberProof) =>
    events.find((event) => event.what === "request") as { state: string } | undefined;

  it("and was put back: of a day before it was so, and is named; of a later day nothing is told of it", async () => {
    const columns = Object.keys((await env.DB.prepare("SELECT * FROM requests").first())!);
    await run("DROP TABLE IF EXISTS later");
    await run("CREATE TABLE later AS SELECT * FROM requests");
    const put = (from: string) =>
      asOwner(["requests"], () =>
        run(`UPDATE requests SET ${columns.map((name) => `${name} = (SELECT ${name} FROM ${from})`).join()}`),
      );
    await put("earlier");
    const [before, after] = [await proofOf(1), await proofOf(2)];
    expect([state(before)?.state, before.altered]).toMatchObject([
      "open",
      [{ table: "request_states", how: "earlier", told: true }],
    ]);
    expect([state(after), after.altered]).toMatchObject([undefined, [{ how: "earlier", told: false }]]);
    await put("later");
    expect((await proofOf(2)).altered).toEqual([]);
  });

  it("archived, each is compared as before, also where there are more archives than are searched for later states", async () => {
    vi.setSystemTime(NOON + 3 * MONTH);
    await archiveMonths(env, Date.now());
    const span = { start: `${dayOf(0)}T00:00:00.000Z`, end: `${dayOf(1)}T00:00:00.000Z` };
    const found = async (objects?: number) => {
      const now = new Date().toISOString();
      return alteredOf(env, await startOf(env), NUMBER, { ...span, now }, objects);
    };
    expect((await found()).unread).toEqual([]);
    expect((await found(0)).unread).toHaveLength(1);
    expect((await found(0)).rows).toEqual([]);
    for (const [table, set] of [bends[0]!, bends[3]!, bends[7]!])
      for (const objects of [undefined, 0])
        expect(named((await bent(table, set, () => found(objects))).rows)).toEqual([
          [table, refs[table], "other"],
        ]);
    // One that cannot be read may have what binds them: they were compared with nothing, and are no inventions.
    const { key } = (await archivesOf(env.DB))[0]!;
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    expect(await found(0)).toMatchObject({ rows: [], unread: [expect.any(Array)] });
    await env.ARCHIVE.put(key, bytes);
    const proof = await proofOf();
    const rows = new Map(proof.trail.rows.map((row) => [row.seq, row]));
    expect(proof.events.map((event) => isCompared(event, rows))).toEqual([true, true, true, true]);
  });
});
