/** How the overlay finds the guard: both run in the extension's own world of the frame, as files of their own. */
import type { Judge } from "./pending-dial.ts";

export interface Guard {
  alive: () => boolean;
  /** An older version's guard is taken down before a new one starts. */
  stop: () => void;
  /** Dials are judged by this one until the signal aborts; then everything passes. */
  connect: (judge: Judge, until: AbortSignal) => void;
}

type Shared = { cleardialGuard?: Guard; cleardialPasses?: Map<string, number> };
const shared = globalThis as unknown as Shared;

export const guardHandle = {
  get: (): Guard | undefined => shared.cleardialGuard,
  set: (guard: Guard): void => {
    shared.cleardialGuard = guard;
  },
};

/**
 * Which dials may go on. Frames of one origin keep them together: a dial may begin in one of them and end in another,
 * and is judged once. Kept in the outermost frame that can be reached.
 */
export function sharedPasses(): Map<string, number> {
  let outermost: Window = window;
  while (outermost.parent !== outermost && isNear(outermost.parent)) outermost = outermost.parent;
  return ((outermost as unknown as Shared).cleardialPasses ??= new Map());
}

/** False for a window of another origin. */
function isNear(other: Window): boolean {
  try {
    return other.document !== null;
  } catch {
    return false;
  }
}
