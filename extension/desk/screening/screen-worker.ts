/**
 * A web worker that screens a file with the command line's code. It reads the file twice: first to collect its numbers, which
 * are all that is sent, then to write it again with verdicts. The page sends its API requests (web-worker/send.ts).
 */
import type { Verdict } from "../../../shared/check/api.ts";
import { MAX_XLSX } from "../../../shared/core/limits.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { ScreeningDetail } from "../../../shared/screening/api.ts";
import type { Columns } from "../../../shared/screening/columns.ts";
import { BrokenTable } from "../../../shared/screening/csv.ts";
import { Run } from "../../../shared/screening/run.ts";
import { finish, open, sendParts } from "../../../shared/screening/send.ts";
import {
  csvTable,
  encodingOfAll,
  firstOf,
  headOf,
  kindOf,
  ndjsonTable,
  NotATable,
  type Source,
  type Table,
  type TableFault,
} from "../../../shared/screening/table.ts";
import { startOf } from "../../../shared/screening/text.ts";
import { xlsxTable } from "../../../shared/screening/xlsx.ts";
import { answered, RequestFailed, send, type SendAnswer, type SendAsked } from "../web-worker/send.ts";

export type Stage = "reading" | "sending" | "writing";
export type ScreenFault = TableFault | "large-xlsx" | "bad-xlsx" | "unreadable" | { row: number | null };
/** A file that can be screened: its columns, and an example value of each. */
export interface FoundTable {
  columns: Columns;
  example: string[];
}
export interface ScreenAsked {
  columns: Columns;
  region: string;
  also: string[];
  purpose?: Campaign;
}
/** Counts of the file's rows by outcome, the Worker's own figures, and the file with verdicts. */
export interface ScreenReport {
  rows: number;
  blank: number;
  invalid: number;
  duplicates: number;
  verdicts: Record<Verdict, number>;
  summary: ScreeningDetail;
  file: Blob;
  /** The same of the rows alone that nothing bars. */
  clear: Blob;
}

export type ToScreenWorker =
  | { kind: "open"; file: File; region: string }
  | { kind: "screen"; asked: ScreenAsked }
  | SendAnswer;
export type FromScreenWorker =
  | { kind: "opened"; found: FoundTable }
  | { kind: "progress"; stage: Stage; done: number; total: number }
  /** The Worker has opened the screening: from now on it can be cancelled. */
  | { kind: "begun"; id: string }
  | { kind: "done"; report: ScreenReport }
  | { kind: "fault"; fault: ScreenFault }
  | { kind: "failed"; id: number }
  | SendAsked;

const tell = (message: FromScreenWorker): void => postMessage(message);

let chosen: { file: File; table: Table } | null = null;

async function* bytesOf(file: File): AsyncGenerator<Uint8Array, void> {
  let done = 0;
  for await (const chunk of file.stream()) {
    yield chunk;
    tell({ kind: "progress", stage: "reading", done: (done += chunk.length), total: file.size });
  }
}

async function tableOf(file: File): Promise<Table> {
  const source: Source = { name: file.name, bytes: () => bytesOf(file) };
  const head = await headOf(source);
  const kind = kindOf(head);
  if (kind === "xlsx") return xlsxTable(file);
  const encoding = await encodingOfAll(source, head);
  return kind === "csv" ? csvTable(source, encoding, startOf(head, encoding)) : ndjsonTable(source, encoding);
}

async function openFile(file: File, region: string): Promise<void> {
  if (/\.xlsx$/i.test(file.name) && file.size > MAX_XLSX) return tell({ kind: "fault", fault: "large-xlsx" });
  const table = await tableOf(file);
  const columns = await table.columns(region);
  const first = (await firstOf(table.entries())).slice(columns.headed ? 1 : 0);
  const example = columns.names.map((_, at) => first.find(({ cells }) => cells[at]?.trim())?.cells[at] ?? "");
  chosen = { file, table };
  tell({ kind: "opened", found: { columns, example } });
}

async function screen({ columns, region, also, purpose }: ScreenAsked): Promise<void> {
  const { file, table } = chosen!;
  const progress = (stage: Stage) => (done: number, total: number) =>
    tell({ kind: "progress", stage, done, total });
  const run = new Run(table, columns, region, also);
  await run.read();
  if (run.rows === 0) throw new NotATable("empty");
  const wanted = { source: "desk" as const, name: file.name.slice(0, 200), ...(purpose && { purpose }) };
  const { id } = await open(send, wanted, crypto.randomUUID());
  tell({ kind: "begun", id });
  await sendParts(send, id, run.numbers, progress("sending"));
  const parts: BlobPart[] = [];
  const clearParts: BlobPart[] = [];
  const keep = (bytes: Uint8Array) => void clearParts.push(bytes as BlobPart);
  for await (const bytes of run.write(progress("writing"), keep)) parts.push(bytes as BlobPart);
  const summary = await finish(send, id, run.tally.sent);
  const { rows, blank, invalid, duplicates, verdicts } = run.tally;
  const [result, clear] = [parts, clearParts].map((of) => new Blob(of, { type: file.type })) as [Blob, Blob];
  tell({
    kind: "done",
    report: { rows, blank, invalid, duplicates, verdicts, summary, file: result, clear },
  });
}

function fail(error: unknown): void {
  if (error instanceof RequestFailed) tell({ kind: "failed", id: error.id });
  else if (error instanceof NotATable) tell({ kind: "fault", fault: error.fault });
  else if (error instanceof BrokenTable) tell({ kind: "fault", fault: { row: error.row } });
  else
    tell({ kind: "fault", fault: error instanceof Error && isWorkbook(error) ? "bad-xlsx" : "unreadable" });
}
const isWorkbook = ({ name }: Error): boolean => /Invalid(Input|Spreadsheet)Error/.test(name);

addEventListener("message", ({ data: message }: MessageEvent<ToScreenWorker>) => {
  if (message.kind === "open") void openFile(message.file, message.region).catch(fail);
  else if (message.kind === "screen") void screen(message.asked).catch(fail);
  else answered(message);
});
