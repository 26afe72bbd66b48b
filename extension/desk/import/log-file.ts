/** A provider's file of calls or recordings (CSV): read here, and sent in the order of its lines. */
import { type LogFile, linesOf } from "../../../shared/call-logs/file.ts";
import { BrokenTable, wholeCsv } from "../../../shared/screening/csv.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { api } from "../../ui/api.ts";
import { fill } from "../parts/words.ts";

/** Throws a BrokenTable. */
export const readLog = (csv: string): LogFile => linesOf(wholeCsv(csv));

/** What was read of a file, or why it cannot be, in words. */
export function readOrFault<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BrokenTable)) throw error;
    return fill(importEn.quoteOpen, { row: error.row ?? "?" });
  }
}

/** As the API takes at once. */
const CHUNK = 500;
const PATIENCE_MS = 60_000;

/** Tries them, or imports them; what came of them by then is heard as they go. Throws where the Worker cannot be asked. */
export async function sendLines<Outcome>(
  path: string,
  rows: readonly unknown[],
  dryRun: boolean,
  signal: AbortSignal,
  heard: (outcomes: Outcome[]) => void,
): Promise<void> {
  for (let at = 0; at < rows.length && !signal.aborted; at += CHUNK) {
    const { results } = await api<{ results: Outcome[] }>(
      "POST",
      path,
      { dryRun, rows: rows.slice(at, at + CHUNK) },
      { patienceMs: PATIENCE_MS, ...(dryRun ? {} : { key: crypto.randomUUID() }) },
    );
    heard(results);
  }
}
