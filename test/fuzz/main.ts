/**
 * `npm run fuzz [-- inputs [requests [seed]]]`: a million inputs for every parser of strangers' text, the worst texts at
 * growing sizes, and 100,000 requests to every route of the Worker (skipped if `requests` is 0). The suite has short runs
 * of both (test/shared/fuzz.long.test.ts, test/worker/core/fuzz.long.test.ts).
 */
import { at } from "../../scripts/lib/paths.ts";
import { main, Plain, runNode } from "../../scripts/lib/processes.ts";
import { inputs, type Parser, parsers, worst } from "./parsers.ts";

const [many = "1000000", requests = "100000", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
const SIZES = [64, 128, 256, 512, 1024].map((kB) => kB * 1024);
/** How much longer a byte may take in a text sixteen times as long. A quadratic parser takes sixteen times. */
const STEEP = 8;
/** Microseconds for a kilobyte. Less cannot be distinguished from the machine's noise. */
const FLOOR = 50;

function count({ name, read }: Parser): void {
  const next = inputs(Number(seed));
  const began = performance.now();
  for (let nth = 0; nth < Number(many); nth++) {
    const text = next();
    try {
      read(text, nth);
    } catch (error) {
      throw new Plain(`${name}, input ${nth} of seed ${seed}: ${JSON.stringify(text)}\n${String(error)}`);
    }
  }
  const took = (performance.now() - began) / 1000;
  console.log(`${name}: ${many} inputs, none thrown, ${took.toFixed(0)} s`);
}

/** Processor time for each kilobyte at growing sizes, in microseconds; the last divided by the first is the growth. */
function grow({ name, read }: Parser): Record<string, string | number>[] {
  return Object.entries(worst).map(([kind, text]) => {
    const each = SIZES.map((size) => {
      const long = text(size);
      const took = [1, 2, 3].map(() => {
        const before = process.cpuUsage();
        read(long, 0);
        return process.cpuUsage(before).user;
      });
      return Math.min(...took) / (size / 1024);
    });
    const columns = Object.fromEntries(SIZES.map((size, i) => [`${size / 1024} kB`, Math.round(each[i]!)]));
    const ratio = each.at(-1)! / Math.max(each[0]!, FLOOR);
    return { parser: name, text: kind, ...columns, ratio: ratio.toFixed(2) };
  });
}

await main(async () => {
  console.log(`Seed ${seed}`);
  for (const parser of parsers) count(parser);
  const rows = parsers.flatMap(grow);
  console.table(rows);
  const steep = rows.filter(({ ratio }) => Number(ratio) > STEEP);
  if (steep.length > 0) console.table(steep);

  if (requests === "0") process.exit(steep.length === 0 ? 0 : 1);
  process.env["FUZZ"] = requests;
  process.env["SEED"] = seed;
  const vitest = at("node_modules/vitest/vitest.mjs");
  const code = await runNode(vitest, ["run", "--project=worker", "test/worker/core/fuzz.long.test.ts"]);
  process.exit(code === 0 && steep.length === 0 ? 0 : 1);
});
