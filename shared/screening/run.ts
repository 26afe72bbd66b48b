/**
 * Screens a table in two passes: `read` gathers its numbers, `write` writes its rows, in their order, with the answers.
 * Nothing of a row is kept in between, so memory grows by some bytes a number.
 */
import type { Columns } from "./columns.ts";
import { Numbers } from "./numbers.ts";
import { Tally } from "./result.ts";
import { judgeRow, rowReader } from "./row.ts";
import { type Entry, isBlank, type Table } from "./table.ts";

export class Run {
  readonly numbers = new Numbers();
  readonly tally = new Tally();
  rows = 0;
  readonly #table: Table;
  readonly #columns: Columns;
  readonly #read: ReturnType<typeof rowReader>;
  #width = 0;

  constructor(table: Table, columns: Columns, region: string, also: readonly string[]) {
    this.#table = table;
    this.#columns = columns;
    this.#read = rowReader(columns, region, also);
  }

  async read(): Promise<void> {
    for await (const { heading, entries } of this.#parts()) {
      for (const entry of heading === null ? entries : [heading, ...entries])
        this.#width = Math.max(this.#width, entry.cells.length);
      for (const entry of entries) if (!isBlank(entry)) this.numbers.add(this.#read(entry.cells));
      this.rows += entries.length;
    }
    this.numbers.seal();
  }

  /**
   * The rows with their results; call it once every part was answered. `clear` gets a second table, of the rows alone whose
   * numbers nothing bars.
   */
  async *write(
    progress: (done: number, total: number) => void,
    clear?: (bytes: Uint8Array) => void,
  ): AsyncGenerator<Uint8Array, void> {
    const open = () => this.#table.output(this.#columns, this.#width, this.numbers.lists);
    const [output, some] = [open(), clear && open()];
    let done = 0;
    for await (const { heading, entries } of this.#parts()) {
      if (heading) {
        yield output.heading(heading);
        if (some) clear?.(some.heading(heading));
      }
      const rows = entries.map((entry) => ({ entry, judged: isBlank(entry) ? null : this.#judge(entry) }));
      yield output.rows(rows);
      if (some) clear?.(some.rows(rows.filter(({ judged }) => judged?.verdict === "clear")));
      progress((done += entries.length), this.rows);
    }
    yield await output.end();
    if (some) clear?.(await some.end());
  }

  #judge({ cells }: Entry) {
    const row = this.#read(cells);
    const judged = judgeRow(row, this.numbers.known);
    this.tally.count(row, judged, this.numbers.repeated(row));
    return judged;
  }

  /** The rows, with the heading separated: it is the first row that is not blank. */
  async *#parts(): AsyncGenerator<{ heading: Entry | null; entries: Entry[] }, void> {
    let due = this.#columns.headed;
    for await (const entries of this.#table.entries()) {
      const at = due ? entries.findIndex((entry) => !isBlank(entry)) : -1;
      if (at < 0) yield { heading: null, entries };
      else {
        due = false;
        // Blank rows before the heading stay blank.
        if (at > 0) yield { heading: null, entries: entries.slice(0, at) };
        yield { heading: entries[at]!, entries: entries.slice(at + 1) };
      }
    }
  }
}
