/**
 * `npm run soak:guard`: the whole generated matrix against the real dial handler: all pairs of values, and every sink in
 * every realm at every time; before it every row of the table (guard.long.test.ts) in every place under every verdict.
 * `-- --minutes N` leaves out the table, stops in time, and resumes where it stopped the last time, as long as the guard
 * and the matrix are the same. `-- --table` runs the table first, however long that takes, and counts it once all of its
 * rows end as they should. `-- --browsers N` tries so many slices side by side, by default two for each core, as most
 * cells wait. `-- --part K/N` tries the Kth of N parts, so that N processes share the work; each sums up
 * what all have found, the last one therefore everything. What dials where nothing of ours runs is remembered for the same
 * Chromium and matrix, and not asked again. `-- --seed N` says which cells and in which order (by default
 * those that were begun, else by the guard's code), `-- --cell NAME` runs one, `-- --write` writes the table of
 * docs/figures.md. Exits with 1 if a cell dialled that test/e2e/guard/escapes.ts does not list, a lawful one did not, or a
 * page hung.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findChromium } from "../../scripts/lib/chromium.ts";
import { at } from "../../scripts/lib/paths.ts";
import { writeFigures } from "../bench/write.ts";
import { table } from "../bench/table.ts";
import { sharedSlices, soakSlices } from "../e2e/guard/matrix/cells.ts";
import { faults, type Part, partsIn, rowsOf, worst } from "../e2e/guard/matrix/report.ts";
import { rowsOf as tableRowsOf, TALLY, talliedIn } from "../e2e/kit/tallied.ts";

const { values } = parseArgs({
  options: {
    browsers: { type: "string", default: String(2 * availableParallelism()) },
    cell: { type: "string" },
    minutes: { type: "string" },
    part: { type: "string", default: "1/1" },
    seed: { type: "string" },
    table: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const minutes = Number(values.minutes ?? Infinity);
if (!(minutes > 0)) throw new Error("--minutes wants a number of minutes");
if (!/^[1-9]\d*$/.test(values.browsers)) throw new Error("--browsers wants a number of browsers");
if (values.seed !== undefined && !/^\d+$/.test(values.seed)) throw new Error("--seed wants a number");
const [, k, n] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(values.part) ?? []).map(Number);
if (k === undefined || n === undefined || k > n) throw new Error("--part wants one of how many, as in 1/2");

/** What the guard and the matrix are made of: figures of others are not added to. */
const sources = ["extension/page", "shared/dials", "test/e2e/guard"];
function hashOf(folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders)
    for (const name of readdirSync(at(folder), { recursive: true, encoding: "utf8" }).toSorted())
      if (/\.tsx?$/.test(name)) hash.update(`${name}\n`).update(readFileSync(at(folder, name)));
  return hash.digest("hex").slice(0, 12);
}

const folder = at("build/soak-guard");
mkdirSync(folder, { recursive: true });
const code = hashOf(sources);
const begun = readdirSync(folder)
  .filter((name) => name.startsWith(`${code}-`))
  .toSorted((a, b) => statSync(join(folder, a)).mtimeMs - statSync(join(folder, b)).mtimeMs)
  .at(-1);
const seed = values.seed ?? begun?.split(/[-.]/)[1] ?? String(Number.parseInt(code.slice(0, 7), 16));
const own = n === 1 ? "" : `-${k}-of-${n}`;
const report = join(folder, values.cell === undefined ? `${code}-${seed}${own}.jsonl` : "cell.jsonl");
if (values.cell !== undefined) rmSync(report, { force: true });
/** What was found, by whichever process. */
const found = (): Part[] =>
  readdirSync(folder)
    .filter((name) =>
      values.cell === undefined ? name.match(/^[^-]+-\d+/)?.[0] === `${code}-${seed}` : name === "cell.jsonl",
    )
    .flatMap((name) => partsIn(readFileSync(join(folder, name), "utf8")));
const done = values.cell === undefined ? found().map(({ at }) => at) : [];
const slices = soakSlices(Number(seed));
const count = (of: Part["of"]) =>
  slices.filter((slice) => slice.of === of).reduce((sum, { cells }) => sum + cells.length, 0);
const all = { pairs: count("pairs"), products: count("products") };

const chromium = findChromium();
const version = chromium && spawnSync(chromium, ["--version"], { encoding: "utf8" }).stdout;
const memory = `without-${hashOf(["test/e2e/guard/matrix"])}-${/[\d.]+/.exec(version ?? "")?.[0] ?? "0"}.ndjson`;

const vitest = (test: string, env: NodeJS.ProcessEnv): number =>
  spawnSync(
    process.execPath,
    [
      ...[at("node_modules/vitest/vitest.mjs"), "run", "--project", "guard"],
      at("test/e2e/guard", `${test}.long.test.ts`),
    ],
    { stdio: "inherit", cwd: at("."), env: { ...process.env, MATRIX_REPORT: report, ...env } },
  ).status ?? 1;

/** What became of the table's rows on this guard. */
const tableFile = join(folder, `table-${code}.jsonl`);
const isLeft = values.cell !== undefined || sharedSlices(slices, values.part, done).length > 0;
const isWhole = values.cell === undefined && minutes === Infinity && k === 1;
let status = 0;
if (values.table || (isWhole && isLeft)) {
  const counting = `${tableFile}.part`;
  for (const file of [tableFile, counting]) rmSync(file, { force: true });
  status = vitest("guard", { [TALLY]: counting });
  if (status === 0 && existsSync(counting)) renameSync(counting, tableFile);
}
if (isLeft) {
  const env = {
    MATRIX_SEED: seed,
    MATRIX_BROWSERS: values.cell === undefined ? values.browsers : "1",
    MATRIX_PART: values.part,
    MATRIX_DONE: JSON.stringify(done),
    MATRIX_UNTIL: String(Date.now() + minutes * 60_000),
    ...(values.cell === undefined ? { MATRIX_MEMORY: join(folder, memory) } : { MATRIX_CELL: values.cell }),
  };
  status = vitest("matrix", env) || status;
}

const parts = found();
const rows = table(rowsOf(parts, all));
const names = worst(parts);
if (parts.length === 0) throw new Error("No cell was tried");
const text = [
  rows,
  "",
  names.length > 0 ? "The worst by name:" : "None dialled that must not, none was lost, and none hung.",
  ...names,
  ...(existsSync(tableFile)
    ? [
        ...["", "Every row of the table in every place, under every verdict:", ""],
        table(tableRowsOf(talliedIn(readFileSync(tableFile, "utf8")))),
      ]
    : []),
].join("\n");
console.log(`\nSeed ${seed}, guard ${code}:\n\n${text}`);
const isFaulty = parts.some(({ counts }) => faults.some((end) => (counts[end] ?? 0) > 0));
if (values.write) await writeFigures("guard", text, `npm run soak:guard -- --seed ${seed}`);
process.exitCode = isFaulty ? 1 : status;
