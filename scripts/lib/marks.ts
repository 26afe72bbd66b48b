import type { Page } from "playwright-core";
import type { Verdict } from "../../shared/check/api.ts";
import { pause } from "./processes.ts";

export interface Mark {
  verdict: Verdict;
  /** The painted text, as it is in the page. */
  text: string;
}

/**
 * What is painted on a page, in all its frames, read from the highlight registry, which includes ranges inside shadow
 * roots, also closed ones.
 */
export async function marksOf(page: Page): Promise<Mark[]> {
  const frames = await Promise.all(page.frames().map((frame) => frame.evaluate(readMarks).catch(() => [])));
  return frames.flat();
}

/** Runs in the page. */
function readMarks(): Mark[] {
  const marks: Mark[] = [];
  CSS.highlights.forEach((highlight, name) => {
    if (!name.startsWith("cleardial-")) return;
    highlight.forEach((range) => {
      // No one sees paint on a node that has left the page.
      if (!range.startContainer.isConnected) return;
      const live = document.createRange();
      live.setStart(range.startContainer, range.startOffset);
      live.setEnd(range.endContainer, range.endOffset);
      marks.push({ verdict: name.slice("cleardial-".length) as Verdict, text: live.toString() });
    });
  });
  return marks;
}

/** Waits until a count has grown so far. While it still grows, it is at work, however busy the machine. */
export async function growsTo(wanted: number, read: () => Promise<number>): Promise<void> {
  let most = -1;
  for (let since = Date.now(); ; await pause(100)) {
    const now = await read();
    if (now >= wanted) return;
    if (now > most) [most, since] = [now, Date.now()];
    if (Date.now() - since > STILL_MS) throw new Error(`It stands still at ${most} of ${wanted}`);
  }
}
const STILL_MS = 20_000;

/** Waits until the paint satisfies `good` and has not changed for a while. Returns it; throws with the last paint. */
export async function settledMarks(
  page: Page,
  good: (marks: Mark[]) => boolean,
  { quiet = 600, timeout = 20_000 } = {},
): Promise<Mark[]> {
  const until = Date.now() + timeout;
  let last = "";
  let since = Date.now();
  for (;;) {
    const marks = await marksOf(page);
    const now = JSON.stringify(marks);
    if (now !== last) since = Date.now();
    last = now;
    if (good(marks) && Date.now() - since >= quiet) return marks;
    if (Date.now() > until) throw new Error(`The badges did not settle. Painted: ${now.slice(0, 4000)}`);
    await pause(100);
  }
}
