/** A walk with the Tab key: what has the focus at each stop, as a screen reader calls it, and whether it is seen to have it. */
import type { CDPSession, Page } from "playwright-core";
import { expect } from "vitest";

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

/** Of the page that is walked: what had the focus. */
interface Walk {
  walked?: WeakSet<Element>;
}

/** In the page: where the focus is; null where it has left the page, or went round and begins once more. */
function here() {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  // Of a field with parts, such as a date's, each part is a stop.
  const isField = at instanceof HTMLInputElement && /date|time|month/.test(at.type);
  const { walked } = window as Walk;
  if (walked?.has(at) && !isField) return null;
  walked?.add(at);
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
      row !== null && row !== row.parentElement?.querySelector("tr:has(a, button, input, select, summary)"),
    isSeen: isField || [...around, ...labels].some(outlined),
    inside: at.closest("[role=dialog]") ? "dialog" : "",
  };
}

/** What the browser tells screen readers of what has the focus. */
async function named(session: CDPSession): Promise<string> {
  const { result } = await session.send("Runtime.evaluate", { expression: "document.activeElement" });
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

/**
 * Presses Tab from `from` (from the page's beginning without it) until the focus leaves `within` or the page. Fails where a stop
 * has no name, or is not seen to have the focus.
 */
export async function stopsOf(page: Page, { from = "", within = "body" } = {}): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    await page.evaluate((selector) => {
      (window as Walk).walked = new WeakSet();
      const first = selector === "" ? document.body : document.querySelector<HTMLElement>(selector)!;
      first.tabIndex = -1;
      first.focus();
      if (selector === "") first.removeAttribute("tabindex");
    }, from);
    const stops: string[] = [];
    for (let n = 0; n < MOST; n++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(here);
      const isWithin = await page.evaluate(
        (selector) => document.activeElement?.closest(selector) !== null,
        within,
      );
      if (at === null || !isWithin) return stops;
      expect(at.isSeen, `not seen to have the focus: ${at.html}`).toBe(true);
      if (at.again) continue;
      stops.push(`${await named(session)}${at.inside && ` (${at.inside})`}`);
    }
    throw new Error("The Tab key goes round in a circle");
  } finally {
    await session.detach();
  }
}
