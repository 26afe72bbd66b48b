/** Files' text: nothing is replaced, or read as other letters, without a word. */
import { describe, expect, it } from "vitest";
import { escaped, isText } from "../../../shared/core/text.ts";
import { encodingOfAll, headOf, NotATable, type Source } from "../../../shared/screening/table.ts";
import { NotUnicode, wholeText } from "../../../shared/screening/text.ts";
import { RegisterReader } from "../../../shared/registers/file.ts";

const bytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const lineOf = (file: Uint8Array): number | null | string => {
  try {
    return wholeText(file);
  } catch (error) {
    if (!(error instanceof NotUnicode)) throw error;
    return error.line;
  }
};

describe("a file of rows", () => {
  it("is read as its spreadsheet wrote it", () => {
    expect(wholeText(utf8("number,name\n1,Zoë"))).toBe("number,name\n1,Zoë");
    expect(wholeText(bytes("number,name\n1,Zo\xeb\n2,Fran\xe7ois"))).toBe("number,name\n1,Zoë\n2,François");
    expect(wholeText(bytes("\xff\xfe1\0\n\0\xeb\0"))).toBe("1\në");
    // Windows-1252 in which two signs happen to be UTF-8.
    expect(wholeText(bytes("D\xc9TAILL\xc9\xa0: \xe9t\xe9"))).toBe("DÉTAILLÉ\u00a0: été");
  });

  it.each([
    ["UTF-8 with a byte that is none", [...utf8("1,Zoë\n2,Françoise\n3,caf"), 0xe9, ...utf8("\n4,Zoë\n")], 3],
    ["UTF-8 that ends in the middle of a sign", [...utf8("1,Zoë\r\n2,é"), 0xc3], 2],
    ["UTF-8 by its mark", [0xef, 0xbb, 0xbf, ...utf8("1,x\n2,"), 0xff], 2],
    ["half a character in UTF-16", [0xff, 0xfe, 0x31, 0, 0x0a, 0, 0x00, 0xd8, 0x0a, 0], 2],
    ["NUL", [...utf8("1,x\n2,y\n3,a"), 0, ...utf8("b\n")], 3],
  ])("is refused with %s, and the line is named", (_, file, line) => {
    expect(lineOf(Uint8Array.from(file))).toBe(line);
  });
});

it("a table that is screened keeps its bytes, or is refused", async () => {
  const source = (file: Uint8Array): Source => ({
    name: "a.csv",
    async *bytes() {
      yield await Promise.resolve(file);
    },
  });
  const encoding = async (file: Uint8Array) => encodingOfAll(source(file), await headOf(source(file)));
  expect(await encoding(utf8("1,Zoë"))).toBe("utf-8");
  // Every byte comes back.
  expect(await encoding(Uint8Array.from([...utf8("1,Zoë,"), 0xe9]))).toBe("windows-1252");
  await expect(encoding(Uint8Array.from([0xff, 0xfe, 0x31, 0, 0x00, 0xd8, 0x32, 0]))).rejects.toThrow(
    NotATable,
  );
  await expect(encoding(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31, 0xff]))).rejects.toThrow(NotATable);
});

it("a register's line with a byte that is no text is skipped by its number, and never read around it", () => {
  const reader = new RegisterReader("GB");
  const lines = ["442079460958", "4420\xff79460957", "44\xe920 7946 0956", "020 7946 0954", "020 7946 0953"];
  reader.feed(bytes(`${lines.join("\n")}\n`));
  const { numbers, skipped } = reader.end();
  expect([...numbers]).toEqual([442079460953, 442079460954, 442079460958]);
  expect(skipped.first).toEqual([2, 3].map((line) => ({ line, why: "not-a-number" })));
});

it("two texts that differ stay two", () => {
  const said = ["A", "A\0", "A\0B", "A\ud800", "A\udc00", "A\ufffd", "A\u{1f600}"];
  const kept = said.map(escaped);
  expect(new Set(kept).size).toBe(said.length);
  expect(kept.every(isText)).toBe(true);
  expect(kept.at(-1)).toBe(said.at(-1));
});
