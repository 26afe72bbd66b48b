/**
 * Pages built as real CRMs are. On each, every number on the screen has the verdict that the registers give it, before
 * and after sorting, editing and scrolling; nothing else is painted; and the page reports no error.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { en as texts } from "../../../shared/texts/check/verdicts.en.ts";
import {
  expectRightVerdicts,
  expectVerdicts,
  falsePaint,
  launch,
  type Launched,
  marksOf,
  numbersOnScreen,
  spokenOn,
  watchForLies,
} from "../kit/harness.ts";
import { verdictOf, writtenNumber } from "../kit/model.ts";

const { pagesUrl, otherUrl } = inject("e2e");
let browser: Launched;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = browser.page;
});
afterAll(() => browser.close());
beforeEach(() => {
  browser.errors.length = 0;
});

const open = async (path: string) => {
  await page.goto(pagesUrl + path);
  return watchForLies(page);
};
const kinds = (seen: { wanted: string }[]) => [...new Set(seen.map((s) => s.wanted))].sort();

/** The plain page's numbers that run over several elements. */
const splitParts = ["0113", " ", "496 0", "008", "020 7946", " 0508"];

describe("a React table of 10,000 virtual rows", () => {
  it("has every number in view right, from the first", async () => {
    const lies = await open("/react/");
    const seen = await expectRightVerdicts(page, 15);
    expect(kinds(seen)).toEqual(["blocked", "caution", "clear", "unknown"]);
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  it("stays right while it is sorted", async () => {
    const lies = await open("/react/");
    const before = await expectRightVerdicts(page, 15);
    await page.getByRole("button", { name: "Phone" }).click();
    const up = await expectRightVerdicts(page, 15);
    await page.getByRole("button", { name: "Phone" }).click();
    const down = await expectRightVerdicts(page, 15);
    const texts = (seen: typeof up) => seen.map((s) => s.text);
    expect(texts(up)).not.toEqual(texts(before));
    expect(texts(down)).not.toEqual(texts(up));
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  it("stays right in rows that are recycled while it scrolls", async () => {
    const lies = await open("/react/");
    await expectRightVerdicts(page, 15);
    const scroller = page.locator(".scroller");
    for (const top of [300, 900, 40_000, 170_000, 339_000, 34]) {
      await scroller.evaluate((element, y) => element.scrollTo({ top: y }), top);
      await expectRightVerdicts(page, 14);
    }
    await scroller.hover();
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 700);
    await expectRightVerdicts(page, 14);
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  it("follows a number that is edited in its place", async () => {
    const lies = await open("/react/");
    await expectRightVerdicts(page, 15);
    const cell = page.locator("[data-id='2'] .phone");
    // Clear, then on the TPS, then not a number.
    for (const typed of ["0113 496 0001", "0113 496 0010", "ask reception"]) {
      await cell.dblclick();
      await page.locator("[data-id='2'] input").fill(typed);
      await page.keyboard.press("Enter");
      await expect.poll(() => cell.textContent()).toBe(typed);
      await expectVerdicts(page, { [typed]: verdictOf(typed) });
      await expectRightVerdicts(page, 14);
    }
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });
});

describe.each(["synthetic", "native"])("Salesforce's components in %s shadow", (mode) => {
  const rows = () => page.locator("lightning-datatable tbody tr");

  it("has formatted phones and the datatable right", async () => {
    const lies = await open(`/lwc/${mode}`);
    await rows().first().waitFor();
    await expectRightVerdicts(page, 15);
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  it("stays right while it is sorted and scrolled", async () => {
    const lies = await open(`/lwc/${mode}`);
    await rows().first().waitFor();
    const before = await expectRightVerdicts(page, 15);
    await page.getByRole("columnheader", { name: "Phone" }).locator("a").first().click();
    await expect
      .poll(async () => JSON.stringify(await numbersOnScreen(page)))
      .not.toBe(JSON.stringify(before));
    await expectRightVerdicts(page, 15);
    await rows().nth(20).scrollIntoViewIfNeeded();
    await expectRightVerdicts(page, 10);
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  it("follows what is typed into a field and shown elsewhere", async () => {
    const lies = await open(`/lwc/${mode}`);
    await expectVerdicts(page, { [writtenNumber(1)]: "caution" });
    const field = page.getByRole("textbox").first();
    for (const typed of ["0113 496 0001", "0113 496 0010"]) {
      await field.fill(typed);
      await expectVerdicts(page, { [typed]: verdictOf(typed), [writtenNumber(1)]: null });
    }
    await field.fill("");
    await expectVerdicts(page, { "0113 496 0010": null });
    await expectRightVerdicts(page, 14);
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  // In native shadow the datatable's own editor never saves: its components are made for the synthetic one.
  const inSynthetic = mode === "synthetic" ? it : () => {};
  inSynthetic("follows a cell that is edited in the datatable", async () => {
    const lies = await open(`/lwc/${mode}`);
    const row = rows().first();
    await row.waitFor();
    await expectRightVerdicts(page, 15);
    await row.getByRole("button", { name: "Edit Phone" }).click({ force: true });
    // The editor has the focus first, then the cell's number; what is selected before that is not.
    const editor = page.locator("input:focus");
    await expect.poll(async () => (await editor.count()) && editor.inputValue()).toBe(writtenNumber(13));
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("0113 496 0001");
    await expect.poll(() => editor.inputValue()).toBe("0113 496 0001");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save" }).click();
    await expectVerdicts(page, { "0113 496 0001": verdictOf("0113 496 0001"), [writtenNumber(13)]: null });
    await expectRightVerdicts(page, 15);
    expect(await lies()).toEqual([]);
    expect(browser.errors).toEqual([]);
  });
});

describe("frames and closed roots", () => {
  it("has every number right, in all of them", async () => {
    await open(`/frames?other=${encodeURIComponent(otherUrl)}`);
    const seen = await expectRightVerdicts(page, 15);
    const texts = seen.map((s) => s.text);
    // The page itself, a frame of its own, one of another site, one that a script wrote, a closed root and one inside
    // it.
    for (const i of [0, 1, 20, 23, 40, 43, 61, 62, 81, 84, 85]) expect(texts).toContain(writtenNumber(i));
    expect(browser.errors).toEqual([]);
  });

  it("leaves a frame alone whose site is not turned on", async () => {
    const apart = await launch({ sites: [pagesUrl] });
    try {
      await apart.page.goto(`${pagesUrl}/frames?other=${encodeURIComponent(otherUrl)}`);
      await expectVerdicts(apart.page, { [writtenNumber(20)]: verdictOf(writtenNumber(20)) });
      const other = apart.page.frames().find((f) => f.url().startsWith(otherUrl))!;
      expect(await other.evaluate(() => CSS.highlights.size)).toBe(0);
      const unpainted = async () =>
        (await numbersOnScreen(apart.page)).filter((s) => s.painted === null).map((s) => s.text);
      await expect.poll(unpainted).toEqual([40, 41, 42, 43].map(writtenNumber));
      expect(await falsePaint(apart.page)).toEqual([]);
    } finally {
      await apart.close();
    }
  });
});

describe("plain HTML from a server", () => {
  const paintIn = (selector: string) =>
    page.evaluate((selector) => {
      const within = document.querySelector(selector)!;
      const found: string[] = [];
      CSS.highlights.forEach((highlight, name) =>
        highlight.forEach((range) => {
          if (within.contains(range.startContainer))
            found.push(
              `${name}: ${range.startContainer.textContent!.slice(range.startOffset, range.endOffset)}`,
            );
        }),
      );
      return found;
    }, selector);

  it("has cells, links and lists right, cut off or not, one number in several elements, and no trap", async () => {
    await open("/plain");
    const seen = await expectRightVerdicts(page, 80, splitParts);
    expect(kinds(seen)).toEqual(["blocked", "caution", "clear", "unknown"]);
    expect((await paintIn("#split")).sort()).toEqual(splitParts.map((p) => `cleardial-blocked: ${p}`).sort());
    expect(await paintIn("#pair")).toHaveLength(3);
    expect(await paintIn("#traps")).toEqual([]);
    expect(browser.errors).toEqual([]);
  });
});

describe("form fields", () => {
  const saidOf = async (number: string) =>
    (await spokenOn(page)).filter((line) => line.startsWith(`${number}:`));

  it("are told of, followed while typed, and never written to", async () => {
    await open("/plain");
    await expectRightVerdicts(page, 80, splitParts);
    const field = page.locator("#field");
    for (const [typed, number, verdict] of [
      ["0113 496 0001", "+44 113 496 0001", texts.verdicts.clear],
      ["0113 496 0010", "+44 113 496 0010", texts.verdicts.blocked],
      ["(809) 555-0199", "+1 809 555 0199", texts.verdicts.unknown],
    ] as const) {
      await field.fill("");
      await field.pressSequentially(typed);
      await expect.poll(() => saidOf(number)).toEqual([expect.stringContaining(verdict)]);
      await expect.poll(() => field.inputValue()).toBe(typed);
    }
    await field.fill("");
    await expect.poll(() => saidOf("+1 809 555 0199")).toEqual([]);
    expect(browser.errors).toEqual([]);
  });
});

// No marks may outlive their page: each page above was opened in the same tab.
it("paints nothing on a page without numbers", async () => {
  await open("/frame?count=0");
  expect(await marksOf(page)).toEqual([]);
});
