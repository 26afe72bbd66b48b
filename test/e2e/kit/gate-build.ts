/** A build to which Chrome has granted what the browser's gate asks for: no person can answer in a test or a bench. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { grantedCopy } from "../../../scripts/lib/browser.ts";

/** In the folder `to`; `origins`: those of sites. `but`: what Chrome has not granted. */
export function gateBuild(build: string, to: string, origins: string[], but: readonly string[] = []): string {
  const made = grantedCopy(build, to, origins);
  const file = join(made, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
  const all = [...manifest["permissions"]!, ...manifest["optional_permissions"]!];
  const permissions = all.filter((permission) => !but.includes(permission));
  writeFileSync(file, JSON.stringify({ ...manifest, permissions, optional_permissions: but }));
  return made;
}
