/** The part of a proof (api.ts) that quotes the audit trail, so that it can be checked without a server. */
import * as z from "zod";
import { date, sha256, time } from "../api.ts";

/** A row's hash; the first row has `genesis` before it. */
const link = z.union([sha256, z.literal("genesis")]);
/** Each event and each version has these. */
export const rows = z.array(z.int()).meta({ description: "the rows of the trail (`seq`) that prove it" });

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
  bound: z
    .object({
      table: z.string(),
      code: z.string(),
      fields: z.array(z.tuple([z.string(), z.string(), z.string()])),
      few: z
        .array(z.tuple([z.string(), z.string(), z.string()]))
        .optional()
        .meta({ description: "fields that the code alone is over" }),
      beside: z
        .object({ place: z.int(), of: z.int(), hashes: z.array(sha256) })
        .optional()
        .meta({
          description:
            "where one event binds the rows that were written at once: the row's place among how many, and the hashes beside its way to " +
            "their root, from below",
        }),
    })
    .optional()
    .meta({
      description:
        "the row that it binds: of each column name, salt and value with its type, or, where the value would tell of others, an " +
        "empty salt and the column's leaf. `payload` is the opening that follows " +
        "from them (shared/trail/leaves.ts, bound.ts)",
    }),
  origin: z
    .enum(["ours", "before", "returned", "lost", "forged"])
    .optional()
    .meta({
      description:
        "what the Worker found of the row's code under its key, for readers who do not have that: its own; from before there was " +
        "a key; by an older Worker, as an officer said; under a key that it has lost; or not its own",
    }),
  withheld: z.boolean().meta({
    description:
      "the payload is kept, but names other people too, or would tell of them; false without a payload: it was erased",
  }),
});
/** The newest row of a day, as published; without a day, the newest row when the proof was made. */
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
    .meta({ description: "quoted rows without a segment to a head, as too many rows are in between" }),
  unread: z
    .array(z.tuple([z.int(), z.int()]))
    .optional()
    .meta({
      description:
        "archived rows, first and last, in which later states of the rows were not looked for, as there are too many",
    }),
  boundFrom: z
    .int()
    .nullable()
    .optional()
    .meta({ description: "the row from which on the trail binds each field of a dial; null: none yet" }),
  statesFrom: z.int().nullable().optional().meta({
    description:
      "the row from which on the trail binds each state of a do-not-call entry and a consent; null: none yet",
  }),
  factsFrom: z.int().nullable().optional().meta({
    description:
      "the row from which on it binds each answer of a look-up source, and each state of a request; null: none yet",
  }),
  registersFrom: z
    .int()
    .nullable()
    .optional()
    .meta({ description: "the row from which on it binds each version of a register; null: none yet" }),
  turnedFrom: z.int().nullable().optional().meta({
    description: "the row from which on it binds each change of a number's status; null: none yet",
  }),
  keyedFrom: z.int().nullable().optional().meta({
    description: "the row from which on each row has a code under the Worker's key; null: none yet",
  }),
});

export type ProofRow = z.infer<typeof proofRow>;
export type ProofSegment = z.infer<typeof proofSegment>;
export type ProofTrail = z.infer<typeof proofTrail>;
export type ProofHead = z.infer<typeof proofHead>;
