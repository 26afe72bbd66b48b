/**
 * `npm run soak:readings`: 10,000 numbers of each region of shared/law, read on its desk beside each other region, and
 * dialled on a line there by each reading that another region has of them, with a new seed each time. The suite has 200
 * with its own seed. `SEED=1 NUMBERS=500 npm run soak:readings` repeats some; `-- --write` writes the table of
 * docs/figures.md. Exits with 1 if a number was another region's by its text alone, or a dial passed by another reading.
 */
import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { at } from "../../scripts/lib/paths.ts";
import { table } from "../bench/table.ts";
import { writeFigures } from "../bench/write.ts";
import { longer } from "./longer.ts";
import type { FoundReadings } from "./report-readings.ts";

const seed = process.env["SEED"] ?? String(randomInt(2 ** 31));
const numbers = process.env["NUMBERS"] ?? "10000";
const report = at("build/soak-readings/found.jsonl");
mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });
longer(
  ["test/shared/country/text-alone.long.test.ts", "test/extension/page/guard/line-regions.long.test.ts"],
  { SEED: seed, NUMBERS: numbers, READINGS_REPORT: report },
  `${numbers} numbers of each region with seed ${seed}`,
  "unit",
);

const found = existsSync(report)
  ? readFileSync(report, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as FoundReadings)
  : [];
const say = (n: number) => n.toLocaleString("en-GB");
const rowOf = (region: string): string[] => {
  const [text, line] = (["text", "line"] as const).map((of) =>
    found.find((one) => one.of === of && one.region === region),
  );
  const cells = [text, line].flatMap((one) =>
    one ? [say(one.readings), say(one.wrong.length)] : ["not run", ""],
  );
  return [region, say(text?.numbers ?? line?.numbers ?? 0), ...cells];
};
const worst = found.flatMap(({ region, wrong }) => wrong.map((name) => `${region}: ${name}`)).slice(0, 20);
const text = [
  table([
    ["", "numbers", "read beside others", "another region's", "dialled by a reading", "passed"],
    ...[...new Set(found.map(({ region }) => region))].map(rowOf),
  ]),
  "",
  worst.length > 0 ? "The worst by name:" : "None was another region's by its text alone, and none passed.",
  ...worst,
].join("\n");
console.log(`\n${text}`);
if (process.argv.includes("--write"))
  await writeFigures("readings", text, `SEED=${seed} NUMBERS=${numbers} npm run soak:readings`);
