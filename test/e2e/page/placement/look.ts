/**
 * Looks at the icons that are shown: each is at its number, and nearer to it than to any other, hides no character, and
 * lies in the window and on no other icon; one for several is at a block around them all, and their count is drawn in it.
 * Runs in our own world of a page, after watchDrawing.
 */
import type { Drawn } from "./drawn.ts";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
declare const cleardialOverlay:
  | { badges: () => { written: string; all: string[]; verdict: string; box: Box }[] }
  | undefined;

export interface Look {
  /** The numbers that have an icon of their own or are in one for several. */
  icons: string[];
  /** Those that have one of their own. */
  own: string[];
  /** Those of icons that are for several, and the count that is drawn. */
  shared: { verdict: string; all: string[]; count: string }[];
  /** Those whose own icon has a question mark. */
  asking: string[];
  faults: string[];
}

/** `numbers`: all that the page shows, as they are written there. */
export function look(numbers: readonly string[]): Look {
  const overlap = (a: Box, b: Box) =>
    Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
    Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  /** How far apart they are; the more they overlap, the less than nothing. */
  const apart = (a: Box, b: Box) =>
    overlap(a, b) > 0
      ? -overlap(a, b)
      : Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom, 0);
  /** How far an icon is from a number, as who reads line by line takes it: another line is further than the next word. */
  const away = (rect: Box, icon: Box) => {
    const y = (icon.top + icon.bottom) / 2;
    return (
      Math.max(icon.left - rect.right, rect.left - icon.right, 0) +
      3 * Math.max(rect.top + 2 - y, y - rect.bottom + 2, 0)
    );
  };
  const texts: Text[] = [];
  const fields: (HTMLInputElement | HTMLTextAreaElement)[] = [];
  const links: HTMLAnchorElement[] = [];
  const visit = (node: Node): void => {
    if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement)
      return void fields.push(node);
    if (node instanceof Text) texts.push(node);
    if (node instanceof HTMLAnchorElement) links.push(node);
    if (node instanceof Element && ["SCRIPT", "STYLE", "CLEARDIAL-HOST"].includes(node.tagName)) return;
    const root = node instanceof HTMLElement && chrome.dom.openOrClosedShadowRoot(node);
    if (root) root.childNodes.forEach(visit);
    // What a component shows in its slots; nothing else of it has a box.
    node.childNodes.forEach(visit);
  };
  visit(document.body);
  const rectsOf = (text: Text, start: number, end: number) => {
    const range = new Range();
    range.setStart(text, start);
    range.setEnd(text, end);
    return [...range.getClientRects()];
  };
  const hits = (text: Text, x: number, y: number) => {
    const hit = (text.getRootNode() as Document).elementFromPoint(x, y);
    return (
      hit !== null && (hit === text.parentElement || hit.contains(text) || text.parentElement!.contains(hit))
    );
  };
  interface Place {
    of: Text | Element;
    rect: Box;
  }
  const placesOf = (written: string): Place[] => [
    ...texts.flatMap((text) => {
      const start = text.data.indexOf(written);
      return start < 0
        ? []
        : rectsOf(text, start, start + written.length).map((rect) => ({ of: text, rect }));
    }),
    ...fields.flatMap((field) =>
      field.value.includes(written) ? [{ of: field, rect: field.getBoundingClientRect() }] : [],
    ),
    // One whose text does not show what it dials.
    ...links.flatMap((link) =>
      link.href === `tel:${written}` && !link.textContent.includes(written)
        ? [{ of: link, rect: link.getBoundingClientRect() }]
        : [],
    ),
  ];
  const badges = cleardialOverlay?.badges() ?? [];
  const all = new Map(
    [...numbers, ...badges.flatMap((badge) => badge.all)].map((written) => [written, placesOf(written)]),
  );
  const faults: string[] = [];
  const { drawn } = globalThis as unknown as { drawn: Drawn[] };
  const drawnIn = ({ box }: { box: Box }) =>
    drawn
      .filter(({ left, top }) => Math.abs(left - box.left) < 1 && Math.abs(top - box.top) < 1)
      .map(({ text }) => text);
  /** The count that is drawn in an icon. */
  const countIn = (badge: { box: Box }) => drawnIn(badge).find((text) => text !== "?");
  const isShared = (badge: { box: Box }) => countIn(badge) !== undefined;
  const contentsOf = (block: Element): [all: Box, lastLine: Box] => {
    const range = new Range();
    range.selectNodeContents(block);
    const all = range.getBoundingClientRect();
    return [all, [...range.getClientRects()].at(-1) ?? all];
  };
  const isAtBlock = (box: Box, all: string[]): boolean => {
    const [first, ...others] = all.map((written) => placesOf(written)[0]?.of);
    if (!first || others.includes(undefined)) return false;
    for (
      let at: Element | null = first instanceof Element ? first : first.parentElement;
      at;
      at = at.parentElement
    )
      if (
        others.every((other) => at.contains(other!)) &&
        contentsOf(at).some((part) => Math.abs(apart(box, part)) < 5)
      )
        return true;
      else if (first instanceof Element) return overlap(box, first.getBoundingClientRect()) > 0;
    return false;
  };
  const owned = new Set(badges.filter((badge) => !isShared(badge)).map(({ written }) => written));
  for (const { written, all: several, box } of badges) {
    const say = (what: string) => faults.push(`${written}: ${what}`);
    const host = document.querySelector("cleardial-host")!;
    if (box.right > host.clientWidth + 1 || box.left < -1 || box.top < -8) say("out of the window");
    for (const other of texts)
      for (let i = 0; i < other.data.length; i++) {
        if (/\s/.test(other.data[i]!)) continue;
        for (const r of rectsOf(other, i, i + 1)) {
          const covered = overlap(r, box) / (r.width * r.height);
          if (covered > 0.35 && hits(other, (r.left + r.right) / 2, (r.top + r.bottom) / 2))
            say(`hides "${other.data[i]!}" of "${other.data}"`);
        }
      }
    for (const another of badges)
      if (another.box !== box && overlap(another.box, box) > 1) say(`lies on the icon of ${another.written}`);
    // With room for a count.
    const isWide = box.right - box.left > 20;
    const count = countIn({ box });
    if (isWide !== (count !== undefined))
      say(`is ${box.right - box.left} wide, and has ${count ?? "no"} count`);
    if (count !== undefined) {
      if (count !== (several.length > 99 ? "99+" : String(several.length)))
        say(`is for ${several.length} and says ${count}`);
      if (!isAtBlock(box, several)) say("is for several, and at no block around them");
      for (const [other, places] of all)
        if (
          !several.includes(other) &&
          places.some(
            ({ rect }) =>
              away(rect, box) < 8 ||
              // Above or below, an icon of its own at it tells enough.
              (!owned.has(other) && rect.left < box.right && box.left < rect.right && apart(rect, box) < 8),
          )
        )
          say(`one for several may be taken for that of ${other}`);
      continue;
    }
    const wide = { left: box.left - 10, top: box.top - 4, right: box.right + 10, bottom: box.bottom + 4 };
    const own = all.get(written)!.find(({ rect }) => overlap(rect, wide) > 0);
    if (!own) {
      say("its icon is not at it");
      continue;
    }
    const { rect, of } = own;
    const y = (rect.top + rect.bottom) / 2;
    const seen = [rect.left + 3, (rect.left + rect.right) / 2, rect.right - 3].some(
      (x) => of instanceof Element || hits(of, x, y),
    );
    if (!seen) say("cannot be seen there");
    for (const [other, places] of all)
      if (other !== written && places.some((p) => p.of !== of && away(p.rect, box) <= away(rect, box)))
        say(`its icon may be taken for that of ${other}`);
  }
  return {
    icons: badges.flatMap((badge) => badge.all),
    own: badges.filter((badge) => !isShared(badge)).map(({ written }) => written),
    shared: badges.flatMap((badge) => {
      const count = countIn(badge);
      return count === undefined ? [] : [{ verdict: badge.verdict, all: badge.all, count }];
    }),
    asking: badges.flatMap((badge) =>
      !isShared(badge) && drawnIn(badge).includes("?") ? badge.written : [],
    ),
    faults,
  };
}
