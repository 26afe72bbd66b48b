import { describe, expect, it } from "vitest";
import { ChangesReader } from "../../../shared/registers/changes-file.ts";
import { NotARegister } from "../../../shared/registers/file.ts";

function read(text: string | Uint8Array, size = 7) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const reader = new ChangesReader("GB");
  for (let i = 0; i < bytes.length; i += size) reader.feed(bytes.subarray(i, i + size));
  return reader.end();
}
const sides = (text: string, size?: number) => {
  const { add, remove } = read(text, size);
  return [[...add], [...remove]];
};
const fault = (text: string | Uint8Array) => {
  try {
    read(text, 1000);
    return "none";
  } catch (error) {
    if (error instanceof NotARegister) return error.fault;
    throw error;
  }
};

describe("what says which side a number is on", () => {
  const cases: [string, string][] = [
    ["a letter in a column behind", "02079460001,A\r\n02079460002,D\r\n"],
    ["a letter in a column before", "A,02079460001\nD,02079460002\n"],
    ["a word in quotes", '"Added";"020 7946 0001"\n"Removed";"020 7946 0002"\n'],
    ["tabs", "02079460001\tinsert\n02079460002\tdelete\n"],
    ["a column between", "02079460001,N,2026-11-20\n02079460002,R,2026-11-20\n"],
    ["a letter behind the fixed layout", "0207 9460001 A\r\n0207 9460002 D\r\n"],
    ["a letter before it", "A 0207 9460001\r\nD 0207 9460002\r\n"],
    ["a letter that touches", "A02079460001\nD02079460002\n"],
    ["a letter that touches behind", "02079460001a\n02079460002d\n"],
    ["signs", "+ 02079460001\n- 02079460002\n"],
    ["signs before numbers with a country code", "+,+442079460001\n-,+442079460002\n"],
    ["headings", "Additions:\n02079460001\n\nDeletions:\n02079460002\n"],
    ["headings and a byte order mark", "\uFEFFADDED\n02079460001\nREMOVED\n02079460002"],
    [
      "a header that names the column",
      "id,number,action\n2079460009,02079460001,A\n2079460008,02079460002,D\n",
    ],
  ];
  it.each(cases)("%s", (_, text) => {
    const expected = [[442079460001], [442079460002]];
    expect(sides(text)).toEqual(expected);
    expect(sides(text, 1)).toEqual(expected);
    expect(sides(text, 10_000)).toEqual(expected);
  });
});

it("one side may be empty; what stands on both counts as added; duplicates are counted", () => {
  expect(sides("02079460001,A\n")).toEqual([[442079460001], []]);
  expect(sides("02079460001,D\n")).toEqual([[], [442079460001]]);
  expect(read("02079460001,A\n02079460001,D\n02079460002,D\n02079460002,D\n")).toMatchObject({
    lines: 4,
    both: 1,
    duplicates: 1,
    add: Float64Array.of(442079460001),
    remove: Float64Array.of(442079460002),
  });
});

it("skipped lines bear their number in the file, whatever their side", () => {
  const { skipped } = read(
    "02079460001,A\n12,D\n02079460002,D\n02079460003,D\n1.61496E+09,A\n02079460004,A\n",
  );
  expect(skipped).toEqual({
    total: 2,
    reasons: { "not-a-number": 1, spreadsheet: 1 },
    first: [
      { line: 2, why: "not-a-number" },
      { line: 5, why: "spreadsheet" },
    ],
  });
});

it("refuses what does not say it, and what is no text", () => {
  expect(fault("02079460001\n02079460002\n")).toBe("no-marker");
  expect(fault("02079460001,A\n02079460002\n")).toBe("no-marker");
  expect(fault("02079460001,Q\n")).toBe("no-marker");
  expect(fault("")).toBe("empty");
  expect(fault("number,action\n")).toBe("empty");
  expect(fault(Uint8Array.of(0x50, 0x4b, 3, 4, 10))).toBe("zip");
  expect(fault(Uint8Array.of(0xff, 0xfe, 0x41, 0, 10, 0))).toBe("utf-16");
  expect(fault(Uint8Array.of(0x41, 0, 10))).toBe("binary");
  expect(fault("x".repeat(20_000))).toBe("unreadable");
});
