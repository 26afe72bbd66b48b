/** The API of lists of callable numbers, for diallers: `GET /v1/callable`; shared/api.ts has the rules that hold for all of it. */
import * as z from "zod";
import { e164, limit, time } from "../api.ts";
import { MAX_PART } from "../core/limits.ts";
import { campaignSchema } from "../policy/policy.ts";
import { signedBy } from "../proof/api.ts";

export const callableQuery = z.object({
  campaign: campaignSchema,
  after: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "the `next` of the page before, which the same system got" }),
  limit: limit(MAX_PART, 1000).meta({ description: "numbers to judge: as many or fewer are callable" }),
});
const callableList = z.object({
  format: z.literal("cleardial-callable v1"),
  company: z.string(),
  campaign: campaignSchema,
  at: time.meta({ description: "when they were judged" }),
  until: time.meta({ description: "exclusive: nobody may be called by this list from then on" }),
  policy: z.int().meta({ description: "the policy's version" }),
  lists: z
    .array(z.object({ id: z.string(), version: z.int(), asOf: z.string().nullable() }))
    .meta({ description: "the registers by which they were judged" }),
  numbers: z.array(e164),
  judged: z.int().meta({ description: "numbers of this page, callable or not" }),
  next: z.string().nullable().meta({ description: "the next page's `after`; null on the last" }),
});
/** Sent in canonical form (trail/canonical.ts), byte for byte. */
export const callableDocument = z.object({ list: callableList, ...signedBy("list") });

export type CallableQuery = z.infer<typeof callableQuery>;
export type CallableList = z.infer<typeof callableList>;
export type CallableDocument = z.infer<typeof callableDocument>;
