/**
 * A thousand random sequences of steps on the real routes and the real database, with a seed of their own each time:
 * test/worker/requests-sequences.test.ts runs three hundred with the suite's. `SEED=1 npm run soak:requests` repeats one.
 */
import { randomInt } from "node:crypto";
import { soak } from "./suite.ts";

const seed = process.env["SEED"] ?? String(randomInt(2 ** 31));
soak("test/worker/requests-sequences.test.ts", `1,000 sequences with seed ${seed}`, {
  SEED: seed,
  SEQUENCES: "1000",
});
