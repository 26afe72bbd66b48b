/** The policy on the desk: staged, saved, refused, read-only. */
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { open, policyAsItWas, policyNow, savePolicy, withBrowsers } from "./kit.ts";

const browsers = withBrowsers("manager", "compliance", "admin");
afterAll(policyAsItWas);

describe("policy", () => {
  const clause = (page: Page, path: string) => page.locator(`[data-clause="${path}"]`);
  const bar = (page: Page) => page.getByRole("region", { name: "Changes that are not saved" });

  it("a change with its reason stands in the history, with its difference", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "screening.maxListAgeDays").getByRole("textbox").fill("25");
    await clause(page, "screening.rescreenDays").getByRole("textbox").fill("20");
    await clause(page, "hours").getByPlaceholder("Type a country").fill("United King");
    await page.getByRole("option", { name: "United Kingdom (GB)" }).click();
    await clause(page, "hours").getByRole("button", { name: "Add" }).click();
    await clause(page, "hours").getByLabel("United Kingdom, Monday, from").selectOption("08:30");
    await clause(page, "hours").getByRole("button", { name: "Copy Monday to Friday" }).click();
    await expect
      .poll(() => bar(page).getByRole("listitem").allTextContents())
      .toEqual([
        "Oldest copy of a register: 28 days → 25 days",
        "Screen the CRM again after: 27 days → 20 days",
        "Calling hours (GB): no limit → Mon–Fri 08:30–18:00, Sat–Sun no calls",
      ]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-staged");
    // Staged changes survive a visit to another page.
    await page.getByRole("link", { name: "People" }).click();
    await page.getByRole("link", { name: "Policy" }).click();
    await bar(page).getByLabel("Why?").fill("The board wants it");
    // And a reload, with the reason; another person's draft is their own.
    await page.reload();
    await expect.poll(() => bar(page).getByRole("listitem").count()).toBe(3);
    await expect.poll(() => bar(page).getByLabel("Why?").inputValue()).toBe("The board wants it");
    const drafts = () =>
      page.evaluate(async () =>
        Object.keys(await chrome.storage.session.get(null)).filter((key) => key.startsWith("draft:desk:")),
      );
    expect(await drafts()).toEqual([expect.stringMatching(/^draft:desk:http.*:[\w-]{36}$/)]);
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    await expect.poll(drafts).toEqual([]);

    await page.getByRole("tab", { name: "History" }).click();
    const newest = page.locator(".desk-versions > li").first();
    await newest.getByText("“The board wants it”").waitFor();
    await expect.poll(() => newest.textContent()).toContain("Oldest copy of a register: 28 days → 25 days");
    await expect.poll(() => newest.textContent()).toContain("The manager");
    await newest.getByRole("link", { name: /^Open the whole version/ }).click();
    const whole = page.getByRole("dialog");
    await whole.getByText("25 days").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-version");
    await whole.getByText("It is the same.").waitFor();
    await page.goBack();
    await expect.poll(() => whole.count()).toBe(0);
    // Back to the one before: as staged changes, for which the reason is asked as for any others.
    await savePolicy(
      (policy) => ({ ...policy, screening: { ...policy.screening, rescreenDays: 19 } }),
      "Once more",
    );
    await page.reload();
    // What is staged meanwhile is no part of that version.
    await page.getByRole("tab", { name: "Clauses" }).click();
    await clause(page, "screening.maxListAgeDays").getByRole("textbox").fill("24");
    await bar(page).getByLabel("Why?").fill("Something else");
    await page.getByRole("tab", { name: "History" }).click();
    await page
      .locator(".desk-versions > li")
      .nth(1)
      .getByRole("link", { name: /^Open the whole version/ })
      .click();
    await expect
      .poll(() =>
        whole
          .getByRole("region", { name: "Against the policy in force" })
          .getByRole("listitem")
          .allTextContents(),
      )
      .toEqual(["Screen the CRM again after: 19 days → 20 days"]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-restore");
    await whole.getByRole("button", { name: "Go back to this version…" }).click();
    await whole.getByText("The changes back to the earlier version take their place.").waitFor();
    await expectAccessibleInBoth(page);
    await whole.getByRole("button", { name: "Discard" }).click();
    await expect
      .poll(() => bar(page).getByRole("listitem").allTextContents())
      .toEqual(["Screen the CRM again after: 19 days → 20 days"]);
    await expect.poll(() => bar(page).getByLabel("Why?").inputValue()).toBe("");
    await bar(page).getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
  });

  describe("what loosens", () => {
    const card = (page: Page, why: string) => page.locator("[data-proposal]").filter({ hasText: why });
    const propose = async (page: Page, why: string) => {
      await bar(page).getByLabel("Why?").fill(why);
      await bar(page).getByRole("button", { name: "Propose the changes" }).click();
      await page.getByText("Proposed. It counts once another person has approved it.").waitFor();
      await expect.poll(() => bar(page).count()).toBe(0);
    };

    it("job: a manager proposes what is looser, and an administrator approves it, in two clicks from the overview", async () => {
      const clicks = new Clicks();
      const page = await open(browsers.manager, "#/policy");
      await clause(page, "recording.retentionMonths").getByRole("textbox").fill("6");
      await bar(page)
        .getByText("Waits until another person, an administrator, approves it: Recordings are kept for.")
        .waitFor();
      await expectAccessibleInBoth(page);
      await shot(page, "desk-policy-looser");
      await propose(page, "Less is enough");
      expect((await policyNow()).policy.recording.retentionMonths).toBe(12);

      await page.getByRole("tab", { name: "Proposals" }).click();
      const own = card(page, "Less is enough");
      await own.getByText("Recordings are kept for: 12 months → 6 months").waitFor();
      await own.getByText(/^\d+ records? would be erased, from a week after the approval$/).waitFor();
      await expect.poll(() => own.getByRole("button").allTextContents()).toEqual(["Take it back"]);

      // A compliance officer may refuse it, and approve what needs no administrator.
      const officer = await open(browsers.compliance, "#/policy/proposals");
      await expect
        .poll(() => card(officer, "Less is enough").getByRole("button").allTextContents())
        .toEqual(["Refuse"]);

      const admin = await open(browsers.admin, "#/");
      await clicks.on(admin.locator('[data-todo="proposals"]').getByRole("link"));
      await expectAccessibleInBoth(admin);
      await shot(admin, "desk-policy-proposals");
      await clicks.on(card(admin, "Less is enough").getByRole("button", { name: "Approve" }));
      await admin.getByText("Approved. Open pages follow within a minute.").waitFor();
      expect((await policyNow()).policy.recording.retentionMonths).toBe(6);
      expect(clicks.count).toBe(2);

      await admin.getByRole("tab", { name: "History" }).click();
      const newest = admin.locator(".desk-versions > li").first();
      await expect.poll(() => newest.textContent()).toContain("The manager");
      await expect.poll(() => newest.textContent()).toContain("approved by The admin");
    });

    it("is refused, or taken back, and stands among the settled", async () => {
      await savePolicy((p) => ({ ...p, overrides: "none" }), "Nobody overrides");
      const page = await open(browsers.manager, "#/policy");
      await clause(page, "overrides").getByRole("combobox").selectOption("with-consent");
      await propose(page, "They may again");
      const officer = await open(browsers.compliance, "#/policy/proposals");
      await card(officer, "They may again").getByRole("button", { name: "Refuse" }).click();
      await officer.getByText("Refused. Nothing has changed.").waitFor();
      await officer.getByRole("button", { name: "Show settled proposals" }).click();
      await card(officer, "They may again")
        .getByText(/^Refused by The compliance on/)
        .waitFor();
      await expectAccessibleInBoth(officer);
      expect((await policyNow()).policy.overrides).toBe("none");
    });

    it("a register of the law has no choice; past it leads a declared ground, which an administrator approves", async () => {
      const page = await open(browsers.manager, "#/policy");
      await expect.poll(() => clause(page, "registers").textContent()).toContain("hold (by law)");
      const grounds = clause(page, "grounds");
      await grounds.getByRole("button", { name: "Declare a ground" }).click();
      await grounds.getByLabel("Register").selectOption({ label: "CTPS" });
      await grounds.getByLabel("Why we may call its numbers").fill("Only about orders that were placed.");
      await expectAccessibleInBoth(page);
      await shot(page, "desk-policy-grounds");
      await propose(page, "Our customers");
      expect((await policyNow()).policy.grounds).toEqual({});
      const admin = await open(browsers.admin, "#/policy/proposals");
      await card(admin, "Our customers").getByRole("button", { name: "Approve" }).click();
      await admin.getByText("Approved. Open pages follow within a minute.").waitFor();
      expect((await policyNow()).policy.grounds).toEqual({ ctps: "Only about orders that were placed." });
    });
  });

  it("two managers: the second is told what the first one changed, and loses nothing", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "maskBlocked").getByRole("switch").click({ force: true });
    await bar(page).getByLabel("Why?").fill("So that nobody dials by hand");
    await savePolicy((p) => ({ ...p, outOfHours: "hold" }), "Evenings are holy");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    const told = bar(page).getByRole("alert");
    await told.waitFor();
    await expect.poll(() => told.textContent()).toContain("The manager has saved the policy meanwhile");
    await expect
      .poll(() => told.getByRole("listitem").allTextContents())
      .toEqual(["Outside calling hours: warn → hold"]);
    await shot(page, "desk-policy-moved");
    await expect.poll(() => bar(page).getByLabel("Why?").inputValue()).toBe("So that nobody dials by hand");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    expect((await policyNow()).policy).toMatchObject({ outOfHours: "hold", maskBlocked: true });
  });

  it("a refused field says so at its control", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "identity.freephone").getByRole("textbox").fill("0123 not free");
    await bar(page).getByLabel("Why?").fill("A slip");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await clause(page, "identity.freephone")
      .getByText("A freephone number begins with 0800 or 0808.")
      .waitFor();
    await bar(page).getByRole("button", { name: "See: Freephone number" }).click();
    await expect.poll(() => clause(page, "identity.freephone").getByRole("textbox").isVisible()).toBe(true);
    await shot(page, "desk-policy-refused");
    await bar(page).getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
  });

  it("a page that is left with text that is no day keeps the day of before", async () => {
    await savePolicy(
      (policy) => ({ ...policy, review: { ...policy.review, lastReviewed: "2026-01-05" } }),
      "Reviewed",
    );
    const page = await open(browsers.manager, "#/policy?at=review");
    const day = clause(page, "review.lastReviewed").getByRole("textbox");
    await day.fill("31/31/2026");
    await expect.poll(() => bar(page).count()).toBe(1);
    await page.getByRole("link", { name: "People" }).click();
    await page.getByRole("link", { name: "Policy" }).click();
    await page.goto(`${page.url().split("#")[0]}#/policy?at=review`);
    await expect.poll(() => day.inputValue()).toBe("5 Jan 2026");
    await expect.poll(() => bar(page).count()).toBe(0);
  });

  it("locked clauses, and all of them for compliance, are read only", async () => {
    const manager = await open(browsers.manager, "#/policy");
    for (const path of ["inHouse", "withheldCallerId", "unknown", "screening.staleList"])
      await expect
        .poll(() => clause(manager, path).locator("input, select, textarea, button").count(), {
          message: path,
        })
        .toBe(0);
    await expect.poll(() => clause(manager, "inHouse").textContent()).toContain("Locked by law");
    const compliance = await open(browsers.compliance, "#/policy");
    await expect
      .poll(() => compliance.locator(".desk-clause").locator("input, select, textarea, button").count())
      .toBe(0);
  });

  it("an administrator names a softphone's addresses", async () => {
    const page = await open(browsers.admin, "#/policy?at=calls");
    const rows = clause(page, "dials.schemes");
    await rows.getByRole("button", { name: "Add a scheme" }).click();
    // As it is pasted.
    await rows.getByLabel("Scheme", { exact: true }).fill("Tel://");
    await bar(page).getByLabel("Why?").fill("Our softphone");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => rows.getByRole("alert").textContent()).toContain("knows this scheme already");
    await rows.getByLabel("Scheme", { exact: true }).fill("Acmephone://");
    await rows.getByLabel("Parameter with the number").fill("target");
    await rows.getByLabel("What it begins").selectOption("call");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-schemes");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    expect((await policyNow()).policy.dials.schemes).toEqual([
      { scheme: "acmephone", parameter: "target", kind: "call" },
    ]);
  });

  it("an administrator who is alone on the day of set-up says at once who may sign in", async () => {
    const page = await open(browsers.admin, "#/policy?at=access");
    const rules = clause(page, "access.signIn");
    await rules.getByRole("button", { name: "Add a rule" }).click();
    await rules.getByLabel("Its value").fill("brightwater.example");
    await rules.getByLabel("Role").selectOption("manager");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-signin");
    await bar(page).getByLabel("Why?").fill("Single sign-on");
    await expect
      .poll(() => bar(page).textContent())
      .toContain("On the day of set-up there is nobody else yet");
    await expect.poll(() => bar(page).textContent()).not.toContain("approve");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    expect((await policyNow()).policy.access.signIn).toEqual([
      { match: "domain", value: "brightwater.example", role: "manager" },
    ]);
  });
});
