/** Pictures of our screens, in build/shots, so that a person can look. Nothing is compared with them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { at } from "../../scripts/lib/paths.ts";

/** `name` becomes `build/shots/NAME.png`. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = at("build/shots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
