/**
 * The Worker from its bundle, in one workerd: what the tests start. `wrangler dev` puts a Worker of its own before ours, to
 * exchange ours whenever the sources change: that doubles what a start costs, and takes four times as long a request.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import type { Unstable_MiniflareWorkerOptions } from "wrangler";
import { root } from "./lib/paths.ts";
import { main, onEnd } from "./lib/processes.ts";

/** What lib/worker.ts tells it, as its only argument. */
export interface BundledWorker {
  port: number;
  stateDir: string;
  /** The bundle, with `options.json` beside it: wrangler.toml as Miniflare wants it. */
  script: string;
  /** Files of variables; a later one counts. */
  envFiles: string[];
}

await main(async () => {
  const { port, stateDir, script, envFiles } = JSON.parse(process.argv[2] ?? "") as BundledWorker;
  const folder = dirname(script);
  const options = JSON.parse(
    readFileSync(join(folder, "options.json"), "utf8"),
  ) as Unstable_MiniflareWorkerOptions["workerOptions"];
  const own = options.bindings as Record<string, string>;
  const files = envFiles.map((file) => parseEnv(readFileSync(file, "utf8")) as Record<string, string>);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      rootPath: root,
      resourcePersistencePath: join(stateDir, "v3"),
      resourceTmpPath: join(stateDir, "tmp"),
      unsafeTriggerHandlers: true,
      // Mails that were sent can be read there.
      unsafeLocalExplorer: true,
      logRequests: false,
      handleStructuredLogs: ({ level, message }) => console.log(`${level}: ${message}`),
      workers: [
        {
          ...options,
          bindings: Object.fromEntries([own, ...files].flatMap((vars) => Object.entries(vars))),
          modulesRoot: folder,
          modules: [{ type: "ESModule", path: script }],
        },
      ],
    }),
  );
  onEnd(() => miniflare.dispose());
  await miniflare.ready;
});
