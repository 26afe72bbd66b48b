/** How the overlay finds the guard, which is a script of its own: both run in the extension's isolated world of the frame. */
import { outermostFrame } from "../channel.ts";
import type { Pass } from "./gate.ts";
import type { Judge } from "./pending-dial.ts";
import type { JudgeCall } from "../protocols/endpoint.ts";

export interface Guard {
  alive: () => boolean;
  /** Removes the guard. */
  stop: () => void;
  /** In an inner frame: what else is to stop once its document is found gone. */
  gone: (stop: () => void) => void;
  /** Has dials judged by this judge until the signal aborts; then everything passes, unless the extension is gone. */
  connect: (judge: Judge, until: AbortSignal) => void;
  /** Has softphones' calls judged by this judge until the signal aborts. `off`: the protocols whose calls all pass. */
  calls: (judge: JudgeCall, off: readonly string[], until: AbortSignal) => void;
  /** Has a person's plain click on a clear number start the softphone, by what comes before the number; `told` hears of it. */
  launches: (before: string | null, told: (address: string) => void) => void;
  /** Has audio that no call explains told, until the signal aborts. */
  offers: (tell: () => void, until: AbortSignal) => void;
  /** In a page that was open before us: gives the channel to our script in its world, by the name that it made. */
  meets: (name: string) => void;
  /**
   * The guards of earlier versions, with these tokens, go. With its own token a later version will tell this one to. They
   * are in other worlds and share the page alone, where anything can be forged that is no secret.
   */
  succeed: (tokens: { own: string; before: readonly string[] }) => void;
}

type Shared = {
  cleardialGuard?: Guard;
  cleardialPasses?: Pass[];
  cleardialJoined?: boolean;
  cleardialFrames?: Map<Element, () => void>;
  /** Set by the background (sites.ts). */
  cleardialLate?: true;
};
const shared = globalThis as unknown as Shared;

export const guardHandle = {
  get: (): Guard | undefined => shared.cleardialGuard,
  set: (guard: Guard): void => {
    shared.cleardialGuard = guard;
  },
};

/** Dials that passed, shared by the frames of one origin: a dial may begin in one and end in another. */
export const sharedPasses = (): Pass[] => ((outermostFrame() as unknown as Shared).cleardialPasses ??= []);

/**
 * Keeps how to stop our scripts in an inner frame, and stops those whose document has gone: what they hear on the channel
 * would keep it. No event says for sure that a document is gone, so the next frame looks. They abort with a reason, as an
 * error that is made for want of one would keep who calls.
 */
export function stopsInFrame(stop: () => void): void {
  const outermost = outermostFrame() as Window & Shared & { Map: typeof Map };
  const frames = (outermost.cleardialFrames ??= new outermost.Map());
  const own = window.frameElement;
  for (const [element, stopBefore] of frames)
    if (element === own || (element as HTMLIFrameElement).contentWindow === null) {
      frames.delete(element);
      stopBefore();
    }
  if (own) frames.set(own, stop);
}

/** True in a page that was open before us. */
export const isLate = (): boolean => shared.cleardialLate === true;

/** True for the first who asks in this window: our script in the page's world gets the channel once. */
export const joinsFirst = (): boolean => !shared.cleardialJoined && (shared.cleardialJoined = true);
