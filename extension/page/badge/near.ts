/** Which marks are near the viewport, by one observer of their elements. */
import type { Mark } from "../find/mark.ts";

/** So far outside the viewport, an icon is placed already. */
const MARGIN = "120px";

export interface NearEvents {
  entered: (mark: Mark) => void;
  /** Answers whether it had been near. */
  left: (mark: Mark) => boolean;
  /** Once after each batch of the two above that changed anything. */
  changed: () => void;
}

export function openNear({ entered, left, changed }: NearEvents, signal: AbortSignal) {
  const marksOf = new Map<Element, Set<Mark>>();
  const observer = new IntersectionObserver(
    (entries) => {
      let any = false;
      for (const { target, isIntersecting } of entries)
        for (const mark of marksOf.get(target) ?? [])
          if (isIntersecting) {
            entered(mark);
            any = true;
          } else if (left(mark)) any = true;
      // Most of what is read is far away: no frame for that.
      if (any) changed();
    },
    { rootMargin: MARGIN },
  );
  signal.addEventListener("abort", () => observer.disconnect());

  return {
    add(mark: Mark): void {
      const marks = marksOf.get(mark.element);
      if (marks) {
        marks.add(mark);
        // The observer reports changes only: observe the element again to get a report for the new mark.
        observer.unobserve(mark.element);
      } else marksOf.set(mark.element, new Set([mark]));
      observer.observe(mark.element);
    },
    drop(mark: Mark): void {
      const marks = marksOf.get(mark.element);
      marks?.delete(mark);
      if (marks?.size !== 0) return;
      marksOf.delete(mark.element);
      observer.unobserve(mark.element);
    },
  };
}
