import fc from "fast-check";
import { expect, it } from "vitest";
import { canonical } from "../../../shared/trail/canonical.ts";

it("canonical JSON: names in order, no blanks, one form for one value", () => {
  expect(canonical({ b: [{ y: 1, x: "é" }], a: null, "€": 1, "1": 2 })).toBe(
    '{"1":2,"a":null,"b":[{"x":"é","y":1}],"€":1}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const once = canonical(value);
      expect(canonical(JSON.parse(once))).toBe(once);
    }),
  );
});
