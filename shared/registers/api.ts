/**
 * The API of registers and their versions; `../api.ts` has the rules for all of the API. Its paths and fields say
 * `list`.
 */
import * as z from "zod";
import { date, e164, region, text, time, written } from "../api.ts";

/** The head of a register. Before anything is loaded `version` is 0 and `asOf` null. */
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
        "for at most how many days after a number was listed a caller may still call it; policy's days of grace cannot " +
        "exceed it; absent: policy alone decides",
    }),
  version: z.int(),
  asOf: date.nullable(),
  numbers: z.int(),
  lookup: z.string().optional().meta({
    description:
      "for a register by lookup, the source that is asked about each number; `version` is then 0 and `asOf` null",
  }),
});
export const versionSchema = z.object({
  version: z.int(),
  asOf: date,
  numbers: z.int(),
  added: z.int(),
  removed: z.int(),
  source: z.string(),
  sha256: z.string().nullable().meta({ description: "of the file, if there was one" }),
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
});
/** Whose numbers a register lists, and who keeps it or where it comes from. */
const registerFacts = { covers: z.enum(["individuals", "businesses", "both"]), source: z.string() };
export const registerSchema = registerHeadSchema.extend({
  ...registerFacts,
  history: z.array(versionSchema),
});
/** A register as it is after a change. */
export const registerDeclared = registerSchema.extend({
  proposed: z.string().optional().meta({
    description: "the proposal that has what loosens it, until a second administrator approves that",
  }),
  setUpDay: z.boolean().optional().meta({
    description: "it loosens the register and counts at once: the day of set-up, nobody to wait for",
  }),
});
export const registersAnswer = z.object({ lists: z.array(registerHeadSchema) });
export const registerRequest = z.object({
  name: text(80),
  regions: z.array(region).min(1).max(50).meta({
    description:
      "ISO countries whose numbers must be screened against it; the first says how its files write numbers",
  }),
  maxAgeDays: z
    .int()
    .min(1)
    .max(366)
    .meta({ description: "the oldest copy that may be relied on, in days; policy may say fewer" }),
  daysUntilEffective: z.int().min(0).max(366).default(0),
  covers: registerFacts.covers.default("both"),
  source: z.string().trim().max(500).default(""),
});
export const listingQuery = z.object({
  at: date.optional().meta({ description: "the day, in UTC; by default today" }),
});
/** Whether a number was on the register, in the version in force at the end of a day. */
export const listingAnswer = z.object({
  number: e164,
  listed: z.boolean(),
  since: date.optional().meta({
    description:
      "date of the version that added it; absent where the oldest version still known already had it",
  }),
  version: z.int(),
  asOf: date,
});
/** Trouble of an unattended run, for a mail to the administrators. */
export const syncReport = z.object({
  state: z
    .enum(["failed", "quiet"])
    .meta({ description: "quiet: no new file for longer than there should be" }),
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
  ignored: z
    .int()
    .meta({ description: "numbers to add that were listed, and numbers to remove that were not" }),
});
export const rollbackRequest = z.object({
  to: z.int().min(1).meta({ description: "an earlier committed version, whose numbers are brought back" }),
  parent: z.int().min(1).meta({ description: "the version in force that the caller saw" }),
  why: text(500),
});

export type RegisterHead = z.infer<typeof registerHeadSchema>;
export type RegisterRequest = z.input<typeof registerRequest>;
export type SyncReport = z.infer<typeof syncReport>;
export type Register = z.infer<typeof registerSchema>;
export type RegisterDeclared = z.infer<typeof registerDeclared>;
export type RegisterChanges = z.input<typeof registerChangesRequest>;
export type RegisterChangesAnswer = z.infer<typeof registerChangesAnswer>;
export type Rollback = z.infer<typeof rollbackRequest>;
