/**
 * Offers of audio that no call explains. A softphone makes its offer just before it tells its server of the call, or after:
 * where no call was seen around it, in this frame or, as the background knows, in the tab, a softphone called by a way
 * that is not known here. It cannot be held, so it is put on record.
 */
import { OFFERS } from "../main-world-events.ts";
import type { openCallGate } from "./gate.ts";

/** A call that went explains an offer that is so much later, and any call one that is so much earlier, in milliseconds. */
export const BEFORE_MS = 20_000;
export const AFTER_MS = 10_000;

export interface OffersDeps {
  /** Of this frame, by the same clock. */
  calls: Pick<ReturnType<typeof openCallGate>, "lastCall" | "lastGone" | "hasEnded">;
  now: () => number;
  later: (run: () => void, ms: number) => void;
  signal: AbortSignal;
}

export function openOffers(channel: EventTarget, { calls, now, later, signal }: OffersDeps) {
  let tell: (() => void) | null = null;
  let isWaiting = false;

  channel.addEventListener(
    OFFERS,
    (event) => {
      // A connection makes further offers in its call. One record tells of all that a page offers meanwhile.
      const isAgain = (event as CustomEvent<unknown>).detail === true;
      if (isWaiting || (isAgain && !calls.hasEnded())) return;
      isWaiting = true;
      const at = now();
      later(() => {
        isWaiting = false;
        // A call that was refused explains the offer that it was made with.
        if (calls.lastCall() < at && calls.lastGone() < at - BEFORE_MS) tell?.();
      }, AFTER_MS);
    },
    { signal },
  );

  return {
    /** Who is told, until the signal aborts. */
    connect(whom: () => void, until: AbortSignal): void {
      tell = whom;
      until.addEventListener("abort", () => (tell = null));
    },
  };
}
