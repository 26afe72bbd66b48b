/** "Check a number" on the desk: the verdict, and behind each reason its rule, source and day. */
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { changePolicy } from "../kit/policy.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";
import { open, overflows } from "./kit.ts";

/** No other test uses this number. It is on the TPS by the fixtures' rule. */
const LISTED = "+441134960920";
const { workerUrl, tokens } = inject("e2e");
let browser: Launched;

beforeAll(async () => {
  browser = await launch({ joined: "manager", sites: [] });
});
afterAll(() => browser.close());

it("a number, now: verdict, reasons with their sources, what is known, what is to be said", async () => {
  const page = await open(browser, "#/check");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByText("Write the number.").waitFor();
  await page.getByLabel("Telephone number").fill("0113 496 0920");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  const answer = page.getByRole("article");
  await answer.getByRole("heading", { name: "+44 113 496 0920" }).waitFor();
  const reasons = answer.locator("[data-reasons] > li");
  await expect.poll(() => reasons.first().textContent()).toMatch(/^On TPS .*PECR 2003 reg 21.* looked up on/);
  const link = reasons.first().getByRole("link");
  await expect.poll(() => link.getAttribute("href")).toMatch(/^https:\/\/www\.legislation\.gov\.uk\//);
  await expect.poll(() => answer.textContent()).toContain("Fixed line");
  await expect.poll(() => answer.textContent()).toContain("The law wants you to say first");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-check");
  await expect.poll(() => overflows(page)).toBe(false);
});

it("as another kind of call, and at a past day by what was on record then", async () => {
  await call(workerUrl, tokens.agent, "POST", "/v1/suppressions", {
    ...{ number: LISTED, kind: "objection", reason: "asked us to stop", scope: "line" },
  });
  const makes = (...runs: Campaign[]) =>
    changePolicy(workerUrl, { saves: tokens.manager, approves: tokens.admin }, (policy) => ({
      ...policy,
      campaigns: { ...policy.campaigns, runs },
    }));
  await makes("general", "pensions");
  const page = await open(browser, "#/check");
  await page.getByLabel("Telephone number").fill(LISTED);
  const kind = page.getByLabel("Kind of call");
  await kind.selectOption("pensions");
  // Also those that the policy does not run now, and none.
  await expect.poll(() => kind.locator("option").count()).toBe(5);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  const answer = page.getByRole("article");
  await expect.poll(() => answer.textContent()).toContain("They told us not to call");
  await expect.poll(() => answer.textContent()).toContain("A call of the kind “pensions”");
  await makes("general");
  await kind.selectOption("general");
  await page.getByLabel("On", { exact: true }).click();
  await page.getByRole("button", { name: "Previous month" }).click();
  await page.locator(".mantine-DateInput-day:not([data-outside])").last().click();
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await expect.poll(() => answer.textContent()).toContain("by what was on record then");
  await expect.poll(() => answer.textContent()).not.toContain("They told us not to call");
  await page.getByLabel("Call or message").selectOption("message");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await expect.poll(() => answer.textContent()).toContain("A text or chat of the kind “general sales calls”");
});

it("job: find a number from the page itself without a click, and again what was asked before in one", async () => {
  const page = await open(browser, "#/find");
  const main = page.getByRole("main");
  const field = main.getByRole("textbox", { name: "Number, or part of it" });
  await main.getByRole("button", { name: "Find" }).click();
  await main.getByText("Write a number first.").waitFor();
  await expect.poll(() => field.evaluate((it) => it === document.activeElement)).toBe(true);
  await expectAccessibleInBoth(page);
  const clicks = new Clicks();
  await field.fill("0113 496 0920");
  await field.press("Enter");
  await main.getByRole("region", { name: "Numbers" }).getByText("+44 113 496 0920").waitFor();
  await page.goBack();
  await main.getByRole("link", { name: "Find 0113 496 0920 again" }).waitFor();
  // Requests are not for managers.
  await expect.poll(() => main.getByRole("link", { name: "Dials" }).count()).toBe(1);
  await expect.poll(() => main.getByRole("link", { name: "Requests" }).count()).toBe(0);
  await shot(page, "desk-find-start");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "desk-find-start-dark");
  await page.emulateMedia({ colorScheme: null });
  await clicks.on(main.getByRole("link", { name: "Find 0113 496 0920 again" }));
  await main.getByRole("region", { name: "Numbers" }).getByText("+44 113 496 0920").waitFor();
  expect(clicks.count).toBe(1);
});

it("job: find all that is on record of a number, from its last six digits, without a click", async () => {
  await call(workerUrl, tokens.agent, "POST", "/v1/dials", {
    ...{ number: LISTED, e164: LISTED, action: "held", verdict: "blocked", reasons: [], seen: null },
    ...{ host: "crm.example.com", at: new Date().toISOString() },
  });
  const page = await open(browser, "#/");
  const box = page.getByRole("searchbox", { name: "Look everywhere" });
  await box.fill("960920");
  await box.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Find a number" }).waitFor();
  const row = page
    .getByRole("region", { name: "Numbers" })
    .getByRole("row")
    .filter({ hasText: "+44 113 496 0920" });
  await expect.poll(() => row.textContent()).toMatch(/Do not call.*They told us not to call/);
  await expectAccessibleInBoth(page);
  await shot(page, "desk-find");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "desk-find-dark");
  await page.emulateMedia({ colorScheme: null });
  await expect.poll(() => overflows(page)).toBe(false);
  // One click to its rows in any place, and to why it is judged so.
  const clicks = new Clicks();
  await clicks.on(row.getByRole("link", { name: /^Dials of \+44 113 496 0920: \d/ }));
  await page.getByRole("heading", { level: 1, name: "Dials" }).waitFor();
  await expect
    .poll(() => page.getByRole("region", { name: "Dials" }).textContent())
    .toContain("+44 113 496 0920");
  await page.goBack();
  await clicks.on(row.getByRole("link", { name: "Why +44 113 496 0920 is judged so" }));
  await page.getByRole("article").getByRole("heading", { name: "+44 113 496 0920" }).waitFor();
  expect(clicks.count).toBe(2);
  await box.fill("nobody");
  await box.press("Enter");
  await page.getByText("This is not a telephone number.").waitFor();
  await page.setViewportSize({ width: 480, height: 800 });
  await expect.poll(() => overflows(page)).toBe(false);
  await page.setViewportSize({ width: 1280, height: 900 });
});
