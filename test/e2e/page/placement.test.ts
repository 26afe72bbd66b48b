/**
 * Where the icons are on pages that make it hard. One rule checks all pages: an icon is at its number, whose end can be
 * seen, and hides no character; and no number in sight is without its paint.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { launch, type Launched, expectRightVerdicts } from "../kit/harness.ts";
import { closed, inOurWorld, says } from "../kit/modal.ts";
import { writtenNumber } from "../kit/model.ts";
import { shot } from "../kit/shots.ts";

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
  await page.goto(`${pagesUrl}/frame?count=0`);
  browser.errors.length = 0;
});

const fill = (html: string) =>
  page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html,
  );

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
declare const cleardialOverlay:
  | { badges: () => { written: string; verdict: string; box: Box }[] }
  | undefined;

interface Look {
  icons: string[];
  faults: string[];
}
/** Says what is wrong with the icons that are shown. Runs in our world. */
function look(): Look {
  const overlap = (a: Box, b: Box) =>
    Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
    Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const texts: Text[] = [];
  const visit = (node: Node): void => {
    if (node instanceof Text) texts.push(node);
    if (node instanceof Element && ["SCRIPT", "STYLE", "CLEARDIAL-HOST"].includes(node.tagName)) return;
    const root = node instanceof HTMLElement && chrome.dom.openOrClosedShadowRoot(node);
    (root || node).childNodes.forEach(visit);
  };
  visit(document.body);
  const rectsOf = (text: Text, start: number, end: number) => {
    const range = new Range();
    range.setStart(text, start);
    range.setEnd(text, end);
    return [...range.getClientRects()];
  };
  const hits = (text: Text, x: number, y: number) => {
    const hit = (text.getRootNode() as Document).elementFromPoint(x, y);
    return (
      hit !== null && (hit === text.parentElement || hit.contains(text) || text.parentElement!.contains(hit))
    );
  };
  const badges = cleardialOverlay?.badges() ?? [];
  const faults: string[] = [];
  for (const { written, box } of badges) {
    const say = (what: string) => faults.push(`${written}: ${what}`);
    const near = texts.flatMap((text) => {
      const start = text.data.indexOf(written);
      return start < 0 ? [] : rectsOf(text, start, start + written.length).map((rect) => ({ text, rect }));
    });
    const wide = { left: box.left - 10, top: box.top - 4, right: box.right + 10, bottom: box.bottom + 4 };
    const own = near.find(({ rect }) => overlap(rect, wide) > 0);
    if (!own) {
      say("its icon is not at it");
      continue;
    }
    const { rect, text } = own;
    const y = (rect.top + rect.bottom) / 2;
    const seen = [rect.left + 3, (rect.left + rect.right) / 2, rect.right - 3].some((x) => hits(text, x, y));
    if (!seen) say("cannot be seen there");
    const host = document.querySelector("cleardial-host")!;
    if (box.right > host.clientWidth || box.left < 0 || box.top < -6) say("out of the window");
    for (const other of texts)
      for (let i = 0; i < other.data.length; i++) {
        if (/\s/.test(other.data[i]!)) continue;
        for (const r of rectsOf(other, i, i + 1)) {
          const covered = overlap(r, box) / (r.width * r.height);
          if (covered > 0.35 && hits(other, (r.left + r.right) / 2, (r.top + r.bottom) / 2))
            say(`hides "${other.data[i]!}" of "${other.data}"`);
        }
      }
    for (const another of badges)
      if (another.box !== box && overlap(another.box, box) > 1) say(`lies on the icon of ${another.written}`);
  }
  return { icons: badges.map(({ written }) => written), faults };
}

const icons = () => inOurWorld(page, look, null);
/** Waits until the icons of exactly these numbers are shown, each in a right place. */
const expectIcons = (numbers: string[], message?: string) =>
  expect
    .poll(
      async () => {
        const { icons: shown, faults } = await icons();
        return { icons: shown.sort(), faults };
      },
      { timeout: 10_000, ...(message && { message }) },
    )
    .toEqual({ icons: [...numbers].sort(), faults: [] });
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
    const setZoom = (factor: number) =>
      browser.own.evaluate(async (factor) => {
        for (const tab of await chrome.tabs.query({})) await chrome.tabs.setZoom(tab.id, factor);
      }, factor);
    await setZoom(zoom);
    try {
      await fill(`<p>Call ${a} or ${b}.</p>${table([c, d])}`);
      await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBeCloseTo(zoom, 1);
      await expectIcons([a, b, c, d]);
      await fill(`<div style="height:70vh;overflow:auto">${table(upTo(60, 100))}</div>`);
      await page.evaluate(() => document.querySelector("div")!.scrollTo({ top: 330 }));
      await expect.poll(async () => (await icons()).icons.length).toBeGreaterThan(8);
      await expect.poll(async () => (await icons()).faults).toEqual([]);
    } finally {
      await setZoom(1);
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
    const without = numbers.filter((n) => !before.icons.includes(n));
    expect(without.length, "numbers without room").toBeGreaterThan(4);
    const number = without[2]!;
    await page.getByText(number, { exact: true }).hover();
    await expect.poll(async () => (await icons()).icons).toContain(number);
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
    await expect.poll(async () => (await icons()).icons).toEqual(before.icons);
    await page.getByText(without[1]!, { exact: true }).focus();
    await expect.poll(async () => (await icons()).icons).toContain(without[1]);
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
