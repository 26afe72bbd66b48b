/** A CSV file of numbers for the do-not-call list: reads its lines, and sends many in one request. */
import type {
  BulkAnswer,
  ObjectionScope,
  Suppression,
  SuppressionRequest,
} from "../../../shared/do-not-call/api.ts";
import { readDate } from "../../../shared/core/read-date.ts";
import { wholeCsv } from "../../../shared/screening/csv.ts";
import { dncBulkEn, dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { api } from "../../ui/api.ts";

export interface BulkLine {
  /** In the file, from 1. */
  line: number;
  number: string;
  reason: string;
  kind: string;
  until: string;
  scope: string;
}

const headings = {
  number: /^(number|phone|tel(ephone)?( number)?|phone number|mobile|msisdn)$/i,
  reason: /^(reason|why|note|notes|comment)$/i,
  kind: /^(kind|type)$/i,
  until: /^(until|last day|end|end date)$/i,
  scope: /^(scope|whom)$/i,
};

/**
 * The lines that are not empty. A first line that names a column of numbers is taken as headings; otherwise the columns are
 * number and reason. Throws BrokenTable.
 */
export function readBulk(csv: string): BulkLine[] {
  const rows = wholeCsv(csv).map((cells, i) => ({
    line: i + 1,
    cells: cells.map((cell) => cell.trim()),
  }));
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const first = filled[0]?.cells ?? [];
  const at = (name: keyof typeof headings) => first.findIndex((cell) => headings[name].test(cell));
  const headed = at("number") !== -1;
  const places = headed
    ? {
        ...{ number: at("number"), reason: at("reason"), kind: at("kind") },
        ...{ until: at("until"), scope: at("scope") },
      }
    : { number: 0, reason: 1, kind: -1, until: -1, scope: -1 };
  return filled.slice(headed ? 1 : 0).map(({ line, cells }) => ({
    line,
    number: cells[places.number] ?? "",
    reason: cells[places.reason] ?? "",
    kind: cells[places.kind]?.toLowerCase() ?? "",
    until: cells[places.until] ?? "",
    scope: cells[places.scope]?.toLowerCase() ?? "",
  }));
}

export interface Refusal {
  line: number;
  number: string;
  why: string;
}

/** Values for lines that lack their own, and the source of all. */
export interface Defaults {
  kind: Suppression["kind"];
  reason: string;
  source: string;
}

const isScope = (scope: string): scope is ObjectionScope => Object.hasOwn(dncEn.scopes, scope);

/** A line as a request, or a sentence that says why it cannot be one. */
function requestOf({ number, until, reason, kind, scope }: BulkLine, defaults: Defaults) {
  const text = dncBulkEn;
  const lastDay = readDate(until);
  const body: SuppressionRequest = {
    number,
    kind: kind === "objection" || kind === "house" ? kind : defaults.kind,
    reason: reason || defaults.reason,
    source: defaults.source,
    ...(lastDay !== null && { until: lastDay }),
  };
  if (kind !== "" && kind !== body.kind) return text.badKind;
  if (scope !== "" && !isScope(scope)) return text.badScope;
  if (isScope(scope)) body.scope = scope;
  if (body.reason.trim() === "") return text.noReason;
  if (until !== "" && lastDay === null) return text.badDate;
  return body;
}

/** Lines in one request, and requests at a time. Each request is one change of the list. */
const CHUNK = 250;
const PARALLEL = 3;

export interface BulkReport {
  /** Lines sent or refused so far. */
  done: number;
  added: number;
  /** On the list already. */
  there: number;
  refused: Refusal[];
}

/**
 * Enters the lines. A refused line is reported, and the others continue. A failed request ends it and throws ApiError. The
 * same file may be sent again: numbers on the list already count as `there`.
 */
export async function enterAll(
  lines: BulkLine[],
  defaults: Defaults,
  signal: AbortSignal,
  progress: (report: BulkReport) => void,
): Promise<BulkReport> {
  const report: BulkReport = { done: 0, added: 0, there: 0, refused: [] };
  const refuse = ({ line, number }: BulkLine, why: string) => report.refused.push({ line, number, why });
  let next = 0;
  async function enter(chunk: BulkLine[]): Promise<void> {
    const good = chunk.flatMap((line) => {
      const body = requestOf(line, defaults);
      if (typeof body !== "string") return [{ line, body }];
      refuse(line, body);
      return [];
    });
    if (good.length > 0) {
      const rows = good.map(({ body }) => body);
      const { results } = await api<BulkAnswer>(
        "POST",
        "/v1/suppressions/bulk",
        { rows },
        { key: crypto.randomUUID() },
      );
      good.forEach(({ line }, i) => {
        const { status, why = "" } = results[i]!;
        if (status === "refused") refuse(line, why);
        else report[status]++;
      });
    }
    report.done += chunk.length;
    report.refused.sort((a, b) => a.line - b.line);
    progress({ ...report, refused: [...report.refused] });
  }
  const work = async (): Promise<void> => {
    while (next < lines.length && !signal.aborted) await enter(lines.slice(next, (next += CHUNK)));
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return report;
}
