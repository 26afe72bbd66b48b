/**
 * `npm run bench -- routes [part …] [--write]`: the routes by which a call may be made, by layer: how many calls were tried, held,
 * passed rightly, and escaped. The tests that try them count (test/e2e/kit/tally.ts). A part of the generated matrix is tried
 * without ClearDial, with the page's guard alone, and with the browser's gate as well. All parts take long: each can be run by
 * itself, and what a part counted is kept, with its commit and its day, until it passes again. There is a table of those that
 * passed; it is written once each has, all of one commit.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { at } from "../../../scripts/lib/paths.ts";
import { capture } from "../../../scripts/lib/processes.ts";
import { rowsOf, TALLY, type Tallied, talliedIn } from "../../e2e/kit/tallied.ts";
import { table } from "../table.ts";
import { today, writeFigures } from "../write.ts";

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

/** What a part counted when it last passed. */
export interface Counted {
  part: string;
  commit: string;
  day: string;
  calls: Tallied[];
}

const fileOf = (part: string) => at(`build/routes/${part}.json`);

export async function routes(named: readonly string[], write: boolean): Promise<void> {
  const all = Object.keys(parts);
  const unknown = named.filter((part) => !all.includes(part));
  if (unknown.length > 0) throw new Error(`No ${unknown.join()}: there are the parts ${all.join(", ")}`);
  mkdirSync(at("build/routes"), { recursive: true });
  for (const part of named.length > 0 ? named : all) await run(part);
  const passed = all.filter((part) => existsSync(fileOf(part)));
  const counted = passed.map((part) => JSON.parse(readFileSync(fileOf(part), "utf8")) as Counted);
  const said = saidOf(counted);
  console.log(`\n${said}`);
  const missing = all.filter((part) => !passed.includes(part));
  if (missing.length > 0) console.log(`\nNot counted yet: ${missing.join(", ")}`);
  else if (write) {
    const commits = new Set(counted.map(({ commit }) => commit));
    if (commits.size > 1) throw new Error(`Not written: the parts are of ${[...commits].join(", ")}`);
    await writeFigures("routes", said, "npm run bench -- routes");
  }
}

/** The table, and below it when each part was counted, and of which commit. */
export function saidOf(counted: readonly Counted[]): string {
  const all = table(rowsOf(counted.flatMap(({ calls }) => calls)));
  const when = counted.map(({ part, commit, day, calls }) => {
    const none = calls.length === 0 ? ": nothing could be counted" : "";
    return `${part}, ${day}, ${commit}${none}`;
  });
  return [all, "", ...when].join("\n");
}

/** Keeps what it counts only where all of its tests pass: until then, what it counted before. */
async function run(part: string): Promise<void> {
  const [project, ...rest] = parts[part]!;
  const counting = at(`build/routes/${part}.part`);
  rmSync(counting, { force: true });
  const describe = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
  const commit = (await capture("git", describe)).trim();
  const began = Date.now();
  const { status } = spawnSync(
    process.execPath,
    [at("node_modules/vitest/vitest.mjs"), "run", "--project", project!, ...rest],
    { stdio: "inherit", cwd: at("."), env: { ...process.env, [TALLY]: counting } },
  );
  if (status !== 0) throw new Error(`Tests of ${part} failed: it is not counted`);
  // What cannot be run on this machine is skipped, says why, and counts nothing.
  const calls = existsSync(counting) ? talliedIn(readFileSync(counting, "utf8")) : [];
  writeFileSync(counting, JSON.stringify({ part, commit, day: today(), calls } satisfies Counted));
  renameSync(counting, fileOf(part));
  console.log(`${part}: ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
}
