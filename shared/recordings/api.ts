/** The part of the API (api.ts) that is about call recordings, by the same rules. */
import * as z from "zod";
import { bulkRows, clockTime, date, direction, e164, paged, rowResult, sha256, text, time } from "../api.ts";
import { reasonSchema } from "../check/api.ts";
import { purposeSchema } from "../policy/policy.ts";

/** Where audio can lie: two kinds of store of our own, and two providers that keep it themselves. */
export const storeKind = z.enum(["r2", "s3", "twilio", "aircall"]);
/** No empty segment and none of dots alone: an address would lead elsewhere. */
export const objectKey = z
  .string()
  .regex(/^(?!.*(?:^|\/)\.*(?:\/|$))[\w.\-/]{1,500}$/, "such as 2026/11/call-1.mp3");
/** A provider's own recordings bear the provider's own names. */
const providerKeys: Partial<Record<z.infer<typeof storeKind>, RegExp>> = {
  twilio: /^RE[0-9a-f]{32}$/,
  aircall: /^\d{1,20}$/,
};

export const recordingRequest = z.object({
  provider: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  providerId: text(200),
  number: z.string().min(1).max(100).meta({ description: "of the other party" }),
  agent: text(200).optional(),
  direction,
  startedAt: time,
  seconds: z.int().min(0).max(86_400),
  storage: z
    .object({
      kind: storeKind,
      key: objectKey.optional().meta({
        description: "wanted where the audio is there already; else it is put under a key of our own",
      }),
    })
    .refine(({ kind, key }) => providerKeys[kind]?.test(key ?? "") ?? true, {
      path: ["key"],
      message: "the provider's own id of it",
    })
    .meta({ description: "its region is that of the configured store, whatever a sender says" }),
  announced: z.boolean(),
  purpose: purposeSchema.meta({ description: "what it was recorded for" }),
  bytes: z.int().min(0).optional(),
  sha256: sha256.optional(),
});
/** Of one that exists already: nobody may know whose number it was, or who called whom, and the audio is somewhere. */
export const recordingReport = recordingRequest
  .extend({ number: recordingRequest.shape.number.nullable(), direction: direction.nullable() })
  .refine(({ storage }) => storage.key !== undefined, {
    path: ["storage", "key"],
    message: "where the audio is",
  });
export const recordingArrived = z.object({
  id: z.string(),
  eraseAfter: date,
  flag: z
    .array(reasonSchema)
    .nullable()
    .meta({ description: "why the number was blocked at that time, where no override is on record" }),
  quarantined: z.boolean(),
});

export const holdSchema = z.object({
  id: z.string(),
  recording: z.string(),
  reason: z.string(),
  reviewOn: date,
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
  request: z.string().nullable().meta({
    description:
      "the access request that keeps it by itself until it is closed; its day is `reviewOn`. Null: a legal hold",
  }),
});
export const recordingSchema = z.object({
  id: z.string(),
  provider: z.string(),
  providerId: z.string().nullable(),
  number: e164.nullable().meta({ description: "null where the other party withheld it" }),
  agent: z.string().nullable(),
  direction: direction.nullable(),
  startedAt: time.nullable(),
  seconds: z.int().nullable(),
  storage: z.object({ kind: storeKind, key: z.string().nullable() }),
  region: z.string().meta({ description: "of the store; ZZ where it cannot be told" }),
  bytes: z.int().nullable(),
  sha256: sha256.nullable(),
  announced: z.boolean().nullable(),
  purpose: purposeSchema.nullable(),
  flag: recordingArrived.shape.flag,
  quarantined: z.boolean().meta({ description: "outside the policy's regions: nobody can open it" }),
  state: z
    .enum(["kept", "erasing", "erased"])
    .meta({ description: "of an erased one nothing is left that is about the call" }),
  eraseAfter: date,
  rule: z.enum(["retention", "outside-regions", "hand"]),
  months: z.int(),
  why: z.string(),
  hold: holdSchema.nullable(),
  notBefore: time.nullable().meta({ description: "when the provider says that it can erase" }),
  failures: z.int(),
  due: time.nullable().meta({ description: "the next try, after a failure" }),
  error: z.string().nullable(),
  by: z.string(),
  at: time,
});
export const recordingsQuery = z.object({
  number: z.string().max(100).optional(),
  agent: z.string().max(200).optional(),
  date: date.optional().meta({ description: "of the call, where the policy is" }),
  time: clockTime.optional().meta({ description: "about when on that day; how far around is policy" }),
  provider: z.string().max(31).optional(),
  show: z.enum(["flagged", "quarantined", "held", "failing"]).optional(),
  ...paged(200),
});
export const recordingsAnswer = z.object({
  recordings: z.array(recordingSchema),
  next: z.string().nullable(),
});
/** What needs somebody's eye, and where audio may be kept. */
export const recordingsState = z.object({
  quarantined: z.int(),
  flagged: z.int(),
  failing: z.int().meta({ description: "could not be erased at the last try" }),
  overdue: z.int().meta({ description: "their day is over, and no hold keeps them" }),
  held: z.int(),
  holdsToReview: z.int(),
  lengthened: z.int().meta({
    description: "policy's months would keep them longer, and no administrator has said yet whether they do",
  }),
  stores: z.array(
    z.object({
      kind: storeKind,
      configured: z.boolean(),
      region: z.string().nullable(),
      allowed: z.boolean().meta({ description: "policy lets recordings be kept in that region" }),
      text: z.string(),
    }),
  ),
});

export const audioQuery = z.object({ purpose: purposeSchema });
export const audioPut = z.object({ bytes: z.int(), sha256 });

export const holdRequest = z.object({ reason: text(500), reviewOn: date });
export const releaseRequest = z.object({ reason: text(500) });
export const holdsQuery = z.object(paged(1000, 1000));
export const holdsAnswer = z.object({ holds: z.array(holdSchema), next: z.string().nullable() });
export const eraseRequest = z.object({
  why: text(200).meta({ description: "stays on the certificate: name nobody" }),
});

export const erasuresAnswer = z.object({
  weeks: z.array(
    z.object({
      week: date.meta({ description: "its Monday" }),
      recordings: z.int(),
      held: z.int().meta({ description: "of them; these stay" }),
    }),
  ),
});
export const certificateSchema = z.object({
  recording: z.string(),
  provider: z.string(),
  storage: storeKind,
  region: z.string(),
  eraseAfter: date,
  rule: recordingSchema.shape.rule,
  months: z.int(),
  why: z.string(),
  erasedAt: time.meta({ description: "when the store, asked once more, had nothing left of it" }),
  commitment: z.string().meta({ description: "SHA-256(salt || the register's row before)" }),
});
export const certificatesQuery = z.object({
  recording: z.string().max(60).optional().meta({ description: "the one of this recording" }),
  ...paged(500, 100),
});
export const certificatesAnswer = z.object({
  certificates: z.array(certificateSchema),
  next: z.string().nullable(),
});

/** The days of what exists, by the months that policy says now. */
export const retentionRequest = z.object({
  dryRun: z.boolean().default(true),
  lengthen: z.boolean().default(false).meta({ description: "also keep longer what was to go sooner" }),
  months: z.int().optional().meta({
    description: "that the figures were seen for; refused (policy-moved) where policy says others since",
  }),
  why: text(500),
});
const days = z.object({ first: date, last: date }).nullable();
export const retentionFigures = z.object({
  months: z.int(),
  sooner: z.int(),
  later: z.int().meta({ description: "would be kept longer: only with `lengthen`" }),
  now: days.meta({ description: "from when to when those go as it is" }),
  then: days.meta({ description: "from when to when they would go" }),
});
export const retentionQuestion = retentionFigures.extend({
  asks: z.boolean().meta({
    description:
      "policy was lengthened, some would be kept longer, and no administrator has said yet whether they are",
  }),
});
export const retentionAnswer = retentionFigures.extend({ changed: z.int() });
/** That they do not follow. */
export const retentionStay = retentionRequest.pick({ months: true, why: true });

export const importRequest = z.object({
  dryRun: z
    .boolean()
    .default(true)
    .meta({ description: "says of each row what would happen, and changes nothing" }),
  rows: bulkRows.meta({
    description:
      "each as POST /v1/recordings takes it, with the audio's key; the number and the direction are null where nobody knows them",
  }),
});
export const importAnswer = z.object({
  results: z.array(
    z.object({
      ...rowResult,
      id: z.string().nullable(),
      eraseAfter: date.nullable(),
      due: z.boolean().meta({ description: "its day has come already: the next run erases it" }),
      flag: recordingArrived.shape.flag,
      quarantined: z.boolean(),
    }),
  ),
});

export type StoreKind = z.infer<typeof storeKind>;
export type Recording = z.infer<typeof recordingSchema>;
export type RecordingRequest = z.input<typeof recordingRequest>;
export type RecordingArrived = z.infer<typeof recordingArrived>;
export type RecordingsAnswer = z.infer<typeof recordingsAnswer>;
export type RecordingsState = z.infer<typeof recordingsState>;
export type HoldsAnswer = z.infer<typeof holdsAnswer>;
export type ErasuresAnswer = z.infer<typeof erasuresAnswer>;
export type RetentionQuestion = z.infer<typeof retentionQuestion>;
export type Certificate = z.infer<typeof certificateSchema>;
export type CertificatesAnswer = z.infer<typeof certificatesAnswer>;
export type ImportAnswer = z.infer<typeof importAnswer>;
