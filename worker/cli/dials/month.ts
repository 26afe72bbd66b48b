/** `cleardial dials export`: a month of dials as one Parquet file, for analysts. */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { InvalidArgumentError } from "commander";
import {
  ByteWriter,
  ParquetWriter,
  type BasicType,
  type ColumnSource,
  schemaFromColumnData,
} from "hyparquet-writer";
import { pauseAfter } from "../../../shared/core/retry.ts";
import type { MonthAnswer, MonthDial } from "../../../shared/dials/api.ts";
import { cliHelpEn } from "../../../shared/texts/cli/cli.en.ts";
import { dialsCliEn as t, dialsHelpEn as help } from "../../../shared/texts/cli/dials.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { type Cli, wantFree } from "../cli.ts";
import { type Ask, Refusal } from "../client.ts";
import { exits } from "../exits.ts";

interface Options {
  output: string;
  force: boolean;
}

export function addDialsCommands({ program, signedIn, json, print }: Cli): void {
  const dials = program.command("dials").description(help.dials);

  dials
    .command("export")
    .description(help.export)
    .argument("<month>", help.month, month)
    .requiredOption("-o, --output <file>", cliHelpEn.output)
    .option("--force", cliHelpEn.force, false)
    .action(async (which: string, { output, force }: Options) => {
      wantFree(output, force);
      const say = (n: number) => (json() ? 0 : process.stderr.write(`${fill(t.written, { n })}\n`));
      const n = await exportMonth(signedIn(), which, output, say);
      print(
        { file: output, dials: n },
        fill(t.exported, { dials: plural(english, t.dials, n), file: output }),
      );
    });
}

function month(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError(help.wantsMonth);
  return text;
}

/** Rows of a row group, at least: what is in memory. */
const GROUP = 20_000;

interface Column {
  name: string;
  type: BasicType;
  of: (dial: MonthDial) => unknown;
}
const column = (name: string, of: Column["of"], type: BasicType = "STRING"): Column => ({ name, type, of });
/** Numbers, and ids beyond what a double holds, as text. Any may be empty: one old dial that lacks something ends no export. */
const columns: readonly Column[] = [
  column("id", (d) => d.id),
  column("arrived_at", (d) => new Date(d.at), "TIMESTAMP"),
  column("made_at", (d) => new Date(d.deviceAt), "TIMESTAMP"),
  column("number", (d) => d.number),
  column("record_number", (d) => d.recordNumber),
  column("written", (d) => d.written),
  column("layer", (d) => d.layer),
  column("sighting", (d) => d.sighting),
  column("medium", (d) => d.medium),
  column("via", (d) => d.via),
  column("action", (d) => d.action),
  column("refused", (d) => d.refused, "BOOLEAN"),
  column("page_verdict", (d) => d.verdict),
  column("page_reasons", (d) => d.reasons, "JSON"),
  column("verdict", (d) => d.workerVerdict),
  column("reasons", (d) => d.workerReasons, "JSON"),
  column("agrees", (d) => d.agrees, "BOOLEAN"),
  column("basis", (d) => d.basis),
  column("override_reason", (d) => d.reason),
  column("purpose", (d) => d.purpose),
  column("host", (d) => d.host),
  column("person", (d) => d.by),
  column("person_name", (d) => d.byName),
];
const dataOf = (dials: readonly MonthDial[]): ColumnSource[] =>
  columns.map(({ of, ...its }) => ({ ...its, data: dials.map(of) }));

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

/** How often a page is asked for that meets a change each time. */
const TRIES = 6;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** A page; asked for again, after a pause that doubles, where the month's files changed meanwhile. Throws a Refusal. */
async function pageOf(ask: Ask, path: string, pauseMs: number): Promise<MonthAnswer> {
  for (let n = 1; n <= TRIES; n++)
    try {
      return await ask<MonthAnswer>("GET", path);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "conflict") throw error;
      if (n < TRIES) await wait(pauseAfter(n, pauseMs, LONGEST_PAUSE_MS));
    }
  throw new Refusal("conflict", t.changing, exits.away);
}

/** Writes the complete month, or no file. `say` is told how many dials are written. Answers how many. Throws a Refusal. */
export async function exportMonth(
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
    const page = (after: string) => pageOf(ask, `/v1/dials/months/${which}${after}`, pauseMs);
    const written = await writePages(page, new OpenFile(fd), say).finally(() => closeSync(fd));
    renameSync(part, file);
    return written;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // The file system's, such as ENOSPC.
    throw /^E[A-Z]+$/.test(code) ? new Refusal("no-file", fill(t.notWritten, { file })) : error;
  }
}

async function writePages(
  page: (after: string) => Promise<MonthAnswer>,
  writer: OpenFile,
  say: (n: number) => unknown,
): Promise<number> {
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: dataOf([]) }),
    createdBy: "ClearDial",
  });
  let [written, waiting] = [0, [] as MonthDial[]];
  const write = async () => {
    await parquet.write({ columnData: dataOf(waiting), rowGroupSize: waiting.length });
    written += waiting.length;
    waiting = [];
    say(written);
  };
  for (let after = ""; ;) {
    const { dials, next } = await page(after);
    waiting.push(...dials);
    if (waiting.length >= GROUP) await write();
    if (next === null) break;
    after = `?after=${next}`;
  }
  if (waiting.length > 0) await write();
  await parquet.finish();
  return written;
}
