/** The end of recordings on the desk: legal holds, erasure, certificates, and the question after a longer retention. */
import { describe, expect, it } from "vitest";
import { call, daysAgo } from "../../../scripts/lib/seed.ts";
import type { PeopleAnswer } from "../../../shared/people/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { RequestEntered } from "../../../shared/privacy-requests/api.ts";
import type { ErasuresAnswer, RecordingsState, RetentionQuestion } from "../../../shared/recordings/api.ts";
import { otherObject } from "../../../shared/recordings/limits.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { answered, expectNamed, ok, open, overflows } from "./kit.ts";
import { button, dialog, get, own, post, rows, said, write } from "./own-worker.ts";
import { arrive, importAll, one, recording, savePolicy, withStores } from "./recordings-kit.ts";

withStores({ name: "Bea Boss", email: "bea@example.com", role: "admin" });

describe("holds and erasure", () => {
  it("job: keep a recording from erasure for a reason, until a day to look at it again, in four clicks; and release it in two", async () => {
    const id = await arrive({ number: "+442079460444" });
    const page = await open(own.browser, `#/recordings/call/${id}`);
    const clicks = new Clicks();
    await clicks.on(button("Hold…"));
    await dialog().getByLabel("Reason").fill("Claim 4711");
    await clicks.on(dialog().getByLabel("Look at it again on"));
    // Today in the policy's zone.
    const day = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/London",
      day: "numeric",
      month: "long",
      year: "numeric",
    }).format();
    await clicks.on(button(day));
    await button("Previous month").waitFor({ state: "hidden" });
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-hold");
    await clicks.on(button("Hold it", dialog()));
    await said("It is held, and nobody can erase it.");
    expect(clicks.count).toBe(4);
    await page.getByText("Held: Claim 4711").waitFor();
    await expect.poll(() => button("Erase…").count()).toBe(0);
    expect((await one(id)).hold).toMatchObject({ reason: "Claim 4711", byName: "Bea Boss" });

    await open(own.browser, "#/recordings/holds");
    await expect.poll(() => rows("Holds").textContent()).toMatch(/Review due.*Claim 4711.*Bea Boss/);
    await page.locator('[data-alarm="holdsToReview"]').waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-holds");
    await rows("Holds").getByRole("link").click();
    await page.getByText("release it, or keep holding it with a later day").waitFor();
    await button("Keep holding…").click();
    await dialog().getByLabel("Reason").fill("Claim 4711 goes on");
    await dialog().getByLabel("Look at it again on").click();
    await button("Next month").click();
    await page.getByRole("button", { name: /^15 / }).click();
    await button("Hold it", dialog()).click();
    await page.getByText("Held: Claim 4711 goes on").waitFor();
    const release = new Clicks();
    await release.on(button("Release…"));
    await dialog().getByLabel("Reason").fill("Settled");
    await release.on(button("Release it", dialog()));
    await said("It is released.");
    expect(release.count).toBe(2);
    await button("Erase…").waitFor();
    expect((await one(id)).hold).toBeNull();

    // An access request automatically holds its recordings until it is closed.
    const { id: request, reference } = await post<RequestEntered>("/v1/requests/entries", {
      ...{ kind: "access", channel: "post", receivedOn: daysAgo(1), name: "Dora Data" },
      ...{ address: "1 High Street", number: "+442079460444" },
    });
    await post(`/v1/requests/${request}/match`, { everything: true });
    await open(own.browser, `#/recordings/call/${id}`);
    await page.getByText(`Held: Access request ${reference}`).waitFor();
    await button("Hold…").waitFor();
    await expect.poll(() => button("Erase…").count()).toBe(0);
    await expect.poll(() => button("Release…").count()).toBe(0);
    await shot(page, "desk-recording-request-hold");
    await page.getByRole("link", { name: "See the request" }).click();
    await page.getByRole("heading", { level: 1, name: `Access ${reference}` }).waitFor();
  });

  it("job: erase one recording by hand, in two clicks and a reason; its certificate can be printed", async () => {
    const id = await arrive({ number: "+442079460555" });
    const page = await open(own.browser, `#/recordings/call/${id}`);
    const clicks = new Clicks();
    await clicks.on(button("Erase…"));
    await dialog().getByText("It stays on the certificate: name nobody.").waitFor();
    await dialog().getByLabel("Reason").fill("Asked for in writing");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-erase");
    await clicks.on(button("Erase it", dialog()));
    await page.getByRole("heading", { level: 1, name: "An erased recording" }).waitFor();
    expect(clicks.count).toBe(2);
    await expect.poll(() => page.locator("main").textContent()).not.toContain("020 7946 0555");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-erased");
    await page.getByRole("link", { name: "See the certificate of its erasure" }).click();
    await page.getByText(id).waitFor();
    await expect
      .poll(() => page.locator("main").textContent())
      .toMatch(/by hand.*Asked for in writing.*Commitment[0-9a-f]{64}/);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-certificate");
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute("data-printed", "");
    });
    await button("Print").click();
    await expect.poll(() => page.locator("body[data-printed]").count()).toBe(1);
    // Dark on white, even if the screen is dark.
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await shot(page, "desk-certificate-print");
    await expect.poll(() => page.getByRole("navigation").isVisible()).toBe(false);
    const ink = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return { color, backgroundColor };
    });
    expect(ink).toEqual({ color: "rgb(26, 34, 48)", backgroundColor: "rgb(255, 255, 255)" });
    await page.emulateMedia({ media: null, colorScheme: null });
    await open(own.browser, "#/recordings/certificates");
    await expect.poll(() => rows("Certificates of erasure").textContent()).toContain("Asked for in writing");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-certificates");
  });

  it("a lost file of certificates is named above those that are there", async () => {
    const num = Date.UTC(2025, 8, 5) * 1024;
    const key = `certificates/2025-09/${num}-${crypto.randomUUID()}.ndjson.gz`;
    write(
      `INSERT INTO closed_certificates (first, last, key, rows, bytes, sha256, members, at)
       VALUES (?1, ?1, ?2, 1, 9, 'x', ?3, '2025-12-05')`,
      ...[num, key, JSON.stringify([[num, num, 0, 9, "x"]])],
    );
    const page = await open(own.browser, "#/recordings/certificates");
    const named = page.getByRole("alert").filter({ hasText: key });
    await expect
      .poll(() => named.textContent())
      .toContain(`Certificates in ${key} are missing here and in a CSV file`);
    await expect.poll(() => rows("Certificates of erasure").textContent()).toContain("Asked for in writing");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-certificates-lost-file");
    await page.setViewportSize({ width: 480, height: 800 });
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "desk-certificates-lost-file-narrow");
    await page.setViewportSize({ width: 1280, height: 900 });
    write("DELETE FROM closed_certificates WHERE first = ?", num);
    await open(own.browser, "#/recordings/certificates");
    await expect.poll(() => rows("Certificates of erasure").textContent()).toContain("Asked for in writing");
    await expect.poll(() => named.count()).toBe(0);
  });

  it("a webhook that was refused is named until an officer says that all is imported", async () => {
    write(
      `INSERT INTO keys_refused (owner, why, first_at, last_at, n)
       VALUES ('hook:twilio', 'old', '2026-01-03T08:00:00.000Z', '2026-01-03T09:00:00.000Z', 3)`,
    );
    const page = await open(own.browser, "#/recordings");
    const notice = page.locator('[data-alarm="refused"]');
    await expect.poll(() => notice.textContent()).toMatch(/webhook twilio \(calls of too long ago; 3 tries/);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-refused");
    await notice.getByRole("button", { name: /all is imported$/ }).click();
    await dialog().getByLabel("What was done").fill("Imported from Twilio's list");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-refused-answer");
    await button(/all is imported$/, dialog()).click();
    await said("Noted. Later refusals are shown once more.");
    await expect.poll(() => notice.count()).toBe(0);
    const { rows: told } = await get<AuditAnswer>("/v1/audit?code=recording.refused-done");
    expect(told).toMatchObject([{ subject: "hook:twilio" }]);
  });

  it("one that somebody changed in the database says what differs, and goes as it is by an officer's word", async () => {
    const id = await arrive({ number: "+442079460556" });
    write(`UPDATE recordings SET agent = 'nobody@example.com' WHERE id = '${id}'`);
    const page = await open(own.browser, `#/recordings/call/${id}`);
    await button("Erase…").click();
    await dialog().getByLabel("Reason").fill("Asked for in writing");
    await button("Erase it", dialog()).click();
    await dialog().getByText("may have changed: agent.").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-unlike");
    await dialog().getByLabel("Reason").fill("Looked at in the store");
    await button("Erase it as it is", dialog()).click();
    await page.getByRole("heading", { level: 1, name: "An erased recording" }).waitFor();
  });

  it("what could not be erased is named with the store's words and the next try", async () => {
    const id = await arrive({ storage: { kind: "s3" }, number: "+442079460666" });
    const page = await open(own.browser, `#/recordings/call/${id}`);
    await button("Erase…").click();
    await dialog().getByLabel("Reason").fill("A try");
    await button("Erase it", dialog()).click();
    await page.getByText("has failed 1 time. The store said: s3:").waitFor();
    await page.getByText("Next try:").waitFor();
    await open(own.browser, "#/recordings/erasures");
    const failed = rows("Recordings that could not be erased");
    await expect.poll(() => failed.textContent()).toMatch(/20 7946 0666.*S3 store, United Kingdom.*s3: .*1/);
    await page.locator('[data-alarm="failing"]').waitFor();
  });

  it("another object than was registered: an officer says why it is the recording, and a second one approves", async () => {
    const id = await arrive({ storage: { kind: "s3" }, number: "+442079460777" });
    const path = `/v1/recordings/${id}`;
    const row = { ...(await one(id)), failures: 1, error: otherObject("s3") };
    const by = { why: "The bucket was copied", byName: "Max Officer", at: new Date().toISOString() };
    const look = { before: "one", now: "two", bytes: 3, by: "max", ...by };
    const missing = { ok: false, trouble: "refused", problem: { code: "not-found", status: 404 } };
    const { page, asked } = await answered(own.browser, `#/recordings/call/${id}`, {
      [`GET ${path}`]: [ok(row), ok(row), ok({ ...row, failures: 0, error: null })],
      [`GET ${path}/look`]: [missing, ok(look)],
      [`POST ${path}/look`]: [ok(look)],
      [`POST ${path}/look/approve`]: [ok({ ...row, failures: 0, error: null })],
    });
    await page.getByText("The store has another object than was registered").waitFor();
    await button("It is the recording…", page).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The bucket was copied");
    await page.getByRole("dialog").getByRole("button", { name: "It is the recording" }).click();
    await page
      .getByText(/^Max Officer said on .* that it is the recording: “The bucket was copied”/)
      .waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-look");
    await button("Approve it", page).click();
    await page.getByText("It is the recording from now on.").waitFor();
    await expect.poll(() => page.getByText("The store has another object").count()).toBe(0);
    expect((await asked()).filter((request) => request.startsWith("POST"))).toEqual([
      `POST ${path}/look`,
      `POST ${path}/look/approve`,
    ]);
  });

  it("what is erased in which week is a chart, and a table", async () => {
    // Some weeks have no recording.
    const weeksAgo = Array.from({ length: 50 }, (_, week) =>
      Array<number>((week % 4) * (week % 3)).fill(week),
    ).flat();
    const rows = weeksAgo.map((week, n) =>
      recording({
        startedAt: `${daysAgo(7 * week + 4)}T10:00:00Z`,
        storage: { kind: "s3", key: `old/${n}` },
      }),
    );
    await importAll(rows);
    const held = await arrive();
    await post(`/v1/recordings/${held}/hold`, {
      reason: "A dispute",
      reviewOn: daysAgo(-60),
    });
    const page = await open(own.browser, "#/recordings/erasures");
    const { weeks } = await get<ErasuresAnswer>("/v1/recordings/erasures");
    const all = weeks.reduce((sum, week) => sum + week.recordings, 0);
    await page.getByRole("img", { name: `${all} recordings by` }).waitFor();
    await page.getByText("As a table").click();
    const shown = page.getByRole("table", { name: "Upcoming erasures by week" }).locator("tbody tr");
    const counts = async () =>
      (await shown.allTextContents()).map((row) => row.replace(/^.* 20\d\d|^earlier/, ""));
    await expect.poll(counts).toHaveLength(weeks.length);
    expect((await counts()).slice(1)).toEqual(weeks.slice(1).map((w) => `${w.recordings - w.held}${w.held}`));
    await expectAccessibleInBoth(page);
    await page.getByText("As a table").click();
    await shot(page, "desk-recordings-erasures");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "desk-recordings-erasures-dark");
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize({ width: 480, height: 800 });
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "desk-recordings-erasures-narrow");
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});

describe("policy keeps recordings longer", () => {
  const question = () => get<RetentionQuestion>("/v1/recordings/retention");
  /** Changes the role of the browser's person. */
  async function become(role: "admin" | "manager"): Promise<void> {
    const { people } = await get<PeopleAnswer>("/v1/people");
    const bea = people.find(({ name }) => name === "Bea Boss")!;
    await call(own.worker.url, own.admin, "PATCH", `/v1/people/${bea.id}`, { role });
  }
  async function saveMonths(months: number) {
    const { policy, version } = await get<PolicyAnswer>("/v1/policy");
    const next = { ...policy, recording: { ...policy.recording, retentionMonths: months } };
    const body = { policy: next, why: "The regulator wants it" };
    await call(own.worker.url, own.admin, "PUT", "/v1/policy", body, { "if-match": `"${version}"` });
    const page = await open(own.browser, "#/policy/proposals");
    await page.getByText("“The regulator wants it”").waitFor();
    await button("Approve").click();
    await dialog().getByText(`Policy keeps recordings for ${months} months now.`).waitFor();
    return page;
  }

  it("right after the approval it is asked whether existing ones follow; unless somebody says so they do not", async () => {
    await importAll([
      recording({
        startedAt: `${daysAgo(5)}T10:00:00Z`,
        storage: { kind: "s3", key: "old/shorter" },
      }),
    ]);
    const id = await arrive({ number: "+442079460777" });
    const { eraseAfter } = await one(id);
    let page = await saveMonths(24);
    const { later, now } = await question();
    expect(now!.last).toBe(eraseAfter);
    await dialog()
      .getByText(new RegExp(`${later} recordings came under a shorter time: they go between`))
      .waitFor();
    await expect.poll(() => dialog().getByLabel("They keep their days").isChecked()).toBe(true);
    await expectNamed(button("Answer", dialog()), "Fill this in.");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-longer-dialog");
    await button("Answer later", dialog()).click();

    // The question is on the overview, and on the tab of erasures.
    page = await open(own.browser, "#/");
    await page.locator('[data-todo="recordings.lengthened"]').getByRole("link").click();
    await page.getByRole("region", { name: "Do existing recordings follow?" }).waitFor();
    await page.getByLabel("Reason").fill("They were told twelve months");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-longer");
    await button("Answer").click();
    await said("They keep their days.");
    await page.locator('[data-alarm="lengthened"]').waitFor({ state: "detached" });
    await expect
      .poll(() => page.getByRole("region", { name: "Do existing recordings follow?" }).count())
      .toBe(0);
    expect(await get<RecordingsState>("/v1/recordings/state")).toMatchObject({ lengthened: 0 });
    expect((await one(id)).eraseAfter).toBe(eraseAfter);
    expect((await get<AuditAnswer>("/v1/audit?code=recording.days-stay")).rows).toMatchObject([
      { actorName: "Bea Boss", payload: { months: 24, later, why: "They were told twelve months" } },
    ]);

    // A manager sees who may answer.
    await savePolicy({ retentionMonths: 36 });
    await become("manager");
    page = await open(own.browser, "#/recordings/erasures");
    const follow = page.getByRole("region", { name: "Do existing recordings follow?" });
    await follow.getByText("An administrator answers: Ada Admin.").waitFor();
    await expect.poll(() => follow.getByRole("radio").count()).toBe(0);
    await become("admin");
    page = await open(own.browser, "#/recordings/erasures");
    await page.getByLabel("They follow, and are kept longer").check();
    await page.getByLabel("Reason").fill("The claims are open");
    await button("Answer").click();
    await said(`${later} recordings are kept longer.`);
    const years = (day: string) => Number(day.slice(0, 4));
    expect(years((await one(id)).eraseAfter)).toBe(years(eraseAfter) + 2);
  });
});
