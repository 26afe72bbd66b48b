/** What stands on record for numbers, and what changed since: the two routes that pages live on. */
import {
  changesAnswer,
  changesQuery,
  checkAnswer,
  checkRequest,
  type Facts,
  type Reason,
  type Stamp,
} from "../../shared/check/api.ts";
import { blockOf, holder, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { sayReason, textsFor } from "../../shared/texts/check/verdicts.ts";
import { type Decision, decide, decideReadings, unknownFor } from "../../shared/check/verdict.ts";
import { spend } from "./budget.ts";
import {
  type BlockRow,
  broughtBy,
  type ConsentRow,
  counts,
  lookedUpFor,
  lookupsOf,
  type LookupRow,
  placeOf,
  type SuppressionRow,
} from "./fact-rows.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/routes.ts";
import { currentPolicy, latestPolicy, policyFor, type PolicyRow, readPolicy } from "../policy/current.ts";
import { lookUp } from "../lookups/ask.ts";
import type { Wanted } from "../lookups/queue.ts";
import { body, json, room, route } from "../core/route.ts";
import { DAY } from "../../shared/time.ts";

/** Most numbers that one answer of changes names; more, and the page starts afresh. */
const MAX_CHANGES = 2000;

const selectSeq = "SELECT MAX(seq) AS seq FROM audit";

/** Facts for any numbers, with the state they were read from: one D1 round trip. */
export async function factsOf(db: D1Database, numbers: readonly string[]) {
  const ids = JSON.stringify([...new Set(numbers)].map(numberOf));
  const now = Date.now();
  const [seq, policyRows, heads, blocks, suppressions, consents, answers, queue, days] = (await db.batch([
    db.prepare(selectSeq),
    db.prepare(latestPolicy),
    db.prepare(selectHeads),
    db
      .prepare(
        `SELECT id % 64 AS list, id / 64 AS block, data FROM blocks
         WHERE id IN (SELECT b.block * 64 + l.num FROM (SELECT DISTINCT value / 10000 AS block FROM json_each(?)) b, lists l)`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT number, kind, reason, at, until FROM suppressions
         WHERE ended_at IS NULL AND number IN (SELECT value FROM json_each(?)) ORDER BY at`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT number, basis, given_at AS givenAt, until FROM consents
         WHERE withdrawn_at IS NULL AND number IN (SELECT value FROM json_each(?)) ORDER BY given_at`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT number, list, listed, MAX(at) AS at FROM lookups
         WHERE number IN (SELECT value FROM json_each(?)) GROUP BY number, list`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT source, number, tries FROM lookup_queue
         WHERE source IN (SELECT source FROM lookup_turns) AND number IN (SELECT value FROM json_each(?))`,
      )
      .bind(ids),
    db
      .prepare("SELECT source, asked FROM lookup_days WHERE day = ?")
      .bind(new Date(now).toISOString().slice(0, 10)),
  ])) as [
    D1Result<{ seq: number }>,
    D1Result<PolicyRow>,
    D1Result<HeadRow>,
    D1Result<BlockRow>,
    D1Result<SuppressionRow>,
    D1Result<ConsentRow>,
    D1Result<LookupRow>,
    D1Result<{ source: string; number: number; tries: number }>,
    D1Result<{ source: string; asked: number }>,
  ];
  const { version, policy } = readPolicy(policyRows.results[0]);
  const lists = heads.results.map(toHead);
  const stamp: Stamp = { seq: seq.results[0]?.seq ?? 0, policy: version, lists };

  const data = new Map(blocks.results.map((b) => [b.block * 64 + b.list, holder(b.data)]));
  const said = new Map(answers.results.map((a) => [`${a.number} ${a.list}`, a]));
  const holding = (n: number) =>
    heads.results.filter((h) =>
      h.lookup === null
        ? data.get(blockOf(n) * 64 + h.num)?.(offsetOf(n))
        : said.get(`${n} ${h.num}`)?.listed === 1,
    );
  const { graceDays } = policy.screening;
  const since =
    graceDays === 0
      ? new Map<string, string>()
      : await newlyListed(
          db,
          numbers.map(numberOf).flatMap((n) => holding(n).map((h): Listing => [n, h.num])),
          new Date(Date.now() - (graceDays + 1) * DAY).toISOString().slice(0, 10),
        );
  const entries = Map.groupBy(suppressions.results, (s) => s.number);
  const agreed = Map.groupBy(consents.results, (s) => s.number);
  const tries = new Map(queue.results.map((q) => [`${q.source} ${q.number}`, q.tries]));
  const spent = new Set(
    days.results.filter((d) => d.asked >= policy.screening.lookupsPerDay).map((d) => d.source),
  );
  const numOf = new Map(heads.results.map((h) => [h.id, h.num]));
  /** When each register's source was last asked about a number. */
  const askedAt = (n: number) =>
    new Map(
      [...numOf].flatMap(([id, num]) => {
        const answer = said.get(`${n} ${num}`);
        return answer ? [[id, answer.at] as const] : [];
      }),
    );
  const facts = (e164: string): Facts => {
    const n = numberOf(e164);
    const place = placeOf(e164);
    const due = lookedUpFor(place.region, lists, policy);
    return {
      e164,
      ...place,
      lists: holding(n).map((h) => {
        const from = since.get(`${n} ${h.num}`);
        const asOf = h.lookup === null ? h.asOf : said.get(`${n} ${h.num}`)?.at.slice(0, 10);
        return { id: h.id, asOf: asOf ?? "", ...(from === undefined ? {} : { since: from }) };
      }),
      ...lookupsOf(
        due,
        askedAt(n),
        ({ lookup }) => {
          const failures = tries.get(`${lookup} ${n}`);
          if (failures !== undefined) return failures > 0 ? "failed" : "asking";
          return spent.has(lookup!) ? "budget" : undefined;
        },
        policy,
        now,
      ),
      suppressions: (entries.get(n) ?? []).map(({ number: _, ...s }) => s),
      consents: (agreed.get(n) ?? []).map(({ number: _, ...s }) => s),
    };
  };
  /** Of these numbers those about which a source is to be asked: there is no answer that counts. */
  const wanted = (): Wanted[] =>
    lists.every((l) => l.lookup === undefined)
      ? []
      : [...new Set(numbers)].flatMap((e164) => {
          const at = askedAt(numberOf(e164));
          return lookedUpFor(placeOf(e164).region, lists, policy)
            .filter((l) => !at.has(l.id) || !counts(at.get(l.id)!, l, policy, now))
            .map((l) => ({ number: e164, list: l.id, source: l.lookup! }));
        });
  return { stamp, policy, facts, wanted };
}

type Listing = [number: number, list: number];

/**
 * Of listings, those that a version brought whose forerunner is of `from` or later, with that forerunner's date. A
 * list's first version has none: what it holds is old.
 */
async function newlyListed(db: D1Database, listings: Listing[], from: string): Promise<Map<string, string>> {
  const { results } = await db
    .prepare(
      `SELECT u.id / 67108864 AS block, v.list, u.data, p.as_of AS since
       FROM (SELECT DISTINCT
               (json_extract(value, '$[0]') / 10000 << 26) | (json_extract(value, '$[1]') << 20) AS first
             FROM json_each(?1)) k
       JOIN block_undo u ON u.id BETWEEN k.first AND k.first + 1048575
       JOIN versions v ON v.list = (u.id >> 20) & 63 AND v.ver = u.id & 1048575
       JOIN versions p ON p.list = v.list AND p.ver = v.parent
       WHERE MAX(v.as_of, p.as_of) >= ?2 ORDER BY v.ver DESC`,
    )
    .bind(JSON.stringify(listings), from)
    .all<{ block: number; list: number; data: string; since: string }>();
  const since = new Map<string, string>();
  const undo = Map.groupBy(
    results.map((r) => ({ ...r, holds: holder(r.data) })),
    (r) => r.block * 64 + r.list,
  );
  for (const [n, list] of listings) {
    const row = broughtBy(undo.get(blockOf(n) * 64 + list)?.filter((r) => r.holds(offsetOf(n))) ?? []);
    if (row && row.since >= from) since.set(`${n} ${list}`, row.since);
  }
  return since;
}

export const check = room();

check.openapi(
  route({
    method: "post",
    path: "/v1/check",
    roles: "everyone",
    summary:
      "Facts, verdict and reasons for 1 to 1,000 numbers in any written form, in input order; for agents so many an hour",
    request: { body: body(checkRequest) },
    responses: { 200: json(checkAnswer) },
  }),
  async (c) => {
    const { numbers, region: asked, purpose } = c.req.valid("json");
    // The default region is policy: asked for only where the request does not say and some number needs it.
    const region =
      asked ??
      (numbers.every((n) => n.startsWith("+"))
        ? "GB"
        : (await currentPolicy(c.env.DB)).policy.numbers.defaultRegion);
    const read = numbers.map((input) => ({ input, ...toE164(input, region) }));
    const wanted = read.flatMap((r) => (r.e164 === null ? (r.readings ?? []) : [r.e164]));
    const [first] = await Promise.all([factsOf(c.env.DB, wanted), spend(c, new Set(numbers).size)]);
    const lookedUp = await lookUp(c, first.wanted(), first.policy);
    const { stamp, policy, facts } = lookedUp ? await factsOf(c.env.DB, wanted) : first;
    const now = Date.now();
    const context = { policy, lists: stamp.lists, now, purpose };
    const texts = textsFor(c.req.header("accept-language"));
    // An answer says the same few sentences a thousand times.
    const spoken = new Map<string, string>();
    const speak = (reason: Reason) => {
      const key = `${reason.code} ${reason.list} ${reason.asOf}`;
      const text = spoken.get(key) ?? sayReason(texts, reason, stamp.lists);
      spoken.set(key, text);
      return { ...reason, text };
    };
    const results = read.map(({ input, e164, ext, readings }) => {
      const own = e164 === null ? null : facts(e164);
      const decision: Decision = own
        ? decide(own, context)
        : readings && readings.length > 0
          ? decideReadings(readings.map((r) => decide(facts(r), context)))
          : unknownFor("not-a-number");
      return {
        input,
        e164,
        ...(ext === undefined ? {} : { ext }),
        ...(own === null && readings ? { readings } : {}),
        verdict: decision.verdict,
        reasons: decision.reasons.map(speak),
        facts: own,
      };
    });
    return c.json({ at: new Date(now).toISOString(), stamp, results }, 200);
  },
);

check.openapi(
  route({
    method: "get",
    path: "/v1/changes",
    roles: "everyone",
    summary:
      "What changed since a stamp's seq: numbers, lists, the policy. Cheap, asked every 45 s by pages in view",
    request: { query: changesQuery },
    responses: { 200: json(changesAnswer) },
  }),
  async (c) => {
    const { since } = c.req.valid("query");
    const db = c.env.DB;
    const [seqRow, floorRow, policyRow, heads, rows] = (await db.batch([
      db.prepare(selectSeq),
      db.prepare("SELECT CAST(value AS INTEGER) AS seq FROM marks WHERE name = 'changes-floor'"),
      db.prepare(latestPolicy),
      db.prepare(selectHeads),
      db.prepare("SELECT kind, ref FROM changes WHERE seq > ? LIMIT ?").bind(since, MAX_CHANGES + 1),
    ])) as [
      D1Result<{ seq: number }>,
      D1Result<{ seq: number }>,
      D1Result<PolicyRow>,
      D1Result<HeadRow>,
      D1Result<{ kind: "number" | "list" | "policy"; ref: string }>,
    ];
    const seq = seqRow.results[0]?.seq ?? 0;
    const { version, policy } = readPolicy(policyRow.results[0]);
    const changes = rows.results;
    // Ahead of us: the page speaks of a database that was restored since.
    const reset = since > seq || since < (floorRow.results[0]?.seq ?? 0) || changes.length > MAX_CHANGES;
    const refs = (kind: string) => [...new Set(changes.filter((r) => r.kind === kind).map((r) => r.ref))];
    return c.json(
      {
        at: new Date().toISOString(),
        seq,
        stamp: { seq, policy: version, lists: heads.results.map(toHead) },
        reset,
        numbers: reset ? [] : refs("number"),
        lists: reset ? [] : refs("list"),
        ...(reset || refs("policy").length > 0 ? { policy: policyFor(c.get("actor")!.role, policy) } : {}),
      },
      200,
    );
  },
);
