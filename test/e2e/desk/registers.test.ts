/** The desk's registers, do-not-call list, consents and dials, in the built extension against a Worker of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Register } from "../../../shared/registers/api.ts";
import type { Consent, Suppression } from "../../../shared/do-not-call/api.ts";
import type { WatchAnswer } from "../../../shared/watching/api.ts";
import { joinTeam } from "../../../scripts/lib/browser.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, daysAgo, invite, push, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-desk-"));
let worker: RunningWorker;
let admin: string;
let agent: string;
let browser: Launched;
let desk: Page;

beforeAll(async () => {
  // A source that is configured, and that nothing here asks.
  const vars = { DATA8_KEY: "none" };
  const port = await freePort();
  worker = await startWorker({ port, stateDir: join(dir, "state"), setupCode: "the-code", vars });
  const ada = { name: "Ada Admin", email: "ada@example.com" };
  admin = await setUp(worker.url, "the-code", ada);
  agent = await addPerson(worker.url, admin, { name: "Ann Agent", email: "ann@example.com", role: "agent" });
  browser = await launch({ joined: null, sites: [] });
  await joinTeam(browser.own, worker.url, await invite(worker.url, admin, { ...ada, role: "admin" }));
  desk = browser.page;
  await desk.goto(`chrome-extension://${browser.extensionId}/tabs/desk.html`);
});
afterAll(async () => {
  expect(browser?.errors).toEqual([]);
  await browser?.close();
  await worker?.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

const get = <T>(path: string) => call<T>(worker.url, admin, "GET", path);
const post = <T>(path: string, body: unknown, token = admin) =>
  call<T>(worker.url, token, "POST", path, body);
const list = (id = "tps") => get<Register>(`/v1/lists/${id}`);
const verdictOf = async (number: string) =>
  (await post<CheckAnswer>("/v1/check", { numbers: [number] })).results[0]!.verdict;

async function view(hash: string, heading: string): Promise<void> {
  await desk.evaluate((to) => (location.hash = to), hash);
  await desk.getByRole("heading", { level: 1, name: heading }).waitFor();
}
/** The same after something was changed behind the desk's back: what it was told a moment ago it would keep. */
async function viewAnew(hash: string, heading: string): Promise<void> {
  await view(hash, heading);
  await desk.reload();
  await desk.getByRole("heading", { level: 1, name: heading }).waitFor();
}
const button = (name: string | RegExp, within: Page | Locator = desk) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const dialog = () => desk.getByRole("dialog");
const row = (text: string) => desk.getByRole("row").filter({ hasText: text });
const said = (text: string | RegExp) => desk.getByRole("status").filter({ hasText: text }).first().waitFor();

const numbers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `01632 ${960_000 + from + i}`);
const file = (name: string, lines: string[]): string => {
  const path = join(dir, name);
  writeFileSync(path, `${lines.join("\r\n")}\r\n`);
  return path;
};
/** The input that a person's press on the zone opens. */
const choose = (path: string, within: Page | Locator = desk) =>
  within.locator('input[type="file"]').setInputFiles(path);
/** A file that is dropped on the zone. */
async function drop(name: string, content: string): Promise<void> {
  const dataTransfer = await desk.evaluateHandle(
    ([name, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content!], name!));
      return data;
    },
    [name, content],
  );
  await desk.locator(".desk-drop").dispatchEvent("drop", { dataTransfer });
}
/** Picks a day by its name, from the month that is open or the one before. */
async function pickDay(label: string, date: string, within: Page | Locator = desk): Promise<void> {
  await within.getByLabel(label).first().click();
  const day = new Date(date);
  const name = `${day.getUTCDate()} ${day.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" })}`;
  const cell = desk.getByRole("button", { name, exact: true });
  await button("Previous month").waitFor();
  if ((await cell.count()) === 0) await button("Previous month").click();
  await cell.click();
  await button("Previous month").waitFor({ state: "hidden" });
}

describe("registers", () => {
  it("none is loaded at first, and the page says so", async () => {
    await view("/lists", "Lists");
    await row("TPS").first().waitFor();
    await expect.poll(() => row("CTPS").textContent()).toContain("Never loaded");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-lists-empty");
  });

  it("a file is read here, looked at, and put into force with a date; skipped lines are named", async () => {
    await view("/lists/tps", "TPS");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-empty");
    await choose(file("tps.txt", [...numbers(60), "nonsense", "12", "01632 960000"]));
    await desk.getByText("tps.txt: 60 numbers read, 1 duplicate.").waitFor();
    await desk.getByText("2 lines are no telephone numbers. Lines: 61, 62").waitFor();
    await button("Make live").click();
    await desk.getByText("Enter the register's date first.").waitFor();
    expect((await list()).version).toBe(0);
    await pickDay("The register's date", daysAgo(2));
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-ready");
    await button("Make live").click();
    await said("TPS is now at version 1: 60 numbers as of");
    await desk.getByText("60 added, 0 removed, 1 block of 1 was sent.").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-done");
    expect(await list()).toMatchObject({ version: 1, numbers: 60, asOf: daysAgo(2) });
    expect(await verdictOf("01632 960000")).toBe("blocked");
    await button("Done").click();
    await expect.poll(() => row("tps.txt").textContent()).toContain("Ada Admin");
  });

  it("what is no list is refused, and so is a loss beyond policy's share until it is meant", async () => {
    await drop("book.xlsx", "PK\u0003\u0004");
    await desk.getByText("The file is compressed").waitFor();
    await choose(file("short.txt", numbers(30)));
    await desk.getByText("short.txt: 30 numbers read").waitFor();
    await pickDay("The register's date", daysAgo(1));
    await button("Make live").click();
    const meant = button("It is meant: make it live anyway");
    await meant.waitFor();
    await desk.getByText("30 of 60 numbers would be removed").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-shrinks");
    expect((await list()).version).toBe(1);
    await meant.click();
    await said(/TPS is now at version \d+: 30 numbers/);
    expect(await list()).toMatchObject({ numbers: 30, asOf: daysAgo(1) });
    await button("Done").click();
  });

  it("the same file under a later date wants an attestation; of the same date it writes nothing", async () => {
    const before = await list();
    await choose(file("short.txt", numbers(30)));
    await pickDay("The register's date", daysAgo(1));
    await button("Make live").click();
    await said("TPS is unchanged");
    expect((await list()).version).toBe(before.version);
    await button("Done").click();
    await choose(file("short.txt", numbers(30)));
    await pickDay("The register's date", daysAgo(0));
    await button("Make live").click();
    await button("I attest that the register has not changed since").click();
    await said(/TPS is now at version \d+: 30 numbers/);
    expect(await list()).toMatchObject({ numbers: 30, asOf: daysAgo(0) });
    await button("Done").click();
  });

  it("cancelled while it is sent, nothing of the list in force changes", async () => {
    const before = await list();
    // The parts wait at the page's door: the push stands in its middle.
    await desk.evaluate(() => {
      const held = globalThis as unknown as { sendMessage: typeof chrome.runtime.sendMessage };
      held.sendMessage = chrome.runtime.sendMessage.bind(chrome.runtime);
      chrome.runtime.sendMessage = ((message: { path?: string }) =>
        message.path?.includes("/parts/")
          ? new Promise(() => undefined)
          : held.sendMessage(message)) as typeof chrome.runtime.sendMessage;
    });
    await choose(file("more.txt", numbers(500)));
    await pickDay("The register's date", daysAgo(0));
    await button("Make live").click();
    await desk.getByText("Comparing and sending").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-sending");
    await button("Cancel").click();
    await said("Cancelled. Nothing was changed.");
    await desk.evaluate(() => {
      const held = globalThis as unknown as { sendMessage: typeof chrome.runtime.sendMessage };
      chrome.runtime.sendMessage = held.sendMessage;
    });
    expect(await list()).toEqual(before);
    expect(await verdictOf("01632 960400")).not.toBe("blocked");
  });

  it("a few numbers are added and removed by hand; a line that is none is named", async () => {
    await button("Add or remove a few…").click();
    await dialog().getByLabel("Numbers to add").fill("01632 960700\n\nnonsense");
    await dialog().getByLabel("Numbers to remove").fill("01632 960001\n");
    await button("Save", dialog()).click();
    await dialog().getByText("Line 3: This is not a telephone number in the register's region.").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-changes");
    await dialog().getByLabel("Numbers to add").fill("01632 960700");
    await button("Save", dialog()).click();
    await said(/Version \d+: 1 added, 1 removed, 0 were as wanted already\./);
    expect(await verdictOf("01632 960700")).toBe("blocked");
    expect((await list()).numbers).toBe(30);
  });

  it("is rolled back with a reason, and the page says what that means", async () => {
    await button("Roll back to version 1").click();
    await dialog().getByText("TPS goes from 30 numbers to 60 numbers, at once and for everybody.").waitFor();
    await dialog().getByText("it is then 2 days old").waitFor();
    await expect.poll(() => button("Roll back", dialog()).isDisabled()).toBe(true);
    await dialog().getByLabel("Reason").fill("The short file was a part of the register only");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-rollback");
    await button("Roll back", dialog()).click();
    await said(/The numbers of version 1 are in force again, as version \d+\./);
    expect(await list()).toMatchObject({
      numbers: 60,
      asOf: daysAgo(2),
      history: [{ source: "rollback to version 1" }, ...Array.from({ length: 4 }, () => ({}))],
    });
    await row("rollback to version 1").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list");
    await view("/lists", "Lists");
    await expect.poll(() => row("60").textContent()).toContain("Up to date");
    await shot(desk, "desk-lists");
  });
});

describe("further registers", () => {
  it("one that the rules know is declared by its name, and what is said of it can be changed", async () => {
    await viewAnew("/lists", "Lists");
    await button("Declare a register…").click();
    await dialog().getByLabel("Register", { exact: true }).selectOption({ label: "NDD (Ireland)" });
    await expect
      .poll(() => dialog().getByRole("textbox", { name: "Name", exact: true }).inputValue())
      .toBe("NDD");
    await expect.poll(() => dialog().getByLabel("Days until a listing counts").inputValue()).toBe("28");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-declare");
    await button("Declare", dialog()).click();
    await said("NDD is declared. Load its first file.");
    await desk.getByRole("heading", { level: 1, name: "NDD" }).waitFor();
    expect(await list("ndd")).toMatchObject({
      ...{ name: "NDD", regions: ["IE"], maxAgeDays: 28, daysUntilEffective: 28, covers: "both", version: 0 },
      source: "https://www.comreg.ie/",
    });
    expect(await verdictOf("+35312345678")).toBe("unknown");

    await button("Change what is said of it…").click();
    await dialog().getByLabel("Days that a copy is relied on").fill("14");
    await dialog().getByLabel("Whom it is for").selectOption("Homes");
    await button("Save", dialog()).click();
    await said("What is said of NDD was changed.");
    expect(await list("ndd")).toMatchObject({ maxAgeDays: 14, covers: "individuals", regions: ["IE"] });
  });

  it("another one is typed in; a name that is taken, or is none, is said so", async () => {
    await view("/lists", "Lists");
    await button("Declare a register…").click();
    await dialog().getByLabel("Short name").fill("tps");
    await dialog().getByText("There is a register of this short name").waitFor();
    await dialog().getByLabel("Short name").fill("Our Own");
    await dialog().getByRole("textbox", { name: "Name", exact: true }).fill("Trade body's register");
    await dialog().getByRole("combobox", { name: "Countries" }).press("ArrowDown");
    await desk.getByRole("option", { name: "United Kingdom" }).click();
    await dialog().getByLabel("Source").click();
    await button("Declare", dialog()).click();
    await dialog().getByText("A register's id consists of lower-case letters").waitFor();
    await dialog().getByLabel("Short name").fill("trade");
    await button("Declare", dialog()).click();
    await said("Trade body's register is declared.");
    expect(await list("trade")).toMatchObject({ regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 });
  });

  it("the options page leads an administrator to them", async () => {
    const options = await browser.context.newPage();
    try {
      await options.goto(`chrome-extension://${browser.extensionId}/options.html`);
      const [opened] = await Promise.all([
        browser.context.waitForEvent("page"),
        button("Load a register's file…", options).click(),
      ]);
      await opened.getByRole("heading", { level: 1, name: "Lists" }).waitFor();
      await opened.close();
    } finally {
      await options.close();
      await desk.bringToFront();
    }
  });

  it("a copy that grows old, or is too old, is said on every page of the desk and in the popup", async () => {
    const banner = desk.locator("[data-registers]");
    await viewAnew("/people", "People");
    await expect.poll(() => banner.count()).toBe(0);
    await push(worker.url, admin, "trade", numbers(5), daysAgo(22));
    await push(worker.url, admin, "ndd", ["+35312345678"], daysAgo(20));
    await viewAnew("/people", "People");
    await banner.getByText("NDD is too old to rely on.").waitFor();
    await banner
      .getByText("Trade body's register needs a new copy. It is relied on for 6 days more.")
      .waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-registers-old");
    await banner.getByRole("link", { name: "Load a new copy" }).first().click();
    await desk.getByRole("heading", { level: 1, name: "NDD" }).waitFor();

    const popup = await browser.context.newPage();
    try {
      await popup.goto(`chrome-extension://${browser.extensionId}/popup.html`);
      const old = popup.locator(".age-banner");
      // Whoever asks of a number hears of lists that moved; by itself the popup hears of them some seconds later.
      const ask = async (number: string) => {
        await popup.getByLabel("Check a number").fill(number);
        await popup.keyboard.press("Enter");
      };
      await ask("01632 960900");
      await old.getByText("NDD is too old to rely on: its numbers show as not known.").waitFor();
      await old
        .getByText("Trade body's register needs a newer copy: this one is relied on for 6 days more.")
        .waitFor();
      await expectAccessibleInBoth(popup);
      await shot(popup, "popup-registers-old");
      // A newer copy, and it is gone.
      await push(worker.url, admin, "trade", numbers(6), daysAgo(1));
      await push(worker.url, admin, "ndd", ["+35312345678", "+35312345679"], daysAgo(1));
      await ask("01632 960901");
      await old.waitFor({ state: "detached" });
    } finally {
      await popup.close();
      // Behind another tab it would draw one frame a second.
      await desk.bringToFront();
    }
    await viewAnew("/people", "People");
    await expect.poll(() => banner.count()).toBe(0);
  }, 120_000);
});

describe("do-not-call", () => {
  const live = async (number: string) =>
    (
      await get<{ suppressions: Suppression[] }>(`/v1/suppressions?number=${encodeURIComponent(number)}`)
    ).suppressions.filter((s) => s.endedAt === null);

  it("says what to do where it is empty; a number is added and ended with a reason", async () => {
    await view("/do-not-call", "Do-not-call");
    await desk.getByText("Nobody is on the list").waitFor();
    await shot(desk, "desk-dnc-empty");
    await button("Add a number").click();
    await dialog().getByLabel("Number").fill("hello");
    await dialog().getByLabel("Reason").fill("A supplier of ours");
    await button("Add", dialog()).click();
    await dialog().getByRole("alert").waitFor();
    await dialog().getByLabel("Number").fill("020 7946 0123");
    await dialog().getByLabel("Our own").check();
    await pickDay("Last day", daysAgo(0), dialog());
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dnc-add");
    await button("Add", dialog()).click();
    await said("+44 20 7946 0123 is on the list.");
    expect(await live("+442079460123")).toMatchObject([
      { kind: "house", until: daysAgo(0), reason: "A supplier of ours", source: "desk" },
    ]);
    await row("A supplier of ours").waitFor();

    await button("End the entry of +44 20 7946 0123").click();
    await dialog().getByLabel("Reason").fill("No longer a supplier");
    await shot(desk, "desk-dnc-end");
    await button("End the entry", dialog()).click();
    await said("The entry of +44 20 7946 0123 has ended.");
    expect(await live("+442079460123")).toEqual([]);
    await expect.poll(() => row("A supplier of ours").textContent()).toContain("No longer a supplier");
  });

  it("a CSV file is added line by line, and the lines that were refused are named", async () => {
    const csv = file("stop.csv", [
      "Phone,Reason,Kind,Until",
      "020 7946 0200,asked us to stop,,",
      "020 7946 0201,,,",
      "hello,asked us to stop,,",
      '020 7946 0202,"a supplier, for now",house,2030-01-31',
      "020 7946 0203,x,house,31/01/2030",
      "020 7946 0204,x,objection,2030-01-31",
    ]);
    const add = async () => {
      await button("Add from a file…").click();
      await choose(csv, dialog());
      await dialog().getByText("stop.csv: 6 lines with numbers.").waitFor();
      await dialog().getByLabel("Reason, where the file says none").fill("From the old list");
      await button("Add 6 numbers", dialog()).click();
    };
    await add();
    await dialog().getByText("3 added, 3 lines were refused.").waitFor();
    const refused = dialog().getByRole("row");
    await expect
      .poll(() => refused.allTextContents())
      .toEqual([
        expect.stringContaining("Line") as string,
        expect.stringContaining("4hello") as string,
        expect.stringMatching(/^6.*not written YYYY-MM-DD/) as string,
        expect.stringMatching(/^7.*An objection has no end date/) as string,
      ]);
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dnc-bulk");
    await button("Done", dialog()).click();
    expect(await live("+442079460201")).toMatchObject([
      { kind: "objection", reason: "From the old list", source: "file stop.csv" },
    ]);
    expect(await live("+442079460202")).toMatchObject([{ kind: "house", until: "2030-01-31" }]);
    await add();
    await dialog().getByText("0 added, 3 were on the list already, 3 lines were refused.").waitFor();
    await button("Done", dialog()).click();
    expect(await live("+442079460200")).toHaveLength(1);
  });

  it("is filtered by number in the address, comes in pages, and leaves as CSV whole", async () => {
    for (let i = 0; i < 60; i++)
      await post("/v1/suppressions", { number: `+4420794603${String(i).padStart(2, "0")}`, reason: "many" });
    await viewAnew("/do-not-call?number=020%207946%200202", "Do-not-call");
    await row("a supplier, for now").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await button("Clear filters").click();
    await desk.getByText("50 rows so far").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dnc");
    const [download] = await Promise.all([desk.waitForEvent("download"), button("Download CSV").click()]);
    const csv = readFileSync(await download.path(), "utf8");
    expect(csv.trim().split("\r\n")).toHaveLength(1 + 64);
    expect(csv).toContain('+442079460202,Our own,In force,"a supplier, for now"');
    await button("Show more").click();
    await desk.getByText("64 rows", { exact: true }).waitFor();
  });
});

describe("consents", () => {
  it("are recorded with their evidence, and withdrawn", async () => {
    await view("/consents", "Consents");
    await desk.getByText("No consent is recorded").waitFor();
    await button("Record a consent").click();
    await dialog().getByLabel("Number").fill("01632 960000");
    await dialog().getByLabel("Who gave it").fill("J. Doe");
    await dialog().getByLabel("When it was given").fill("2999-01-01T10:00");
    await dialog().getByLabel("How, and where the evidence is").fill("Web form, reference 1234");
    await dialog().getByText("It cannot lie in the future.").waitFor();
    await dialog().getByLabel("When it was given").fill("2026-01-05T10:00");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-consents-add");
    await button("Record", dialog()).click();
    await said("The consent of +44 1632 960000 is recorded.");
    const recorded = async () =>
      (await get<{ consents: Consent[] }>("/v1/consents?number=01632960000")).consents[0];
    expect(await recorded()).toMatchObject({
      basis: "consent",
      givenBy: "J. Doe",
      evidence: "Web form, reference 1234",
      withdrawnAt: null,
    });
    expect((await recorded())!.givenAt).toBe(new Date("2026-01-05T10:00").toISOString());
    await row("J. Doe").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-consents");
    await button("Withdraw the consent of +44 1632 960000").click();
    await shot(desk, "desk-consents-withdraw");
    await button("Withdraw", dialog()).click();
    await said("The consent of +44 1632 960000 is withdrawn.");
    await expect.poll(() => row("J. Doe").textContent()).toContain("Withdrawn");
    expect((await recorded())!.withdrawnAt).not.toBeNull();
  });
});

describe("dials", () => {
  const dial = (number: string, more: Partial<Dial> = {}) =>
    post<Dial>(
      "/v1/dials",
      {
        number,
        e164: number,
        action: "held",
        verdict: "blocked",
        reasons: [{ code: "tps", list: "tps", asOf: daysAgo(2) }],
        seen: { seq: 1, policy: 0, lists: [{ id: "tps", version: 1, asOf: daysAgo(2) }] },
        host: "crm.example.com",
        at: new Date().toISOString(),
        ...more,
      },
      agent,
    );

  it("are empty at first; then found by their filters, each in the address", async () => {
    await view("/dials", "Dials");
    await desk.getByText("No dial yet").waitFor();
    await push(worker.url, admin, "ctps", ["01632960900"], daysAgo(1));
    await dial("+441632960000");
    await dial("+441632960003", { action: "passed", verdict: "clear", reasons: [], seen: null });
    await dial("+441632960990", { action: "passed", verdict: "clear" });
    await post("/v1/suppressions", { number: "+441632960006", reason: "stop" });
    const refused = dial("+441632960006", { action: "overridden", basis: "service", reason: "Please" });
    await expect(refused).rejects.toThrow("override-not-allowed");
    await dial("+441632960005", { action: "overridden", basis: "service", reason: "Their boiler is due" });
    await viewAnew("/dials?action=passed", "Dials");
    await row("+44 1632 960003").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(3);
    await desk.getByLabel("Agreement").selectOption("true");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await expect.poll(() => desk.evaluate(() => location.hash)).toBe("#/dials?action=passed&disagreed=true");
    await button("Clear filters").click();
    await expect.poll(() => desk.getByRole("row").count()).toBe(6);
    await desk.getByLabel("Person").selectOption("Ann Agent");
    await desk.getByLabel("Server saw").selectOption("clear");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await row("+44 1632 960990").waitFor();
    await button("Clear filters").click();
    await desk.getByLabel("Number").fill("01632 960005");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await row("Overridden").waitFor();
    await button("Clear filters").click();
    await expect.poll(() => desk.getByRole("row").count()).toBe(6);
    await row("+44 1632 960006").getByText("Refused", { exact: true }).waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dials");
  });

  it("one is shown whole: both verdicts, their reasons in words, and the lists they rest on", async () => {
    await button("Details of the call to +44 1632 960003").click();
    await dialog().getByText("What the server saw").waitFor();
    await expect.poll(() => dialog().textContent()).toContain("Ann Agent");
    const words = await dialog().textContent();
    expect(words).toContain("No bar found");
    expect(words).toContain("The page knew no state of the server.");
    expect(words).toMatch(/On TPS \(list of \d+ \w+ 20\d\d\)\./);
    expect(words).toMatch(/TPS: version \d+, of /);
    expect(words).toContain("Ann Agent");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dials-detail");
    await desk.keyboard.press("Escape");
    await expect.poll(() => dialog().count()).toBe(0);
    const [download] = await Promise.all([desk.waitForEvent("download"), button("Download CSV").click()]);
    // What is too much for the screen stands in the file.
    const csv = readFileSync(await download.path(), "utf8");
    expect(csv).toMatch(/Overridden.*On TPS.*Service,Their boiler is due,general sales call/);
    const trail = await get<{ rows: { code: string; actor: string }[] }>("/v1/audit?code=opened.dials");
    expect(trail.rows.length).toBeGreaterThan(3);
  });
});

describe("watching", () => {
  beforeAll(async () => {
    for (const id of ["tps", "ctps"])
      if ((await list(id)).version === 0) await push(worker.url, admin, id, ["01632960900"], daysAgo(1));
  });

  it("what turned stands there with what brought it, is filtered, seen, and gone from the overview", async () => {
    await view("/watching", "Watching");
    await desk.getByText("No status has changed").waitFor();
    const { id } = await post<{ id: string }>("/v1/screenings", { name: "contacts.csv" });
    const screened = [970, 971, 972, 973].map((n) => `+441632960${n}`);
    await call(worker.url, admin, "PUT", `/v1/screenings/${id}/parts/1`, { numbers: screened });
    const asOf = new Date().toISOString().slice(0, 10);
    const { version } = await post<{ version: number }>("/v1/lists/tps/changes", {
      ...{ add: screened.slice(0, 2), remove: [], asOf },
    });
    await post("/v1/suppressions", { number: screened[2], kind: "objection", reason: "stop" });
    await expect.poll(async () => (await get<WatchAnswer>("/v1/watch")).unseen).toBe(3);

    await viewAnew("/", "Overview");
    const todo = desk.locator('[data-todo="watching"]');
    await todo.getByText("The status of 3 watched numbers has changed").waitFor();
    await todo.getByRole("link").click();
    await desk.getByText("4 numbers are watched.").waitFor();
    await row("+44 1632 960970").waitFor();
    await expect
      .poll(() => row("+44 1632 960970").textContent())
      .toMatch(new RegExp(`No bar found → Do not call.*On TPS .*TPS version ${version}.*nobody yet`));
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-watching");
    await desk.getByLabel("Why").selectOption("objection");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await button("+44 1632 960972: seen").click();
    await said("1 number is marked as seen.");
    await button("Clear filters").click();
    await row("+44 1632 960972").getByText("Ada Admin, ").waitFor();
    await button("Mark all as seen").click();
    await button("Mark all as seen", dialog()).click();
    await said("2 numbers are marked as seen.");
    await view("/", "Overview");
    await desk.getByRole("heading", { name: "Registers", exact: true }).waitFor();
    // What was known before shows until it is asked anew.
    await expect.poll(() => todo.count()).toBe(0);
  });

  it("another system's address is added, its secret shown once, and taken away", async () => {
    await view("/watching/webhooks", "Watching");
    await desk.getByText("No address is told").waitFor();
    await button("Add an address…").click();
    await dialog().getByLabel("Address").fill("https://127.0.0.1/turned");
    await button("Add it", dialog()).click();
    await dialog()
      .getByRole("alert")
      .getByText("Give a public https:// address by its domain name")
      .waitFor();
    await dialog().getByLabel("Address").fill("https://dialler.example.com/turned");
    await button("Add it", dialog()).click();
    await expect
      .poll(() => dialog().getByRole("group", { name: "Secret" }).textContent())
      .toMatch(/^whsec_.{44}$/);
    await expectAccessibleInBoth(desk);
    await button("Done", dialog()).click();
    await row("https://dialler.example.com/turned").getByText("on", { exact: true }).waitFor();
    await button("Send a test to dialler.example.com").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-webhooks");
    await button("Remove dialler.example.com").click();
    await button("Remove", dialog()).click();
    await desk.getByText("No address is told").waitFor();
  });
});

describe("calls that no page saw", () => {
  const [blocked, other] = ["+441632960700", "+441632960701"];

  it("a log is tried, taken and judged; then found by what is the matter, by day, and by whose calls they are", async () => {
    await view("/calls", "Calls");
    await desk.getByText("No calls yet").waitFor();
    await post("/v1/suppressions", { number: blocked, reason: "stop" });
    // A call of this very moment: by then the entry is on record.
    const at = new Date(Date.now() + 60_000).toISOString();
    const lines = [
      `c1,${blocked},${at},1:05,ann@example.com`,
      `c2,${other},${at},9,ext 9`,
      `c3,x,${at},1,Ann`,
    ];
    await desk.getByRole("link", { name: "Import a log…" }).click();
    await desk.getByRole("heading", { level: 1, name: "Import a log of calls" }).waitFor();
    await choose(file("calls.csv", ["Call ID,Who,Start,Duration,User", ...lines]));
    await desk.getByText("calls.csv: 3 lines.").waitFor();
    await desk.getByText("This is needed.").waitFor();
    await expect.poll(() => button("Try it").isDisabled()).toBe(true);
    await desk.getByLabel("Number of the other party").selectOption("Who");
    await desk.getByLabel("Whose log it is").fill("3cx");
    await button("Try it").click();
    await desk.getByText("2 would be added").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-import");
    await button("Import 2 calls").click();
    await desk.getByText("2 were added").waitFor();
    await desk.getByRole("link", { name: "See the calls" }).click();
    await row("+44 1632 960700").getByText("Blocked, and made", { exact: true }).waitFor();
    await expect.poll(() => row("+44 1632 960700").textContent()).toContain("They told us not to call");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls");
    await desk.getByLabel("What is the matter").selectOption("Blocked, and made");
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await desk.getByRole("tab", { name: "By agent and day" }).click();
    await row("Ann Agent").waitFor();
    await desk.getByRole("tab", { name: "Logs and agents" }).click();
    await desk.getByLabel("Who is ext 9?").selectOption("Ann Agent");
    await button("Save who ext 9 is").click();
    await said("ext 9 is Ann Agent.");
    await button("Take back: ext 9").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-logs");
    await viewAnew("/calls?agent=EXT%209", "Calls");
    await row("+44 1632 960701").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await expect.poll(() => desk.getByLabel("Agent, as the log says").inputValue()).toBe("EXT 9");
    await viewAnew("/calls/days", "Calls");
    await expect.poll(() => row("Ann Agent").locator("td").nth(2).textContent()).toBe("2");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-calls-days");
  });

  it("a register is turned to a source that is asked, which shows, and back to its files", async () => {
    await view("/lists/ctps", "CTPS");
    await desk.getByLabel("Where this register comes from").selectOption("Data8");
    await button("Turn").click();
    await said("CTPS is asked of Data8 now.");
    await desk.getByText("Asked about 0 of 5,000 numbers today.").waitFor();
    await expect
      .poll(() => desk.locator("[data-in-force]").textContent())
      .toContain("an answer counts for 28 days");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-lookup");
    await view("/lists", "Lists");
    await row("CTPS").getByText("By lookup", { exact: true }).waitFor();
    await view("/lists/ctps", "CTPS");
    await desk.getByLabel("Where this register comes from").selectOption("its own files");
    await button("Turn").click();
    await said("CTPS comes from files now.");
  });
});
