/** The audit trail on the desk: found, exported, verified, and its daily heads and archives. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import { answered, expectNamed, offline, ok, open, policyAsItWas, savePolicy, withBrowsers } from "./kit.ts";

const { workerUrl, tokens } = inject("e2e");
const browsers = withBrowsers("compliance", "admin");
// The trail needs a save by a manager.
beforeAll(() => savePolicy((policy) => ({ ...policy, outOfHours: "hold" }), "Evenings"));
afterAll(policyAsItWas);

describe("audit", () => {
  it("filters by kind and person, in the address; a row opens whole; the back button closes it", async () => {
    const page = await open(browsers.compliance, "#/audit?code=policy.");
    const table = page.getByRole("region", { name: "Trail" });
    await table.locator("tbody tr").first().waitFor();
    const codes = () => table.locator("tbody .desk-code").allTextContents();
    expect(new Set(await codes())).toEqual(new Set(["policy.saved"]));

    // Of several of that name, whoever changed the policy.
    const { person } = await call<{ person: { id: string } }>(workerUrl, tokens.manager, "GET", "/v1/me");
    await page.getByLabel("Person").selectOption(person.id);
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

describe("what seldom happens", () => {
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
    // The table says why its headings do not sort.
    await page.getByText(/^1 row so far\. They can be sorted once all are shown/).waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByText(/^1 row(?! so far)/).waitFor();
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
    // A verification of the real trail replaces the result that this browser keeps.
    const real = await open(browsers.admin, "#/audit");
    await real.getByRole("button", { name: "Verify now" }).click();
    await real.getByText(/Last verified in this browser .*rows hold/).waitFor();
  });

  it("stored rows are compared step by step; what is not as the trail says is named, and a broken walk goes on", async () => {
    const finding = { table: "dials", key: "114934506805486", seq: 41, what: "altered", columns: ["reason"] };
    const { page, asked } = await answered(browsers.admin, "#/audit", {
      "GET /v1/audit/deep?table=dials&pass=rows": [ok({ checked: 10_000, findings: [finding], next: "41" })],
      "GET /v1/audit/deep?table=dials&pass=rows&after=41": [
        offline,
        ok({
          ...{ checked: 2000, next: null, excused: { request: 3, retention: 0, returned: 0 } },
          findings: [
            { ...finding, key: "114934506805487", seq: 43, what: "forged", columns: [] },
            { ...finding, table: "consents", key: "a-consent", seq: null, what: "extra", columns: [] },
          ],
        }),
      ],
    });
    await page.getByRole("button", { name: "Compare stored rows" }).click();
    await page.getByText("Stopped: Dials, part 1 of").waitFor();
    await page.getByText("1 stored row is not what the trail says:").waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    const alarm = page.getByRole("alert").filter({ hasText: "3 stored rows are not what the trail says:" });
    await alarm.waitFor();
    await expect
      .poll(() => alarm.getByRole("listitem").allTextContents())
      .toEqual([
        "Dial 114934506805486: altered (reason) See row 41 of the trail",
        "Dial 114934506805487: row 43 of the trail, which tells of it, was not written by the Worker See row 43 of the trail",
        "Consent a-consent: the trail does not know it ",
      ]);
    // The other tables are the real Worker's.
    await page.getByText(/rows are bound in every field/).waitFor();
    await page.getByText("3 rows are gone, as requests had them erased.").waitFor();
    expect((await asked()).filter((request) => request.includes("deep"))).toHaveLength(3);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-audit-compared");
    await alarm.getByRole("link", { name: "See row 41 of the trail" }).click();
    await page.getByRole("dialog").waitFor();

    const real = await open(browsers.admin, "#/audit");
    await real.getByRole("button", { name: "Compare stored rows" }).click();
    await real.getByText("The stored rows are what the trail says.").waitFor();
    await shot(real, "desk-audit-compared-well");
  });

  it("an officer accounts for an older Worker: looks first, and says no more than they tick", async () => {
    const finding = { table: "consents", key: "a-consent", seq: 41, what: "altered", columns: ["until"] };
    const other = { ...finding, key: "another", seq: 42 };
    const stays = { ...finding, table: "dials", key: "114934506805486", seq: 43 };
    const ends = [
      { ...finding, how: "bound", named: true },
      { ...other, how: "bound", named: false },
      { ...stays, how: null, named: false },
    ];
    const { page } = await answered(browsers.compliance, "#/audit", {
      "GET /v1/audit/deep?table=dials&pass=rows": [
        ok({ checked: 10_000, findings: [finding, other, stays], next: null }),
      ],
      "POST /v1/audit/returned": [ok({ first: 40, last: 57, rows: ends })],
    });
    await page.evaluate(() => {
      const send = chrome.runtime.sendMessage.bind<(message: unknown) => Promise<unknown>>(chrome.runtime);
      const sent: unknown[] = [];
      Object.assign(window, { sent });
      Object.assign(chrome.runtime, {
        sendMessage: (message: { path?: string; body?: unknown }) => {
          if (message.path === "/v1/audit/returned") sent.push(message.body);
          return send(message);
        },
      });
    });
    await page.getByRole("button", { name: "Compare stored rows" }).click();
    await page.getByText("3 stored rows are not what the trail says:").waitFor();
    await page.getByRole("button", { name: "An older version ran" }).click();
    const dialog = page.getByRole("dialog");
    const look = dialog.getByRole("button", { name: "Look first" });
    await dialog.getByLabel("It ran from").fill("2/11/2026 09:00");
    await dialog.getByLabel("Why it ran").fill("Put back after a failed upgrade");
    await dialog.getByLabel("Until").fill("1 Nov 2026 17:30");
    await dialog.getByText("The end must be after the start, and past.").waitFor();
    await expectNamed(look, "The end must be after the start, and past.");
    await dialog.getByLabel("Until").fill("2026-11-02T17:30");
    await look.click();
    await dialog.getByText("Rows 40 to 57 of the trail are of that time.").waitFor();
    const boxes = dialog.getByRole("checkbox");
    const state = () =>
      boxes.evaluateAll((all) => (all as HTMLInputElement[]).map((b) => [b.checked, b.disabled]));
    expect(await state()).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
    await dialog.getByText("look at it, and tick it only if you answer for it").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-audit-returned");
    await dialog.getByRole("button", { name: "Say so" }).click();
    await page.getByText("Rows 40 to 57 of the trail count as the older version's.").waitFor();
    const sent = await page.evaluate(() => (window as unknown as { sent: unknown[] }).sent);
    const time = {
      from: new Date("2026-11-02T09:00").toISOString(),
      to: new Date("2026-11-02T17:30").toISOString(),
    };
    const row = ({ columns: _, ...rest }: typeof finding) => rest;
    expect(sent).toEqual([
      {
        ...time,
        why: "Put back after a failed upgrade",
        dryRun: true,
        rows: [finding, other, stays].map(row),
      },
      { ...time, why: "Put back after a failed upgrade", dryRun: false, rows: [row(finding)] },
    ]);
  });

  it("and for a database that was put back; where no row is gone, the Worker says so", async () => {
    const real = await open(browsers.compliance, "#/audit");
    await real.getByRole("button", { name: "The database was put back" }).click();
    const dialog = real.getByRole("dialog");
    await dialog
      .getByLabel("Who put it back, to when, and why")
      .fill("The owner, to Monday, after a mistake");
    await dialog.getByRole("button", { name: "Say so" }).click();
    await dialog.getByText("No rows are gone from the end of the trail.").waitFor();
    await expectAccessibleInBoth(real);
    await shot(real, "desk-audit-restored");
    const { page } = await answered(browsers.compliance, "#/audit", {
      "POST /v1/audit/restored": [ok({ ends: [{ first: 41, last: 57 }] })],
    });
    await page.getByRole("button", { name: "The database was put back" }).click();
    await page.getByLabel("Who put it back, to when, and why").fill("The owner, to Monday, after a mistake");
    await page.getByRole("button", { name: "Say so" }).click();
    await page.getByText("No longer missed: 41 to 57. Verify again.").waitFor();
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
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
});
