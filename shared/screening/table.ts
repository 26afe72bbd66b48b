/**
 * A file of contacts as a table: CSV in any usual dialect and encoding, NDJSON, or a workbook. Rows keep all their
 * cells.
 */
import type { RegisterHead } from "../registers/api.ts";
import { type Columns, findColumns, SAMPLE } from "./columns.ts";
import { csvRows, csvText, dialectOf } from "./csv.ts";
import { ndjsonRows, ndjsonText, textOf } from "./ndjson.ts";
import { addedCells, addedNames, withResult } from "./result.ts";
import type { Judged } from "./row.ts";
import { decoded, encoderTo, type Encoding, encodingOf } from "./text.ts";

/** A file, wherever it is. `bytes` may be called more than once. */
export interface Source {
  name: string;
  bytes: () => AsyncIterable<Uint8Array>;
}

export interface Entry {
  cells: readonly string[];
  /** The row in its own format, where that holds more than the cells. */
  own?: unknown;
}
export interface Table {
  kind: "csv" | "ndjson" | "xlsx";
  /** Rows in their order, some at a time, with the heading. */
  entries: () => AsyncGenerator<Entry[], void>;
  columns: (region: string) => Promise<Columns>;
  /** `width` is the number of cells of the widest row. */
  output: (columns: Columns, width: number, lists: readonly RegisterHead[]) => Output;
}
export interface Output {
  heading: (entry: Entry) => Uint8Array;
  /** `judged` is null for a blank row. */
  rows: (rows: readonly { entry: Entry; judged: Judged | null }[]) => Uint8Array;
  end: () => Promise<Uint8Array>;
}

export type TableFault = "empty" | "not-text" | "not-unicode" | "old-excel";
export class NotATable extends Error {
  readonly fault: TableFault;
  constructor(fault: TableFault) {
    super(fault);
    this.fault = fault;
  }
}

export const isBlank = ({ cells }: Entry): boolean => cells.every((cell) => cell.trim() === "");

/** A file's format, by its first bytes. Throws NotATable. */
export function kindOf(head: Uint8Array): Table["kind"] {
  if (head.length === 0) throw new NotATable("empty");
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3) return "xlsx";
  if (head[0] === 0xd0 && head[1] === 0xcf && head[2] === 0x11) throw new NotATable("old-excel");
  if (encodingOf(head).startsWith("utf-16")) return "csv";
  if (head.includes(0)) throw new NotATable("not-text");
  return /^[\uFEFF\s]*\{/.test(new TextDecoder().decode(head)) ? "ndjson" : "csv";
}

/** The first bytes of a file: enough to tell its format, its dialect and its line endings. */
export async function headOf({ bytes }: Source): Promise<Uint8Array> {
  for await (const chunk of bytes()) return chunk.subarray(0, 65_536);
  return new Uint8Array();
}

/**
 * The encoding of a whole file. Text without a byte order mark is UTF-8 if all of it decodes as such, else
 * Windows-1252, in which every byte comes back. Throws NotATable where it is not what its mark says.
 */
export async function encodingOfAll(source: Source, head: Uint8Array): Promise<Encoding> {
  const encoding = encodingOf(head);
  try {
    for await (const _ of decoded(source.bytes(), encoding));
    return encoding;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (encoding !== "utf-8") throw new NotATable("not-unicode");
    return "windows-1252";
  }
}

const nothing = new Uint8Array();

export function csvTable(source: Source, encoding: Encoding, head: string): Table {
  const dialect = dialectOf(head);
  async function* entries(): AsyncGenerator<Entry[], void> {
    for await (const rows of csvRows(decoded(source.bytes(), encoding), dialect))
      yield rows.map((cells) => ({ cells }));
  }
  return {
    kind: "csv",
    entries,
    columns: async (region) => findColumns(await firstCells(entries()), region),
    output: ({ names }, width, lists) => {
      const encode = encoderTo(encoding);
      const padded = ({ cells }: Entry, added: readonly string[]) => [
        ...cells,
        ...Array.from({ length: width - cells.length }, () => ""),
        ...added,
      ];
      return {
        heading: (entry) => encode(csvText([padded(entry, addedNames(names, lists))], dialect)),
        rows: (rows) =>
          encode(
            csvText(
              rows.map(({ entry, judged }) =>
                judged === null ? entry.cells : padded(entry, addedCells(judged, lists)),
              ),
              dialect,
            ),
          ),
        end: () => Promise.resolve(nothing),
      };
    },
  };
}

/** `names` are the fields that count as columns, if they are known already. */
export function ndjsonTable(source: Source, encoding: Encoding, names: string[] = []): Table {
  async function* entries(): AsyncGenerator<Entry[], void> {
    for await (const rows of ndjsonRows(decoded(source.bytes(), encoding)))
      yield rows.map((own) => ({ own, cells: names.map((name) => textOf(own[name])) }));
  }
  return {
    kind: "ndjson",
    entries,
    async columns(region) {
      const first = await firstOf(entries());
      names = [...new Set(first.flatMap(({ own }) => Object.keys(own as object)))];
      const rows = first.map(({ own }) =>
        names.map((name) => textOf((own as Record<string, unknown>)[name])),
      );
      return { ...findColumns([names, ...rows], region), headed: false };
    },
    output: () => {
      const encode = encoderTo(encoding);
      const object = ({ entry, judged }: { entry: Entry; judged: Judged | null }) => {
        const own = entry.own as Record<string, unknown>;
        return judged === null ? own : withResult(own, judged);
      };
      return {
        heading: () => nothing,
        rows: (rows) => encode(ndjsonText(rows.map(object))),
        end: () => Promise.resolve(nothing),
      };
    },
  };
}

export async function firstOf(entries: AsyncIterable<Entry[]>): Promise<Entry[]> {
  const first: Entry[] = [];
  for await (const some of entries) {
    first.push(...some);
    if (first.length > SAMPLE) break;
  }
  return first.slice(0, SAMPLE + 1);
}
const firstCells = async (entries: AsyncIterable<Entry[]>) =>
  (await firstOf(entries)).map(({ cells }) => cells);
