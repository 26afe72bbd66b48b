/**
 * The judge of dials. What is known to be clear, and was confirmed by the Worker within two minutes, passes at once.
 * Everything else is held: the Worker is asked, and what it calls clear in time goes on by itself; of the rest the
 * agent is asked. Whatever they answer is judged once more, by what is known then.
 */
import type { DialRequest } from "../../../shared/dials/api.ts";
import { type Withheld, withoutWords } from "../../../shared/dials/address.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import { handling } from "../../../shared/check/override.ts";
import { type Decision, stricter, strictest, unknownFor } from "../../../shared/check/verdict.ts";
import type { DialProblem, HeldDial, Outcome } from "../../held-dial.ts";
import type { Answer } from "../../messages.ts";
import type { PendingDial, Judge } from "./pending-dial.ts";
import type { FrameFacts } from "../frame-facts.ts";
import { type ReadingRules, settledAs } from "../find/scan.ts";

/** A written number as the page reads it, with what a person said of it. */
export interface Reading {
  e164: string | null;
  readings: string[];
}

type Override = Extract<Outcome, { kind: "override" }>;
type Country = Extract<Outcome, { kind: "country" }>;

export interface JudgeDeps {
  facts: Pick<FrameFacts, "decide" | "context" | "confirm" | "confirmed">;
  read: (written: string, dial: Pick<PendingDial, "region" | "element">) => Reading;
  withheld: (written: string) => Withheld | null;
  /** Asks the agent, or shows what is asked anew; `answered` brings the answer. */
  show: (id: string, asking: HeldDial) => void;
  close: (id: string) => void;
  /** Resolves once the record is stored for good. */
  record: (key: string, dial: DialRequest, wait: boolean) => Promise<Answer<"page.dial">>;
  /** Remembers a country that the agent gave. */
  country: (written: string, ruling: Omit<Country, "kind">) => Promise<void>;
  host: () => string;
  /** The device's clock, in milliseconds since the epoch. */
  now: () => number;
  later: (run: () => void, ms: number) => void;
  key: () => string;
}

/** After which pauses a record is brought to the background again. */
const RETRIES_MS = [500, 2000, 10_000, 60_000];

/** What is known of a dial at this moment, and what policy does about it. */
interface Look extends Reading {
  /** What a line of the policy's own country would ring, where that is another number. */
  line: string | null;
  decision: Decision;
  way: ReturnType<typeof handling>;
}

/**
 * Reads a dialled number as its badge does. `shown`: the number that the page's badges give this form, where it is not
 * known from which place it is dialled.
 */
export function readDialledNumber(
  written: string,
  rules: ReadingRules,
  { region, element }: Pick<PendingDial, "region" | "element">,
  shown: (written: string) => string | null = () => null,
): Reading {
  const read = toE164(written, region ?? rules.region);
  const { e164, readings = [] } = settledAs(written, read, rules, region === undefined ? element : null);
  if (e164 !== null) return { e164, readings: [] };
  const same = element ? null : shown(written);
  return same !== null && readings.includes(same) ? { e164: same, readings: [] } : { e164, readings };
}

const numbersOf = ({ e164, readings, line }: Pick<Look, "e164" | "readings" | "line">) => [
  ...(e164 === null ? readings : [e164]),
  ...(line === null ? [] : [line]),
];

export function openJudge(deps: JudgeDeps) {
  const { facts, record, now } = deps;
  /** Numbers that are being judged or asked about: another click on one does nothing. */
  const busy = new Set<string>();
  const open = new Map<string, { answer: (outcome: Outcome) => void; refresh: () => void }>();

  function look(written: string, from: PendingDial): Look {
    const context = facts.context();
    const read = deps.read(written, from);
    // Digits without a country code ring here, whatever the record says of them: the Worker judges them so too.
    const rings = context ? toE164(written, context.policy.numbers.defaultRegion).e164 : null;
    const line = rings === read.e164 ? null : rings;
    const reading = { ...read, line };
    const each = [facts.decide(read.e164, read.readings), line === null ? null : facts.decide(line, [])];
    const known = each.filter((decision) => decision !== null);
    const decided = known.length > 0 ? strictest(known) : null;
    const firm = decided?.verdict === "blocked" || decided?.verdict === "unknown";
    // What may have changed since it was learnt bars a dial, but lets none go on.
    const decision =
      decided && (firm || facts.confirmed(numbersOf(reading))) ? decided : unknownFor("offline");
    return { ...reading, decision, way: context ? handling(decision, context.policy) : "hold" };
  }

  /** The evidence of what happens to a dial: the number and the page's host, never its address or its text. */
  function evidence(
    action: DialRequest["action"],
    written: string,
    { e164, decision: { verdict, reasons } }: Look,
    more: Pick<DialRequest, "basis" | "reason"> = {},
  ): DialRequest {
    const { stamp, purpose } = facts.context() ?? {};
    return {
      number: withoutWords(written).slice(0, 100),
      ...{ e164, action, verdict, reasons: reasons.slice(0, 50) },
      seen: stamp
        ? {
            seq: stamp.seq,
            policy: stamp.policy,
            lists: stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf })),
          }
        : null,
      ...more,
      ...(purpose && { purpose }),
      host: deps.host(),
      at: new Date(now()).toISOString(),
    };
  }

  /** A record that nothing waits for. The service worker may just be waking: the same key is stored once. */
  async function note(dial: DialRequest): Promise<void> {
    const key = deps.key();
    for (const wait of RETRIES_MS) {
      const stored = await record(key, dial, false).catch(() => null);
      if (stored) return;
      await new Promise<void>((done) => deps.later(done, wait));
    }
  }

  const judge: Judge = (dial) => {
    const hidden = deps.withheld(dial.written);
    const written = hidden?.rest ?? dial.written;
    const seen = look(written, dial);
    const name = numbersOf(seen).join() || written;
    if (busy.has(name)) return "hold";
    if (!hidden && seen.way === "pass") {
      void note(evidence("passed", written, seen));
      return "pass";
    }
    busy.add(name);
    void hold(dial, hidden, seen)
      .catch((error: unknown) => console.error(error))
      .finally(() => busy.delete(name));
    return "hold";
  };

  async function hold(dial: PendingDial, hidden: Withheld | null, first: Look): Promise<void> {
    const id = deps.key();
    const written = hidden?.rest ?? dial.written;
    let code = hidden;
    let seen = first;
    let problem: DialProblem | null = null;
    let shown = false;

    const again = () => look(written, dial);
    async function confirmed(): Promise<Look> {
      await facts.confirm(numbersOf(again()));
      return again();
    }
    const asking = (): HeldDial => ({
      ...{ written, e164: seen.e164, readings: seen.readings, message: dial.message, problem },
      ...{ decision: seen.decision, handling: seen.way, hidden: code, context: facts.context() },
    });
    function asked(): Promise<Outcome> {
      shown = true;
      return new Promise((answer) => {
        open.set(id, {
          answer,
          refresh() {
            const before = JSON.stringify(asking());
            seen = again();
            if (JSON.stringify(asking()) !== before) deps.show(id, asking());
          },
        });
        deps.show(id, asking());
      });
    }
    /** The page is usable again, and the focus is where it was. */
    function end(): void {
      open.delete(id);
      if (!shown) return;
      shown = false;
      deps.close(id);
      (dial.element as HTMLElement | SVGElement | null)?.focus({ preventScroll: true });
    }
    /** Stores the evidence first, then lets the dial go on. Null once it has; else what stands in the way. */
    async function goOn(over?: Override): Promise<DialProblem | null> {
      const reason = over && { basis: over.basis, reason: over.reason.slice(0, 500) };
      const made = evidence(over ? "overridden" : "passed", written, seen, reason);
      const answer = await record(deps.key(), made, over !== undefined).catch(() => null);
      if (!answer) return { code: "not-recorded", detail: "" };
      if (!answer.ok) return { code: "refused", detail: answer.detail };
      end();
      dial.again(hidden?.rest);
      return null;
    }
    /** What an answer leads to, by what is known now. Null once the dial has gone on. */
    async function follow(outcome: Exclude<Outcome, { kind: "stop" }>): Promise<DialProblem | "ask" | null> {
      const { decision: read } = seen;
      if (outcome.kind === "country") await deps.country(written, outcome);
      if (outcome.kind === "without") code = null;
      seen = again();
      const settled = outcome.kind === "call" || outcome.kind === "without";
      if (!settled || seen.decision.verdict === "unknown") seen = await confirmed();

      if (code) return "ask";
      if (outcome.kind === "override") return mayOverride(seen) ? goOn(outcome) : changed;
      if (seen.way === "pass") return goOn();
      if (outcome.kind !== "call") return "ask";
      return seen.way === "warn" && !isNews(seen.decision, read) ? goOn() : changed;
    }

    // What is known to be barred, or to be read first, the agent is told at once.
    if (!hidden && seen.decision.verdict === "unknown") {
      seen = await confirmed();
      if (seen.way === "pass") {
        problem = await goOn();
        if (!problem) return;
      }
    }
    void note(evidence("held", dial.written, hidden ? hiding(seen) : seen));
    if (hidden) void facts.confirm(numbersOf(seen)).then(refresh);
    for (;;) {
      const outcome = await asked();
      problem = null;
      if (outcome.kind === "stop") return end();
      const next = await follow(outcome);
      if (next === null) return;
      problem = next === "ask" ? null : next;
    }
  }

  function refresh(): void {
    for (const { refresh } of open.values()) refresh();
  }

  return {
    judge,
    /** The agent answered. Once for each time that it was asked. */
    answered(id: string, outcome: Outcome): void {
      const asked = open.get(id);
      open.delete(id);
      asked?.answer(outcome);
    },
    /** More is known: what is asked now may be another question. */
    refresh,
  };
}

/** What the agent read is no longer all there is to know. */
const changed: DialProblem = { code: "changed", detail: "" };

/** True where there is more to read than was read: a reason that was not there, or a stricter verdict. */
const isNews = (now: Decision, read: Decision): boolean =>
  stricter(now.verdict, read.verdict) !== read.verdict ||
  now.reasons.some(({ code, list }) => !read.reasons.some((r) => r.code === code && r.list === list));

/** An objection is nobody's to override, and what is held as unknown wants knowledge instead. */
const mayOverride = ({ decision: { verdict, reasons }, way }: Look): boolean =>
  !reasons.some((r) => r.code === "objection") && !(verdict === "unknown" && way === "hold");

/** Of a dial that would hide our number: refused whatever is known of the number behind the code (PECR reg 21(A1)). */
const hiding = (seen: Look): Look => ({
  ...seen,
  decision: {
    verdict: "blocked",
    reasons: [
      { code: "withheld-caller-id" },
      ...seen.decision.reasons.filter((r) => r.code !== "not-listed"),
    ],
  },
});
