/** The API of call recordings; shared/api.ts has the rules that hold for all of it. */
import * as z from "zod";
import { bulkRows, clockTime, date, direction, e164, paged, rowResult, sha256, text, time } from "../api.ts";
import { reasonSchema } from "../check/api.ts";
import { campaignSchema, purposeSchema } from "../policy/policy.ts";
import { PROVIDER_ROWS } from "./limits.ts";

/** Where audio can be stored: two kinds of store of the company's own, and two providers that keep it themselves. */
export const storeKind = z.enum(["r2", "s3", "twilio", "aircall"]);
/** The company's own: a provider's has its recordings by its own reports. */
export const isOwnStore = (kind: StoreKind): boolean => kind === "r2" || kind === "s3";
/** No empty segments, and none of dots only: in an address these would lead elsewhere. */
export const objectKey = z
  .string()
  .regex(/^(?!.*(?:^|\/)\.*(?:\/|$))[\w.\-/]{1,500}$/, "such as 2026/11/call-1.mp3");
/** Recordings that a provider keeps have the provider's own ids as keys. */
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
        description:
          "needed where the audio is stored already; otherwise it will be stored under a key of our own. Below the sender's own prefix",
      }),
    })
    .refine(({ kind, key }) => providerKeys[kind]?.test(key ?? "") ?? true, {
      path: ["key"],
      message: "the provider's own id of the recording",
    })
    .meta({ description: "the region is the configured store's, whatever the sender says" }),
  announced: z.boolean(),
  purpose: purposeSchema.meta({ description: "what it was recorded for" }),
  campaign: campaignSchema.optional().meta({
    description:
      "which kind of call it was; where a dial of ours says another, the stricter counts; where neither says one, the strictest that the company makes",
  }),
  bytes: z.int().min(0).optional(),
  sha256: sha256.optional(),
});
/** A recording that exists already: number and direction may be unknown, but the audio has a place. */
export const recordingReport = recordingRequest
  .extend({ number: recordingRequest.shape.number.nullable(), direction: direction.nullable() })
  .refine(({ storage }) => storage.key !== undefined, {
    path: ["storage", "key"],
    message: "where the audio is",
  });
const flag = z
  .array(reasonSchema)
  .nullable()
  .meta({ description: "why the number was blocked at that time, unless an override is on record" });
export const recordingArrived = z.object({
  id: z.string(),
  eraseAfter: date,
  flag: z.null().meta({ description: "nothing is told of the number here; the recording itself says" }),
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
      "the open access request that holds the recording; `reviewOn` is the day by which it is decided. Null: a legal hold",
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
  region: z.string().meta({ description: "of the store; ZZ where it is unknown" }),
  bytes: z.int().nullable(),
  sha256: sha256.nullable(),
  announced: z.boolean().nullable(),
  purpose: purposeSchema.nullable(),
  flag,
  quarantined: z.boolean().meta({ description: "outside the policy's regions: no one can open it" }),
  state: z
    .enum(["kept", "erasing", "erased"])
    .meta({ description: "when erased, nothing about the call is left" }),
  eraseAfter: date,
  rule: z.enum(["retention", "outside-regions", "hand"]),
  months: z.int(),
  why: z.string(),
  hold: holdSchema.nullable(),
  notBefore: time.nullable().meta({ description: "when the provider can erase it, as it says" }),
  failures: z.int(),
  due: time.nullable().meta({
    description: "the next retry, after a failure; of one that came late, when it is erased at the earliest",
  }),
  waitsUntil: time.nullable().meta({
    description: "it was imported, or reported late: nothing erases it before, whatever its day",
  }),
  error: z.string().nullable(),
  by: z.string(),
  at: time,
});
export const recordingsQuery = z.object({
  number: z.string().max(100).optional(),
  agent: z.string().max(200).optional(),
  date: date.optional().meta({ description: "of the call, in the policy's time zone" }),
  time: clockTime
    .optional()
    .meta({ description: "approximate time on that day; policy says how many minutes around it" }),
  from: date.optional().meta({ description: "of the call, in the policy's time zone" }),
  to: date.optional().meta({ description: "the last day of the call, in the policy's time zone" }),
  provider: z.string().max(31).optional(),
  show: z.enum(["flagged", "quarantined", "held", "failing"]).optional(),
  ...paged(200),
});
export const recordingsAnswer = z.object({
  recordings: z.array(recordingSchema),
  next: z.string().nullable(),
  unread: z.array(z.string()).optional().meta({
    description: "files of closed months that are lost: their recordings are not among these",
  }),
});
/** Who was refused recordings that it had stored, and why. `id`: an integration's, or `hook:` and the provider. `n`: tries. */
const why = z.enum(["no-prefix", "other-prefix", "old"]);
const refused = z.object({ id: z.string(), name: z.string(), why, first: time, last: time, n: z.int() });
/** How many recordings need attention, and where audio may be kept. */
export const recordingsState = z.object({
  quarantined: z.int(),
  flagged: z.int(),
  failing: z.int().meta({ description: "the last try to erase them failed" }),
  overdue: z
    .int()
    .meta({ description: "their day has passed, and neither a hold nor `waitsUntil` keeps them" }),
  held: z.int(),
  holdsToReview: z.int(),
  prefixless: z.int().meta({
    description:
      "integrations that register recordings, and webhooks that name keys of own stores, without a prefix: they may name what is below nobody's",
  }),
  prefixlessEnd: date.meta({ description: "from this day (UTC) on these register no keys" }),
  refused: z.array(refused).optional().meta({
    description: "until POST /v1/recordings/refused; absent from an older Worker",
  }),
  lengthened: z.int().meta({
    description:
      "a longer retention would keep them longer, and no administrator has answered yet whether it applies",
  }),
  stores: z.array(
    z.object({
      kind: storeKind,
      configured: z.boolean(),
      region: z.string().nullable(),
      allowed: z.boolean().meta({ description: "policy allows recordings in that region" }),
      text: z.string(),
    }),
  ),
  places: z
    .array(
      z.object({
        purpose: z.enum(["files", "copies", "archive"]),
        kind: z.enum(["r2", "s3"]).nullable(),
        region: z.string().nullable(),
        allowed: z.boolean(),
        text: z.string(),
      }),
    )
    .optional()
    .meta({
      description:
        "what else is kept in buckets of its own: requests' files, copies for requesters, and the trail's archive; `kind` is the store that takes it, null for none",
    }),
});

/** What a system (`id` of `refused`) was refused up to the `last` that was shown is imported, or no recording. */
export const refusedAnswer = z.object({ system: text(100), until: time, why: text(500) });

export const audioQuery = z.object({ purpose: purposeSchema });
export const audioPut = z.object({ bytes: z.int(), sha256 });

export const holdRequest = z.object({ reason: text(500), reviewOn: date });
export const releaseRequest = z.object({ reason: text(500) });
export const holdsQuery = z.object(paged(1000, 1000));
export const holdsAnswer = z.object({ holds: z.array(holdSchema), next: z.string().nullable() });
export const eraseRequest = z.object({
  why: text(200).meta({
    description:
      "stays on the certificate: name nobody. An erasure that a requester is granted takes it out where it does",
  }),
  anyway: z.literal(true).optional().meta({
    description:
      "erases it although it is not as the audit trail has it (recording-unlike says what differs): the caller answers for that",
  }),
});

export const lookRequest = z.object({
  why: text(500).meta({
    description:
      "why this object is the recording; on the trail. An erasure of the recording that a requester is granted takes it out",
  }),
});
export const lookSchema = z.object({
  before: z.string().meta({ description: "ETag of the object that was registered" }),
  now: z.string().meta({ description: "ETag of the one that the store has" }),
  bytes: z.int(),
  why: z.string(),
  by: z.string(),
  byName: z.string(),
  at: time,
});

export const erasuresAnswer = z.object({
  weeks: z.array(
    z.object({
      week: date.meta({ description: "its Monday" }),
      recordings: z.int(),
      held: z.int().meta({ description: "of these, how many are under a hold and stay" }),
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
  erasedAt: time.meta({ description: "when the store, asked again, had nothing left of it" }),
  commitment: z.string().meta({ description: "SHA-256(salt || the register's entry before the erasure)" }),
  was: z.enum(["there", "missing"]).nullable().meta({
    description:
      "whether the store had it just before; null where it had not and an earlier try may have erased it, and of older ones",
  }),
});
export const certificatesQuery = z.object({
  recording: z.string().max(60).optional().meta({ description: "only this recording's" }),
  ...paged(500, 100),
});
export const certificatesAnswer = z.object({
  certificates: z.array(certificateSchema),
  next: z.string().nullable(),
  unread: z.array(z.string()).optional().meta({
    description: "files of closed months that are lost: their certificates are not among these",
  }),
});

/** Applies policy's current retention to existing recordings. */
export const retentionRequest = z.object({
  dryRun: z.boolean().default(true),
  lengthen: z.boolean().default(false).meta({ description: "also move days later" }),
  months: z.int().optional().meta({
    description: "the months that the figures were shown for; refused (policy-moved) if policy changed since",
  }),
  why: text(500),
});
const days = z.object({ first: date, last: date }).nullable();
export const retentionFigures = z.object({
  months: z.int(),
  sooner: z.int(),
  later: z.int().meta({ description: "would be kept longer; only with `lengthen`" }),
  now: days.meta({ description: "their first and last day as it is" }),
  then: days.meta({ description: "their first and last day as it would be" }),
});
export const retentionQuestion = retentionFigures.extend({
  asks: z.boolean().meta({
    description:
      "a longer retention would keep some longer, and no administrator has answered yet whether it applies",
  }),
});
export const retentionAnswer = retentionFigures.extend({ changed: z.int() });
/** The answer no: existing recordings keep their days. */
export const retentionStay = retentionRequest.pick({ months: true, why: true });

export const importRequest = z.object({
  dryRun: z.boolean().default(true).meta({
    description:
      "answers what would happen with each row, and changes nothing. False: the same person must have tried these very rows within a day (trial-needed)",
  }),
  rows: bulkRows.meta({
    description:
      "each as for POST /v1/recordings, with the audio's key; number and direction may be null where they are unknown. " +
      `Of a provider's own store, ${PROVIDER_ROWS} at most: the provider is asked about each, and its date and length count`,
  }),
});
export const importAnswer = z.object({
  results: z.array(
    z.object({
      ...rowResult,
      id: z.string().nullable(),
      eraseAfter: date.nullable(),
      due: z.boolean().meta({ description: "its day has come: it is erased a day after the import" }),
      flag,
      quarantined: z.boolean(),
    }),
  ),
});

export type StoreKind = z.infer<typeof storeKind>;
export type Recording = z.infer<typeof recordingSchema>;
export type RecordingRequest = z.input<typeof recordingRequest>;
export type RecordingReport = z.infer<typeof recordingReport>;
export type RecordingArrived = z.infer<typeof recordingArrived>;
export type RecordingsAnswer = z.infer<typeof recordingsAnswer>;
export type RecordingsState = z.infer<typeof recordingsState>;
export type HoldsAnswer = z.infer<typeof holdsAnswer>;
export type RecordingLook = z.infer<typeof lookSchema>;
export type ErasuresAnswer = z.infer<typeof erasuresAnswer>;
export type RetentionQuestion = z.infer<typeof retentionQuestion>;
export type Certificate = z.infer<typeof certificateSchema>;
export type CertificatesAnswer = z.infer<typeof certificatesAnswer>;
export type ImportAnswer = z.infer<typeof importAnswer>;
