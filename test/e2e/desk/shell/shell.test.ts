/** The desk's frame: the navigation, a Worker that cannot be reached, and a revoked browser. */
import { describe, expect, inject, it } from "vitest";
import { call } from "../../../../scripts/lib/seed.ts";
import type { PeopleAnswer } from "../../../../shared/people/api.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import { answered, freshErrors, loaded, offline, ok, older, open, policyNow, withBrowsers } from "../kit.ts";

const { workerUrl, tokens } = inject("e2e");
const roles = ["manager", "compliance", "admin"] as const;
const browsers = withBrowsers("agent", ...roles);

describe("the frame", () => {
  it("agents are told what it is for, and led back", async () => {
    const page = await open(browsers.agent, "#/people");
    await expect
      .poll(() => page.getByRole("heading", { level: 1 }).textContent())
      .toBe("The desk is for managers");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-agent");
    // Otherwise Chrome would show the options page that is open already.
    await browsers.agent.own.close();
    const options = browsers.agent.context.waitForEvent("page");
    await page.getByRole("button", { name: "To ClearDial's options" }).click();
    await (await options).waitForURL(/options\.html/);
  });

  it("the navigation has what the role may see, marks the page, and goes by keyboard", async () => {
    const page = await open(browsers.manager, "#/policy");
    const nav = page.getByRole("navigation", { name: "Desk" });
    await expect
      .poll(() => nav.getByRole("link").allTextContents())
      .toEqual([
        "Overview",
        "Check a number",
        "Lists",
        "Screening",
        "Do-not-call",
        "Consents",
        "Dials",
        "Watching",
        "Calls",
        "Recordings",
        "Reports",
        "Requests",
        "Policy",
        "People",
      ]);
    await expect.poll(() => nav.locator("[aria-current=page]").textContent()).toBe("Policy");
    // The first stop skips the navigation.
    await page.keyboard.press("Tab");
    const focused = () => expect.poll(() => page.evaluate(() => document.activeElement?.textContent));
    await focused().toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await focused().toBe("Policy");
    await nav.getByRole("link", { name: "People" }).press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("People");
    await page.goBack();
    await expect.poll(() => nav.locator("[aria-current=page]").textContent()).toBe("Policy");
  });

  it("of requests a manager has the figures alone, and may enter what they were told", async () => {
    const page = await open(browsers.manager, "#/requests");
    await page.getByText("Open now").waitFor();
    await expect.poll(() => page.getByRole("tab").count()).toBe(0);
    await page.getByRole("button", { name: "Enter a request…" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("What is asked for").selectOption("Access");
    await form.getByLabel("Name").fill("Dora Data");
    await form.getByLabel("Telephone number").fill("020 7946 0958");
    await form.getByLabel("Postal address").fill("2 High Street");
    await form.getByRole("button", { name: "Enter it" }).click();
    await page.getByRole("img", { name: "1 in twelve months" }).waitFor();
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
      await expect
        .poll(() => page.getByRole("heading", { level: 1 }).textContent())
        .toBe("There is nothing here");
    }
  });
});

describe("what seldom happens", () => {
  it("a server that is away is said so, and asked again by hand", async () => {
    const { page } = await answered(browsers.manager, "#/people", {
      "GET /v1/people": [offline, ok({ people: [] })],
      "GET /v1/policy": [offline],
    });
    await page.getByText("ClearDial's server cannot be reached").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-offline");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Nobody here yet").waitFor();
    // Screening needs the policy: without it the page takes no file.
    await page.getByRole("link", { name: "Screening" }).click();
    await page.getByText("ClearDial's server cannot be reached").waitFor();
  });
});

describe("an older Worker", () => {
  it("has the clauses that it knows, which can be changed; what it has no route for is no failure", async () => {
    const said = { givenBy: "Olga Older", givenAt: "2026-01-05T10:00:00.000Z", evidence: "A letter" };
    const consent = {
      ...{ id: "1", number: "+442079460001", basis: "solicited", ...said },
      withdrawnAt: null,
    };
    const request = {
      id: "2",
      reference: "AAAA-BBBB",
      kind: "access",
      state: "received",
      name: "Otto Older",
    };
    const { page } = await answered(browsers.admin, "#/policy", {
      ...older((await policyNow()).policy),
      "GET /v1/consents?limit=50": [
        ok({ consents: [{ ...consent, until: null, by: "3", at: said.givenAt }], next: null }),
      ],
      "GET /v1/requests?limit=50": [
        ok({
          requests: [{ ...request, number: null, assignee: null, receivedOn: "2026-01-05" }],
          next: null,
          overdue: 0,
        }),
      ],
    });
    const clause = (path: string) => page.locator(`[data-clause="${path}"]`);
    await clause("maskBlocked").waitFor();
    await expect.poll(() => clause("consents.amber").count()).toBe(0);
    await clause("maskBlocked").getByRole("switch").click({ force: true });
    const bar = page.getByRole("region", { name: "Changes that are not saved" });
    await expect.poll(() => bar.getByRole("listitem").count()).toBe(1);
    for (const [to, shows] of [
      ["/consents", "Olga Older"],
      ["/requests", "Otto Older"],
      ["/", "Registers"],
    ] as const) {
      await page.evaluate((hash) => void (location.hash = hash), to);
      await page.getByText(shows).first().waitFor();
      await loaded(page);
      await expect.poll(() => page.getByRole("alert").count(), { message: to }).toBe(0);
    }
    expect(freshErrors(browsers.admin)).toEqual([]);
  });
});

describe("signed out", () => {
  it("whoever revokes the browser in use is signed out, and told what to do", async () => {
    const browser = browsers.compliance;
    // Of several of that name, the newest is of this file's browser.
    const { people } = await call<PeopleAnswer>(workerUrl, tokens.admin, "GET", "/v1/people");
    const named = people.filter(({ name }) => name === "The compliance");
    const person = named.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]!;
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
