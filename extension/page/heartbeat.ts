/** What is looked after twice a second, while there is anything: a page without numbers has no timer of ours. */
import { MINUTE } from "../../shared/core/time.ts";
import { POLL_MS } from "./frame-facts.ts";

const BEAT_MS = 500;

/** Answers how to start the beat. It stops by itself once `beat` answers that there is nothing to look after. */
export function openHeartbeat(beat: () => boolean, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  signal.addEventListener("abort", stop);
  return () => {
    if (!signal.aborted) timer ??= setInterval(() => beat() || stop(), BEAT_MS);
  };
}

/** When all numbers were decided last, and when the background was asked what changed, by the device's clock. */
export interface Clock {
  decidedAt: number;
  polledAt: number;
}

/**
 * True where all numbers are to be decided again: once a minute, as hours and a list's age change with the clock. A
 * device's clock may be set back, so the time since is taken either way.
 */
export const decidesAgain = ({ decidedAt }: Clock, now: number): boolean =>
  Math.abs(now - decidedAt) >= MINUTE;

/** True where it is time to ask what changed. */
export const pollsAgain = ({ polledAt }: Clock, now: number): boolean => Math.abs(now - polledAt) >= POLL_MS;
