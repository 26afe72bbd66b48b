/** How the overlay finds the guard, which is a script of its own: both run in the extension's isolated world of the frame. */
import type { Judge } from "./pending-dial.ts";

export interface Guard {
  alive: () => boolean;
  /** Removes the guard: a newer version's script does that before it starts its own. */
  stop: () => void;
  /** Has dials judged by this judge until the signal aborts; then everything passes. */
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
 * The passes of dials, shared by frames of one origin: a dial may begin in one frame and end in another, and is judged
 * once. Kept in the outermost frame that can be reached.
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
