/**
 * Lists of numbers that a dialler may call: those of the connected CRMs' contacts that would pass the gate, judged as they are asked
 * for, signed, and for as long as policy lets an answer stand. Calling hours are left out: they are judged at each call.
 */
import {
  callableDocument,
  callableQuery,
  type CallableDocument,
  type CallableList,
  type CallableQuery,
} from "../../shared/connectors/api-callable.ts";
import { standsUntil } from "../../shared/connectors/stands.ts";
import { DAY } from "../../shared/core/time.ts";
import { handling } from "../../shared/check/override.ts";
import { decide } from "../../shared/check/verdict.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { rescreenDaysOf } from "../../shared/registers/age.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import { asks, chargeScreened } from "../check/budget.ts";
import { factsOf, type FactsRead } from "../check/facts.ts";
import { logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { currentPolicy } from "../policy/current.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";
import { signedWith, signer } from "../trail/signer.ts";

/** A cursor is a number in this base: it is no number to dial. */
const BASE = 36;

/**
 * The next numbers of CRMs that are switched on, in their order: as runs of `since` (ISO 8601) or later found them, and of those alone
 * that have one reading.
 */
async function numbersAfter(db: D1Database, after: number, since: string, limit: number): Promise<number[]> {
  const { results } = await db
    .prepare(
      `SELECT n.number FROM connector_numbers n
       CROSS JOIN connectors c ON c.num = n.connector AND c.active = 1
       CROSS JOIN connector_runs r ON r.num = n.run AND r.at >= ?2
       WHERE n.number > ?1 AND NOT EXISTS (SELECT 1 FROM connector_numbers o
         WHERE o.connector = n.connector AND o.object = n.object AND o.record = n.record AND o.field = n.field
           AND o.place = n.place AND o.number <> n.number)
       GROUP BY n.number ORDER BY n.number LIMIT ?3`,
    )
    .bind(after, since, limit)
    .all<{ number: number }>();
  return results.map(({ number }) => number);
}

/** Of some numbers those that pass without asking anybody, and do so until just before `until`. */
function passing(
  numbers: readonly string[],
  { stamp, policy, facts }: FactsRead,
  purpose: CallableQuery["campaign"],
  now: number,
  until: number,
): string[] {
  const at = (moment: number) => (e164: string) => {
    const context = { policy, lists: stamp.lists, now: moment, purpose, anyTime: true as const };
    return handling(decide(facts(e164), context), policy) === "pass";
  };
  return numbers.filter(at(now)).filter(at(until - 1));
}

export const callable = room();

callable.openapi(
  route({
    method: "get",
    path: "/v1/callable",
    roles: [],
    scopes: ["callable"],
    asks: asks.screened,
    summary:
      "Numbers of the connected CRMs' contacts that a dialler may call for a kind of campaign: judged now, signed, until a moment. " +
      "Calling hours are left out: they are judged at each call",
    request: { query: callableQuery },
    responses: { 200: json(callableDocument, "In its canonical form (RFC 8785)") },
  }),
  async (c) => {
    const { campaign, after, limit } = c.req.valid("query");
    const actor = c.get("actor")!;
    const db = c.env.DB;
    const key = await signer(c.env).catch(() => null);
    if (!key) throw new Problem("signing-key");
    const asked = Date.now();
    const { results } = await db.prepare(selectHeads).all<HeadRow>();
    const days = rescreenDaysOf(results.map(toHead), (await currentPolicy(db)).policy);
    const since = new Date(asked - days * DAY).toISOString();
    const found = await numbersAfter(db, after === undefined ? 0 : parseInt(after, BASE), since, limit);
    await chargeScreened(c.env, actor, found.length);
    const numbers = found.map(e164Of);
    const now = Date.now();
    const read = await factsOf(c.env, numbers);
    const { stamp, policy } = read;
    const until = standsUntil(now, policy, stamp.lists);
    const list: CallableList = {
      format: "cleardial-callable v1",
      ...{ company: policy.identity.company, campaign },
      ...{ at: new Date(now).toISOString(), until: new Date(until).toISOString() },
      policy: stamp.policy,
      lists: stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf })),
      numbers: passing(numbers, read, campaign, now, until),
      judged: numbers.length,
      next: found.length < limit ? null : found.at(-1)!.toString(BASE),
    };
    const document: CallableDocument = { list, ...(await signedWith(key, canonical(list))) };
    await logRead(c, "callable", {
      ...{ campaign, judged: list.judged, numbers: list.numbers.length },
      ...{ at: list.at, until: list.until, sha256: document.sha256 },
    });
    return c.body(canonical(document), 200, { "content-type": "application/json" }) as never;
  },
);
