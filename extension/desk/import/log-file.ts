/** A provider's CSV of calls or recordings: reads it, and sends its lines in their order. */
import { linesOf, type LogFile } from "../../../shared/call-logs/file.ts";
import { BrokenTable, wholeCsv } from "../../../shared/screening/csv.ts";
import { NotUnicode } from "../../../shared/screening/text.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { api } from "../../ui/api.ts";
import { fill } from "../parts/texts.ts";

/** Throws BrokenTable. */
export const readLog = (csv: string): LogFile => linesOf(wholeCsv(csv));

/** What `read` returns, or a sentence that says why the file cannot be read. */
export function readOrFault<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotUnicode) return fill(importEn.notUnicode, { line: error.line ?? "?" });
    if (!(error instanceof BrokenTable)) throw error;
    return fill(importEn.quoteOpen, { row: error.row ?? "?" });
  }
}

/** Rows a request: the API takes no more. */
export const CHUNK = 500;
const PATIENCE_MS = 60_000;

/**
 * Sends the rows, as a dry run or to import them. `heard` gets the outcomes request by request, up to the end, the abort or
 * the failure. Throws ApiError.
 */
export async function sendLines<Outcome>(
  path: string,
  rows: readonly unknown[],
  dryRun: boolean,
  signal: AbortSignal,
  heard: (outcomes: Outcome[]) => void,
  chunk = CHUNK,
): Promise<void> {
  for (let at = 0; at < rows.length && !signal.aborted; at += chunk) {
    const { results } = await api<{ results: Outcome[] }>(
      "POST",
      path,
      { dryRun, rows: rows.slice(at, at + chunk) },
      { patienceMs: PATIENCE_MS, ...(dryRun ? {} : { key: crypto.randomUUID() }) },
    );
    heard(results);
  }
}
