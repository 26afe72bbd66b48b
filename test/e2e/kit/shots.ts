/** Pictures of our screens, in build/shots, on request: `SHOTS=1 npm test -- desk`. No test compares them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { at } from "../../../scripts/lib/paths.ts";

/** `name` becomes `build/shots/NAME.png`, if pictures were requested. */
export async function shot(page: Page, name: string): Promise<void> {
  if (!process.env["SHOTS"]) return;
  const folder = at("build/shots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
