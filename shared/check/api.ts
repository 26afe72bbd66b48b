/** The API of checks: facts, verdicts, and the changes feed; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { date, e164, medium, region, time, written } from "../api.ts";
import { registerHeadSchema } from "../registers/api.ts";
import {
  consentBasis,
  consentKind,
  objectionScope,
  partyKind,
  partySource,
  suppressionKind,
} from "../do-not-call/api.ts";
import { MAX_CHECK } from "../core/limits.ts";
import { campaignSchema, policySchema } from "../policy/policy.ts";

export const verdictSchema = z.enum(["clear", "caution", "blocked", "unknown"]);

/** `code` is one of `reasonCodes` (verdict.ts), or for a listing the id of the register. */
export const reasonSchema = z.object({
  code: z.string(),
  list: z.string().optional(),
  asOf: z.string().optional(),
  rule: z.string().optional().meta({ description: "the rule of law that it rests on (shared/law)" }),
});
export const spokenReasonSchema = reasonSchema.extend({ text: z.string() });

/**
 * What is on record for one number. Facts do not age: the verdict is decided from them each time that they are looked
 * at.
 */
export const factsSchema = z.object({
  e164,
  region: z.string().nullable().meta({ description: "ISO country of the number; null where it has none" }),
  zones: z.array(z.string()).optional().meta({
    description: "IANA zones that the number may be in; absent where its region has only one",
  }),
  lists: z
    .array(
      z.object({
        id: z.string(),
        asOf: date,
        since: date.optional().meta({
          description:
            "only where policy has days of grace: the date of the version before the one that added the number; absent " +
            "where the register's first version had it",
        }),
        first: date.optional().meta({
          description:
            "only where a listing ends earlier consents by law: the date of the version that added the number",
        }),
      }),
    )
    .meta({ description: "the registers that list the number, with the date of the version that was read" }),
  lookups: z
    .array(
      z.object({
        id: z.string(),
        asOf: date.optional().meta({ description: "the day of the answer; absent without one" }),
        state: z.enum(["asking", "failed", "budget"]).optional().meta({
          description:
            "why there is no current answer: the source is being asked, it failed, or the day's budget is used up",
        }),
      }),
    )
    .optional()
    .meta({
      description: "what the sources of registers by lookup answered; a listing is among `lists` too",
    }),
  again: time
    .optional()
    .meta({ description: "only with registers by lookup: when it is worth asking for these facts again" }),
  suppressions: z.array(
    z.object({
      kind: suppressionKind,
      reason: z.string(),
      at: time,
      until: date.nullable(),
      scope: objectionScope.optional(),
      keepsLine: z
        .literal(true)
        .optional()
        .meta({
          description:
            "the entry tells, and does not close this number: the person who objected shares it, or nobody has said yet " +
            "whether an objection on another number is meant for this one, too",
        }),
    }),
  ),
  consents: z.array(
    z.object({
      basis: consentBasis,
      givenAt: time,
      until: date.nullable(),
      kind: consentKind.optional().meta({ description: "absent: a consent of old, read by its basis" }),
      calls: z
        .array(campaignSchema)
        .optional()
        .meta({ description: "for which kinds of call; absent: general" }),
      medium: medium.optional().meta({ description: "absent: for calls" }),
      ends: date.optional().meta({ description: "its own last day, where it named one" }),
      caller: z.string().optional().meta({
        description:
          "to whom by name; absent: to this company, which had no name in its policy, or before kinds",
      }),
      product: z.string().optional().meta({ description: "for which product alone; absent: for any" }),
      day: date.nullable().optional().meta({ description: "solicited: the day that they named" }),
      lasting: z
        .literal(true)
        .optional()
        .meta({ description: "given for an indefinite time, in so many words" }),
      left: z.int().optional().meta({ description: "solicited, or provisional: the attempts that are left" }),
      evidenced: z
        .boolean()
        .optional()
        .meta({ description: "what its kind wants of words, how and proof is known; absent: before kinds" }),
      unproven: z.literal(true).optional().meta({
        description: "solicited: where its proof lies is not known, so it stands against no objection",
      }),
      provisional: z
        .literal(true)
        .optional()
        .meta({ description: "an agent's entry that nobody has reviewed" }),
    }),
  ),
  line: z
    .enum(["fixed", "mobile"])
    .optional()
    .meta({ description: "absent where the number does not tell, as in North America" }),
  party: z
    .object({ party: partyKind, source: partySource, at: time })
    .optional()
    .meta({ description: "whose line it is; absent where nobody said, or where the sources disagree" }),
  sources: z
    .array(
      z.object({
        crm: z.string().meta({ description: "the connected CRM, by its name here" }),
        source: z.string().optional().meta({ description: "where the number came from" }),
        since: z.string().optional().meta({ description: "since when it is there" }),
        notice: z.string().optional().meta({ description: "what notice the person was given, and when" }),
      }),
    )
    .optional()
    .meta({ description: "as the records of CRMs that hold the number say it; absent where none does" }),
  contacts: z
    .object({
      attempts: z.array(time).meta({ description: "calls and attempts, unanswered ones too" }),
      refusedAt: time.nullable(),
    })
    .optional()
    .meta({ description: "only where law caps the calls to a number" }),
});

/** The state of the database that an answer was read from. A smaller `seq` means an older answer. */
export const stampSchema = z.object({ seq: z.int(), policy: z.int(), lists: z.array(registerHeadSchema) });

export const checkRequest = z.object({
  numbers: z.array(written).min(1).max(MAX_CHECK),
  region: region.optional(),
  purpose: campaignSchema.optional().meta({
    description:
      "the kind of call; by default general where the policy runs such calls, else the strictest that it runs. Of a kind that the policy does not run, the strictest of it and those counts",
  }),
  medium: medium.optional().meta({ description: "by default calls" }),
});
export const checkResult = z.object({
  input: z.string(),
  e164: e164.nullable(),
  ext: z.string().optional(),
  readings: z.array(e164).optional(),
  verdict: verdictSchema,
  reasons: z.array(spokenReasonSchema).min(1),
  facts: factsSchema.nullable(),
});
export const checkAnswer = z.object({ at: time, stamp: stampSchema, results: z.array(checkResult) });

export const changesQuery = z.object({ since: z.coerce.number().int().min(0) });
export const changesAnswer = z.object({
  at: time,
  seq: z.int(),
  stamp: stampSchema,
  reset: z
    .boolean()
    .meta({ description: "the changes since `since` are no longer known: drop every cached fact" }),
  numbers: z.array(e164),
  lists: z.array(z.string()),
  policy: policySchema.optional(),
});

export type Verdict = z.infer<typeof verdictSchema>;
export type Facts = z.infer<typeof factsSchema>;
export type Stamp = z.infer<typeof stampSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type CheckAnswer = z.infer<typeof checkAnswer>;
export type ChangesAnswer = z.infer<typeof changesAnswer>;
