/** Fourteen months of 10,000 recordings: test/worker/recordings-years.test.ts has two thousand in the suite. */
import { soak } from "./suite.ts";

soak("test/worker/recordings-years.test.ts", "10,000 recordings", { RECORDED: "10000" });
