/**
 * Underlines the numbers: CSS highlights over static ranges, one highlight for each verdict. No node of the page is
 * touched. Digits stay readable, so nothing is struck through.
 */
import type { Verdict } from "../../../shared/check/api.ts";
import type { Mark } from "../find/mark.ts";

export const highlightName = (verdict: Verdict): string => `cleardial-${verdict}`;

/** Colours with a contrast of at least 3:1 on white, navy and black backgrounds alike (WCAG 2.2, 1.4.11). */
export const lines: Record<Verdict, string> = {
  clear: "#2a9d57",
  caution: "#d97706",
  blocked: "#e5383b",
  unknown: "#868e99",
};

const css = `
  @media screen {
    ::highlight(cleardial-clear) { text-decoration: underline solid ${lines.clear} 2px; }
    ::highlight(cleardial-caution) { text-decoration: underline wavy ${lines.caution} 1.5px; background-color: rgb(217 119 6 / 20%); }
    ::highlight(cleardial-blocked) { text-decoration: underline double ${lines.blocked} 2px; background-color: rgb(229 56 59 / 18%); }
    ::highlight(cleardial-unknown) { text-decoration: underline dotted ${lines.unknown} 2px; }
  }
`;
/** Where policy hides blocked numbers, text and background have this colour. Selecting the text shows it: this guides people, it is no lock. */
export const MASK = "#b3262b";
const mask = `
  @media screen {
    ::highlight(cleardial-blocked) {
      color: ${MASK}; -webkit-text-fill-color: ${MASK}; background-color: ${MASK}; text-decoration: none; text-shadow: none;
    }
  }
`;
/**
 * Milliseconds between two paints of new numbers: a least, and one more for so many as are painted. In the frame after
 * a range was added Chrome looks at all ranges of the document again: painted by each slice of reading, a page of 3,000
 * numbers took twice as long.
 */
const PAINT_EVERY_MS = 50;
const NUMBERS_A_MS = 20;

const verdicts: Verdict[] = ["clear", "caution", "blocked", "unknown"];

export function openPaint(roots: Iterable<Document | ShadowRoot>, signal: AbortSignal) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  let masked = false;
  const highlights = new Map(verdicts.map((v) => [v, new Highlight()]));
  const painted = new Map<Mark, { verdict: Verdict; ranges: AbstractRange[] }>();
  /** Decided, and not painted yet. */
  const waiting = new Set<Mark>();
  let paintedAt = -Infinity;
  let scheduled = false;
  // In forced colours Chrome paints all highlights alike, so only the icons show the verdict.
  const forced = matchMedia("(forced-colors: active)");

  function register(): void {
    for (const [verdict, highlight] of highlights) {
      const name = highlightName(verdict);
      const ours = CSS.highlights.get(name) === highlight;
      // After an update, the new version's highlight may have the name already: leave it.
      if (!forced.matches && !signal.aborted) {
        if (!ours) CSS.highlights.set(name, highlight);
      } else if (ours) CSS.highlights.delete(name);
    }
  }
  /** Rules of highlights make each element that a page adds a tenth dearer: a page without numbers has none. */
  let hasNumbers = false;
  const adopt = (root: Document | ShadowRoot) => {
    if (hasNumbers && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  };
  const adoptAll = () => {
    for (const root of roots) adopt(root);
  };
  forced.addEventListener("change", register, { signal });
  register();
  signal.addEventListener("abort", () => {
    register();
    for (const root of roots) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((s) => s !== sheet);
  });

  function clear(mark: Mark): void {
    waiting.delete(mark);
    const old = painted.get(mark);
    if (!old) return;
    for (const range of old.ranges) highlights.get(old.verdict)!.delete(range);
    painted.delete(mark);
  }

  function paint(mark: Mark, verdict: Verdict): void {
    const ranges = mark.parts.map(
      ({ node, start, end }) =>
        new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }),
    );
    for (const range of ranges) highlights.get(verdict)!.add(range);
    painted.set(mark, { verdict, ranges });
  }

  function paintWaiting(): void {
    scheduled = false;
    if (signal.aborted) return;
    if (!hasNumbers) {
      hasNumbers = true;
      adoptAll();
    }
    for (const mark of waiting) if (mark.decision) paint(mark, mark.decision.verdict);
    waiting.clear();
    paintedAt = performance.now();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    const wait = paintedAt + PAINT_EVERY_MS + painted.size / NUMBERS_A_MS - performance.now();
    if (wait > 0) setTimeout(paintWaiting, wait);
    // All that is decided in this task is painted together.
    else queueMicrotask(paintWaiting);
  }

  return {
    adopt,
    clear,
    /**
     * Paints a mark by its decision; without one, removes its paint. New numbers are painted together, a moment later;
     * what is painted already changes at once.
     */
    draw(mark: Mark): void {
      const verdict = mark.decision?.verdict;
      const old = painted.get(mark)?.verdict;
      if (verdict === old) return;
      clear(mark);
      if (!verdict || mark.parts.length === 0) return;
      if (old) return paint(mark, verdict);
      waiting.add(mark);
      schedule();
    },
    /** Hides blocked numbers, or shows them again. */
    mask(on: boolean): void {
      if (on === masked) return;
      masked = on;
      sheet.replaceSync(on ? css + mask : css);
    },
    /** Restores what a script of the page removed. */
    restore(): void {
      register();
      adoptAll();
    },
  };
}
