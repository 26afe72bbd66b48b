/** The API of proofs: the documents that `GET /v1/proof` answers; shared/api.ts has the rules that hold for all of the API. */
import * as z from "zod";
import { count, date, e164, sha256, time } from "../api.ts";
import { roleSchema } from "../people/api.ts";
import { alteredRow, proofEvent } from "./api-events.ts";
import { proofTrail, rows } from "./api-trail.ts";
import { requestKind } from "../privacy-requests/api.ts";
import { DAY } from "../core/time.ts";
import { listId } from "../policy/policy.ts";

/** The longest period of one proof. */
export const MAX_PROOF_DAYS = 800;
/** True where `from` is not after `to`, and the period has at most `days` days. */
export const within =
  (days: number) =>
  ({ from, to }: { from: string; to: string }): boolean =>
    from <= to && Date.parse(to) - Date.parse(from) < days * DAY;
export const period = { from: date, to: date.meta({ description: "the last day, inclusive" }) };

export const proofQuery = z
  .object({
    ...period,
    number: z.string().min(1).max(100).optional().meta({ description: "absent: the company as a whole" }),
  })
  .refine(within(MAX_PROOF_DAYS), { path: ["to"] });

/** A version of a register, and when it was in force. */
export const proofVersion = z.object({
  version: z.int(),
  asOf: date,
  numbers: count,
  from: time,
  to: time.nullable().meta({ description: "null: it still is in force" }),
  listed: z.boolean().nullable().meta({
    description:
      "whether it lists the number; null where its content is no longer known, or no number was asked",
  }),
  rows,
});
/** A time in which the register was by lookup: versions do not count, and each number has answers of its own. */
export const proofLookup = z.object({ source: z.string(), from: time, to: time.nullable() });
/** A time in which no version in force was young enough to rely on. */
export const proofGap = z.object({ from: time, to: time });
export const proofRegister = z.object({
  list: listId,
  name: z.string(),
  maxAgeDays: z.int(),
  versions: z.array(proofVersion),
  lookups: z.array(proofLookup),
  gaps: z.array(proofGap),
});

// --- The company ---------------------------------------------------------------------------------------------------

export const byName = z.array(z.object({ name: z.string(), count }));
export const dayCounts = z.object({ day: date, passed: count, held: count, overridden: count });
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
      "logged calls: made; made to a blocked number without an override; made to a number that was never screened",
  }),
  days: z.array(dayCounts),
  heldBy: byName.meta({ description: "held calls by reason code; a call may have several" }),
  overrides: byName.meta({ description: "by the basis that the agent gave: consent, solicited, service" }),
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
  // Proofs of older versions do not have it.
  altered: z.array(alteredRow).optional(),
});
export const companyProof = z.object({
  ...common,
  about: z.literal("company"),
  figures: companyFigures,
});
export const proofSchema = z.discriminatedUnion("about", [numberProof, companyProof]);
/** What signs a document: over `what` of it. */
export const signedBy = (what: string) => ({
  sha256: sha256.meta({
    description: `over \`${what}\` in canonical form (RFC 8785), as is the signature`,
  }),
  signature: z.string().nullable().meta({ description: "Ed25519, base64; null: the deployment has no key" }),
  key: z.string().nullable().meta({ description: "the public key's JWK thumbprint (RFC 7638)" }),
  publicKey: z.strictObject({ crv: z.string(), kty: z.string(), x: z.string() }).nullable(),
});
/** Sent in canonical form (trail/canonical.ts), byte for byte. */
export const proofDocument = z.strictObject({ proof: proofSchema, ...signedBy("proof") });

export type Proof = z.infer<typeof proofSchema>;
export type NumberProof = z.infer<typeof numberProof>;
export type CompanyProof = z.infer<typeof companyProof>;
export type ProofRegister = z.infer<typeof proofRegister>;
export type ProofVersion = z.infer<typeof proofVersion>;
export type ProofLookup = z.infer<typeof proofLookup>;
export type ProofGap = z.infer<typeof proofGap>;
export type ProofDocument = z.infer<typeof proofDocument>;
export type CompanyFigures = z.infer<typeof companyFigures>;
