/**
 * Whether a person can see our dialog as we drew it. Chrome itself says so (Intersection Observer v2): nothing of the
 * page's lies over it, not even what lets clicks through, nothing blends it away, and no frame around us is clipped.
 */

/** As long as Chrome lets an observer of visibility wait at the least. */
const DELAY_MS = 100;
/** A page may enlarge or shrink its root element, and our dialog with it. Drawn narrower than this, nobody reads it. */
const READABLE = 240;

type Entry = IntersectionObserverEntry & { isVisible: boolean };

export interface Visibility {
  seen: () => boolean;
  /** Tells whenever it may have changed; answers how to stop that. */
  subscribe: (changed: () => void) => () => void;
}

/**
 * `look` asks everybody to look again, also where the observer has nothing to say: our dialog is drawn in another size,
 * or was closed and opened again before the observer's next look.
 */
export function watchVisibility(dialog: HTMLElement): Visibility & { look: () => void; end: () => void } {
  const listeners = new Set<() => void>();
  let visible = false;
  const look = () => {
    for (const changed of listeners) changed();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const { isVisible, intersectionRatio } = entries.at(-1) as Entry;
      visible = isVisible && intersectionRatio > 0.9;
      look();
    },
    { threshold: [0, 0.9, 1], trackVisibility: true, delay: DELAY_MS } as IntersectionObserverInit,
  );
  observer.observe(dialog);
  return {
    seen: () => visible && dialog.getBoundingClientRect().width >= Math.min(READABLE, innerWidth / 2),
    look,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    end: () => observer.disconnect(),
  };
}
