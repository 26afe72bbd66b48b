/** A table's CSV: safe to open in a spreadsheet. */
import { describe, expect, it } from "vitest";
import { toCsv } from "../../../../extension/desk/tables/csv.ts";

const of = (...values: (string | number | boolean | null)[]) =>
  toCsv([{ header: "Cell", value: (v: string | number | boolean | null) => v }], values).split("\r\n");

describe("a table as CSV", () => {
  it("lets no cell begin like a formula", () => {
    const lines = of("=1+1", "@SUM(A1)", "-A1", "+cmd|x", "\tx", "\rx");
    for (const line of lines.slice(1, -1)) expect(line, line).toMatch(/^"?'/);
  });
  it("leaves numbers, plain text, figures and nothing as they are", () => {
    expect(of("+442079460000", "+44 20 7946 0000", "Anne-Marie", 12, -3, true, null)).toEqual([
      ...["Cell", "+442079460000", "+44 20 7946 0000", "Anne-Marie", "12", "-3", "true", ""],
      "",
    ]);
  });
  it("quotes what holds a comma, a quote or a line", () => {
    expect(of('a "b", c')[1]).toBe('"a ""b"", c"');
  });
});
