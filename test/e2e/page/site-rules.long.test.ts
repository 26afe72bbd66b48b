/**
 * Each site rule on a page of the site's own host, made of the elements that the rule names. The page's call button
 * dials inside the page, as a softphone does: it has no address, and only its click can be held.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { siteRules } from "../../../extension/page/guard/site-rules.ts";
import { grantedCopy } from "../../../scripts/lib/browser.ts";
import type { Verdict } from "../../../shared/check/api.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, modal, says } from "../kit/modal.ts";

// By the fixtures' rule.
const CLEAR = [1, 2, 4, 5, 7].map((last) => `0121 496 000${last}`);
const BLOCKED = "0121 496 0010";

/** A rule's page: its host, and its markup around a number. The element to click has the id `call`. */
const fixtures: Record<string, { host: string; html: (number: string) => string }> = {
  HubSpot: {
    host: "app.hubspot.com",
    html: (n) =>
      `<div><span data-test-id="phone-number">${n}</span> <button data-test-id="call-button"><i id="call">Call</i></button></div>`,
  },
  "Salesforce Lightning, click-to-dial": {
    host: "northfold.lightning.force.com",
    html: (n) =>
      `<lightning-click-to-dial><a id="call" href="javascript:void(0)">${n}</a></lightning-click-to-dial>`,
  },
  "Dynamics 365, phone field of a form": {
    host: "northfold.crm.dynamics.com",
    html: (n) =>
      `<div><input type="tel" value="${n}"><button id="x.fieldControl-phone-action-icon"><b id="call">Call</b></button></div>`,
  },
  "Zoho CRM": { host: "crm.zoho.eu", html: (n) => `<span id="subvalue_PHONE"><b id="call">${n}</b></span>` },
  Pipedrive: {
    host: "northfold.pipedrive.com",
    html: (n) => `<button data-test="phone-number-button" id="call">${n}</button>`,
  },
};
const origins = Object.values(fixtures).map(({ host }) => `https://${host}`);

let browser: Launched;
const folder = mkdtempSync(join(tmpdir(), "cleardial-rules-"));
beforeAll(async () => {
  const patterns = origins.map((origin) => `${origin}/*`);
  const extension = grantedCopy(inject("e2e").build, join(folder, "extension"), [
    ...patterns,
    "http://127.0.0.1/*",
  ]);
  browser = await launch({ extension, sites: origins });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Opens the rule's page with a number, and clicks its call button, once the number is `known` where that is given. */
async function clickOn(name: string, number: string, known?: Verdict): Promise<() => Promise<number>> {
  const { host, html } = fixtures[name]!;
  const { page } = browser;
  const body = `<!doctype html><title>${name}</title><link rel="icon" href="data:,"><script>
    window.calls = 0;
    addEventListener("click", (event) => event.target.id === "call" && calls++);
  </script>${html(number)}<p>Fax ${number}`;
  await page.route(`https://${host}/**`, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(`https://${host}/contact/1`);
  if (known) await expectVerdicts(page, { [number]: known });
  await page.click("#call");
  return () => page.evaluate(() => (window as unknown as { calls: number }).calls);
}

describe.each(siteRules.map(({ name }, at) => ({ name, clear: CLEAR[at]! })))("$name", ({ name, clear }) => {
  it("holds the call button of a number that is barred, and says which", async () => {
    const calls = await clickOn(name, BLOCKED);
    await says(browser.page, "Do not call");
    await says(browser.page, "+44 121 496 0010");
    expect(await calls()).toBe(0);
    await browser.page.keyboard.press("Escape");
    await closed(browser.page);
    expect(await calls()).toBe(0);
  });
  it("lets a clear one call, once", async () => {
    const calls = await clickOn(name, clear, "clear");
    await expect.poll(calls).toBe(1);
    expect(await modal(browser.page)).toBeNull();
    expect(browser.errors).toEqual([]);
  });
});
