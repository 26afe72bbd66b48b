/** NDJSON: one JSON object a line. */
import { BrokenTable, LONGEST_ROW } from "./csv.ts";

type Row = Record<string, unknown>;

export async function* ndjsonRows(texts: AsyncIterable<string>): AsyncGenerator<Row[], void> {
  let rest = "";
  let line = 0;
  const read = (text: string): Row[] => {
    line++;
    if (text.trim() === "") return [];
    try {
      const row: unknown = JSON.parse(text);
      if (typeof row === "object" && row !== null && !Array.isArray(row)) return [row as Row];
    } catch {
      // Thrown below, as for a value that is not an object.
    }
    throw new BrokenTable(line);
  };
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    const rows = lines.flatMap(read);
    if (rest.length > LONGEST_ROW) throw new BrokenTable(line + 1);
    if (rows.length > 0) yield rows;
  }
  const last = read(rest);
  if (last.length > 0) yield last;
}

export const ndjsonText = (rows: readonly Row[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** A value as a cell's text. Lists are joined by commas; objects, booleans and null become empty. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) ? value.map(textOf).join(", ") : "";
}
