/** A folder for what tests write and throw away; in memory where there is plenty: databases there wait for no disk. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const GB = 2 ** 30;
/** Short: a socket's whole path has 107 characters, and Chromium has one deep in its profile. */
const NAME = /^cd-(\d+)$/;

/** It goes with this process. */
export function scratch(): string {
  const folder = inMemory() ?? mkdtempSync(join(tmpdir(), "cd-"));
  process.on("exit", () => remove(folder));
  return folder;
}

/** Null where there is none, little room, or scripts may not be run from it. */
function inMemory(): string | null {
  if (process.platform !== "linux" || !existsSync(MEMORY)) return null;
  for (const name of readdirSync(MEMORY)) {
    const owner = NAME.exec(name)?.[1];
    // What a run that was killed has left.
    if (owner && !existsSync(`/proc/${owner}`)) remove(join(MEMORY, name));
  }
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < 4 * GB || freemem() < 8 * GB) return null;
  const folder = join(MEMORY, `cd-${process.pid}`);
  try {
    // The tests' SFTP server runs as another user.
    mkdirSync(folder, { mode: 0o711 });
    const script = join(folder, "try.sh");
    writeFileSync(script, "#!/bin/sh\n", { mode: 0o700 });
    if (spawnSync(script).status === 0) return folder;
  } catch {
    // Of another user, or not to be written to.
  }
  remove(folder);
  return null;
}

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
