/**
 * `npm run deploy`: deploys the Worker to your Cloudflare account, the first time and every time after. It creates what is
 * missing (the D1 database, R2 buckets, queues and secrets that wrangler.toml and the Worker need), applies migrations,
 * deploys, and says what is next. You can run it again: it creates nothing twice. See docs/deploy.md.
 *
 *   npm run deploy -- --dry-run                                      # builds, measures and says what it would do; needs no account
 *   npm run deploy -- --undo-ahead                                   # takes away what was copied ahead of an upgrade that was given up
 *   npm run deploy -- --name "Ada Admin" --email ada@example.com     # also signs in the first administrator
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildExtension } from "./build.ts";
import { deploy, leaveAhead } from "./lib/deploy.ts";
import { at, whereCalled } from "./lib/paths.ts";
import { main, Plain } from "./lib/processes.ts";
import { buildAssets } from "./lib/worker.ts";
import { wranglerOf } from "./lib/wrangler.ts";

await main(async () => {
  const options = parseArgs({
    options: {
      "dry-run": { type: "boolean", default: false },
      config: { type: "string", default: at("wrangler.toml") },
      name: { type: "string" },
      email: { type: "string" },
      "new-setup-code": { type: "boolean", default: false },
      "new-audit-key": { type: "boolean", default: false },
      /** Deploys nothing, and takes away what a deployment that was given up copied ahead of its migrations. */
      "undo-ahead": { type: "boolean", default: false },
      /** Deploys what is already in build/. */
      "no-build": { type: "boolean", default: false },
    },
  }).values;
  const { name, email } = options;
  if ((name === undefined) !== (email === undefined)) throw new Plain("--name and --email go together.");
  const config = resolve(whereCalled(), options.config);
  const own = { config, wrangler: wranglerOf(config), say: (line: string) => console.log(line) };
  if (options["undo-ahead"]) return leaveAhead(own);
  if (!options["no-build"]) {
    console.log("Building…");
    buildAssets();
    await buildExtension();
  }
  await deploy({
    ...own,
    dryRun: options["dry-run"],
    newSetupCode: options["new-setup-code"],
    newAuditKey: options["new-audit-key"],
    admin: name !== undefined && email !== undefined ? { name, email } : null,
  });
});
