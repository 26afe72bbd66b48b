/**
 * What really dials: Chromium hands an address that it does not know itself to the system's `xdg-open`. This one writes
 * down what it gets.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { schemes } from "../../../shared/dials/schemes.ts";
import { sites } from "../../../shared/dials/sites.ts";
import { isRoot } from "../../../scripts/lib/chromium.ts";
import { DEBIANS, EXTENSION_ID, policiesPossible, underPolicy } from "./under-policy.ts";

export interface Dialler {
  /** A Chromium that dials with it without asking anybody. */
  executablePath: string;
  /** Chats are web pages: a navigation to one counts as a dial, and is stopped. */
  watch: (context: BrowserContext) => Promise<void>;
  /** Every address that was dialled, in the order in which it was heard of. */
  dialled: () => string[];
  remove: () => void;
}

const protocols = [...Object.keys(schemes), "web+tel", "acme"];

/**
 * Null where Chromium would ask a person before each dial: the tests are skipped then, and the summary says so; as root they
 * fail. `recommended`: a recommended policy beside it; `settings`: what an administrator says of the extension.
 */
export function openDialler(chromium: string, recommended?: object, settings?: object): Dialler | null {
  // Only a policy answers for documents without an origin: a profile keeps a person's "always" for origins only.
  if (!policiesPossible(chromium)) {
    if (isRoot() && chromium === DEBIANS)
      throw new Error(
        "As root no way to dial may go untried: `unshare --mount` fails, which a container may forbid",
      );
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), "cleardial-dialler-"));
  const log = join(folder, "dialled.txt");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "xdg-open"), `#!/bin/sh\nprintf '%s\\n' "$1" >> ${log}\n`, { mode: 0o700 });
  // Chromium runs it before each dial, and the real one is slow.
  writeFileSync(join(bin, "xdg-settings"), "#!/bin/sh\necho no\n", { mode: 0o700 });
  const policy = {
    AutoLaunchProtocolsFromOrigins: protocols.map((protocol) => ({ protocol, allowed_origins: ["*"] })),
    ...(settings && { "3rdparty": { extensions: { [EXTENSION_ID]: settings } } }),
  };
  const all: string[] = [];
  let read = 0;
  return {
    executablePath: underPolicy(chromium, folder, policy, bin, recommended),
    watch: async (context) => {
      await context.route(
        ({ hostname }) => Object.hasOwn(sites, hostname),
        async (route) => {
          all.push(route.request().url());
          await route.fulfill({ status: 204 });
        },
      );
    },
    dialled() {
      const text = existsSync(log) ? readFileSync(log, "utf8") : "";
      // A line may be half written.
      const end = text.lastIndexOf("\n") + 1;
      all.push(...text.slice(read, end).split("\n").filter(Boolean));
      read = end;
      return [...all];
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
