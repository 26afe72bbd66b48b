/**
 * Every way in which a page can dial, beyond what is clear and what is blocked (guard.test.ts): the other verdicts, what a
 * page disguises, gestures that dial twice, what an agent lets go on, and pages on which nothing of ours runs.
 * `npm run soak:guard` runs every row in every place under every verdict.
 */
import { describe, expect, it } from "vitest";
import { closed, says } from "../kit/modal.ts";
import { type Row, rowIn, rowsOf, wrong } from "./drive.ts";
import { escapes, exception, refused } from "./escapes.ts";
import { type Context, contexts, type Route, routes } from "./routes.ts";
import { cells, isFirst } from "./table.ts";
import { again, beside, gestures, inPlace, tricks } from "./tricks.ts";
import {
  allDial,
  dialsLast,
  dialsUnasked,
  evidence,
  guarded,
  inPages,
  lastRow,
  named,
  noErrors,
  recorded,
  siteOn,
  underGuard,
} from "./under-guard.ts";

/** Set by `npm run soak:guard`. */
const isSoak = process.env["MATRIX_REPORT"] !== undefined;
/** One number of each kind. */
const kinds = named(
  "location =",
  "open",
  "click() on a link to _blank outside it",
  "submit to _blank",
  "a new frame",
  "a frame's script",
  "a refresh in the page",
  "a link, tel:",
  "a link, wa.me/call",
  "a link to _blank",
  "a link by Enter",
  "a form's button",
);
/** Each kind in one place, and in each place one or two. */
const kindsIn = (context: Context): Route[] =>
  kinds.filter(
    ({ name }, i) =>
      contexts
        .map((_, turn) => contexts[(i + turn) % contexts.length]!)
        .find((at) => !exception(refused, name, at) && !exception(escapes, name, at)) === context,
  );

/** One call each, with two records where its number is known (docs/limits.md). */
const inTwoRecords = [
  "a link whose handler cancels it, asks its server, and clicks on another whose handler opens a window",
  "a link whose handler ends it, and sets an address",
];

describe("every way to dial", () => {
  underGuard();

  it("dials once where nothing of ours runs", async () => {
    await guarded.drive.open("top");
    await allDial("top", rowsOf(routes, "clear"));
  });

  it("every place has some of the kinds", () => {
    expect(contexts.filter((context) => kindsIn(context).length === 0)).toEqual([]);
  });

  describe("where a site is turned on", () => {
    siteOn();

    it.each(contexts)("what is clear dials once, at once; all else is held: %s", async (context) => {
      const rows = cells(isSoak).filter((cell) => (isSoak || !isFirst(cell)) && cell.context === context);
      await inPages(context, rows.map(rowIn));
    });

    it.each(["clear", "blocked"] as const)("in disguise, %s: dials once, or is held", async (verdict) => {
      await inPages("top", rowsOf(tricks, verdict));
    });

    it("a picture's use of several links is held as no number, and dials none of them", async () => {
      const row = rowsOf(named("a link to _blank"), "clear")[0]!;
      const { drive, browser } = guarded;
      await drive.open("top", [row]);
      await browser.page.evaluate((to) => {
        const [a, b] = ["tel:+441134960892", to].map(
          (href) => `<a href="${href}" target="_blank"><rect width="80" height="30"/></a>`,
        );
        document.getElementById("place")!.innerHTML =
          `<svg width="80" height="30"><defs><g id="x">${a}${b}</g></defs><use href="#x"/></svg>`;
      }, row.address);
      const before = guarded.dialler.dialled().length;
      await browser.page.locator("use").click();
      await says(browser.page, "Not known");
      await browser.page.keyboard.press("Escape");
      await closed(browser.page);
      expect(guarded.dialler.dialled()).toHaveLength(before);
    });

    it("a picture that is a frame's document: clear dials once, all else is asked about", async () => {
      const [clear, unknown, blocked] = (["clear", "clear", "blocked"] as const).map(
        (verdict) => rowsOf(named("a link to _blank"), verdict)[0]!,
      ) as [Row, Row, Row];
      const { page } = guarded.browser;
      await guarded.drive.open("top", [clear, blocked]);
      for (const { address } of [clear, unknown, blocked]) {
        const src = `/picture?to=${encodeURIComponent(address)}`;
        await page.evaluate(async (src) => {
          const frame = Object.assign(document.createElement("iframe"), { src });
          document.getElementById("place")!.replaceChildren(frame);
          await new Promise((done) => (frame.onload = done));
        }, src);
        await page.locator("iframe").click();
        if (address !== blocked.address)
          await guarded.drive.dials(address === clear.address ? clear : unknown);
      }
      await says(page, "Do not call");
      await page.keyboard.press("Escape");
      await closed(page);
      expect([clear, unknown, blocked].map(guarded.drive.count)).toEqual([1, 1, 0]);
      await evidence([clear, unknown], ["passed"]);
      await evidence([blocked], ["held"]);
      const left = await page.evaluate(
        () => document.querySelector("iframe")!.contentDocument!.documentElement.childElementCount,
      );
      expect(left).toBe(1);
    });

    it.each([
      ["a picture of another site that draws a frame", "/drawn", true],
      ["XML whose root is a page's", "/feed", false],
    ])("%s: clear dials once, blocked never", async (_, path, isOther) => {
      const [clear, blocked] = (["clear", "blocked"] as const).map(
        (verdict) => rowsOf(named("a link to _blank"), verdict)[0]!,
      ) as [Row, Row];
      const { page } = guarded.browser;
      await guarded.drive.open("top", [clear, blocked]);
      const base = isOther ? guarded.url.replace("localhost", "127.0.0.1") : "";
      for (const { address } of [clear, blocked]) {
        const src = `${base}${path}?to=${encodeURIComponent(address)}`;
        await page.evaluate(async (src) => {
          const frame = Object.assign(document.createElement("iframe"), { src });
          document.getElementById("place")!.replaceChildren(frame);
          await new Promise((done) => (frame.onload = done));
        }, src);
        await page.locator("iframe").click();
        if (address === clear.address) await guarded.drive.dials(clear);
      }
      await says(page, "Do not call");
      await page.keyboard.press("Escape");
      await closed(page);
      expect([clear, blocked].map(guarded.drive.count)).toEqual([1, 0]);
      await evidence([blocked], ["held"]);
    });

    it("a tab that is a picture, and draws a frame: nothing dials", async () => {
      const [row] = rowsOf(named("a link to _blank"), "blocked") as [Row];
      const { page } = guarded.browser;
      await page.goto(`${guarded.url}/drawn?to=${encodeURIComponent(row.address)}`);
      await page.mouse.click(60, 60);
      await expect.poll(() => page.locator("g > *").count()).toBe(0);
      await guarded.drive.open("top", [row]);
      expect(guarded.drive.count(row)).toBe(0);
    });

    it.each(gestures)("a gesture of $dials: $route.name", async ({ dials, route }) => {
      const rows = rowsOf([route], "clear");
      await guarded.drive.open("top", rows);
      await guarded.drive.begin(rows[0]!);
      expect(await guarded.drive.dials(rows[0]!)).toBe(true);
      await evidence(
        rows,
        Array.from({ length: dials }, () => "passed"),
      );
      expect(guarded.drive.count(rows[0]!)).toBeLessThanOrEqual(dials);
      await guarded.drive.tidy();
    });

    it("caution: held, and dials once after “Call”", async () => {
      for (const context of contexts) {
        const rows = rowsOf(kindsIn(context), "caution");
        await guarded.drive.open(context, rows);
        for (const row of rows) {
          await guarded.drive.begin(row);
          await says(guarded.browser.page, /^Read before you (call|send)/);
          expect(guarded.drive.count(row), `${row.route.name} before it is allowed`).toBe(0);
          await guarded.drive.call(row);
          await guarded.drive.dials(row);
          await closed(guarded.browser.page);
          await guarded.drive.tidy();
        }
        expect(
          wrong(guarded.drive, rows, () => 1),
          context,
        ).toEqual([]);
        await evidence(rows, ["held", "passed"]);
      }
    });

    it("not known yet, and found clear: dials once by itself", async () => {
      for (const context of contexts) {
        const rows = rowsOf(kindsIn(context), "clear");
        await guarded.drive.open(context);
        await allDial(context, rows, false);
      }
    });

    describe.each(inPlace)("$name", (route) => {
      it("not known yet, and found clear: dials once by itself", async () => {
        const rows = [await dialsUnasked(route)];
        expect(wrong(guarded.drive, rows, () => 1)).toEqual([]);
        await evidence(rows, ["passed"]);
      });

      it("known to be clear: a record for each time that its page dials", async () => {
        const rows = rowsOf([route], "clear");
        const [row] = rows as [Row];
        const last = lastRow();
        const { drive } = guarded;
        const { dials = 1, name } = route;
        await drive.open("top", [row, last]);
        await drive.begin(row);
        await expect.poll(() => drive.count(row) + drive.missed()).toBe(dials);
        const missed = drive.missed();
        await dialsLast(last);
        expect(drive.count(row) + missed).toBe(dials);
        const records = inTwoRecords.includes(name) ? 2 : dials;
        expect((await recorded(rows))[0]!.did).toEqual(Array.from({ length: records }, () => "passed"));
      });

      it("caution: dials once after “Call”, and is asked about once", async () => {
        const rows = rowsOf([route], "caution");
        const last = lastRow();
        const { page } = guarded.browser;
        await guarded.drive.open("top", [...rows, last]);
        await guarded.drive.begin(rows[0]!);
        await says(page, /^Read before you call/);
        await guarded.drive.call(rows[0]!);
        await guarded.drive.dials(rows[0]!);
        await closed(page);
        await dialsLast(last);
        expect(wrong(guarded.drive, rows, () => 1)).toEqual([]);
        await evidence(rows, ["held", "passed"]);
      });

      it("blocked: never dials", async () => {
        const rows = rowsOf([route], "blocked");
        await guarded.drive.open("top", rows);
        await guarded.drive.refuse(rows[0]!);
        await evidence(rows, ["held"]);
        expect(guarded.drive.count(rows[0]!)).toBe(0);
      });
    });

    it.each(beside)("not known yet, and found clear, $name: two dials, with two records", async (route) => {
      const rows = rowsOf([route], "clear");
      await guarded.drive.open("top");
      await guarded.drive.begin(rows[0]!);
      expect(await guarded.drive.dials(rows[0]!)).toBe(true);
      await evidence(rows, ["passed", "passed"]);
      await guarded.drive.tidy();
    });

    it.each(again)("known to be clear, $name: two records", async (route) => {
      const rows = rowsOf([route], "clear");
      const last = lastRow();
      await guarded.drive.open("top", [...rows, last]);
      await guarded.drive.begin(rows[0]!);
      expect(await guarded.drive.dials(rows[0]!)).toBe(true);
      await dialsLast(last);
      await evidence(rows, ["passed", "passed"]);
    });

    it.each(beside)("caution, $name: asked about twice, and dials after each “Call”", async (route) => {
      const rows = rowsOf([route], "caution");
      const { page } = guarded.browser;
      await guarded.drive.open("top", rows);
      await guarded.drive.begin(rows[0]!);
      for (const times of [1, 2]) {
        await says(page, /^Read before you call/);
        expect(guarded.drive.count(rows[0]!)).toBeLessThan(times);
        await guarded.drive.call(rows[0]!);
        await expect.poll(() => guarded.drive.count(rows[0]!)).toBe(times);
      }
      await closed(page);
      await evidence(rows, ["held", "passed", "held", "passed"]);
      await guarded.drive.tidy();
    });

    it("and no page had an error of ours to report", noErrors);
  });
});
