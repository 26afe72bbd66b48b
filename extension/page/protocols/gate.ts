/** Between the carriers, which are there from the first moment, and the judge, which comes with the overlay. */
import { CANARY, isCanaryAlone } from "../../../shared/canary/number.ts";
import { isEmergency } from "../../../shared/dials/services.ts";
import { openLimit } from "./too-many.ts";
import type { Ruling } from "./calls.ts";
import type { JudgeCall, StartedCall } from "./endpoint.ts";

export interface CallGateDeps {
  /** False once the extension is gone: then nothing is known any more. */
  alive: () => boolean;
  /** A call was refused because the extension is gone. */
  orphaned: () => void;
  now: () => number;
}

export function openCallGate({ alive, orphaned, now }: CallGateDeps) {
  let judge: JudgeCall | "waiting" | "off" = "waiting";
  let waiting: { call: StartedCall; ruled: (ruling: Ruling | Promise<Ruling>) => void }[] = [];
  /** Rows that an administrator switched off. */
  let passing: ReadonlySet<string> = new Set();
  const limit = openLimit(now);
  let lastCall: number | null = null;

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

  return {
    /** When a call was seen last, whatever became of it. */
    lastCall: () => lastCall,
    judge(call: StartedCall): Ruling | Promise<Ruling> {
      lastCall = now();
      if (judge === "off" || passes(call)) return "go";
      if (call.numbers.length > 0 && call.numbers.every((number) => isEmergency(number, null))) return "go";
      if (!alive()) {
        orphaned();
        return "refuse";
      }
      if (limit.isTooMany()) return "refuse";
      // Who waits too long is refused by calls.ts.
      if (judge === "waiting") return new Promise((ruled) => waiting.push({ call, ruled }));
      return ask(judge, call);
    },
    /** Judges what waits, and what comes. `off`: the rows whose calls pass. */
    connect(by: JudgeCall, off: readonly string[]): void {
      judge = by;
      passing = new Set(off);
      const before = waiting;
      waiting = [];
      for (const { call, ruled } of before) ruled(ask(by, call));
    },
    /** From now on everything passes. */
    off(): void {
      judge = "off";
      for (const { ruled } of waiting.splice(0)) ruled("go");
    },
  };
}
