/**
 * `npm run soak:guard`: every row of the table (guard.test.ts) in every place under every verdict, and the whole
 * generated matrix against the real dial handler: all pairs of values, and every sink in every realm at every time, with
 * a new seed each time. `-- --cell NAME` runs one cell, `-- --seed N` repeats a run, `-- --skip N` leaves out the first
 * cells, `-- --limit N` stops after so many; these leave out the table. Exits with 1 if a cell dialled that
 * test/e2e/guard/escapes.ts does not list.
 */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { at } from "../../scripts/lib/paths.ts";

interface Report {
  numbers: Record<"tried" | "held" | "escaped" | "known" | "refused", number>;
  names: string[];
}

const { values } = parseArgs({
  options: {
    cell: { type: "string" },
    seed: { type: "string" },
    skip: { type: "string" },
    limit: { type: "string" },
  },
});
const seed = values.seed ?? String(randomInt(2 ** 31));
const folder = mkdtempSync(join(tmpdir(), "cleardial-matrix-"));
const report = join(folder, "report.json");
const env = {
  ...process.env,
  MATRIX_SEED: seed,
  MATRIX_SKIP: values.skip ?? "0",
  MATRIX_LIMIT: values.limit ?? "1000000",
  MATRIX_REPORT: report,
  ...(values.cell !== undefined && { MATRIX_CELL: values.cell }),
};
const vitest = [
  at("node_modules/vitest/vitest.mjs"),
  "run",
  "--project",
  "guard",
  at("test/e2e/guard", values.cell === undefined && values.limit === undefined ? "" : "matrix.test.ts"),
];
const { status } = spawnSync(process.execPath, vitest, { stdio: "inherit", cwd: at("."), env });
if (existsSync(report)) {
  const { numbers, names } = JSON.parse(readFileSync(report, "utf8")) as Report;
  const { tried, held, escaped, known, refused } = numbers;
  console.log(
    `Seed ${seed}: ${tried} cells tried, ${held} held, ${escaped} escaped, ${refused} refused by the browser;`,
  );
  console.log(`${known} dialled that nobody can hold (test/e2e/guard/escapes.ts).`);
  for (const name of names.slice(0, 20)) console.log(`Escaped: ${name}`);
  process.exitCode = escaped > 0 ? 1 : (status ?? 1);
} else process.exitCode = status || 1;
rmSync(folder, { recursive: true, force: true });
