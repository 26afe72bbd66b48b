/** What is done in the desk, against the real Worker: the policy, people and their browsers, the audit trail. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { addPerson, call } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { findPerson, open, policyAsItWas, policyNow, savePolicy } from "./kit.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const { workerUrl, tokens } = inject("e2e");

const roles = ["manager", "compliance", "admin"] as const;
const browsers = {} as Record<(typeof roles)[number], Launched>;
beforeAll(async () => {
  for (const role of roles) browsers[role] = await launch({ joined: role, sites: [] });
});
afterAll(async () => {
  await policyAsItWas();
  await Promise.all(Object.values(browsers).map((b) => b.close()));
});

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
    // They stay while one looks at another page.
    await page.getByRole("link", { name: "People" }).click();
    await page.getByRole("link", { name: "Policy" }).click();
    await bar(page).getByLabel("Why?").fill("The board wants it");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);

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
    await page.goBack();
    await expect.poll(() => whole.count()).toBe(0);
  });

  it("a manager is told before the save that an administrator must loosen it", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "unknown").getByText("warn", { exact: true }).click();
    await bar(page).getByLabel("Why?").fill("Fewer calls are held");
    await bar(page).getByText("An administrator must make this change: Numbers not known.").waitFor();
    const save = bar(page).getByRole("button", { name: "Save the policy" });
    await expect.poll(() => save.isDisabled()).toBe(true);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-looser");
    await clause(page, "unknown").getByText("hold", { exact: true }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
  });

  it("two managers: the second is told what the first one changed, and loses nothing", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "maskBlocked").getByRole("switch").click({ force: true });
    await bar(page).getByLabel("Why?").fill("So that nobody dials by hand");
    await savePolicy((p) => ({ ...p, outOfHours: "hold" }), "Evenings are holy");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    const told = bar(page).getByRole("alert");
    await told.waitFor();
    await expect.poll(() => told.textContent()).toContain("The admin has saved the policy meanwhile");
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

  it("locked clauses, those of administrators, and all of them for compliance, are read only", async () => {
    const manager = await open(browsers.manager, "#/policy");
    for (const path of ["inHouse", "withheldCallerId", "access.signIn", "recording.retentionMonths"])
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

  it("an administrator decides who may sign in", async () => {
    const page = await open(browsers.admin, "#/policy?at=access");
    const rules = clause(page, "access.signIn");
    await rules.getByRole("button", { name: "Add a rule" }).click();
    await rules.getByLabel("Its value").fill("brightwater.example");
    await rules.getByLabel("Role").selectOption("manager");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-signin");
    await bar(page).getByLabel("Why?").fill("Single sign-on");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    expect((await policyNow()).policy.access.signIn).toEqual([
      { match: "domain", value: "brightwater.example", role: "manager" },
    ]);
  });
});

describe("people", () => {
  it("an invite is shown once, and whoever joins with it stands in the list", async () => {
    const page = await open(browsers.admin, "#/people");
    await page.getByRole("button", { name: "Invite…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Iris New");
    await dialog.getByLabel("E-mail").fill("iris@fixture.example");
    await dialog.getByRole("radio", { name: "manager" }).check();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-invite");
    await dialog.getByRole("button", { name: "Make the invite" }).click();
    const link = (await dialog.getByRole("group", { name: "Link" }).textContent()) ?? "";
    const code = new URLSearchParams(new URL(link).hash.slice(1)).get("code");
    await expect.poll(() => dialog.getByRole("group", { name: "Code" }).textContent()).toBe(code);
    await shot(page, "desk-invite-made");
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("region", { name: "Invited, and not joined yet" }).getByText("Iris New").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-people-invited");

    await call(workerUrl, null, "POST", "/v1/join", { code, device: "Iris's laptop" });
    await page.reload();
    await page.getByRole("link", { name: "Iris New" }).click();
    await page.getByText("Iris's laptop").waitFor();
    expect(page.url()).toMatch(/#\/people\/[\w-]+$/);
    await page.reload();
    await page.getByText("Iris's laptop").waitFor();
  });

  it("a browser is revoked at once; a role is changed; access is taken away and given back", async () => {
    const token = await addPerson(workerUrl, tokens.admin, {
      name: "Dan Device",
      email: "dan@fixture.example",
      role: "agent",
    });
    const alive = () =>
      fetch(`${workerUrl}/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then((r) => r.status);
    expect(await alive()).toBe(200);
    const id = (await findPerson("Dan Device"))!.id;
    const page = await open(browsers.admin, `#/people/${id}`);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-person");
    await page.getByRole("button", { name: "Revoke Command line" }).click();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-confirm");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No browser is signed in.").waitFor();
    expect(await alive()).toBe(401);

    await page.getByLabel("Role").selectOption("compliance");
    await page.getByRole("button", { name: "Change role" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
    await page.getByText("Dan Device is now compliance officer.").waitFor();
    await expectAccessibleInBoth(page);

    await page.getByRole("button", { name: "Take away access…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take away access" }).click();
    await page.getByRole("button", { name: "Give access back" }).click();
    await page.getByRole("button", { name: "Take away access…" }).waitFor();
    expect(await findPerson("Dan Device")).toMatchObject({ role: "compliance", active: true });
  });

  it("the last administrator cannot step down, and is told why", async () => {
    const id = (await findPerson("The admin"))!.id;
    const page = await open(browsers.admin, `#/people/${id}`);
    await page.getByLabel("Role").selectOption("agent");
    await page.getByRole("button", { name: "Change role" }).click();
    const dialog = page.getByRole("dialog");
    await expect.poll(() => dialog.textContent()).toContain("This is your own role");
    await dialog.getByRole("button", { name: "Change role" }).click();
    await page.getByText("The last administrator cannot be removed.").waitFor();
    expect((await findPerson("The admin"))!.role).toBe("admin");
  });

  it("an integration's token is shown once and works; its end ends it", async () => {
    const page = await open(browsers.admin, "#/people?kind=integration");
    await page.getByRole("button", { name: "New integration…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Dialler");
    await expectAccessibleInBoth(page);
    await dialog.getByRole("button", { name: "Make the token" }).click();
    const token = (await dialog.getByRole("group", { name: "Token" }).textContent()) ?? "";
    await shot(page, "desk-integration-made");
    expect((await call<{ person: { name: string } }>(workerUrl, token, "GET", "/v1/me")).person.name).toBe(
      "Dialler",
    );
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("link", { name: "Dialler" }).click();
    await page.getByRole("button", { name: /^Revoke / }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await expect
      .poll(() =>
        fetch(`${workerUrl}/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then((r) => r.status),
      )
      .toBe(401);
  });

  it("managers look, and have no buttons", async () => {
    const id = (await findPerson("The agent"))!.id;
    const page = await open(browsers.manager, `#/people/${id}`);
    await page.getByRole("heading", { name: "Browsers" }).waitFor();
    await expect
      .poll(() =>
        page
          .locator("main")
          .getByRole("button", { name: /Revoke|Invite|access/ })
          .count(),
      )
      .toBe(0);
    await expect.poll(() => page.getByLabel("Role").count()).toBe(0);
  });

  it("filters stand in the address, and the CSV holds what they let through, with no formula in it", async () => {
    const name = '=HYPERLINK("https://evil.example","Click")';
    await addPerson(workerUrl, tokens.admin, { name, email: "formula@fixture.example", role: "agent" });
    const page = await open(browsers.admin, "#/people");
    await page.getByLabel("Find").fill("formula@");
    await expect.poll(() => page.url()).toContain("find=formula");
    await page.reload();
    const rows = page.getByRole("region", { name: "People" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(1);
    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    const download = await arriving;
    expect(download.suggestedFilename()).toMatch(/^people-\d{4}-\d\d-\d\d\.csv$/);
    const lines = readFileSync(await download.path(), "utf8")
      .replace("\uFEFF", "")
      .trim()
      .split("\r\n");
    expect(lines[0]).toBe("Name,E-mail,Role,State,Last seen,Since");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(
      /^"'=HYPERLINK\(""https:\/\/evil\.example"",""Click""\)",formula@fixture\.example,/,
    );
    await page.getByText(/^Saved as people-.*: 1 row\.$/).waitFor();
  });

  it("sorts by a heading, in the address too", async () => {
    const page = await open(browsers.admin, "#/people");
    const table = page.getByRole("region", { name: "People" });
    const first = () => table.locator("tbody tr").first().locator("td").nth(1).textContent();
    await table.getByRole("button", { name: "E-mail" }).click();
    await table.getByRole("button", { name: "E-mail" }).click();
    await expect.poll(() => page.url()).toContain("sort=-email");
    await expect.poll(() => table.locator("th[aria-sort=descending]").count()).toBe(1);
    const top = await first();
    await page.reload();
    await expect.poll(first).toBe(top);
  });
});

describe("audit", () => {
  it("filters by kind and person, in the address; a row opens whole; the back button closes it", async () => {
    const page = await open(browsers.compliance, "#/audit?code=policy.");
    const table = page.getByRole("region", { name: "Trail" });
    await table.locator("tbody tr").first().waitFor();
    const codes = () => table.locator("tbody .desk-code").allTextContents();
    expect(new Set(await codes())).toEqual(new Set(["policy.saved"]));

    await page.getByLabel("Person").selectOption({ label: "The manager" });
    await expect.poll(() => page.url()).toContain("actor=");
    await page.reload();
    await table.locator("tbody tr").first().waitFor();
    await expect.poll(() => page.getByLabel("Kind").inputValue()).toBe("policy.");
    const who = await table.locator("tbody tr td:nth-child(3)").allTextContents();
    expect(new Set(who)).toEqual(new Set(["The manager"]));

    await table.getByRole("link").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText('"why":').waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-audit-row");
    await page.reload();
    await dialog.getByText('"why":').waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect.poll(async () => new Set(await codes()).size).toBeGreaterThan(1);
  });

  it("goes on with older rows, and exports all as NDJSON", async () => {
    const page = await open(browsers.admin, "#/audit");
    const rows = page.getByRole("region", { name: "Trail" }).locator("tbody tr");
    await rows.first().waitFor();
    const more = page.getByRole("button", { name: "Show more" });
    if ((await more.count()) > 0) {
      const before = await rows.count();
      await more.click();
      await expect.poll(() => rows.count()).toBeGreaterThan(before);
    }
    const arriving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export NDJSON" }).click();
    const lines = readFileSync(await (await arriving).path(), "utf8")
      .trim()
      .split("\n");
    expect(JSON.parse(lines.find((line) => line.includes('"setup.done"')) ?? "{}")).toMatchObject({
      code: "setup.done",
    });
  });

  it("says plainly where nothing matches", async () => {
    const page = await open(browsers.compliance, "#/audit?from=2020-01-01&to=2020-01-02");
    await page.getByText("The trail holds nothing under these filters").waitFor();
  });
});
