/** The API of reports; conventions in shared/api.ts. */
import * as z from "zod";
import { count, time } from "../api.ts";
import { period, within } from "../proof/api.ts";

export const reportName = z.enum([
  "misuse",
  "presented",
  "hours",
  "overrides",
  "consents",
  "refusals",
  "announced",
]);
/** The longest period of one report, in days. */
export const MAX_REPORT_DAYS = 92;
/** Rows of one report at most: it says where there were more. */
export const MAX_REPORT_ROWS = 5000;
/** How it is answered: its parts, its table alone for a spreadsheet, or a page to print. */
export const reportForm = z.enum(["json", "csv", "page"]);
export const reportQuery = z
  .object({ ...period, as: reportForm.default("json") })
  .refine(within(MAX_REPORT_DAYS), { path: ["to"] });

/** What a column holds. `percent`: 12.5 is an eighth. `time`: a moment in UTC. `phone`: E.164. */
export const cellKind = z.enum(["text", "number", "percent", "time", "day", "phone"]);
const cell = z.union([z.string(), z.number()]).nullable();
export const reportAnswer = z.object({
  report: reportName,
  title: z.string(),
  lead: z.string(),
  ...period,
  zone: z.string().meta({ description: "the time zone of the days" }),
  columns: z.array(z.object({ id: z.string(), label: z.string(), kind: cellKind })),
  rows: z
    .array(z.array(cell))
    .meta({ description: "in the order of the columns; null: there is none, or nobody says" }),
  cut: z.boolean().meta({ description: `there were more than ${MAX_REPORT_ROWS} rows: choose fewer days` }),
  chart: z.object({
    title: z.string(),
    along: z.string().meta({ description: "what a label is" }),
    labels: z.array(z.string()),
    series: z.array(z.object({ label: z.string(), values: z.array(z.number().nullable()) })),
  }),
  notes: z.array(z.string()).meta({ description: "how its figures are to be read" }),
  made: z
    .object({
      at: time,
      by: z.string(),
      policy: count.meta({ description: "the version of the policy that was in force" }),
      head: z
        .object({ seq: z.int(), hash: z.string() })
        .meta({ description: "the newest row of the audit trail then: what was written since may be in it" }),
      from: z.array(z.object({ what: z.string(), count })).meta({ description: "records that were read" }),
    })
    .meta({ description: "what it was made from" }),
});
export type ReportName = z.infer<typeof reportName>;
export type ReportAnswer = z.infer<typeof reportAnswer>;
export type CellKind = z.infer<typeof cellKind>;
export type Cell = z.infer<typeof cell>;
