/** A file of the suite's own, with more to do than the suite gives it. */
import { spawnSync } from "node:child_process";
import { at } from "../../scripts/lib/paths.ts";

/** Runs it, shows what it says, and ends with its code. `what` names how much was done. */
export function soak(file: string, what: string, env: Record<string, string>): void {
  const began = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [at("node_modules/vitest/vitest.mjs"), "run", "--project", "worker", at(file)],
    { stdio: "inherit", cwd: at("."), env: { ...process.env, ...env } },
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  const came = status === 0 ? "nothing that must not be" : "something failed";
  console.log(`${what}: ${came}, in ${seconds} s.`);
  process.exitCode = status ?? 1;
}
