/** Verifies the chain, archived rows included, and names the first row that does not hold. */
import { type Head, verifyAnswer, type VerifyAnswer, verifyQuery } from "../../shared/trail/api.ts";
import { auditFaults } from "../../shared/texts/trail/faults.en.ts";
import { faultOf, type KeptRow, SAYS_NOTHING } from "../../shared/trail/chain.ts";
import { fill } from "../../shared/texts/language.ts";
import { BOUND } from "../core/bound.ts";
import { dialsBound } from "../dials/bound.ts";
import type { Env } from "../env.ts";
import { json, room, route } from "../core/route.ts";
import { alteredSince } from "./deep.ts";
import { lostEnds, strayHeads } from "./end.ts";
import { headIn } from "./head-files.ts";
import { erasedOf, dueUntil } from "./erased.ts";
import { pages, Unreadable } from "./rows.ts";
import { isSecond, type Known, type Origin, startOf } from "./start.ts";

/** Most rows a request: a few seconds of work. */
const MOST = 20_000;
/** And most rows that bind a dial in all its fields, which takes longer. */
const MOST_BOUND = 2000;
/** And most heads that are compared with the bucket. */
const HEADS = 200;

type Fault = keyof typeof auditFaults;

/**
 * Verifies the rows after row `after`, whose hash was `head`: recomputes each hash, each code under the Worker's key and each
 * commitment whose payload is still kept, and compares dials and published heads. `next` is set if more rows remain. `most` and
 * `now` for tests.
 */
export async function verify(
  env: Env,
  after = 0,
  head = "genesis",
  most = MOST,
  now = Date.now(),
): Promise<VerifyAnswer> {
  const broken = (length: number, hash: string, fault: Fault): VerifyAnswer => ({
    ok: false,
    length,
    head: hash,
    next: null,
    brokenAt: length + 1,
    why: auditFaults[fault],
  });
  const start = await startFault(env, after, head);
  if (start) return { ...broken(after, head, start), brokenAt: after };

  const known = await startOf(env);
  const payloadsDue = await dueUntil(env.DB, now, "auditPayloadMonths");
  const origin: Partial<Record<Origin, number>> = {};
  const heads = await publishedHeads(env.DB, after);
  const published = new Map(heads.map(({ seq, hash }) => [seq, hash]));
  const enough = heads[HEADS]?.seq ?? Infinity;
  /** What a step has walked holds, if the bucket's heads say so too. */
  const holds = async (length: number, hash: string, next: number | null): Promise<VerifyAnswer> => {
    const other = await otherInBucket(
      env,
      heads.filter(({ seq }) => seq <= length),
    );
    if (other) return broken(other.seq - 1, hash, "head");
    if (next === null) {
      const [gone] = await lostEnds(env);
      if (gone)
        return { ...broken(length, hash, "end"), brokenAt: gone.first, why: fill(auditFaults.end, gone) };
      if ((await strayHeads(env)).length > 0) return broken(length, hash, "cut");
      const outside = await firstOutside(env.DB);
      if (outside !== null) return { ...broken(length, hash, "outside"), brokenAt: outside };
    }
    const { before, returned, lost } = origin;
    const said = { ...(before && { before }), ...(returned && { returned }), ...(lost && { lost }) };
    return { ok: true, length, head: hash, next, ...(Object.keys(said).length > 0 && { origin: said }) };
  };
  let [length, hash] = [after, head];
  let bound = 0;
  try {
    for await (const page of pages(env, after)) {
      const { checked, altered } = await alteredSince(env, page.rows);
      bound += checked;
      const silent = await silentIn(env, known, page.rows, { payloadsDue, now });
      for (const row of page.rows) {
        const from = known.originOf(row);
        const fault =
          faultOf(length, hash, row) ??
          (from === "forged" ? "forged" : null) ??
          (isSecond(known, row) ? "second" : null) ??
          (altered.has(row.seq) ? "payload" : null) ??
          (silent.has(row.seq) ? "silent" : null);
        origin[from] = (origin[from] ?? 0) + 1;
        if (fault) return broken(length, hash, fault);
        if ((published.get(row.seq) ?? row.hash) !== row.hash) return broken(length, hash, "head");
        [length, hash] = [row.seq, row.hash];
      }
      if (page.ends) {
        const { archive, intact, isDated } = page.ends;
        if (length !== archive.lastSeq) return broken(length, hash, "missing");
        if (!intact || hash !== archive.lastHash)
          return broken(Math.max(after, archive.firstSeq - 1), hash, "object-altered");
        if (!isDated) return broken(Math.max(after, archive.firstSeq - 1), hash, "object-times");
      }
      if (length - after >= most || bound >= MOST_BOUND || length >= enough)
        return await holds(length, hash, length);
    }
    if ([...published.keys()].some((seq) => seq > length)) return broken(length, hash, "cut");
    return await holds(length, hash, null);
  } catch (error) {
    if (error instanceof Unreadable) return broken(length, hash, error.fault);
    throw error;
  }
}

/** The first row of the database that a walk along the trail does not come by: before it, or where its rows are archived. */
const firstOutside = (db: D1Database): Promise<number | null> =>
  db
    .prepare(
      `SELECT MIN(seq) AS seq FROM (SELECT MIN(seq) AS seq FROM audit WHERE seq < 0
       UNION ALL SELECT MIN(seq) FROM audit WHERE seq BETWEEN 1 AND (SELECT MAX(last_seq) FROM audit_archives))`,
    )
    .first<number>("seq");

/** Which rows lack their payload, though its time is not over and no request had it erased. */
async function silentIn(
  env: Env,
  known: Known,
  rows: readonly KeptRow[],
  { payloadsDue, now }: { payloadsDue: number; now: number },
): Promise<Set<number>> {
  // What a dial is about, its own row says; and of nothing, nothing is missing.
  const without = rows.filter(
    (row) =>
      row.payload === null &&
      row.commitment !== SAYS_NOTHING &&
      row.code !== BOUND &&
      !dialsBound.codes.includes(row.code) &&
      Date.parse(row.at) >= payloadsDue &&
      known.originOf(row) === "ours",
  );
  if (without.length === 0) return new Set();
  const nameOf = ({ seq }: KeptRow) => `audit_payload/${seq}`;
  const { found, hidden } = await erasedOf(env, known, without.map(nameOf), new Date(now).toISOString());
  const isGone = (name: string) => found.has(name) || hidden.has(name);
  return new Set(without.filter((row) => !isGone(nameOf(row))).map(({ seq }) => seq));
}

/** The first of these heads that is another in the bucket, where its owner cannot write. */
async function otherInBucket(env: Env, heads: readonly PublishedHead[]): Promise<PublishedHead | null> {
  const there = await Promise.all(heads.map(({ day }) => headIn(env, day)));
  const differs = ({ seq, hash }: PublishedHead, left: PublishedHead | null | undefined) =>
    left !== null && left !== undefined && (left.seq !== seq || left.hash !== hash);
  return heads.find((head, i) => differs(head, there[i])) ?? null;
}

/** Checks that row `after` has the given hash, as otherwise the result would say nothing about the rows before. */
async function startFault(env: Env, after: number, head: string): Promise<Fault | null> {
  if (after === 0) {
    const first = await env.DB.prepare(
      "SELECT 1 FROM audit WHERE seq = 0 AND code = 'genesis' AND hash = 'genesis' AND prev = ''",
    ).first();
    return first !== null && head === "genesis" ? null : "genesis";
  }
  const archived = await env.DB.prepare("SELECT last_hash AS hash FROM audit_archives WHERE last_seq = ?")
    .bind(after)
    .first<{ hash: string }>();
  if (archived) return archived.hash === head ? null : "start";
  try {
    for await (const { rows } of pages(env, after - 1))
      return rows[0]?.seq === after && rows[0].hash === head ? null : "start";
  } catch (error) {
    if (error instanceof Unreadable) return error.fault;
    throw error;
  }
  return "missing";
}

type PublishedHead = Pick<Head, "day" | "seq" | "hash">;

const publishedHeads = async (db: D1Database, after: number): Promise<PublishedHead[]> =>
  (
    await db
      .prepare("SELECT day, seq, hash FROM heads WHERE seq > ? ORDER BY seq, day")
      .bind(after)
      .all<PublishedHead>()
  ).results;

export const verification = room();

verification.openapi(
  route({
    method: "get",
    path: "/v1/audit/verify",
    roles: ["compliance", "admin"],
    summary: "Verifies the chain, up to about 20,000 rows a request, and names the first broken row",
    request: { query: verifyQuery },
    responses: { 200: json(verifyAnswer) },
  }),
  async (c) => {
    const { after, head } = c.req.valid("query");
    return c.json(await verify(c.env, after, head), 200);
  },
);
