/**
 * Where the icons are on pages that make it hard. One rule checks all pages: an icon is at its number, whose end can be
 * seen, and hides no character; and no number in sight is without its paint.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { expectAccessibleInside } from "../kit/axe-inside.ts";
import { launch, type Launched, expectRightVerdicts } from "../kit/harness.ts";
import { closed, inOurWorld, says } from "../kit/modal.ts";
import { verdictOf, writtenNumber } from "../kit/model.ts";
import { shot } from "../kit/shots.ts";
import { expectIconsAt, fill as fillPage, iconsOf, openEmpty, setZoom } from "./placement/kit.ts";
import type { Box } from "./placement/look.ts";

declare const cleardialOverlay: { badges: () => { written: string; all: string[]; box: Box }[] } | undefined;

const { pagesUrl } = inject("e2e");
let browser: Launched;
let page: Page;

beforeAll(async () => {
  browser = await launch({ viewport: { width: 900, height: 600 } });
  page = browser.page;
});
afterAll(() => browser.close());
beforeEach(async () => {
  await page.mouse.move(0, 0);
  await openEmpty(page, pagesUrl);
  browser.errors.length = 0;
});

const fill = (html: string) => fillPage(page, html);
const icons = () => iconsOf(page);
/** Waits until the icons of exactly these numbers are shown, each in a right place. */
const expectIcons = (numbers: string[], message?: string) =>
  expectIconsAt(page, numbers, message === undefined ? {} : { message });
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, i) => writtenNumber(from + i));
const [a, b, c, d] = upTo(4) as [string, string, string, string];

const table = (numbers: string[], attributes = "") =>
  `<table ${attributes}>${numbers.map((n, i) => `<tr><td>Contact ${i}</td><td>${n}</td><td>Open</td></tr>`).join("")}</table>`;

describe("icons at their numbers", () => {
  it("from right to left", async () => {
    await fill(
      `<div dir="rtl"><p>الهاتف: <bdi>${a}</bdi> للاتصال</p><p>טלפון <span dir="ltr">${b}</span></p>${table([c, d])}</div>`,
    );
    await expectIcons([a, b, c, d]);
    await shot(page, "placement-rtl");
  });

  it.each([0.67, 1.5])("at a zoom of %f", async (zoom) => {
    await setZoom(browser, zoom);
    try {
      await fill(`<p>Call ${a} or ${b}.</p>${table([c, d])}`);
      await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBeCloseTo(zoom, 1);
      await expectIcons([a, b, c, d]);
      await fill(`<div style="height:70vh;overflow:auto">${table(upTo(60, 100))}</div>`);
      await page.evaluate(() => document.querySelector("div")!.scrollTo({ top: 330 }));
      await expect.poll(async () => (await icons()).icons.length).toBeGreaterThan(8);
      await expect.poll(async () => (await icons()).faults).toEqual([]);
    } finally {
      await setZoom(browser, 1);
    }
  });

  it("in what is scaled, turned and moved", async () => {
    await fill(`<style>div{width:max-content;margin:24px 60px}</style>
      <div style="transform:scale(.7)">${a} so</div><div style="transform:scale(1.6)">${b} so</div>
      <div style="transform:rotate(4deg)">${c} so</div><div style="zoom:1.4">${d} so</div>
      <div style="transform:translate3d(120px,10px,0)">${writtenNumber(5)} so</div>`);
    await expectIcons([a, b, c, d, writtenNumber(5)]);
    // It moves by a transition, and its icon moves with it.
    await page.evaluate(() => {
      const last = [...document.querySelectorAll("div")].at(-1)!;
      last.style.transition = "transform .4s";
      last.style.transform = "translate3d(400px,60px,0)";
    });
    await page.waitForTimeout(500);
    await expectIcons([a, b, c, d, writtenNumber(5)]);
  });

  it("under sticky headers and beside sticky columns", async () => {
    await fill(`<style>#s{height:200px;width:420px;overflow:auto;position:relative} table{border-collapse:collapse;min-width:900px}
      td,th{padding:4px 8px;background:#fff;white-space:nowrap} th{position:sticky;top:0;z-index:2;background:#eee}
      td:first-child{position:sticky;left:0;z-index:1;background:#ffd}</style><div id="s"><table><thead><tr><th>Name</th><th>Phone</th><th>More</th></tr></thead>
      ${upTo(40)
        .map(
          (n, i) =>
            `<tr><td>Contact ${i}, who has a name</td><td>${n}</td><td>${"much more of it ".repeat(4)}</td></tr>`,
        )
        .join("")}</table></div>`);
    for (const [top, left] of [
      [0, 0],
      [137, 0],
      [137, 90],
      [137, 260],
    ] as const) {
      await page.evaluate(([top, left]) => document.getElementById("s")!.scrollTo({ top, left }), [
        top,
        left,
      ] as const);
      await page.waitForTimeout(250);
      await expect.poll(async () => (await icons()).faults, { message: `at ${top}, ${left}` }).toEqual([]);
      await expect
        .poll(async () => (await icons()).icons.length > 2, { message: `icons at ${top}, ${left}` })
        .toBe(left < 200);
    }
    await shot(page, "placement-sticky");
  });

  it("in a component's own padding, as in a page element's", async () => {
    const pill = `<x-pill><template shadowrootmode=open><span style="padding:8px 9px;border-radius:4px;background:#ddd;font:12px/1 Arial;white-space:nowrap"><slot></slot></span></template>`;
    const row = (number: string) => `<td>Open</td><td>${pill}${number}</x-pill></td><td>Open</td>`;
    await page.evaluate(
      (html) => document.body.setHTMLUnsafe(html),
      `<style>td{padding:4px 8px}</style><table><tr>${row(a)}</tr><tr>${row(b)}</tr></table>`,
    );
    await expectIcons([a, b]);
    await expect.poll(async () => (await icons()).own.sort()).toEqual([a, b].sort());
    await shot(page, "placement-component");
  });

  it("under a label that is as wide as its field", async () => {
    await fill(`<div style="display:flex;flex-direction:column;width:444px;font:14px/20px Arial">
      <label style="font-size:12px;line-height:16px">Description</label><span>Her office has ${a}, after 14:00</span></div>`);
    await expectIcons([a]);
    await expect.poll(async () => (await icons()).own).toEqual([a]);
    await shot(page, "placement-label");
  });

  it("at links whose digits are no number of any country: with a question mark, that nobody takes them for clear", async () => {
    await fill(
      `<p>Ring <a href="tel:+44113">the desk</a> first, then <a href="tel:0123">the other one</a>.</p><p>${a} and more</p>`,
    );
    await expectIcons(["+44113", "0123", a]);
    expect(verdictOf(a)).not.toBe("unknown");
    expect((await icons()).asking.sort()).toEqual(["+44113", "0123"]);
    await shot(page, "placement-no-number");
  });

  it("cut by overflow and by an ellipsis", async () => {
    await fill(`<style>.cut{width:190px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.clip{overflow:hidden;height:20px;line-height:20px}</style>
      <p class="cut">Then call ${a} when he is in</p><p class="cut">And when he is not in, ${b}</p>
      <div class="clip">${c}<br>${d}</div>`);
    // Of the second only the beginning can be seen, of the fourth nothing.
    await expectIcons([a, b, c]);
  });

  it("in what is rendered late: content-visibility", async () => {
    await fill(`<p>${a}</p><div style="height:1500px"></div>
      <section style="content-visibility:auto;contain-intrinsic-size:100px">${b} and more</section>
      <section style="content-visibility:hidden">${c}</section>`);
    await expectIcons([a]);
    await page.evaluate(() => scrollTo({ top: 5000 }));
    await expectIcons([b]);
  });

  it("on a dark page, on a coloured row and in selected text", async () => {
    await fill(`<style>html{background:#0b1526;color:#dde}.row{background:#0176d3;color:#fff}p,div{padding:6px}</style>
      ${[20, 24, 1, 11].map((i) => `<p>${writtenNumber(i)} and so on</p><div class="row">${writtenNumber(i + 28)} and so on</div>`).join("")}`);
    await expectRightVerdicts(page, 8);
    await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector("p")!));
    await expect.poll(async () => (await icons()).icons.length).toBeGreaterThan(7);
    expect((await icons()).faults).toEqual([]);
    await shot(page, "placement-dark");
  });

  it("in a popover and in full screen", async () => {
    await fill(`<p>${a}</p><button popovertarget="pop">Open</button><div popover id="pop" style="inset:auto;top:300px;left:100px">Now ${b} here</div>
      <div id="full" style="background:#fff;padding:20px">Full: ${c} here</div>`);
    await expectIcons([a, c]);
    await page.getByRole("button").click();
    await expectIcons([a, b, c]);
    await page.evaluate(() => document.getElementById("pop")!.hidePopover());
    await page.evaluate(() =>
      document.addEventListener("click", () => void document.getElementById("full")!.requestFullscreen(), {
        once: true,
      }),
    );
    await page.mouse.click(400, 400);
    await expect.poll(() => page.evaluate(() => document.fullscreenElement?.id)).toBe("full");
    await expectIcons([c]);
    await page.evaluate(() => document.exitFullscreen());
    await expectIcons([a, c]);
  });
});

it("behind our own modal, which makes the page inert, icons keep their places", async () => {
  // There are words on both sides of the numbers, so an icon fits only on their corner.
  const blocked = "0113 496 0010";
  const link = `<a id="link" href="tel:+441134960010">${blocked}</a>`;
  await fill(
    `<p style="width:300px;margin-top:400px">Ring them on ${link} without fail, or on ${a} instead.</p>`,
  );
  const at = () => inOurWorld(page, () => cleardialOverlay!.badges().map(({ box }) => ({ ...box })), null);
  await expect.poll(async () => (await at()).length).toBe(2);
  await expect.poll(async () => (await icons()).faults).toEqual([]);
  const before = await at();
  await page.click("#link");
  await says(page, "Do not call");
  await page.evaluate(() => {
    dispatchEvent(new Event("resize"));
    document.body.append("more");
  });
  await page.waitForTimeout(1200);
  expect(await at()).toEqual(before);
  await page.keyboard.press("Escape");
  await closed(page);
  await expect.poll(async () => (await icons()).faults).toEqual([]);
});

describe("a dense grid", () => {
  const dense = (
    numbers: string[],
  ) => `<style>body{margin:20px} .g{display:grid;grid-template-columns:repeat(6,max-content);font:13px/13px monospace}
      .g span{display:block;background:#fff} .g b{background:#dde;display:block}</style><div class="g">${numbers
        .map((n) => `<b>#</b><span tabindex="0">${n}</span><b>#</b>`)
        .join("")}</div>`;

  it("shows a number without room by its paint, and its icon to who points at it", async () => {
    const numbers = upTo(12, 30);
    await fill(dense(numbers));
    await expectRightVerdicts(page, 12);
    await expect.poll(async () => (await icons()).faults).toEqual([]);
    const before = await icons();
    expect(before.icons.toSorted()).toEqual(numbers.toSorted());
    const without = numbers.filter((n) => !before.own.includes(n));
    expect(without.length, "numbers without room").toBeGreaterThan(4);
    const number = without[2]!;
    await page.getByText(number, { exact: true }).hover();
    await expect.poll(async () => (await icons()).own).toContain(number);
    // The pointer moves from the number to its icon, and the card opens.
    const box = (await inOurWorld(
      page,
      (n) => cleardialOverlay!.badges().find((x) => x.written === n)?.box ?? null,
      number,
    ))!;
    await page.mouse.move((box.left + box.right) / 2, (box.top + box.bottom) / 2, { steps: 4 });
    const card = () =>
      inOurWorld(
        page,
        () =>
          chrome.dom
            .openOrClosedShadowRoot(document.querySelector<HTMLElement>("cleardial-host")!)
            ?.querySelector<HTMLElement>("dialog[open]")?.innerText ?? null,
        null,
      );
    await expect.poll(card).not.toBeNull();
    await shot(page, "placement-dense");
    await page.mouse.move(1, 1, { steps: 3 });
    await expect.poll(card).toBeNull();
    await expect.poll(async () => (await icons()).own).toEqual(before.own);
    await page.getByText(without[1]!, { exact: true }).focus();
    await expect.poll(async () => (await icons()).own).toContain(without[1]);
    // One icon is for all of them, and lists them with their verdicts.
    const shared = (await inOurWorld(
      page,
      () => cleardialOverlay!.badges().find(({ box }) => box.right - box.left > 20)?.box ?? null,
      null,
    ))!;
    await page.mouse.move((shared.left + shared.right) / 2, (shared.top + shared.bottom) / 2, { steps: 4 });
    await expect.poll(card).toMatch(/^\d+ numbers here/);
    const listed = (await card())!;
    for (const verdict of new Set(without.slice(2).map(verdictOf)))
      expect(listed).toContain({ clear: "No bar found", blocked: "Do not call" }[verdict as string] ?? "");
    await shot(page, "placement-list");
    await page.emulateMedia({ colorScheme: "dark" });
    await expectAccessibleInside(page, "dialog[open]");
    await shot(page, "placement-list-dark");
    await page.emulateMedia({ colorScheme: null });
    const first = await inOurWorld(
      page,
      () => {
        const host = document.querySelector<HTMLElement>("cleardial-host")!;
        const button = chrome.dom.openOrClosedShadowRoot(host)!.querySelector("dialog[open] li button")!;
        const { left, top, width, height } = button.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      },
      null,
    );
    await page.mouse.move(first.x, first.y, { steps: 8 });
    await page.mouse.click(first.x, first.y);
    await expect.poll(card).toMatch(/^Back to all \d+ numbers\n/);
    expect(await card()).toContain("Not a phone number");
    await shot(page, "placement-list-one");
    await page.keyboard.press("Enter");
    await expect.poll(card).toBe(listed);
    await page.mouse.move(1, 1, { steps: 3 });
    await expect.poll(card).toBeNull();
  });

  it("has no icon for several at a number of the block above or below, nor one that stays while the page scrolls", async () => {
    const block = (some: string[], style = "") =>
      `<div class="r" style="${style}">${some.map((n) => `<b>#</b><span>${n}</span><b>#</b>`).join("")}<b>${"#".repeat(400)}</b></div>`;
    const [first, second, third] = [upTo(3, 40), upTo(3, 50), upTo(3, 60)];
    // A number of the first block's right above the end of the second.
    await fill(
      `<style>body{margin:0;height:3000px} .r{display:flex;overflow:hidden;font:13px/13px monospace;margin-bottom:17px} .r *{white-space:pre;background:#dde}</style>
       <p style="text-align:right;margin:60px 0 17px;font:13px/13px monospace">${a}</p>${block(first)}${block(second)}
       <div style="padding:40px">${block(third, "display:contents")}</div>`,
    );
    await expectRightVerdicts(page, 10);
    await expect.poll(async () => (await icons()).faults).toEqual([]);
    expect((await iconsOf(page, [a, ...first, ...second, ...third])).faults).toEqual([]);
    const tops = () =>
      inOurWorld(
        page,
        () => cleardialOverlay!.badges().map(({ all, box }) => [all[0]!, box.top] as const),
        null,
      );
    const before = new Map(await tops());
    const moved = await page.evaluate(
      () =>
        new Promise<number>((done) => {
          scrollBy(0, 30);
          requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY)));
        }),
    );
    expect(moved).toBe(30);
    for (const [number, top] of await tops())
      if (before.has(number)) expect(before.get(number)! - top, number).toBeCloseTo(30, 0);
  });

  it("is walked by keyboard, those without an icon too", async () => {
    const numbers = upTo(6, 30);
    await fill(dense(numbers));
    await expectRightVerdicts(page, 6);
    await expect.poll(async () => (await icons()).faults).toEqual([]);
    const heading = () =>
      inOurWorld(
        page,
        () =>
          chrome.dom
            .openOrClosedShadowRoot(document.querySelector<HTMLElement>("cleardial-host")!)
            ?.querySelector<HTMLElement>("dialog[open] h2")?.innerText ?? null,
        null,
      );
    const seen = new Set<string>();
    for (let i = 0; i < numbers.length; i++) {
      await page.keyboard.press("Alt+Shift+C");
      await expect.poll(heading).not.toBeNull();
      seen.add((await heading())!);
      await page.keyboard.press("Escape");
      await expect.poll(heading).toBeNull();
    }
    expect(seen.size).toBe(numbers.length);
  });
});
