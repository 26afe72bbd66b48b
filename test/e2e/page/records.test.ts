/** The country of a number without a code, told by the record that it is in, on a page with the layouts of CRMs. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { layouts } from "../../pages/record-layouts.ts";
import { recordsOf } from "../../pages/records.ts";
import { launch, type Launched, spokenOn } from "../kit/harness.ts";

const { pagesUrl } = inject("e2e");
let browser: Launched;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  page = browser.page;
  await page.goto(`${pagesUrl}/records`);
});
afterAll(() => browser.close());

/** The numbers as a screen reader reads them: with their code where the country was told, else as they are written. */
const said = async () => (await spokenOn(page)).map((line) => line.slice(0, line.indexOf(":"))).sort();
const should = (changes: Record<string, string | null> = {}) =>
  Object.entries({ ...recordsOf, ...changes })
    .map(([written, number]) => number ?? written)
    .sort();

describe("the country of a number", () => {
  it("is told by its own record in each layout, and by no other one", async () => {
    await expect.poll(said, { timeout: 20_000 }).toEqual(should());
    expect(browser.errors).toEqual([]);
  });

  it("follows the record when that changes, and is open again when it says nothing", async () => {
    const cell = page.locator("#open td").last();
    const put = (text: string) => cell.evaluate((at, text) => (at.textContent = text), text);
    await put("United States");
    await expect.poll(said).toEqual(should({ "4155550102": "+1 415 555 0102" }));
    await put("-");
    await expect.poll(said).toEqual(should());
    // In place, as frameworks do it.
    await cell.evaluate((at) => ((at.firstChild as Text).data = "USA"));
    await expect.poll(said).toEqual(should({ "4155550102": "+1 415 555 0102" }));
    await put("-");
    await expect.poll(said).toEqual(should());
  });

  it("follows what a class, a style or an attribute shows or hides, and what is hidden with its box", async () => {
    await page.evaluate(() => {
      const cell = document.querySelector("#open td:last-child")!;
      cell.innerHTML = '<b><i id="shown" class="gone">United States</i></b>';
      document.head.insertAdjacentHTML("beforeend", "<style>.gone{display:none}</style>");
    });
    await expect.poll(said).toEqual(should());
    const country = page.locator("#shown");
    const there = should({ "4155550102": "+1 415 555 0102" });
    const classed = (on: "at" | "parent", gone: boolean) =>
      country.evaluate(
        (at, { on, gone }) => (on === "at" ? at : at.parentElement!).classList.toggle("gone", gone),
        { on, gone },
      );
    await classed("at", false);
    await expect.poll(said).toEqual(there);
    for (const [hide, show] of [
      [() => classed("at", true), () => classed("at", false)],
      [() => classed("parent", true), () => classed("parent", false)],
      [
        () => country.evaluate((at) => at.parentElement!.setAttribute("hidden", "")),
        () => country.evaluate((at) => at.parentElement!.removeAttribute("hidden")),
      ],
      [
        () => country.evaluate((at) => at.setAttribute("style", "opacity:0")),
        () => country.evaluate((at) => at.removeAttribute("style")),
      ],
    ] as const) {
      await hide();
      await expect.poll(said).toEqual(should());
      await show();
      await expect.poll(said).toEqual(there);
    }
    await page
      .locator("#open td")
      .last()
      .evaluate((at) => (at.textContent = "-"));
  });

  it("follows the address of a link around it, and no longer once that is another number's", async () => {
    await page.evaluate(() =>
      document.body.insertAdjacentHTML(
        "beforeend",
        '<p><a id="link" href="tel:+493023125099">030 23125099</a></p>',
      ),
    );
    const put = (href: string) =>
      page.locator("#link").evaluate((at, href) => at.setAttribute("href", href), href);
    await expect.poll(said).toEqual(should({ link: "+49 30 23125099" }));
    await put("tel:03023125099");
    await expect.poll(said).toEqual(should({ link: "030 23125099" }));
    await put("tel:+49 30 23125099");
    await expect.poll(said).toEqual(should({ link: "+49 30 23125099" }));
    await page.locator("#link").evaluate((at) => at.remove());
    await expect.poll(said).toEqual(should());
  });

  it("follows it for a number in a field as well", async () => {
    await page.evaluate(() =>
      document.body.insertAdjacentHTML(
        "beforeend",
        '<table><tr id="field"><td><input value="4155550109"></td><td>United States</td></tr></table>',
      ),
    );
    const cell = page.locator("#field td").last();
    await expect.poll(said).toEqual(should({ field: "+1 415 555 0109" }));
    await cell.evaluate((at) => (at.textContent = "-"));
    await expect.poll(said).toEqual(should({ field: "4155550109" }));
  });
});

it("is shown by whatever a person sees to be of the same record, and by nothing else", async () => {
  await page.goto(`${pagesUrl}/record-layouts`);
  const expected = layouts.flatMap(([, , numbers]) =>
    Object.entries(numbers).map(([written, number]) => number ?? written),
  );
  await expect.poll(said, { timeout: 20_000 }).toEqual(expected.sort());
});
