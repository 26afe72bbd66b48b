/**
 * Whether a person can see our dialog as we drew it. Chrome itself says so (Intersection Observer v2): nothing of the
 * page is over it, not even what lets clicks through, no filter or opacity changes it, and no frame around us is clipped.
 */

/** The shortest delay that Chrome allows an observer of visibility, in milliseconds. */
const DELAY_MS = 100;
/** A page may shrink its root element, and our dialog with it. Narrower than this, in pixels, nobody can read it. */
const READABLE = 240;

type Entry = IntersectionObserverEntry & { isVisible: boolean };

export interface Visibility {
  seen: () => boolean;
  /** Calls `changed` whenever `seen` may have changed. Answers how to unsubscribe. */
  subscribe: (changed: () => void) => () => void;
}

/**
 * `look` tells the subscribers to look again, for what the observer does not report: a new size of the dialog, or that
 * it was closed and opened again before the observer's next report.
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
