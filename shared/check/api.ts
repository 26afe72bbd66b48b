/** The part of the API (api.ts) that is about checks: facts, verdicts and what changed, by the same rules. */
import * as z from "zod";
import { date, e164, region, time, written } from "../api.ts";
import { registerHeadSchema } from "../registers/api.ts";
import { consentBasis, suppressionKind } from "../do-not-call/api.ts";
import { MAX_CHECK } from "../limits.ts";
import { campaignSchema, policySchema } from "../policy/policy.ts";

export const verdictSchema = z.enum(["clear", "caution", "blocked", "unknown"]);

/** `code` is one of the kernel's reason codes, or the id of the register that holds the number. */
export const reasonSchema = z.object({
  code: z.string(),
  list: z.string().optional(),
  asOf: z.string().optional(),
});
export const spokenReasonSchema = reasonSchema.extend({ text: z.string() });

/** What stands on record for one number. Facts do not age; a verdict is decided from them at the moment of looking. */
export const factsSchema = z.object({
  e164,
  region: z.string().nullable().meta({ description: "ISO country of the number; null where it has none" }),
  zones: z.array(z.string()).optional().meta({
    description:
      "IANA zones that the number may be in; absent where the rules of its region name the only one",
  }),
  lists: z
    .array(
      z.object({
        id: z.string(),
        asOf: date,
        since: date.optional().meta({
          description:
            "only where policy has days of grace: the date of the version before the one that brought the number; " +
            "absent where the list's first version had it",
        }),
      }),
    )
    .meta({ description: "the registers that hold the number, with the date of the version that was read" }),
  lookups: z
    .array(
      z.object({
        id: z.string(),
        asOf: date.optional().meta({ description: "the day of the answer; absent where there is none" }),
        state: z.enum(["asking", "failed", "budget"]).optional().meta({
          description:
            "why there is none that counts: it is being asked, the source failed, or the day's budget is used up",
        }),
      }),
    )
    .optional()
    .meta({
      description: "what the sources of registers by lookup said; a listing stands among `lists` too",
    }),
  again: time
    .optional()
    .meta({ description: "of an answer by lookup: from then on it is worth asking for these facts anew" }),
  suppressions: z.array(
    z.object({ kind: suppressionKind, reason: z.string(), at: time, until: date.nullable() }),
  ),
  consents: z.array(z.object({ basis: consentBasis, givenAt: time, until: date.nullable() })),
});

/** Names the state of the database that an answer was read from. A smaller `seq` is an older answer. */
export const stampSchema = z.object({ seq: z.int(), policy: z.int(), lists: z.array(registerHeadSchema) });

export const checkRequest = z.object({
  numbers: z.array(written).min(1).max(MAX_CHECK),
  region: region.optional(),
  purpose: campaignSchema.optional(),
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
  reset: z.boolean().meta({ description: "`since` is older than what is kept: drop every cached fact" }),
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
