import { describe, expect, it } from "vitest";
import { type RegisterFile, RegisterReader, NotARegister } from "../../../shared/registers/file.ts";

const utf8 = new TextEncoder();
/** Reads a text, cut into chunks of `size` bytes. */
function read(text: string | Uint8Array, size = 7, region = "GB"): RegisterFile {
  const bytes = typeof text === "string" ? utf8.encode(text) : text;
  const reader = new RegisterReader(region);
  for (let i = 0; i < bytes.length; i += size) reader.feed(bytes.subarray(i, i + size));
  return reader.end();
}
const numbers = (text: string, size?: number) => [...read(text, size).numbers];
const fault = (text: string | Uint8Array, region?: string) => {
  try {
    read(text, 1000, region);
    return "none";
  } catch (error) {
    if (error instanceof NotARegister) return error.fault;
    throw error;
  }
};

describe("one number a line, however it is written", () => {
  const forms: [string, string, number][] = [
    ["a 5-character code and a 7-character remainder, right-justified", "01632 960001\r\n", 441632960001],
    ["the same with a short code", "020   7946001".replace("7946001", "79460001") + "\r\n", 442079460001],
    ["no spaces, padded to 12", "02079460001 \r\n", 442079460001],
    ["ten digits", "0169772123  \r\n", 44169772123],
    ["seven digits", "08001111    \r\n", 448001111],
    ["+44", "+442079460001\n", 442079460001],
    ["+44 with spaces and (0)", "+44 (0)20 7946 0001\n", 442079460001],
    ["0044", "00442079460001\n", 442079460001],
    ["a trunk 0 behind the code", "+44 020 7946 0001\n", 442079460001],
    ["the same without spaces", "+4402079460001\n", 442079460001],
    ["0044 and (0)", "0044 (0)20 7946 0001\n", 442079460001],
    ["0044 and a trunk 0", "004402079460001\n", 442079460001],
    ["44", "442079460001\n", 442079460001],
    ["without its zero", "2079460001\n", 442079460001],
    ["dashes and dots", "020-7946.0001\n", 442079460001],
    ["in quotes", '"020 7946 0001"\n', 442079460001],
    ["no last line end", "02079460001", 442079460001],
    ["another country", "+14155550134\n", 14155550134],
    ["the digit form after a byte order mark", "\uFEFF02079460001\n", 442079460001],
    ["a no-break space", "020\u00a07946\u00a00001\n", 442079460001],
  ];
  it.each(forms)("%s", (_, text, expected) => {
    expect(numbers(text)).toEqual([expected]);
    expect(numbers(text, 1)).toEqual([expected]);
  });
});

it("CSV: the column that the header names, or the first with numbers", () => {
  expect(numbers("id,name,phone\n12,Ann,020 7946 0001\n13,Bob,01632 960002\n")).toEqual([
    441632960002, 442079460001,
  ]);
  expect(numbers("2079460009;x;02079460001\n")).toEqual([442079460009]);
  expect(numbers('customer,phone\n2079460009,"020 7946, 0001"\n02079460008,02079460002\n')).toEqual([
    442079460002,
  ]);
  expect(numbers("name\tnumber\nAnn\t02079460001\n")).toEqual([442079460001]);
});

it("sorts, counts duplicates, leaves blank lines out", () => {
  const file = read("02079460003\n\n02079460001\r\n  \r\n020 7946 0003\n");
  expect([...file.numbers]).toEqual([442079460001, 442079460003]);
  expect(file).toMatchObject({ lines: 3, duplicates: 1, skipped: { total: 0, first: [] } });
});

it("says what it skipped, why, and in which line", () => {
  const good = "02079460001\n".repeat(10);
  const file = read(`Telephone\n${good}12345\nhello\n1.61496E+09\n07\n02079460002\n1234567890123456789\n`);
  expect(file.skipped).toEqual({
    total: 5,
    reasons: { "not-a-number": 3, spreadsheet: 1, "too-long": 1 },
    first: [
      { line: 12, why: "not-a-number" },
      { line: 13, why: "not-a-number" },
      { line: 14, why: "spreadsheet" },
      { line: 15, why: "not-a-number" },
      { line: 17, why: "too-long" },
    ],
  });
  expect([...file.numbers]).toEqual([442079460001, 442079460002]);
});

it("skips a number of the region that is too short or too long, and a first line that could not be read", () => {
  const file = read(`tel:02079460000 x\n+4420794600\n+442079460000123\n${"02079460001\n".repeat(5)}`);
  expect([...file.numbers]).toEqual([442079460001]);
  expect(file.skipped.first.map((s) => s.line)).toEqual([1, 2, 3]);
});

it("does not depend on where the chunks are cut", () => {
  const text = Array.from({ length: 200 }, (_, i) =>
    i % 3 ? `0207946${String(i).padStart(4, "0")}` : `+44 1632 960${String(i).padStart(3, "0")}`,
  ).join("\r\n");
  const whole = numbers(text, 1e6);
  expect(whole).toHaveLength(200);
  for (const size of [1, 2, 3, 13, 64]) expect(numbers(text, size)).toEqual(whole);
});

describe("refuses what is no list", () => {
  it.each([
    ["nothing", "", "empty"],
    ["blank lines", "\n \r\n\n", "empty"],
    ["a header alone", "phone\n", "empty"],
    ["prose", "Dear all,\nplease find attached\nthe list of numbers.\n", "empty"],
    ["mostly unreadable", "02079460001\nx1\nx2\nx3\n", "unreadable"],
    ["made by a spreadsheet", "number\n1.61496E+09\n2.07946E+09\n02079460001\n", "spreadsheet"],
    ["one line in nine unreadable", "02079460001\n".repeat(178) + "x\n".repeat(22), "unreadable"],
    ["one endless line", "x".repeat(20_000), "unreadable"],
    ["an unknown region", "02079460001\n", "no-region"],
  ])("%s", (_, text, expected) => {
    expect(fault(text, expected === "no-region" ? "ZZ" : "GB")).toBe(expected);
  });
  it("binary, zip, gzip, UTF-16", () => {
    expect(fault(new Uint8Array([48, 49, 0, 50]))).toBe("binary");
    expect(fault(new Uint8Array([0x50, 0x4b, 3, 4, 20]))).toBe("zip");
    expect(fault(new Uint8Array([0x1f, 0x8b, 8]))).toBe("zip");
    expect(fault(new Uint8Array([0xff, 0xfe, 48, 0]))).toBe("utf-16");
  });
});
