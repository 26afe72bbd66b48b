/** `npm run soak:erasures`: 100,000 recordings that are due on one day, with stores that take 80 ms. The suite has 200. */
import { longer } from "./longer.ts";

longer(
  "test/worker/recordings/erasing/queue.long.test.ts",
  { ERASURES_MANY: "100000" },
  "100,000 recordings",
);
