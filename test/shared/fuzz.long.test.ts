/**
 * Any text, file or address is read to its end, in a time that grows linearly. A few thousand inputs here, of a million
 * in `npm run fuzz`; and the worst texts that we know, so long that a pattern which backtracks at every character would
 * not finish in this test's time.
 */
import { describe, expect, it } from "vitest";
import { inputs, parsers, worst } from "../fuzz/parsers.ts";

const SEED = Number(process.env["SEED"] || 20_261_125);
/** Of a quadratic reading, some 10^10 steps. */
const LONG = 128 * 1024;

describe.each(parsers)("$name", ({ read }) => {
  it("reads whatever comes", () => {
    const next = inputs(SEED);
    for (let nth = 0; nth < 1500; nth++) {
      const text = next();
      expect(() => read(text, nth), JSON.stringify(text)).not.toThrow();
    }
  });

  it("comes to an end of the worst there is", () => {
    for (const [kind, text] of Object.entries(worst)) expect(() => read(text(LONG), 0), kind).not.toThrow();
  });
});
