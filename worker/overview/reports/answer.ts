/** A report's parts, its table as CSV, from its one description. */
import {
  type Cell,
  MAX_REPORT_ROWS,
  type ReportAnswer,
  type ReportName,
  type reportQuery,
} from "../../../shared/overview/api-reports.ts";
import type * as z from "zod";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { csvText } from "../../../shared/screening/csv.ts";
import { reportsEn, sourcesEn } from "../../../shared/texts/overview/reports.en.ts";
import { periodOf } from "../figures.ts";
import { currentPolicy } from "../../policy/current.ts";
import { announced } from "./announced.ts";
import { consents } from "./consents.ts";
import { hours } from "./hours.ts";
import { misuse } from "./misuse.ts";
import { overrides } from "./overrides.ts";
import { presented } from "./presented.ts";
import { refusals } from "./refusals.ts";
import type { Report, Row } from "./report.ts";

const reports: Readonly<Record<ReportName, Report>> = {
  ...{ misuse, presented, hours, overrides, consents, refusals, announced },
};

/** Makes a report. `now` is in milliseconds. Throws invalid for a period that no clock has. */
export async function answerOf(
  db: D1Database,
  report: ReportName,
  { from, to }: Pick<z.output<typeof reportQuery>, "from" | "to">,
  by: string,
  now: number,
): Promise<ReportAnswer> {
  const { policy, version } = await currentPolicy(db);
  const zone = zoneOfPolicy(policy);
  // First: what is written meanwhile may be in the report, and is behind this row.
  const head = await db
    .prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    .first<ReportAnswer["made"]["head"]>();
  const { columns, chart, make } = reports[report];
  const made = await make(db, { from, to, zone, ...periodOf(from, to, zone), policy, now });
  const { title, lead, notes, ...words } = reportsEn[report];
  const labels: Readonly<Record<string, string>> = {
    ...words.columns,
    ...("series" in words ? words.series : {}),
  };
  const ids = Object.keys(columns);
  const rows = made.rows.slice(0, MAX_REPORT_ROWS);
  const drawn = made.charted ?? rows;
  return {
    ...{ report, title, lead, from, to, zone },
    columns: ids.map((id) => ({ id, label: labels[id]!, kind: columns[id]! })),
    rows: rows.map((row) => ids.map((id) => row[id] ?? null)),
    cut: made.rows.length > MAX_REPORT_ROWS,
    chart: {
      ...{ title: words.chart, along: labels[chart.along]! },
      labels: drawn.map((row) => String(row[chart.along] ?? "")),
      series: chart.series.map((id) => ({
        label: labels[id]!,
        values: drawn.map((row) => numberIn(row, id)),
      })),
    },
    notes,
    made: {
      ...{ at: new Date(now).toISOString(), by, policy: version, head: head! },
      from: Object.entries(made.from).map(([what, count]) => ({
        what: sourcesEn[what as keyof typeof sourcesEn],
        count,
      })),
    },
  };
}

const numberIn = (row: Row, id: string): number | null => {
  const value: Cell = row[id] ?? null;
  return typeof value === "number" ? value : null;
};

/** The table with its headings, as spreadsheets read it. */
export const csvOf = ({ columns, rows }: ReportAnswer): string =>
  csvText([columns.map(({ label }) => label), ...rows.map((row) => row.map((cell) => String(cell ?? "")))], {
    ...{ delimiter: ",", newline: "\r\n" },
  });
