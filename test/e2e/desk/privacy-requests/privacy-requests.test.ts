/** Privacy requests, worked on the desk alone: from the queue to a decision and its letters. */
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { daysAgo, daysPassed, hoursAgo } from "../../../../scripts/lib/seed.ts";
import type { SuppressionsAnswer } from "../../../../shared/do-not-call/api.ts";
import type { RequestsAnswer } from "../../../../shared/privacy-requests/api.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { Clicks } from "../../kit/clicks.ts";
import { shot } from "../../kit/shots.ts";
import { heard } from "../../public/heard.ts";
import { expectNamed, open, overflows, scrollsSideways } from "../kit.ts";
import { button, dialog, get, own, post, rows, runJobs, said, write } from "../own-worker.ts";
import {
  lead,
  next,
  one,
  press,
  prints,
  recorded,
  recording,
  state,
  step,
  waits,
  withRequests,
} from "./kit.ts";

/** A request that came 40 days ago and is undecided. */
let late: string;

withRequests();
beforeAll(async () => {
  const entry = { channel: "post", address: "1 High Street", number: "020 7946 0111" };
  ({ id: late } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ ...entry, kind: "erasure", name: "Dan Data", receivedOn: daysAgo(40) },
  }));
  await post("/v1/requests/entries", {
    ...{ ...entry, kind: "complaint", name: "Con Plaint", receivedOn: daysAgo(2) },
  });
  for (const number of ["020 7946 0222", "020 7946 0333"])
    await post("/v1/requests", { kind: "objection", name: "Somebody", number });
});

it("the queue by deadline, what is overdue on top of it and of the overview", async () => {
  const page = await open(own.browser, "#/");
  const todo = page.locator('[data-todo="requests.overdue"]');
  await expect.poll(() => todo.textContent()).toContain("1 request is overdue");
  const unchecked = page.locator('[data-todo="requests.unchecked"]');
  await expect.poll(() => unchecked.textContent()).toContain("2 objections are to be checked");
  await expect.poll(() => unchecked.getByRole("link").getAttribute("href")).toBe("#/requests/objections");
  await todo.getByRole("link").click();
  await expect.poll(() => rows("Requests").count()).toBe(1);
  await expect.poll(() => rows("Requests").textContent()).toMatch(/Erasure.*days over.*Dan Data.*no one/);
  await button("Clear filters").click();
  await expect.poll(() => rows("Requests").count()).toBe(4);
  await expect.poll(() => rows("Requests").first().textContent()).toContain("Dan Data");
  await page.locator('[data-alarm="overdue"]').waitFor();
  await expectAccessibleInBoth(page);
  await expect.poll(() => scrollsSideways(page)).toBe(false);
  await shot(page, "desk-requests");
  await page.getByLabel("Kind").selectOption("Objection");
  await expect.poll(() => rows("Requests").count()).toBe(2);
  await page.getByLabel("Kind").selectOption("All kinds");
  await page.getByLabel("State").selectOption("To acknowledge");
  await expect.poll(() => rows("Requests").count()).toBe(1);
  await expect
    .poll(() => rows("Requests").textContent())
    .toMatch(new RegExp(`Complaint.*Acknowledge the complaint.*${27 - daysPassed()} days left.*Con Plaint`));
  await page.getByLabel("State").selectOption("All states");
  await expect.poll(() => rows("Requests").count()).toBe(4);
  await page.setViewportSize({ width: 480, height: 800 });
  await expect.poll(() => overflows(page)).toBe(false);
  await page.setViewportSize({ width: 1280, height: 900 });
});

it("job: several requests are given to an officer at once, in five clicks", async () => {
  const page = await open(own.browser, "#/requests");
  const clicks = new Clicks();
  const pick = (n: number) => rows("Requests").nth(n).getByRole("checkbox");
  await clicks.on(pick(0));
  await clicks.on(pick(2));
  const to = page.getByLabel("Assign those picked to");
  // Nobody is a choice, and not what happens without one.
  await expect.poll(() => button("Assign").isDisabled()).toBe(true);
  await clicks.on(to);
  await to.selectOption({ label: "Cora Compliance" });
  await shot(page, "desk-requests-picked");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "desk-requests-picked-dark");
  await page.emulateMedia({ colorScheme: null });
  await expectAccessibleInBoth(page);
  await clicks.on(button("Assign"));
  await said("2 requests are assigned to Cora Compliance.");
  for (const n of [0, 2]) await expect.poll(() => rows("Requests").nth(n).textContent()).toContain("Cora");
  await expect.poll(() => rows("Requests").nth(1).textContent()).toContain("no one");
  // All that is shown, and back.
  await clicks.on(button("Pick all that are shown"));
  expect(clicks.count).toBe(5);
  await to.selectOption({ label: "no one" });
  await button("Assign").click();
  await said("4 requests are assigned to no one now.");
  await expect.poll(() => rows("Requests").nth(0).textContent()).toContain("no one");
});

it("access: entered with a scan, identity, search, items, decision, copy, letter, closed", async () => {
  const page = await open(own.browser, "#/requests");
  await button("Enter a request…").click();
  await dialog().getByLabel("How it came").selectOption("post");
  await dialog().getByLabel("Name").fill("Dora Data");
  await dialog().getByLabel("Telephone number").fill("020 7946 0958");
  await dialog().getByLabel("Postal address").fill("2 High Street");
  await dialog()
    .locator("input[type=file]")
    .setInputFiles({
      name: "letter.pdf",
      mimeType: "application/pdf",
      buffer: Buffer.from("%PDF-1.4 letter"),
    });
  await expectAccessibleInBoth(page);
  await shot(page, "desk-requests-enter");
  await button("Enter it", dialog()).click();
  await page.getByRole("heading", { level: 1, name: /^Access / }).waitFor();
  const id = page.url().split("/").at(-1)!;
  const download = page.waitForEvent("download");
  await button(/^Download: Scan/).click();
  expect((await download).suggestedFilename()).toBe("letter.pdf");

  await page.getByLabel("Assigned to").selectOption("Cora Compliance");
  await button("Hand it over").click();
  await expect.poll(async () => (await one(id)).request.assignee).not.toBeNull();
  const files = page.getByRole("region", { name: "Files" }).locator("input[type=file]");
  const proof = (bytes: number) => ({ name: "bill.png", mimeType: "image/png", buffer: Buffer.alloc(bytes) });
  await files.nth(1).setInputFiles(proof(10_000_001));
  await page.getByText("It is larger than 10 MB.").waitFor();
  expect((await one(id)).files).toHaveLength(1);
  await files.nth(1).setInputFiles(proof(9));
  await state("Proof received");
  await page.getByText("Proof of identity, bill.png").waitFor();
  await expect.poll(() => page.getByText("It is larger than 10 MB.").count()).toBe(0);
  await next("It is shown", "The bill");
  await state("Identity shown");
  await waits("Comply: First search for all of the requester's data, or as the requester narrowed it.");
  await expect.poll(() => button("Comply", lead()).count()).toBe(0);
  await step("Search…", null, "Search");
  // Somebody else's, by mistake: that has a reason, which stays in the timeline.
  await button(/^Not theirs: Recording/).click();
  await dialog().getByRole("textbox").fill("Her mother's call");
  await button("Not theirs", dialog()).click();
  await page.getByText("1 not theirs. Her mother's call").waitFor();
  await button(/^Theirs: Recording/).click();
  await rows("Findings").locator(".desk-tag").getByText("Theirs", { exact: true }).waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request");
  await button(/^Silence parts/).click();
  // By dragging on the waveform while listening, or by key.
  await button("Listen, and mark on the waveform", dialog()).click();
  const wave = dialog().getByRole("slider", { name: "Position" });
  await expect.poll(() => button("Play", dialog()).isEnabled()).toBe(true);
  const { x, y, width, height } = (await wave.boundingBox())!;
  await page.mouse.move(x + width * 0.25, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + height / 2, { steps: 5 });
  await page.mouse.move(x + width * 0.625, y + height / 2, { steps: 5 });
  await page.mouse.up();
  const stretches = dialog().getByLabel("Stretches");
  // Its end is rounded up.
  const dragged = /^0:0(0\.9|1|1\.1) – 0:02\.[567]$/;
  await expect.poll(() => stretches.inputValue()).toMatch(dragged);
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-silence-wave");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "desk-request-silence-wave-dark");
  await page.emulateMedia({ colorScheme: null });
  await wave.press("Home");
  await wave.press("m");
  await dialog().getByText("A part begins at 0:00: press M where it ends.").waitFor();
  await wave.press("End");
  await wave.press("m");
  await expect.poll(async () => (await stretches.inputValue()).split("\n")).toHaveLength(2);
  await dialog().getByLabel("Stretches").fill("2.5-1");
  await dialog().getByText("“2.5-1” is no stretch").waitFor();
  await dialog().getByLabel("Stretches").fill("1-2.5");
  await expectNamed(button("Silence them", dialog()), "Fill this in.");
  await dialog().getByLabel("Why it is about someone else").fill("Her mother speaks");
  await shot(page, "desk-request-silence");
  await button("Silence them", dialog()).click();
  await page.getByText("silenced: 0:01 – 0:02.5").waitFor();
  await page.getByText("1.5 more seconds silenced. Her mother speaks").waitFor();
  expect((await one(id)).items).toMatchObject([{ verdict: "confirmed", mute: [[1, 2.5]] }]);
  await next("Comply");
  await state("Decided, to be finished");
  await next("Make the copy");
  await page.getByText("The requester's copy,").waitFor();
  await expect.poll(() => button("Close it").count()).toBe(0);
  await press("Link for the requester…");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-link");
  const link = (await dialog().getByRole("group", { name: "Link" }).textContent())!;
  await button("Close", dialog()).click();
  const opened = await (await fetch(link)).text();
  expect(opened).toContain("Download your copy");
  expect(await (await fetch(`${link}x`)).text()).not.toContain("Download your copy");
  await heard(page, `${link}/copy`);
  await button("Write to the requester…").click();
  const letter = dialog().getByRole("textbox", { name: "Letter" });
  await expect.poll(() => letter.inputValue()).toContain("It is enclosed with this letter");
  await dialog().getByLabel("How it goes out").selectOption("by telephone");
  await expect.poll(() => letter.inputValue()).toContain("We will send it to you");
  await dialog().getByLabel("How it goes out").selectOption("by post");
  await expect.poll(() => letter.inputValue()).toContain("It is enclosed with this letter");
  await letter.fill(`${await letter.inputValue()}\nP.S. The copy is on its way.`);
  await dialog().getByLabel("How it goes out").selectOption("by telephone");
  await dialog().getByText("You have changed the words").waitFor();
  await dialog().getByLabel("How it goes out").selectOption("by post");
  await dialog().getByText("You have changed the words").waitFor({ state: "hidden" });
  await dialog().getByText("Preview").click();
  await dialog().locator("[data-preview]").getByText("P.S. The copy is on its way.").waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-letter");
  await button("Record as sent", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  await next("Close it");
  await state("Closed");
  const { request, letters, files: kept } = await one(id);
  expect(request).toMatchObject({ state: "closed", decision: "comply", text: "" });
  expect(letters).toMatchObject([{ kind: "decision", how: "post" }]);
  expect(letters[0]!.text).toMatch(/^Dear Dora Data.*P\.S\. The copy is on its way\.$/s);
  expect(kept.map(({ purpose }) => purpose)).toEqual(["scan", "proof", "export"]);
  await expect
    .poll(async () => (await rows("Steps, the oldest first").allTextContents()).join())
    .toMatch(/Received.*Proof received.*Identity shown.*Searched.*Decided: comply.*Copy made.*Closed/);
  await page.setViewportSize({ width: 480, height: 800 });
  await expect.poll(() => overflows(page)).toBe(false);
  await shot(page, "desk-request-narrow");
  await page.setViewportSize({ width: 1280, height: 900 });
  // Its day has come: the proof is erased, from the store too. What the queue brings goes by the clock.
  write("UPDATE request_files SET erase_after = '2026-01-01' WHERE request = ? AND purpose = 'proof'", id);
  await runJobs(0);
  await expect.poll(async () => (await one(id)).files[1]!.erasedAt).not.toBeNull();
  await open(own.browser, `#/requests/case/${id}`);
  await page.getByText(/^Proof of identity, .*, erased$/).waitFor();
  await expect.poll(() => button(/^Download: Proof/).count()).toBe(0);
  await open(own.browser, "#/audit?actor=requester");
  await expect.poll(() => rows("Trail").first().textContent()).toContain("The requester, by their link");
});

/** Letter and index of the copy are printed as pages of their own. */
async function printed(page: Page): Promise<void> {
  const text = await prints(page);
  await page.locator("details", { hasText: "Decision, by post" }).locator("summary").click();
  await button(/^Print, or save as PDF: Decision, by post/).click();
  await expect.poll(text).toMatch(/^Dear Nina Clicks,/);
  await button(/^Print its index: The requester's copy/).click();
  await expect.poll(text).toContain("What the law (UK GDPR art 15(1)) requires us to tell you");
  await expectAccessibleInBoth(page);
}

it("job: an access request, from its page to its end, in nine clicks", async () => {
  const number = "+442079460888";
  for (const kind of ["house", "objection"])
    await post("/v1/suppressions", { number, kind, reason: "asked" });
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "access", channel: "post", name: "Nina Clicks", address: "9 High Street", number },
    ...{ receivedOn: daysAgo(1) },
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  const clicks = new Clicks();
  const stage = page.getByRole("list", { name: "How far it is" }).locator("[aria-current=step]");
  const take = async (at: string, yes: string) => {
    await expect.poll(() => stage.textContent()).toContain(at);
    const button = lead().getByRole("button");
    await expect.poll(() => button.allTextContents()).toEqual([yes]);
    await clicks.on(button);
  };
  await lead().getByRole("textbox").fill("The number and the address are on record of her");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-path");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "desk-request-path-dark");
  await page.emulateMedia({ colorScheme: null });
  await take("Identity", "It is clear");
  await take("Search", "Search for all of it");
  await take("Search", "All findings are theirs");
  await take("Decide", "Comply");
  await take("Copy", "Make the copy");
  await take("Letter", "Write to the requester…");
  await dialog().getByRole("textbox", { name: "Letter" }).waitFor();
  await clicks.on(button("Record as sent", dialog()));
  // The letter says that the copy is enclosed, and nobody has taken it yet.
  await waits(/^Close: The copy went to nobody yet/);
  const copy = page.waitForEvent("download");
  await take("Close", "Download the copy");
  expect((await copy).suggestedFilename()).toMatch(/^export-.*\.zip$/);
  await printed(page);
  await take("Close", "Close it");
  await state("Closed");
  expect(clicks.count).toBe(9);
  expect((await one(id)).request).toMatchObject({ state: "closed", decision: "comply" });
});

it("job: the recording of one day has no audio: it is left out with why, in one click, and copy and letter say so", async () => {
  const number = "+442079460877";
  const lostAt = hoursAgo(3);
  for (let n = 0; n < 12; n++)
    await (n === 2 ? recording("lost", lostAt, number) : recorded(`kept-${n}`, 1 + (n % 6), number));
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "access", channel: "post", name: "Lotte Lost", address: "12 High Street", number },
    ...{ receivedOn: daysAgo(1) },
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await next("It is clear", "The number and the address are on record of her");
  await next("Search for all of it");
  await next("All findings are theirs");
  await next("Comply");
  await button("Make the copy", lead()).click();
  const lost = page.getByRole("alert").filter({ hasText: "The copy is not made" });
  const inLondon = { dateStyle: "medium", timeZone: "Europe/London" } as const;
  const day = new Date(lostAt).toLocaleDateString("en-GB", inLondon);
  await lost
    .getByText(`Recording of ${day}, ${number}: The store has no audio for this recording.`)
    .waitFor();
  await expect.poll(() => lost.getByRole("listitem").count()).toBe(1);
  // To leave it out is the one next step: the same again would be refused again.
  await expect.poll(() => lead().count()).toBe(0);
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-lost");
  // Waiting changes nothing; asked again, it is said again.
  await button("Wait", lost).click();
  await lost.waitFor({ state: "hidden" });
  expect((await one(id)).files).toEqual([]);
  await button("Make the copy", lead()).click();
  const clicks = new Clicks();
  await clicks.on(button("Leave it out, and make the copy", lost));
  await page.getByText("The requester's copy,").waitFor();
  expect(clicks.count).toBe(1);
  await lost.waitFor({ state: "hidden" });
  const why = "We no longer have its sound: it is missing from our store.";
  await page.getByRole("region", { name: "Steps, the oldest first" }).getByText(why).first().waitFor();
  await button("Write to the requester…").click();
  const letter = dialog().getByRole("textbox", { name: "Letter" });
  await expect.poll(() => letter.inputValue()).toContain(`${why} (${day})`);
  await button("Record as sent", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
});

it("erasure denied: ground and reasons, a letter that must hold them, the notice without a name", async () => {
  const page = await open(own.browser, `#/requests/case/${late}`);
  const reasons = "The recording is evidence in a claim that is before the court.";
  await press("Deny…");
  await expectNamed(button("Deny it", dialog()), "Choose one.");
  await dialog().getByLabel("Ground").selectOption("protection");
  await dialog().getByLabel("Reasons").fill(reasons);
  await expectAccessibleInBoth(page);
  await button("Deny it", dialog()).click();
  await waits("Close: First send the requester the letter.");
  await button("Write to the requester…").click();
  const letter = dialog().getByRole("textbox", { name: "Letter" });
  await expect.poll(() => letter.inputValue()).toContain(reasons);
  const whole = await letter.inputValue();
  await letter.fill(whole.replace(reasons, ""));
  await button("Record as sent", dialog()).click();
  await dialog().getByRole("alert").waitFor();
  await letter.fill(whole);
  await button("Record as sent", dialog()).click();
  await waits("Close: First notify the supervisory authority of the refusal.");
  await button("Notice to the authority…").click();
  await expect.poll(() => letter.inputValue()).not.toMatch(/Dan|Data\b|7946/);
  await button("Record as sent", dialog()).click();
  await next("Close it");
  await state("Closed");
  expect((await one(late)).request).toMatchObject({ decision: "deny", ground: "protection", reasons });
  await shot(page, "desk-request-denied");
});

it("job: a complaint is acknowledged, looked into, its outcome told and kept, in ten clicks", async () => {
  const page = await open(own.browser, "#/requests?kind=complaint");
  const clicks = new Clicks();
  await clicks.on(rows("Requests").getByRole("link"));
  await clicks.on(button("Acknowledge…"));
  await clicks.on(button("Record as sent", dialog()));
  await clicks.on(button("Look into it"));
  await state("Being looked into");
  // Under “More”.
  await clicks.on(page.locator("details.desk-more summary"));
  await clicks.on(button("Write how it is going…"));
  await clicks.on(button("Record as sent", dialog()));
  const owed = page.getByRole("list", { name: "What is owed" });
  await expect
    .poll(() => owed.textContent())
    .toMatch(/Tell the outcome: .*Tell how it is going: .*30 days left/);
  await waits("Close with an outcome: First send the requester the letter.");
  await clicks.on(button("Write the outcome…"));
  await clicks.on(button("Record as sent", dialog()));
  await lead().getByRole("textbox").fill("Upheld: we rang too often");
  await clicks.on(button("Close it", lead()));
  await state("Closed");
  expect(clicks.count).toBe(10);
  await page.getByText("Upheld: we rang too often").first().waitFor();
});

it("job: confirm objections that nobody has checked, or take them back, many at once, in three clicks each", async () => {
  const page = await open(own.browser, "#/requests/objections");
  const live = async () =>
    (await get<SuppressionsAnswer>("/v1/suppressions")).suppressions
      .filter((s) => s.endedAt === null)
      .map((s) => s.number);
  expect(await live()).toEqual(expect.arrayContaining(["+442079460222", "+442079460333"]));
  await expect.poll(() => button("Take back…").isDisabled()).toBe(true);
  const clicks = new Clicks();
  await clicks.on(rows("Objections to check").filter({ hasText: "20 7946 0222" }).getByRole("checkbox"));
  await expectAccessibleInBoth(page);
  await shot(page, "desk-requests-objections");
  await clicks.on(button("Take back…"));
  await dialog().getByRole("textbox").fill("A test of the form");
  await clicks.on(button("Take back", dialog()));
  expect(clicks.count).toBe(3);
  await expect.poll(() => rows("Objections to check").count()).toBe(1);
  expect(await live()).not.toContain("+442079460222");
  await clicks.on(button("Pick all that are shown"));
  await clicks.on(button("Confirm…"));
  await dialog().getByRole("textbox").fill("Rang back");
  await clicks.on(button("Confirm", dialog()));
  expect(clicks.count).toBe(6);
  await page.getByText("No objection waits").waitFor();
  expect(await live()).toContain("+442079460333");
  const { requests } = await get<RequestsAnswer>("/v1/requests?kind=objection&show=closed");
  expect(requests.map(({ outcome }) => outcome).sort()).toEqual(["confirmed", "taken-back"]);
});

it("figures: received, median days, late, and a chart that is a table", async () => {
  const page = await open(own.browser, "#/requests/figures");
  await page.getByRole("img", { name: "4 in twelve months, 1 of them late" }).waitFor();
  const table = page.getByRole("table", { name: "Access and erasure by the month" }).locator("tbody tr");
  await expect.poll(() => table.count()).toBe(12);
  await expect
    .poll(() => page.locator("main").textContent())
    .toMatch(
      daysPassed() === 0 ? /Overdue now0.*Median days to decide1/ : /Overdue now0.*Median days to decide[12]/,
    );
  await expectAccessibleInBoth(page);
  await shot(page, "desk-requests-figures");
});
