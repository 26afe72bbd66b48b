/** The overview: what is wrong, and the trail's verification. */
import { afterAll, describe, expect, it } from "vitest";
import { open, policyAsItWas, savePolicy, withBrowsers } from "./kit.ts";

const browsers = withBrowsers("compliance", "admin");
afterAll(policyAsItWas);

describe("overview", () => {
  it("names what is wrong, leads to where it is mended, and forgets it then", async () => {
    let page = await open(browsers.admin, "#/");
    const todo = (id: string) => page.locator(`[data-todo="${id}"]`);
    await todo("identity").getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
    expect(page.url()).toContain("#/policy?at=identity");
    await savePolicy(
      (p) => ({
        ...p,
        identity: { ...p.identity, company: "Brightwater", address: "1 High Street, Leeds" },
      }),
      "Who we are",
    );
    page = await open(browsers.admin, "#/");
    await todo("review").waitFor();
    await expect.poll(() => todo("identity").count()).toBe(0);
  });

  it("verifies the trail, and remembers it", async () => {
    const page = await open(browsers.compliance, "#/");
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText(/Last verified in this browser .*rows hold/).waitFor();
    await open(browsers.compliance, "#/audit");
    await expect.poll(() => page.getByText(/Last verified in this browser/).count()).toBe(1);
  });
});
