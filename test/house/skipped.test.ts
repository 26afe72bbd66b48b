/** Tests that are skipped on a machine are reported by name, with the reason. */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

it("each skipped test is named with its reason, after all else that the runner says", () => {
  mkdirSync(at("build"), { recursive: true });
  const folder = mkdtempSync(at("build/skipped-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "vitest.config.js"), "export default {};\n");
  writeFileSync(
    join(folder, "a.test.js"),
    `import { beforeEach, describe, it } from "vitest";
     it("runs", () => {});
     it("wants a moon", ({ skip }) => skip(true, "there is none"));
     describe("all of these", () => {
       beforeEach(({ skip }) => skip(true, "they want a tide"));
       it("waits", () => {});
     });
     it.skip("was left out", () => {});`,
  );
  const reporter = at("scripts/lib/skipped.ts");
  const args = ["run", "--root", folder, "--reporter=default", `--reporter=${reporter}`];
  const { stdout, status } = spawnSync(process.execPath, [at("node_modules/vitest/vitest.mjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(status).toBe(0);
  expect(stdout.trim().split("\n").slice(-4)).toEqual([
    "Skipped: 3",
    "  a.test.js > wants a moon: there is none",
    "  a.test.js > all of these > waits: they want a tide",
    "  a.test.js > was left out: no reason given",
  ]);
});

it("no test is skipped without a reason", () => {
  const silent = globSync("test/**/*.ts", {
    cwd: at(),
    exclude: (path) => path.endsWith("node_modules"),
  }).filter(
    (file) =>
      !file.endsWith("house/skipped.test.ts") &&
      /\.(skipIf|runIf|skip|todo)\(/.test(readFileSync(at(file), "utf8")),
  );
  expect(silent).toEqual([]);
});
