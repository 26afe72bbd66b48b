/**
 * Lists of numbers that a dialler may call: those of the connected CRMs' contacts that would pass the gate, judged as they are asked
 * for, signed, and for as long as policy lets an answer stand. What the clock
 * and the calls so far say (hours, holidays, caps, rests) is left out: it is judged at each call.
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
import { callableEn as t } from "../../shared/texts/connectors/callable.en.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import { asks, chargeScreened } from "../check/budget.ts";
import { factsOf, type FactsRead } from "../check/facts.ts";
import { logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { sealInAddress, unsealInAddress } from "../core/seal.ts";
import type { Env } from "../env.ts";
import { currentPolicy, wantKind } from "../policy/current.ts";
import { disclosed } from "../policy/disclosed.ts";
import { wantExport } from "../policy/egress.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";
import { signedWith, signer } from "../trail/signer.ts";

/** What a cursor is sealed for. The place in it is a number, which may be barred: nobody else gets to know it, nor their own dialler. */
const purposeOf = (asker: string): string => `callable cursor of ${asker}`;

/** Throws connector-key. */
const cursorOf = (env: Env, asker: string, place: number): Promise<string> =>
  // All are of one length.
  sealInAddress(env, purposeOf(asker), { place: String(place).padStart(16, "0") });

/** Throws connector-key, and `invalid` where it is no cursor of this asker's. */
async function placeOf(env: Env, asker: string, cursor: string): Promise<number> {
  const opened = await unsealInAddress(env, purposeOf(asker), cursor);
  if (opened) return Number(opened["place"]);
  throw new Problem("invalid", undefined, [{ path: "after", message: t.noNext }]);
}

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
      "Calling hours, holidays, caps on calls and rests after a refusal are left out: they are judged at each call",
    request: { query: callableQuery },
    responses: { 200: json(callableDocument, "In its canonical form (RFC 8785)") },
  }),
  async (c) => {
    const { campaign, after, limit } = c.req.valid("query");
    const actor = c.get("actor")!;
    const db = c.env.DB;
    const key = await signer(c.env).catch(() => null);
    if (!key) throw new Problem("signing-key");
    await wantExport(c.env);
    const asked = Date.now();
    const { results } = await db.prepare(selectHeads).all<HeadRow>();
    const before = (await currentPolicy(db)).policy;
    wantKind(before, campaign);
    const days = rescreenDaysOf(results.map(toHead), before);
    const since = new Date(asked - days * DAY).toISOString();
    const place = after === undefined ? 0 : await placeOf(c.env, actor.id, after);
    const found = await numbersAfter(db, place, since, limit);
    await chargeScreened(c.env, actor, found.length);
    const numbers = found.map(e164Of);
    const now = Date.now();
    const read = await factsOf(c.env, numbers);
    const { stamp, policy } = read;
    wantKind(policy, campaign);
    const until = standsUntil(now, policy, stamp.lists);
    const list: CallableList = {
      format: "cleardial-callable v1",
      ...{ company: policy.identity.company, campaign },
      ...{ at: new Date(now).toISOString(), until: new Date(until).toISOString() },
      policy: stamp.policy,
      lists: stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf })),
      numbers: passing(numbers, read, campaign, now, until),
      judged: numbers.length,
      next: found.length < limit ? null : await cursorOf(c.env, actor.id, found.at(-1)!),
    };
    const document: CallableDocument = { list, ...(await signedWith(key, canonical(list))) };
    const n = list.numbers.length;
    const payload = {
      campaign,
      judged: list.judged,
      numbers: n,
      at: list.at,
      until: list.until,
      sha256: document.sha256,
    };
    await logRead(c, "callable", payload, "", n === 0 ? [] : [disclosed("export", "", "callable", n, now)]);
    return c.body(canonical(document), 200, { "content-type": "application/json" }) as never;
  },
);
