/** Privacy requests on the desk, in detail: searches that are narrowed, refusals in part, letters, other people's names. */
import { expect, it } from "vitest";
import { pause } from "../../../../scripts/lib/processes.ts";
import { call, daysAgo, hoursAgo } from "../../../../scripts/lib/seed.ts";
import { around } from "../../../../shared/core/calendar.ts";
import { DAY, MINUTE } from "../../../../shared/core/time.ts";
import type { RequestsAnswer } from "../../../../shared/privacy-requests/api.ts";
import type { Recording } from "../../../../shared/recordings/api.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import { answered, expectNamed, open, overflows, scrollsSideways } from "../kit.ts";
import { button, dialog, get, own, post, rows, write } from "../own-worker.ts";
import { next, NUMBER, one, press, recording, state, step, waits, withRequests } from "./kit.ts";

withRequests();

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
  await recording("call-2", hoursAgo(4));
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

it("a search widened around its time; they take it back; an objection is settled on its own page", async () => {
  const number = "+442079460555";
  const before = await recording("call-3", hoursAgo(6), number);
  // They remember it as two hours before it was.
  const said = hoursAgo(8);
  const callTime = new Date(said).toLocaleTimeString("en-GB", {
    timeStyle: "short",
    timeZone: "Europe/London",
  });
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "access", channel: "telephone", name: "Wanda Back", address: "4 High Street", number },
    ...{ receivedOn: daysAgo(0), callDate: daysAgo(0, Date.parse(said)), callTime },
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
  await waits("Request withdrawn: First add the requester's own words");
  await files.last().setInputFiles({ name: "mail.png", mimeType: "image/png", buffer: Buffer.alloc(9) });
  await page.getByText("Word of withdrawal, mail.png").waitFor();
  await step("Request withdrawn…", "By e-mail", "Close it");
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

it("a search that meets a lost file of closed months says which, and goes on without its calls where an officer wants it", async () => {
  const number = "+442079460666";
  const num = Date.UTC(2025, 8, 5, 10) * 64;
  const key = `dials/2025-09/${num}-${crypto.randomUUID()}.ndjson.gz`;
  write(
    `INSERT INTO closed_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?1, ?1, ?2, 1, 9, 'x', ?3, '2025-12-05')`,
    ...[num, key, JSON.stringify([[num, num, 0, 9, "x"]])],
  );
  write("INSERT INTO closed_numbers (number, num) VALUES (?, ?)", Number(number.slice(1)), num);
  const { id } = await post<{ id: string }>("/v1/requests/entries", {
    ...{ kind: "access", channel: "post", name: "Lois Lost", address: "5 High Street", number },
    receivedOn: daysAgo(0),
  });
  const page = await open(own.browser, `#/requests/case/${id}`);
  await press("Search…");
  const without = dialog().getByLabel("Go on without the calls in the lost file");
  // Nobody is asked before it is lost.
  await expect.poll(() => without.count()).toBe(0);
  await button("Search", dialog()).click();
  await dialog().getByRole("alert").filter({ hasText: key }).waitFor();
  await expect.poll(() => without.isChecked()).toBe(false);
  await dialog().getByText("Better restore it from a backup.").waitFor();
  expect((await one(id)).items).toEqual([]);
  await expectAccessibleInBoth(page);
  await shot(page, "desk-request-lost-file");
  // Unticked it is asked for whole, and refused once more.
  await button("Search", dialog()).click();
  await dialog().getByRole("alert").filter({ hasText: key }).waitFor();
  expect((await one(id)).items).toEqual([]);
  await without.check();
  await button("Search", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  expect((await one(id)).items).toMatchObject([{ kind: "dial" }]);
  await page.getByText("5 Sept 2025").first().waitFor();
  await shot(page, "desk-request-lost-file-items");
  write("DELETE FROM closed_numbers WHERE num = ?", num);
  write("DELETE FROM closed_files WHERE first = ?", num);
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
      giver: "subscriber",
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
  const midnight = () => Date.parse(around(daysAgo(0, Date.now()), undefined, 0, "Europe/London")[0]);
  // Yesterday's last second is of the last 24 hours until today's last minute.
  if (Date.now() > midnight() + DAY - MINUTE) await pause(MINUTE);
  const yesterday = new Date(midnight() - 1000).toISOString();
  const then = await recording("call-7", yesterday, number);
  const later = await recording("call-8", new Date().toISOString(), number);
  const id = await erasure(number, { callDate: daysAgo(0, Date.parse(yesterday)) });
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

it("an erasure that somebody altered is searched once the officer says how much it is of", async () => {
  const number = "+442079460779";
  const then = await recording("call-9", new Date().toISOString(), number);
  const id = await erasure(number, { callDate: daysAgo(0) });
  const alter = (to: string) => write(`UPDATE requests SET narrowed = ${to}, rev = rev + 1 WHERE id = ?`, id);
  alter("'form'");
  const page = await open(own.browser, `#/requests/case/${id}`);
  const files = page.getByRole("region", { name: "Files" }).locator("input[type=file]");
  await files.first().setInputFiles({ name: "hers.png", mimeType: "image/png", buffer: Buffer.alloc(9) });
  await page.getByText("hers.png").first().waitFor();
  await press("Search…");
  await dialog().getByLabel("Everything of the number").uncheck();
  await button("Search", dialog()).click();
  await dialog().getByLabel("How the requester narrowed it").fill("Only the call of today");
  await expectAccessibleInBoth(page);
  await button("Search", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  expect(await one(id)).toMatchObject({
    request: { narrowed: "Only the call of today" },
    items: [{ ref: then.id }],
  });
  alter("NULL");
  await open(own.browser, "#/requests");
  await open(own.browser, `#/requests/case/${id}`);
  await press("Search…");
  await button("Search", dialog()).click();
  await dialog().getByLabel("They want all of it erased").check();
  await shot(page, "desk-request-search-altered");
  await expectAccessibleInBoth(page);
  await button("Search", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
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
  await expect.poll(() => scrollsSideways(page)).toBe(false);
});

it("an item of which only an archive tells that cannot be read is offered once more, and says why", async () => {
  const number = "+442079460781";
  const { id: consent } = await post<{ id: string }>("/v1/consents", {
    ...{ number, kind: "notification", giver: "subscriber", givenBy: "Erna Daten", words: "Do ring me" },
    ...{ how: "web", proof: "form 12", givenAt: new Date().toISOString() },
  });
  const id = await erasure(number);
  await post(`/v1/requests/${id}/match`, { everything: true });
  const { items } = await one(id);
  await post(`/v1/requests/${id}/items`, {
    items: items.map((item) => ({ id: item.id, verdict: "confirmed" })),
  });
  // Somebody says in the database that it changed on a day whose archive is lost.
  const day = "2026-01-01T10:00:00.000Z";
  for (const trigger of ["audit_archives_chain", "audit_archives_macs"]) write(`DROP TRIGGER ${trigger}`);
  write(
    `INSERT INTO audit_archives (first_seq, last_seq, last_hash, key, month, first_at, last_at, bytes, sha256, at)
     VALUES (900000000, 900000001, 'x', 'lost', '2026-01', ?1, ?1, 1, 'x', ?1)`,
    day,
  );
  write(`UPDATE consents SET rev = rev + 1, past = '["x"]', changed_at = ? WHERE id = ?`, day, consent);
  const page = await open(own.browser, `#/requests/case/${id}`);
  const comply = async () => {
    await press("Comply…");
    await button("Comply", dialog()).click();
  };
  await comply();
  const why = page.getByText("Only an archive that cannot be read tells of this record");
  await why.waitFor();
  await shot(page, "desk-request-item-unread");
  await expectAccessibleInBoth(page);
  await button(/^Still theirs: Consent/).click();
  await why.waitFor({ state: "hidden" });
  await comply();
  await rows("Findings").filter({ hasText: "Comply, done" }).waitFor();
});
