/**
 * Random inputs, the same in every run: a suite that fails now and then teaches people to run it again. To search with
 * other ones: `SEED=1 npm test -- unit`. A counterexample found so becomes a case of its own.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["SEED"] || 20_261_125) });
