/** axe on what we show inside a CRM's page: the card and the modal, in our closed shadow root. */
import type { Result } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { axeSource } from "./axe.ts";

interface Context {
  id: number;
  origin: string;
  auxData?: { type?: string };
}

/**
 * Runs axe on everything in our host, in the extension's own world of the page's top frame, where a closed root can be
 * opened. Fails where `selector` is not in it, as axe would then have checked nothing.
 */
export async function expectAccessibleInside(page: Page, selector: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    const contexts: Context[] = [];
    session.on("Runtime.executionContextCreated", ({ context }) => contexts.push(context as Context));
    await session.send("Runtime.enable");
    const ours = contexts.find(
      ({ origin, auxData }) => auxData?.type === "isolated" && origin.startsWith("chrome-extension://"),
    );
    if (!ours) throw new Error("The extension runs not in this page");
    const run = async (expression: string) => {
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
        contextId: ours.id,
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value as unknown;
    };
    await run(axeSource);
    const { violations, looked } = (await run(`(async () => {
      const host = document.querySelector("cleardial-host");
      const root = chrome.dom.openOrClosedShadowRoot(host);
      if (!root?.querySelector(${JSON.stringify(selector)})) throw new Error("Nothing shows ${selector}");
      // axe looks into open roots only.
      Object.defineProperty(host, "shadowRoot", { value: root, configurable: true });
      try {
        // What surrounds our host is the page's.
        const { violations, passes } = await axe.run({ include: [["cleardial-host"]] }, { rules: { region: { enabled: false } } });
        return { violations, looked: passes.filter((p) => /color-contrast|button-name|label/.test(p.id)).length };
      } finally {
        delete host.shadowRoot;
      }
    })()`)) as { violations: Result[]; looked: number };
    // Axe did look into the root: it checked our buttons.
    expect(looked).toBeGreaterThan(0);
    expect(
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((n) => n.html + n.failureSummary) })),
    ).toEqual([]);
  } finally {
    await session.detach();
  }
}
