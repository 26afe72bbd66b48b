/**
 * What a person sees of a page's labelled numbers, and what is shown of them. It runs in our own world of the page, where
 * closed roots can be looked into, and shares no code with what finds and places: so it is one function.
 */
import type { Label } from "../../kits/contacts.ts";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export interface Seen extends Label {
  /** Tells it from the others in the view. */
  key: string;
  where: "text" | "field";
  /** Of a text: all its digits are underlined. */
  painted: boolean;
  icon: boolean;
  /** What is read at this place itself: a number, null where its country is asked, and undefined where nothing or two are. */
  read: string | null | undefined;
  /** Where to point at it. */
  x: number;
  y: number;
}
export interface Look {
  seen: Seen[];
  /** What is underlined and is no labelled number. */
  invented: string[];
  /** What a screen reader hears of each number: the number, and its verdict. */
  said: string[];
}
interface Overlay {
  badges: () => { written: string; box: Box }[];
  marks: () => Iterable<{
    kind: string;
    owner: Node;
    parts: { node: Text; start: number; end: number }[];
    written: string;
    e164: string | null;
    decision: object | null;
  }>;
}

/** Runs in the page. */
export function look(labels: Label[]): Look {
  const { cleardialOverlay } = globalThis as unknown as { cleardialOverlay: Overlay };
  const badges = cleardialOverlay.badges();
  const marks = [...cleardialOverlay.marks()].filter(({ decision }) => decision);
  const digits = (text: string) => text.replace(/\D/g, "");
  const rootOf = (node: Node) => node.getRootNode() as Document | ShadowRoot;
  const up = (element: Element): Element | null =>
    element.assignedSlot ?? element.parentElement ?? (rootOf(element) as ShadowRoot).host ?? null;

  interface Piece {
    node: Text;
    at: number;
  }
  const blocks: { text: string; pieces: Piece[] }[] = [];
  const fields: (HTMLInputElement | HTMLTextAreaElement)[] = [];
  let lastBlock: Node | undefined;
  const blockOf = (text: Text): Node => {
    let element = text.parentElement;
    while (element && getComputedStyle(element).display === "inline") element = element.parentElement;
    return element ?? rootOf(text);
  };
  const visit = (node: Node): void => {
    if (node instanceof Text) {
      if (node.data === "") return;
      const block = blockOf(node);
      if (block !== lastBlock) blocks.push({ text: "", pieces: [] });
      lastBlock = block;
      const current = blocks.at(-1)!;
      current.pieces.push({ node, at: current.text.length });
      current.text += node.data;
      return;
    }
    if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement)
      return void fields.push(node);
    if (node instanceof Element && ["SCRIPT", "STYLE", "CLEARDIAL-HOST"].includes(node.tagName)) return;
    const root = node instanceof HTMLElement && chrome.dom.openOrClosedShadowRoot(node);
    if (root) root.childNodes.forEach(visit);
    node.childNodes.forEach(visit);
  };
  visit(document.body);

  /** True where a point of an element can be seen: in the window, not clipped, and nothing else over it. */
  const shows = (element: Element, x: number, y: number): boolean => {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
    const hit = rootOf(element).elementFromPoint(x, y);
    if (!hit || !(hit === element || element.contains(hit) || hit.contains(element))) return false;
    for (let above: Element | null = element; above && above !== document.body; above = up(above)) {
      const { overflowX, overflowY, display } = getComputedStyle(above);
      if (display === "inline" || (overflowX === "visible" && overflowY === "visible")) continue;
      const box = above.getBoundingClientRect();
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) return false;
    }
    return true;
  };
  const isNear = (box: Box, rect: DOMRect, by: number) =>
    box.left < rect.right + by &&
    box.right > rect.left - by &&
    box.top < rect.bottom + 10 &&
    box.bottom > rect.top - 10;
  const isOf = (label: Label, shown: string) => {
    const [a, b] = [digits(label.written), digits(shown)];
    return a.startsWith(b) || b.startsWith(a);
  };

  const painted: { node: Text; start: number; end: number; known: boolean }[] = [];
  CSS.highlights.forEach((highlight, name) => {
    if (!name.startsWith("cleardial-")) return;
    highlight.forEach(({ startContainer, endContainer, startOffset: start, endOffset: end }) => {
      if (startContainer.isConnected && startContainer === endContainer)
        painted.push({ node: startContainer as Text, start, end, known: false });
    });
  });

  /** What the only one of these is read as. */
  const readAs = (here: typeof marks) => (here.length === 1 ? here[0]!.e164 : undefined);
  const textMarks = new Map<Node, typeof marks>();
  for (const mark of marks)
    for (const { node } of mark.parts) textMarks.set(node, [...(textMarks.get(node) ?? []), mark]);

  const seen: Seen[] = [];
  const add = (label: Label, rest: Omit<Seen, "key" | "written" | "e164">) => {
    const nth = seen.filter(({ e164, where }) => e164 === label.e164 && where === rest.where).length;
    seen.push({ ...label, ...rest, key: `${label.e164} ${rest.where} ${nth}` });
  };
  for (const { text, pieces } of blocks)
    for (const label of labels)
      for (let at = text.indexOf(label.written); at >= 0; at = text.indexOf(label.written, at + 1)) {
        const end = at + label.written.length;
        if (/[\d+]/.test(`${text[at - 1] ?? ""}${text[end] ?? ""}`)) continue;
        let all = true;
        for (const { node, at: begin } of pieces)
          for (let i = Math.max(at, begin); i < Math.min(end, begin + node.length); i++) {
            const over = painted.filter((p) => p.node === node && p.start <= i - begin && p.end > i - begin);
            for (const one of over) one.known = true;
            if (/\d/.test(text[i]!) && over.length === 0) all = false;
          }
        const over = pieces.flatMap(({ node, at: begin }) =>
          (textMarks.get(node) ?? []).filter(({ parts }) =>
            parts.some((p) => p.node === node && begin + p.start < end && begin + p.end > at),
          ),
        );
        const read = readAs([...new Set(over)]);
        const pieceAt = (index: number) => pieces.findLast((piece) => piece.at <= index)!;
        const [first, last] = [pieceAt(at), pieceAt(end - 1)];
        const range = new Range();
        range.setStart(first.node, at - first.at);
        range.setEnd(last.node, end - last.at);
        const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
        const [from, to] = [rects[0], rects.at(-1)];
        const element = first.node.parentElement;
        if (!from || !to || !element || !element.checkVisibility({ opacityProperty: true })) continue;
        const [y, endY] = [(from.top + from.bottom) / 2, (to.top + to.bottom) / 2];
        if (!shows(element, from.left + 2, y)) continue;
        if (!shows(last.node.parentElement ?? element, to.right - 2, endY)) continue;
        const icon = badges.some(
          (b) => isOf(label, b.written) && rects.some((rect) => isNear(b.box, rect, 24)),
        );
        add(label, { where: "text", painted: all, icon, read, x: to.right - 8, y: endY });
      }
  for (const field of fields)
    for (const label of labels) {
      if (!field.value.includes(label.written)) continue;
      const rect = field.getBoundingClientRect();
      // In the first line of its value: a name may float over what is above that.
      const { paddingTop, paddingBottom } = getComputedStyle(field);
      const [above, below] = [Number.parseFloat(paddingTop), Number.parseFloat(paddingBottom)];
      const line = above + Math.min(12, (rect.height - above - below) / 2);
      const [x, y] = [rect.left + Math.min(30, rect.width / 2), rect.top + line];
      if (!field.checkVisibility({ opacityProperty: true }) || !shows(field, x, y)) continue;
      const icon = badges.some((b) => isOf(label, b.written) && isNear(b.box, rect, 24));
      add(label, {
        where: "field",
        painted: false,
        icon,
        read: readAs(marks.filter((m) => m.owner === field && isOf(label, m.written))),
        x: rect.right - 8,
        y: (rect.top + rect.bottom) / 2,
      });
    }

  const host = document.querySelector<HTMLElement>("cleardial-host");
  // A card that was opened has lists of its own.
  const items = host
    ? (chrome.dom.openOrClosedShadowRoot(host)?.querySelectorAll("li[data-said]") ?? [])
    : [];
  return {
    seen,
    invented: painted
      .filter(({ known }) => !known)
      .map(({ node, start, end }) => node.data.slice(start, end)),
    said: [...items].map((item) => (item as HTMLElement).dataset["said"] ?? ""),
  };
}
