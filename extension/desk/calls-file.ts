/** A log of calls (CSV): read here, and sent in the order of its lines. */
import Papa from "papaparse";
import type { CallsImported } from "../../shared/api-calls.ts";
import { type CallRow, type LogFile, linesOf } from "../../shared/calllog.ts";
import { MAX_BULK } from "../../shared/limits.ts";
import { api } from "../ui/api.ts";

export const readLog = (csv: string): LogFile =>
  linesOf(Papa.parse<string[]>(csv.replace(/^\uFEFF/, "")).data);

export type Outcome = CallsImported["results"][number];

const PATIENCE_MS = 60_000;

/** Tries them, or imports them. Throws where the Worker cannot be asked. */
export async function sendCalls(
  rows: readonly CallRow[],
  dryRun: boolean,
  progress: (done: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < rows.length) {
    const some = rows.slice(outcomes.length, outcomes.length + MAX_BULK);
    const { results } = await api<CallsImported>(
      "POST",
      "/v1/calls/import",
      { dryRun, rows: some },
      { patienceMs: PATIENCE_MS, ...(dryRun ? {} : { key: crypto.randomUUID() }) },
    );
    outcomes.push(...results);
    progress(outcomes.length);
  }
  return outcomes;
}
