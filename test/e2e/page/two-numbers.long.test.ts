/**
 * Digits that would ring another number than the page says: a page that calls British numbers Irish, Indian or French in
 * every place that is read, on a desk in the United Kingdom.
 */
import { changePolicy } from "../kit/policy.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInside } from "../kit/axe-inside.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, modal, press, says } from "../kit/modal.ts";
import { shot } from "../kit/shots.ts";

const { pagesUrl, workerUrl, tokens } = inject("e2e");
// Their verdicts follow the fixtures' rule: the first is clear, the second on the TPS.
const CLEAR = "0113 496 0001";
const TPS = "0113 496 0010";

declare const navigation: EventTarget;
interface PageWindow {
  dialled: string[];
}
const newest = async (number: string) =>
  (
    await call<DialsAnswer>(
      workerUrl,
      tokens.admin,
      "GET",
      `/v1/dials?number=${encodeURIComponent(number)}&limit=1`,
    )
  ).dials[0];

let browser: Launched;
let page: Page;
const open = async () => {
  browser = await launch({ viewport: { width: 1000, height: 760 } });
  page = browser.page;
};
beforeAll(open);
afterAll(() => browser.close());
beforeEach(async () => {
  await page.bringToFront();
  await page.goto(`${pagesUrl}/frame?count=0`);
});
async function show(html: string): Promise<void> {
  await page.evaluate((html) => {
    document.body.replaceChildren(document.createRange().createContextualFragment(html));
    // Stops dials that leave the page, as Chrome would ask which program is to dial.
    navigation.addEventListener("navigate", (event) => {
      const { url } = (event as Event & { destination: { url: string } }).destination;
      if (!url.startsWith("tel:")) return;
      event.preventDefault();
      ((window as unknown as PageWindow).dialled ??= []).push(url);
    });
  }, html);
}
const dialled = () => page.evaluate(() => (window as unknown as PageWindow).dialled ?? []);
const linkTo = (number: string, text = number) =>
  `<a id="link" href="tel:${number.replaceAll(" ", "")}">${text}</a>`;

it.each([
  ["a row", `<table><tr><td>Ann</td><td>${linkTo(TPS)}</td><td>Ireland</td></tr></table>`],
  [
    "a row, grouped as Indians do",
    `<table><tr><td>${linkTo(TPS, "011 3496 0010")}</td><td>India</td></tr></table>`,
  ],
  ["a card", `<article><h3>Ann</h3><p>${linkTo(TPS)}</p><p>Country: France</p></article>`],
  [
    "a neighbour",
    `<ul><li>${linkTo(TPS)}</li><li>Dublin, Ireland 01 850 2222</li><li>Cork, Ireland</li></ul>`,
  ],
  [
    "hidden text",
    `<article><p>${linkTo(TPS)}</p><p hidden>Country: India</p><p style="display:none">India</p></article>`,
  ],
])("%s that names another country dials no number on the TPS", async (_, html) => {
  await show(html);
  await page.click("#link");
  await says(page, "Do not call");
  await says(page, /On TPS/);
  expect(
    (await modal(page))!.buttons.filter((label) => /^(?:Call|Dial)/.test(label) && !/other/.test(label)),
  ).toEqual([]);
  await page.keyboard.press("Escape");
  await closed(page);
  expect(await dialled()).toEqual([]);
});

describe("on a desk whose telephones are in Germany", () => {
  const changeLine = (lineRegion: string | null) =>
    changePolicy(workerUrl, { saves: tokens.manager, approves: tokens.admin }, (policy) => ({
      ...policy,
      numbers: { ...policy.numbers, lineRegion },
    }));
  beforeAll(async () => {
    await changeLine("DE");
    // A browser that was open may follow a minute later.
    await browser.close();
    await open();
  });
  afterAll(() => changeLine(null));

  it("the dialog names both numbers, and dials the one that may be called with its country code", async () => {
    await show(`<p>${linkTo(CLEAR)}</p>`);
    await page.click("#link");
    await says(page, "would ring +49 1134960001");
    // Germany wants consent first: the number that rings was asked about, though no page showed it.
    await says(page, "needs consent first");
    await says(page, "The record says United Kingdom: +44 113 496 0001");
    await says(page, "These digits would not ring the number that is meant here.");
    expect((await modal(page))!.buttons).not.toContain("Call");
    await shot(page, "ask-two-numbers");
    await expectAccessibleInside(page, "dialog.ask:modal");
    await press(page, "Dial +44 113 496 0001");
    await closed(page);
    await expect.poll(dialled).toEqual(["tel:+441134960001"]);
    await expect
      .poll(async () => newest("+441134960001"), { timeout: 20_000 })
      .toMatchObject({ action: "passed", written: "+441134960001", recordNumber: null, agrees: true });
  });
});
