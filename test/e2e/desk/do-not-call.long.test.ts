/** The do-not-call list and the consents on the desk. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addPerson, call, daysAgo } from "../../../scripts/lib/seed.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { PeopleAnswer } from "../../../shared/people/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { expectNamed, scrollsSideways } from "./kit.ts";
import {
  ageSetUp,
  button,
  choose,
  desk,
  dialog,
  file,
  get,
  own,
  pickDay,
  post,
  row,
  runJobs,
  said,
  view,
  viewAgain,
  withOwnWorker,
  write,
} from "./own-worker.ts";

withOwnWorker();
/** The browser's page. */

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
    // “The number” is also whom an objection closes.
    const number = dialog().getByRole("textbox", { name: "Number" });
    await number.fill("hello");
    await dialog().getByLabel("Reason").fill("A supplier of ours");
    await expectNamed(button("Add", dialog()), "This is not a telephone number.");
    await number.fill("020 7946 0123");
    // It was said of the number before, and does not come back elsewhere.
    await expect.poll(() => dialog().getByText("This is not a telephone number.").count()).toBe(0);
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

  it("job: what was put on the list by a slip of the hand is taken back in one click, and two entries end at once in four", async () => {
    for (const [n, reason] of [
      ["020 7946 0130", "A slip"],
      ["020 7946 0131", "First of two"],
      ["020 7946 0132", "Second of two"],
    ] as const) {
      await button("Add a number").click();
      // What is missing is named one after the other, next to each.
      if (reason === "A slip") {
        await expectNamed(button("Add", dialog()), "Fill this in.");
        await expect.poll(() => dialog().getByText("Fill this in.").count()).toBe(2);
        await shot(desk, "desk-dnc-add-missing");
        await desk.emulateMedia({ colorScheme: "dark" });
        await shot(desk, "desk-dnc-add-missing-dark");
        await desk.emulateMedia({ colorScheme: null });
        await expectAccessibleInBoth(desk);
      }
      await dialog().getByRole("textbox", { name: "Number" }).fill(n);
      await dialog().getByLabel("Reason").fill(reason);
      if (reason !== "A slip") await dialog().getByLabel("Our own").check();
      await expect.poll(() => dialog().getByText("Fill this in.").count()).toBe(0);
      await button("Add", dialog()).click();
      await row(reason).waitFor();
    }
    // An objection is not one of many.
    const pick = desk.getByRole("checkbox", { name: "Pick the entry of +44 20 7946 0130" });
    await expect.poll(() => pick.count()).toBe(0);
    const toast = desk.getByRole("status").filter({ hasText: "+44 20 7946 0130 is on the list." });
    await shot(desk, "desk-dnc-undo");
    const undo = new Clicks();
    await undo.on(button("Undo", toast));
    await said("Undone.");
    expect(undo.count).toBe(1);
    expect(await live("+442079460130")).toEqual([]);
    const clicks = new Clicks();
    await clicks.on(desk.getByRole("checkbox", { name: "Pick the entry of +44 20 7946 0131" }));
    await clicks.on(desk.getByRole("checkbox", { name: "Pick the entry of +44 20 7946 0132" }));
    await shot(desk, "desk-dnc-picked");
    await clicks.on(button("End them…"));
    await dialog().getByText("End 2 entries?").waitFor();
    await dialog().getByLabel("Reason").fill("Only a test");
    await clicks.on(button("End the entry", dialog()));
    await said("2 entries have ended.");
    expect(clicks.count).toBe(4);
    for (const number of ["+442079460131", "+442079460132"]) expect(await live(number)).toEqual([]);
  });

  it("a CSV file is added line by line, and the lines that were refused are named", async () => {
    const csv = file("stop.csv", [
      "Phone,Reason,Kind,Until",
      "020 7946 0200,asked us to stop,,",
      "020 7946 0201,,,",
      "hello,asked us to stop,,",
      '020 7946 0202,"a supplier, for now",house,31/01/2030',
      "020 7946 0203,x,house,31/02/2030",
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
        expect.stringMatching(/^6.*is no day such as/) as string,
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

  it("of two files the one chosen last counts, however long the other takes to be read", async () => {
    await desk.evaluate(() => {
      const { arrayBuffer } = Object.getOwnPropertyDescriptors(Blob.prototype);
      const native = arrayBuffer.value as () => Promise<ArrayBuffer>;
      const slow = Promise.withResolvers<void>();
      Blob.prototype.arrayBuffer = async function (this: File) {
        if (this.name === "slow.csv") await slow.promise;
        return native.call(this);
      };
      Object.assign(window, {
        async readSlow() {
          Blob.prototype.arrayBuffer = native;
          slow.resolve();
          // It is read, and shown, within a few turns.
          await new Promise((done) => setTimeout(done, 200));
        },
      });
    });
    await button("Add from a file…").click();
    await choose(file("slow.csv", ["number", "020 7946 0211"]), dialog());
    await choose(file("quick.csv", ["number", "020 7946 0212"]), dialog());
    await dialog().getByText("quick.csv: 1 line").waitFor();
    await desk.evaluate(() => (window as unknown as { readSlow: () => Promise<void> }).readSlow());
    await expect.poll(() => dialog().getByText("slow.csv").count()).toBe(0);
    await button("Close", dialog()).click();
    await dialog().waitFor({ state: "hidden" });
  });

  it("is filtered by number in the address, comes in pages, and leaves as CSV whole", async () => {
    for (let i = 0; i < 60; i++)
      await post("/v1/suppressions", { number: `+4420794603${String(i).padStart(2, "0")}`, reason: "many" });
    await viewAgain("/do-not-call?number=020%207946%200202", "Do-not-call");
    await row("a supplier, for now").waitFor();
    await expect.poll(() => desk.getByRole("row").count()).toBe(2);
    await button("Clear filters").click();
    await desk.getByText("50 rows so far").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dnc");
    const [download] = await Promise.all([desk.waitForEvent("download"), button("Download CSV").click()]);
    const csv = readFileSync(await download.path(), "utf8");
    expect(csv.trim().split("\r\n")).toHaveLength(1 + 67);
    expect(csv).toContain('+442079460202,Our own,,In force,"a supplier, for now"');
    await button("Show more").click();
    await desk.getByText(/^67 rows\./).waitFor();
    await desk.getByLabel("Kind", { exact: true }).selectOption("Our own");
    await row("a supplier, for now").waitFor();
    await desk.getByLabel("State", { exact: true }).selectOption("Over or ended");
    await expect.poll(() => row("a supplier, for now").count()).toBe(0);
    await desk.getByLabel("State", { exact: true }).selectOption("In force");
    await row("a supplier, for now").waitFor();
    // Typed as people write it; nobody entered anything that long ago.
    await desk.getByLabel("To", { exact: true }).fill("26/11/2020");
    await desk.getByText("Nothing matches").waitFor();
  });

  it("keeps the buttons of a row in sight beside a reason that does not break", async () => {
    await post("/v1/suppressions", { number: "+442079460447", reason: `letter-${"0123456789".repeat(9)}` });
    await viewAgain("/do-not-call?number=02079460447", "Do-not-call");
    const end = button("End the entry of +44 20 7946 0447");
    await end.waitFor();
    expect(await scrollsSideways(desk)).toBe(true);
    const { x, width } = (await end.boundingBox())!;
    expect(x + width).toBeLessThanOrEqual(desk.viewportSize()!.width);
    await shot(desk, "desk-dnc-wide");
  });
});

describe("whom an objection closes", () => {
  it("is said by compliance where nobody said it, with further numbers of theirs", async () => {
    await post("/v1/suppressions", { number: "+447700900123", reason: "do not call me again" });
    // No CRM is connected here: numbers of its records that are amber because of the objection.
    for (const number of [442079460446, 447700900124])
      write(
        `INSERT INTO suppressions (id, number, kind, reason, source, by, at, scope, origin, keeps_line)
         SELECT 'told-' || ?1, ?1, kind, 'told', 'spread', by, at, scope, id, 1 FROM suppressions
         WHERE reason = 'do not call me again'`,
        number,
      );
    await viewAgain("/do-not-call?asks=yes", "Do-not-call");
    await expect.poll(() => row("do not call me again").textContent()).toContain("Not said yet");
    await button("Say whom the objection of +44 7700 900123 closes").click();
    // Nothing is chosen that would free them.
    await dialog().getByLabel("How you know").fill("Rang them back");
    await expectNamed(button("Say so", dialog()), "Choose one.");
    await dialog().getByLabel("The person").check();
    const whose = dialog().getByRole("radiogroup", { name: "+44 20 7946 0446" });
    await whose.getByLabel("Theirs", { exact: true }).check();
    await button("The others are not theirs", dialog()).click();
    await dialog().getByLabel("Further numbers of theirs").fill("020 7946 0444");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-dnc-scope");
    await button("Say so", dialog()).click();
    await said("Said. 2 further numbers are closed.");
    const { suppressions } = await get<{ suppressions: Suppression[] }>(
      "/v1/suppressions?number=02079460444",
    );
    expect(suppressions).toMatchObject([{ scope: "person", asks: false, reason: "do not call me again" }]);
    await viewAgain("/do-not-call?number=02079460444", "Do-not-call");
    await expect
      .poll(() => row("do not call me again").textContent())
      .toContain("from an objection on another number");
  });

  it("whose line a number is, is said with how it is known, and ended", async () => {
    await view("/do-not-call", "Do-not-call");
    await desk.getByRole("link", { name: "Whose lines…" }).click();
    await desk.getByText("Nothing is said of any number").waitFor();
    await button("Say whose line it is").click();
    await dialog().getByLabel("Number").fill("020 7946 0445");
    await dialog().getByLabel("A company", { exact: true }).check();
    await dialog().getByLabel("How it is known").fill("Companies House 01234567");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-lines-add");
    await button("Save", dialog()).click();
    await said("Saved for +44 20 7946 0445.");
    await row("Companies House 01234567").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-lines");
    await button("End what is said of +44 20 7946 0445").click();
    await said("Ended.");
    await expect.poll(() => row("Companies House 01234567").textContent()).toContain("Ended");
  });
});

describe("consents", () => {
  it("are recorded by kind with their proof, and withdrawn", async () => {
    await view("/consents", "Consents");
    await desk.getByText("No consent is recorded").waitFor();
    await button("Record a consent").click();
    await dialog().getByLabel("Number").fill("01632 960000");
    await dialog().getByLabel("Prior consent").check();
    await dialog().getByLabel("automated calls").check();
    await dialog().getByLabel("Who gave it").fill("J. Doe");
    await dialog().getByLabel("The subscriber's").check();
    await dialog().getByLabel("When it was given").fill("1 Jan 2199 10:00");
    await dialog().getByLabel("In which words").fill("Yes, ring me about boilers");
    await dialog().getByRole("combobox", { name: "How" }).selectOption("web");
    await dialog().getByLabel("Where the proof lies").fill("Web form, reference 1234");
    await dialog().getByText("It cannot lie in the future.").waitFor();
    await dialog().getByLabel("When it was given").fill("31/02/2026 10:00");
    await expectNamed(button("Record", dialog()), "“31/02/2026 10:00” is no day with a time.");
    await dialog().getByLabel("When it was given").fill("5 Jan 2026, 10.00");
    // A last day that cannot be read, or whose year is not finished, is not left out.
    const until = dialog().getByRole("textbox", { name: "Last day" });
    const recorded = async () =>
      (await get<{ consents: Consent[] }>("/v1/consents?number=01632960000")).consents[0];
    for (const typed of ["11/26/2027", "26/11/202", "26/11/20"]) {
      await until.fill(typed);
      await until.press("Enter");
      await dialog().getByText(`“${typed}” is no day that can be chosen here.`).waitFor();
      await expect.poll(() => until.inputValue()).toBe(typed);
    }
    expect(await recorded()).toBeUndefined();
    await until.fill("26/11/2027");
    await until.press("Tab");
    await expect.poll(() => until.inputValue()).toBe("26 Nov 2027");
    await desk.locator(".mantine-DateInput-monthThead").first().waitFor({ state: "hidden" });
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-consents-add");
    await button("Record", dialog()).click();
    // An administrator is not among those who record consents by the default policy.
    await said("Recorded. It holds for one call to +44 1632 960000, and somebody reviews it.");
    expect(await recorded()).toMatchObject({
      until: "2027-11-26",
      ...{
        kind: "prior",
        calls: ["general", "automated"],
        givenBy: "J. Doe",
        state: "review",
        giver: "subscriber",
      },
      ...{ words: "Yes, ring me about boilers", how: "web", proof: "Web form, reference 1234" },
      ...{ withdrawnAt: null },
    });
    expect((await recorded())!.givenAt).toBe(new Date("2026-01-05T10:00").toISOString());
    await row("J. Doe").waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-consents");
    await button("Withdraw the consent of +44 1632 960000").click();
    await shot(desk, "desk-consents-withdraw");
    await button("They withdrew it", dialog()).click();
    await said("The consent of +44 1632 960000 is withdrawn.");
    await expect.poll(() => row("J. Doe").textContent()).toContain("Withdrawn");
    expect((await recorded())!.withdrawnAt).not.toBeNull();
  });
});

describe("a call that the customer named the day of", () => {
  it("is on the list until the day before, and a consent on the day itself", async () => {
    await post("/v1/call-backs", {
      ...{ number: "+442079460666", on: daysAgo(-3), givenBy: "Cal Later", words: "Ring me in three days" },
    });
    await viewAgain("/do-not-call?number=02079460666", "Do-not-call");
    await expect.poll(() => row("+44 20 7946 0666").textContent()).toContain("Our own");
    await viewAgain("/consents?number=02079460666", "Consents");
    await expect.poll(() => row("Cal Later").textContent()).toContain("They asked for a call");
    await expect.poll(() => row("Cal Later").textContent()).toContain("Ring me in three days");
    // The day itself is its last.
    await expect.poll(() => row("Cal Later").textContent()).toMatch(/until \d+ \w+ \d{4}/);
  });
});

describe("what waits for somebody", () => {
  const proposal = (text: string) => desk.locator("[data-proposal]").filter({ hasText: text });
  let bea: string;

  it("what the only administrator loosens counts a day after somebody was told, which the page says first", async () => {
    bea = await addPerson(own.worker.url, own.admin, {
      ...{ name: "Bea Second", email: "bea@example.com", role: "agent" },
    });
    ageSetUp();
    await viewAgain("/policy", "Policy");
    // A clause without a number says so.
    const months = desk.locator('[data-clause="consents.monthsAtMost"]').getByRole("textbox");
    await expect.poll(() => months.inputValue()).toBe("");
    await expect.poll(() => months.getAttribute("placeholder")).toBe("No limit");
    await desk.locator('[data-clause="consents.recordedBy"]').getByLabel("administrator").check();
    const bar = desk.getByRole("region", { name: "Changes that are not saved" });
    await bar
      .getByText(
        /^There is no other administrator to approve it, so it counts 24 hours after somebody was told/,
      )
      .waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-policy-alone");
    await bar.getByLabel("Why?").fill("I take them myself");
    await button("Propose the changes", bar).click();
    await said("Proposed. It counts 24 hours after somebody was told");
    // A role waits likewise.
    const { people } = await get<PeopleAnswer>("/v1/people");
    await view(`/people/${people.find(({ name }) => name === "Bea Second")!.id}`, "Bea Second");
    await desk.getByLabel("Role").selectOption("administrator");
    await button("Change role").click();
    await button("Change role", dialog()).click();
    await said("There is no other administrator, so it counts 24 hours after somebody was told");
    await view("/policy/proposals", "Policy");
    await expect
      .poll(() => proposal("I take them myself").textContent())
      .toContain("Nobody else has heard of it yet");
    // As her popup shows it to her.
    await call(own.worker.url, bea, "GET", "/v1/proposals/announced");
    await viewAgain("/policy/proposals", "Policy");
    await expect
      .poll(() => proposal("I take them myself").textContent())
      .toMatch(/It counts from .* Shown to Bea Second/);
    await expect.poll(() => proposal("Bea Second: agent → administrator").count()).toBe(1);
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-proposals-alone");

    await runJobs(1.1);
    await viewAgain("/policy/proposals", "Policy");
    await desk.getByText("Nothing waits for a second person").waitFor();
    await button("Show settled proposals").click();
    for (const one of ["I take them myself", "Bea Second: agent → administrator"])
      await proposal(one)
        .getByText(/^Counted on .*: nobody else held the role\./)
        .waitFor();
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-proposals-counted");
  });

  it("a role that a second administrator proposes is approved by one click; what nobody settles expires", async () => {
    const mia = { name: "Mia New", email: "mia@example.com", role: "manager" };
    await post("/v1/invites", mia, bea);
    await post("/v1/invites", { ...mia, name: "Max Late", email: "max@example.com" }, bea);
    await viewAgain("/", "Overview");
    const todo = desk.locator('[data-todo="proposals"]');
    await expect.poll(() => todo.textContent()).toContain("2 changes wait for you");
    await todo.getByRole("link").click();
    await shot(desk, "desk-proposals-role");
    await button("Approve", proposal("Mia New: agent → manager")).click();
    await said("Approved.");
    await runJobs(8);
    await viewAgain("/policy/proposals", "Policy");
    await button("Show settled proposals").click();
    await proposal("Mia New")
      .getByText(/^Approved by Ada Admin on/)
      .waitFor();
    await proposal("Max Late")
      .getByText(/^Expired on .*: nobody approved it\./)
      .waitFor();
  });

  it("job: review an agent's consent, from the overview on, in five clicks", async () => {
    // Bea had his code: Ada, who reviews it, did not.
    const agent = await addPerson(own.worker.url, bea, {
      ...{ name: "Andy Agent", email: "andy@example.com", role: "agent" },
    });
    const consent = { number: "+442079460777", kind: "notification", givenBy: "Rita View" };
    await post(
      "/v1/consents",
      {
        ...consent,
        givenAt: new Date(Date.now() - 60_000).toISOString(),
        words: "You may ring me",
        how: "telephone",
      },
      agent,
    );
    await viewAgain("/", "Overview");
    const todo = desk.locator('[data-todo="waiting.consents"]');
    await expect.poll(() => todo.textContent()).toContain("2 consents wait for their review");
    await shot(desk, "desk-overview-waiting");
    const clicks = new Clicks();
    await clicks.on(todo.getByRole("link"));
    await expect.poll(() => desk.url()).toContain("state=review");
    await button("Review the consent of +44 20 7946 0777").waitFor();
    // The withdrawn one waits for nobody.
    await expect.poll(() => desk.locator("tbody tr").count()).toBe(2);
    await shot(desk, "desk-consents-waiting");
    await expect.poll(() => scrollsSideways(desk)).toBe(false);
    await clicks.on(button("Review the consent of +44 20 7946 0777"));
    await clicks.on(dialog().getByLabel("It counts"));
    // What the entry does not say, who finds it good does.
    await clicks.on(dialog().getByLabel("They are the subscriber's own words"));
    await dialog().getByLabel("Where the proof lies").fill("Recording 12");
    await dialog().getByLabel("What you found").fill("Heard the recording");
    await expectAccessibleInBoth(desk);
    await shot(desk, "desk-consents-review");
    await clicks.on(button("It counts", dialog()));
    await said("The consent of +44 20 7946 0777 counts.");
    expect(clicks.count).toBe(5);
    const { consents } = await get<ConsentsAnswer>("/v1/consents?number=02079460777");
    expect(consents).toMatchObject([
      { state: "good", review: "Heard the recording", giver: "subscriber", proof: "Recording 12" },
    ]);
  });
});
