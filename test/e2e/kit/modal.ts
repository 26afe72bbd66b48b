/** The dialog that holds a dial, in our closed root: read there, and used with the mouse. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { inOurWorld } from "./our-world.ts";

export { inOurWorld };

/** What the dialog shows, read in our own world. */
interface Shown {
  text: string;
  focus: string | null;
  buttons: string[];
}

export const modal = (page: Page) =>
  inOurWorld(
    page,
    (): Shown | null => {
      const host = document.querySelector<HTMLElement>("cleardial-host");
      const root = host && chrome.dom.openOrClosedShadowRoot(host);
      const dialog = root?.querySelector<HTMLElement>("dialog.ask:modal");
      if (!dialog) return null;
      return {
        text: dialog.innerText,
        focus: (root!.activeElement as HTMLElement | null)?.innerText ?? null,
        buttons: [...dialog.querySelectorAll("button:not(:disabled)")].map((b) => b.textContent),
      };
    },
    null,
  );
export const closed = (page: Page) => expect.poll(() => modal(page)).toBeNull();
export const says = (page: Page, text: string | RegExp) =>
  text instanceof RegExp
    ? expect.poll(async () => (await modal(page))?.text ?? "").toMatch(text)
    : expect.poll(async () => (await modal(page))?.text ?? "").toContain(text);

/** Refuses in a small window of ours, which then closes by itself: maybe before Playwright lets go of the key, which fails. */
export async function refuseIn(window: Page): Promise<void> {
  await window.keyboard.press("Escape").catch(() => {});
  await expect.poll(() => window.isClosed()).toBe(true);
}

/** What is wrong with the field that has the focus in our closed root, and what else describes it; null where it is not wrong. */
export const wrongAtFocus = (page: Page) =>
  inOurWorld(
    page,
    () => {
      const root = chrome.dom.openOrClosedShadowRoot(document.querySelector<HTMLElement>("cleardial-host")!)!;
      const field = root.activeElement;
      if (field?.getAttribute("aria-invalid") !== "true") return null;
      const ids = field.getAttribute("aria-describedby")?.split(" ") ?? [];
      return ids.map((id) => root.getElementById(id)?.textContent ?? "").join(" ");
    },
    null,
  );

/** The middle of a button or a field of the modal, found by its text. */
export const placeOf = (page: Page, what: string) =>
  inOurWorld(
    page,
    (what) => {
      const root = chrome.dom.openOrClosedShadowRoot(document.querySelector<HTMLElement>("cleardial-host")!)!;
      const dialog = root.querySelector("dialog.ask:modal");
      const all = [...(dialog?.querySelectorAll<HTMLElement>("button:not(:disabled), label") ?? [])];
      const found = all.find((e) => e.innerText.trim() === what) ?? null;
      found?.scrollIntoView({ block: "nearest" });
      const box = found?.getBoundingClientRect();
      return box ? { x: box.left + Math.min(box.width / 2, 60), y: box.top + box.height / 2 } : null;
    },
    what,
  );
/** Clicks with the mouse where the button is, once it is enabled and stays where it is. */
export async function press(page: Page, what: string): Promise<void> {
  let place = null as Awaited<ReturnType<typeof placeOf>>;
  const rests = async () => {
    const before = place;
    place = await placeOf(page, what);
    return place !== null && place.x === before?.x && place.y === before.y;
  };
  await expect.poll(rests, { message: what }).toBe(true);
  const { x, y } = place!;
  await page.mouse.click(x, y);
}
