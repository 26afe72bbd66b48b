/** What each test file of Node and of workerd begins with. */
import fc from "fast-check";
import { vi } from "vitest";

/**
 * Random inputs are the same in every run: a suite that fails now and then teaches people to run it again. To search with
 * other ones: `SEED=1 npm test -- unit`. A counterexample found so becomes a case of its own.
 */
fc.configureGlobal({ seed: Number(process.env["SEED"] || 20_261_125) });

/** As `expect.poll` in vitest.config.ts, which has no setting for this one. Files share `vi`. */
const { waitFor } = vi;
if (waitFor.name !== "waitLonger")
  vi.waitFor = function waitLonger(does, options = {}) {
    return waitFor(does, typeof options === "number" ? options : { timeout: 20_000, ...options });
  };
