/** The Worker's own pages in a browser: they must work under their strict policy. */
import { expect, inject, it } from "vitest";
import { launch } from "../kit/harness.ts";

it("the API is readable at /docs, and an invite's link says what to do; neither breaks its policy", async () => {
  const { workerUrl } = inject("e2e");
  const { page, errors, close } = await launch({ sites: [], joined: null });
  try {
    await page.goto(`${workerUrl}/docs`);
    await page.getByText("/v1/health").first().waitFor();
    // Swagger UI keeps only the operations near the screen, and codes of problems stand above them.
    const check = page.getByText("/v1/check").first();
    const scrolled = async () => {
      await page.mouse.wheel(0, 700);
      return check.isVisible();
    };
    await expect.poll(scrolled).toBe(true);
    await check.click();
    await page.getByText("in input order").first().waitFor();
    await page.goto(`${workerUrl}/join#code=cdi_example`);
    await page.getByRole("heading", { name: "Join ClearDial" }).waitFor();
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
});
