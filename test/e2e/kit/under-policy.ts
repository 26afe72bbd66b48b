/**
 * A Chromium under an administrator's policy. Policies are files below /etc, for every browser of the machine: this one
 * gets a view of the disk of its own, where Debian's Chromium reads them.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const own = ["--map-root-user", "--mount"];

/** False where the system lets nobody have a view of the disk, or another Chromium is used. */
export const policiesPossible = (chromium: string): boolean =>
  chromium === "/usr/bin/chromium" &&
  spawnSync("unshare", [...own, "mount", "-t", "tmpfs", "tmpfs", "/etc/chromium"]).status === 0;

/** The path of a script in the folder that starts the browser under the policy; `path` goes before its PATH. */
export function underPolicy(chromium: string, folder: string, policy: object | null, path?: string): string {
  const start = join(folder, "chromium.sh");
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  const steps = [
    "mount -t tmpfs tmpfs /etc/chromium",
    "mkdir -p /etc/chromium/policies/managed",
    `cp ${folder}/policy.json /etc/chromium/policies/managed/test.json`,
    `exec ${chromium} "$@"`,
  ];
  const run = policy
    ? `exec unshare ${own.join(" ")} sh -c '${steps.join(" && ")}' sh "$@"`
    : `exec ${chromium} "$@"`;
  writeFileSync(start, `#!/bin/sh\n${path ? `PATH=${path}:$PATH\n` : ""}${run}\n`, { mode: 0o700 });
  return start;
}
