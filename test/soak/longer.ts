/** Runs tests with larger numbers than the suite. */
import { spawnSync } from "node:child_process";
import { at } from "../../scripts/lib/paths.ts";

/**
 * Runs test files with variables. To the `worker` project, vitest.config.ts passes only those that it names. Sets the
 * exit code; prints.
 */
export function longer(
  files: string | readonly string[],
  variables: Record<string, string>,
  what: string,
  project = "worker",
): void {
  const began = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      at("node_modules/vitest/vitest.mjs"),
      "run",
      "--project",
      project,
      ...[files].flat().map((file) => at(file)),
    ],
    { stdio: "inherit", cwd: at("."), env: { ...process.env, ...variables } },
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${what}: ${status === 0 ? "passed" : "failed"} in ${seconds} s.`);
  process.exitCode = status ?? 1;
}
