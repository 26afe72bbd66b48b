/** The part of the API (api.ts) that is about registers and their versions, by the same rules. */
import * as z from "zod";
import { date, e164, region, text, time, written } from "../api.ts";

/** The head of a register: `version` 0 and `asOf` null while nothing was ever loaded. */
export const registerHeadSchema = z.object({
  id: z.string(),
  name: z.string(),
  regions: z.array(z.string()),
  maxAgeDays: z.int(),
  daysUntilEffective: z
    .int()
    .optional()
    .meta({
      description:
        "a caller may go on for so many days after a number was listed, at the most: policy's days of grace are never " +
        "more; absent: policy alone says",
    }),
  version: z.int(),
  asOf: date.nullable(),
  numbers: z.int(),
  lookup: z.string().optional().meta({
    description:
      "the source that is asked about each number, where the register is by lookup: `version` is then 0 and `asOf` null",
  }),
});
export const versionSchema = z.object({
  version: z.int(),
  asOf: date,
  numbers: z.int(),
  added: z.int(),
  removed: z.int(),
  source: z.string(),
  sha256: z.string().nullable().meta({ description: "of the file, where there was one" }),
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
});
/** Whom a register is for, who keeps it and where it comes from. */
const registerFacts = { covers: z.enum(["individuals", "businesses", "both"]), source: z.string() };
export const registerSchema = registerHeadSchema.extend({
  ...registerFacts,
  history: z.array(versionSchema),
});
export const registersAnswer = z.object({ lists: z.array(registerHeadSchema) });
export const registerRequest = z.object({
  name: text(80),
  regions: z.array(region).min(1).max(50).meta({
    description: "ISO countries that it must be screened for; the first says how its files write numbers",
  }),
  maxAgeDays: z
    .int()
    .min(1)
    .max(366)
    .meta({ description: "an older copy is not relied on; policy may want less" }),
  daysUntilEffective: z.int().min(0).max(366).default(0),
  covers: registerFacts.covers.default("both"),
  source: z.string().trim().max(500).default(""),
});
export const listingQuery = z.object({
  at: date.optional().meta({ description: "the day, in UTC; today where it is not said" }),
});
/** Whether a number stood on the register in the version that was in force at the end of a day. */
export const listingAnswer = z.object({
  number: e164,
  listed: z.boolean(),
  since: date.optional().meta({
    description:
      "date of the version that brought it; absent where the first version that is still known had it",
  }),
  version: z.int(),
  asOf: date,
});
/** What an unattended run could not do, for a mail to the administrators. */
export const syncReport = z.object({
  state: z
    .enum(["failed", "quiet"])
    .meta({ description: "quiet: nothing new has come for longer than it should" }),
  detail: text(500),
});
export const syncAnswer = z.object({ mails: z.int() });

export const registerChangesRequest = z.object({
  allowShrink: z.boolean().default(false),
  attestSameFile: z.boolean().default(false),
  add: z.array(written).max(20_000).default([]),
  remove: z.array(written).max(20_000).default([]),
  asOf: date,
});
export const registerChangesAnswer = z.object({
  version: z.int(),
  added: z.int(),
  removed: z.int(),
  ignored: z.int().meta({ description: "added numbers that were there, removed ones that were not" }),
});
export const rollbackRequest = z.object({
  to: z.int().min(1).meta({ description: "an earlier committed version: its numbers come into force again" }),
  parent: z.int().min(1).meta({ description: "the version in force, as the asker saw it" }),
  why: text(500),
});

export type RegisterHead = z.infer<typeof registerHeadSchema>;
export type RegisterRequest = z.input<typeof registerRequest>;
export type SyncReport = z.infer<typeof syncReport>;
export type Register = z.infer<typeof registerSchema>;
export type RegisterChanges = z.input<typeof registerChangesRequest>;
export type RegisterChangesAnswer = z.infer<typeof registerChangesAnswer>;
export type Rollback = z.infer<typeof rollbackRequest>;
