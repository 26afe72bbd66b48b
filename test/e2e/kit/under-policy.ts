/**
 * A Chromium under an administrator's policy. Policies are files below /etc and apply to every browser of the machine,
 * so this one gets its own view of the disk (a mount namespace), in which Debian's Chromium reads them.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** By the key in the manifest. */
export const EXTENSION_ID = "gjfncemgbmfcpbjhhncdmgalholdbemp";

const own = ["--map-root-user", "--mount"];

/** The only Chromium that reads this machine's own policies from /etc/chromium. */
export const DEBIANS = "/usr/bin/chromium";

/** False where the system allows no mount namespace, or the browser is another Chromium. */
export const policiesPossible = (chromium: string): boolean =>
  chromium === DEBIANS &&
  spawnSync("unshare", [...own, "mount", "-t", "tmpfs", "tmpfs", "/etc/chromium"]).status === 0;

/**
 * Writes a script into the folder that starts the browser under the policy, and returns its path; `path` goes before
 * its PATH. `recommended`: policies that people may change, as some must be.
 */
export function underPolicy(
  chromium: string,
  folder: string,
  policy: object | null,
  path?: string,
  recommended: object = {},
): string {
  const start = join(folder, "chromium.sh");
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  writeFileSync(join(folder, "recommended.json"), JSON.stringify(recommended));
  const steps = [
    "mount -t tmpfs tmpfs /etc/chromium",
    "mkdir -p /etc/chromium/policies/managed /etc/chromium/policies/recommended",
    `cp ${folder}/policy.json /etc/chromium/policies/managed/test.json`,
    `cp ${folder}/recommended.json /etc/chromium/policies/recommended/test.json`,
    `exec ${chromium} "$@"`,
  ];
  const run = policy
    ? `exec unshare ${own.join(" ")} sh -c '${steps.join(" && ")}' sh "$@"`
    : `exec ${chromium} "$@"`;
  writeFileSync(start, `#!/bin/sh\n${path ? `PATH=${path}:$PATH\n` : ""}${run}\n`, { mode: 0o700 });
  return start;
}
