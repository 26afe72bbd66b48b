/**
 * `npm run package`: makes what a release consists of, in build/release: the extension's zip for the Chrome Web Store and
 * Edge Add-ons, the Worker's zip, the bill of materials of both, and their SHA-256, signed if a key is given. The same
 * sources give the same bytes on every machine. See docs/verify.md.
 *
 *   npm run package                                        # marked as a development build, unsigned
 *   npm run package -- --release v0.1.0 --key ~/.ssh/key   # the tag must be package.json's version
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildExtension } from "./build.ts";
import { at, whereCalled } from "./lib/paths.ts";
import { main, Plain } from "./lib/processes.ts";
import { writeRelease } from "./lib/release.ts";
import { sbomOf } from "./lib/sbom.ts";
import { storeManifest } from "./lib/store-manifest.ts";
import { buildAssets, bundle } from "./lib/worker.ts";
import { zipOf } from "./lib/zip.ts";

await main(async () => {
  const { release, key } = parseArgs({
    options: { release: { type: "string" }, key: { type: "string" } },
  }).values;
  const { version } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { version: string };
  if (release !== undefined && release !== `v${version}`)
    throw new Plain(`The tag is ${release}, but package.json says ${version}: it should be v${version}.`);

  const { directory } = await buildExtension();
  const built = readFileSync(join(directory, "manifest.json"), "utf8");
  const extension = await zipOf(directory, { "manifest.json": storeManifest(built, release !== undefined) });
  const name = `${version}${release === undefined ? "-dev" : ""}`;
  const said = writeRelease(
    at("build/release"),
    [
      { name: `cleardial-${name}.zip`, bytes: extension },
      { name: `cleardial-worker-${name}.zip`, bytes: await workerZip() },
      { name: `cleardial-${name}.cdx.json`, bytes: await sbomOf(version) },
    ],
    key === undefined ? undefined : resolve(whereCalled(), key),
  );
  console.log(`build/release:\n${said}`);
});

/** What `npm run deploy` uploads: the Worker's script, the files that it serves, and the migrations. */
async function workerZip(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-worker-"));
  try {
    buildAssets();
    const script = await bundle(join(folder, "out"));
    const zipped = join(folder, "zip");
    mkdirSync(zipped);
    cpSync(script, join(zipped, "index.js"));
    cpSync(at("build/assets"), join(zipped, "assets"), { recursive: true });
    cpSync(at("worker/migrations"), join(zipped, "migrations"), { recursive: true });
    return await zipOf(zipped);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
