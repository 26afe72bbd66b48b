/** The desk in a real browser, against the real Worker: each screen for each role that has it, and what is done there. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import type { PeopleAnswer, PersonAnswer, PolicyAnswer } from "../../shared/api.ts";
import { defaultPolicy, type Policy } from "../../shared/policy.ts";
import { addPerson, call, type Role } from "../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "./axe.ts";
import { launch, type Launched } from "./harness.ts";
import { shot } from "./shots.ts";

const { workerUrl, tokens } = inject("e2e");
const policyNow = () => call<PolicyAnswer>(workerUrl, tokens.admin, "GET", "/v1/policy");
const savePolicy = async (change: (policy: Policy) => Policy, why: string) => {
  const { version, policy } = await policyNow();
  await call(
    workerUrl,
    tokens.admin,
    "PUT",
    "/v1/policy",
    { policy: change(policy), why },
    { "if-match": `"${version}"` },
  );
};
const findPerson = async (name: string) => {
  const { people } = await call<PeopleAnswer>(workerUrl, tokens.admin, "GET", "/v1/people");
  return people.find((p) => p.name === name);
};

const roles = ["manager", "compliance", "admin"] as const;
const browsers = {} as Record<Role, Launched>;
beforeAll(async () => {
  for (const role of ["agent", ...roles] as const) browsers[role] = await launch({ joined: role, sites: [] });
});
afterAll(async () => {
  await savePolicy(() => defaultPolicy, "After the test").catch(() => undefined);
  await Promise.all(Object.values(browsers).map((b) => b.close()));
});

/** A view of the desk, once it shows what it is about. */
async function open({ page, extensionId }: Launched, hash: string): Promise<Page> {
  // A change of the hash alone would not load the page anew.
  await page.goto("about:blank");
  await page.goto(`chrome-extension://${extensionId}/tabs/desk.html${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await settled(page);
  return page;
}
const settled = (page: Page) =>
  expect.poll(() => page.getByText("Loading", { exact: true }).count(), { timeout: 20_000 }).toBe(0);
const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
/** Nothing may be said that a page said before. */
const freshErrors = (browser: Launched) => browser.errors.splice(0);

const screens: [name: string, hash: string, roles: readonly Role[]][] = [
  ["overview", "#/", roles],
  ["policy", "#/policy", roles],
  ["policy-history", "#/policy/history", roles],
  ["people", "#/people", roles],
  ["audit", "#/audit", ["compliance", "admin"]],
  ["audit-proofs", "#/audit/proofs", ["compliance", "admin"]],
  ["mail", "#/mail", ["compliance", "admin"]],
];

describe("every screen", () => {
  for (const role of roles)
    for (const [name, hash] of screens.filter((screen) => screen[2].includes(role)))
      it(`${name}, for ${role}: opens without an error, and axe finds nothing in light and dark`, async () => {
        const browser = browsers[role];
        const page = await open(browser, hash);
        expect(await page.getByRole("alert").count()).toBe(0);
        await expectAccessibleInBoth(page);
        await page.emulateMedia({ colorScheme: "dark" });
        await shot(page, `desk-${name}-${role}-dark`);
        await page.emulateMedia({ colorScheme: "light" });
        await shot(page, `desk-${name}-${role}`);
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize({ width: 800, height: 900 });
        expect(await overflows(page), "at 800 px").toBe(false);
        await shot(page, `desk-${name}-${role}-narrow`);
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(freshErrors(browser)).toEqual([]);
      });

  it("agents are told what it is for, and led back", async () => {
    const page = await open(browsers.agent, "#/people");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("The desk is for managers");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-agent");
    // Chrome shows an options page that is open already, and opens no other.
    await browsers.agent.own.close();
    const options = browsers.agent.context.waitForEvent("page");
    await page.getByRole("button", { name: "To ClearDial's options" }).click();
    await (await options).waitForURL(/options\.html/);
  });

  it("the navigation has what the role may see, marks the page, and goes by keyboard", async () => {
    const page = await open(browsers.manager, "#/policy");
    const nav = page.getByRole("navigation", { name: "Desk" });
    expect(await nav.getByRole("link").allTextContents()).toEqual([
      "Overview",
      "Lists",
      "Do-not-call",
      "Consents",
      "Dials",
      "Policy",
      "People",
    ]);
    expect(await nav.locator("[aria-current=page]").textContent()).toBe("Policy");
    // The first stop leads past the navigation.
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Policy");
    await nav.getByRole("link", { name: "People" }).press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("People");
    await page.goBack();
    await expect.poll(() => nav.locator("[aria-current=page]").textContent()).toBe("Policy");
  });

  it("behind a burger where the window is narrow", async () => {
    const page = await open(browsers.manager, "#/people");
    await page.setViewportSize({ width: 700, height: 800 });
    const link = page.getByRole("navigation", { name: "Desk" }).getByRole("link", { name: "Policy" });
    await expect.poll(() => link.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Open the menu" }).click();
    await link.click();
    await page.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
    await expect.poll(() => link.isVisible()).toBe(false);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("an address that names nothing, or nothing of this role's, says so", async () => {
    for (const hash of ["#/nowhere", "#/audit"]) {
      const page = await open(browsers.manager, hash);
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("There is nothing here");
    }
  });
});

describe("overview", () => {
  it("names what is wrong, leads to where it is mended, and forgets it then", async () => {
    await savePolicy((p) => ({ ...p, registers: { ...p.registers, ctps: "off" } }), "Without CTPS");
    let page = await open(browsers.admin, "#/");
    const todo = (id: string) => page.locator(`[data-todo="${id}"]`);
    await todo("register.ctps").waitFor();
    await todo("identity").getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
    expect(page.url()).toContain("#/policy?at=identity");
    await savePolicy(
      (p) => ({
        ...p,
        registers: {},
        identity: { ...p.identity, company: "Brightwater", address: "1 High Street, Leeds" },
      }),
      "Who we are",
    );
    page = await open(browsers.admin, "#/");
    await todo("review").waitFor();
    expect(await todo("register.ctps").count()).toBe(0);
    expect(await todo("identity").count()).toBe(0);
  });

  it("verifies the trail, and remembers it", async () => {
    const page = await open(browsers.compliance, "#/");
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText(/Last verified in this browser .*rows hold/).waitFor();
    await open(browsers.compliance, "#/audit");
    expect(await page.getByText(/Last verified in this browser/).count()).toBe(1);
  });
});

describe("policy", () => {
  const clause = (page: Page, path: string) => page.locator(`[data-clause="${path}"]`);
  const bar = (page: Page) => page.getByRole("region", { name: "Changes that are not saved" });

  it("a change with its reason stands in the history, with its difference", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "unknown").getByText("warn", { exact: true }).click();
    await clause(page, "screening.maxListAgeDays").getByRole("textbox").fill("25");
    await clause(page, "hours").getByPlaceholder("Type a country").fill("United King");
    await page.getByRole("option", { name: "United Kingdom (GB)" }).click();
    await clause(page, "hours").getByRole("button", { name: "Add" }).click();
    await clause(page, "hours").getByLabel("United Kingdom, Monday, from").selectOption("08:30");
    await clause(page, "hours").getByRole("button", { name: "Copy Monday to Friday" }).click();
    await expect
      .poll(() => bar(page).getByRole("listitem").allTextContents())
      .toEqual([
        "Numbers not known: hold → warn",
        "Oldest copy of a register: 28 days → 25 days",
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
    expect(await newest.textContent()).toContain("Numbers not known: hold → warn");
    expect(await newest.textContent()).toContain("The manager");
    await newest.getByRole("link", { name: /^Open the whole version/ }).click();
    const whole = page.getByRole("dialog");
    await whole.getByText("25 days").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-policy-version");
    await page.goBack();
    await expect.poll(() => whole.count()).toBe(0);
  });

  it("two managers: the second is told what the first one changed, and loses nothing", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "maskBlocked").getByRole("switch").click({ force: true });
    await bar(page).getByLabel("Why?").fill("So that nobody dials by hand");
    await savePolicy((p) => ({ ...p, outOfHours: "hold" }), "Evenings are holy");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    const told = bar(page).getByRole("alert");
    await told.waitFor();
    expect(await told.textContent()).toContain("The admin has saved the policy meanwhile");
    expect(await told.getByRole("listitem").allTextContents()).toEqual([
      "Outside calling hours: warn → hold",
    ]);
    await shot(page, "desk-policy-moved");
    expect(await bar(page).getByLabel("Why?").inputValue()).toBe("So that nobody dials by hand");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
    expect((await policyNow()).policy).toMatchObject({ outOfHours: "hold", maskBlocked: true });
  });

  it("a refused field says so at its control", async () => {
    const page = await open(browsers.manager, "#/policy");
    await clause(page, "identity.freephone").getByRole("textbox").fill("0123 not free");
    await bar(page).getByLabel("Why?").fill("A slip");
    await bar(page).getByRole("button", { name: "Save the policy" }).click();
    await clause(page, "identity.freephone").getByText("0800 or 0808").waitFor();
    await shot(page, "desk-policy-refused");
    await bar(page).getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => bar(page).count()).toBe(0);
  });

  it("locked clauses, those of administrators, and all of them for compliance, are read only", async () => {
    const manager = await open(browsers.manager, "#/policy");
    for (const path of ["inHouse", "withheldCallerId", "access.signIn", "access.unusedTokenDays"])
      expect(await clause(manager, path).locator("input, select, textarea, button").count(), path).toBe(0);
    expect(await clause(manager, "inHouse").textContent()).toContain("Locked by law");
    const compliance = await open(browsers.compliance, "#/policy");
    expect(await compliance.locator(".desk-clause").locator("input, select, textarea, button").count()).toBe(
      0,
    );
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
    expect(await dialog.getByRole("group", { name: "Code" }).textContent()).toBe(code);
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
    expect(await dialog.textContent()).toContain("This is your own role");
    await dialog.getByRole("button", { name: "Change role" }).click();
    await page.getByText("The last admin cannot be removed.").waitFor();
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
    expect(
      await page
        .locator("main")
        .getByRole("button", { name: /Revoke|Invite|access/ })
        .count(),
    ).toBe(0);
    expect(await page.getByLabel("Role").count()).toBe(0);
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
    expect(await table.locator("th[aria-sort=descending]").count()).toBe(1);
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
    expect(await page.getByLabel("Kind").inputValue()).toBe("policy.");
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

/**
 * A page of the desk whose background answers some requests as the test says, one after the other: what the real Worker
 * cannot be brought to within a test. The last answer stays. `asked` are those requests.
 */
async function answered(browser: Launched, hash: string, answers: Record<string, unknown[]>) {
  const page = await browser.context.newPage();
  onTestFinished(() => page.close());
  await page.addInitScript((given) => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    const real = chrome.runtime.sendMessage.bind<(message: unknown) => Promise<unknown>>(chrome.runtime);
    const send = (message: { kind: string; method: string; path: string }) => {
      const request = `${message.method} ${message.path}`;
      const mine = message.kind === "ui.api" ? given[request] : undefined;
      if (!mine) return real(message);
      asked.push(request);
      return Promise.resolve(mine.length > 1 ? mine.shift() : mine[0]);
    };
    Object.assign(chrome.runtime, { sendMessage: send });
  }, answers);
  await open({ ...browser, page }, hash);
  return { page, asked: () => page.evaluate(() => (window as unknown as { asked: string[] }).asked) };
}
const ok = (data: unknown) => ({ ok: true, data });
const offline = { ok: false, trouble: "offline", problem: null, retryInMs: 1000 };

describe("what seldom happens", () => {
  const mail = (id: string, state: string) => ({
    id,
    template: "invite",
    to: `${id}@fixture.example`,
    state,
    tries: 12,
    error: state === "failed" ? "550 no such mailbox" : null,
    at: "2026-11-01T10:00:00.000Z",
    sentAt: state === "sent" ? "2026-11-01T10:00:05.000Z" : null,
  });
  const outbox = (...mails: ReturnType<typeof mail>[]) =>
    ok({ via: "binding", waiting: 0, failed: 1, mails, next: null });

  it("a mail that failed stands first, and is tried again", async () => {
    const { page, asked } = await answered(browsers.admin, "#/mail", {
      "GET /v1/mail": [outbox(mail("sent", "sent"), mail("lost", "failed"))],
      "GET /v1/mail?state=failed": [outbox(mail("lost", "failed"))],
      "POST /v1/mail/lost/retry": [ok(mail("lost", "waiting"))],
    });
    const rows = page.getByRole("region", { name: "Mail" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain("550 no such mailbox");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-mail-failed");
    await page.getByRole("button", { name: "Try again: Invite to lost@fixture.example" }).click();
    await page.getByText("It waits to be sent again.").waitFor();
    expect(await asked()).toContain("POST /v1/mail/lost/retry");
  });

  it("an empty page of the trail with more behind it is gone past", async () => {
    const row = {
      seq: 3,
      at: "2025-01-05T10:00:00.000Z",
      actor: "system",
      actorName: null,
      code: "policy.saved",
      subject: "1",
      commitment: "c",
      prev: "p",
      hash: "h",
      payload: null,
    };
    const { page } = await answered(browsers.admin, "#/audit?code=policy.", {
      "GET /v1/audit?code=policy.": [ok({ rows: [], next: 900 })],
      "GET /v1/audit?code=policy.&before=900": [ok({ rows: [], next: 400 })],
      "GET /v1/audit?code=policy.&before=400": [ok({ rows: [row], next: 3 })],
      "GET /v1/audit?code=policy.&before=3": [ok({ rows: [], next: null })],
    });
    const rows = page.getByRole("region", { name: "Trail" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByText("1 row", { exact: true }).waitFor();
  });

  it("a long trail is verified step by step; a broken one is an alarm, on the overview too", async () => {
    const step = (more: object) => ok({ ok: true, length: 20_000, head: "abc", next: null, ...more });
    const { page, asked } = await answered(browsers.admin, "#/audit", {
      "GET /v1/audit/verify": [step({ next: 20_000 })],
      "GET /v1/audit/verify?after=20000&head=abc": [
        step({ ok: false, length: 25_000, brokenAt: 25_001, why: "It was changed." }),
      ],
    });
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText("Row 25001 does not hold: It was changed.").waitFor();
    expect((await asked()).filter((request) => request.includes("verify"))).toHaveLength(2);
    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator('[data-todo="trail"]').waitFor();
    await shot(page, "desk-trail-broken");
    // What is kept in this browser is set right again by the true trail.
    const real = await open(browsers.admin, "#/audit");
    await real.getByRole("button", { name: "Verify now" }).click();
    await real.getByText(/Last verified in this browser .*rows hold/).waitFor();
  });

  it("a server that is away is said so, and asked again by hand", async () => {
    const { page } = await answered(browsers.manager, "#/people", {
      "GET /v1/people": [offline, ok({ people: [] })],
    });
    await page.getByText("ClearDial's server cannot be reached").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-offline");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Nobody here yet").waitFor();
  });
});

describe("signed out", () => {
  it("whoever revokes the browser in use is signed out, and told what to do", async () => {
    const browser = browsers.compliance;
    const { person } = await call<PersonAnswer>(
      workerUrl,
      tokens.compliance,
      "GET",
      `/v1/people/${(await findPerson("The compliance"))!.id}`,
    );
    const page = await open(browser, `#/people/${person.id}`);
    const mine = page.getByRole("row").filter({ hasText: "this one" });
    await mine.getByRole("button", { name: /^Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("You are signed out").first().waitFor();
    await page.reload();
    await page.getByText("You are signed out").first().waitFor();
    await page.getByRole("button", { name: "Enter an invite…" }).first().waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-signed-out");
  });
});
