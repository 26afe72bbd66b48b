/**
 * Goes to the numbers of one verdict in a tab, one after the other, over all its frames. What runs in a page is sent there by
 * Chrome as text, so it must use nothing from this module.
 */
import type { Verdict } from "../../../shared/check/api.ts";

interface Seen {
  element: Element;
  parts: { node: Text; start: number; end: number }[];
  decision: { verdict: Verdict } | null;
}
/** In the extension's own world, what overlay.ts has there. */
type Ours = {
  cleardialOverlay?: { alive: () => boolean; root: ShadowRoot; marks: () => Iterable<Seen> };
  cleardialFlash?: Element;
};

/** In each frame: how many numbers have this verdict. */
function countOf(verdict: Verdict): number {
  const overlay = (globalThis as unknown as Ours).cleardialOverlay;
  if (!overlay?.alive()) return 0;
  return [...overlay.marks()].filter(({ decision }) => decision?.verdict === verdict).length;
}

/** In one frame: scrolls to the number at this place, in the page's order, and frames it for a moment. */
function goTo(verdict: Verdict, place: number): void {
  const ours = globalThis as unknown as Ours;
  const overlay = ours.cleardialOverlay;
  if (!overlay?.alive()) return;
  const marks = [...overlay.marks()].filter(({ decision }) => decision?.verdict === verdict);
  const startOf = ({ element, parts }: Seen) => parts[0]?.node ?? element;
  marks.sort((a, b) => {
    const [from, to] = [startOf(a), startOf(b)];
    if (from === to) return (a.parts[0]?.start ?? 0) - (b.parts[0]?.start ?? 0);
    return from.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  });
  const mark = marks[place];
  if (!mark) return;
  mark.element.scrollIntoView({ block: "center", inline: "nearest" });
  const range = document.createRange();
  const [first, last] = [mark.parts[0], mark.parts.at(-1)];
  if (first && last) {
    range.setStart(first.node, first.start);
    range.setEnd(last.node, last.end);
  }
  const { left, top, width, height } = (first ? range : mark.element).getBoundingClientRect();
  ours.cleardialFlash?.remove();
  // An element named `createElement` hides the document's own.
  const frame = Document.prototype.createElement.call(document, "div");
  frame.style.cssText = `position: fixed; left: ${left - 5}px; top: ${top - 5}px; width: ${width + 10}px; height: ${height + 10}px;
    box-sizing: border-box; border: 3px solid #0b57d0; outline: 2px solid #fff; border-radius: 5px; pointer-events: none;`;
  ours.cleardialFlash = frame;
  overlay.root.append(frame);
  setTimeout(() => frame.remove(), 2500);
  // What brought it here scrolls for a moment itself.
  const gone = () => frame.remove();
  setTimeout(() => addEventListener("scroll", gone, { once: true, capture: true, passive: true }), 300);
}

/** Goes to the number at the place `from` of all that have the verdict, counted on from the first after the last. */
export async function jump(
  tabId: number,
  verdict: Verdict,
  from: number,
): Promise<{ place: number; of: number }> {
  const found = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: countOf, args: [verdict] })
    .catch(() => []);
  const frames = found
    .map(({ frameId, result }) => ({ frameId, n: Number(result ?? 0) }))
    .toSorted((a, b) => a.frameId - b.frameId);
  const of = frames.reduce((sum, { n }) => sum + n, 0);
  if (of === 0) return { place: 0, of };
  const place = from % of;
  let left = place;
  for (const { frameId, n } of frames) {
    if (left < n) {
      const target = { tabId, frameIds: [frameId] };
      await chrome.scripting.executeScript({ target, func: goTo, args: [verdict, left] }).catch(() => []);
      break;
    }
    left -= n;
  }
  return { place, of };
}
