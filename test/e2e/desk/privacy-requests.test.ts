/** Privacy requests, worked on the desk alone: from the queue to a decision and its letters. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { addIntegration, call, daysAgo, daysPassed } from "../../../scripts/lib/seed.ts";
import type { SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import type { RequestAnswer, RequestsAnswer } from "../../../shared/privacy-requests/api.ts";
import type { Recording } from "../../../shared/recordings/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { heard } from "../public/heard.ts";
import { answered, expectNamed, open, overflows, scrollsSideways } from "./kit.ts";
import { button, dialog, get, own, post, rows, runJobs, said, withOwnWorker } from "./own-worker.ts";

const NUMBER = "+442079460958";
let dialler: string;
/** A request that came 40 days ago and is undecided. */
let late: string;

withOwnWorker({ name: "Cora Compliance", email: "cora@example.com", role: "compliance" });
beforeAll(async () => {
  dialler = await addIntegration(own.worker.url, own.admin);
  await recording("call-1", 5).then(({ id }) =>
    fetch(`${own.worker.url}/v1/recordings/${id}/audio`, {
      method: "PUT",
      headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/mpeg" },
      body: readFileSync(at("test/pages/call.mp3")),
    }),
  );
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

const recording = (providerId: string, days: number, number = NUMBER) =>
  call<{ id: string }>(own.worker.url, dialler, "POST", "/v1/recordings", {
    ...{ provider: "dialler", providerId, number, direction: "outbound", seconds: 10 },
    ...{ startedAt: `${daysAgo(days)}T14:20:00Z`, storage: { kind: "r2" }, announced: true },
    purpose: "quality",
  });
const one = (id: string) => get<RequestAnswer>(`/v1/requests/${id}`);
const state = (name: string) =>
  own.browser.page.locator(".desk-head .desk-tag").getByText(name, { exact: true }).waitFor();

/** The one next step. */
const lead = () => own.browser.page.locator("[data-lead]");
/** Opens what is beside it. */
const more = () =>
  own.browser.page.locator("details.desk-more").evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
/** Presses a step's button, which may be among the others. */
async function press(name: string): Promise<void> {
  await expect
    .poll(async () => {
      await more();
      return button(name).first().isVisible();
    })
    .toBe(true);
  await button(name).first().click();
}
/** Waits for what a step needs first, which stands beside the next step. */
const waits = (what: string | RegExp) =>
  expect
    .poll(async () => {
      await more();
      return own.browser.page.getByText(what).first().isVisible();
    })
    .toBe(true);
/** Takes the next step, with its text if it wants one. */
async function next(yes: string, said?: string): Promise<void> {
  await button(yes, lead()).waitFor();
  if (said !== undefined) await lead().getByRole("textbox").fill(said);
  await button(yes, lead()).click();
  await button(yes, lead()).waitFor({ state: "detached" });
}
/** Presses a step's button, fills in its dialog, and presses the dialog's button. */
async function step(name: string, said: string | null, yes: string): Promise<void> {
  await press(name);
  if (said !== null) await dialog().getByRole("textbox").fill(said);
  await button(yes, dialog()).click();
  await dialog().waitFor({ state: "hidden" });
}

it("the queue by deadline, what is overdue on top of it and of the overview", async () => {
  const page = await open(own.browser, "#/");
  const todo = page.locator('[data-todo="requests.overdue"]');
  await expect.poll(() => todo.textContent()).toContain("1 request is overdue");
  const unchecked = page.locator('[data-todo="requests.unchecked"]');
  await expect.poll(() => unchecked.textContent()).toContain("2 objections are to be checked");
  await expect.poll(() => unchecked.getByRole("link").getAttribute("href")).toBe("#/requests/objections");
  await todo.getByRole("link").click();
  await expect.poll(() => rows("Requests").count()).toBe(1);
  await expect.poll(() => rows("Requests").textContent()).toMatch(/Erasure.*days over.*Dan Data.*nobody/);
  await button("Clear filters").click();
  await expect.poll(() => rows("Requests").count()).toBe(4);
  await expect.poll(() => rows("Requests").first().textContent()).toContain("Dan Data");
  await page.locator('[data-alarm="overdue"]').waitFor();
  await expectAccessibleInBoth(page);
  expect(await scrollsSideways(page)).toBe(false);
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
  const to = page.getByLabel("Give those picked to");
  // Nobody is a choice, and not what happens without one.
  await expect.poll(() => button("Give").isDisabled()).toBe(true);
  await clicks.on(to);
  await to.selectOption({ label: "Cora Compliance" });
  await shot(page, "desk-requests-picked");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "desk-requests-picked-dark");
  await page.emulateMedia({ colorScheme: null });
  await expectAccessibleInBoth(page);
  await clicks.on(button("Give"));
  await said("2 requests were given to Cora Compliance.");
  for (const n of [0, 2]) await expect.poll(() => rows("Requests").nth(n).textContent()).toContain("Cora");
  await expect.poll(() => rows("Requests").nth(1).textContent()).toContain("nobody");
  // All that is shown, and back.
  await clicks.on(button("Pick all that are shown"));
  expect(clicks.count).toBe(5);
  await to.selectOption({ label: "nobody" });
  await button("Give").click();
  await said("4 requests belong to nobody now.");
  await expect.poll(() => rows("Requests").nth(0).textContent()).toContain("nobody");
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

  await page.getByLabel("Who has it").selectOption("Cora Compliance");
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
  // Some days after the identity was verified, the proof is erased, from the store too.
  await runJobs(9);
  await expect.poll(async () => (await one(id)).files[1]!.erasedAt).not.toBeNull();
  await open(own.browser, `#/requests/case/${id}`);
  await page.getByText(/^Proof of identity, .*, erased$/).waitFor();
  await expect.poll(() => button(/^Download: Proof/).count()).toBe(0);
  await open(own.browser, "#/audit?actor=requester");
  await expect.poll(() => rows("Trail").first().textContent()).toContain("The requester, by their link");
});

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
  await take("Close", "Close it");
  await state("Closed");
  expect(clicks.count).toBe(9);
  expect((await one(id)).request).toMatchObject({ state: "closed", decision: "comply" });
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

it("an oral erasure: taken as said, proof asked for while the clocks run on, extended, refused in part", async () => {
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "erasure", channel: "telephone", name: "Ora L", address: "3 High Street", number: NUMBER },
    receivedOn: daysAgo(1),
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await page.getByText("By law a request for erasure may be made orally").waitFor();
  await next("Take it", "She was clear on the telephone");
  await keepsEdited(id);
  await press("Ask for proof of identity…");
  await button("Record as sent", dialog()).click();
  await page.getByText("The policy promises a decision without pauses").waitFor();
  const owed = page.getByRole("list", { name: "What is owed" });
  await expect.poll(() => owed.textContent()).toMatch(/Decide: .*days left.*Proof of identity to come: /);
  await step("Proof came…", null, "Note it");
  await next("It is shown", "A telephone bill");
  await press("Extend…");
  await dialog().getByRole("textbox").fill("There are very many calls.");
  await button("To the letter", dialog()).click();
  const letter = dialog().getByRole("textbox", { name: "Letter" });
  await expect.poll(() => letter.inputValue()).toContain("There are very many calls.");
  await button("Record as sent", dialog()).click();
  await page.getByText("Extended on").waitFor();
  await expect.poll(() => button("Extend…").count()).toBe(0);
  await recording("call-2", 4);
  await post("/v1/dials", {
    ...{
      number: NUMBER,
      e164: NUMBER,
      action: "passed",
      verdict: "clear",
      seen: null,
      host: "crm.example.com",
    },
    at: new Date().toISOString(),
  });
  await step("Search…", null, "Search");
  await button("All are theirs").click();
  await press("Comply in part…");
  await dialog()
    .getByLabel(/^Refuse: Recording/)
    .first()
    .check();
  await dialog().getByLabel("Ground").selectOption("legal-obligation");
  await dialog().getByLabel("Reasons").fill("We must keep it for the regulator.");
  // A record of the call may be kept as proof that it was lawful: restricted, and until a day.
  await expect
    .poll(() =>
      dialog()
        .getByLabel(/^Keep it as proof/)
        .count(),
    )
    .toBe(0);
  await dialog()
    .getByLabel(/^Refuse: Call,/)
    .check();
  await dialog().getByLabel("Ground").last().selectOption("protection");
  await dialog().getByLabel("Reasons").last().fill("It shows that the number was on no register.");
  await dialog()
    .getByLabel(/^Keep it as proof/)
    .click();
  await page.getByRole("button", { name: "Next month" }).click();
  await page.locator(".mantine-DateInput-day:not([data-outside])").last().click();
  await page.getByRole("button", { name: "Next month" }).waitFor({ state: "hidden" });
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-partial");
  await button("Decide", dialog()).click();
  await state("Decided, to be finished");
  await rows("Findings")
    .filter({ hasText: /kept as proof until \d/ })
    .waitFor();
  // The Worker erases the other recording in the background, and the page shows it.
  await rows("Findings").filter({ hasText: "Comply, erased" }).waitFor();
  await press("Who else had the data…");
  await dialog().getByLabel("Name").fill("Mail House Ltd");
  await button("Add", dialog()).click();
  await button("Letter… Mail House Ltd").click();
  await dialog().getByText("To Mail House Ltd,").waitFor();
  await button("Close", dialog()).click();
  await button("They were told… Mail House Ltd").click();
  await dialog().getByLabel("Told on").click();
  await page.locator(".mantine-DateInput-day:not([disabled])").last().click();
  await button("Add", dialog()).click();
  await page.getByText("Mail House Ltd, told on").waitFor();
  const { request, items } = await one(id);
  expect(request).toMatchObject({ decision: "partial", writing: "oral: She was clear on the telephone" });
  expect(items).toMatchObject([
    { kind: "recording", decision: "deny", reasons: "We must keep it for the regulator." },
    { kind: "recording", decision: "comply", state: "erased" },
    { kind: "dial", decision: "deny", keptUntil: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string },
  ]);
});

it("a complaint: acknowledged, looked into, its outcome told and kept", async () => {
  const page = await open(own.browser, "#/requests?kind=complaint");
  await rows("Requests").getByRole("link").click();
  await button("Acknowledge…").click();
  await button("Record as sent", dialog()).click();
  await button("Look into it").click();
  await state("Being looked into");
  await press("Write how it is going…");
  await button("Record as sent", dialog()).click();
  const owed = page.getByRole("list", { name: "What is owed" });
  await expect
    .poll(() => owed.textContent())
    .toMatch(/Tell the outcome: .*Tell how it is going: .*30 days left/);
  await waits("Close with an outcome: First send the requester the letter.");
  await button("Write the outcome…").click();
  await button("Record as sent", dialog()).click();
  await next("Close it", "Upheld: we rang too often");
  await state("Closed");
  await page.getByText("Upheld: we rang too often").first().waitFor();
});

it("objections that nobody has checked are confirmed or taken back, many at once", async () => {
  const page = await open(own.browser, "#/requests/objections");
  const live = async () =>
    (await get<SuppressionsAnswer>("/v1/suppressions")).suppressions
      .filter((s) => s.endedAt === null)
      .map((s) => s.number);
  expect(await live()).toEqual(expect.arrayContaining(["+442079460222", "+442079460333"]));
  await expect.poll(() => button("Take back…").isDisabled()).toBe(true);
  await rows("Objections to check").filter({ hasText: "20 7946 0222" }).getByRole("checkbox").check();
  await expectAccessibleInBoth(page);
  await shot(page, "desk-requests-objections");
  await step("Take back…", "A test of the form", "Take back");
  await expect.poll(() => rows("Objections to check").count()).toBe(1);
  expect(await live()).not.toContain("+442079460222");
  await button("Pick all that are shown").click();
  await step("Confirm…", "Rang back", "Confirm");
  await page.getByText("No objection waits").waitFor();
  expect(await live()).toContain("+442079460333");
  const { requests } = await get<RequestsAnswer>("/v1/requests?kind=objection&show=closed");
  expect(requests.map(({ outcome }) => outcome).sort()).toEqual(["confirmed", "taken-back"]);
});

it("a search widened around its time; they take it back; an objection is settled on its own page", async () => {
  const number = "+442079460555";
  const before = await recording("call-3", 6, number);
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "access", channel: "telephone", name: "Wanda Back", address: "4 High Street", number },
    ...{ receivedOn: daysAgo(0), callDate: daysAgo(6), callTime: "13:00" },
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  const files = page.getByRole("region", { name: "Files" }).locator("input[type=file]");
  await files.first().setInputFiles({ name: "letter.png", mimeType: "image/png", buffer: Buffer.alloc(9) });
  await page.getByText("letter.png").first().waitFor();
  await press("Search…");
  // All that is held, unless the requester wants less, by a letter that is on file.
  await dialog().getByLabel("Everything of the number").uncheck();
  await dialog().getByLabel("How the requester narrowed it").fill("The call of that day alone, she said.");
  await button("Search", dialog()).click();
  await page.getByText("The search found nothing.").waitFor();
  await page.getByText("The call of that day alone, she said.").first().waitFor();
  await press("Search…");
  await dialog().getByText("Policy says 60.").waitFor();
  await dialog().getByLabel("Minutes before and after").fill("180");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-search");
  await button("Search", dialog()).click();
  await expect.poll(async () => (await one(id)).items.map(({ ref }) => ref)).toEqual([before.id]);
  // Their own word first.
  await waits("They took it back: First add the requester's own words");
  await files.last().setInputFiles({ name: "mail.png", mimeType: "image/png", buffer: Buffer.alloc(9) });
  await page.getByText("Word of withdrawal, mail.png").waitFor();
  await step("They took it back…", "By e-mail", "Close it");
  await state("Withdrawn");
  await page.getByText("By e-mail").first().waitFor();
  expect((await get<Recording>(`/v1/recordings/${before.id}`)).hold).toBeNull();

  await post("/v1/requests", { kind: "objection", name: "Somebody", number: "020 7946 0444" });
  const { requests } = await get<RequestsAnswer>("/v1/requests?kind=objection&state=held");
  await open(own.browser, `#/requests/case/${requests[0]!.id}`);
  await step("Take back…", "A wrong number", "Take back");
  await state("Closed");
  await page.getByText("A wrong number").first().waitFor();
  expect((await one(requests[0]!.id)).request).toMatchObject({ outcome: "taken-back" });
});

/** Another way of sending has another draft. Until it has loaded, the letter cannot be sent, and edits are kept. */
async function keepsEdited(id: string): Promise<void> {
  const path = `GET /v1/requests/${id}/letters/identity?how=telephone`;
  const { page } = await answered(own.browser, `#/requests/case/${id}`, {
    [path]: [
      { ok: false, trouble: "offline", problem: null, retryInMs: 1000 },
      { ok: true, data: { text: "Said by telephone." } },
    ],
  });
  await page.locator("details.desk-more summary").click();
  await button("Ask for proof of identity…", page).click();
  const letter = page.getByRole("textbox", { name: "Letter" });
  await letter.fill("Who are you?");
  await page.getByLabel("How it goes out").selectOption("by telephone");
  await page.getByText("ClearDial's server cannot be reached").waitFor();
  await expect.poll(() => letter.inputValue()).toBe("Who are you?");
  await expect.poll(() => button("Record as sent", page).isDisabled()).toBe(true);
  await button("Try again", page).click();
  await expect.poll(() => button("Record as sent", page).isEnabled()).toBe(true);
  await expect.poll(() => letter.inputValue()).toBe("Who are you?");
  await page.close();
  await own.browser.page.bringToFront();
}

it("letters in the company's own words: places checked, seen with an example, saved, in versions, and back to ours", async () => {
  const page = await open(own.browser, "#/requests/letters");
  await page.getByLabel("Letter", { exact: true }).selectOption("Proof of identity asked for");
  const field = page.getByRole("textbox", { name: "Words" });
  await expect.poll(() => field.inputValue()).toContain("We erase it {proof} after");
  const ours = await field.inputValue();
  await field.fill("Dear {nmae}, who are you?");
  await page.getByText("This letter has no such placeholders: {nmae}").waitFor();
  await expectNamed(button("Save"), "This letter has no such placeholders: {nmae}");
  await field.fill("Dear {name}, who are you? We keep it {proof}.");
  await expectAccessibleInBoth(page);
  await shot(page, "desk-requests-letters");
  await page.getByText("Preview").click();
  await page.getByText("Dear Dora Data, who are you? We keep it 7 days.").waitFor();
  await button("Save").click();
  await page.getByText(/^Your words, version 1, by Cora Compliance/).waitFor();
  await expect.poll(() => field.inputValue()).toMatch(/^Dear \{name\}, who are you\?/);
  await call(own.worker.url, own.person, "PUT", "/v1/requests/templates/identity", {
    ...{ text: "Dear {name}, by another officer.", version: 1 },
  });
  await field.fill("Dear {name}, by me.");
  await button("Save").click();
  await page.getByText("Someone else has changed this template since you read it.").waitFor();
  await page.getByText(/^Your words, version 2/).waitFor();
  await expect.poll(() => field.inputValue()).toBe("Dear {name}, by me.");
  await button("Save").click();
  await page.getByText(/^Your words, version 3/).waitFor();
  await button("Back to the words that came with ClearDial").click();
  await button("Go back", dialog()).click();
  await page.getByText("The words that came with ClearDial.").waitFor();
  await expect.poll(() => field.inputValue()).toBe(ours);
  await page.getByText(/^Version 4, back to ours/).waitFor();
  await page.getByText(/^Version 1, by Cora Compliance/).click();
  await button("Take these words: version 1").click();
  await expect.poll(() => field.inputValue()).toMatch(/^Dear \{name\}, who are you\?/);
  await expectAccessibleInBoth(page);
  await page.setViewportSize({ width: 480, height: 800 });
  await expect.poll(() => overflows(page)).toBe(false);
  await shot(page, "desk-requests-letters-narrow");
  await page.setViewportSize({ width: 1280, height: 900 });
});

it("figures: received, median days, late, and a chart that is a table", async () => {
  const page = await open(own.browser, "#/requests/figures");
  await page.getByRole("img", { name: "5 in twelve months, 1 of them late" }).waitFor();
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

/** An erasure of everything of a number whose identity is settled. */
async function erasure(number: string, more: object = {}): Promise<string> {
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "erasure", channel: "post", name: "Erna Daten", address: "5 High Street", number },
    ...{ receivedOn: daysAgo(0), ...more },
  });
  await post(`/v1/requests/${id}/identity`, { step: "clear", how: "her own letter" });
  return id;
}

it("an erasure of a consent whose proof the law wants: “Comply” opens the refusal in part, filled in", async () => {
  const number = "+493023125701";
  await post("/v1/consents", {
    ...{
      number,
      kind: "prior",
      givenBy: "Erna Daten",
      givenAt: `${daysAgo(30)}T10:00:00Z`,
      calls: ["general"],
    },
    ...{ words: "you may ring me", how: "web", proof: "form 7" },
  });
  const id = await erasure(number);
  const page = await open(own.browser, `#/requests/case/${id}`);
  await step("Search…", null, "Search");
  await button(/^Theirs: Consent/).click();
  await rows("Findings").locator(".desk-tag").getByText("Theirs", { exact: true }).waitFor();
  const proofUntil = (await one(id)).items[0]!.proofUntil!;
  expect(proofUntil > daysAgo(-365)).toBe(true);
  await button("Comply…").click();
  await dialog().getByRole("heading", { name: "Comply in part" }).waitFor();
  const refused = dialog().getByLabel(/^Refuse: Consent/);
  await expect.poll(() => refused.isChecked()).toBe(true);
  await dialog().getByText("Its proof has to be kept until").waitFor();
  await expect.poll(() => dialog().getByLabel("Ground").inputValue()).toBe("legal-obligation");
  await expect
    .poll(() => dialog().getByLabel("Reasons").inputValue())
    .toBe("The law obliges us to keep the proof that you agreed to our calls.");
  const year = proofUntil.slice(0, 4);
  await expect
    .poll(() =>
      dialog()
        .getByLabel(/^Keep it as proof/)
        .inputValue(),
    )
    .toContain(year);
  await expectAccessibleInBoth(page);
  // Nothing else is left to refuse, and without a ground nothing is decided.
  await refused.uncheck();
  await expectNamed(button("Decide", dialog()), "Choose one.");
  await button("Close", dialog()).click();
  await button("Comply…").click();
  await button("Decide", dialog()).click();
  await state("Decided, to be finished");
  await rows("Findings")
    .filter({ hasText: /kept as proof until \d/ })
    .waitFor();
  expect((await one(id)).items).toMatchObject([
    { kind: "consent", decision: "deny", ground: "legal-obligation", keptUntil: proofUntil },
  ]);
});

it("an erasure is searched by a day only in the requester's words on file; a search of everything ends that", async () => {
  const number = "+442079460777";
  const [then, later] = [await recording("call-7", 6, number), await recording("call-8", 3, number)];
  const id = await erasure(number, { callDate: daysAgo(6) });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await press("Search…");
  // Who remembers one call means the others, too.
  const everything = dialog().getByLabel("Everything of the number");
  await expect.poll(() => everything.isChecked()).toBe(true);
  const words = dialog().getByLabel("How the requester narrowed it");
  await expect.poll(() => words.count()).toBe(0);
  await everything.uncheck();
  await words.fill("Only the call of that day");
  // There is no letter yet that says so.
  await expect.poll(() => dialog().getByLabel("Their letter or e-mail that says so").count()).toBe(0);
  await button("Search", dialog()).click();
  await dialog().getByRole("alert").waitFor();
  expect((await one(id)).items).toEqual([]);
  await button("Close", dialog()).click();
  const files = page.getByRole("region", { name: "Files" }).locator("input[type=file]");
  await files.first().setInputFiles({ name: "hers.png", mimeType: "image/png", buffer: Buffer.alloc(9) });
  await page.getByText("hers.png").first().waitFor();
  await press("Search…");
  await everything.uncheck();
  await words.fill("Only the call of that day");
  await expectAccessibleInBoth(page);
  await button("Search", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  await expect.poll(async () => (await one(id)).items.map(({ ref }) => ref)).toEqual([then.id]);
  await page.getByText("Only the call of that day").first().waitFor();
  await press("Search…");
  await expect.poll(() => everything.isChecked()).toBe(true);
  await dialog().getByText("The answer no longer says that they asked for less.").waitFor();
  await button("Search", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  await expect.poll(async () => (await one(id)).items.map(({ ref }) => ref)).toEqual([then.id, later.id]);
  expect((await one(id)).request.narrowed).toBeNull();
});

it("an answer from the company's own mailbox is recorded as that, with its day and address", async () => {
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "complaint", channel: "email", name: "Ema Mail", email: "ema@example.com" },
    receivedOn: daysAgo(1),
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await button("Acknowledge…").click();
  await dialog().getByLabel("How it goes out").selectOption("by e-mail from your own mailbox");
  await expect.poll(() => dialog().getByLabel("To which address").inputValue()).toBe("ema@example.com");
  await dialog().getByLabel("To which address").fill("ema@work.example");
  await dialog().getByText("You send it yourself.").waitFor();
  await expectAccessibleInBoth(page);
  await button("Record as sent", dialog()).click();
  await page.getByText("by e-mail from your own mailbox").first().waitFor();
  expect((await one(id)).letters).toMatchObject([{ how: "own-mailbox", sentTo: "ema@work.example" }]);
});

it("an officer counts the places of other people's names, has them left out of the copy, and adds the person's other request", async () => {
  const number = "+442079460666";
  await post("/v1/suppressions", { number, reason: "Max Roe's wife answers. Yes", source: "call" });
  await post("/v1/suppressions", { number, kind: "house", reason: "Yes", source: "call" });
  const entry = { number, channel: "post", address: "4 High Street", receivedOn: daysAgo(1) };
  const other = await post<{ id: string; reference: string }>("/v1/requests/entries", {
    ...{ ...entry, kind: "complaint", name: "D. Marr" },
  });
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ ...entry, kind: "access", name: "Dora Marr" },
  });
  await post(`/v1/requests/${id}/identity`, { step: "clear", how: "They rang from the number" });
  await post(`/v1/requests/${id}/match`, { everything: true });
  const { items } = await one(id);
  await post(`/v1/requests/${id}/items`, {
    items: items.map((item) => ({ id: item.id, verdict: "confirmed" })),
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  const section = page.getByRole("region", { name: "In the copy" });
  const names = section.getByLabel("Names of other people, one a line");
  await names.fill("Max Roe\nYes\nDora\nNobody Here");
  await section.getByRole("button", { name: "Count the places" }).click();
  const found = section.getByRole("list", { name: "Places in the copy" });
  await found.waitFor();
  await expect
    .poll(() => found.getByRole("listitem").allTextContents())
    .toEqual([
      expect.stringMatching(/^Max Roe: \d+ places?\.$/),
      expect.stringMatching(/^Yes: \d+ places?\. It is not taken out: a text is this word alone/),
      expect.stringMatching(/^Dora: \d+ places?\. It is not taken out: it is the requester's own name/),
      expect.stringMatching(/^Nobody Here: 0 places\. It is nowhere in the copy/),
    ]);
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-names");
  await section.getByLabel("How you know").fill("She told us on the telephone");
  await section.getByRole("checkbox", { name: new RegExp(other.reference) }).check();
  const save = section.getByRole("button", { name: "Save for the next copy" });
  await save.click();
  await section.getByRole("alert").waitFor();
  expect((await one(id)).events.some(({ action }) => action === "note")).toBe(false);
  await names.fill("Max Roe");
  await save.click();
  await page.getByText("She told us on the telephone").first().waitFor();
  await expect.poll(() => section.getByLabel("How you know").inputValue()).toBe("");
  const note = (await one(id)).events.findLast(({ action }) => action === "note")!;
  expect(note.detail).toMatchObject({ others: ["Max Roe"], same: [other.id] });
  // Whoever comes back finds what counts.
  await open(own.browser, "#/requests");
  await open(own.browser, `#/requests/case/${id}`);
  await expect.poll(() => names.inputValue()).toBe("Max Roe");
  await expect
    .poll(() => section.getByRole("checkbox", { name: new RegExp(other.reference) }).isChecked())
    .toBe(true);
  expect(await scrollsSideways(page)).toBe(false);
});
