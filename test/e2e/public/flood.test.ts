/** The public form in a flood, by a person's browser: with scripts, without, and with one that cannot work it out. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../../scripts/lib/ports.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-flood-"));
let worker: RunningWorker;
let browser: Launched;
let admin: string;

beforeAll(async () => {
  [worker, browser] = await Promise.all([
    startWorker({ port: await freePort(), stateDir: join(dir, "state"), setupCode: "the-code" }),
    launch({ sites: [], joined: null }),
  ]);
  admin = await setUp(worker.url, "the-code", { name: "Ada", email: "ada@example.com" });
  const { formAt } = await call<{ formAt: string }>(worker.url, null, "GET", "/v1/requests/form");
  await pause(1100);
  const sent = await Promise.all(
    Array.from({ length: 32 }, (_, n) =>
      fetch(`${worker.url}/v1/requests`, {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": `198.51.100.${n}` },
        body: JSON.stringify({
          ...{ kind: "objection", name: "Flood", number: `+4420794600${String(n + 10)}`, formAt },
        }),
      }),
    ),
  );
  expect(sent.filter(({ status }) => status === 428)).toHaveLength(2);
});
afterAll(async () => {
  await browser.close();
  await worker.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

const NAME = 'Dora "D" Data';
async function fillIn(page: Page): Promise<void> {
  await page.goto(`${worker.url}/privacy-request`);
  await page.getByLabel("No more calls to my number").check();
  await page.getByLabel("Your name").fill(NAME);
  await page.getByLabel("The telephone number").fill("020 7946 0958");
  await page.getByLabel("Anything else").fill("Please <stop>.");
  // A form that is sent within a second has to be sent once more.
  await pause(1100);
}
const stored = async () =>
  (await call<{ requests: { name: string }[] }>(worker.url, admin, "GET", "/v1/requests")).requests.filter(
    ({ name }) => name === NAME,
  ).length;
/** The page says that nothing was sent, and has all that was written. */
async function expectNotSent(page: Page): Promise<void> {
  await page.getByText("Your request has not reached us yet.").waitFor();
  await page.getByText("You can also make this request").waitFor();
  await expect.poll(() => page.getByText("One moment.").isVisible()).toBe(false);
  await expect.poll(() => page.title()).toContain("Not sent yet");
  await expect.poll(() => page.getByRole("button", { name: "Send" }).isEnabled()).toBe(true);
  await expect.poll(() => page.getByLabel("Your name").inputValue()).toBe(NAME);
  await expect.poll(() => page.getByLabel("Anything else").inputValue()).toBe("Please <stop>.");
  await expect.poll(() => page.getByLabel("No more calls to my number").isChecked()).toBe(true);
  await expect.poll(() => page.getByText("Your reference is").count()).toBe(0);
}

it("goes through with one press of “Send”: the browser works it out and sends by itself", async () => {
  const { page, errors } = browser;
  const answers: number[] = [];
  page.on("response", (answer) => {
    if (answer.request().method() === "POST") answers.push(answer.status());
  });
  // What it works out waits until it was looked at.
  await page.addInitScript(() => {
    const subtle = crypto.subtle;
    const real = subtle.importKey.bind(subtle);
    const looked = new Promise((done) => Object.assign(globalThis, { looked: done }));
    subtle.importKey = (async (...all: Parameters<typeof real>) => {
      await looked;
      return real(...all);
    }) as typeof real;
  });
  await fillIn(page);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("status").getByText("One moment.").waitFor();
  const button = page.getByRole("button", { name: "Send" });
  await expect.poll(() => button.isDisabled()).toBe(true);
  await expect.poll(() => page.title()).toContain("One moment");
  await expect.poll(() => page.getByText("has not reached us yet").count()).toBe(0);
  // Who comes back to it may press again.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await page.getByRole("status").getByText("has not reached us yet").waitFor();
  await expect.poll(() => button.isEnabled()).toBe(true);
  await page.evaluate(() => (globalThis as unknown as { looked: () => void }).looked());
  await page.getByText("Your reference is").waitFor();
  await expect.poll(() => answers).toEqual([428, 303]);
  expect(await stored()).toBe(1);
  expect(errors.filter((error) => !error.includes("428"))).toEqual([]);
});

it("without scripts says that nothing was sent, and how else to ask; what was written stays", async () => {
  const page = await browser.context.newPage();
  const session = await browser.context.newCDPSession(page);
  await session.send("Emulation.setScriptExecutionDisabled", { value: true });
  const before = await stored();
  await fillIn(page);
  await page.getByRole("button", { name: "Send" }).click();
  await expectNotSent(page);
  await shot(page, "flood-no-scripts");
  await page.getByRole("button", { name: "Send" }).click();
  await expectNotSent(page);
  expect(await stored()).toBe(before);
  await page.close();
});

it("says the same where the browser cannot work it out, and is accessible", async () => {
  const page = await browser.context.newPage();
  await page.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  const before = await stored();
  await fillIn(page);
  await page.getByRole("button", { name: "Send" }).click();
  await expectNotSent(page);
  await expectAccessibleInBoth(page);
  expect(await stored()).toBe(before);
  await page.close();
});
