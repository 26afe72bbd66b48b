/** The dialog that holds a dial, in our closed root: read there, and used with the mouse. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What the dialog shows, read in our own world. */
interface Shown {
  text: string;
  focus: string | null;
  buttons: string[];
}

async function whichOf<T>(all: T[], is: (one: T) => Promise<boolean>): Promise<T[]> {
  const which = await Promise.all(all.map(is));
  return all.filter((_, i) => which[i]);
}

/** Runs a function with one argument in our own world of the page's top frame. */
export async function inOurWorld<T, A = null>(
  page: Page,
  run: (arg: A) => T | Promise<T>,
  arg: A,
): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    const worlds: { id: number; origin: string; auxData: { frameId: string } }[] = [];
    session.on("Runtime.executionContextCreated", ({ context }) => worlds.push(context as never));
    await session.send("Runtime.enable");
    const { frameTree } = await session.send("Page.getFrameTree");
    const evaluate = (contextId: number, expression: string) =>
      session.send("Runtime.evaluate", { expression, contextId, awaitPromise: true, returnByValue: true });
    // A version of the extension that was removed under the page leaves its world behind.
    const alive = async ({ id }: (typeof worlds)[number]) =>
      (await evaluate(id, "!!chrome.runtime?.id")).result.value === true;
    const all = worlds.filter(
      (w) => w.origin.startsWith("chrome-extension://") && w.auxData.frameId === frameTree.frame.id,
    );
    const [ours] = all.length < 2 ? all : await whichOf(all, alive);
    if (!ours) throw new Error("The extension has no world in this page");
    const { result, exceptionDetails } = await evaluate(ours.id, `(${String(run)})(${JSON.stringify(arg)})`);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  } finally {
    await session.detach();
  }
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
/** Clicks with the mouse where the button last was, once it is enabled. */
export async function press(page: Page, what: string): Promise<void> {
  let place = null as Awaited<ReturnType<typeof placeOf>>;
  await expect.poll(async () => (place = await placeOf(page, what)), { message: what }).not.toBeNull();
  const { x, y } = place!;
  await page.mouse.click(x, y);
}
