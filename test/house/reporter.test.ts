/** What a run ends with: skipped tests by name with the reason, and each failure with its first words. */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { type Counts, REPORT } from "../../scripts/lib/reporter.ts";

/** Runs one file of tests by the reporter. */
function ran(tests: string) {
  mkdirSync(at("build"), { recursive: true });
  const folder = mkdtempSync(at("build/reported-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "vitest.config.js"), "export default {};\n");
  writeFileSync(join(folder, "a.test.js"), tests);
  const report = join(folder, "report.json");
  const args = ["run", "--root", folder, "--reporter=default", `--reporter=${at("scripts/lib/reporter.ts")}`];
  const { stdout, status } = spawnSync(process.execPath, [at("node_modules/vitest/vitest.mjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", [REPORT]: report },
  });
  return { stdout, status, counts: JSON.parse(readFileSync(report, "utf8")) as Counts };
}

it("each skipped test is named with its reason, after all else that the runner says", () => {
  const { stdout, status, counts } = ran(
    `import { beforeEach, describe, it } from "vitest";
     it("runs", () => {});
     it("wants a moon", ({ skip }) => skip(true, "there is none"));
     describe("all of these", () => {
       beforeEach(({ skip }) => skip(true, "they want a tide"));
       it("waits", () => {});
     });
     it.skip("was left out", () => {});`,
  );
  expect(status).toBe(0);
  expect(counts).toEqual({ passed: 1, failed: 0, skipped: 3, failures: [] });
  expect(stdout.trim().split("\n").slice(-4)).toEqual([
    "Skipped: 3",
    "  a.test.js > wants a moon: there is none",
    "  a.test.js > all of these > waits: they want a tide",
    "  a.test.js > was left out: no reason given",
  ]);
});

it("each failure is told in its own words: of a test, of a hook before it, and of what nobody waited for", () => {
  const { status, counts } = ran(
    `import { beforeAll, describe, expect, it } from "vitest";
     it("counts", () => expect(1).toBe(2));
     describe("with a server", () => {
       beforeAll(() => { throw new Error("the server did not start"); });
       it("asks", () => {});
     });
     it("goes on", () => void Promise.reject(new Error("left alone")));`,
  );
  expect(status).toBe(1);
  expect({ ...counts, failures: [] }).toEqual({ passed: 1, failed: 3, skipped: 1, failures: [] });
  const [hook, test, stray] = counts.failures.map((failure) => failure.split("\n").slice(0, 2));
  expect(hook).toEqual(["a.test.js > with a server", "    Error: the server did not start"]);
  expect(test).toEqual([
    "a.test.js > counts",
    "    AssertionError: expected 1 to be 2 // Object.is equality",
  ]);
  expect(stray).toEqual(["outside of the tests", "    Error: left alone"]);
});

it("no test is skipped without a reason", () => {
  const silent = globSync("test/**/*.ts", {
    cwd: at(),
    exclude: (path) => path.endsWith("node_modules"),
  }).filter(
    (file) =>
      !file.endsWith("house/reporter.test.ts") &&
      /\.(skipIf|runIf|skip|todo)\(/.test(readFileSync(at(file), "utf8")),
  );
  expect(silent).toEqual([]);
});
