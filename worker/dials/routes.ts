/** The evidence of dials: what the page decided and did, and what the Worker decides when the dial arrives. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import type { Context } from "hono";
import type * as z from "zod";
import type { App } from "../env.ts";
import { dialRequest, dialSchema } from "../../shared/dials/api.ts";
import { problemSchema } from "../../shared/api.ts";
import { isCanaryAlone } from "../../shared/canary/number.ts";
import { parseDialAddress } from "../../shared/dials/address.ts";
import { lineRegionOf } from "../../shared/dials/line.ts";
import { withheld } from "../../shared/dials/withheld.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { finalReason, handling, mayBeOverridden, overrideBases } from "../../shared/check/override.ts";
import type { Facts } from "../../shared/check/api.ts";
import {
  type Context as Judging,
  type Decision,
  decide,
  decideDial,
  decidingKind,
} from "../../shared/check/verdict.ts";
import { DAY } from "../../shared/core/time.ts";
import { newSalt } from "../core/change.ts";
import type { Actor, Env } from "../env.ts";
import { commit } from "../core/commit.ts";
import { asks, chargeReadings } from "../check/budget.ts";
import { factsWith } from "../check/facts.ts";
import { restedOn } from "../do-not-call/brief.ts";
import { usedOf } from "../do-not-call/uses.ts";
import { closedByKey } from "./closed/words.ts";
import { type Dial, dialByKey, insertDial, seenBy } from "./rows.ts";
import { readDialled, stored } from "./read.ts";
import { dialNow, TRIES } from "./row-number.ts";
import { sightingsOf } from "./sightings.ts";
import { type Known, knownNow, knownThen } from "./late.ts";
import { countProbe } from "./canary/probes.ts";
import { madeBy } from "./made.ts";
import { documentOf, Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";

type DialRequest = z.infer<typeof dialRequest>;

/**
 * The Worker's own decision on a dial, by what was on record when it was made or, where that was just now, as it arrives; with
 * the state that it read, and the call that it is of. `again`: its numbers were counted before.
 */
async function decideDialled(c: Context<App>, dial: DialRequest, again: boolean) {
  const current = (await currentPolicy(c.env.DB)).policy;
  const lineRegion = lineRegionOf(current);
  const hidden = withheld(dial.number, lineRegion);
  const written = hidden?.rest ?? dial.number;
  const { defaultRegion } = current.numbers;
  const { line, texts, known, e164, page, numbers } = readDialled(
    written,
    dial.e164,
    lineRegion,
    defaultRegion,
  );
  // Nobody has it: there is no call to keep evidence of. Beside another number it counts as any does.
  if (isCanaryAlone(dial.number, numbers)) {
    await countProbe(c, dial.host);
    throw new Problem("canary");
  }
  // The route has counted one: a string that may be several numbers tells of each.
  if (!again) await chargeReadings(c, numbers.length - 1);
  const medium = mediumOf(dial.via, current);
  const layer = dial.layer ?? "page";
  const who = c.get("actor")!.id;
  // What another layer saw of this very call counts against no call.
  const looking = sightingsOf({ number: e164, layer, medium, who, at: Date.parse(dial.at) });
  const { read, found: call } = await factsWith(c.env, numbers, looking);
  const now = knownNow(read, { now: Date.now(), purpose: dial.purpose, medium });
  const then = await knownThen(c.env, dial.at, now, numbers, call.same);
  const decideAs = ({ facts }: Known, context: Judging) =>
    decideDial(line, texts, (n) => decide(facts(n), context));
  const its = then ?? now;
  const purpose = decidingKind(its.context, decideAs(its, its.context), (as) => decideAs(its, as));
  const judged = [its, ...(then ? [now] : [])].map((known) => {
    const { facts, context, state } = known;
    const found = decideAs(known, context);
    const barring = found.reasons.filter(({ code }) => code !== "not-listed");
    const decision: Decision = hidden
      ? { verdict: "blocked", reasons: [{ code: "withheld-caller-id" }, ...barring] }
      : found;
    const uses = e164 === null ? [] : usedOf(facts(e164), context);
    return { decision, state, policy: context.policy, uses };
  }) as [Judged, Judged?];
  // The same verdict on another number is no agreement.
  const agrees = known.includes(dial.e164) && judged.every((its) => its!.decision.verdict === dial.verdict);
  const [{ uses }, arrived] = judged;
  const used = uses.map(restedOn);
  const counted = new Set(used.map(({ id }) => id));
  // A clock that is put back saves no attempt.
  const tried = (arrived?.uses ?? []).filter(({ left }) => left !== undefined).map(restedOn);
  return {
    e164,
    page,
    purpose,
    medium,
    layer,
    call,
    judged,
    agrees,
    used,
    tried: tried.filter(({ id }) => !counted.has(id)),
  };
}

/** A dial as it was made, and, if that is long ago, as it arrived. */
interface Judged {
  decision: Decision;
  state: Known["state"];
  policy: Policy;
  uses: Facts["consents"];
}

/** A message is judged as one only where the address that it goes by sends messages; everything else is a call. */
const mediumOf = (via: string | undefined, { dials }: Policy): Dial["medium"] =>
  parseDialAddress(via ?? "", dials.schemes)?.medium ?? "call";

const refusals: Readonly<Record<string, string>> = {
  canary: details.overrideCanary,
  objection: details.overrideObjected,
  "two-numbers": details.overrideTwo,
};

/** Why an override is not allowed, as the detail of the problem; null where it is: as it arrived, and when it was made. */
function refusalOf(
  dial: DialRequest,
  judged: readonly Pick<Judged, "decision" | "policy">[],
  { kind }: Pick<Actor, "kind">,
): string | null {
  // Its evidence would name no person.
  if (kind === "integration") return details.overridePerson;
  const final = finalReason([...judged.flatMap(({ decision }) => decision.reasons), ...dial.reasons]);
  if (final) return refusals[final.code] ?? details.overrideHidden;
  const isHeld = judged.some(
    ({ decision, policy }) => handling(decision, policy) === "hold" && !mayBeOverridden(decision),
  );
  if (isHeld) return details.overrideUnknown;
  const allows = ({ overrides }: Policy): readonly string[] => overrideBases[overrides];
  return judged.every(({ policy }) => allows(policy).includes(dial.basis!)) ? null : details.overrideReason;
}

export const dials = room();

dials.openapi(
  route({
    method: "post",
    path: "/v1/dials",
    roles: "everyone",
    scopes: ["check"],
    asks: asks.one,
    summary:
      "Stores a dial with the page's verdict and the Worker's own. An override is requested before the dial is made: " +
      "where it is not allowed, the answer is a refusal, and the dial is stored as refused",
    request: { body: body(dialRequest) },
    responses: { 201: json(dialSchema), 409: json(problemSchema, "The override is not allowed") },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const now = Date.now();
    if (Date.parse(asked.at) > now + DAY)
      throw new Problem("invalid", undefined, [{ path: "at", message: details.dialLater }]);
    const missing = (["basis", "reason"] as const).filter((name) => !asked[name]);
    if (asked.action === "overridden" && missing.length > 0)
      throw new Problem(
        "invalid",
        undefined,
        missing.map((path) => ({ path, message: details.overrideWants })),
      );
    const actor = c.get("actor")!;
    const key = c.get("idempotency")?.key ?? null;
    const known = key === null ? null : await arrivedBefore(c.env, actor.id, key, asked.at, now);
    if (known?.refused) throw new Problem("override-not-allowed");
    if (known) return c.json(known, 201);
    const { action } = asked;
    const seed = newSalt();
    for (let tries = 1; ; tries++) {
      const found = await decideDialled(c, asked, tries > 1);
      const { e164, page, purpose, medium, layer, call, judged, agrees, used, tried } = found;
      const [{ decision, state }, arrived] = judged;
      const refusal =
        action === "overridden"
          ? refusalOf(
              asked,
              judged.filter((its) => its !== undefined),
              actor,
            )
          : null;
      const moment = Date.now();
      const dial: Dial = {
        id: String(dialNow(moment)),
        number: e164,
        written: stored(asked.number),
        recordNumber: page,
        layer,
        sighting: call.sighting === null ? null : String(call.sighting),
        ...seenBy(call.layers, layer),
        medium,
        via: asked.via === undefined ? null : stored(asked.via),
        action,
        verdict: asked.verdict,
        reasons: asked.reasons,
        seen: asked.seen,
        workerVerdict: decision.verdict,
        workerReasons: decision.reasons,
        ...(arrived && { arrival: { ...arrived.decision, ...arrived.state } }),
        agrees,
        refused: refusal !== null,
        ...state,
        basis: asked.basis ?? null,
        reason: asked.reason ?? null,
        purpose,
        host: asked.host,
        by: actor.id,
        byName: actor.name,
        deviceAt: new Date(asked.at).toISOString(),
        at: new Date(moment).toISOString(),
      };
      const { statements: rows, root } = insertDial(dial, seed, key);
      const event = { subject: dial.id, payload: null, binds: [root] };
      const statements = [...call.stillSo, ...rows, ...madeBy(dial, used, tried)];
      try {
        if (refusal === null)
          return await commit(c, { code: `dial.${action}`, ...event }, statements, {
            status: 201,
            body: dial,
          });
        // A refused override is evidence too, and the page may have dialled before the answer: store it.
        return await commit(c, { code: "dial.refused", ...event }, statements, {
          status: 409,
          body: documentOf(new Problem("override-not-allowed", refusal)),
        });
      } catch (error) {
        // Another dial of the same millisecond has this row number, or another layer's sighting came: try again.
        if (tries === TRIES || !(error instanceof Problem) || error.code !== "conflict") throw error;
      }
    }
  },
);

/**
 * A dial that arrived before under the same idempotency key; null if none. Stored answers cover the last two days, so
 * only a dial that the device made a day or more ago is searched for. A device's clock may be up to a day ahead.
 */
async function arrivedBefore(env: Env, by: string, key: string, deviceAt: string, now: number) {
  const made = Date.parse(deviceAt);
  if (now - made < DAY) return null;
  const since = new Date(made - DAY).toISOString();
  return (await dialByKey(env.DB, by, key, since)) ?? (await closedByKey(env, by, key, made));
}
