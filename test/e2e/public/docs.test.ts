/** The Worker's own pages in a browser: they must work under their strict policy. */
import { expect, inject, it } from "vitest";
import { launch } from "../kit/harness.ts";

it("the API is readable at /docs, and an invite's link says what to do; neither breaks its policy", async () => {
  const { workerUrl } = inject("e2e");
  const { page, errors, close } = await launch({ sites: [], joined: null });
  try {
    await page.goto(`${workerUrl}/docs`);
    await page.getByText("/v1/check").first().waitFor();
    await page.getByText("/v1/check").first().click();
    await page.getByText("in input order").first().waitFor();
    await page.goto(`${workerUrl}/join#code=cdi_example`);
    await page.getByRole("heading", { name: "Join ClearDial" }).waitFor();
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
});
