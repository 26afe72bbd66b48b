/**
 * `npm run fuzz [-- inputs [requests [seed]]]`: a million inputs for everything that reads what strangers wrote, the worst
 * texts of growing size, and 100,000 requests over every route of the Worker (none of them where `requests` is 0). The suite has short runs of both
 * (test/shared/fuzz.test.ts, test/worker/core/fuzz.test.ts).
 */
import { at } from "../../scripts/lib/paths.ts";
import { main, Plain, runNode } from "../../scripts/lib/processes.ts";
import { inputs, type Parser, parsers, worst } from "./parsers.ts";

const [many = "1000000", requests = "100000", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
const SIZES = [64, 128, 256, 512, 1024].map((kB) => kB * 1024);
/** Of a text that is sixteen times as long each byte may take so much longer. Read in a square of its length: sixteen times. */
const STEEP = 8;
/** Microseconds for a kilobyte below which nothing is told apart from the machine's own moods. */
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

/** Microseconds of the processor's for each kilobyte at growing sizes; the last over the first says how it grows. */
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
  const code = await runNode(vitest, ["run", "--project=worker", "test/worker/core/fuzz.test.ts"]);
  process.exit(code === 0 && steep.length === 0 ? 0 : 1);
});
