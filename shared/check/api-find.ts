/** The API of finding a number wherever it is on record. */
import * as z from "zod";
import { count, e164 } from "../api.ts";
import { spokenReasonSchema, verdictSchema } from "./api.ts";

/** Numbers that one answer has at most. */
export const MOST_FOUND = 10;

export const findQuery = z.object({
  number: z
    .string()
    .min(1)
    .max(100)
    .meta({
      description:
        "a whole number as people write it, or at least five digits: its beginning with its country code, its beginning with " +
        "the policy's country's trunk prefix, or its last digits",
    }),
});
export const foundNumber = z.object({
  number: e164,
  verdict: verdictSchema.meta({
    description:
      "on a general call, where the policy runs such, else on one of the strictest kind that it runs, now",
  }),
  reasons: z.array(spokenReasonSchema).min(1),
  suppressions: count.meta({ description: "do-not-call entries, with those that have ended" }),
  consents: count,
  dials: count.meta({ description: "that rang it, or were meant for it" }),
  calls: count,
  recordings: count.meta({ description: "that are kept" }),
  requests: count.nullable().meta({ description: "null: who asks may not read requests" }),
  screenings: count,
});
export const findAnswer = z.object({
  numbers: z.array(foundNumber).meta({ description: "a whole number also where nothing is on record of it" }),
  more: z.boolean().meta({ description: "further numbers on record match" }),
});

export type FoundNumber = z.infer<typeof foundNumber>;
export type FindAnswer = z.infer<typeof findAnswer>;
