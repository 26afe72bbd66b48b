/** A data subject in a browser and an officer by the API: from the public form to the copy, and to a refusal. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RequestAnswer } from "../../../shared/privacy-requests/api.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { addIntegration, addPerson, call, daysAgo, hoursAgo, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-requests-"));
const NUMBER = "+442079460958";
const CALLED = hoursAgo(2);
let worker: RunningWorker;
let browser: Launched;
let officer: string;
let recording: string;

/** The mails that a mail service was handed. */
const post: { to: string[]; subject: string; text: string }[] = [];
const service = createServer((request, answer) => {
  let body = "";
  request.on("data", (data: Buffer) => (body += data.toString()));
  request.on("end", () => {
    post.push(JSON.parse(body) as (typeof post)[number]);
    answer.end("{}");
  });
});
const mailService = () =>
  new Promise<string>((listening) =>
    service.listen(0, "127.0.0.1", () => {
      listening(`http://127.0.0.1:${(service.address() as AddressInfo).port}/emails`);
    }),
  );

beforeAll(async () => {
  [worker, browser] = await Promise.all([
    startWorker({
      port: await freePort(),
      stateDir: join(dir, "state"),
      setupCode: "the-code",
      vars: {
        MAIL_FROM: "ClearDial <dial@example.com>",
        MAIL_URL: await mailService(),
        MAIL_TOKEN: "secret",
      },
    }),
    launch({ sites: [], joined: null }),
  ]);
  const admin = await setUp(worker.url, "the-code", { name: "Ada", email: "ada@example.com" });
  officer = await addPerson(worker.url, admin, { name: "Cy", email: "cy@example.com", role: "compliance" });
  const dialler = await addIntegration(worker.url, admin);
  ({ id: recording } = await call<{ id: string }>(worker.url, dialler, "POST", "/v1/recordings", {
    ...{ provider: "dialler", providerId: "call-1", number: NUMBER, direction: "outbound", seconds: 10 },
    ...{ startedAt: CALLED, storage: { kind: "r2" }, announced: true, purpose: "quality" },
  }));
  const put = await fetch(`${worker.url}/v1/recordings/${recording}/audio`, {
    method: "PUT",
    headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/mpeg" },
    body: "sounds of a call",
  });
  expect(put.status).toBe(200);
});
afterAll(async () => {
  await browser.close();
  await worker.stop();
  service.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

/** Takes a step as the officer. */
const step = (id: string, path: string, body: unknown = {}) =>
  call(worker.url, officer, "POST", `/v1/requests/${id}/${path}`, body);
/** Closes it once the letter's mail, which is sent behind the answer, has gone. */
const closed = (id: string) =>
  expect
    .poll(() =>
      step(id, "close").then(
        () => "closed",
        (error: unknown) => String(error),
      ),
    )
    .toBe("closed");
const draft = async (id: string, kind: string) =>
  (await call<{ text: string }>(worker.url, officer, "GET", `/v1/requests/${id}/letters/${kind}`)).text;
const details = (id: string) => call<RequestAnswer>(worker.url, officer, "GET", `/v1/requests/${id}`);

/** The newest link that was mailed to an address, once it has had so many mails. */
async function mailed(to: string, mails: number): Promise<string> {
  const own = () => post.filter((mail) => mail.to.includes(to));
  await expect.poll(() => own().length).toBeGreaterThanOrEqual(mails);
  return /\S+\/privacy-request\/\S+/.exec(own().at(-1)!.text)![0];
}

/** Fills in the form by its labels, and returns the reference that the page shows. */
async function ask(page: Page, kind: string, email: string, clicks = new Clicks()): Promise<string> {
  await page.goto(`${worker.url}/privacy-request`);
  await clicks.on(page.getByLabel(kind));
  await page.getByLabel("Your name").fill("Dora Data");
  await page.getByLabel("Your e-mail address").fill(email);
  await page.getByLabel("The telephone number").fill("020 7946 0958");
  const day = daysAgo(0, Date.parse(CALLED));
  await page.getByLabel("Day of the call").fill(day.split("-").toReversed().join("/"));
  const inLondon = { timeStyle: "short", timeZone: "Europe/London" } as const;
  await page.getByLabel("About what time").fill(new Date(CALLED).toLocaleTimeString("en-GB", inLondon));
  const sent = page.getByText("Your reference is");
  const again = page.getByText("Please press “Send” once more");
  await clicks.on(page.getByRole("button", { name: "Send" }));
  await sent.or(again).first().waitFor();
  // A form that is sent within a second comes back, filled in as it was, to be sent once more.
  if (await again.isVisible()) {
    await pause(1100);
    await page.getByRole("button", { name: "Send" }).click();
    await sent.waitFor();
  }
  return /is (\S+)\./.exec((await sent.textContent()) ?? "")![1]!;
}
async function idOf(reference: string): Promise<string> {
  const queue = await call<{ requests: { id: string; reference: string }[] }>(
    worker.url,
    officer,
    "GET",
    "/v1/requests",
  );
  return queue.requests.find((r) => r.reference === reference)!.id;
}

it("job: ask for a copy by the public form, which runs no script, and download it, in six clicks", async () => {
  const { page, errors } = browser;
  await page.goto(`${worker.url}/privacy-request`);
  await expect.poll(() => page.locator("script").count()).toBe(0);
  await expectAccessibleInBoth(page);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").waitFor();
  await expectAccessibleInBoth(page);
  const email = "dora@example.com";
  const clicks = new Clicks();
  const reference = await ask(page, "A copy of recordings or data", email, clicks);
  await expectAccessibleInBoth(page);

  const id = await idOf(reference);
  // A link in a mail is a click as well.
  await clicks.does(async () => page.goto(await mailed(email, 1)));
  await clicks.on(page.getByRole("button", { name: "This address is mine" }));
  await page.getByText("Address confirmed").waitFor();
  await step(id, "identity", { step: "clear", how: "wrote from the address on file" });
  await step(id, "match");
  const { items } = await details(id);
  expect(items).toMatchObject([{ kind: "recording", ref: recording }]);
  await step(id, "items", { items: [{ id: items[0]!.id, verdict: "confirmed" }] });
  await step(id, "decide", { decision: "comply" });
  await step(id, "export");
  await step(id, "letters", { kind: "decision", text: await draft(id, "decision"), how: "mail" });
  await closed(id);

  await clicks.does(async () => page.goto(await mailed(email, 5)));
  await page.getByText("We have put together a copy of your data").waitFor();
  await expectAccessibleInBoth(page);
  const download = page.waitForEvent("download");
  await clicks.on(page.getByRole("link", { name: "Download your copy" }));
  expect(clicks.count).toBe(6);
  const zip = readFileSync(await (await download).path());
  for (const part of ["index.html", "data.json", "recordings/001.mp3", "sounds of a call", NUMBER])
    expect(zip.includes(part), part).toBe(true);
  // A form that lacks something is answered with a 422, which the browser logs.
  expect(errors.filter((error) => !error.includes("422"))).toEqual([]);
});

it("job: see how far a request is without its link, by reference and a code from the mail, in three clicks", async () => {
  const { page } = browser;
  const email = "cody@example.com";
  const reference = await ask(page, "A copy of recordings or data", email);
  await page.goto(await mailed(email, 1));
  await page.getByRole("button", { name: "This address is mine" }).click();
  await page.getByText("Address confirmed").waitFor();
  await page.goto(`${worker.url}/privacy-request`);
  const clicks = new Clicks();
  await clicks.on(page.getByRole("link", { name: "You have asked us already? See how far it is" }));
  await page.getByRole("heading", { name: "How far is my request?" }).waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, "status-asks");
  await page.getByLabel("Your reference").fill(reference);
  await page.getByLabel("Your e-mail address").fill(email);
  await clicks.on(page.getByRole("button", { name: "Send me a code" }));
  await page.getByText("If there is such a request").waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, "status-waits");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "status-waits-dark");
  await page.emulateMedia({ colorScheme: null });
  const code = () =>
    post
      .filter(({ to }) => to.includes(email))
      .flatMap(({ text }) => /code is (\w{4}-\w{4})/.exec(text)?.[1] ?? [])[0];
  await expect.poll(code).toBeDefined();
  await page.getByLabel("The code from the mail").fill(code()!);
  await clicks.on(page.getByRole("button", { name: "Show my request" }));
  await page.getByRole("heading", { name: `Request ${reference}` }).waitFor();
  await page.getByText("We look into it.").waitFor();
  expect(clicks.count).toBe(3);
  // Neither letters nor steps are behind it.
  await expect.poll(() => page.getByRole("button").count()).toBe(0);
});

it("erasure: refused, with the letter and the authority's notice, and closed with both alone", async () => {
  const { page } = browser;
  const email = "dan@example.com";
  const reference = await ask(page, "Erasure of recordings or data", email);
  const id = await idOf(reference);
  await page.goto(await mailed(email, 1));
  await page.getByRole("button", { name: "This address is mine" }).click();
  const reasons = "The recording is evidence in a claim that is before the court.";
  await step(id, "decide", { decision: "deny", ground: "protection", reasons });
  await expect(step(id, "close")).rejects.toThrow();
  await step(id, "letters", { kind: "decision", text: await draft(id, "decision"), how: "mail" });
  await expect(step(id, "close")).rejects.toThrow();
  const notice = await draft(id, "authority");
  expect(notice).toContain(reasons);
  expect(notice).not.toMatch(/Dora|7946/);
  await step(id, "letters", { kind: "authority", text: notice, how: "form" });
  await closed(id);
  await page.goto(await mailed(email, 3));
  await page.getByText(reasons).waitFor();
  await page.getByText("It is closed.").waitFor();
  expect((await details(id)).request).toMatchObject({ state: "closed", decision: "deny" });
  expect(await call(worker.url, officer, "GET", `/v1/recordings/${recording}`)).toMatchObject({
    state: "kept",
  });
});
