/**
 * `npm run bench -- routes [part …] [--write]`: the routes by which a call may be made, by layer: how many calls were tried, held,
 * passed rightly, and escaped. The tests that try them count (test/e2e/kit/tally.ts). A part of the generated matrix is tried
 * without ClearDial, with the page's guard alone, and with the browser's gate as well. All parts take long: each can be run by
 * itself, and what a part counted is kept until it is run again. There is a table once each has passed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { at } from "../../../scripts/lib/paths.ts";
import { rowsOf, TALLY, talliedIn } from "../../e2e/kit/tallied.ts";
import { table } from "../table.ts";
import { writeFigures } from "../write.ts";

const inGuard = [
  "guard",
  "guard.long",
  "gate.long",
  "softphones.long",
  "softphone-frames.long",
  "kamailio.long",
];
const guard = (name: string) => ["guard", `test/e2e/guard/${name}.test.ts`];
/** The parts, in the order of the table: what vitest is told of each. Of the matrix what counts, alone. */
const parts: Record<string, string[]> = {
  ...Object.fromEntries(inGuard.map((name) => [name, guard(name)])),
  "matrix.long": [...guard("matrix.long"), "-t", "the guard alone"],
  "telephone-system": ["cli", "test/e2e/cli/gate.long.test.ts"],
};

const fileOf = (part: string) => at(`build/routes/${part}.jsonl`);

export async function routes(named: readonly string[], write: boolean): Promise<void> {
  const all = Object.keys(parts);
  const unknown = named.filter((part) => !all.includes(part));
  if (unknown.length > 0) throw new Error(`No ${unknown.join()}: there are the parts ${all.join(", ")}`);
  mkdirSync(at("build/routes"), { recursive: true });
  const chosen = named.length > 0 ? named : all;
  for (const part of chosen) rmSync(fileOf(part), { force: true });
  for (const part of chosen) run(part);
  const missing = all.filter((part) => !existsSync(fileOf(part)));
  const counted = all.filter((part) => !missing.includes(part));
  const said = table(rowsOf(talliedIn(counted.map((part) => readFileSync(fileOf(part), "utf8")).join(""))));
  console.log(`\n${said}`);
  if (missing.length > 0) console.log(`\nNot counted yet: ${missing.join(", ")}`);
  else if (write) await writeFigures("routes", said, "npm run bench -- routes");
}

/** Keeps what it counts only where all of its tests pass. */
function run(part: string): void {
  const [project, ...rest] = parts[part]!;
  const counting = `${fileOf(part)}.part`;
  rmSync(counting, { force: true });
  const began = Date.now();
  const { status } = spawnSync(
    process.execPath,
    [at("node_modules/vitest/vitest.mjs"), "run", "--project", project!, ...rest],
    { stdio: "inherit", cwd: at("."), env: { ...process.env, [TALLY]: counting } },
  );
  if (status !== 0) throw new Error(`Tests of ${part} failed: it is not counted`);
  // What cannot be run on this machine is skipped, says why, and counts nothing.
  if (!existsSync(counting)) writeFileSync(counting, "");
  renameSync(counting, fileOf(part));
  console.log(`${part}: ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
}
