import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../shared/screening/api.ts";
import { findColumns } from "../../../shared/screening/columns.ts";
import { csvRows, csvText, dialectOf, harmless } from "../../../shared/screening/csv.ts";
import type { Numbers } from "../../../shared/screening/numbers.ts";
import { addedNames } from "../../../shared/screening/result.ts";
import { judgeRow, rowReader } from "../../../shared/screening/row.ts";
import { Run } from "../../../shared/screening/run.ts";
import {
  csvTable,
  encodingOfAll,
  headOf,
  kindOf,
  ndjsonTable,
  type Source,
} from "../../../shared/screening/table.ts";
import { decoded, encoderTo, type Encoding } from "../../../shared/screening/text.ts";
import { xlsxTable } from "../../../shared/screening/xlsx.ts";

describe("the columns with numbers", () => {
  const found = (csv: string) => {
    const rows = csv.split("\n").map((line) => line.split(","));
    const { names, phones, places, headed } = findColumns(rows, "GB");
    return { headed, phones: phones.map((i) => names[i] || i), places: places.map((i) => names[i]) };
  };
  it("are known by their headings in several languages, where they hold some", () => {
    expect(
      found("id,Name,Phone number,Mobile,Fax,Phone type\n1,A,020 7946 0000,07700 900123,020 7946 0001,work"),
    ).toEqual({ headed: true, phones: ["Phone number", "Mobile"], places: [] });
    for (const name of [
      "Telefonnummer",
      "Téléphone",
      "Teléfono móvil",
      "Cellulare",
      "Celular",
      "Rufnummer",
      "Handy",
      "Telefoon",
      "Komórka",
      "Tel.",
      "telephone_1",
      "WhatsApp",
      "contactNumber",
    ])
      expect(found(`x,${name},Land\n1,+49 30 123456,DE`).phones, name).toEqual([name]);
    expect(found("Phone,Phone 2\n020 7946 0000,in the morning\n020 7946 0001,after six").phones).toEqual([
      "Phone",
    ]);
    expect(found("Phone\n").phones).toEqual(["Phone"]);
  });
  it("or by what they hold, but no column of ids, dates or amounts", () => {
    expect(found("a,b\nx,020 7946 0000\ny,+44 7700 900123").phones).toEqual(["b"]);
    expect(
      found("Order no,Customer ID,Created at,Total\n2079460000,2079460001,2026-11-20 10:15,1234567.89")
        .phones,
    ).toEqual([]);
    expect(found("Ada,020 7946 0000\nBob,020 7946 0001")).toEqual({ headed: false, phones: [1], places: [] });
  });
  it("one that a spreadsheet has spoilt is found all the same", () => {
    expect(found("Name,Mobile\nA,4.47701E+11\nB,4.47701E+11").phones).toEqual(["Mobile"]);
  });
  it("and the country's stands beside", () => {
    expect(found("Name,Phone,Country,City\nA,030 901820,DE,Berlin").places).toEqual(["Country", "City"]);
  });
});

describe("the numbers of a row", () => {
  const names = ["Name", "Phone", "Mobile", "Country"];
  const read = rowReader({ headed: true, names, phones: [1, 2], places: [3] }, "GB", []);
  const numbers = (...cells: string[]) => read(["A", ...cells]).numbers.map((n) => n.e164 ?? n.readings);
  it("several in a cell, and none twice", () => {
    expect(numbers("020 7946 0000 / 07700 900123; 020 7946 0000", "+442079460000")).toEqual([
      "+442079460000",
      "+447700900123",
    ]);
    expect(numbers("'+442079460000")).toEqual(["+442079460000"]);
  });
  it("by the country of its row", () => {
    expect(numbers("030 901820", "", "Germany")).toEqual(["+4930901820"]);
    expect(numbers("030 901820", "", "DE")).toEqual(["+4930901820"]);
    const german = rowReader({ headed: true, names: ["Tel", "Land"], phones: [0], places: [1] }, "GB", []);
    expect(german(["0512 901820", "Österreich"]).numbers[0]!.e164).toBe("+43512901820");
  });
  it("what cannot be read is said, and a remark beside a number is none", () => {
    expect(read(["A", "1.61496E+09", "", ""])).toMatchObject({
      numbers: [],
      unreadable: "number-lost",
      empty: false,
    });
    expect(read(["A", "123456", "", ""])).toMatchObject({ numbers: [], unreadable: "not-a-number" });
    expect(read(["A", "", " ", ""])).toEqual({ numbers: [], unreadable: null, empty: true });
    expect(read(["A", "020 7946 0000", "n/a", ""])).toMatchObject({ unreadable: null });
    expect(read(["A", "020 7946 0000", "0207 94600001234567", ""])).toMatchObject({
      unreadable: "not-a-number",
    });
  });
  it("the strictest of them counts, and what is not known is never clear", () => {
    const clear: Outcome = {
      verdict: "clear",
      reasons: [{ code: "not-listed", list: "tps", asOf: "2026-11-20" }],
    };
    const blocked: Outcome = {
      verdict: "blocked",
      reasons: [
        { code: "tps", list: "tps", asOf: "2026-11-20" },
        { code: "not-listed", list: "ctps", asOf: "2026-11-01" },
      ],
    };
    const known = (e164: string) => ({
      outcome: e164.endsWith("1") ? blocked : clear,
      at: e164.endsWith("1") ? "2026-11-25T10:00:00.000Z" : "2026-11-25T11:00:00.000Z",
      asOf: { tps: "2026-11-20" },
    });
    expect(judgeRow(read(["A", "020 7946 0000", "020 7946 0001", ""]), known)).toEqual({
      verdict: "blocked",
      reasons: [{ code: "tps", list: "tps", asOf: "2026-11-20" }],
      e164: ["+442079460000", "+442079460001"],
      at: "2026-11-25T10:00:00.000Z",
      asOf: { tps: "2026-11-20" },
    });
    expect(judgeRow(read(["A", "020 7946 0000", "1.6E+09", ""]), known)).toMatchObject({
      verdict: "unknown",
      reasons: [{ code: "number-lost" }],
    });
    expect(judgeRow(read(["A", "415 555 0132", "", ""]), known)).toMatchObject({
      verdict: "unknown",
      reasons: [{ code: "country-unclear" }],
      e164: [],
    });
    expect(judgeRow(read(["A", "", "", ""]), known)).toMatchObject({ verdict: null, reasons: [] });
  });
});

async function* pieces(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.slice(i, i + size));
}
const source = (bytes: Uint8Array, size = 7): Source => ({ name: "x", bytes: () => pieces(bytes, size) });
const all = async <T>(from: AsyncIterable<T[]>) => {
  const rows: T[] = [];
  for await (const some of from) rows.push(...some);
  return rows;
};

describe("CSV", () => {
  const rowsOf = (csv: string, size: number) =>
    all(csvRows(decoded(pieces(new TextEncoder().encode(csv), size), "utf-8"), dialectOf(csv)));
  it("is read in pieces of any size, with its own delimiter and any ends of lines", async () => {
    const csv = 'a;"b ""x""; y";c\r\n1;"two\r\nlines";ä\n\n2;;\r\n';
    for (const size of [1, 2, 5, 100])
      expect(await rowsOf(csv, size)).toEqual([
        ["a", 'b "x"; y', "c"],
        ["1", "two\r\nlines", "ä"],
        [""],
        ["2", "", ""],
      ]);
    expect(dialectOf(csv)).toEqual({ delimiter: ";", newline: "\r\n" });
    expect(dialectOf('"a,b"\tc\rd')).toEqual({ delimiter: "\t", newline: "\r" });
    expect(await rowsOf("a,b\r1,2\r3,4", 3)).toEqual([
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ]);
  });
  it("a row whose quotation mark is never closed is broken: it would hide the rows after it", async () => {
    const below = 'a,b\n1,x\n2,"y\n3,z\n4,';
    for (const size of [1, 7, 100])
      for (const end of ["w\n", '"w"\n5,v\n'])
        await expect(rowsOf(below + end, size)).rejects.toMatchObject({ row: 3 });
    const sloppy = 'a,b\n1,"he said "no" to us"\n2,a 5" pipe\n';
    expect(await rowsOf(sloppy, 7)).toHaveLength(3);
  });
  it("goes out as it came in", () => {
    const rows = [
      ["a", "b;c", 'd"e'],
      ["", " x", "two\nlines"],
    ];
    expect(csvText(rows, { delimiter: ";", newline: "\r\n" })).toBe(
      'a;"b;c";"d""e"\r\n;" x";"two\nlines"\r\n',
    );
    expect(csvText([], { delimiter: ",", newline: "\n" })).toBe("");
  });
  it("a formula gets an apostrophe, and a number alone stays what it was", () => {
    for (const bad of [
      "=1+1",
      "+cmd|' /C calc'!A0",
      "-2+3+cmd|' /C calc'!A0",
      "@SUM(A1)",
      "\t=1",
      "\r=1",
      "\n=1",
      "＝1",
      "+",
      "-",
      "+44 20 7946 0000 =x",
      "-A1",
      "+1*2",
    ])
      expect(harmless(bad), JSON.stringify(bad)).toBe(`'${bad}`);
    for (const good of [
      "+44 20 7946 0000",
      "+442079460000",
      "+44 (0)20-7946.0000",
      "-12.50",
      "-3",
      "a=b",
      "",
      "020",
      "'=1",
      "1-2",
    ])
      expect(harmless(good), good).toBe(good);
  });
});

describe("a whole table", () => {
  const said: Outcome[] = [
    { verdict: "clear", reasons: [{ code: "not-listed", list: "tps", asOf: "2026-11-20" }] },
    { verdict: "blocked", reasons: [{ code: "tps", list: "tps", asOf: "2026-11-20" }] },
  ];
  const head = {
    name: "TPS",
    regions: ["GB"],
    maxAgeDays: 28,
    numbers: 1,
    id: "tps",
    version: 1,
    asOf: "2026-11-20",
  };
  const answer = (numbers: Numbers) => {
    for (let part = 1; part <= numbers.parts; part++)
      numbers.put(part, {
        at: "2026-11-25T10:00:00.000Z",
        stamp: { seq: 1, policy: 0, lists: [head] },
        outcomes: said,
        of: numbers.part(part).map((n) => (n.endsWith("1") ? 1 : 0)),
      });
  };
  async function screened(table: Parameters<typeof run>[0]) {
    const { bytes, tally } = await run(table);
    return { text: new TextDecoder().decode(bytes), tally };
  }
  async function run(table: Awaited<ReturnType<typeof xlsxTable>>) {
    const work = new Run(table, await table.columns("GB"), "GB", []);
    await work.read();
    answer(work.numbers);
    const parts: Uint8Array[] = [];
    const clear: Uint8Array[] = [];
    const keep = (bytes: Uint8Array) => void clear.push(bytes);
    for await (const bytes of work.write(() => undefined, keep)) parts.push(bytes);
    return {
      bytes: await new Blob(parts as BlobPart[]).bytes(),
      clear: await new Blob(clear as BlobPart[]).text(),
      tally: work.tally,
      numbers: work.numbers.size,
    };
  }
  const openCsv = async (bytes: Uint8Array) => {
    const from = source(bytes);
    const start = await headOf({ ...from, bytes: () => pieces(bytes, 1000) });
    expect(kindOf(start)).toBe("csv");
    const encoding = await encodingOfAll(from, start);
    const text = await all(decoded(pieces(start, 99), encoding) as unknown as AsyncIterable<string[]>);
    return csvTable(from, encoding, text.join(""));
  };
  const csv =
    "Name,Phone,Phone 2,Note\r\nÉva,020 7946 0000,,=1+1\r\nBob,020 7946 0001,020 7946 0000,-5\r\n\r\nNo one,,,\r\nLost,4.4E+11,,extra,cell\r\n";
  const out =
    "Name,Phone,Phone 2,Note,,verdict,reasons,e164,screened at,TPS as of\r\n" +
    "Éva,020 7946 0000,,'=1+1,,clear,Not on TPS as of 20 Nov 2026.,+442079460000,2026-11-25T10:00:00.000Z,2026-11-20\r\n" +
    "Bob,020 7946 0001,020 7946 0000,-5,,blocked,On TPS (list of 20 Nov 2026).,+442079460001 +442079460000,2026-11-25T10:00:00.000Z,2026-11-20\r\n" +
    "\r\n" +
    "No one,,,,,,The row has no number.,,,\r\n" +
    "Lost,4.4E+11,,extra,cell,unknown,A spreadsheet turned the number into 1.6E+09: its digits are lost for good.,,,\r\n";

  it("keeps every column and the order of its rows, and counts them", async () => {
    const { text, tally } = await screened(await openCsv(new TextEncoder().encode(csv)));
    expect(text).toBe(out);
    expect(tally).toMatchObject({
      rows: 4,
      blank: 1,
      invalid: 1,
      duplicates: 1,
      verdicts: { clear: 1, caution: 0, blocked: 1, unknown: 1 },
    });
  });
  it("writes the rows that nothing bars once more, with the heading and nothing else", async () => {
    const { clear } = await run(await openCsv(new TextEncoder().encode(csv)));
    const [heading, first] = out.split("\r\n");
    expect(clear).toBe(`${heading}\r\n${first}\r\n`);
  });
  it("in the encoding that it came in", async () => {
    for (const encoding of ["utf-8-bom", "utf-16le", "utf-16be", "windows-1252"] satisfies Encoding[]) {
      const { bytes } = await run(await openCsv(encoderTo(encoding)(csv)));
      expect(bytes, encoding).toEqual(encoderTo(encoding)(out));
    }
  });
  it("as objects", async () => {
    const rows = [
      { id: 1, phone: "020 7946 0001", tags: ["x"] },
      { id: 2, phone: null, screening: "before" },
      { id: 3, phone: ["07700 900120", "07700 900130"] },
    ];
    const bytes = new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join("\n"));
    expect(kindOf(bytes)).toBe("ndjson");
    const { text } = await screened(ndjsonTable(source(bytes), "utf-8"));
    const [first, second, third] = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toEqual({
      ...rows[0],
      screening: {
        verdict: "blocked",
        reasons: [{ code: "tps", list: "tps", asOf: "2026-11-20" }],
        e164: ["+442079460001"],
        screenedAt: "2026-11-25T10:00:00.000Z",
        lists: { tps: "2026-11-20" },
      },
    });
    expect(second).toMatchObject({ screening: "before", "screening 2": { verdict: null } });
    expect(third).toMatchObject({
      screening: { verdict: "clear", e164: ["+447700900120", "+447700900130"] },
    });
    await expect(run(ndjsonTable(source(new TextEncoder().encode("{}\n{")), "utf-8"))).rejects.toMatchObject({
      row: 2,
    });
    // A line that never ends is not collected for ever.
    let read = 0;
    const endless: Source = {
      name: "",
      async *bytes() {
        yield new TextEncoder().encode('{}\n{"a":"');
        for (; read < 200; read++) yield await Promise.resolve(new Uint8Array(100_000).fill(97));
      },
    };
    await expect(run(ndjsonTable(endless, "utf-8"))).rejects.toMatchObject({ row: 2 });
    expect(read).toBeLessThan(100);
  });
  it("as a workbook, where text is never a formula", async () => {
    const rows = [
      ["Name", "Phone", "Since", "Sum"],
      ["=1+1", "+44 20 7946 0001", new Date("2026-01-02T00:00:00Z"), -5],
      ["Bob", 442079460000, null, true],
    ];
    const { default: write } = await import("write-excel-file/universal");
    const cells = rows.map((row) =>
      row.map((v) => (v instanceof Date ? { value: v, format: "yyyy-mm-dd" } : v)),
    );
    const blob = await write(cells as never).toBlob();
    expect(kindOf(await blob.bytes())).toBe("xlsx");
    const { bytes } = await run(await xlsxTable(blob));
    const again = await all((await xlsxTable(new Blob([bytes as BlobPart]))).entries());
    expect(again.map(({ own }) => own)).toEqual([
      ["Name", "Phone", "Since", "Sum", "verdict", "reasons", "e164", "screened at", "TPS as of"],
      [
        ...rows[1]!,
        "blocked",
        "On TPS (list of 20 Nov 2026).",
        "+442079460001",
        "2026-11-25T10:00:00.000Z",
        "2026-11-20",
      ],
      [
        ...rows[2]!,
        "clear",
        "Not on TPS as of 20 Nov 2026.",
        "+442079460000",
        "2026-11-25T10:00:00.000Z",
        "2026-11-20",
      ],
    ]);
  });
  it("that was screened before gets columns of other names", () => {
    expect(addedNames(["Verdict", "TPS as of", "tps as of 2"], [head])).toEqual([
      "verdict 2",
      "reasons",
      "e164",
      "screened at",
      "TPS as of 3",
    ]);
  });
  it("what is no table is said", () => {
    expect(() => kindOf(new Uint8Array())).toThrow("empty");
    expect(() => kindOf(new Uint8Array([1, 2, 3, 0, 4]))).toThrow("not-text");
    expect(() => kindOf(new Uint8Array([0xd0, 0xcf, 0x11]))).toThrow("old-excel");
  });
});
