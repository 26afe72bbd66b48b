/**
 * Underlines the numbers: CSS highlights over static ranges, one highlight for each verdict. No node of the page is
 * touched. Digits stay readable, so nothing is struck through.
 */
import type { Verdict } from "../../../shared/check/api.ts";
import { isInLong, type Mark } from "../find/mark.ts";

export const highlightName = (verdict: Verdict): string => `cleardial-${verdict}`;

/** Colours with a contrast of at least 3:1 on what is nearly white (to #eee), navy or black (WCAG 2.2, 1.4.11). */
export const lines: Record<Verdict, string> = {
  clear: "#289552",
  caution: "#c76a04",
  blocked: "#e8484a",
  unknown: "#7d8591",
};

/** What is put behind a number where a line would not stand out, and the ink on it. */
export const plates = { light: ["#fff", "#16191d"], dark: ["#16191d", "#fff"] } as const;
export type Plate = keyof typeof plates;
const plateName = (plate: Plate): string => `plate-of-cleardial-${plate}`;

/** The plate for a ground of this relative luminance (WCAG 2.2): none where all lines stand out on it by 3:1. */
export function plateOn(ground: number): Plate | undefined {
  if (ground < 0.0409 || ground > 0.795) return undefined;
  // Below it is nearer to black than to white.
  return ground < 0.179 ? "dark" : "light";
}

/** The first colour of a computed background's images; "" where the topmost is a picture, whose address may say anything. */
export const gradientColour = (images: string): string =>
  /(?<![a-z])[a-z]+\([\d.][^()]*\)/.exec(images.split("url(", 1)[0]!)?.[0] ?? "";

/**
 * For the root alone, from which each element has them, in shadow roots too: a rule that holds for any element makes Chrome
 * take a third longer for the style of each, whether it has a number or not.
 */
const css = `
  :root::highlight(cleardial-clear) { text-decoration: underline solid ${lines.clear} 2px; }
  :root::highlight(cleardial-caution) { text-decoration: underline wavy ${lines.caution} 1.5px; background-color: rgb(217 119 6 / 20%); }
  :root::highlight(cleardial-blocked) { text-decoration: underline double ${lines.blocked} 2px; background-color: rgb(229 56 59 / 10%); }
  :root::highlight(cleardial-unknown) { text-decoration: underline dotted ${lines.unknown} 2px; }
`;
/** Where policy hides blocked numbers, text and background have this colour. Selecting the text shows it: this guides people, it is no lock. */
export const MASK = "#b3262b";
const mask = (): string => coloured("cleardial-blocked", [MASK, MASK]);
/** A page has this rule from the first number on that needs it. */
const plateCss = (plate: Plate): string => coloured(plateName(plate), plates[plate]);
const coloured = (name: string, [ground, ink]: readonly [string, string]): string => `
  :root::highlight(${name}) { color: ${ink}; -webkit-text-fill-color: ${ink}; background-color: ${ground}; text-decoration: none; text-shadow: none; }`;
/**
 * Milliseconds between two paints of new numbers: a least, and one more for so many as are painted. In the frame after
 * a range was added Chrome looks at all ranges of the document again: painted by each slice of reading, a page of 3,000
 * numbers took twice as long.
 */
const PAINT_EVERY_MS = 50;
const NUMBERS_A_MS = 20;
/** And one more for so many characters of the text that they are in: Chrome goes through all of its lines. */
const CHARACTERS_A_MS = 8000;

/** Of more numbers those near the viewport alone are painted: at each change of a page Chrome looks at all ranges again. */
const MOST_PAINTED = 5000;

const verdicts: Verdict[] = ["clear", "caution", "blocked", "unknown"];

/**
 * `isNear`: whether a mark is near the viewport; of very many, no others are painted. In a very long text none is: once one is
 * painted, Chrome goes through all of that text at each change of any style of the page.
 */
export function openPaint(isNear: (mark: Mark) => boolean, signal: AbortSignal) {
  const sheet = new CSSStyleSheet({ media: "screen" });
  let masked = false;
  /** By their names. */
  const highlights = new Map(verdicts.map((v) => [highlightName(v), new Highlight()]));
  const painted = new Map<Mark, { names: string[]; ranges: AbstractRange[] }>();
  /** Decided, and not painted yet. */
  const waiting = new Set<Mark>();
  const isFar = (mark: Mark) => painted.size >= MOST_PAINTED && !isNear(mark);
  const used = new Set<Plate>();
  let paintedAt = -Infinity;
  let scheduled = false;
  // In forced colours Chrome paints all highlights alike, so only the icons show the verdict.
  const forced = matchMedia("(forced-colors: active)");

  function style(): void {
    sheet.replaceSync([css, ...[...used].map(plateCss), masked ? mask() : ""].join(""));
  }
  style();

  function register(): void {
    for (const [name, highlight] of highlights) {
      const ours = CSS.highlights.get(name) === highlight;
      // After an update, the new version's highlight may have the name already: leave it.
      if (!forced.matches && !signal.aborted) {
        if (!ours) CSS.highlights.set(name, highlight);
      } else if (ours) CSS.highlights.delete(name);
    }
  }
  /** A page without numbers has no rules of ours. */
  let hasNumbers = false;
  function adopt(): void {
    if (hasNumbers && !document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  }
  forced.addEventListener("change", register, { signal });
  register();
  signal.addEventListener("abort", () => {
    register();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== sheet);
  });

  /** The highlights that a mark is in. */
  function namesOf({ decision, plate }: Mark): string[] {
    const names = decision ? [highlightName(decision.verdict)] : [];
    if (decision && plate) {
      names.push(plateName(plate));
      if (!used.has(plate)) {
        used.add(plate);
        const under = new Highlight();
        under.priority = -1;
        highlights.set(plateName(plate), under);
        register();
        style();
      }
    }
    return names;
  }

  function clear(mark: Mark): void {
    waiting.delete(mark);
    const old = painted.get(mark);
    if (!old) return;
    for (const name of old.names) for (const range of old.ranges) highlights.get(name)!.delete(range);
    painted.delete(mark);
  }

  function paint(mark: Mark, names: string[]): void {
    const ranges = mark.parts.map(
      ({ node, start, end }) =>
        new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }),
    );
    for (const name of names) for (const range of ranges) highlights.get(name)!.add(range);
    painted.set(mark, { names, ranges });
  }

  function paintWaiting(): void {
    scheduled = false;
    if (signal.aborted) return;
    hasNumbers = true;
    adopt();
    // What is no longer near goes with the next paint, as its own would cost as much.
    for (const mark of painted.keys()) if (isFar(mark)) clear(mark);
    for (const mark of waiting) if (mark.decision && !isFar(mark)) paint(mark, namesOf(mark));
    waiting.clear();
    paintedAt = performance.now();
  }

  function schedule(characters: number): void {
    if (scheduled) return;
    scheduled = true;
    const cost = painted.size / NUMBERS_A_MS + characters / CHARACTERS_A_MS;
    const wait = paintedAt + PAINT_EVERY_MS + cost - performance.now();
    if (wait > 0) setTimeout(paintWaiting, wait);
    // All that is decided in this task is painted together.
    else queueMicrotask(paintWaiting);
  }

  return {
    clear,
    /**
     * Paints a mark by its decision and its plate; without a decision, removes its paint. New numbers are painted
     * together, a moment later; what is painted already changes at once.
     */
    draw(mark: Mark): void {
      const names = isInLong(mark) ? [] : namesOf(mark);
      const old = painted.get(mark)?.names ?? [];
      if (names.join() === old.join()) return;
      clear(mark);
      if (names.length === 0 || mark.parts.length === 0 || isFar(mark)) return;
      if (old.length > 0) return paint(mark, names);
      waiting.add(mark);
      schedule(mark.parts[0]!.node.length);
    },
    /** Hides blocked numbers, or shows them again. */
    mask(on: boolean): void {
      if (on === masked) return;
      masked = on;
      style();
    },
    /** Restores what a script of the page removed. */
    restore(): void {
      register();
      adopt();
    },
  };
}
