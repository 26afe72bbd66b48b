/**
 * From the link of an invite to the first badge, as a person gets the extension: nothing granted, no site on. ClearDial's button is
 * pressed for real, which alone shows us the page's address.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { invite } from "../../../scripts/lib/seed.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { policyNow, savePolicy } from "../desk/kit.ts";
import { Clicks } from "../kit/clicks.ts";
import { expectVerdicts } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";
import { Extension, serve } from "./extension-kit.ts";

const { workerUrl, tokens } = inject("e2e");
let extension: Extension;
let crm: Awaited<ReturnType<typeof serve>>;
let hostile: Awaited<ReturnType<typeof serve>>;
let site = "";
let before: Policy;
/** What the hostile server was asked. */
const asked: string[] = [];

beforeAll(async () => {
  [extension, crm, hostile] = await Promise.all([
    Extension.open(),
    serve((_, answer) => {
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      answer.end("<!doctype html><title>CRM</title><p>+44 114 496 0061");
    }),
    serve((request, answer) => {
      asked.push(request.url ?? "");
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      answer.end("<!doctype html><title>Join</title>");
    }),
  ]);
  site = `http://localhost:${crm.port}`;
  before = (await policyNow()).policy;
  await savePolicy((policy) => ({ ...policy, sites: [site] }), "Our CRM");
});
afterAll(async () => {
  await extension?.close();
  crm?.close();
  hostile?.close();
  await savePolicy(() => before, "After the test");
});

const invited = async (name: string, email: string): Promise<string> =>
  `${workerUrl}/join#code=${await invite(workerUrl, tokens.admin, { name, email, role: "agent" })}`;
/** Presses the button over an invite's page: its address may be another before we can look. */
const press = (page: Page) => extension.press(page).catch(() => 0);
async function onLink(link: string): Promise<Page> {
  const page = await extension.context.newPage();
  await page.goto(link);
  return page;
}

it("an invite that does not work says so at its field, and nobody has joined", async () => {
  const page = await onLink(`${workerUrl}/join#code=cdi_of-nobody`);
  await press(page);
  await page.waitForURL(/welcome\.html/);
  await page.getByText("There is no such invite on that server.").waitFor();
  await expect.poll(() => page.getByLabel("Join code").inputValue()).toBe("cdi_of-nobody");
  await expect.poll(() => page.getByLabel("Address").inputValue()).toBe(workerUrl);
  await expect.poll(() => page.getByLabel("Join code").getAttribute("aria-invalid")).toBe("true");
  await page.close();
});

it("what no press took joins nothing: an address may come from anybody", async () => {
  const at = `http://localhost:${hostile.port}`;
  const page = await onLink("about:blank");
  await page.goto(
    `chrome-extension://${extension.id}/tabs/welcome.html#${new URLSearchParams({ url: at, code: "cdi_theirs" })}`,
  );
  await expect.poll(() => page.getByLabel("Join code").inputValue()).toBe("cdi_theirs");
  await page.waitForTimeout(1000);
  expect(asked).toEqual([]);
  await page.close();
});

it("job: from an invite's link to the first badge in three clicks, of which ClearDial's button is the first", async () => {
  const page = await onLink(await invited("Ivo Invited", "ivo@example.com"));
  await page.getByText("Click the ClearDial icon beside the browser's address bar.").waitFor();
  await shot(page, "invite-page");
  const clicks = new Clicks();
  clicks.count++;
  await press(page);
  await page.waitForURL(/welcome\.html/);
  // It joins by itself; the code is in no address that the browser keeps.
  await page.getByText(`You are signed in as Ivo Invited, agent, at ${new URL(workerUrl).host}.`).waitFor();
  expect(page.url()).not.toContain("cdi_");
  await shot(page, "invite-joined");
  // Chrome's own question is answered beforehand: nobody is at its prompt.
  await extension.agreeTo(site);
  await clicks.on(page.getByRole("button", { name: "Turn on, and open your CRM" }));
  const opened = () => extension.context.pages().find((one) => one.url() === `${site}/`);
  await expect.poll(opened).toBeDefined();
  await opened()!.bringToFront();
  await expectVerdicts(opened()!, { "+44 114 496 0061": "caution" });
  expect(clicks.count).toBeLessThanOrEqual(3);
  // It ends with the way to the CRM.
  await page.bringToFront();
  await page.getByRole("button", { name: "Open your CRM", exact: true }).waitFor();
  await page.close();
});

it("in a browser that has joined, a press takes nothing: another server or person is for its options", async () => {
  const link = await invited("Somebody Else", "else@example.com");
  const page = await onLink(link);
  await extension.press(page);
  const popup = await extension.pressed();
  await expect
    .poll(() => popup.read("document.querySelector('.who')?.textContent ?? ''"))
    .toContain("Ivo Invited");
  expect(page.url()).toBe(link);
  // Chrome makes the window of a popup as wide as its content asks.
  expect(await popup.read("innerWidth")).toBeGreaterThanOrEqual(360);
});
