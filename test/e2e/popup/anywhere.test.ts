/** A number that is asked about outside the pages that are turned on: by selecting a text, and in the address bar. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, type Launched } from "../kit/harness.ts";

// Tests cannot reach Chrome's own menus and address bar, so they dispatch the events that these would send.
interface Dispatched {
  dispatch: (...args: unknown[]) => void;
}

let browser: Launched;
beforeAll(async () => {
  browser = await launch({ sites: [] });
  // Playwright has no page for the popup under the button (extension.test.ts tests it), so a window opens instead.
  await browser.worker.evaluate(() => {
    chrome.action.openPopup = () => Promise.reject(new Error("No window has the focus"));
  });
});
afterAll(() => browser.close());

describe("asking anywhere", () => {
  it("a selected text opens the popup, with its number checked", async () => {
    const opened = browser.context.waitForEvent("page");
    await browser.worker.evaluate(async () => {
      // Fails if there is no such entry.
      await chrome.contextMenus.update("ask-number", { enabled: true });
      (chrome.contextMenus.onClicked as unknown as Dispatched).dispatch(
        { menuItemId: "ask-number", selectionText: " Ring Ada on 0113 496 0010 " },
        {},
      );
    });
    const popup = await opened;
    await popup.locator('.result[data-verdict="blocked"]').waitFor();
    await expect
      .poll(() => popup.getByLabel("Check a number").inputValue())
      .toBe("Ring Ada on 0113 496 0010");
    await expect.poll(() => popup.locator(".result").innerText()).toContain("+44 113 496 0010");
    await popup.close();
  });

  it("the address bar says the verdict while a number is typed, and opens the popup for more", async () => {
    const said = browser.worker.evaluate(
      () =>
        new Promise<string>((done) => {
          chrome.omnibox.setDefaultSuggestion = ({ description }) => {
            done(description);
            return Promise.resolve();
          };
          (chrome.omnibox.onInputChanged as unknown as Dispatched).dispatch("0113 496 0001", () => undefined);
        }),
    );
    expect(await said).toMatch(/^\+44 113 496 0001: No bar found: TPS and CTPS as of/);
    const opened = browser.context.waitForEvent("page");
    await browser.worker.evaluate(() =>
      (chrome.omnibox.onInputEntered as unknown as Dispatched).dispatch("0113 496 0001", "currentTab"),
    );
    const popup = await opened;
    await popup.locator('.result[data-verdict="clear"]').waitFor();
  });
});
