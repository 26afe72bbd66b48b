/** A month as one Parquet file, for analysts: written page by page, whole or not at all. */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import {
  ByteWriter,
  ParquetWriter,
  type BasicType,
  type ColumnSource,
  schemaFromColumnData,
} from "hyparquet-writer";
import { pauseAfter } from "../../shared/core/retry.ts";
import { cliHelpEn } from "../../shared/texts/cli/cli.en.ts";
import { monthsCliEn as t, monthsHelpEn as help } from "../../shared/texts/cli/months.en.ts";
import { english, fill, plural } from "../../shared/texts/language.ts";
import { type Cli, wantFree } from "./cli.ts";
import { type Ask, Refusal } from "./client.ts";
import { exits } from "./exits.ts";

export interface Column<T> {
  name: string;
  type: BasicType;
  of: (row: T) => unknown;
}
export const columnsOf =
  <T>() =>
  (name: string, of: Column<T>["of"], type: BasicType = "STRING"): Column<T> => ({ name, type, of });
/** Milliseconds, as a column of times has them. */
export const timeIn = (at: string | null): Date | null => (at === null ? null : new Date(at));

/** Of what a month is taken out: `GET /v1/{name}/months/{month}` answers its rows as a field of the same name. */
export interface Rows<T> {
  name: keyof typeof t.counts;
  columns: readonly Column<T>[];
}

interface Options {
  output: string;
  force: boolean;
}

/** Adds `export` to a command. */
export function addExport<T>(command: Command, { signedIn, json, print }: Cli, rows: Rows<T>): void {
  const { name } = rows;
  command
    .command("export")
    .description(help.export[name])
    .argument("<month>", help.month, month)
    .requiredOption("-o, --output <file>", cliHelpEn.output)
    .option("--force", cliHelpEn.force, false)
    .action(async (which: string, { output, force }: Options) => {
      wantFree(output, force);
      const counted = (n: number) => plural(english, t.counts[name], n);
      const say = (n: number) =>
        json() ? 0 : process.stderr.write(`${fill(t.written, { rows: counted(n) })}\n`);
      const n = await exportMonth(rows, signedIn(), which, output, say);
      print({ file: output, [name]: n }, fill(t.exported, { rows: counted(n), file: output }));
    });
}

function month(text: string): string {
  if (!/^2\d{3}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError(help.wantsMonth);
  return text;
}

/** Rows of a row group, at least: what is in memory. */
const GROUP = 20_000;

const dataOf = <T>(columns: readonly Column<T>[], rows: readonly T[]): ColumnSource[] =>
  columns.map(({ of, ...its }) => ({ ...its, data: rows.map(of) }));

/** Writes by a descriptor, a row group at a time: who else takes the file's name meanwhile changes nothing in it. */
class OpenFile extends ByteWriter {
  readonly #fd: number;
  constructor(fd: number) {
    super();
    this.#fd = fd;
  }
  flush(): void {
    for (let at = 0; at < this.index;) at += writeSync(this.#fd, this.getBytes(), at);
    this.index = 0;
  }
  override finish(): void {
    this.flush();
  }
}

/** Rows by their name, and behind which the next page begins. */
type Answer<T> = Record<string, readonly T[]> & { next: string | null };

/** How often a page is asked for that meets a change each time. */
const TRIES = 6;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** A page; asked for again, after a pause that doubles, where the month's files changed meanwhile. Throws a Refusal. */
async function pageOf<T>(ask: Ask, path: string, pauseMs: number): Promise<Answer<T>> {
  for (let n = 1; n <= TRIES; n++)
    try {
      return await ask<Answer<T>>("GET", path);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "conflict") throw error;
      if (n < TRIES) await wait(pauseAfter(n, pauseMs, LONGEST_PAUSE_MS));
    }
  throw new Refusal("conflict", t.changing, exits.away);
}

/** Writes the complete month, or no file. `say` is told how many rows are written. Answers how many. Throws a Refusal. */
export async function exportMonth<T>(
  { name, columns }: Rows<T>,
  ask: Ask,
  which: string,
  file: string,
  say: (n: number) => unknown,
  pauseMs = PAUSE_MS,
): Promise<number> {
  // Of this run alone: another one for the same file, and a person's own, have other names.
  const part = `${file}.${randomUUID()}.part`;
  try {
    // Readable by its owner only: it contains personal data.
    const fd = openSync(part, "wx", 0o600);
    const page = (after: string) => pageOf<T>(ask, `/v1/${name}/months/${which}${after}`, pauseMs);
    const rows = async (after: string) => {
      const answer = await page(after);
      return { rows: answer[name]!, next: answer.next };
    };
    const written = await writePages(columns, rows, new OpenFile(fd), say).finally(() => closeSync(fd));
    renameSync(part, file);
    return written;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // The file system's, such as ENOSPC.
    throw /^E[A-Z]+$/.test(code) ? new Refusal("no-file", fill(t.notWritten, { file })) : error;
  }
}

async function writePages<T>(
  columns: readonly Column<T>[],
  page: (after: string) => Promise<{ rows: readonly T[]; next: string | null }>,
  writer: OpenFile,
  say: (n: number) => unknown,
): Promise<number> {
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: dataOf(columns, []) }),
    createdBy: "ClearDial",
  });
  let [written, waiting] = [0, [] as T[]];
  const write = async () => {
    await parquet.write({ columnData: dataOf(columns, waiting), rowGroupSize: waiting.length });
    written += waiting.length;
    waiting = [];
    say(written);
  };
  for (let after = ""; ;) {
    const { rows, next } = await page(after);
    waiting.push(...rows);
    if (waiting.length >= GROUP) await write();
    if (next === null) break;
    after = `?after=${encodeURIComponent(next)}`;
  }
  if (waiting.length > 0) await write();
  await parquet.finish();
  return written;
}
