/**
 * Streams a table through a screening: rows come in, are screened some thousands at a time, and go out with their
 * verdicts. Memory holds one slice. The first rows say which columns there are; a later row with more cells ends the
 * answer, as its verdict would be in the wrong column.
 */
import type { ScreeningStream } from "../../shared/screening/api.ts";
import { type Columns, nameOf } from "../../shared/screening/columns.ts";
import { BrokenTable } from "../../shared/screening/csv.ts";
import { MAX_PART } from "../../shared/core/limits.ts";
import { Numbers } from "../../shared/screening/numbers.ts";
import { Tally } from "../../shared/screening/result.ts";
import { judgeRow, rowReader, type RowNumbers } from "../../shared/screening/row.ts";
import {
  csvTable,
  type Entry,
  isBlank,
  ndjsonTable,
  type Source,
  type Table,
} from "../../shared/screening/table.ts";
import { type Encoding, encodingOf, startOf } from "../../shared/screening/text.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { chargeScreened } from "../check/budget.ts";
import type { Actor, Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { registerHeads, toHead } from "../registers/heads.ts";
import { currentPolicy } from "../policy/current.ts";
import { finishScreening, openScreening, type Screening, screenPart } from "./record.ts";

/** Bytes in which the columns are found, and characters of one slice. */
const HEAD = 65_536;
const SLICE = 4_000_000;

/** Throws a Problem where the screening cannot begin; a later fault ends the answer early. */
export async function streamThrough(
  env: Env,
  actor: Actor,
  body: ReadableStream<Uint8Array>,
  type: string,
  asked: ScreeningStream,
): Promise<{ screening: Screening; stream: ReadableStream<Uint8Array> }> {
  const { policy } = await currentPolicy(env.DB);
  const region = asked.region ?? policy.numbers.defaultRegion;
  const { head, source } = await begin(body);
  const start = tableOf({ name: "", bytes: () => once(head) }, head, type);
  const columns = await columnsOf(start, region, asked);
  const table = tableOf(source, head, type, columns.names);
  const heads = await registerHeads(env.DB);
  const screening = await openScreening(env, actor.id, {
    source: "api",
    name: asked.name,
    purpose: asked.purpose,
  });
  const end = (cancelled: boolean) => finishScreening(env, actor.id, screening, { ...tally.sent, cancelled });
  const tally = new Tally();
  const output = table.output(
    columns,
    columns.names.length,
    heads.map(toHead).filter(({ version }) => version > 0),
  );
  const read = rowReader(columns, region, policy.numbers.alsoRegions);
  let part = 0;

  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    let due = columns.headed;
    for await (const slice of slices(table, columns, read)) {
      const numbers = new Numbers();
      for (const { row } of slice) if (row) numbers.add(row);
      numbers.seal();
      if (numbers.size > 0) {
        await chargeScreened(env, actor, numbers.size);
        numbers.put(1, await screenPart(env, actor.id, screening, ++part, numbers.part(1)));
      }
      let rest = slice;
      if (due) {
        const at = slice.findIndex(({ entry }) => !isBlank(entry));
        due = at < 0;
        rest = due ? slice : slice.slice(at + 1);
        if (at >= 0) yield output.heading(slice[at]!.entry);
      }
      yield output.rows(
        rest.map(({ entry, row }) => {
          if (!row) return { entry, judged: null };
          const judged = judgeRow(row, numbers.known);
          tally.count(row, judged, numbers.repeated(row));
          return { entry, judged };
        }),
      );
    }
    await end(false);
  }
  const rows = pieces();
  const stream = new ReadableStream<Uint8Array>({
    // Rows are made as the reader takes them: a slow reader slows the sender, and no backlog builds up.
    async pull(controller) {
      try {
        const { value, done } = await rows.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        await end(true);
        controller.error(error);
      }
    },
    async cancel() {
      await end(true);
    },
  });
  return { screening, stream };
}

/** The first bytes, and a source that begins with them and can be read once. */
async function begin(body: ReadableStream<Uint8Array>): Promise<{ head: Uint8Array; source: Source }> {
  const reader = body.getReader();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD) {
    const { value, done } = await reader.read();
    if (done) break;
    first.push(value);
    size += value.length;
  }
  const head = new Uint8Array(size);
  let at = 0;
  for (const chunk of first) {
    head.set(chunk, at);
    at += chunk.length;
  }
  if (size === 0) throw new Problem("bad-request", details.noRows);
  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    yield head;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  }
  return { head, source: { name: "", bytes } };
}

async function* once(head: Uint8Array): AsyncGenerator<Uint8Array, void> {
  // Leave out an incomplete last line.
  const lines = head.lastIndexOf(0x0a);
  yield await Promise.resolve(lines < 0 ? head : head.subarray(0, lines + 1));
}

function tableOf(source: Source, head: Uint8Array, type: string, names?: string[]): Table {
  const encoding: Encoding = /charset="?(windows-1252|iso-8859-1)/i.test(type)
    ? "windows-1252"
    : encodingOf(head);
  return type.startsWith("text/csv")
    ? csvTable(source, encoding, startOf(head, encoding))
    : ndjsonTable(source, encoding, names);
}

async function columnsOf(
  table: Table,
  region: string,
  { column, country }: ScreeningStream,
): Promise<Columns> {
  const found = await table.columns(region).catch((error: unknown) => {
    if (error instanceof BrokenTable || error instanceof TypeError)
      throw new Problem("bad-request", details.noTable);
    throw error;
  });
  const named = (wanted: string) => {
    const at = found.names.flatMap((name, i) => (nameOf(name) === nameOf(wanted) ? [i] : []));
    if (at.length === 0) throw new Problem("bad-request", fill(details.noColumn, { column: wanted }));
    return at;
  };
  const phones = column.length > 0 ? column.flatMap(named) : found.phones;
  if (phones.length === 0) throw new Problem("bad-request", details.noPhones);
  return { ...found, phones, places: country.length > 0 ? country.flatMap(named) : found.places };
}

interface Read {
  entry: Entry;
  /** Null for a heading and for a blank row. */
  row: RowNumbers | null;
}

/** The rows in slices: the distinct numbers of each make one part. Throws a BrokenTable. */
async function* slices(
  table: Table,
  { names, headed }: Columns,
  read: (cells: readonly string[]) => RowNumbers,
): AsyncGenerator<Read[], void> {
  let slice: Read[] = [];
  let seen = new Set<string>();
  let size = 0;
  let count = 0;
  let due = headed;
  for await (const entries of table.entries())
    for (const entry of entries) {
      count++;
      if (entry.cells.length > names.length) throw new BrokenTable(count);
      const blank = isBlank(entry);
      const row = blank || due ? null : read(entry.cells);
      if (!blank) due = false;
      const own = row?.numbers.flatMap(({ e164, readings }) => (e164 === null ? readings : [e164])) ?? [];
      if (seen.size + own.length > MAX_PART || size > SLICE || slice.length >= MAX_PART) {
        yield slice;
        slice = [];
        seen = new Set();
        size = 0;
      }
      slice.push({ entry, row });
      for (const n of own) seen.add(n);
      size += entry.cells.reduce((sum, cell) => sum + cell.length, 0);
    }
  if (slice.length > 0) yield slice;
}
