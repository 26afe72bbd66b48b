/** Registers on the desk: pushed, changed and rolled back; declared; too old; by lookup. */
import { describe, expect, it } from "vitest";
import { daysAgo, daysPassed, push } from "../../../scripts/lib/seed.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Register } from "../../../shared/registers/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import { Clicks } from "../kit/clicks.ts";
import { expectNamed } from "./kit.ts";
import {
  button,
  choose,
  desk,
  dialog,
  drop,
  file,
  get,
  numbers,
  own,
  pickDay,
  post,
  row,
  said,
  view,
  viewAgain,
  withOwnWorker,
} from "./own-worker.ts";

withOwnWorker(undefined, { DATA8_KEY: "none" });
/** Drops a file where nothing asks for one. */
async function dropAnywhere(name: string, content: string): Promise<void> {
  const data = await desk.evaluateHandle(
    ([name, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content!], name!));
      return data;
    },
    [name, content],
  );
  const heading = desk.getByRole("heading", { level: 1 });
  await heading.dispatchEvent("dragover", { dataTransfer: data });
  await desk.getByText("Drop the register's file here").waitFor();
  await shot(desk, "desk-lists-drop");
  await heading.dispatchEvent("drop", { dataTransfer: data });
}
/** The browser's page. */
const list = (id = "tps") => get<Register>(`/v1/lists/${id}`);
const verdictOf = async (number: string) =>
  (await post<CheckAnswer>("/v1/check", { numbers: [number] })).results[0]!.verdict;

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
    await expectNamed(button("Compare"), "Enter the register's date first.");
    const date = desk.getByLabel("The register's date");
    await date.fill(daysAgo(2));
    // Enter ends the day; only the button makes it live.
    await date.press("Enter");
    await desk.getByText("It is the first copy: 60 numbers would be in force.").waitFor();
    await date.press("Escape");
    expect((await list()).version).toBe(0);
    await pickDay("The register's date", daysAgo(2));
    await desk.locator('[data-push="staged"]').waitFor();
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
    await drop(`book-${daysAgo(3)}.xlsx`, "PK\u0003\u0004");
    await desk.getByText("The file is compressed").waitFor();
    await choose(file("short.txt", numbers(30)));
    await desk.getByText("short.txt: 30 numbers read").waitFor();
    // The day that the other file's name told is not this one's.
    await expect.poll(() => desk.getByLabel("The register's date").inputValue()).toBe("");
    await pickDay("The register's date", daysAgo(1));
    await desk.getByText("From 60 numbers to 30 numbers: 30 numbers fewer (50%).").waitFor();
    await button("Make live").click();
    const meant = button("It is meant: make it live anyway");
    await meant.waitFor();
    await desk.getByText("The policy allows 20% of its numbers.").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-shrinks");
    expect((await list()).version).toBe(1);
    await meant.click();
    await said(/TPS is now at version \d+: 30 numbers/);
    expect(await list()).toMatchObject({ numbers: 30, asOf: daysAgo(1) });
    await button("Done").click();
  });

  it("job: load a copy that is dropped anywhere on Lists: register and day by its name, and exactly what would change", async () => {
    await view("/lists", "Lists");
    const clicks = new Clicks();
    // Three of those in force are not in it, and four are new, all of them in one block.
    await dropAnywhere(`tps_${daysAgo(1).replaceAll("-", "")}.txt`, numbers(31, 3).join("\r\n"));
    await desk.getByRole("heading", { level: 1, name: "TPS", exact: true }).waitFor();
    await desk.getByText("31 numbers read").waitFor();
    await desk.getByText("By the file's name: look whether it is right.").waitFor();
    const day = Number(daysAgo(1).slice(8));
    await expect
      .poll(() => desk.getByLabel("The register's date").inputValue())
      .toMatch(new RegExp(`^${day} `));
    const preview = desk.locator("[data-preview]");
    await expect
      .poll(() => preview.textContent())
      .toContain("From 30 numbers to 31 numbers: 1 number more (3.3%).4 added, 3 removed.");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-preview");
    await desk.emulateMedia({ colorScheme: "dark" });
    await shot(desk, "desk-push-preview-dark");
    await desk.emulateMedia({ colorScheme: null });
    await clicks.on(button("Make live"));
    await said(/TPS is now at version \d+: 31 numbers/);
    expect(clicks.count).toBe(1);
    // A roll-back makes the result one of the past.
    const { version } = await list();
    await button(`Roll back to version ${version - 1}`).click();
    await dialog().getByLabel("Reason").fill("Only a test");
    await button("Roll back", dialog()).click();
    await said(/The numbers of version \d+ are in force again/);
    await expect.poll(() => desk.getByText("TPS is now at version").count()).toBe(0);
    expect(await list()).toMatchObject({ numbers: 30, asOf: daysAgo(1) });
    // What no name tells is asked.
    await view("/lists", "Lists");
    await dropAnywhere("register.txt", numbers(31).join("\r\n"));
    await dialog().getByText("Which register is register.txt?").waitFor();
    await expectNamed(button("Read it", dialog()), "Choose one.");
    await dialog().getByLabel("Register").selectOption("CTPS");
    await button("Read it", dialog()).click();
    await desk.getByRole("heading", { level: 1, name: "CTPS" }).waitFor();
    await desk.getByText("31 numbers read").waitFor();
    // The file is of that register alone.
    await view("/lists/tps", "TPS");
    await desk.getByRole("heading", { level: 1, name: "TPS", exact: true }).waitFor();
    await expect.poll(() => desk.getByText("31 numbers read").count()).toBe(0);
  });

  it("the same file under a later date wants an attestation; of the same date it writes nothing", async () => {
    const before = await list();
    await choose(file("short.txt", numbers(30)));
    await pickDay("The register's date", daysAgo(1));
    await desk.getByText("The same numbers and the same date as in force: nothing would change.").waitFor();
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
    // A day before the one in force is refused, and another day is compared again.
    await choose(file("more.txt", numbers(500)));
    await pickDay("The register's date", daysAgo(1));
    await desk.getByText("It could not be compared").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-push-refused");
    await pickDay("The register's date", daysAgo(0));
    await desk.getByText("470 added, 0 removed.").waitFor();
    await button("Choose another file").click();
    // The page never sends the parts, so that the push stops half way.
    await desk.evaluate(() => {
      const held = globalThis as unknown as { sendMessage: typeof chrome.runtime.sendMessage };
      held.sendMessage = chrome.runtime.sendMessage.bind(chrome.runtime);
      chrome.runtime.sendMessage = ((message: { path?: string }) =>
        message.path?.includes("/parts/")
          ? new Promise(() => undefined)
          : held.sendMessage(message)) as typeof chrome.runtime.sendMessage;
    });
    await choose(file("most.txt", numbers(600)));
    await pickDay("The register's date", daysAgo(0));
    await desk.getByText("Comparing with what is in force, and sending what differs").waitFor();
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
    await dialog().getByLabel("Numbers to remove").fill("01632 960001\n01632 960002\n");
    await button("Save", dialog()).click();
    await dialog().getByText("Line 3: This is not a telephone number in the register's region.").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-changes");
    // The line is put right where it is.
    await dialog().getByLabel("Numbers to add").fill("01632 960700\n\n01632 960701");
    await expect.poll(() => dialog().getByText("Line 3:").count()).toBe(0);
    await button("Save", dialog()).click();
    await said(/Version \d+: 2 added, 2 removed, 0 were as wanted already\./);
    expect(await verdictOf("01632 960701")).toBe("blocked");
    expect((await list()).numbers).toBe(30);
  });

  it("job: roll a register back with a reason, told before what that means, in two clicks", async () => {
    const clicks = new Clicks();
    await clicks.on(button("Roll back to version 1"));
    await dialog().getByText("TPS goes from 30 numbers to 60 numbers, at once and for everybody.").waitFor();
    await dialog()
      .getByText(`it is then ${2 + daysPassed()} days old`)
      .waitFor();
    await expectNamed(button("Roll back", dialog()), "Fill this in.");
    await dialog().getByLabel("Reason").fill("The short file was a part of the register only");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-rollback");
    await clicks.on(button("Roll back", dialog()));
    expect(clicks.count).toBe(2);
    await said(/The numbers of version 1 are in force again, as version \d+\./);
    expect(await list()).toMatchObject({
      numbers: 60,
      asOf: daysAgo(2),
      history: [{ source: "rollback to version 1" }, ...Array.from({ length: 6 }, () => ({}))],
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
    await viewAgain("/lists", "Lists");
    await button("Declare a register…").click();
    await dialog().getByLabel("Register", { exact: true }).selectOption({ label: "NDD (Ireland)" });
    await expect
      .poll(() => dialog().getByRole("textbox", { name: "Name", exact: true }).inputValue())
      .toBe("NDD");
    await expect.poll(() => dialog().getByLabel("Days until a listing counts").inputValue()).toBe("0");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-declare");
    await button("Declare", dialog()).click();
    await said("NDD is declared. Load its first file.");
    await desk.getByRole("heading", { level: 1, name: "NDD" }).waitFor();
    expect(await list("ndd")).toMatchObject({
      ...{ name: "NDD", regions: ["IE"], maxAgeDays: 16, daysUntilEffective: 0, covers: "both", version: 0 },
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
    await expectNamed(button("Declare", dialog()), "Choose one.");
    await dialog().getByRole("combobox", { name: "Countries" }).press("ArrowDown");
    await desk.getByRole("option", { name: "United Kingdom" }).click();
    await dialog().getByText("Choose one.").waitFor({ state: "detached" });
    await dialog().getByLabel("Source").click();
    await button("Declare", dialog()).click();
    await dialog().getByText("A register's id consists of lower-case letters").waitFor();
    await dialog().getByLabel("Short name").fill("trade");
    await button("Declare", dialog()).click();
    await said("Trade body's register is declared.");
    expect(await list("trade")).toMatchObject({ regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 });
  });

  it("the options page leads an administrator to them", async () => {
    const options = await own.browser.context.newPage();
    try {
      await options.goto(`chrome-extension://${own.browser.extensionId}/options.html`);
      const [opened] = await Promise.all([
        own.browser.context.waitForEvent("page"),
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
    await viewAgain("/people", "People");
    await expect.poll(() => banner.count()).toBe(0);
    await push(own.worker.url, own.admin, "trade", numbers(5), daysAgo(22));
    await push(own.worker.url, own.admin, "ndd", ["+35312345678"], daysAgo(20));
    await viewAgain("/people", "People");
    await banner.getByText("NDD is too old to rely on.").waitFor();
    await banner
      .getByText(`Trade body's register needs a new copy. It is relied on for ${6 - daysPassed()} days more.`)
      .waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-registers-old");
    await banner.getByRole("link", { name: "Load a new copy" }).first().click();
    await desk.getByRole("heading", { level: 1, name: "NDD" }).waitFor();

    const popup = await own.browser.context.newPage();
    try {
      await popup.goto(`chrome-extension://${own.browser.extensionId}/popup.html`);
      const old = popup.locator(".age-banner");
      // A check brings the popup the registers' new versions at once; without one it gets them some seconds later.
      const ask = async (number: string) => {
        await popup.getByLabel("Check a number").fill(number);
        await popup.keyboard.press("Enter");
      };
      await ask("01632 960900");
      await old.getByText("NDD is too old to rely on: its numbers show as not known.").waitFor();
      await old
        .getByText(
          `Trade body's register needs a newer copy: this one is relied on for ${6 - daysPassed()} days more.`,
        )
        .waitFor();
      await expectAccessibleInBoth(popup);
      await shot(popup, "popup-registers-old");
      // After a newer copy the banner is gone.
      await push(own.worker.url, own.admin, "trade", numbers(6), daysAgo(1));
      await push(own.worker.url, own.admin, "ndd", ["+35312345678", "+35312345679"], daysAgo(1));
      await ask("01632 960901");
      await old.waitFor({ state: "detached" });
    } finally {
      await popup.close();
      // In a background tab it would draw only one frame a second.
      await desk.bringToFront();
    }
    await viewAgain("/people", "People");
    await expect.poll(() => banner.count()).toBe(0);
  });

  it("a loss that was meant is asked about again, where another version came before it was live", async () => {
    const trade = (n: number, days: number) =>
      push(own.worker.url, own.admin, "trade", numbers(n), daysAgo(days));
    await trade(10, 1);
    await viewAgain("/lists/trade", "Trade body's register");
    await choose(file("few.txt", numbers(4)));
    await pickDay("The register's date", daysAgo(0));
    await desk.getByText("From 10 numbers to 4 numbers").waitFor();
    await button("Make live").click();
    const meant = button("It is meant: make it live anyway");
    await meant.waitFor();
    await trade(20, 0);
    const { version } = await list("trade");
    await meant.click();
    // It is compared again by itself, once the page has heard of the new version, or by the button.
    await expect
      .poll(async () => {
        const again = button("Try again");
        if (await again.isVisible()) await again.click({ timeout: 2000 }).catch(() => undefined);
        return desk.getByText("From 20 numbers to 4 numbers").isVisible();
      })
      .toBe(true);
    await button("Make live").click();
    await desk.getByText("The policy allows 20% of its numbers.").waitFor();
    expect((await list("trade")).version).toBe(version);
    await meant.click();
    await said(/Trade body's register is now at version \d+: 4 numbers/);
    await button("Done").click();
  });
});

describe("a register by lookup", () => {
  it("a register is turned to a source that is asked, which shows, and back to its files", async () => {
    await view("/lists/ctps", "CTPS");
    await desk.getByLabel("Where this register comes from").selectOption("Data8");
    await button("Change the source").click();
    await said("CTPS is asked of Data8 now.");
    await desk.getByText("Asked about 0 of 5,000 numbers today.").waitFor();
    await expect
      .poll(() => desk.locator("[data-in-force]").textContent())
      .toContain("an answer counts for 27 days");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-list-lookup");
    await view("/lists", "Lists");
    await row("CTPS").getByText("By lookup", { exact: true }).waitFor();
    await view("/lists/ctps", "CTPS");
    await desk.getByLabel("Where this register comes from").selectOption("its own files");
    await button("Change the source").click();
    await said("CTPS comes from files now.");
  });
});
