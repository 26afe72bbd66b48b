/**
 * `npm run package`: zips the extension's production build for the Chrome Web Store and Edge Add-ons, and prints its
 * SHA-256. The same sources give the same bytes on every machine.
 *
 *   npm run package                        # build/cleardial-0.1.0-dev.zip, marked as a development build
 *   npm run package -- --release v0.1.0    # build/cleardial-0.1.0.zip; the tag must be package.json's version
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildExtension } from "./build.ts";
import { at } from "./lib/paths.ts";
import { main, Plain } from "./lib/processes.ts";
import { storeManifest } from "./lib/store-manifest.ts";
import { zipOf } from "./lib/zip.ts";

await main(async () => {
  const { release } = parseArgs({ options: { release: { type: "string" } } }).values;
  const { version } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { version: string };
  if (release !== undefined && release !== `v${version}`)
    throw new Plain(`The tag is ${release}, but package.json says ${version}: it should be v${version}.`);

  const { directory } = await buildExtension();
  const built = readFileSync(join(directory, "manifest.json"), "utf8");
  const zip = await zipOf(directory, { "manifest.json": storeManifest(built, release !== undefined) });
  const name = `cleardial-${version}${release === undefined ? "-dev" : ""}.zip`;
  const sum = createHash("sha256").update(zip).digest("hex");
  writeFileSync(at("build", name), zip);
  writeFileSync(at("build", `${name}.sha256`), `${sum}  ${name}\n`);
  console.log(`build/${name}: ${Math.ceil(zip.length / 1000)} kB\n${sum}`);
});
