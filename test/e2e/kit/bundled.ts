/** The Worker's bundle, for the Workers that tests start, if `npm test` has not made it already. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAssets, bundleOnce, isBundled } from "../../../scripts/lib/worker.ts";

export default async function setup(): Promise<(() => void) | undefined> {
  if (isBundled()) return;
  // The Worker's configuration names this folder, and a fresh clone does not have it.
  buildAssets();
  const folder = mkdtempSync(join(tmpdir(), "cleardial-bundle-"));
  await bundleOnce(folder);
  return () => rmSync(folder, { recursive: true });
}
