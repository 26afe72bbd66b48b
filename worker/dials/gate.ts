/**
 * The telephone system's gate: judges a call that is about to be set up, and commits its evidence before it answers. The
 * evidence is a dial of the layer `server`, and the same call gets the same one.
 */
import type { Context } from "hono";
import type { GateAnswer, GateCall, GateRequest } from "../../shared/dials/api-gate.ts";
import { withheld } from "../../shared/dials/withheld.ts";
import { callerOf, dialledBy, type GateSays, gateSays, holdsUntil } from "../../shared/dials/gate.ts";
import { withoutWords } from "../../shared/dials/keys.ts";
import { lineRegionOf } from "../../shared/dials/line.ts";
import type { Reason } from "../../shared/check/api.ts";
import { becauseOf } from "../../shared/check/explain.ts";
import {
  type Context as Judging,
  decide,
  decideDial,
  decidingKind,
  kindsOf,
} from "../../shared/check/verdict.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { sayReason, textsFor } from "../../shared/texts/check/verdicts.ts";
import { personQueries, personsIn } from "../call-logs/persons.ts";
import { type Asker, chargeGate } from "../check/budget.ts";
import { type FactsRead, factsOf, factsWith } from "../check/facts.ts";
import { query } from "../core/batch.ts";
import { newSalt } from "../core/change.ts";
import { record } from "../core/commit.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { restedOn } from "../do-not-call/brief.ts";
import { usedOf } from "../do-not-call/uses.ts";
import type { App, Env } from "../env.ts";
import { lookUp } from "../lookups/ask.ts";
import { latestPolicy, type PolicyRow, readPolicy, wantKind } from "../policy/current.ts";
import { madeBy } from "./made.ts";
import { readDialled, stored } from "./read.ts";
import { dialNow, TRIES } from "./row-number.ts";
import { type Dial, insertDial, type Row, selectDials, toDial } from "./rows.ts";
import { sightingsOf, sightingsWith } from "./sightings.ts";

/** What a system said of a call, as its evidence keeps it. */
interface Heard extends Pick<GateCall, "callId" | "agent" | "from" | "privacy"> {
  written: string;
  campaign: GateRequest["campaign"];
}

/** A dial plan sends what it has, and a header or an agent that it has not as an empty text. An empty caller is one who hides. */
const heardOf = (
  { to, from, privacy = "", agent = "", campaign, callId }: GateRequest,
  policy: Policy,
): Heard => ({
  written: withoutWords(dialledBy(stored(to), policy.dials.schemes)),
  from: from === undefined ? null : stored(from).trim(),
  privacy: stored(privacy).trim() || null,
  agent: stored(agent).trim() || null,
  ...{ campaign, callId },
});

/**
 * Answers a call, once for each `callId` of a system. Throws kind-not-made, call-answered where that was asked about another call,
 * call-over where its answer no longer allows anything, too-many-numbers beyond the system's hour.
 */
export async function askGate(c: Context<App>, asker: Asker, asked: GateRequest): Promise<GateAnswer> {
  const queries = {
    policy: query<PolicyRow>(latestPolicy),
    known: answeredBefore(asker.id, asked.callId),
    line: query<Line>("SELECT region FROM gate_lines WHERE integration = ?", asker.id),
    ...personQueries(asked.agent ? [stored(asked.agent).trim()] : []),
  };
  for (let tries = 1; ; tries++) {
    // Each question counts, once, before anything is told.
    const read = await chargeGate(c, asker, tries === 1 ? 1 : 0, queries);
    const { policy } = readPolicy(read.policy[0]);
    wantKind(policy, asked.campaign);
    const heard = heardOf(asked, policy);
    const known = read.known[0] && toDial(read.known[0]);
    const region = read.line[0]?.region ?? lineRegionOf(policy);
    if (known) {
      if (!(await isSameKind(c.env, known, heard, policy, region))) throw new Problem("call-answered");
      return repeated(known, heard, await sayingOf(c, known));
    }
    const person = personsIn(read)(heard.agent);
    try {
      return await answered(c, asker, { ...heard, person, region, first: tries === 1 });
    } catch (error) {
      const problem = problemOf(error);
      // The same call was asked about twice at once, another layer saw it meanwhile, or a dial has this row number.
      if (problem?.code !== "conflict" || tries === TRIES) throw problem ?? error;
    }
  }
}
interface Line {
  region: string | null;
}

/** The evidence of a call that was asked about before. */
const answeredBefore = (by: string, callId: string) =>
  query<Row>(
    `${selectDials} WHERE num = (SELECT dial FROM gate_calls
       WHERE by = (SELECT num FROM people WHERE id = ?) AND call = ?)`,
    by,
    callId,
  );

/** The same answer. An allowance that is over allows nothing: whoever repeats it later gets none. */
function repeated(dial: Dial, heard: Heard, say: Say): GateAnswer {
  const { gate, written, action } = dial;
  const same =
    written === heard.written &&
    (["agent", "from", "privacy"] as const).every((name) => gate![name] === heard[name]);
  if (!same) throw new Problem("call-answered");
  if (action === "passed" && Date.parse(gate!.until) < Date.now()) throw new Problem("call-over");
  return answerOf(dial, say);
}

/**
 * Whether a repeat is about the same kind of call. One that names none may be of any that the company makes: then an allowance has to
 * hold for each of these, though the first question may have named the mildest.
 */
async function isSameKind(
  env: Env,
  { id, sighting, action, purpose }: Dial,
  heard: Heard,
  policy: Policy,
  region: string,
): Promise<boolean> {
  if (heard.campaign !== undefined) return heard.campaign === purpose;
  if (action !== "passed" || kindsOf(policy, undefined).every((kind) => kind === purpose)) return true;
  const read = readCall(heard.written, region);
  // The call is not held against itself.
  const same = await sightingsWith(env.DB, Number(sighting ?? id));
  return judgeOf(await factsOf(env, read.numbers, same), heard, read, region).says(Date.now()).allowed;
}

interface Asked extends Heard {
  person: string | null;
  /** Of the system's line. */
  region: string;
  /** Its numbers were not counted yet. */
  first: boolean;
}

const readCall = (written: string, region: string) => {
  const hidden = withheld(written, region);
  return { hidden, ...readDialled(hidden?.rest ?? written, null, region, region) };
};

/** How a call is judged by what is on record, at any moment. */
function judgeOf(
  { stamp, policy, facts }: FactsRead,
  { from, privacy, campaign }: Heard,
  { hidden, line, texts }: ReturnType<typeof readCall>,
  region: string,
) {
  const { shown, fault } = callerOf({ from: from ?? undefined, privacy: privacy ?? "" }, policy, region);
  const its = shown === null ? policy : showing(policy, shown);
  const context = (at: number) => ({
    policy: its,
    lists: stamp.lists,
    now: at,
    purpose: campaign,
    medium: "call" as const,
  });
  const decideAs = (as: Judging) => decideDial(line, texts, (n) => decide(facts(n), as));
  const says = (at: number): GateSays => gateSays(decideAs(context(at)), hidden ? HIDDEN : fault, policy);
  return { context, decideAs, says };
}

async function answered(c: Context<App>, asker: Asker, asked: Asked): Promise<GateAnswer> {
  const { region, person, written, callId, agent, from, privacy } = asked;
  const read = readCall(written, region);
  const { e164, numbers } = read;
  // One is counted.
  if (asked.first) await chargeGate(c, asker, numbers.length - 1, {});
  const now = Date.now();
  const looking = sightingsOf({ number: e164, layer: "server", medium: "call", who: person, at: now });
  const { read: first, found: call } = await factsWith(c.env, numbers, looking);
  const lookedUp = await lookUp(c, first.wanted(), first.policy);
  const known = lookedUp ? await factsOf(c.env, numbers, call.same) : first;
  const { stamp, facts } = known;

  const { context, decideAs, says } = judgeOf(known, asked, read, region);
  const { allowed, decision } = says(now);
  const until = holdsUntil(now, (at) => says(at).allowed === allowed);
  const uses = e164 === null || !allowed ? [] : usedOf(facts(e164), context(now)).map(restedOn);

  // A source of lookups may have been asked meanwhile: the row is of the moment in which it is written.
  const moment = Date.now();
  const dial: Dial = {
    ...{ id: String(dialNow(moment)), number: e164, written, recordNumber: null, layer: "server" },
    ...{ sighting: call.sighting === null ? null : String(call.sighting), medium: "call", via: null },
    action: allowed ? "passed" : "held",
    purpose: decidingKind(context(now), decideAs(context(now)), decideAs),
    // There is no page whose verdict could differ.
    ...{ verdict: decision.verdict, reasons: decision.reasons, seen: null },
    ...{ workerVerdict: decision.verdict, workerReasons: decision.reasons, agrees: true, refused: false },
    policy: stamp.policy,
    lists: stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf })),
    ...{ basis: null, reason: null, host: "", by: asker.id, byName: asker.name },
    ...{ deviceAt: new Date(now).toISOString(), at: new Date(moment).toISOString() },
    gate: {
      ...{ callId, agent, person, personName: null, from, privacy },
      until: new Date(until).toISOString(),
    },
  };
  const { statements, root } = insertDial(dial, newSalt(), null);
  const all = [...call.stillSo, ...statements, ...madeBy(dial, uses)];
  if (all.some(({ noticed }) => noticed)) c.set("noticed", true);
  const event = {
    code: allowed ? "dial.passed" : "dial.held",
    subject: dial.id,
    payload: null,
    binds: [root],
  };
  await record(c.env, { actor: asker.id, event, statements: all });
  return answerOf(
    dial,
    saying(c, e164 === null ? null : { facts: facts(e164), context: context(now) }, stamp.lists),
  );
}

const HIDDEN: Reason = { code: "withheld-caller-id" };

/** With the number that this very call shows, as the law of some places asks for it. */
const showing = (policy: Policy, shown: string): Policy => ({
  ...policy,
  identity: { ...policy.identity, presentationNumber: shown },
});

type Say = (reason: Reason) => GateAnswer["reasons"][number];
/** A reason in words, with the rule that it rests on. `known`: what the number and the call are, where that is known. */
function saying(
  c: Context<App>,
  known: Parameters<typeof becauseOf>[1],
  lists: readonly RegisterHead[],
): Say {
  const texts = textsFor(c.req.header("accept-language"));
  return (reason) => ({
    ...reason,
    text: sayReason(texts, reason, lists),
    because: becauseOf(reason, known),
  });
}

/**
 * Of a call that was answered before: its reasons stay. What they rest on is said by the policy and facts of today, as of the
 * call's moment: a fact that changed since may explain them otherwise than the first answer did.
 */
async function sayingOf(c: Context<App>, { number, purpose, at }: Dial): Promise<Say> {
  const { stamp, policy, facts } = await factsOf(c.env, number === null ? [] : [number]);
  const context = { policy, lists: stamp.lists, now: Date.parse(at), purpose, medium: "call" as const };
  return saying(c, number === null ? null : { facts: facts(number), context }, stamp.lists);
}

const answerOf = (
  { id, number, action, workerVerdict, workerReasons, gate }: Dial,
  say: Say,
): GateAnswer => ({
  answer: action === "passed" ? "allow" : "deny",
  ...{ number, verdict: workerVerdict, reasons: workerReasons.map(say), evidence: id, until: gate!.until },
});
