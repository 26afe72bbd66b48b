/** Sends the rows of a file: in chunks, several at a time, each with its own Idempotency-Key. Reports by line. */
import { randomUUID } from "node:crypto";
import type { BulkAnswer } from "../../../shared/do-not-call/api.ts";
import { MAX_BULK } from "../../../shared/core/limits.ts";
import { doNotCallCliEn as t } from "../../../shared/texts/cli/do-not-call.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import type { Cli } from "../cli.ts";
import { type Ask, Refusal } from "../client.ts";
import { progress } from "../progress.ts";

/** Keeps a request below the Worker's limit of 1 MB. */
const MAX_CHARACTERS = 200_000;
const AT_ONCE = 4;
/** How many refused lines are printed; --json has all. */
const SHOWN = 20;

export interface BulkRow {
  line: number;
  body: Record<string, unknown>;
}
export interface BulkReport {
  rows: number;
  added: number;
  /** Already there, or earlier in the file. */
  there: number;
  refused: { line: number; number: string | null; code: string; why: string }[];
  /** Rows without an answer. Sending the same file again adds none of them twice. */
  unsent: number;
}

/**
 * `send` retries a failed request under its key. If one fails for good, the requests under way still finish, `broken` is
 * the reason, and the report counts the rows without an answer.
 */
export async function sendRows(
  path: string,
  rows: BulkRow[],
  send: Ask,
  quiet: boolean,
): Promise<{ report: BulkReport; broken: Refusal | null }> {
  const report: BulkReport = { rows: rows.length, added: 0, there: 0, refused: [], unsent: rows.length };
  const bar = progress(t.sending, quiet);
  const waiting = chunks(rows);
  let broken: Refusal | null = null;
  const work = async () => {
    for (let chunk = waiting.shift(); chunk && !broken; chunk = waiting.shift()) {
      try {
        const body = { rows: chunk.map((row) => row.body) };
        const { results } = await send<BulkAnswer>("POST", path, body, randomUUID());
        chunk.forEach((row, i) => count(report, row, results[i]!));
        bar.update(rows.length - report.unsent, rows.length);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        broken = error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(bar.stop);
  report.refused.sort((a, b) => a.line - b.line);
  return { report, broken };
}

function count(report: BulkReport, { line, body }: BulkRow, result: BulkAnswer["results"][number]): void {
  report.unsent--;
  if (result.status !== "refused") {
    report[result.status]++;
    return;
  }
  const number = result.number ?? (typeof body["number"] === "string" ? body["number"] : null);
  report.refused.push({ line, number, code: result.code ?? "", why: result.why ?? "" });
}

function chunks(rows: BulkRow[]): BulkRow[][] {
  const all: BulkRow[][] = [];
  let size = 0;
  for (const row of rows) {
    const length = JSON.stringify(row.body).length;
    const last = all.at(-1);
    if (!last || last.length === MAX_BULK || size + length > MAX_CHARACTERS) {
      all.push([row]);
      size = length;
    } else {
      last.push(row);
      size += length;
    }
  }
  return all;
}

/** The report in words: the counts, then the first refused lines with their reasons. */
export function sayReport({ added, there, refused }: BulkReport): string {
  const shown = refused.slice(0, SHOWN).map(({ line, why }) => fill(t.line, { line, why }));
  const more = refused.length - shown.length;
  return [
    [
      plural(english, t.added, added),
      plural(english, t.there, there),
      plural(english, t.refused, refused.length),
    ].join(", "),
    ...shown,
    ...(more > 0 ? [plural(english, t.more, more)] : []),
  ].join("\n");
}

/** Sends and prints. The exit code is 1 if a row was refused or did not arrive. */
export async function sendAndPrint(
  path: string,
  rows: BulkRow[],
  send: Ask,
  { json, print }: Pick<Cli, "json" | "print">,
): Promise<void> {
  const { report, broken } = await sendRows(path, rows, send, json());
  if (report.refused.length > 0 || broken) process.exitCode = 1;
  const why = broken && { error: broken.code, message: broken.message };
  print({ ...report, ...why }, sayReport(report));
  if (broken)
    process.stderr.write(
      `${fill(t.broken, { why: broken.message, rows: plural(english, t.rows, report.unsent) })}\n`,
    );
}
