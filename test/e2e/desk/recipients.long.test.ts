/** Who receives, on the desk: described, approved by a second person, named where nobody is; and the report of what went there. */
import type { Page } from "playwright-core";
import { afterAll, describe, expect, inject, it } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import {
  answered,
  ok,
  open,
  overflows,
  policyAsItWas,
  policyNow,
  scrollsSideways,
  withBrowsers,
} from "./kit.ts";

const { workerUrl, tokens } = inject("e2e");
const browsers = withBrowsers("manager", "compliance", "admin");
afterAll(policyAsItWas);

const clause = (page: Page) => page.locator('[data-clause="recipients"]');
const bar = (page: Page) => page.getByRole("region", { name: "Changes that are not saved" });
/** It is there, where the network has a resolver. */
const HOST = "example.com";
const recipients = (own: Partial<RecipientsAnswer> = {}) =>
  ok({ since: "2026-11-01T00:00:00.000Z", undescribed: [], refused: [], ...own });

describe("the register", () => {
  it("a recipient is proposed as its address is pasted, and in force once an administrator approved it", async () => {
    const page = await open(browsers.manager, "#/policy?at=recipients");
    await clause(page).getByText("Nobody is described yet.").waitFor();
    await clause(page).getByRole("button", { name: "Add a recipient" }).click();
    await clause(page).getByLabel("What it is").selectOption("webhook");
    await clause(page).getByLabel("Who", { exact: true }).fill("Our dialler");
    await clause(page).getByLabel("Host (none if by hand)").fill(`https://${HOST.toUpperCase()}/v1?x=1`);
    await expect.poll(() => clause(page).getByLabel("Host (none if by hand)").inputValue()).toBe(HOST);
    await clause(page).getByLabel("Contract, with its date").fill("DPA of 1 March 2026");
    // Without its data it is refused, at its clause.
    await bar(page).getByLabel("Why?").fill("A new dialler");
    await bar(page).getByRole("button", { name: "Propose the changes" }).click();
    await clause(page).getByRole("alert").waitFor();
    const fields = clause(page).getByLabel("Which data");
    for (const field of ["number", "verdict"]) {
      await fields.fill(field);
      await fields.press("Enter");
    }
    await expectAccessibleInBoth(page);
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "desk-policy-recipients");
    await bar(page).getByRole("button", { name: "Propose the changes" }).click();
    await page.getByText("Proposed. It counts once another person has approved it.").waitFor();
    expect((await policyNow()).policy.recipients).toEqual([]);

    const admin = await open(browsers.admin, "#/policy/proposals");
    const card = admin.locator("[data-proposal]").filter({ hasText: "A new dialler" });
    await card.getByText("Our dialler (example.com)").waitFor();
    await card.getByRole("button", { name: "Approve" }).click();
    await admin.getByText("Approved. Open pages follow within a minute.").waitFor();
    expect((await policyNow()).policy.recipients).toMatchObject([
      { host: HOST, fields: ["number", "verdict"] },
    ]);

    // Compliance reads it in words.
    const officer = await open(browsers.compliance, "#/policy?at=recipients");
    await clause(officer).getByText(`Our dialler (${HOST})`).waitFor();
    await expect.poll(() => clause(officer).locator("input, select, button").count()).toBe(0);
  });

  it("one less counts at once", async () => {
    const page = await open(browsers.manager, "#/policy?at=recipients");
    await clause(page).getByRole("button", { name: "Remove Our dialler" }).click();
    await bar(page).getByLabel("Why?").fill("We left them");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    expect((await policyNow()).policy.recipients).toEqual([]);
  });

  it("what is connected and sent nothing is named in the overview, and described from where it is named", async () => {
    const hook = await call<{ id: string }>(workerUrl, tokens.admin, "POST", "/v1/webhooks", {
      url: "https://example.org/in",
    });
    const { since, refused } = await call<RecipientsAnswer>(workerUrl, tokens.admin, "GET", "/v1/recipients");
    // The shared Worker may not have run its jobs yet: then nothing is refused.
    expect(refused.some(({ host }) => host === "example.org")).toBe(since !== null);
    await call(workerUrl, tokens.admin, "DELETE", `/v1/webhooks/${hook.id}`);

    const { page } = await answered(browsers.admin, "#/", {
      "GET /v1/recipients": [
        recipients({
          refused: [
            { kind: "webhook", host: HOST },
            { kind: "webhook", host: "login.example.net", vendor: HOST },
          ],
          undescribed: [{ kind: "mail", host: "mail.example.com", at: "2026-11-01T00:00:00.000Z" }],
        }),
      ],
    });
    const todo = page.locator('[data-todo="recipients.refused"]');
    await todo.getByText(`${HOST} and login.example.net: connected or set up, and not named`).waitFor();
    await page.locator('[data-todo="recipients"]').getByText("mail.example.com").waitFor();
    await todo.getByRole("link").click();
    const refusedOnes = page.locator('[data-wanted="refused"]');
    await refusedOnes.getByText(`a webhook: ${HOST}`).waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-recipients-wanted");
    await refusedOnes.getByRole("button", { name: `Describe ${HOST}` }).click();
    // Where it grants tokens belongs in the same row.
    await refusedOnes.getByRole("button", { name: "Describe login.example.net" }).click();
    await expect.poll(() => refusedOnes.count()).toBe(0);
    await clause(page).getByText("login.example.net").waitFor();
    await expect.poll(() => clause(page).getByLabel("Host (none if by hand)").inputValue()).toBe(HOST);
    await page.locator('[data-wanted="undescribed"]').getByText("mail.example.com").waitFor();
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "desk-policy-recipients-also");
    await clause(page)
      .getByRole("button", { name: `Remove ${HOST}` })
      .click();
    await refusedOnes.waitFor();
  });
});

describe("what was sent to whom", () => {
  const row = (own: object) => ({
    ...{ day: "2026-11-20", kind: "webhook", host: HOST, name: "Our dialler", what: "turned" },
    ...{ fields: ["number", "verdict", "register", "date"], times: 3, items: 1204 },
    ...own,
  });
  const first = row({});
  const others = [
    row({ host: "", kind: "mail", name: null, what: "mail", fields: ["address", "name", "text"], items: 3 }),
    row({ host: "api.t2a.io", kind: "lookup", name: null, what: "question", fields: ["number"], times: 1 }),
  ];
  it("is a table with its recipients' names, filtered by number, and a CSV", async () => {
    const { page, asked } = await answered(browsers.compliance, "#/audit/sent", {
      "GET /v1/disclosures?limit=100": [
        ok({ since: "2026-11-01", disclosures: [first, ...others], next: null }),
      ],
      "GET /v1/disclosures?number=020+7946+0958&limit=100": [
        ok({ since: "2026-11-01", disclosures: [row({ times: 1, items: 1 })], next: null }),
      ],
    });
    const rows = page.getByRole("region", { name: "What was sent to whom" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByText("Counted since 1 Nov 2026.").waitFor();
    await expect.poll(() => rows.first().textContent()).toContain("Our dialler");
    await expect.poll(() => rows.first().textContent()).toContain("1,204");
    await expect.poll(() => rows.nth(1).textContent()).toContain("Cloudflare's mail service");
    await expect.poll(() => rows.nth(2).textContent()).toContain("api.t2a.io (not described in the policy)");
    await expect.poll(() => scrollsSideways(page)).toBe(false);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-audit-sent");
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    expect((await saved).suggestedFilename()).toMatch(/^sent-\d{4}-\d\d-\d\d\.csv$/);
    await page.getByLabel("Number", { exact: true }).fill("020 7946 0958");
    await expect.poll(() => rows.count()).toBe(1);
    expect(await asked()).toContain("GET /v1/disclosures?number=020+7946+0958&limit=100");
  });
});
