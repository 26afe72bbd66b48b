/**
 * Decides about each stage of a dial: the judge is asked once for each dial, and what it lets go on passes the later
 * stages of that dial. Knows nothing of the page.
 */
import type { DialTarget } from "../../../shared/dials/address.ts";
import { isEmergency } from "../../../shared/dials/services.ts";
import { openLimit } from "../protocols/too-many.ts";
import type { PendingDial, Judge } from "./pending-dial.ts";

/**
 * How long a dial that passed may take to happen, in milliseconds: the app's handler may ask its server first. The
 * person's next click or key ends it sooner.
 */
const PASS_MS = 5000;

/**
 * The stages of a dial, in their order. A click may lead to a submit, whose handler may send the form itself, an app's
 * handler or a form may ask for a window, and the browser goes to the address last. A dial may skip stages, and never goes back: the same stage for a second time
 * is a second dial. A held click or submit that goes on comes before all of them: its handlers may dial in its place.
 */
const STAGES = ["resumed", "click", "submit", "sent", "asked", "goes"] as const;
export type Stage = (typeof STAGES)[number];

/** A dial that was judged and has not happened yet. */
export interface Pass {
  /** Its medium and number as written, or its unlisted address. */
  key: string;
  /** The stage that it has reached, by its place in the order. */
  stage: number;
  /** When it expires. */
  until: number;
  /** True while what it came with will still dial by itself, not yet by this stage: that is another dial. */
  isOwn: (stage: Stage) => boolean;
  /** Called with the stage that takes it. */
  takes?: ((stage: Stage) => void) | undefined;
  /** The event that it came with. */
  event?: OnWay | undefined;
  /** It was held, and goes on: what takes it lends it in its turn. */
  wasHeld?: boolean;
}

interface OnWay {
  /** The page's handlers are hearing it. */
  isOnWay: () => boolean;
  /** Calls back once the browser has acted on it: with true where it did not, as the page had cancelled it. */
  over: (tell: (off: boolean) => void) => void;
}

export interface Attempt {
  target: DialTarget;
  element: Element | null;
  stage: Stage;
  /** Performs the dial; with `instead`, dials that number. True where the app's handlers do, who may take their time. */
  perform: (instead?: string) => boolean;
  /** We perform it in any case: the page's own way would dial again, unseen. */
  ours?: boolean;
  /** See `Pass`. */
  isOwn?: Pass["isOwn"] | undefined;
  takes?: Pass["takes"];
  event?: Pass["event"];
  /** Called where it goes on by the pass of what was held. */
  lend?: (() => void) | undefined;
}

/** A pass for a message is none for a call to the same number, which is judged by other rules. */
const keyOf = ({ unlisted, medium, written }: DialTarget): string =>
  // A form that is sent by GET leaves a bare question mark.
  unlisted?.replace(/\?$/, "") ?? `${medium} ${written}`;

export interface GateDeps {
  /** False once the extension is gone: then nothing is known any more. */
  alive: () => boolean;
  /** A dial was held because the extension is gone. */
  orphaned: () => void;
  /** Milliseconds, by the same clock in every frame. */
  now: () => number;
  /** Shared by the frames of one origin: a dial may begin in one and end in another. */
  passes: Pass[];
}

export function openGate({ alive, orphaned, now, passes }: GateDeps) {
  let judge: Judge | "waiting" | "off" = "waiting";
  let waiting: PendingDial[] = [];
  const limit = openLimit(now);

  const cameWith = ({ isOwn = () => false, takes, event }: Partial<Attempt>) => ({ isOwn, takes, event });
  const add = (target: DialTarget, stage: number, by: Partial<Attempt> = {}): Pass => {
    const pass: Pass = { key: keyOf(target), stage, until: now() + PASS_MS, ...cameWith(by) };
    passes.push(pass);
    return pass;
  };
  function remove(pass: Pass | undefined): void {
    const at = pass ? passes.indexOf(pass) : -1;
    if (at >= 0) passes.splice(at, 1);
  }

  /** Takes a dial that has passed an earlier stage on to this one. */
  function takesOn(attempt: Attempt): boolean {
    const { target, stage, ours, lend } = attempt;
    const key = keyOf(target);
    const reached = STAGES.indexOf(stage);
    for (const old of passes.filter(({ until }) => until <= now())) remove(old);
    // What began last ends first.
    const pass = passes.findLast((p) => p.key === key && p.stage < reached && !p.isOwn(stage));
    if (!pass) return false;
    pass.takes?.(stage);
    if (pass.wasHeld) lend?.();
    Object.assign(pass, { stage: reached, ...cameWith(attempt) });
    if (ours || stage === "goes") remove(pass);
    return true;
  }

  /**
   * Tells of a dial that passed. Where it was begun while an event was on its way that would dial the same by itself, the page
   * may cancel that yet: then the two are one call, and the record of that event's is its record.
   */
  function apart(target: DialTarget, tell: () => void): void {
    const key = keyOf(target);
    const outer = passes.findLast((p) => p.key === key && p.event?.isOnWay());
    if (!outer) return tell();
    const { event, stage } = outer;
    // It is one call's alone.
    outer.event = undefined;
    event!.over((off) => {
      if (off && outer.stage === stage && passes.includes(outer)) remove(outer);
      else tell();
    });
  }

  /** Performs a dial that may go on. A handler may ask the person before it dials: its time begins after that. */
  function letGo(target: DialTarget, perform: () => boolean): void {
    const pass = add(target, -1);
    pass.until = Infinity;
    pass.wasHeld = true;
    let isOn = false;
    try {
      isOn = perform();
    } catch (error) {
      console.error(error);
    }
    pass.until = now() + PASS_MS;
    if (!isOn) remove(pass);
  }

  /** A judge that fails has found nothing out: the dial is held. */
  function judged(by: Judge, dial: PendingDial): ReturnType<Judge> {
    try {
      return by(dial);
    } catch (error) {
      console.error(error);
      return "hold";
    }
  }

  /** True where the dial must not happen now. */
  function stops(attempt: Attempt): boolean {
    const { target, element, stage, perform, ours = false } = attempt;
    if (judge === "off") return false;
    if (takesOn(attempt)) {
      if (ours) letGo(target, perform);
      return ours;
    }
    if (!alive()) {
      if (isEmergency(target.written, null)) return false;
      orphaned();
      return true;
    }
    if (!isEmergency(target.written, null) && limit.isTooMany()) return true;
    let done = false;
    const dial: PendingDial = {
      ...{ ...target, element },
      apart: (tell) => apart(target, tell),
      resume(instead) {
        if (done) return;
        done = true;
        const { medium } = target;
        letGo(instead === undefined ? target : { medium, written: instead }, () => perform(instead));
      },
    };
    if (judge === "waiting") {
      waiting.push(dial);
      return true;
    }
    const answer = judged(judge, dial);
    if (answer === "hold") return true;
    if (answer === "none") {
      limit.uncount();
      return false;
    }
    if (ours) dial.resume();
    else if (stage !== "goes") add(target, STAGES.indexOf(stage), attempt);
    return ours;
  }

  return {
    stops,
    /** A dial has happened at this stage: none of the later ones will come. */
    happened(target: DialTarget, stage: Stage): void {
      const key = keyOf(target);
      remove(passes.find((p) => p.key === key && p.stage === STAGES.indexOf(stage)));
    },
    /** Dials that were held before there was a judge are judged now. */
    connect(by: Judge): void {
      judge = by;
      for (const dial of waiting.splice(0)) if (judged(by, dial) !== "hold") dial.resume();
    },
    isOn: () => judge !== "off",
    /** From now on everything passes. */
    off(): void {
      judge = "off";
      waiting = [];
    },
    /** The person did something new: passes that were not used expire. */
    forget: () => void passes.splice(0),
  };
}
