/** The part of a proof (api.ts) that says what happened to a number: one shape for each kind of event. */
import * as z from "zod";
import { date, time } from "../api.ts";
import { callSchema } from "../call-logs/api.ts";
import { reasonSchema, verdictSchema } from "../check/api.ts";
import { dialAction, dialSchema, listSeen } from "../dials/api.ts";
import { rows } from "./api-trail.ts";
import { recordingSchema } from "../recordings/api.ts";
import { requestChannel, requestKind, requestState, requestSummary } from "../privacy-requests/api.ts";
import { consentBasis, suppressionKind, suppressionSchema } from "../do-not-call/api.ts";
import { consentSchema } from "../do-not-call/api-consents.ts";
import { campaignSchema, listId } from "../policy/policy.ts";

const who = z.string().nullable().meta({ description: "the person's name; null where it was not a person" });
const happened = <W extends string, S extends z.ZodRawShape>(what: W, shape: S) =>
  z.object({ what: z.literal(what), at: time, ref: z.string(), by: who, rows, ...shape });

export const proofEvent = z.discriminatedUnion("what", [
  happened("screening", {
    name: z.string(),
    source: z.string(),
    verdict: verdictSchema,
    policy: z.int(),
    lists: z.array(listSeen),
    // Proofs of older versions do not have it.
    compared: z
      .boolean()
      .optional()
      .meta({
        description:
          "the Worker compared it with what the trail binds, which names other numbers, too, and is not in the document; false where " +
          "nothing binds it",
      }),
  }),
  happened("dial", {
    // Proofs of older versions do not have these.
    ...dialSchema.pick({ number: true, written: true, recordNumber: true }).partial().shape,
    ...dialSchema.pick({ layer: true, sighting: true, medium: true, arrival: true }).partial().shape,
    action: dialAction,
    refused: z.boolean(),
    verdict: verdictSchema.meta({ description: "the page's" }),
    reasons: z.array(reasonSchema),
    workerVerdict: verdictSchema,
    workerReasons: z.array(reasonSchema),
    basis: consentBasis.nullable(),
    reason: z.string().nullable(),
    purpose: campaignSchema,
    host: z.string(),
    deviceAt: time,
    policy: z.int(),
    lists: z.array(listSeen),
  }),
  happened("suppression", {
    kind: suppressionKind,
    reason: z.string(),
    source: z.string(),
    until: date.nullable(),
    // Proofs of older versions do not have these, nor the further ones of a consent.
    ...suppressionSchema.pick({ scope: true, origin: true, keepsLine: true }).partial().shape,
  }),
  happened("suppression-ended", {
    kind: suppressionKind,
    reason: z.string(),
    keptAt: time
      .optional()
      .meta({ description: "since when it was kept behind another entry, until it was taken back" }),
  }),
  happened("consent", {
    basis: consentBasis,
    givenBy: z.string(),
    givenAt: time,
    evidence: z.string(),
    until: date.nullable(),
    ...consentSchema.pick({ kind: true, caller: true, calls: true, product: true, day: true }).partial()
      .shape,
    ...consentSchema.pick({ words: true, how: true, proof: true }).partial().shape,
    ...consentSchema.pick({ state: true, reviewedAt: true, review: true }).partial().shape,
  }),
  happened("consent-withdrawn", { basis: consentBasis }),
  happened("turned", {
    from: verdictSchema,
    to: verdictSchema,
    reason: z.string().meta({ description: "a reason code, or the id of the register" }),
    list: z.string().nullable(),
    version: z.int().nullable(),
    asOf: date.nullable(),
    mailedAt: time.nullable().meta({ description: "when it was mailed" }),
  }),
  happened("lookup", {
    list: listId,
    listed: z.boolean(),
    source: z.string(),
  }),
  happened("call", {
    via: callSchema.shape.via,
    provider: z.string(),
    direction: callSchema.shape.direction,
    seconds: z.int().nullable(),
    agent: z.string().nullable(),
    verdict: verdictSchema.nullable().meta({ description: "by what was known at its moment" }),
    campaign: campaignSchema.nullable().optional().meta({
      description:
        "which kind of call it was, as its log says; null: it does not say. Absent, as `judgedAs` is, where the trail does not bind it",
    }),
    judgedAs: callSchema.shape.judgedAs.optional(),
    reasons: z.array(reasonSchema),
    overridden: z.boolean(),
    dial: z.string().nullable().meta({ description: "the dial on a page by which it was made" }),
    screened: callSchema.shape.screened,
  }),
  happened("recording", {
    provider: z.string(),
    direction: recordingSchema.shape.direction,
    seconds: z.int().nullable(),
    state: recordingSchema.shape.state,
  }),
  happened("request", {
    reference: z.string(),
    kind: requestKind,
    channel: requestChannel,
    state: requestState,
    received: date,
    decideBy: date,
    decision: requestSummary.shape.decision,
    decidedOn: date.nullable(),
  }),
]);

/** A row that is not as the trail's last event of it says. */
export const alteredRow = z.object({
  table: z.string(),
  ref: z.string(),
  how: z.enum(["earlier", "other", "erased", "unknown"]).meta({
    description:
      "it is as it was before the last change that the trail knows; otherwise altered since that; there, though the trail says that " +
      "it was erased; or no row of the trail knows it",
  }),
  seq: z.int().nullable().meta({ description: "the row of the trail that binds that change, or says so" }),
  at: time.nullable().meta({ description: "when that was" }),
  code: z.string().nullable().meta({ description: "of the change's own row" }),
  told: z.boolean().meta({
    description:
      "whether `events` tells of it: it is as it was at the end of the period, and was changed after that",
  }),
});

export type AlteredRow = z.infer<typeof alteredRow>;
export type ProofEvent = z.infer<typeof proofEvent>;
