/** The API's schemas for the audit trail; conventions in shared/api.ts. */
import * as z from "zod";
import { date, limit, time } from "../api.ts";
import { ALL_TABLES, comparedTableNames } from "./bound-tables.ts";

export const auditRowSchema = z.object({
  seq: z.int(),
  at: time,
  actor: z.string(),
  actorName: z.string().nullable(),
  code: z.string(),
  subject: z.string(),
  commitment: z.string(),
  prev: z.string(),
  hash: z.string(),
  payload: z.unknown().meta({ description: "null once erased; the chain still verifies" }),
});
/** Newest first, before row `before`. Filters match exactly; `code` also matches a prefix such as `policy.`. */
export const auditQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  code: z.string().max(60).optional(),
  actor: z.string().max(60).optional(),
  subject: z.string().max(100).optional(),
  from: date.optional(),
  to: date.optional().meta({ description: "the last day" }),
  limit: limit(500, 100),
});
export const auditAnswer = z.object({
  rows: z.array(auditRowSchema),
  next: z.int().nullable().meta({
    description: "the next `before`. A page may be short, or empty: continue while this is not null",
  }),
});
/** For verifying a long trail in steps: starts after row `after`, whose hash was `head`. */
export const verifyQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  head: z.string().max(64).default("genesis"),
});
export const verifyAnswer = z.object({
  ok: z.boolean(),
  length: z.int().meta({ description: "rows that hold, counted from the first" }),
  head: z.string(),
  next: z.int().nullable().meta({ description: "more rows remain: ask again with `after` and `head`" }),
  brokenAt: z.int().optional(),
  why: z.string().optional(),
  origin: z
    .partialRecord(z.enum(["before", "returned", "lost"]), z.int())
    .optional()
    .meta({
      description:
        "of the rows of this request, those without a code of the Worker's key that could be compared: from before there was " +
        "one; by an older Worker, as an officer said; under a key that this Worker no longer has",
    }),
});
/** Verifies one table against the trail in steps: `after` is the last answer's `next`. */
export const deepQuery = z.object({
  table: z.enum([...comparedTableNames, ALL_TABLES]).meta({
    description:
      "`all`, from the events alone: to the rows of all tables but those of sums, so that the trail is read once",
  }),
  pass: z.enum(["events", "rows"]).meta({
    description: "from the events to their rows, or from the rows to their events: only both find everything",
  }),
  after: z.string().max(1000).optional(),
});
export const deepAnswer = z.object({
  checked: z.int(),
  findings: z.array(
    z.object({
      table: z.string(),
      key: z.string(),
      seq: z.int().nullable().meta({ description: "the row of the trail that binds it" }),
      what: z.enum(["altered", "missing", "extra", "back", "forged", "unreadable"]).meta({
        description:
          "other than its event says; gone, though nothing erased it; without an event; there again, though the trail says that it " +
          "was erased; told of by a row of the trail that the " +
          "Worker did not write; or `key` is an archive that is missing or was altered, and the rows of its time are not compared",
      }),
      columns: z.array(z.string()).meta({
        description: "which may have been altered: one, where that is certain; none, where it may be any",
      }),
    }),
  ),
  next: z.string().nullable().meta({ description: "more rows remain: ask again with `after`" }),
  bound: z
    .object({ every: z.int(), some: z.int(), none: z.int() })
    .optional()
    .meta({ description: "of the rows: how many are bound in every field, in some (older ones), in none" }),
  excused: z
    .object({ request: z.int(), retention: z.int(), returned: z.int() })
    .optional()
    .meta({
      description:
        "rows that are gone, as a request had them erased or their time was over; and rows that nothing binds, as an older Worker " +
        "wrote them and an officer said so",
    }),
});
/** A finding of the comparison, of which an officer says that an older Worker is why. */
const finding = deepAnswer.shape.findings.element;
export const MOST_RETURNED = 200;
const returnedRows = z
  .array(finding.pick({ table: true, key: true, seq: true, what: true }))
  .max(MOST_RETURNED);
/** An older Worker wrote between these moments, as after a roll-back. */
export const returnedRequest = z.object({
  from: time,
  to: time,
  why: z.string().trim().min(1).max(500),
  rows: returnedRows.default([]).meta({
    description:
      "findings of `GET /v1/audit/deep`: rows that it changed or erased, to be taken as they are now",
  }),
  dryRun: z.boolean().default(false),
});
export const returnedAnswer = z.object({
  first: z.int().meta({ description: "with `last`, the rows of the trail of that time" }),
  last: z.int(),
  rows: z.array(
    returnedRows.element.extend({
      how: z.enum(["bound", "gone", "counted"]).nullable().meta({
        description:
          "how the finding ends: it is bound as it is now; it counts as gone; it counts as an older Worker's. Null: it does not",
      }),
      named: z.boolean().meta({ description: "whether a row of the trail of that time is about it" }),
    }),
  ),
});
/** Rows are gone from the end of the trail, and an officer knows why. */
export const restoredRequest = returnedRequest.pick({ why: true });
export const restoredAnswer = z.object({
  ends: z
    .array(z.object({ first: z.int(), last: z.int() }))
    .meta({ description: "the rows of the trail that are gone, as far as it is known" }),
});
export const auditExportQuery = z.object({ from: date.optional(), to: date.optional() });
/** An archived object: rows that have left the database, as gzipped NDJSON without payloads. */
export const archiveSchema = z.object({
  key: z.string(),
  month: z.string(),
  firstSeq: z.int(),
  lastSeq: z.int(),
  lastHash: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  at: time,
});
export const archivesAnswer = z.object({ archives: z.array(archiveSchema) });
/** A day's published head of the trail. `signature` is Ed25519 over the line `signed`, in base64. */
export const headSchema = z.object({
  day: date,
  seq: z.int(),
  hash: z.string(),
  at: time,
  signed: z.string(),
  signature: z.string().nullable(),
  key: z.string().nullable().meta({ description: "the public key, JWK thumbprint (RFC 7638)" }),
  timestamp: z
    .string()
    .nullable()
    .meta({ description: "RFC 3161 response over SHA-256 of `signed`, base64" }),
});
export const headsAnswer = z.object({
  heads: z.array(headSchema.omit({ timestamp: true }).extend({ timestamped: z.boolean() })),
  publicKey: z.record(z.string(), z.unknown()).nullable(),
});

export type AuditRow = z.infer<typeof auditRowSchema>;
export type AuditAnswer = z.infer<typeof auditAnswer>;
export type VerifyAnswer = z.infer<typeof verifyAnswer>;
export type DeepQuery = z.infer<typeof deepQuery>;
export type DeepAnswer = z.infer<typeof deepAnswer>;
export type ReturnedRows = z.infer<typeof returnedRows>;
export type ReturnedRow = z.infer<typeof returnedAnswer>["rows"][number];
export type ReturnedAnswer = z.infer<typeof returnedAnswer>;
export type RestoredAnswer = z.infer<typeof restoredAnswer>;
export type Head = z.infer<typeof headSchema>;
export type HeadsAnswer = z.infer<typeof headsAnswer>;
export type ArchivesAnswer = z.infer<typeof archivesAnswer>;
