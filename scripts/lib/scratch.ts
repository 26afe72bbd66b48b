/** A folder in the machine's memory for what tests write and throw away: databases there wait for no disk. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const GB = 2 ** 30;
/** Short: a socket's whole path has 107 characters, and Chromium has one deep in its profile. */
const NAME = /^cd-(\d+)$/;

/** Null where there is none, little room, or scripts may not be run from it. It goes with this process. */
export function inMemory(): string | null {
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
    mkdirSync(folder, { mode: 0o711 });
    process.on("exit", () => remove(folder));
    const script = join(folder, "try.sh");
    writeFileSync(script, "#!/bin/sh\n", { mode: 0o700 });
    return spawnSync(script).status === 0 ? folder : null;
  } catch {
    return null;
  }
}

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
