/** The overview: what is wrong, and the trail's verification. */
import { afterAll, describe, expect, inject, it } from "vitest";
import type { CanaryAnswer } from "../../../shared/canary/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { answered, ok, open, policyAsItWas, savePolicy, withBrowsers } from "./kit.ts";

const { workerUrl, tokens } = inject("e2e");
const browsers = withBrowsers("compliance", "admin");
afterAll(policyAsItWas);

describe("overview", () => {
  it("names what is wrong, leads to where it is mended, and forgets it then", async () => {
    let page = await open(browsers.admin, "#/");
    const todo = (id: string) => page.locator(`[data-todo="${id}"]`);
    await todo("identity").getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
    expect(page.url()).toContain("#/policy?at=identity");
    await savePolicy(
      (p) => ({
        ...p,
        identity: { ...p.identity, company: "Brightwater", address: "1 High Street, Leeds" },
      }),
      "Who we are",
    );
    page = await open(browsers.admin, "#/");
    await todo("review").waitFor();
    await expect.poll(() => todo("identity").count()).toBe(0);
  });

  it("tells each role what is theirs to do, and of the rest whom to ask", async () => {
    const page = await open(browsers.compliance, "#/");
    const review = page.locator('[data-todo="review"]');
    await expect
      .poll(() => review.textContent())
      .toContain("This is for a colleague who is manager or administrator.");
    await expect.poll(() => review.getByRole("link").textContent()).toBe("See it");
    const own = await open(browsers.admin, "#/");
    await expect.poll(() => own.locator('[data-todo="review"]').textContent()).not.toContain("colleague");
  });

  it("says how full the database is, and of whom to ask for room", async () => {
    const waiting = { consents: 0, scopes: 0, tasks: 0, clockStopped: null, callsFailing: [] };
    const size = { bytes: 8_249_000_000, most: 10_000_000_000 };
    const { page } = await answered(browsers.admin, "#/", {
      "GET /v1/waiting": [ok({ ...waiting, database: size })],
    });
    const todo = page.locator('[data-todo="database"]');
    await expect.poll(() => todo.textContent()).toContain("The database is 82% full");
    await expect.poll(() => todo.textContent()).toContain("8.2 GB of the 10 GB");
    await shot(page, "desk-overview-database");
    await todo.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
    expect(page.url()).toContain("#/policy?at=retention");
  });

  it("says what the browsers' own tests found today", async () => {
    const body = { browser: "0".repeat(32), version: "0.1.0" };
    const report = (more: object) =>
      call<CanaryAnswer>(workerUrl, tokens.compliance, "POST", "/v1/canary", { ...body, ...more });
    const { day } = await report({ results: [] });
    await report({ day, results: [{ layer: "link", held: true }] });
    const page = await open(browsers.compliance, "#/");
    const table = page.getByRole("region", { name: "What the tests found" });
    const row = table.getByRole("row").filter({ hasText: "Today" }).filter({ hasText: "a link" });
    await expect.poll(() => row.getByRole("cell").nth(3).innerText()).not.toBe("0");
  });

  it("job: verify the trail, in one click; the browser remembers it", async () => {
    const page = await open(browsers.compliance, "#/");
    const clicks = new Clicks();
    await clicks.on(page.getByRole("button", { name: "Verify now" }));
    await page.getByText(/Last verified in this browser .*rows hold/).waitFor();
    expect(clicks.count).toBe(1);
    await open(browsers.compliance, "#/audit");
    await expect.poll(() => page.getByText(/Last verified in this browser/).count()).toBe(1);
  });
});
