/** How the overlay finds the guard: both run in the extension's own world of the frame, as files of their own. */
import type { Judge } from "./dialled.ts";

export interface Guard {
  alive: () => boolean;
  /** An older version's guard is taken down before a new one starts. */
  stop: () => void;
  /** Dials are judged by this one until the signal aborts; then everything passes. */
  connect: (judge: Judge, until: AbortSignal) => void;
}

const shared = globalThis as unknown as { cleardialGuard?: Guard };

export const guardHandle = {
  get: (): Guard | undefined => shared.cleardialGuard,
  set: (guard: Guard): void => {
    shared.cleardialGuard = guard;
  },
};

/** False once the extension was updated or removed under this page. */
export function hasExtension(): boolean {
  try {
    return !!chrome.runtime?.id;
  } catch {
    return false;
  }
}
