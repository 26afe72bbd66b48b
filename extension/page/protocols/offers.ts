/**
 * Offers of audio that no call explains. A softphone makes its offer just before it tells its server of the call, or after:
 * where no call was seen around it, in this frame or, as the background knows, in the tab, a softphone called by a way
 * that is not known here. It cannot be held, so it is put on record.
 */
import { OFFERS } from "../main-world-events.ts";

/** A call explains an offer that is so much later, or so much earlier, in milliseconds. */
export const BEFORE_MS = 20_000;
export const AFTER_MS = 10_000;

export interface OffersDeps {
  /** When a call was seen last in this frame, by the same clock; null before the first. */
  lastCall: () => number | null;
  now: () => number;
  later: (run: () => void, ms: number) => void;
  signal: AbortSignal;
}

export function openOffers(channel: EventTarget, { lastCall, now, later, signal }: OffersDeps) {
  let tell: (() => void) | null = null;
  let isWaiting = false;

  channel.addEventListener(
    OFFERS,
    () => {
      // One record tells of all that a page offers meanwhile.
      if (isWaiting) return;
      isWaiting = true;
      const at = now();
      later(() => {
        isWaiting = false;
        const last = lastCall();
        if (last === null || last < at - BEFORE_MS) tell?.();
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
