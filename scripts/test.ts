/**
 * `npm test`: the production build; then all tests (unit, the Worker in workerd, the command line, and the extension in
 * Chromium against a real Worker) and, beside them, lint, types, unused code and format. `npm test -- unit` (worker, cli,
 * guard, desk, e2e) runs only those tests. `npm run test:long` runs those of `.long.test.ts` (vitest.config.ts), without lint and
 * its like. Both name skipped tests; their last lines name and count failures.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installChromium } from "./lib/chromium.ts";
import { at } from "./lib/paths.ts";
import { capture, main, Plain, runNode } from "./lib/processes.ts";
import { type Counts, REPORT } from "./lib/reporter.ts";
import { scratch } from "./lib/scratch.ts";
import { buildAssets, bundleOnce, migratedState } from "./lib/worker.ts";

/**
 * Four lanes, as more browsers and servers at once would starve each other, and pages would draw late. A lane that is free
 * takes the next: the longest first, and those last that use both cores by themselves. The Worker's are in thirds, as a half
 * would end last by itself.
 */
const runs = ["worker 1/3", "worker 2/3", "e2e", "worker 3/3", "guard", "desk", "cli", "unit"];
const LANES = 4;
const projectOf = (run: string) => run.split(" ")[0]!;
const projects = [...new Set(runs.map(projectOf))];
const inBrowsers = ["guard", "desk", "e2e"];
const bin = (path: string) => at("node_modules", path);

const heading = (text: string) => console.log(`\n== ${text} ${"=".repeat(Math.max(0, 76 - text.length))}`);

interface Step {
  name: string;
  file: string;
  args?: string[];
}

/** What the tests need. */
const builds: Step[] = [
  // Types are checked by the linter below.
  { name: "Build", file: at("scripts/build.ts"), args: ["--no-types"] },
  { name: "Fixture pages", file: at("test/pages/build.ts") },
];
const checks: Step[] = [
  { name: "Types and lint", file: bin("oxlint/bin/oxlint"), args: ["--type-aware", "--type-check"] },
  { name: "Unused", file: bin("knip/bin/knip.js"), args: ["--no-progress", "--no-config-hints"] },
  { name: "Format", file: bin("oxfmt/bin/oxfmt"), args: ["--check"] },
];

await main(async () => {
  const { only, long } = options();
  const started = Date.now();
  const counts = await everything(only, long);
  console.log(`\nThat took ${Math.round((Date.now() - started) / 1000)} s.`);
  for (const failure of counts.failures) console.log(`Failed: ${failure}`);
  if (counts.skipped > 0) console.log(`Skipped: ${counts.skipped}. See above what this machine lacks.`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
});

function options(): { only: string[]; long: boolean } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: { long: { type: "boolean" } },
  });
  const unknown = positionals.filter((p) => !projects.includes(p));
  if (unknown.length > 0)
    throw new Plain(
      `Usage: npm test [-- ${projects.join(" | ")}]\nThere are no "${unknown.join(" ")}" tests.`,
    );
  return { only: positionals, long: values.long === true };
}

async function everything(only: string[], long: boolean): Promise<Counts> {
  const chosen = (from: string[]) => from.filter((p) => only.length === 0 || only.includes(p));
  if (chosen(inBrowsers).length > 0) await installChromium();
  // The Worker's configuration names this folder, so it must exist.
  buildAssets();
  const folder = (process.env["TMPDIR"] = scratch());
  // Reading its modules takes half of the time that the command line needs to start.
  process.env["NODE_COMPILE_CACHE"] = join(folder, "compiled");
  heading(`Tests: ${chosen(projects).join(", ")}`);
  const counts: Counts[] = [];
  const step = async (one: Step) => {
    const name = await done(one);
    if (name !== null) counts.push({ passed: 0, failed: 1, skipped: 0, failures: [name] });
    return name === null;
  };
  const isWhole = only.length === 0;
  const built = async () => !isWhole || (await Promise.all(builds.map(step))).every(Boolean);
  /** Makes once what several of them need; the Worker's need nothing of it. */
  const prepare = async () => {
    if (only.length !== 1) await migratedState();
    if (chosen([...inBrowsers, "cli"]).length > 0) await bundleOnce(join(folder, "worker"));
    return built();
  };
  const prepared = prepare();
  // It is waited for below, maybe after it failed.
  prepared.catch(() => undefined);
  const queue = [
    ...runs
      .filter((run) => chosen([projectOf(run)]).length > 0)
      .map((run) => async () => {
        if (projectOf(run) === "worker" || (await prepared)) counts.push(await tests(run, long));
      }),
    // Last, as they use every core, when the lanes end one by one.
    ...(isWhole && !long ? checks : []).map((check) => () => step(check)),
  ].values();
  const lane = async () => {
    for (const next of queue) await next();
  };
  await Promise.all([prepared, ...Array.from({ length: LANES }, lane)]);
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: counts.flatMap(({ failures }) => failures),
  };
}

/** Runs a step. Resolves with its name if it fails, and shows its output then. */
async function done({ name, file, args = [] }: Step): Promise<string | null> {
  try {
    await capture(process.execPath, [file, ...args]);
    heading(name);
    return null;
  } catch (error) {
    heading(name);
    console.error((error as Error).message);
    return name;
  }
}

/** One run of vitest, with vitest's own counts. */
async function tests(name: string, long: boolean): Promise<Counts> {
  const [project = name, part] = name.split(" ");
  const folder = mkdtempSync(join(tmpdir(), "cleardial-test-"));
  const report = join(folder, "report.json");
  try {
    const args = [
      "run",
      ...(long ? [".long.test.ts", "--passWithNoTests"] : []),
      ...["--reporter=default", `--reporter=${at("scripts/lib/reporter.ts")}`],
      ...[`--project=${project}`, ...(part === undefined ? [] : [`--shard=${part}`])],
    ];
    const env = { ...process.env, [REPORT]: report };
    const code = await runNode(bin("vitest/vitest.mjs"), args, { env });
    const counts = read(report);
    // A set-up that fails has no tests to count.
    const uncounted = code !== 0 && counts.failed === 0;
    return uncounted ? { ...counts, failed: 1, failures: [`${name}: did not run to the end`] } : counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(report: string): Counts {
  try {
    return JSON.parse(readFileSync(report, "utf8")) as Counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: ["a lane left no report"] };
  }
}
