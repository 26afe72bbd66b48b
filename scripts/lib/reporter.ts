/**
 * A reporter of vitest's. It names each test which was skipped, with why: a count that hides them says too much. And it writes
 * to the file that REPORT names what `npm test` ends with.
 */
import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/** The variable that names the file. */
export const REPORT = "CLEARDIAL_TEST_REPORT";

export interface Counts {
  passed: number;
  failed: number;
  /** They were not tried on this machine: their lane's report says why. */
  skipped: number;
  /** Each failure: its file, name and first words. The lanes' own reports are far above the last line. */
  failures: string[];
}

type Errors = readonly { message: string; stack?: string | undefined }[];

export default class Report implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: Errors): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped");
    if (skipped.length > 0) {
      const lines = skipped.map((test) => `  ${nameOf(test)}: ${whySkipped(test)}`);
      console.log(`\nSkipped: ${lines.length}\n${lines.join("\n")}`);
    }
    const file = process.env[REPORT];
    if (file === undefined) return;
    const failures = [
      ...modules.flatMap((module) => [
        ...failureOf(module.relativeModuleId, module.errors()),
        // A hook that fails before the first test skips all of them: no test reports it.
        ...[...module.children.allSuites()].flatMap((suite) => failureOf(nameOf(suite), suite.errors())),
        ...[...module.children.allTests("failed")].flatMap((test) => {
          // What the pages of its browsers showed (test/e2e/kit/shown.ts).
          const { shown = [] } = test.meta() as { shown?: string[] };
          return [failure(nameOf(test), test.result().errors ?? [], shown)];
        }),
      ]),
      ...failureOf("outside of the tests", unhandled),
    ];
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const counts: Counts = { passed, failed: failures.length, skipped: skipped.length, failures };
    writeFileSync(file, JSON.stringify(counts));
  }
}

const nameOf = (of: TestCase | TestSuite) => `${of.module.relativeModuleId} > ${of.fullName}`;

function whySkipped(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" && result.note) || "no reason given";
}

const failureOf = (name: string, errors: Errors) => (errors.length > 0 ? [failure(name, errors, [])] : []);

/** Without the lines of packages, and short. */
function failure(name: string, errors: Errors, shown: string[]): string {
  const said = errors.flatMap(({ message, stack }) =>
    stripVTControlCharacters(stack?.includes(message) ? stack : `${message}\n${stack ?? ""}`).split("\n"),
  );
  const own = said.filter((line) => line.trim() !== "" && !line.includes("node_modules")).slice(0, 12);
  return [name, ...own, ...shown].join("\n    ");
}
