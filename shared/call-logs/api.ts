/** The part of the API (api.ts) that is about calls that no page saw, by the same rules. */
import * as z from "zod";
import { bulkRows, date, days, direction, e164, paged, rowResult, text, time } from "../api.ts";
import { reasonSchema, verdictSchema } from "../check/api.ts";
import { dialAction } from "../dials/api.ts";

/** One row of a log. */
export const callReport = z.object({
  provider: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "such as 3cx"),
  providerId: text(200)
    .optional()
    .meta({ description: "its id of the call; without one number, time and agent are" }),
  number: z.string().min(1).max(100).meta({ description: "of the other party" }),
  agent: text(200).optional().meta({ description: "who called, as the log says it" }),
  direction: direction.default("outbound"),
  startedAt: time,
  seconds: z.int().min(0).max(86_400).optional(),
});
export const callsImport = z.object({
  rows: bulkRows,
  dryRun: z
    .boolean()
    .default(true)
    .meta({ description: "says what would become of each, and changes nothing" }),
});
/** What managers look for; a call can be of all three. */
export const callFinding = z.enum(["blocked", "unscreened", "off"]).meta({
  description:
    "blocked: it was made though its number was blocked at that moment, and no override is on record. unscreened: no " +
    "dial with a known verdict, lookup or screening of its number is on record in the days before that policy lets a screening count. off: no " +
    "browser of the agent's had asked ClearDial anything for half an hour before the call, nor since when the log came in",
});
const found = {
  verdict: verdictSchema
    .nullable()
    .meta({ description: "by what was known at its moment; null of an inbound call" }),
  findings: z.array(callFinding),
};
export const callsImported = z.object({
  results: z.array(z.object({ ...rowResult, ...found })),
});
export const callSchema = z.object({
  id: z.string(),
  via: z.enum(["import", "recording", "fetch"]),
  provider: z.string(),
  providerId: z.string().nullable(),
  number: e164,
  agent: z.string().nullable(),
  person: z.string().nullable(),
  personName: z.string().nullable(),
  direction,
  startedAt: time,
  seconds: z.int().nullable(),
  ...found,
  reasons: z.array(reasonSchema),
  overridden: z.boolean().meta({ description: "an override for it is on record" }),
  dial: z
    .object({ id: z.string(), action: dialAction.nullable() })
    .nullable()
    .meta({ description: "the evidence of the dial on a page that belongs to it" }),
  screened: z
    .enum(["dial", "lookup", "screening"])
    .nullable()
    .meta({ description: "by what it is on record that the number was screened before" }),
  extension: z
    .enum(["on", "off"])
    .nullable()
    .meta({ description: "null: it cannot be told, or not whose call it was" }),
  by: z.string(),
  at: time,
});
export const callsQuery = z.object({
  finding: callFinding.optional(),
  number: z.string().max(100).optional(),
  person: z.string().max(60).optional(),
  agent: z.string().max(200).optional(),
  direction: direction.optional(),
  ...days,
  ...paged(500),
});
export const callsAnswer = z.object({ calls: z.array(callSchema), next: z.string().nullable() });
export const callDaysQuery = z.object(days);
/** Outbound calls of a day (UTC) and an agent, the newest day first. */
export const callDays = z.object({
  from: date,
  to: date,
  days: z.array(
    z.object({
      day: date,
      person: z.string().nullable(),
      personName: z.string().nullable(),
      agent: z.string().nullable().meta({ description: "as the log says it, where no person was found" }),
      calls: z.int(),
      blocked: z.int(),
      unscreened: z.int(),
      off: z.int(),
      untold: z.int().meta({ description: "where it cannot be told whether the extension was in use" }),
    }),
  ),
});
export const callsState = z.object({
  lists: z.array(
    z.object({
      provider: z.string(),
      configured: z.boolean(),
      since: time.nullable().meta({ description: "all calls that began before are here" }),
      ranAt: time.nullable(),
      failures: z.int(),
      error: z.string().nullable(),
    }),
  ),
  agents: z.array(
    z.object({
      agent: z.string(),
      person: z.string(),
      personName: z.string().nullable(),
      by: z.string(),
      at: time,
    }),
  ),
  unknown: z
    .array(z.object({ agent: z.string(), calls: z.int() }))
    .meta({ description: "agents of the last 28 days' calls of whom nobody knows who they are" }),
});
export const callAgent = z.object({
  agent: text(200),
  person: z.string().max(60).nullable().meta({ description: "null: nobody's any more" }),
});
export type CallReport = z.input<typeof callReport>;
export type CallFinding = z.infer<typeof callFinding>;
export type CallsImported = z.infer<typeof callsImported>;
export type Call = z.infer<typeof callSchema>;
export type CallsAnswer = z.infer<typeof callsAnswer>;
export type CallDays = z.infer<typeof callDays>;
export type CallsState = z.infer<typeof callsState>;
