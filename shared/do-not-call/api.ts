/** The API of the in-house do-not-call list and of consents; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { bulkRows, date, e164, paged, rowResult, text, time, written } from "../api.ts";

/** `soft-opt-in` counts for messages only (PECR 2003 reg 22(3)), `service` for nothing that sells. */
export const consentBasis = z.enum(["consent", "solicited", "service", "soft-opt-in"]);
/** What may be said for a call. */
export const callBasis = consentBasis.exclude(["soft-opt-in"]);
export const suppressionKind = z.enum(["objection", "house"]);

export const suppressionRequest = z.object({
  number: written,
  reason: text(500),
  kind: suppressionKind.default("objection"),
  source: z.string().max(200).optional(),
  until: date.optional().meta({ description: "house entries only: an objection has no end date" }),
});
export const suppressionSchema = z.object({
  id: z.string(),
  number: e164,
  kind: suppressionKind,
  reason: z.string(),
  source: z.string(),
  until: date.nullable(),
  by: z.string(),
  at: time,
  endedAt: time.nullable(),
  endedBy: z.string().nullable(),
  endedReason: z.string().nullable(),
  unverified: z.boolean().meta({ description: "from the public page, and not yet reviewed by staff" }),
});
export const suppressionEnd = z.object({
  reason: text(500),
  kind: suppressionKind
    .optional()
    .meta({ description: "required where the number has entries of both kinds" }),
});
export const pageQuery = z.object({
  number: z.string().max(100).optional(),
  ...paged(200),
});
export const suppressionsAnswer = z.object({
  suppressions: z.array(suppressionSchema),
  next: z.string().nullable(),
});

export const consentRequest = z.object({
  number: written,
  basis: consentBasis,
  givenBy: text(200),
  givenAt: time,
  evidence: text(2000),
  until: date.optional(),
});
export const consentSchema = z.object({
  id: z.string(),
  number: e164,
  basis: consentBasis,
  givenBy: z.string(),
  givenAt: time,
  evidence: z.string(),
  until: date.nullable(),
  by: z.string(),
  at: time,
  withdrawnAt: time.nullable(),
});
export const consentsAnswer = z.object({ consents: z.array(consentSchema), next: z.string().nullable() });

export const bulkRequest = z.object({
  rows: bulkRows.meta({ description: "each as the route for one of them takes it" }),
});
export const bulkAnswer = z.object({
  results: z.array(z.object({ ...rowResult, number: e164.nullable() })),
});

export type ConsentBasis = z.infer<typeof consentBasis>;
export type Suppression = z.infer<typeof suppressionSchema>;
export type SuppressionRequest = z.input<typeof suppressionRequest>;
export type Consent = z.infer<typeof consentSchema>;
export type ConsentRequest = z.input<typeof consentRequest>;
export type SuppressionsAnswer = z.infer<typeof suppressionsAnswer>;
export type ConsentsAnswer = z.infer<typeof consentsAnswer>;
export type BulkAnswer = z.infer<typeof bulkAnswer>;
