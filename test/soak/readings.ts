/**
 * `npm run soak:readings`: 10,000 numbers of each region of shared/law, read on its desk beside each other region, with a
 * new seed each time. The suite has 200 with its own seed. `SEED=1 NUMBERS=500 npm run soak:readings` repeats some.
 */
import { randomInt } from "node:crypto";
import { longer } from "./longer.ts";

const seed = process.env["SEED"] ?? String(randomInt(2 ** 31));
const numbers = process.env["NUMBERS"] ?? "10000";
longer(
  "test/shared/country/text-alone.long.test.ts",
  { SEED: seed, NUMBERS: numbers },
  `${numbers} numbers of each region with seed ${seed}`,
  "unit",
);
