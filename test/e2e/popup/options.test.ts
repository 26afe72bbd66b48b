/** The options page before, while and after a person is signed in; and the Worker's pages for the public. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import type { PersonAnswer } from "../../../shared/people/api.ts";
import { expectAccessible } from "../kit/axe.ts";
import { expectNamed, findPerson, overflows, policyNow, savePolicy } from "../desk/kit.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";

const { workerUrl, tokens, pagesUrl } = inject("e2e");

/** Fails where axe finds a fault, in light or in dark, or anything overflows; takes a picture of both. */
async function looksRight(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
    await shot(page, colorScheme === "light" ? name : `${name}-dark`);
  }
  await expect.poll(() => overflows(page)).toBe(false);
}

describe("the options page", () => {
  let stranger: Launched;
  let agent: Launched;
  beforeAll(async () => {
    [stranger, agent] = await Promise.all([
      launch({ joined: null, sites: [] }),
      launch({ joined: "agent", sites: [pagesUrl] }),
    ]);
  });
  afterAll(() => Promise.all([stranger?.close(), agent?.close()]));
  const options = async ({ context, extensionId }: Launched, hash = ""): Promise<Page> => {
    const page = await context.newPage();
    onTestFinished(() => page.close());
    await page.goto(`chrome-extension://${extensionId}/options.html${hash}`);
    await page.getByRole("heading", { name: "Your company's server" }).waitFor();
    return page;
  };

  it("before anybody has joined", async () => {
    const page = await options(stranger);
    const focused = () =>
      page.evaluate(() => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent);
    const softphones = page.getByRole("region", { name: "Softphones in pages" });
    await softphones.getByText("There is nothing to turn on").waitFor();
    const states = () =>
      softphones.locator("li[data-state]").evaluateAll((all) => all.map((li) => li.dataset["state"]));
    expect(new Set(await states())).toEqual(new Set(["no-site"]));
    await expect
      .poll(() => softphones.getByText("Off until a site is on").count())
      .toBe((await states()).length);
    await looksRight(page, "options-not-joined");
    await page.getByLabel("Address").fill("not one");
    const join = page.getByRole("button", { name: "Join", exact: true });
    const test = page.getByRole("button", { name: "Test" });
    await expectNamed(test, "That is not an address.");
    await expect.poll(focused).toBe("Address");
    await looksRight(page, "options-bad-address");
    await expectNamed(join, "Enter the join code from your invite.");
    await expect.poll(focused).toContain("Join code");
    await looksRight(page, "options-no-code");
    // What is wrong with the address is found at joining, too.
    await page.getByLabel("Join code").fill("cdi_any");
    await expectNamed(join, "That is not an address.");
    await page.getByLabel("Address").fill(workerUrl);
    await expectNamed(join, "There is no such invite on that server.");
    await expect.poll(focused).toContain("Join code");
    // It is said once, and until the field is changed.
    await expect.poll(() => page.getByText("There is no such invite").count()).toBe(1);
    await page.getByLabel("Join code").fill("cdi_other");
    await expect.poll(() => page.locator("[aria-invalid=true]").count()).toBe(0);
  });

  it("when what it asked the background is not answered, it says so and goes on", async () => {
    const { context, extensionId } = stranger;
    const page = await context.newPage();
    onTestFinished(() => page.close());
    await page.addInitScript(() => {
      const real = chrome.runtime.sendMessage.bind<(message: unknown) => Promise<unknown>>(chrome.runtime);
      const send = (message: { kind: string }) => {
        if (message.kind === "ui.test")
          return Promise.resolve({ ok: true, url: "x", version: "1", setup: false });
        if (message.kind === "ui.provider") return Promise.resolve({ name: "Example ID" });
        if (message.kind === "ui.signIn" || message.kind === "ui.join")
          return Promise.reject(new Error("The message port closed before a response was received."));
        return real(message);
      };
      Object.assign(chrome.runtime, { sendMessage: send });
    });
    await page.goto(`chrome-extension://${extensionId}/options.html`);
    await page.getByLabel("Address").fill("https://cleardial.example.com");
    await page.getByRole("button", { name: "Test" }).click();
    const buttons = [
      page.getByRole("button", { name: "Sign in with Example ID" }),
      page.getByRole("button", { name: "Join", exact: true }),
    ];
    await page.getByLabel("Join code").fill("cdi_any");
    for (const button of buttons) {
      await button.click();
      await page.getByText("ClearDial did not answer.").waitFor();
      await expect.poll(() => button.isEnabled()).toBe(true);
    }
    await looksRight(page, "options-sign-in");
  });

  it("while one is signed in, with sites and rulings", async () => {
    const ruling = { written: "12 34", ruling: { notNumber: true } };
    await agent.ask({ kind: "page.rule", host: new URL(pagesUrl).host, ...ruling });
    const page = await options(agent);
    await page.getByText("Signed in as The agent, agent").waitFor();
    await page.getByText("1234 is not a phone number").waitFor();
    // On with the site, all of them, and no switch could do more.
    const softphones = page.getByRole("region", { name: "Softphones in pages" });
    const rows = softphones.locator("li[data-state]");
    await expect.poll(() => rows.count()).toBeGreaterThan(3);
    await expect.poll(() => softphones.locator("li[data-state]:not([data-state=on])").count()).toBe(0);
    const says = () => rows.first().innerText();
    await expect.poll(says).toMatch(/On\. (Tried|Never tried) with the vendor's real service/);
    const ofDocuments = () => rows.filter({ hasText: "as the vendor's document says it" }).allInnerTexts();
    await expect.poll(async () => (await ofDocuments()).join()).toMatch(/^Zoom[^]*Dialpad/);
    await expect.poll(() => softphones.locator("button").count()).toBe(0);
    await looksRight(page, "options-joined");
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByRole("button", { name: "Stay" }).waitFor();
    await looksRight(page, "options-leave");
  });

  it("when the server has ended this browser's access", async () => {
    const { id } = (await findPerson("The agent"))!;
    const { devices } = await call<PersonAnswer>(workerUrl, tokens.admin, "GET", `/v1/people/${id}`);
    // The newest one is this browser.
    const mine = devices.reduce((a, b) => (a.createdAt > b.createdAt ? a : b));
    await call(workerUrl, tokens.admin, "DELETE", `/v1/tokens/${mine.id}`);
    await agent.ask({ kind: "ui.check", text: "020 7946 0012" });
    const page = await options(agent);
    await page.getByText("You are signed out.").waitFor();
    await page.getByText("Last signed in as The agent, agent").waitFor();
    await expect.poll(() => page.getByText("takes the place of your present sign-in").count()).toBe(0);
    await looksRight(page, "options-signed-out");
  });
});

describe("the Worker's pages for the public", () => {
  let browser: Launched;
  beforeAll(async () => {
    browser = await launch({ joined: null, sites: [] });
  });
  afterAll(() => browser?.close());
  const open = async (path: string): Promise<Page> => {
    await browser.page.goto(`${workerUrl}${path}`);
    await browser.page.getByRole("heading", { level: 1 }).waitFor();
    return browser.page;
  };

  it("/policy, as ClearDial begins and with every clause that it says", async () => {
    const before = (await policyNow()).policy;
    onTestFinished(async () => void (await savePolicy(() => before, "After the test")));
    await looksRight(await open("/policy"), "public-policy");
    const day: [string, string] = ["09:00", "18:00"];
    await savePolicy(
      (policy) => ({
        ...policy,
        grounds: { ctps: "We call companies about orders that they have placed with us." },
        hours: { GB: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null } },
        holidays: ["GB-ENG", "GB-SCT", "GB-NIR"],
        screening: { ...policy.screening, graceDays: 7 },
        identity: {
          ...policy.identity,
          company: "Example & Sons",
          address: "1 High Street\nLeeds\nLS1 1AA",
          ownNumbers: ["+442079460000"],
          presentationNumber: "+442079460000",
        },
        review: { ...policy.review, lastReviewed: "2026-01-31", by: "Jo Bloggs" },
      }),
      "Everything that the public reads",
    );
    const page = await open(`/policy?fresh=${Date.now()}`);
    await page.getByText("Example & Sons").first().waitFor();
    await looksRight(page, "public-policy-full");
  });

  it("/join, where an invite's link leads", async () => {
    await looksRight(await open("/join#code=cdi_example"), "public-join");
  });

  it("break none of their own rules", () => expect(browser.errors).toEqual([]));
});
