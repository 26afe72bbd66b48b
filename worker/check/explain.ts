/** The explanation of one number's verdict: by which rules, which sources, and what is on record. */
import * as z from "zod";
import {
  explainAnswer,
  type ExplainAnswer,
  type ExplainedRule,
  explainQuery,
} from "../../shared/check/api-explain.ts";
import { becauseOf, explainedRule } from "../../shared/check/explain.ts";
import { openingOf } from "../../shared/check/opening.ts";
import { type Context, decide, decidingKind } from "../../shared/check/verdict.ts";
import type { Facts, Stamp } from "../../shared/check/api.ts";
import { around } from "../../shared/core/calendar.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { regions } from "../../shared/law/regions.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { sayReason, textsFor } from "../../shared/texts/check/verdicts.ts";
import { logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import { lookUp } from "../lookups/ask.ts";
import { currentPolicy } from "../policy/current.ts";
import { asks } from "./budget.ts";
import { knownAt } from "./facts-at.ts";
import { factsOf } from "./facts.ts";
import { placeOf } from "./rows.ts";

export const explain = room();

/** A moment this close to now is no past one: two clocks may differ. */
const NOW = MINUTE;

interface Known {
  facts: Facts;
  context: Context;
  stamp: Stamp | null;
}

explain.openapi(
  route({
    method: "get",
    path: "/v1/explain/{e164}",
    roles: "everyone",
    scopes: ["check"],
    asks: asks.one,
    summary:
      "The verdict on a number with the rule, the source and the record behind each reason; now, on a later day, or (for " +
      "the office, logged on the trail) at a past moment",
    request: { params: z.object({ e164: z.string().max(100) }), query: explainQuery },
    responses: { 200: json(explainAnswer) },
  }),
  async (c) => {
    const { at: asked, as, medium } = c.req.valid("query");
    const { policy: current } = await currentPolicy(c.env.DB);
    const number = parseNumber(c.req.valid("param").e164, current.numbers.defaultRegion);
    const clock = Date.now();
    const at = asked === undefined ? clock : momentOf(asked, number, zoneOfPolicy(current));
    const past = at < clock - NOW;
    if (past && c.get("actor")!.role === "agent") throw new Problem("role-not-allowed", details.explainPast);
    if (past) await logRead(c, "explain", { number, at: new Date(at).toISOString() });

    const read = async (): Promise<Known> => {
      if (past) return { ...(await knownAt(c.env.DB, number, at)), stamp: null };
      const first = await factsOf(c.env, [number]);
      const lookedUp = await lookUp(c, first.wanted(), first.policy);
      const { stamp, policy, facts } = lookedUp ? await factsOf(c.env, [number]) : first;
      return { facts: facts(number), context: { policy, lists: stamp.lists, now: at }, stamp };
    };
    const { facts, context: under, stamp } = await read();
    const context: Context = { ...under, purpose: as, medium };
    const { verdict, reasons } = decide(facts, context);
    const { says, shows } = openingOf(facts, context);
    const texts = textsFor(c.req.header("accept-language"));
    const answer: ExplainAnswer = {
      number,
      at: new Date(at).toISOString(),
      as: decidingKind(context, { verdict }, (one) => decide(facts, one)),
      medium: medium ?? "call",
      ...{ past, verdict },
      reasons: reasons.map((reason) => ({
        ...reason,
        text: sayReason(texts, reason, context.lists),
        because: becauseOf(reason, { facts, context }),
      })),
      facts,
      opening: [...says].map(([duty, ids]) => ({ duty, rules: rulesOf(ids) })),
      presents: [...shows].map(([what, ids]) => ({ shows: what, rules: rulesOf(ids) })),
      stamp,
    };
    return c.json(answer, 200);
  },
);

const rulesOf = (ids: readonly string[]): ExplainedRule[] => ids.flatMap((id) => explainedRule(id) ?? []);

/** A moment, or noon of a day where the number is: the company's own may be outside the hours there. */
function momentOf(at: string, number: string, ours: string): number {
  if (at.includes("T")) return Date.parse(at);
  const { region, zones } = placeOf(number);
  const zone = zones?.[0] ?? regions[region ?? ""]?.timeZones[0] ?? ours;
  return Date.parse(around(at, "12:00", 0, zone)[0]);
}
