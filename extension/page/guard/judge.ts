/**
 * The judge of dials. A number that is clear, by facts that the Worker confirmed within two minutes, passes at once.
 * Every other dial is held and takes the way of held-dial-flow.ts.
 */
import { isCanaryAlone } from "../../../shared/canary/number.ts";
import type { DialTarget } from "../../../shared/dials/address.ts";
import type { Withheld } from "../../../shared/dials/withheld.ts";
import { unexplained } from "../../../shared/dials/unexplained.ts";
import { lineRegionOf } from "../../../shared/dials/line.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import type { HeldDial, Outcome } from "../../held-dial.ts";
import type { Answer } from "../../messages.ts";
import type { FrameFacts } from "../frame-facts.ts";
import { assess, type Assessment, type DialledNumber, hidingOurNumber, numbersOf } from "./assess.ts";
import { openCallJudge, type CallJudgeDeps } from "./call-judge.ts";
import type { Ear } from "./ear.ts";
import { evidenceOf } from "./evidence.ts";
import {
  askAbout,
  type Country,
  type FlowDeps,
  type Held,
  newHeld,
  type Override,
  runHeld,
  shownOf,
} from "./held-dial-flow.ts";
import type { Judge, PendingDial } from "./pending-dial.ts";

export interface JudgeDeps {
  facts: Pick<FrameFacts, "decide" | "context" | "confirm" | "confirmed" | "of">;
  read: (written: string, dial: Pick<PendingDial, "region" | "element">) => DialledNumber;
  /** What an address of an unlisted scheme dials; null if nothing. */
  unlisted: (address: string) => DialTarget | null;
  /** The dial code of a number that would hide our own. */
  withheld: (written: string, region: string | null) => Withheld | null;
  /** Shows a held dial to the agent, or its new state; `answered` brings the answer. */
  show: (id: string, held: HeldDial) => void;
  close: (id: string) => void;
  /** Resolves once the evidence is stored for good. The same key is stored once. */
  record: (key: string, dial: DialRequest, wait: boolean) => Promise<Answer<"page.dial">>;
  /** Keeps a country that the agent named. */
  country: (written: string, ruling: Omit<Country, "kind">) => Promise<void>;
  /** What the agent allowed of a number in this tab just now, for a softphone's call. */
  allowed: CallJudgeDeps["allowed"];
  host: () => string;
  /** Stores the record of a call that only its audio shows, unless another frame of the tab explains it. */
  unexplained: (key: string, dial: DialRequest) => Promise<unknown>;
  /** The device's clock, in milliseconds since the epoch. */
  now: () => number;
  later: (run: () => void, ms: number) => void;
  /** A new random key, of a dial or of a record. */
  key: () => string;
  /** Who hears whether a dial of the canary is held, while that is tried. */
  ear: () => Ear | undefined;
}

/** The pauses between attempts to hand a record to the background, whose service worker may just be waking. */
const RETRIES_MS = [500, 2000, 10_000, 60_000];
/** The same where a person waits for the dial. */
const WAITED_MS = [500, 500];

export function openJudge(deps: JudgeDeps) {
  const { facts } = deps;
  /** Dials by unlisted schemes, until the policy's schemes are known; null from then on. */
  let early: PendingDial[] | null = [];
  /** Numbers of held dials: another dial of one is held and recorded, without a question of its own. */
  const busy = new Map<string, PendingDial>();
  /** Held dials that the agent is asked about. */
  const asked = new Map<string, { held: Held; answer: (outcome: Outcome) => void }>();

  const assessNow = (written: string, dial: PendingDial) =>
    assess(facts, deps.read(written, dial), written, dial.medium);
  const assessHeld = ({ written, dial, instead }: Held) =>
    instead === null
      ? assessNow(written, dial)
      : assess(facts, { e164: instead, readings: [] }, instead, dial.medium);
  const shownNow = (held: Held) => shownOf(held, facts.context(), facts.of(held.seen.e164));
  const evidence = (
    action: DialRequest["action"],
    { written, via, softphone }: Pick<PendingDial, "written" | "via" | "softphone">,
    assessment: Pick<Assessment, "e164" | "decision">,
    override?: Omit<Override, "kind">,
  ) =>
    evidenceOf({
      ...{ action, written, via, assessment, override },
      layer: softphone && "protocol",
      context: facts.context(),
      host: deps.host(),
      at: deps.now(),
    });

  /** Stores a record, under one key at each try. Null where the background never took it. */
  async function stored(dial: DialRequest, wait: boolean, pauses: readonly number[]) {
    const key = deps.key();
    for (const pause of pauses) {
      const answer = await deps.record(key, dial, wait).catch(() => null);
      if (answer) return answer;
      await new Promise<void>((done) => deps.later(done, pause));
    }
    return null;
  }

  /** Stores a record that nothing waits for. A dial of the canary is no call: the background and the Worker count it alone. */
  function note(
    action: DialRequest["action"],
    dial: PendingDial,
    seen: Assessment,
    override?: Omit<Override, "kind">,
  ): void {
    void stored(evidence(action, dial, seen, override), false, RETRIES_MS);
  }

  /** Who hears of a try; undefined for every other dial. */
  const tryOf = (written: string, numbers: readonly string[]) =>
    isCanaryAlone(written, numbers) ? deps.ear() : undefined;

  function refresh(): void {
    for (const { held } of asked.values()) {
      const before = JSON.stringify(shownNow(held));
      held.seen = assessHeld(held);
      const now = shownNow(held);
      if (JSON.stringify(now) !== before) deps.show(held.id, now);
    }
  }

  const flow: FlowDeps = {
    assess: assessHeld,
    context: facts.context,
    confirm: (numbers, isEnough) => facts.confirm(numbers, isEnough),
    ask: (held) =>
      new Promise((answer) => {
        asked.set(held.id, { held, answer });
        deps.show(held.id, shownNow(held));
      }),
    close({ id, dial }) {
      asked.delete(id);
      deps.close(id);
      (dial.element as HTMLElement | SVGElement | null)?.focus({ preventScroll: true });
    },
    note,
    record: ({ written, instead, dial, seen }, override) => {
      const dialled = { ...dial, written: instead ?? written };
      const made = evidence(override ? "overridden" : "passed", dialled, seen, override);
      return stored(made, override !== undefined, WAITED_MS);
    },
    country: deps.country,
    refresh,
  };

  /** Until it goes on: what the app's handlers dial then beside it has a question of its own. */
  function run(
    go: typeof runHeld,
    name: string,
    dial: PendingDial,
    code: Withheld | null,
    seen: Assessment,
  ): void {
    const free = () => busy.get(name) === dial && busy.delete(name);
    busy.set(name, dial);
    const resume: PendingDial["resume"] = (instead) => {
      free();
      dial.resume(instead);
    };
    void go(newHeld(deps.key(), { ...dial, resume }, code, seen), flow)
      .catch(console.error)
      .finally(free);
  }

  /** Null, where it is not known yet. */
  const lineOf = () => {
    const context = facts.context();
    return context && lineRegionOf(context.policy);
  };
  const judge: Judge = (pending) => {
    const { unlisted, ...others } = pending;
    if (unlisted !== undefined && early) {
      early.push(pending);
      return "hold";
    }
    const target = unlisted === undefined ? pending : deps.unlisted(unlisted);
    if (!target) return "none";
    const dial: PendingDial = unlisted === undefined ? pending : { ...others, ...target };
    const code = deps.withheld(dial.written, lineOf());
    const written = code?.rest ?? dial.written;
    const seen = assessNow(written, dial);
    const numbers = numbersOf(seen);
    const ear = tryOf(dial.written, numbers);
    if (ear) {
      ear(seen.handling === "hold");
      // It was a try: it ends here, whatever was found.
      return "hold";
    }
    const name = numbers.join() || written;
    if (busy.has(name)) {
      note("held", dial, code ? hidingOurNumber(seen) : seen);
      return "hold";
    }
    if (!code && seen.handling === "pass") {
      const made = evidence("passed", { ...dial, written }, seen);
      const tell = () => void stored(made, false, RETRIES_MS);
      if (dial.apart) dial.apart(tell);
      else tell();
      return "pass";
    }
    run(runHeld, name, dial, code, seen);
    return "hold";
  };

  const call = openCallJudge({
    ...{ assess: assessNow, allowed: deps.allowed, now: deps.now, later: deps.later },
    withheld: (written) => deps.withheld(written, lineOf()),
    isOurs: (number) => facts.context()?.policy.identity.ownNumbers.includes(number),
    confirm: (numbers, isEnough) => facts.confirm(numbers, isEnough),
    note,
    tell(dial, code, seen) {
      const numbers = numbersOf(seen);
      const ear = tryOf(dial.written, numbers);
      if (ear) return ear(dial.softphone === "ended");
      const name = numbers.join() || dial.written;
      if (busy.has(name)) {
        if (dial.softphone === "ended") note("held", dial, code ? hidingOurNumber(seen) : seen);
        return;
      }
      run(askAbout, name, dial, code, seen);
    },
  });

  return {
    judge,
    /** Judges a call that a softphone begins. */
    call,
    /** Has a call put on record that only its audio shows. */
    unexplained(): void {
      const assessment = { e164: null, decision: { verdict: "unknown" as const, reasons: [] } };
      const { number: written, via } = unexplained;
      const dial = evidence("passed", { written, via, softphone: "on" }, assessment);
      // It fails where the extension is gone.
      deps.unexplained(deps.key(), dial).catch(() => undefined);
    },
    /** The policy's schemes are known, or cannot be. */
    begin(): void {
      const waiting = early ?? [];
      early = null;
      for (const dial of waiting) if (judge(dial) !== "hold") dial.resume();
    },
    /** The agent's answer. Counts once for each time that the dial was shown. */
    answered(id: string, outcome: Outcome): void {
      const question = asked.get(id);
      asked.delete(id);
      question?.answer(outcome);
    },
    /** More is known: shows again each held dial that changed by it. */
    refresh,
  };
}
