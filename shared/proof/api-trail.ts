/** The part of a proof (api.ts) that quotes the audit trail, so that it is checked without a server. */
import * as z from "zod";
import { date, sha256, time } from "../api.ts";

/** Of the first row the one before is called `genesis`. */
const link = z.union([sha256, z.literal("genesis")]);
/** What each fact of a proof ends with. */
export const rows = z.array(z.int()).meta({ description: "the rows of the trail (`seq`) that bear it out" });

export const proofRow = z.object({
  seq: z.int().min(1),
  at: time,
  actor: z.string(),
  code: z.string(),
  subject: z.string(),
  commitment: sha256,
  prev: link,
  hash: sha256,
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
  links: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), sha256])).min(1),
  head: proofHead,
});
export const proofTrail = z.object({
  rows: z.array(proofRow),
  segments: z.array(proofSegment),
  unlinked: z
    .array(z.int())
    .meta({ description: "rows that are quoted without their way to a head: too many lie between" }),
});

export type ProofRow = z.infer<typeof proofRow>;
export type ProofSegment = z.infer<typeof proofSegment>;
export type ProofTrail = z.infer<typeof proofTrail>;
export type ProofHead = z.infer<typeof proofHead>;
