/**
 * `npm test`: types, lint, what is unused, format, the production build, then all tests: unit, the Worker in workerd, the command line,
 * and the extension in Chromium against a real Worker. `npm test -- unit` (worker, cli, guard, desk, e2e) runs only those tests. What
 * was skipped is named; the last line counts.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installChromium } from "./lib/chromium.ts";
import { at } from "./lib/paths.ts";
import { main, Plain, runNode } from "./lib/processes.ts";
import { buildAssets } from "./lib/worker.ts";

/** Lanes that run side by side: browsers and command lines mostly wait. Each lane takes about as long. */
const lanes = [["unit", "worker"], ["cli", "guard"], ["desk"], ["e2e"]];
const projects = lanes.flat();
const inBrowsers = ["guard", "desk", "e2e"];
const bin = (path: string) => at("node_modules", path);

interface Counts {
  passed: number;
  failed: number;
}

const heading = (text: string) => console.log(`\n== ${text} ${"=".repeat(Math.max(0, 76 - text.length))}`);

const step =
  (file: string, ...args: string[]) =>
  async () =>
    (await runNode(file, args)) === 0;

const steps: [name: string, step: () => Promise<boolean>][] = [
  ["Types", step(bin("typescript/bin/tsc"), "-b")],
  ["Lint", step(bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0")],
  ["Unused", step(bin("knip/bin/knip.js"), "--no-progress", "--no-config-hints")],
  ["Format", step(bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", ".")],
  ["Build", step(at("scripts/build.ts"))],
];

await main(async () => {
  const only = options();
  const started = Date.now();
  const counts = await everything(only);
  console.log(`\nThat took ${Math.round((Date.now() - started) / 1000)} s.`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
});

function options(): string[] {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const unknown = positionals.filter((p) => !projects.includes(p));
  if (unknown.length > 0)
    throw new Plain(
      `Usage: npm test [-- ${projects.join(" | ")}]\nThere are no "${unknown.join(" ")}" tests.`,
    );
  return positionals;
}

async function everything(only: string[]): Promise<Counts> {
  if (only.length === 0) {
    for (const [name, step] of steps) {
      heading(name);
      if (!(await step())) {
        console.error(`\nFailed: ${name}. Nothing after it was run.`);
        return { passed: 0, failed: 1 };
      }
    }
  }
  if (only.length === 0 || only.some((p) => inBrowsers.includes(p))) await installChromium();
  // The Worker's configuration names this folder: it must be there.
  buildAssets();
  const chosen = lanes.map((lane) => lane.filter((p) => only.length === 0 || only.includes(p)));
  heading(`Tests: ${chosen.flat().join(", ")}`);
  const counts = await Promise.all(chosen.filter((lane) => lane.length > 0).map(tests));
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }));
}

/** One run of vitest; the counts are its own. */
async function tests(lane: string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-test-"));
  const report = join(folder, "report.json");
  try {
    const code = await runNode(bin("vitest/vitest.mjs"), [
      "run",
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
      `--reporter=${at("scripts/lib/skipped.ts")}`,
      ...lane.map((project) => `--project=${project}`),
    ]);
    const { passed, failed } = read(report);
    // A file that cannot be loaded, or a set-up that fails, has no tests to count.
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(report: string): Counts {
  try {
    const json = JSON.parse(readFileSync(report, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      testResults: { status: string; assertionResults: unknown[] }[];
    };
    const unloaded = json.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0);
    return { passed: json.numPassedTests, failed: json.numFailedTests + unloaded.length };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
