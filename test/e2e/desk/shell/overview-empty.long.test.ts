/** The overview of a company where nothing is yet: each role reads what to do first, and nothing shows as loading before 300 ms. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { addPerson, invite } from "../../../../scripts/lib/seed.ts";
import { joinTeam } from "../../../../scripts/lib/browser.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { launch, type Launched } from "../../kit/harness.ts";
import { shot } from "../../kit/shots.ts";
import { answering, open } from "../kit.ts";
import { own, withOwnWorker } from "../own-worker.ts";

withOwnWorker();
const roles = ["manager", "compliance", "admin"] as const;
const browsers = {} as Record<(typeof roles)[number], Launched>;
beforeAll(async () => {
  for (const role of ["manager", "compliance"] as const) {
    const who = { name: `The ${role}`, email: `${role}@example.com`, role };
    await addPerson(own.worker.url, own.admin, who);
    browsers[role] = await launch({ joined: null, sites: [] });
    await joinTeam(browsers[role].own, own.worker.url, await invite(own.worker.url, own.admin, who));
  }
  browsers.admin = own.browser;
});
afterAll(() => Promise.all([browsers.manager?.close(), browsers.compliance?.close()]));

it.each(roles)("the %s reads what to do first, and of each figure why it is empty", async (role) => {
  const page = await open(browsers[role], "#/");
  const todos = page.locator("[data-todo]");
  await expect.poll(() => todos.count()).toBeGreaterThan(0);
  // Each says whose it is, or leads there.
  // Each leads to where it is put right, or says whose it is.
  const wrong = () =>
    todos.evaluateAll((all) =>
      all
        .filter((todo) => {
          const link = todo.querySelector("a");
          const isTheirs = link?.textContent === "See it";
          return (
            !link?.hash.startsWith("#/") || isTheirs !== todo.textContent.includes("for a colleague who is")
          );
        })
        .map((todo) => todo.textContent),
    );
  await expect.poll(wrong).toEqual([]);
  for (const empty of ["No call in this time", "No call was held", "No request waits for a decision"])
    await page.getByText(empty, { exact: true }).waitFor();
  await page.getByText("Calls show here once somebody dials on a page that ClearDial watches.").waitFor();
  await expectAccessibleInBoth(page);
  await shot(page, `desk-overview-empty-${role}`);
});

it("what loads is out of sight for 300 milliseconds, and is shown then", async () => {
  // An answer that never comes.
  const page = await answering(browsers.admin, {});
  await page.addInitScript(() => {
    const real = chrome.runtime.sendMessage.bind<(message: unknown) => Promise<unknown>>(chrome.runtime);
    Object.assign(chrome.runtime, {
      sendMessage: (message: { path?: string }) =>
        message.path?.startsWith("/v1/people") ? new Promise(() => undefined) : real(message),
    });
  });
  await page.goto(`chrome-extension://${browsers.admin.extensionId}/tabs/desk.html#/people`);
  const loading = page.locator("main .desk-loading").first();
  await loading.waitFor({ state: "attached" });
  // As the style has it: when a machine is busy, no clock of a test can tell.
  const style = () =>
    loading.evaluate((shown) => {
      const { animationName, animationDelay, animationFillMode } = getComputedStyle(shown);
      return [animationName, animationDelay, animationFillMode];
    });
  await expect.poll(style).toEqual(["desk-appear", "0.3s", "both"]);
  await loading.waitFor({ state: "visible" });
  await page.close();
});
