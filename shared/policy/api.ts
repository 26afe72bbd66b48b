/** The API's schemas for the policy and its versions; conventions in shared/api.ts. */
import * as z from "zod";
import { limit, text, time } from "../api.ts";
import { policySchema } from "./policy.ts";

export const policyAnswer = z.object({
  version: z.int(),
  at: time.nullable(),
  by: z.string().nullable(),
  byName: z.string().nullable(),
  why: z.string(),
  policy: policySchema,
});
export const policySave = z.object({ policy: policySchema, why: text(500) });
export const policyVersionsQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: limit(100),
});
/** One changed clause: its `path` (as in clauses.ts, such as `registers.tps`), both values as JSON, and the change in words. */
export const policyChange = z.object({
  path: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  text: z.string(),
});
export const policyVersions = z.object({
  versions: z.array(
    z.object({
      version: z.int(),
      at: time,
      by: z.string(),
      byName: z.string().nullable(),
      why: z.string(),
      changes: z.array(policyChange),
    }),
  ),
  next: z.int().nullable(),
});

export type PolicyAnswer = z.infer<typeof policyAnswer>;
export type PolicyVersions = z.infer<typeof policyVersions>;
