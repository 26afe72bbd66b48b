/** The desk in a real browser, against the real Worker: each screen for each role that has it, and what goes wrong. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { PersonAnswer } from "../../../shared/people/api.ts";
import { call, type Role } from "../../../scripts/lib/seed.ts";
import { expectAccessible, expectAccessibleInBoth } from "../kit/axe.ts";
import {
  answered,
  findPerson,
  freshErrors,
  loaded,
  open,
  overflows,
  policyAsItWas,
  savePolicy,
} from "./kit.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const { workerUrl, tokens } = inject("e2e");
const roles = ["manager", "compliance", "admin"] as const;
const browsers = {} as Record<Role, Launched>;
beforeAll(async () => {
  for (const role of ["agent", ...roles] as const) browsers[role] = await launch({ joined: role, sites: [] });
});
afterAll(async () => {
  await policyAsItWas();
  await Promise.all(Object.values(browsers).map((b) => b.close()));
});

const screens: [name: string, hash: string, roles: readonly Role[]][] = [
  ["overview", "#/", roles],
  ["policy", "#/policy", roles],
  ["policy-history", "#/policy/history", roles],
  ["people", "#/people", roles],
  ["watching", "#/watching", ["manager"]],
  ["audit", "#/audit", ["compliance", "admin"]],
  ["audit-proofs", "#/audit/proofs", ["compliance", "admin"]],
  ["mail", "#/mail", ["compliance", "admin"]],
];

/** Further screens. Axe reads most of them once more where they are full, in the tests of what is done there. */
const more = [
  "/lists",
  "/lists/tps",
  "/screening",
  "/do-not-call",
  "/consents",
  "/dials",
  "/watching/webhooks",
  "/calls",
  "/calls/days",
  "/calls/logs",
  "/calls/import",
  "/recordings",
  "/recordings/erasures",
  "/recordings/holds",
  "/recordings/certificates",
  "/recordings/stores",
  "/recordings/import",
  "/requests",
  "/requests/objections",
  "/requests/figures",
  "/requests/letters",
  "/connectors",
  "/proof",
];
/** Screens of one person, recording, request and connector: axe reads them in the tests that make one. */
const ofOne = [
  "/people/:id",
  "/recordings/call/:id",
  "/recordings/certificates/:id",
  "/requests/case/:id",
  "/connectors/:id",
];

/** Of a long table its first rows are enough. */
const MOST_STOPS = 40;

/**
 * Every stop from the heading to the page's end, by Tab: the focus moves on each time, to something in sight that nothing
 * lies over. Gives the stops.
 */
async function walk(page: Page): Promise<number> {
  await page.getByRole("heading", { level: 1 }).focus();
  for (let stops = 0, before = -1; ; stops++) {
    if (stops === MOST_STOPS) return stops;
    await page.keyboard.press("Tab");
    const { at, again, says, over } = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!(focused instanceof HTMLElement) || !focused.closest("main"))
        return { at: -1, again: false, says: "", over: "" };
      const { left, width, top, bottom } = focused.getBoundingClientRect();
      // Of what is larger than the window, its part in sight.
      const middle = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const hit = document.elementFromPoint(left + width / 2, middle);
      const labels = focused instanceof HTMLInputElement ? [...(focused.labels ?? [])] : [];
      return {
        // A time's hours and minutes are stops of one field.
        again: focused instanceof HTMLInputElement && focused.type === "time",
        at: [...document.querySelectorAll("*")].indexOf(focused),
        says: focused.outerHTML.slice(0, 200),
        over:
          hit && (focused.contains(hit) || hit.contains(focused) || labels.some((l) => l.contains(hit)))
            ? ""
            : `${hit?.outerHTML.slice(0, 200)} at ${middle}`,
      };
    });
    if (at === -1) return stops;
    expect(at, says).toBeGreaterThan(again ? before - 1 : before);
    expect(over, says).toBe("");
    before = at;
  }
}

describe("every screen", () => {
  it("is named here", () => {
    const places = readFileSync("extension/desk/shell/routes.tsx", "utf8");
    const paths = [...places.matchAll(/path: "([^"]+)"/g)].map(([, path]) => path!.replace("/:tab?", ""));
    const named = [...screens.map(([, hash]) => hash.slice(1)), ...more, ...ofOne];
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths)
      expect(
        named.some((name) => name === path || name.startsWith(path.replace(":id", ""))),
        path,
      ).toBe(true);
  });

  it("goes by keyboard, and axe finds nothing in those that are not read below", async () => {
    const page = await open(browsers.admin, "#/");
    const all = [...screens.map(([, hash]) => hash.slice(1)), ...more];
    for (const path of all) {
      await page.evaluate((hash) => void (location.hash = hash), path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await loaded(page);
      expect(await walk(page), path).toBeGreaterThan(0);
      if (!more.includes(path)) continue;
      await expect.poll(() => page.getByRole("alert").count(), { message: path }).toBe(0);
      await expectAccessible(page);
    }
    expect(freshErrors(browsers.admin)).toEqual([]);
  });

  for (const role of roles)
    for (const [name, hash] of screens.filter((screen) => screen[2].includes(role)))
      it(`${name}, for ${role}: opens without an error, and axe finds nothing in light and dark`, async () => {
        const browser = browsers[role];
        const page = await open(browser, hash);
        await expect.poll(() => page.getByRole("alert").count()).toBe(0);
        await expectAccessibleInBoth(page);
        await page.emulateMedia({ colorScheme: "dark" });
        await shot(page, `desk-${name}-${role}-dark`);
        await page.emulateMedia({ colorScheme: "light" });
        await shot(page, `desk-${name}-${role}`);
        await expect.poll(() => overflows(page)).toBe(false);
        await page.setViewportSize({ width: 800, height: 900 });
        // Charts are drawn anew a moment later.
        await expect.poll(() => overflows(page), { message: "at 800 px" }).toBe(false);
        await shot(page, `desk-${name}-${role}-narrow`);
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(freshErrors(browser)).toEqual([]);
      });

  it("agents are told what it is for, and led back", async () => {
    const page = await open(browsers.agent, "#/people");
    await expect
      .poll(() => page.getByRole("heading", { level: 1 }).textContent())
      .toBe("The desk is for managers");
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
    await expect
      .poll(() => nav.getByRole("link").allTextContents())
      .toEqual([
        "Overview",
        "Lists",
        "Screening",
        "Do-not-call",
        "Consents",
        "Dials",
        "Watching",
        "Calls",
        "Recordings",
        "Requests",
        "Policy",
        "People",
      ]);
    await expect.poll(() => nav.locator("[aria-current=page]").textContent()).toBe("Policy");
    // The first stop leads past the navigation.
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
    await expect.poll(() => todo("register.ctps").count()).toBe(0);
    await expect.poll(() => todo("identity").count()).toBe(0);
  });

  it("verifies the trail, and remembers it", async () => {
    const page = await open(browsers.compliance, "#/");
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText(/Last verified in this browser .*rows hold/).waitFor();
    await open(browsers.compliance, "#/audit");
    await expect.poll(() => page.getByText(/Last verified in this browser/).count()).toBe(1);
  });
});

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
      "GET /v1/mail": [outbox(mail("lost", "failed"), mail("sent", "sent")), offline],
      "GET /v1/mail?state=failed": [],
      "POST /v1/mail/lost/retry": [ok(mail("lost", "waiting"))],
    });
    const rows = page.getByRole("region", { name: "Mail" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    await expect.poll(() => rows.first().textContent()).toContain("550 no such mailbox");
    // Each question is an opening on the trail: one is enough.
    expect(await asked()).toEqual(["GET /v1/mail"]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-mail-failed");
    await page.getByRole("button", { name: "Try again: Invite to lost@fixture.example" }).click();
    await page.getByText("It waits to be sent again.").waitFor();
    expect(await asked()).toContain("POST /v1/mail/lost/retry");
    // What cannot be read anew stays, and is said to be old.
    await page.getByText("ClearDial's server cannot be reached").waitFor();
    await expect.poll(() => rows.count()).toBe(2);
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
    // Headings that cannot be pressed say why.
    await page.getByText("1 row so far. They can be sorted once all are shown.", { exact: true }).waitFor();
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

  it("daily proofs and archived months are listed, and can be taken away", async () => {
    const head = {
      day: "2026-11-01",
      seq: 41,
      hash: "9f2c".repeat(16),
      at: "2026-11-02T00:05:00.000Z",
      signed: "cleardial 2026-11-01 41",
      signature: "c2ln",
      key: "thumb",
    };
    const archive = {
      key: "audit/2026-09-1.ndjson.gz",
      month: "2026-09",
      firstSeq: 1,
      lastSeq: 30,
      lastHash: "ab".repeat(32),
      bytes: 4200,
      sha256: "cd".repeat(32),
      at: "2026-11-01T03:00:00.000Z",
    };
    const { page, asked } = await answered(browsers.admin, "#/audit/proofs", {
      "GET /v1/audit/heads": [ok({ heads: [{ ...head, timestamped: false }], publicKey: { kty: "OKP" } })],
      "GET /v1/audit/heads/2026-11-01": [ok({ ...head, timestamp: null })],
      "GET /v1/audit/archives": [ok({ archives: [archive] })],
      "GET /v1/audit/export?from=2026-09-01&to=2026-09-30": [ok('{"seq":1}\n')],
    });
    await page.getByText("1 to 30").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-audit-proofs-filled");
    const saved = async (button: string) => {
      const arriving = page.waitForEvent("download");
      await page.getByRole("button", { name: button }).click();
      return (await arriving).suggestedFilename();
    };
    expect(await saved("Download: proof of 2026-11-01")).toBe("audit-head-2026-11-01.json");
    expect(await saved("Download the key")).toBe("audit-public-key.json");
    expect(await saved("Export the month: 2026-09")).toBe("audit-2026-09-01-2026-09-30.ndjson");
    expect(await asked()).toContain("GET /v1/audit/heads/2026-11-01");
  });

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
    // A file is screened under the policy: without it there is no place for one.
    await page.getByRole("link", { name: "Screening" }).click();
    await page.getByText("ClearDial's server cannot be reached").waitFor();
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
