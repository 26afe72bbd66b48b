/** The API of screenings; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { count, e164, limit, region, text, time } from "../api.ts";
import { reasonSchema, stampSchema, verdictSchema } from "../check/api.ts";
import { campaignSchema } from "../policy/policy.ts";
import { MAX_PART } from "../core/limits.ts";

export const screeningSource = z.enum(["cli", "desk", "api", "connector"]);
export const screeningRequest = z.object({
  source: screeningSource.exclude(["connector"]).default("api"),
  name: text(200).meta({ description: "the file's name, such as contacts.csv" }),
  purpose: campaignSchema.optional(),
});
const several = z
  .union([z.string().max(200), z.array(z.string().max(200)).max(20)])
  .default([])
  .transform((one) => (typeof one === "string" ? [one] : one));
/** The query beside a table that is streamed through. */
export const screeningStream = z.object({
  name: screeningRequest.shape.name.default("api"),
  purpose: campaignSchema.optional(),
  column: several.meta({
    description: "columns with numbers, may be repeated; by default they are detected",
  }),
  country: several.meta({ description: "columns that say the country; by default they are detected" }),
  region: region.optional().meta({ description: "for numbers without a country code; by default policy's" }),
});
const counts = {
  rows: count,
  numbers: count,
  clear: count,
  caution: count,
  blocked: count,
  unknown: count,
  invalid: count.meta({ description: "rows without a readable number" }),
  duplicates: count.meta({ description: "numbers that occurred before in the same file" }),
};
export const screeningSchema = z.object({
  id: z.string(),
  source: screeningSource,
  name: z.string(),
  purpose: campaignSchema.nullable(),
  state: z.enum(["open", "done", "cancelled"]),
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
  finishedAt: time.nullable(),
  ...counts,
});
export const partRequest = z.object({
  numbers: z
    .array(e164)
    .min(1)
    .max(MAX_PART)
    .meta({ description: "E.164, no number twice; quickest when sorted" }),
});
export const outcomeSchema = z.object({ verdict: verdictSchema, reasons: z.array(reasonSchema).min(1) });
export const partAnswer = z.object({
  at: time,
  stamp: stampSchema,
  outcomes: z.array(outcomeSchema).meta({ description: "the distinct ones" }),
  of: z.array(z.int()).meta({ description: "for each number, in the order sent, its index in `outcomes`" }),
});
export const finishRequest = z.object({
  rows: count.default(0),
  invalid: count.default(0),
  duplicates: count.default(0),
  cancelled: z
    .boolean()
    .default(false)
    .meta({ description: "cancels the screening: what was judged stays on record" }),
});
export const screeningsQuery = z.object({
  after: z.string().max(40).optional(),
  limit: limit(200),
});
export const screeningsAnswer = z.object({
  screenings: z.array(screeningSchema),
  next: z.string().nullable(),
});
export const screeningDetail = screeningSchema.extend({
  reasons: z
    .record(z.string(), z.int())
    .meta({ description: "numbers by reason code, or by the id of the register that lists them" }),
  parts: z.int(),
});

export type ScreeningRequest = z.input<typeof screeningRequest>;
export type ScreeningStream = z.infer<typeof screeningStream>;
export type ScreeningAnswer = z.infer<typeof screeningSchema>;
export type ScreeningsAnswer = z.infer<typeof screeningsAnswer>;
export type ScreeningDetail = z.infer<typeof screeningDetail>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type PartAnswer = z.infer<typeof partAnswer>;
export type FinishRequest = z.input<typeof finishRequest>;
