/**
 * `npm run bench -- routes [--write]`: the routes by which a call may be made, by layer: how many calls were tried, held, passed
 * rightly, and escaped. The tests that try them count (test/e2e/kit/tally.ts): where one of them fails there is no table. A
 * part of the generated matrix is tried without ClearDial, with the page's guard alone, and with the browser's gate as well.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { at } from "../../../scripts/lib/paths.ts";
import { rowsOf, TALLY, talliedIn } from "../../e2e/kit/tallied.ts";
import { table } from "../table.ts";
import { writeFigures } from "../write.ts";

const guard = (name: string) => `test/e2e/guard/${name}.test.ts`;
/** What is run, one after the other: of the matrix what counts, alone. */
const runs = [
  ["guard", guard("guard")],
  [
    "guard",
    ...["guard.long", "gate.long", "softphones.long", "softphone-frames.long", "kamailio.long"].map(guard),
  ],
  ["guard", guard("matrix.long"), "-t", "the guard alone"],
  ["cli", "test/e2e/cli/gate.long.test.ts"],
] as const;

export async function routes(write: boolean): Promise<void> {
  const file = at("build/routes.jsonl");
  mkdirSync(at("build"), { recursive: true });
  rmSync(file, { force: true });
  for (const [project, ...names] of runs) {
    const { status } = spawnSync(
      process.execPath,
      [at("node_modules/vitest/vitest.mjs"), "run", "--project", project, ...names],
      { stdio: "inherit", cwd: at("."), env: { ...process.env, [TALLY]: file } },
    );
    if (status !== 0) throw new Error(`Tests of ${project} failed: nothing is written`);
  }
  const said = table(rowsOf(talliedIn(existsSync(file) ? readFileSync(file, "utf8") : "")));
  console.log(`\n${said}`);
  if (write) await writeFigures("routes", said, "npm run bench -- routes");
}
