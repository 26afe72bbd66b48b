/**
 * A Picture-in-Picture window is the page's own, with natives of its own. The browser lets it go nowhere: a link in
 * it dials by another window alone, and its frames dial by themselves.
 */
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { pause } from "../../../scripts/lib/processes.ts";
import { closed, modal } from "../kit/modal.ts";
import { type Row, rowsOf } from "./drive.ts";
import { guarded, named, noErrors, siteOn, underGuard } from "./under-guard.ts";

/** What runs in the page that has opened the window `pip`, in which a person has acted. */
const ways: Record<string, (pip: Window & typeof globalThis, to: string) => HTMLElement | void> = {
  "a link to _blank": (pip, to) => {
    const link = pip.document.body.appendChild(pip.document.createElement("a"));
    link.style.cssText = "position:fixed;inset:0;background:#eee";
    return Object.assign(link, { href: to, target: "_blank", textContent: "Call" });
  },
  "a click by a script": (pip, to) => {
    const link = pip.document.createElement("a");
    Object.assign(link, { href: to, target: "_blank" }).click();
  },
  "its open": (pip, to) => void pip.open(to),
  "the page's open": (pip, to) => void Reflect.apply(open, pip, [to]),
  "a frame": (pip, to) => {
    pip.document.body.appendChild(pip.document.createElement("iframe")).src = to;
  },
  "a frame in markup": (pip, to) => {
    pip.document.body.innerHTML = `<iframe src="${to}"></iframe>`;
  },
  "a link in a frame": (pip, to) => {
    const inner = pip.document.body.appendChild(pip.document.createElement("iframe")).contentDocument!;
    const link = inner.body.appendChild(inner.createElement("a"));
    Object.assign(link, { href: to }).click();
  },
};
/** Those that the browser refuses there. */
const refused: typeof ways = {
  "its location": (pip, to) => void (pip.location.href = to),
  "a link": (pip, to) => {
    const link = pip.document.body.appendChild(pip.document.createElement("a"));
    link.style.cssText = "position:fixed;inset:0;background:#eee";
    return Object.assign(link, { href: to, textContent: "Call" });
  },
  "a form": (pip, to) => {
    const form = pip.document.body.appendChild(pip.document.createElement("form"));
    Object.assign(form, { action: to }).submit();
  },
};

underGuard();

let pip: Page | null = null;
afterEach(async () => {
  await pip?.close();
  pip = null;
});

/** Opens the window, has a person act in it, and dials. */
async function begin(name: string, row: Row): Promise<void> {
  const { page } = guarded.browser;
  const opened = page.context().waitForEvent("page");
  await page.mouse.click(300, 300);
  await page.evaluate(async () => {
    const { documentPictureInPicture: api } = window as unknown as {
      documentPictureInPicture: { requestWindow: (size: object) => Promise<Window> };
    };
    Object.assign(window, { pip: await api.requestWindow({ width: 400, height: 300 }) });
  });
  pip = await opened;
  await pip.mouse.click(200, 200);
  const isPressed = await page.evaluate(
    `!!(${String({ ...ways, ...refused }[name])})(window.pip, ${JSON.stringify(row.address)})`,
  );
  if (isPressed) await pip.mouse.click(50, 50);
}

const rowFor = (verdict: "clear" | "blocked") => rowsOf(named("open"), verdict)[0]!;

it.each(Object.keys(ways))("dials where nothing of ours runs: %s", async (name) => {
  const row = rowFor("clear");
  await guarded.drive.open("top");
  await begin(name, row);
  expect(await guarded.drive.dials(row)).toBe(true);
});

it.each(Object.keys(refused))("does not dial where nothing of ours runs: %s", async (name) => {
  const row = rowFor("clear");
  await guarded.drive.open("top");
  await begin(name, row);
  expect(await guarded.drive.dials(row, 1500)).toBe(false);
});

describe("where a site is turned on", () => {
  siteOn();

  it.each(Object.keys(ways))("a barred number is held, and the window that dials asks: %s", async (name) => {
    const row = rowFor("blocked");
    await guarded.drive.open("top", [row]);
    await begin(name, row);
    const asking = name === "the page's open" ? guarded.browser.page : pip!;
    await expect.poll(() => modal(asking)).not.toBeNull();
    await pause(500);
    expect(guarded.drive.count(row)).toBe(0);
    await asking.keyboard.press("Escape");
    await closed(asking);
  });

  it.each(Object.keys(ways))("a clear number dials once: %s", async (name) => {
    const row = rowFor("clear");
    await guarded.drive.open("top", [row]);
    await begin(name, row);
    expect(await guarded.drive.dials(row)).toBe(true);
    await pause(500);
    expect(guarded.drive.count(row)).toBe(1);
  });

  it("and no page had an error of ours to report", noErrors);
});
