/** Proofs on the desk: made, printed, and checked as a regulator would. The overview's charts: drawn, and read as tables. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { call, daysAgo } from "../../../scripts/lib/seed.ts";
import type { FiguresAnswer } from "../../../shared/overview/api.ts";
import type { ProofRegister } from "../../../shared/proof/api.ts";
import { daysOf } from "../../../shared/proof/dates.ts";
import { checkProof } from "../../../worker/cli/proof/check.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";
import { answered, freshErrors, open, overflows } from "./kit.ts";

/** No other test uses this number, so its events are known. */
const NUMBER = "+441314960911";
const { workerUrl, tokens } = inject("e2e");
let browser: Launched;

beforeAll(async () => {
  browser = await launch({ joined: "compliance", sites: [] });
  const dial = (own: object) =>
    call(workerUrl, tokens.agent, "POST", "/v1/dials", {
      ...{ number: NUMBER, e164: NUMBER, action: "passed", verdict: "clear", seen: null },
      ...{ reasons: [], host: "crm.example.com", at: new Date().toISOString(), ...own },
    });
  await dial({});
  await call(workerUrl, tokens.agent, "POST", "/v1/suppressions", {
    ...{ number: NUMBER, kind: "objection", reason: "asked us to stop" },
  });
  await dial({ action: "held", verdict: "blocked", reasons: [{ code: "objection" }] });
});
afterAll(() => browser.close());

/** A picture of the whole page. */
const whole = async (page: Page, name: string) => {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: 1280, height: Math.min(height, 4000) });
  await shot(page, name);
  await page.setViewportSize({ width: 1280, height: 900 });
};
const drawn = (page: Page, n: number) =>
  expect.poll(() => page.locator("[data-drawn] canvas").count()).toBe(n);

it("a proof of a number: made, shown as one sheet, printed, downloaded, and found to hold", async () => {
  const page = await open(browser, "#/proof");
  await page.getByRole("button", { name: "Make the proof" }).click();
  await page.getByText("Write the number.").waitFor();
  await page.getByLabel("Telephone number").fill("0131 496 0911");
  await page.getByRole("button", { name: "Make the proof" }).click();
  const sheet = page.getByRole("article", { name: "What is on record of" });
  await sheet.waitFor();
  const lines = sheet.getByRole("table", { name: "What happened" }).locator("tbody tr");
  const happened = async () =>
    (await lines.allTextContents()).map((line) => line.replace(/^.*?\d\d:\d\d:\d\d/, ""));
  await expect
    .poll(happened)
    .toEqual([
      expect.stringMatching(/^Call let through: .*on crm\.example\.com/),
      expect.stringMatching(/^Objection recorded“asked us to stop”; by The agent/),
      expect.stringMatching(/^Call held: Do not call/),
    ]);
  await expect
    .poll(() => sheet.getByRole("table", { name: "Registers in force" }).textContent())
    .toContain("was not on it");
  await expect
    .poll(() => sheet.locator("[data-sentence]").textContent())
    .toMatch(
      /called \+44 131 496 0911 once from .*, and nothing barred that call; 1 more was held before it rang\.$/,
    );
  await expectAccessibleInBoth(page);
  await whole(page, "desk-proof-number");
  await expect.poll(() => overflows(page)).toBe(false);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download JSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^cleardial-proof-441314960911-.*\.json$/);
  const { ok, checks } = await checkProof(await download.path());
  expect([ok, checks.filter((check) => !check.ok)]).toEqual([true, []]);
  const sha256 = (JSON.parse(readFileSync(await download.path(), "utf8")) as { sha256: string }).sha256;
  await expect.poll(() => sheet.textContent()).toContain(sha256);

  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const gone of ["Make the proof", "Print"])
    await expect.poll(() => page.getByRole("button", { name: gone }).isVisible()).toBe(false);
  await expect.poll(() => page.getByRole("navigation", { name: "Desk" }).isVisible()).toBe(false);
  await whole(page, "desk-proof-number-print");
  await page.emulateMedia({ media: null, colorScheme: null });

  await page.locator("label", { hasText: "The company" }).click();
  await page.getByRole("button", { name: "Make the proof" }).click();
  await page.getByRole("article", { name: "calls" }).waitFor();
  await drawn(page, 3);
  await expectAccessibleInBoth(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await whole(page, "desk-proof-company-dark");
  await page.emulateMedia({ colorScheme: null });
  expect(freshErrors(browser)).toEqual([]);
});

it("job: the proof of a dial, in one click from it", async () => {
  const page = await open(browser, `#/dials?number=${encodeURIComponent(NUMBER)}`);
  const clicks = new Clicks();
  await clicks.on(page.getByRole("link", { name: "Proof of +44 131 496 0911" }).first());
  await page.getByRole("article", { name: "What is on record of" }).waitFor();
  await page.locator("[data-sentence]").getByText("+44 131 496 0911").waitFor();
  expect(clicks.count).toBe(1);
  expect(freshErrors(browser)).toEqual([]);
});

it("days are typed or pasted as people write them, and what is none is named and not taken", async () => {
  const page = await open(browser, "#/proof");
  await page.getByLabel("Telephone number").fill("0131 496 0911");
  const from = page.getByRole("textbox", { name: /^From/ });
  await from.fill("31/02/2026");
  await from.press("Tab");
  await page.getByText("“31/02/2026” is no day that can be chosen here. Write it as 26/11/2026.").waitFor();
  await from.fill("26/10/2026");
  await page.getByText("is no day that can be chosen").waitFor({ state: "hidden" });
  await from.press("Tab");
  await expect.poll(() => from.inputValue()).toBe("26 Oct 2026");
  await page.getByRole("button", { name: "Make the proof" }).click();
  await page
    .getByRole("article", { name: "What is on record of" })
    .getByText("26 Oct 2026 to")
    .first()
    .waitFor();
  expect(freshErrors(browser)).toEqual([]);
});

/** A month with figures of every kind. */
function busy(from: string, to: string): FiguresAnswer {
  const days = daysOf(from, to);
  const version = (day: number, next: number | null) => ({
    ...{ version: day, asOf: daysAgo(day), numbers: 1, listed: null, rows: [] },
    from: `${daysAgo(day)}T09:00:00.000Z`,
    to: next === null ? null : `${daysAgo(next)}T09:00:00.000Z`,
  });
  const register = (list: string, ages: number[]): ProofRegister => ({
    ...{ list, name: list.toUpperCase(), maxAgeDays: 28, lookups: [], gaps: [] },
    versions: ages.map((age, i) => version(age, ages[i + 1] ?? null)),
  });
  return {
    ...{ from, to, zone: "Europe/London" },
    days: days.map((day, i) => ({ day, passed: 40 + ((i * 7) % 23), held: (i * 5) % 17, overridden: i % 4 })),
    heldBy: [
      { name: "tps", count: 121 },
      { name: "objection", count: 34 },
      { name: "stale-list", count: 9 },
    ],
    registers: [register("tps", [40, 26, 19, 12, 5]), register("ctps", [29, 3])],
    requests: [
      { daysLeft: -2, count: 1 },
      { daysLeft: 5, count: 3 },
      { daysLeft: 12, count: 4 },
    ],
    erasures: [0, 7, 14, 35].map((days) => ({ week: mondayAfter(days), recordings: 20 + days, held: 4 })),
  };
}
const mondayAfter = (days: number): string => {
  const at = Date.now() + days * 86_400_000;
  return new Date(at - ((new Date(at).getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
};

it("the overview's charts: drawn in light and in dark, each with the table that says the same", async () => {
  const days = [undefined, "Europe/London"].map((timeZone) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone }).format(Date.now()),
  );
  const from = (day: string) => new Date(Date.parse(day) - 29 * 86_400_000).toISOString().slice(0, 10);
  const answers = days.map((day) => [
    `GET /v1/figures?from=${from(day)}&to=${day}`,
    [{ ok: true, data: busy(from(day), day) }],
  ]);
  const { page } = await answered(browser, "#/", Object.fromEntries(answers) as Record<string, unknown[]>);
  await drawn(page, 5);
  await page.getByRole("img", { name: /^\d+,\d+ let through, \d+ held, \d+ overridden/ }).waitFor();
  // For screen readers the table is there even while it is hidden.
  const table = page.getByRole("table", { name: "Why calls were held" });
  await expect
    .poll(() => table.locator("tbody tr").allTextContents())
    .toEqual(["TPS121", "Objection34", "List too old9"]);
  const chart = page.getByRole("region", { name: "Why calls were held" });
  await chart.getByRole("button", { name: "As a table" }).click();
  await expectAccessibleInBoth(page);
  await chart.getByRole("button", { name: "As a table" }).click();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => page.locator(`[data-drawn="${colorScheme}"]`).count()).toBe(5);
    await whole(page, `desk-overview-charts-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
  await expect.poll(() => overflows(page)).toBe(false);
  expect(freshErrors(browser)).toEqual([]);
});
