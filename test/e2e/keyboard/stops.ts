/** A walk with the Tab key: what has the focus at each stop, as a screen reader calls it, and whether it is seen to have it. */
import type { CDPSession, Page } from "playwright-core";
import { expect } from "vitest";
import { evaluate, ourContext } from "../kit/our-world.ts";

/** More on one screen, and it goes round in a circle. */
const MOST = 400;

/** What changes from day to day, or from run to run. */
const settled = (says: string): string =>
  says
    // A request's reference.
    .replace(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/g, "#")
    .replace(/\b(Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|June?|July?|Aug(ust)?)\b/g, "#")
    .replace(/\b(Sept?(ember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?)\b/g, "#")
    .replace(/\b(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?\b/g, "#")
    .replace(/[+\d][\d\s,.:]*(?=\D|$)/g, "# ")
    .replace(/(#[\s,:]*)+/g, "# ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80);

/** Of the page that is walked: what had the focus, first, last and ever. */
interface Walk {
  walked?: WeakSet<Element>;
  first?: Element;
  last?: Element;
}

/** In the page: where the focus is; null where it has left the root, or went round and begins once more. */
function here(root: DocumentOrShadowRoot) {
  const at = root.activeElement;
  if (!at || at === document.body) return null;
  // Of a field with parts, such as a date's, each part is a stop.
  const isField = at instanceof HTMLInputElement && /date|time|month/.test(at.type);
  // Of choices that exclude each other one is a stop; where none is chosen, Chromium stops at times at a second one.
  const isChoice = at instanceof HTMLInputElement && at.type === "radio";
  const group = `input[type=radio][name="${CSS.escape(at.getAttribute("name") ?? "")}"]`;
  const stop = (isChoice && (at.form ?? document).querySelector(group)) || at;
  const { walked, last } = window as Walk;
  const isSame = stop === last;
  Object.assign(window as Walk, { first: (window as Walk).first ?? stop, last: stop });
  if (walked?.has(stop) && !(isSame && (isField || isChoice))) return null;
  walked?.add(stop);
  const row = at.closest("tbody tr");
  const outlined = (of: Element | null | undefined): boolean => {
    if (!of) return false;
    const { outlineStyle, outlineWidth, visibility } = getComputedStyle(of);
    const { width, height } = of.getBoundingClientRect();
    return (
      outlineStyle !== "none" &&
      parseFloat(outlineWidth) >= 1 &&
      visibility === "visible" &&
      width * height > 60
    );
  };
  const around = [at, at.nextElementSibling, at.parentElement, at.parentElement?.parentElement];
  const labels = at instanceof HTMLInputElement ? [...(at.labels ?? [])] : [];
  return {
    html: at.outerHTML.slice(0, 160),
    // Rows are data: one stands for all of its table.
    again:
      (isChoice && isSame) ||
      (row !== null && row !== row.parentElement?.querySelector("tr:has(a, button, input, select, summary)")),
    isSeen: isField || [...around, ...labels].some(outlined),
    inside: at.closest("[role=dialog]") ? "dialog" : "",
  };
}

/** The page's own document, or our closed root in it, which only our own world opens. */
const PAGE = "document";
const OURS = 'chrome.dom.openOrClosedShadowRoot(document.querySelector("cleardial-host"))';

/** A session with a page, for a walk in its document or in our closed root. */
async function openWalk(page: Page, isOurs: boolean) {
  const session = await page.context().newCDPSession(page);
  const root = isOurs ? OURS : PAGE;
  const contextId = isOurs ? await ourContext(session) : null;
  return {
    /** Runs a function in the page, with the root first. */
    run: async <T, A extends unknown[]>(does: (root: DocumentOrShadowRoot, ...args: A) => T, ...args: A) =>
      (await evaluate(
        session,
        contextId,
        `(${String(does)})(${[root, ...args.map((arg) => JSON.stringify(arg))].join()})`,
      )) as T,
    named: () => named(session, { contextId, expression: `${root}.activeElement` }),
    end: () => session.detach(),
  };
}

/** What the browser tells screen readers of what has the focus. */
async function named(
  session: CDPSession,
  { contextId, expression }: { contextId: number | null; expression: string },
): Promise<string> {
  const { result } = await session.send("Runtime.evaluate", {
    ...{ expression, ...(contextId !== null && { contextId }) },
  });
  if (!result.objectId) return "";
  const { nodes } = await session.send("Accessibility.getPartialAXTree", {
    objectId: result.objectId,
    fetchRelatives: false,
  });
  const [node] = nodes;
  const name = settled(String(node?.name?.value ?? ""));
  expect(name, JSON.stringify(node?.role)).not.toBe("");
  const role = String(node?.role?.value);
  // What scrolls by keyboard is called by all of its text.
  return role === "generic" ? role : `${role} “${name}”`;
}

/** What has the focus in our closed root; empty where nothing has. */
export async function focusInside(page: Page): Promise<string> {
  const walk = await openWalk(page, true);
  try {
    return await walk.named();
  } finally {
    await walk.end();
  }
}

/**
 * Presses Tab from `from` (from the page's beginning without it) until the focus leaves `within` or the page. Fails where a stop
 * has no name, or is not seen to have the focus.
 */
export async function stopsOf(page: Page, { from = "", within = "body" } = {}): Promise<string[]> {
  const walk = await openWalk(page, false);
  try {
    await page.evaluate((selector) => {
      (window as Walk).walked = new WeakSet();
      const first = selector === "" ? document.body : document.querySelector<HTMLElement>(selector)!;
      first.tabIndex = -1;
      first.focus();
      if (selector === "") first.removeAttribute("tabindex");
    }, from);
    return await stopsFrom(page, walk, within);
  } finally {
    await walk.end();
  }
}

/**
 * The same in our closed root, from where the focus is, which comes first: until it has left the root, or is where it began,
 * which is told.
 */
export async function stopsInside(page: Page): Promise<{ stops: string[]; isRound: boolean }> {
  const walk = await openWalk(page, true);
  try {
    await walk.run(
      () => void Object.assign(window as Walk, { walked: new WeakSet(), first: undefined, last: undefined }),
    );
    await walk.run(here);
    const stops = [await walk.named(), ...(await stopsFrom(page, walk, "*"))];
    const isRound = await walk.run(
      (root) => root.activeElement !== null && (window as Walk).first === (window as Walk).last,
    );
    return { stops, isRound };
  } finally {
    await walk.end();
  }
}

async function stopsFrom(
  page: Page,
  { run, named }: Awaited<ReturnType<typeof openWalk>>,
  within: string,
): Promise<string[]> {
  const stops: string[] = [];
  for (let n = 0; n < MOST; n++) {
    await page.keyboard.press("Tab");
    const at = await run(here);
    const isWithin = await run((root, selector) => root.activeElement?.closest(selector) !== null, within);
    if (at === null || !isWithin) return stops;
    expect(at.isSeen, `not seen to have the focus: ${at.html}`).toBe(true);
    if (at.again) continue;
    stops.push(`${await named()}${at.inside && ` (${at.inside})`}`);
  }
  throw new Error("The Tab key goes round in a circle");
}
