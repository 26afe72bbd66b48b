/**
 * A release's folder: its artefacts, `SHA256SUMS` with the SHA-256 of each, and, with a key, the signature of that list
 * (`SHA256SUMS.sig`). The signature is OpenSSH's, so that ssh-keygen makes and checks it. docs/verify.md is for those who check.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Plain } from "./processes.ts";

/** Who signs, and for what: a signature that the same key made for anything else does not count. */
const SIGNER = "cleardial-release";

export interface Artefact {
  name: string;
  bytes: string | Uint8Array;
}

/** Writes the folder again from nothing. `key`: the file of an SSH key. Returns what to print: the sums, and whether they are signed. */
export function writeRelease(
  folder: string,
  artefacts: readonly Artefact[],
  key: string | undefined,
): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of artefacts) writeFileSync(join(folder, name), bytes);
  const sums = artefacts
    .map(({ name, bytes }) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`)
    .join("");
  writeFileSync(join(folder, "SHA256SUMS"), sums);
  if (key === undefined)
    return `${sums}UNSIGNED: no --key was given. The sums do not tell who made these files.`;
  sign(folder, key);
  return `${sums}SHA256SUMS is signed: SHA256SUMS.sig`;
}

/** ssh-keygen asks for the key's passphrase itself, or takes it from the agent. */
function sign(folder: string, key: string): void {
  if (!existsSync(key)) throw new Plain(`There is no key at ${key}.`);
  const { status, error } = spawnSync(
    "ssh-keygen",
    ["-q", "-Y", "sign", "-n", SIGNER, "-f", key, "SHA256SUMS"],
    {
      cwd: folder,
      stdio: ["inherit", "ignore", "inherit"],
    },
  );
  if (error) throw new Plain(`ssh-keygen could not be started: ${error.message}`);
  if (status !== 0) throw new Plain("SHA256SUMS was not signed: see ssh-keygen's message above.");
}
