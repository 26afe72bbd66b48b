/**
 * Which marks are near the viewport: by one observer of their elements, and of an element with many, as one long text, by
 * where each is.
 */
import type { Mark } from "../find/mark.ts";
import { type Box, meet } from "./box.ts";

/** So far outside the viewport, in pixels, an icon is placed already. */
const MARGIN = 120;
/** Of an element with more marks each is looked for by itself. */
const MANY = 40;
/** So few marks are near together. */
const FEW = 8;

export interface NearEvents {
  entered: (mark: Mark) => void;
  /** Answers whether it had been near. */
  left: (mark: Mark) => boolean;
  /** Once after each batch of the two above that changed anything. */
  changed: () => void;
  /** What is near in an element with many marks has to be looked for. */
  doubtful: () => void;
}

interface Here {
  marks: Set<Mark>;
  isNear: boolean;
  near: Set<Mark>;
  /** All by their places, until one comes or goes. */
  sorted: Mark[] | null;
}

/** `boxAround`: where all is from one mark to another of the same element; null where it is not rendered. */
export function openNear(
  { entered, left, changed, doubtful }: NearEvents,
  boxAround: (first: Mark, last: Mark) => Box | null,
  signal: AbortSignal,
) {
  const elements = new Map<Element, Here>();
  const full = new Set<Here>();
  const observer = new IntersectionObserver(
    (entries) => {
      let any = false;
      for (const { target, isIntersecting } of entries) {
        const here = elements.get(target);
        if (!here) continue;
        here.isNear = isIntersecting;
        if (isIntersecting && full.has(here)) doubtful();
        else for (const mark of here.marks) any = set(here, mark, isIntersecting) || any;
      }
      // Most of what is read is far away: no frame for that.
      if (any) changed();
    },
    { rootMargin: `${MARGIN}px` },
  );
  signal.addEventListener("abort", () => observer.disconnect());

  function set({ near }: Here, mark: Mark, isNear: boolean): boolean {
    if (!isNear) {
      near.delete(mark);
      return left(mark);
    }
    near.add(mark);
    entered(mark);
    return true;
  }

  /** The marks near a view of some that follow each other: none where nothing between the first and the last is. */
  function within(marks: readonly Mark[], view: Box): Mark[] {
    const box = boxAround(marks[0]!, marks[marks.length - 1]!);
    if (!box || !meet(box, view)) return [];
    if (marks.length <= FEW) return [...marks];
    const half = marks.length >> 1;
    return [...within(marks.slice(0, half), view), ...within(marks.slice(half), view)];
  }

  return {
    add(mark: Mark): void {
      const here = elements.get(mark.element);
      if (!here) {
        elements.set(mark.element, {
          ...{ marks: new Set([mark]), isNear: false },
          ...{ sorted: null, near: new Set() },
        });
        return observer.observe(mark.element);
      }
      here.marks.add(mark);
      here.sorted = null;
      if (here.marks.size > MANY) full.add(here);
      if (!here.isNear) return;
      if (full.has(here)) return doubtful();
      set(here, mark, true);
      changed();
    },
    drop(mark: Mark): void {
      const here = elements.get(mark.element);
      if (!here) return;
      here.marks.delete(mark);
      here.near.delete(mark);
      here.sorted = null;
      if (here.marks.size > 0) return;
      elements.delete(mark.element);
      full.delete(here);
      observer.unobserve(mark.element);
    },
    /** Looks for what is near in the elements with many marks, until it is late. False where some are left. */
    look({ left, top, right, bottom }: Box, isLate: () => boolean): boolean {
      const view = { left: left - MARGIN, top: top - MARGIN, right: right + MARGIN, bottom: bottom + MARGIN };
      let any = false;
      let all = true;
      for (const here of [...full]) {
        if (!here.isNear) continue;
        // Next time the others come first.
        if (!(all &&= !isLate())) break;
        full.delete(here);
        full.add(here);
        here.sorted ??= [...here.marks].sort(inOrder);
        const near = new Set(within(here.sorted, view));
        for (const mark of here.near) if (!near.has(mark)) any = set(here, mark, false) || any;
        for (const mark of near) if (!here.near.has(mark)) any = set(here, mark, true) || any;
      }
      if (any) changed();
      return all;
    },
  };
}

/** By their places in the page. */
function inOrder(a: Mark, b: Mark): number {
  const [first, second] = [a.parts[0], b.parts[0]];
  if (!first || !second) return 0;
  if (first.node === second.node) return first.start - second.start;
  return first.node.compareDocumentPosition(second.node) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}
