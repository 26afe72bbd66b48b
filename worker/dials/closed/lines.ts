/** Closed dials as lines of files; which of them close, and what the index has of them. */
import { MINUTE, DAY } from "../../../shared/core/time.ts";
import { dialLayer } from "../../../shared/dials/api.ts";
import { zonesOf } from "../../../shared/hours/zones.ts";
import { regionOf } from "../../../shared/phone/phone.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import {
  besideIn,
  type Kind,
  type Line as ClosedLine,
  refuseWhere,
  rowsIn,
} from "../../storage/closed/kind.ts";
import { countsIn } from "../../storage/closed/files.ts";
import { sql, type Statement } from "../../core/sql.ts";
import { dialFrom, dialTime } from "../row-number.ts";
import { callsBeside, type ClosedCall, plainCalls, readCall, unlistCalls } from "./calls.ts";

export interface Line extends ClosedLine {
  by: number;
  number: number;
  late: number;
  /** The logged call that was made by it. */
  call: ClosedCall | null;
}

export const dialsKind: Kind<Line> = {
  name: "dials",
  table: "dials",
  key: "num",
  columns: [
    ...["num", "by", "number", "late", "action", "refused", "verdict", "worker_verdict", "agrees", "page"],
    ...["reasons", "worker_reasons", "state", "seen_state", "seen_seq", "key", "salt_high", "salt_low"],
    ...["code", "written", "basis", "reason", "id", "record_number", "layer", "sighting", "medium", "via"],
  ],
  large: ["key", "salt_high", "salt_low", "code"],
  ...{ files: "closed_files", out: "closed_out", index: "closed_numbers" },
  numAt: (ms) => dialFrom(new Date(ms).toISOString()),
  timeAt: dialTime,
  readLine: (text) => {
    const row = JSON.parse(text) as unknown[];
    const [num, by, number, late] = row as [number, number, number, number];
    const call = row[dialsKind.columns.length] as readonly unknown[] | undefined;
    return { num, by, number, late, call: call ? readCall(call) : null, text };
  },
  beside: callsBeside,
};

/** SQL to put before a statement that reads `dials`: it then reads those of the lines (`?1`). */
export const FROM_LINES = `WITH dials AS MATERIALIZED (SELECT *, num >> 6 AS at, (num >> 6) - late AS device_at FROM (${rowsIn(dialsKind)}))`;
/** The same of `calls`, besides. */
export const CALLS_FROM_LINES = `${FROM_LINES}, calls AS MATERIALIZED (
  ${rowsIn(callsBeside, ["'c' || (value ->> 0) || '|' || (value ->> 1) AS rowid"], besideIn(dialsKind))})`;

/**
 * SQL of a row `d` of `dials`: it is plain, and nothing refers to it but one plain call. Numbers of regions whose law counts calls stay besides
 * (close.ts), as does what a clock that was off by more than a day wrote.
 */
export const plain = `d.action = 0 AND d.refused = 0 AND d.verdict = 0 AND d.worker_verdict = 0 AND d.agrees = 1
  AND d.number IS NOT NULL AND d.record_number IS NULL AND d.sighting IS NULL AND COALESCE(d.medium, 0) = 0
  AND d.layer <> ${dialLayer.options.indexOf("server")} AND d.code IS NOT NULL AND d.id IS NULL AND abs(d.late) <= ${DAY}
  AND NOT EXISTS (SELECT 1 FROM dials s WHERE s.sighting = d.num)
  AND NOT EXISTS (SELECT 1 FROM gate_calls g WHERE g.dial = d.num)
  AND NOT EXISTS (SELECT 1 FROM request_items i WHERE i.ref = CAST(d.num AS TEXT))
  AND NOT EXISTS (SELECT 1 FROM restricted x WHERE x.kind = 'dial' AND x.ref = CAST(d.num AS TEXT))
  AND ${plainCalls}
  AND NOT EXISTS (SELECT 1 FROM suppressions n WHERE n.number = d.number)`;

/** Calls of a quarter of an hour. */
export const QUARTER = 15 * MINUTE;
/** Row numbers of a quarter of an hour. */
export const QUARTER_OF_ROWS = QUARTER * 64;

/** Adds the calls of lines to `closed_calls`, or takes them off. */
export function countLines(lines: readonly Line[], sign: 1 | -1): Statement[] {
  const sums = new Map<string, number>();
  for (const { num, number, late } of lines) {
    const e164 = e164Of(number);
    const made = Math.floor((dialTime(num) - late) / QUARTER);
    const key = JSON.stringify([
      Math.floor(dialTime(num) / QUARTER),
      made,
      JSON.stringify(zonesOf(e164, regionOf(e164) ?? "")),
    ]);
    sums.set(key, (sums.get(key) ?? 0) + sign);
  }
  const rows = [...sums].map(([key, n]) => [...(JSON.parse(key) as (number | string)[]), n]);
  return [
    sql(
      `INSERT INTO closed_calls (quarter, made, zones, n)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE TRUE
       ON CONFLICT DO UPDATE SET n = n + excluded.n`,
      JSON.stringify(rows),
    ),
    ...(sign === 1
      ? []
      : [sql("DELETE FROM closed_calls WHERE n = 0 AND quarter BETWEEN ? AND ?", ...spanOf(rows))]),
  ];
}
const spanOf = (rows: readonly (number | string)[][]): [number, number] => {
  const quarters = rows.map(([quarter]) => Number(quarter)).sort((a, b) => a - b);
  return [quarters[0] ?? 0, quarters.at(-1) ?? 0];
};

/** JSON: number and dial of each line, as `closed_numbers` has them. */
export const pairsOf = (lines: readonly Line[]): string =>
  JSON.stringify(lines.map(({ number, num }) => [number, num]));
/** SQL: whether a pair is a line that counts: of months that are packed the table has none. */
export const counts = (pair: string): string =>
  `(EXISTS (SELECT 1 FROM closed_numbers c WHERE c.number = ${pair} ->> 0 AND c.num = ${pair} ->> 1)
    OR ${countsIn(dialsKind, `${pair} ->> 1`)})`;
/** Refuses the batch unless each of these lines is one that counts. */
const wantClosed = (lines: readonly Line[]): Statement =>
  refuseWhere(`EXISTS (SELECT 1 FROM json_each(?) j WHERE NOT ${counts("j.value")})`, pairsOf(lines));
/** Lines that count until now: those of packed months are in `closed_out` from then on, or their file is gone. */
export const unlistLines = (lines: readonly Line[]): Statement[] =>
  lines.length === 0
    ? []
    : [
        wantClosed(lines),
        sql(
          `DELETE FROM closed_numbers WHERE (number, num) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
          pairsOf(lines),
        ),
        ...countLines(lines, -1),
        ...unlistCalls(lines),
      ];
