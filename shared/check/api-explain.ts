/** The API of explanations: why a verdict is what it is. */
import * as z from "zod";
import { date, e164, medium, time } from "../api.ts";
import { campaignSchema } from "../policy/policy.ts";
import { factsSchema, spokenReasonSchema, stampSchema, verdictSchema } from "./api.ts";

export const ruleSchema = z.object({
  id: z.string(),
  region: z.string(),
  name: z.string().meta({ description: "the law or guidance that it stands in" }),
  url: z.string(),
  seen: z.enum(["text", "regulator", "others", "unconfirmed"]).meta({
    description:
      "how far it was seen: the law's text, the regulator's page, other people's, or nothing that confirms it",
  }),
  lookedUp: date,
  from: date.nullable(),
  until: date.nullable().meta({ description: "the first day on which it no longer applies" }),
});
const becauseSchema = z.object({
  rules: z.array(ruleSchema).meta({ description: "the rules of law that it rests on" }),
  clause: z
    .string()
    .nullable()
    .meta({ description: "the policy's clause that it rests on, as a path, also beside rules" }),
  strict: z.boolean().meta({
    description:
      "no rule of law is known of such a call: without prior consent it is held, as the strict reading",
  }),
});
/** A reason with what it rests on: by which rule, which source, and when that was looked up. */
export const explainedReason = spokenReasonSchema.extend({ because: becauseSchema });

export const explainQuery = z.object({
  at: z.union([time, date]).optional().meta({
    description:
      "a moment, or a day (judged at noon where the number is); by default now. The past is for the office",
  }),
  as: campaignSchema.optional().meta({
    description:
      "the kind of call; by default general where the policy runs such calls, else the strictest that it runs. Of a kind that the policy does not run, the strictest of it and those counts",
  }),
  medium: medium.optional().meta({ description: "by default a call" }),
});
export const explainAnswer = z.object({
  number: e164,
  at: time,
  as: campaignSchema,
  medium,
  past: z.boolean().meta({ description: "judged by what was on record at that moment" }),
  verdict: verdictSchema,
  reasons: z.array(explainedReason).min(1),
  facts: factsSchema,
  opening: z
    .array(z.object({ duty: z.string(), rules: z.array(ruleSchema) }))
    .meta({ description: "what the law wants to be said at the start of the call" }),
  presents: z
    .array(z.object({ shows: z.string(), rules: z.array(ruleSchema) }))
    .meta({ description: "what the law wants of the number that is shown" }),
  stamp: stampSchema.nullable().meta({ description: "null for the past" }),
});

export type ExplainedRule = z.infer<typeof ruleSchema>;
export type Because = z.infer<typeof becauseSchema>;
export type ExplainAnswer = z.infer<typeof explainAnswer>;
