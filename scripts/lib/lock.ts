import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { pause } from "./processes.ts";

/**
 * Waits until no other process on this machine has the lock of that file, and takes it. Resolves with a function that
 * releases it. Takes over a lock if its holder is gone.
 */
export async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const before = holderOf(file);
      await pause(200);
      if (holderOf(file) === before && !isAlive(before)) rmSync(file, { force: true });
    }
  }
}

function holderOf(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
