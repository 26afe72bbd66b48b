/**
 * Decides about each stage of a dial: the judge is asked once for each dial, and what it lets go on passes every later
 * stage. Knows nothing of the page.
 */
import type { DialTarget } from "../../../shared/dials/address.ts";
import type { PendingDial, Judge } from "./pending-dial.ts";

/**
 * How long a dial that passed may take to happen, in milliseconds: the app's handler may ask its server first. The
 * person's next click or key ends it sooner.
 */
const PASS_MS = 5000;
/** No person begins more dials in a minute: a page that dials in a loop must not fill the screen or the records. */
const MOST_A_MINUTE = 120;
const MINUTE = 60_000;

export interface Attempt {
  target: DialTarget;
  element: Element | null;
  /** `begin`: the app's handlers still run, and may dial themselves. `end`: only the dial itself comes after it. */
  stage: "begin" | "end";
  /** Performs the dial; with `instead`, dials that number. */
  perform: (instead?: string) => void;
}

export interface GateDeps {
  /** False once the extension is gone: then nothing is held. */
  alive: () => boolean;
  /** Milliseconds, by the same clock in every frame. */
  now: () => number;
  /** By medium and number as written, or by an unlisted address, when its pass expires. */
  passes: Map<string, number>;
}

/** A pass for a message is none for a call to the same number, which is judged by other rules. */
const passKey = ({ unlisted, medium, written }: DialTarget): string => unlisted ?? `${medium} ${written}`;

export function openGate({ alive, now, passes }: GateDeps) {
  let judge: Judge | "waiting" | "off" = "waiting";
  let waiting: PendingDial[] = [];
  let begun: number[] = [];

  function isTooMuch(): boolean {
    const at = now();
    begun = begun.filter((before) => at - before < MINUTE);
    return begun.length >= MOST_A_MINUTE || begun.push(at) < 0;
  }

  function mayPass(key: string, stage: Attempt["stage"]): boolean {
    const until = passes.get(key);
    if (until === undefined) return false;
    if (stage === "end" || until <= now()) passes.delete(key);
    return until > now();
  }

  return {
    /** True where the dial must not happen now. */
    stops({ target, element, stage, perform }: Attempt): boolean {
      if (judge === "off" || !alive()) return false;
      if (mayPass(passKey(target), stage)) return false;
      if (isTooMuch()) return true;
      let done = false;
      const dial: PendingDial = {
        ...{ ...target, element },
        resume(instead) {
          if (done) return;
          done = true;
          passes.set(
            passKey(instead === undefined ? target : { medium: target.medium, written: instead }),
            now() + PASS_MS,
          );
          perform(instead);
        },
      };
      if (judge === "waiting") {
        waiting.push(dial);
        return true;
      }
      const answer = judge(dial);
      if (answer === "hold") return true;
      if (answer === "none") begun.pop();
      else if (stage === "begin") passes.set(passKey(target), now() + PASS_MS);
      return false;
    },
    /** Dials that were held before there was a judge are judged now. */
    connect(by: Judge): void {
      judge = by;
      for (const dial of waiting.splice(0)) if (by(dial) !== "hold") dial.resume();
    },
    /** From now on everything passes. */
    off(): void {
      judge = "off";
      waiting = [];
    },
    /** The person did something new: passes that were not used expire. */
    forget: () => passes.clear(),
  };
}
