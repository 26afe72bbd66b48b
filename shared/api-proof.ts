/** The part of the API (api.ts) that is about proofs and figures, by the same rules. */
import * as z from "zod";
import {
  consentBasis,
  dialAction,
  listSeen,
  reasonSchema,
  roleSchema,
  suppressionKind,
  verdictSchema,
} from "./api.ts";
import { callSchema } from "./api-calls.ts";
import { recordingSchema } from "./api-recordings.ts";
import { requestChannel, requestKind, requestState, requestSummary } from "./api-requests.ts";
import { campaignSchema, listId } from "./policy.ts";

const time = z.iso.datetime();
const date = z.iso.date();
const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Of the first row the one before is called `genesis`. */
const link = z.union([hash, z.literal("genesis")]);
const e164 = z.string().regex(/^\+[1-9]\d{1,14}$/);

/** Further than this back is asked for in pieces. */
export const MAX_PROOF_DAYS = 800;
const DAY = 86_400_000;
const inOrder = ({ from, to }: { from: string; to: string }): boolean =>
  from <= to && Date.parse(to) - Date.parse(from) < MAX_PROOF_DAYS * DAY;
const period = { from: date, to: date.meta({ description: "the last day, inclusive" }) };

export const proofQuery = z
  .object({
    ...period,
    number: z.string().min(1).max(100).optional().meta({ description: "absent: the company as a whole" }),
  })
  .refine(inOrder, { path: ["to"] });

// --- What happened -------------------------------------------------------------------------------------------------

const rows = z.array(z.int()).meta({ description: "the rows of the trail (`seq`) that bear it out" });
const who = z.string().nullable().meta({ description: "the name; null where it was no person" });
const happened = <W extends string, S extends z.ZodRawShape>(what: W, shape: S) =>
  z.object({ what: z.literal(what), at: time, ref: z.string(), by: who, rows, ...shape });

export const proofEvent = z.discriminatedUnion("what", [
  happened("screening", {
    name: z.string(),
    source: z.string(),
    verdict: verdictSchema,
    policy: z.int(),
    lists: z.array(listSeen),
  }),
  happened("dial", {
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
  }),
  happened("suppression-ended", { kind: suppressionKind, reason: z.string() }),
  happened("consent", {
    basis: consentBasis,
    givenBy: z.string(),
    givenAt: time,
    evidence: z.string(),
    until: date.nullable(),
  }),
  happened("consent-withdrawn", { basis: consentBasis }),
  happened("turned", {
    from: verdictSchema,
    to: verdictSchema,
    reason: z.string().meta({ description: "a reason code, or the id of the register" }),
    list: z.string().nullable(),
    version: z.int().nullable(),
    asOf: date.nullable(),
    mailedAt: time.nullable().meta({ description: "when a mail told of it" }),
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
    reasons: z.array(reasonSchema),
    overridden: z.boolean(),
    dial: z.string().nullable().meta({ description: "the dial on a page that it was made by" }),
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

/** A version of a register, and from when to when it was in force. */
export const proofVersion = z.object({
  version: z.int(),
  asOf: date,
  numbers: count,
  from: time,
  to: time.nullable().meta({ description: "null: it still is" }),
  listed: z.boolean().nullable().meta({
    description: "whether it holds the number; null where its content is no longer known, or none was asked",
  }),
  rows,
});
/** A time in which the register was by lookup: no version counts in it, and each number has answers of its own. */
export const proofLookup = z.object({ source: z.string(), from: time, to: time.nullable() });
/** A time in which no version was in force that is young enough to rely on. */
export const proofGap = z.object({ from: time, to: time });
export const proofRegister = z.object({
  list: listId,
  name: z.string(),
  maxAgeDays: z.int(),
  versions: z.array(proofVersion),
  lookups: z.array(proofLookup),
  gaps: z.array(proofGap),
});

// --- The trail -----------------------------------------------------------------------------------------------------

export const proofRow = z.object({
  seq: z.int().min(1),
  at: time,
  actor: z.string(),
  code: z.string(),
  subject: z.string(),
  commitment: hash,
  prev: link,
  hash,
  salt: z.string().nullable(),
  payload: z.string().nullable().meta({ description: "JSON; commitment = SHA-256(salt || payload)" }),
  withheld: z
    .boolean()
    .meta({ description: "the payload is kept, but names others too; false with no payload: it was erased" }),
});
/** The newest row of its day as it left the database, or, without a day, the newest one when the proof was made. */
export const proofHead = z.object({
  day: date.nullable(),
  seq: z.int(),
  hash: link,
  signed: z.string().nullable(),
  signature: z.string().nullable(),
  key: z.string().nullable(),
});
/** Consecutive rows up to a head, without payloads: [at, actor, code, subject, commitment]. */
export const proofSegment = z.object({
  first: z.int().min(1),
  prev: link,
  links: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), hash])).min(1),
  head: proofHead,
});
export const proofTrail = z.object({
  rows: z.array(proofRow),
  segments: z.array(proofSegment),
  unlinked: z
    .array(z.int())
    .meta({ description: "rows that are quoted without their way to a head: too many lie between" }),
});

// --- The company ---------------------------------------------------------------------------------------------------

const byName = z.array(z.object({ name: z.string(), count }));
const dayCounts = z.object({ day: date, passed: count, held: count, overridden: count });
export const companyFigures = z.object({
  screened: z.object({
    screenings: count,
    numbers: count,
    clear: count,
    caution: count,
    blocked: count,
    unknown: count,
  }),
  dials: z.object({ passed: count, held: count, overridden: count, refused: count, disagreed: count }),
  calls: z.object({ outbound: count, blocked: count, unscreened: count }).meta({
    description:
      "of the logs that were taken in: made, made though blocked and not overridden, never screened",
  }),
  days: z.array(dayCounts),
  heldBy: byName.meta({ description: "held calls by reason code; one call may have several" }),
  overrides: byName.meta({ description: "by what the agent named: consent, solicited, service" }),
  requests: z.object({
    received: count,
    decided: count,
    medianDays: z.number().nullable(),
    longestDays: z.int().nullable(),
    late: z.array(
      z.object({
        reference: z.string(),
        kind: requestKind,
        received: date,
        decideBy: date,
        decidedOn: date.nullable(),
      }),
    ),
  }),
  recordings: z.object({ arrived: count, erased: count, failing: count, held: count }),
});

// --- The document --------------------------------------------------------------------------------------------------

const common = {
  format: z.literal("cleardial-proof v1"),
  company: z.string(),
  ...period,
  zone: z.string(),
  madeAt: time,
  madeBy: z.object({ id: z.string(), name: z.string(), role: roleSchema }),
  registers: z.array(proofRegister),
  trail: proofTrail,
};
export const numberProof = z.object({
  ...common,
  about: z.literal("number"),
  number: e164,
  events: z.array(proofEvent),
});
export const companyProof = z.object({
  ...common,
  about: z.literal("company"),
  figures: companyFigures,
});
export const proofSchema = z.discriminatedUnion("about", [numberProof, companyProof]);
/** The document is sent as its canonical form (canonical.ts), byte for byte. */
export const proofDocument = z.strictObject({
  proof: proofSchema,
  sha256: hash.meta({ description: "of `proof` in its canonical form (RFC 8785), as are the signed bytes" }),
  signature: z.string().nullable().meta({ description: "Ed25519, base64; null: the deployment has no key" }),
  key: z.string().nullable().meta({ description: "the public key's JWK thumbprint (RFC 7638)" }),
  publicKey: z.strictObject({ crv: z.string(), kty: z.string(), x: z.string() }).nullable(),
});

// --- The overview --------------------------------------------------------------------------------------------------

export const MAX_FIGURE_DAYS = 92;
export const figuresQuery = z
  .object({
    ...period,
    zone: z
      .string()
      .max(60)
      .optional()
      .meta({ description: "the IANA zone in which days begin; absent: policy's" }),
  })
  .refine(({ from, to }) => from <= to && Date.parse(to) - Date.parse(from) < MAX_FIGURE_DAYS * DAY, {
    path: ["to"],
  });
export const figuresAnswer = z.object({
  ...period,
  zone: z.string(),
  days: z.array(dayCounts),
  heldBy: byName,
  registers: z.array(proofRegister),
  requests: z
    .array(z.object({ daysLeft: z.int(), count }))
    .meta({ description: "open requests whose time runs, by the days that are left; below 0: overdue" }),
  erasures: z.array(z.object({ week: date, recordings: count, held: count })),
});

export type Proof = z.infer<typeof proofSchema>;
export type NumberProof = z.infer<typeof numberProof>;
export type CompanyProof = z.infer<typeof companyProof>;
export type ProofEvent = z.infer<typeof proofEvent>;
export type ProofRegister = z.infer<typeof proofRegister>;
export type ProofVersion = z.infer<typeof proofVersion>;
export type ProofLookup = z.infer<typeof proofLookup>;
export type ProofGap = z.infer<typeof proofGap>;
export type ProofRow = z.infer<typeof proofRow>;
export type ProofSegment = z.infer<typeof proofSegment>;
export type ProofTrail = z.infer<typeof proofTrail>;
export type ProofHead = z.infer<typeof proofHead>;
export type ProofDocument = z.infer<typeof proofDocument>;
export type CompanyFigures = z.infer<typeof companyFigures>;
export type FiguresAnswer = z.infer<typeof figuresAnswer>;
