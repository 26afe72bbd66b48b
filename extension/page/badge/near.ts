/**
 * Which marks are near the viewport: by one observer of their elements, and of an element with many, as one long text, by
 * where each is.
 */
import { isInLong, type Mark } from "../find/mark.ts";
import { type Box, meet } from "./box.ts";

/** So far outside the viewport, in pixels, an icon is placed already. */
const MARGIN = 120;
/** Of an element with more marks each is looked for by itself; so it is in a very long text. */
const MANY = 40;
/** So few marks are near together. */
const FEW = 4;
/**
 * Elements in a page beyond which new ones are observed together, a millisecond later for each so many: in the frame after
 * that Chrome looks at all of them.
 */
const ELEMENTS = 1000;
const ELEMENTS_A_MS = 20;

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
  { entered, left: goes, changed, doubtful }: NearEvents,
  boxAround: (first: Mark, last: Mark) => Box | null,
  signal: AbortSignal,
) {
  const elements = new Map<Element, Here>();
  const full = new Set<Here>();
  /** Those that are not observed yet. */
  const waiting = new Set<Element>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What is left of a look: marks that follow each other. */
  const left: [here: Here, marks: readonly Mark[]][] = [];
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
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    observer.disconnect();
  });

  function observe(): void {
    timer = undefined;
    for (const element of waiting) observer.observe(element);
    waiting.clear();
  }

  function set({ near }: Here, mark: Mark, isNear: boolean): boolean {
    if (!isNear) {
      near.delete(mark);
      return goes(mark);
    }
    near.add(mark);
    entered(mark);
    return true;
  }

  return {
    add(mark: Mark): void {
      let here = elements.get(mark.element);
      if (!here) {
        here = { marks: new Set(), isNear: false, near: new Set(), sorted: null };
        elements.set(mark.element, here);
        waiting.add(mark.element);
        if (elements.size < ELEMENTS) observe();
        else timer ??= setTimeout(observe, elements.size / ELEMENTS_A_MS);
      }
      here.marks.add(mark);
      here.sorted = null;
      if (here.marks.size > MANY || isInLong(mark)) full.add(here);
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
      waiting.delete(mark.element);
      observer.unobserve(mark.element);
    },
    /**
     * Looks for what is near in the elements with many marks, until it is late. False where some are left, with which the next
     * call goes on.
     */
    look(of: Box, isLate: () => boolean): boolean {
      const view = {
        ...{ left: of.left - MARGIN, top: of.top - MARGIN },
        ...{ right: of.right + MARGIN, bottom: of.bottom + MARGIN },
      };
      if (left.length === 0)
        for (const here of full)
          if (here.isNear) left.push([here, (here.sorted ??= [...here.marks].sort(inOrder))]);
      let any = false;
      for (let next = left.pop(); next; next = isLate() ? undefined : left.pop()) {
        const [here, marks] = next;
        const box = boxAround(marks[0]!, marks[marks.length - 1]!);
        const isNear = box !== null && meet(box, view);
        const half = marks.length >> 1;
        // Nothing between the first and the last is near, or it is looked for in both halves.
        if (isNear && marks.length > FEW) left.push([here, marks.slice(half)], [here, marks.slice(0, half)]);
        else
          for (const mark of marks)
            if (here.marks.has(mark) && here.near.has(mark) !== isNear) any = set(here, mark, isNear) || any;
      }
      if (any) changed();
      return left.length === 0;
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
