/**
 * A thousand random sequences of steps on the real routes and the real database, with a seed of their own each time:
 * test/worker/privacy-requests/sequences.test.ts runs three hundred with the suite's. `SEED=1 npm run soak:requests` repeats one.
 */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { at } from "../../scripts/lib/paths.ts";

const seed = process.env["SEED"] ?? String(randomInt(2 ** 31));
const began = performance.now();
const { status } = spawnSync(
  process.execPath,
  [
    at("node_modules/vitest/vitest.mjs"),
    "run",
    "--project",
    "worker",
    at("test/worker/privacy-requests/sequences.test.ts"),
  ],
  { stdio: "inherit", cwd: at("."), env: { ...process.env, SEED: seed, SEQUENCES: "1000" } },
);
const seconds = Math.round((performance.now() - began) / 1000);
const came = status === 0 ? "nothing that must not be" : "something failed";
console.log(`1,000 sequences with seed ${seed}: ${came}, in ${seconds} s.`);
process.exitCode = status ?? 1;
