/** Between the carriers, which are there from the first moment, and the judge, which comes with the overlay. */
import { CANARY, isCanaryAlone } from "../../../shared/canary/number.ts";
import { lettersOf, withoutWords } from "../../../shared/dials/keys.ts";
import { isEmergency } from "../../../shared/dials/services.ts";
import { openLimit } from "./too-many.ts";
import type { Ruling } from "./calls.ts";
import type { JudgeCall, StartedCall } from "./endpoint.ts";

/** So many calls wait for a judge, which may never come: it comes once a page's HTML has ended. */
const MOST_WAITING = 64;

/** False for an id or a name, as apps of Twilio's and Plivo's send beside a number. */
function mayBeNumber(one: string): boolean {
  const text = withoutWords(one);
  return /(?:\d\D*){4}/.test(text) || lettersOf(text) !== null;
}

export interface CallGateDeps {
  /** False once the extension is gone: then nothing is known any more. */
  alive: () => boolean;
  /** A call was refused because the extension is gone. */
  orphaned: () => void;
  now: () => number;
}

export function openCallGate({ alive, orphaned, now }: CallGateDeps) {
  let judge: JudgeCall | "waiting" | "off" = "waiting";
  let waiting: { call: StartedCall; tell: (ruling: Ruling | Promise<Ruling>) => void }[] = [];
  /** Rows that an administrator switched off. */
  let passing: ReadonlySet<string> = new Set();
  const limit = openLimit(now);
  let [lastCall, lastGone] = [-Infinity, -Infinity];
  /** Calls that went and have not ended yet, as far as the softphone says. */
  let running = 0;
  let hasEnded = false;

  /** The layer is tried by the canary, whatever rows are switched off: it is no softphone's call. */
  const isTry = ({ numbers }: StartedCall): boolean =>
    numbers.length > 0 && numbers.every((number) => isCanaryAlone(number, [CANARY]));
  const passes = (call: StartedCall): boolean => passing.has(call.protocol) && !isTry(call);

  function ask(by: JudgeCall, call: StartedCall): Ruling | Promise<Ruling> {
    if (passes(call)) return "go";
    try {
      return by(call);
    } catch (error) {
      // A judge that fails has found nothing out.
      console.error(error);
      return "refuse";
    }
  }

  /** An emergency call without what its app says beside its number; null where something else may ring. */
  function helpOf(call: StartedCall): StartedCall | null {
    const numbers = call.numbers.filter((number) => isEmergency(number, null));
    const isOther = (one: string) => !numbers.includes(one);
    const isAlone =
      !call.rings?.some(isOther) && !call.numbers.some((one) => isOther(one) && mayBeNumber(one));
    return numbers.length > 0 && isAlone ? { ...call, numbers } : null;
  }

  function ruled(call: StartedCall): Ruling | Promise<Ruling> {
    if (judge === "off" || passes(call)) return "go";
    const help = helpOf(call);
    if (!alive()) {
      if (help) return "go";
      orphaned();
      return "refuse";
    }
    if (limit.isTooMany()) return help ? "go" : "refuse";
    if (judge !== "waiting") return ask(judge, help ?? call);
    if (waiting.length >= MOST_WAITING) return help ? "go" : "refuse";
    if (help) {
      // For its record.
      waiting.push({ call: { ...help, became: () => "go" }, tell: () => {} });
      return "go";
    }
    // Who waits too long is refused by calls.ts.
    return new Promise((tell) => waiting.push({ call, tell }));
  }

  return {
    /** When a call was seen last, whatever became of it, and when one that went. */
    lastCall: () => lastCall,
    lastGone: () => lastGone,
    /** True once after the last of the calls that went was ended by its softphone. */
    hasEnded: () => hasEnded && !(hasEnded = false),
    ended: (): void => {
      if (running > 0) hasEnded = --running === 0;
    },
    judge: (call: StartedCall): Ruling | Promise<Ruling> => {
      const at = (lastCall = now());
      const note = (ruling: Ruling): Ruling => {
        if (ruling === "go") {
          [lastGone, hasEnded] = [at, false];
          running++;
        }
        return ruling;
      };
      const is = ruled(call);
      return typeof is === "string" ? note(is) : is.then(note);
    },
    /** Judges what waits, and what comes. `off`: the rows whose calls pass. */
    connect(by: JudgeCall, off: readonly string[]): void {
      judge = by;
      passing = new Set(off);
      const before = waiting;
      waiting = [];
      for (const { call, tell } of before) tell(ask(by, call));
    },
    /** From now on everything passes. */
    off(): void {
      judge = "off";
      for (const { tell } of waiting.splice(0)) tell("go");
    },
  };
}
