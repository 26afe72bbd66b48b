/** A build for tests of the browser's gate. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { grantedCopy } from "../../../scripts/lib/browser.ts";

/**
 * A build, in this folder, to which Chrome has granted what the gate asks for: no person can answer here. `but`: what it
 * has not granted.
 */
export function withGate(folder: string, but: readonly string[] = []): string {
  const made = grantedCopy(inject("e2e").build, join(folder, ["extension", ...but].join("-")), [
    "http://localhost/*",
  ]);
  const file = join(made, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
  const all = [...manifest["permissions"]!, ...manifest["optional_permissions"]!];
  const permissions = all.filter((permission) => !but.includes(permission));
  writeFileSync(file, JSON.stringify({ ...manifest, permissions, optional_permissions: but }));
  return made;
}
