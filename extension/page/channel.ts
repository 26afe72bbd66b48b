/**
 * The channel between our scripts in the isolated world and the one in the page's world: an EventTarget that is in no
 * page, shared by the frames of one origin and kept in the outermost that can be reached. Our script in the page's world
 * gets it once, before any script of the page runs (guard.ts).
 */

type Shared = Window & {
  EventTarget: typeof EventTarget;
  cleardialChannel?: EventTarget;
};

/** The outermost frame of this origin that can be reached from here. */
export function outermostFrame(): Window {
  let outermost: Window = window;
  while (outermost.parent !== outermost && isNear(outermost.parent)) outermost = outermost.parent;
  return outermost;
}

/** False for a window of another origin. */
function isNear(other: Window): boolean {
  try {
    return other.document !== null;
  } catch {
    return false;
  }
}

/** Made by the outermost frame, which outlives the others. */
export function channel(): EventTarget {
  const outermost = outermostFrame() as Shared;
  return (outermost.cleardialChannel ??= new outermost.EventTarget());
}
