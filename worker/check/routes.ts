/** The check: numbers in any written form come in, the facts and the verdict of each go out. */
import { checkAnswer, checkRequest, type Reason } from "../../shared/check/api.ts";
import { decide, decideReading, numbersOf } from "../../shared/check/verdict.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { sayReason, textsFor } from "../../shared/texts/check/verdicts.ts";
import { body, json, room, route } from "../core/route.ts";
import { lookUp } from "../lookups/ask.ts";
import { currentPolicy } from "../policy/current.ts";
import { asks, chargeReadings } from "./budget.ts";
import { factsOf } from "./facts.ts";

export const check = room();

check.openapi(
  route({
    method: "post",
    path: "/v1/check",
    roles: "everyone",
    scopes: ["check"],
    asks: asks.numbers,
    summary: "Facts, verdict and reasons for 1 to 1,000 numbers in any written form, in input order",
    request: { body: body(checkRequest) },
    responses: { 200: json(checkAnswer) },
  }),
  async (c) => {
    const { numbers, region: asked, purpose, medium } = c.req.valid("json");
    // The policy is read only where the request names no region and some number needs one.
    const region =
      asked ??
      (numbers.every((n) => n.startsWith("+"))
        ? "GB"
        : (await currentPolicy(c.env.DB)).policy.numbers.defaultRegion);
    const read = numbers.map((input) => ({ input, ...toE164(input, region) }));
    const wanted = read.flatMap(numbersOf);
    await chargeReadings(c, new Set(wanted).size - new Set(numbers).size);
    const first = await factsOf(c.env, wanted);
    const lookedUp = await lookUp(c, first.wanted(), first.policy);
    const { stamp, policy, facts } = lookedUp ? await factsOf(c.env, wanted) : first;
    const now = Date.now();
    const context = { policy, lists: stamp.lists, now, purpose, medium };
    const texts = textsFor(c.req.header("accept-language"));
    // An answer repeats the same few sentences for a thousand numbers.
    const spoken = new Map<string, string>();
    const speak = (reason: Reason) => {
      const key = `${reason.code} ${reason.list} ${reason.asOf}`;
      const text = spoken.get(key) ?? sayReason(texts, reason, stamp.lists);
      spoken.set(key, text);
      return { ...reason, text };
    };
    const results = read.map(({ input, e164, ext, readings }) => {
      const own = e164 === null ? null : facts(e164);
      const { verdict, reasons } = decideReading({ e164, readings }, (n) => decide(own ?? facts(n), context));
      return {
        input,
        e164,
        ...(ext === undefined ? {} : { ext }),
        ...(own === null && readings ? { readings } : {}),
        verdict,
        reasons: reasons.map(speak),
        facts: own,
      };
    });
    return c.json({ at: new Date(now).toISOString(), stamp, results }, 200);
  },
);
