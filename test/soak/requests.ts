/**
 * `npm run soak:requests`: a thousand random sequences of steps on the real routes and the real database, with a new seed
 * each time. The suite has sixty with its own seed. `SEED=1 npm run soak:requests` repeats one.
 */
import { randomInt } from "node:crypto";
import { longer } from "./longer.ts";

const seed = process.env["SEED"] ?? String(randomInt(2 ** 31));
longer(
  "test/worker/privacy-requests/sequences.long.test.ts",
  { SEED: seed, SEQUENCES: "1000" },
  `1,000 sequences with seed ${seed}`,
);
