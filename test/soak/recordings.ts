/** `npm run soak:recordings`: fourteen months of 10,000 recordings. The suite has 1,000. */
import { longer } from "./longer.ts";

longer("test/worker/recordings/years.long.test.ts", { RECORDINGS_MANY: "10000" }, "10,000 recordings");
