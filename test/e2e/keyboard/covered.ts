/** A walk with the Tab key on a small screen: what has the focus is in sight whole and not covered, and all text can be brought in sight. */
import type { Page } from "playwright-core";
import { evaluate, ourContext } from "../kit/our-world.ts";

/** More on one screen, and it goes round in a circle. */
const MOST = 200;

/** The page's own document, or the open dialog of our closed root, which only our own world opens. */
const PAGE = "[document, document.documentElement]";
const OURS = `(() => {
  const root = chrome.dom.openOrClosedShadowRoot(document.querySelector("cleardial-host"));
  return [root, root.querySelector("dialog[open]")];
})()`;

type Root = Document | ShadowRoot;
interface Walk {
  walked?: WeakSet<Element>;
}

/** In the page: what has the focus and where it is out of sight or covered; null where the walk has ended. */
function look([root, within]: [Root, HTMLElement], begins: boolean) {
  const walk = window as Walk;
  const at = root.activeElement;
  if (begins) walk.walked = new WeakSet();
  if (!at || at === document.body || at === within || walk.walked!.has(at)) return begins ? [] : null;
  walk.walked!.add(at);
  // A choice may be drawn by its label.
  const label = at instanceof HTMLInputElement ? at.closest("label") : null;
  const drawn = label && Number(getComputedStyle(at).opacity) === 0 ? label : at;
  const name = at.outerHTML.slice(0, 120);
  return [...drawn.getClientRects()].flatMap((box) => {
    const ends = box.height < innerHeight ? [box.top + 2, box.bottom - 2] : [];
    return [...ends, Math.max(2, box.top + 2)].flatMap((y) => {
      const x = (Math.max(0, box.left) + Math.min(innerWidth, box.right)) / 2;
      if (x < 0 || x > innerWidth || y < 0 || y > innerHeight) return [`out of sight: ${name}`];
      const hit = root.elementFromPoint(x, y);
      return hit !== null && (drawn.contains(hit) || hit.contains(drawn)) && hit !== within
        ? []
        : [`covered by ${hit?.outerHTML.slice(0, 60)}: ${name}`];
    });
  });
}

/** In the page: text that no scrolling brings in sight, and what must be scrolled in both directions. */
function hidden([root, within]: [Root, HTMLElement]): string[] {
  const found: string[] = [];
  const wide = within.scrollWidth > within.clientWidth;
  if (wide) found.push(`scrolls both ways: ${within.scrollWidth} of ${within.clientWidth}`);
  for (const one of within.querySelectorAll<HTMLElement>(
    "h1, h2, h3, p, li, dt, dd, label, legend, button, a",
  )) {
    if (
      !one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
      one.innerText.trim() === ""
    )
      continue;
    if (one.closest(".trap, .unseen, select")) continue;
    one.scrollIntoView({ block: "center" });
    const range = document.createRange();
    range.selectNodeContents(one);
    const line = [...range.getClientRects()].find(({ width, height }) => width > 1 && height > 1);
    if (!line) continue;
    // Of what is long, its first line.
    const tall = one.getBoundingClientRect().height > innerHeight / 3;
    if (tall) within.scrollBy({ top: line.top - innerHeight / 2, behavior: "instant" });
    const { left, right, top, bottom } = [...range.getClientRects()].find(
      ({ width, height }) => width > 1 && height > 1,
    )!;
    const hit = root.elementFromPoint(
      (Math.max(0, left) + Math.min(innerWidth, right)) / 2,
      (top + bottom) / 2,
    );
    if (!hit || !(one.contains(hit) || hit.contains(one)) || hit === document.documentElement)
      found.push(`never in sight: ${one.innerText.slice(0, 60)} (covered by ${hit?.outerHTML.slice(0, 60)})`);
  }
  return found;
}

/** Everything that is wrong with what is shown; of `isOurs` with the card or dialog, from where its focus is. */
export async function faultsOf(page: Page, isOurs = false): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const contextId = isOurs ? await ourContext(session) : null;
  const run = async <T>(does: unknown, ...more: unknown[]) =>
    (await evaluate(
      session,
      contextId,
      `(${String(does)})(${[isOurs ? OURS : PAGE, ...more.map((one) => JSON.stringify(one))].join()})`,
    )) as T;
  try {
    if (!isOurs)
      await page.evaluate(() => {
        document.body.tabIndex = -1;
        document.body.focus();
        document.body.removeAttribute("tabindex");
        scrollTo(0, 0);
      });
    const faults = (await run<string[]>(look, true)) ?? [];
    for (let n = 0; ; n++) {
      if (n === MOST) throw new Error("The Tab key goes round in a circle");
      await page.keyboard.press("Tab");
      // It scrolls to what has the focus.
      await page.waitForTimeout(50);
      const found = await run<string[] | null>(look, false);
      if (found === null) break;
      faults.push(...found);
    }
    return [...new Set([...faults, ...(await run<string[]>(hidden))])];
  } finally {
    await session.detach();
  }
}
