/**
 * One zod schema per request and response of the Worker's API; the types are inferred and the OpenAPI document is
 * made from them. Field names are camelCase, times ISO 8601 in UTC, calendar dates YYYY-MM-DD; numbers go in as
 * written and come out as E.164.
 */
import * as z from "zod";
import { campaignSchema, listId, policySchema } from "./policy.ts";

/** Raised when an older extension could misread an answer. The extension says what to do when it is too old. */
export const API_VERSION = 1;

/** Most numbers in one check. */
export const MAX_CHECK = 1000;

const time = z.iso.datetime();
const date = z.iso.date();
const e164 = z.string().regex(/^\+[1-9]\d{1,14}$/);
const written = z.string().min(1).max(100);
const text = (max: number) => z.string().trim().min(1).max(max);

// --- People ---------------------------------------------------------------------------------------------------

/** agent < manager < admin; compliance beside manager. */
export const roleSchema = z.enum(["agent", "manager", "compliance", "admin"]);
export const personKind = z.enum(["person", "integration"]);
export const personSchema = z.object({
  id: z.string(),
  kind: personKind.meta({ description: "an integration is a system or a managed install with one token" }),
  name: z.string(),
  email: z.string().nullable().meta({ description: "null for an integration" }),
  role: roleSchema,
  active: z.boolean(),
  createdAt: time,
  lastSeenAt: time.nullable(),
});
export const setupRequest = z.object({
  code: z.string().max(200),
  name: text(200),
  email: z.email().max(320),
});
export const tokenAnswer = z.object({ token: z.string(), person: personSchema });
export const inviteRequest = z.object({ name: text(200), email: z.email().max(320), role: roleSchema });
export const inviteAnswer = z.object({
  code: z.string(),
  link: z.string(),
  expiresAt: time,
  mailed: z.boolean().meta({ description: "true where the link was put into the outbox for the person" }),
});
/** An invite that nobody has joined with: its code is no more than its hash. */
export const openInviteSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
  expiresAt: time,
});
export const invitesAnswer = z.object({ invites: z.array(openInviteSchema) });
export const joinRequest = z.object({
  code: z.string().min(1).max(200),
  device: z.string().max(200).optional(),
});
export const meAnswer = z.object({
  person: personSchema,
  company: z.string(),
  rotate: z.boolean().meta({ description: "the token is older than policy likes: POST /v1/tokens/rotate" }),
});
export const peopleAnswer = z.object({ people: z.array(personSchema) });
/** A device is a token in somebody's hands. */
export const deviceSchema = z.object({
  id: z.string(),
  device: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
  expiresAt: time.meta({ description: "when it dies if nobody uses it, or at its end date" }),
  current: z.boolean(),
});
export const tokensAnswer = z.object({ tokens: z.array(deviceSchema) });
export const personAnswer = z.object({
  person: personSchema,
  devices: z.array(deviceSchema),
  /** How the person got the role: by an admin's invite or change, or by a rule of policy at sign-in. */
  roleBy: z.enum(["admin", "rule"]),
  signsIn: z.boolean().meta({ description: "bound to an account of the company's sign-in provider" }),
  invite: z.object({ expiresAt: time }).nullable().meta({ description: "an invite that is still out" }),
});
export const integrationRequest = z.object({
  name: text(200),
  role: roleSchema.exclude(["admin"]),
  until: date.meta({ description: "its last day" }),
});
/** `token` is shown once. The one it replaces dies at the new one's first use. */
export const rotateAnswer = z.object({ token: z.string() });

// --- Single sign-on ------------------------------------------------------------------------------------------------

/** What a client needs to send a person to the company's provider; null where none is configured. */
export const ssoAnswer = z.object({
  provider: z
    .object({
      name: z.string().meta({ description: "what the button says, such as Microsoft" }),
      issuer: z.string(),
      clientId: z.string(),
      authorizationEndpoint: z.string(),
      scope: z.string(),
    })
    .nullable(),
});
/** The client makes `verifier` and `nonce` itself (PKCE S256); the Worker exchanges the code and checks the ID token. */
export const ssoRequest = z.object({
  code: z.string().min(1).max(4000),
  verifier: z.string().min(43).max(128),
  nonce: z.string().min(20).max(200),
  redirectUri: z.url().max(500),
  device: z.string().max(200).optional(),
});
export const personPatch = z
  .object({ role: roleSchema.optional(), active: z.boolean().optional(), name: text(200).optional() })
  .refine((p) => Object.keys(p).length > 0, "name at least one thing to change");
export const healthAnswer = z.object({
  ok: z.literal(true),
  api: z.int(),
  version: z.string(),
  at: time,
  setup: z.boolean().meta({ description: "true while there are no people: POST /v1/setup is open" }),
});

// --- Facts and verdicts ----------------------------------------------------------------------------------------

export const verdictSchema = z.enum(["clear", "caution", "blocked", "unknown"]);
export const consentBasis = z.enum(["consent", "solicited", "service"]);
export const suppressionKind = z.enum(["objection", "house"]);

/** What stands on record for one number. Facts do not age; a verdict is decided from them at the moment of looking. */
export const factsSchema = z.object({
  e164,
  region: z.string().nullable().meta({ description: "ISO country of the number; null where it has none" }),
  zones: z.array(z.string()).optional().meta({
    description:
      "IANA zones that the number may be in; absent where the rules of its region name the only one",
  }),
  lists: z
    .array(
      z.object({
        id: z.string(),
        asOf: date,
        since: date.optional().meta({
          description:
            "only where policy has days of grace: the date of the version before the one that brought the number; " +
            "absent where the list's first version had it",
        }),
      }),
    )
    .meta({ description: "the registers that hold the number, with the date of the version that was read" }),
  lookups: z
    .array(
      z.object({
        id: z.string(),
        asOf: date.optional().meta({ description: "the day of the answer; absent where there is none" }),
        state: z.enum(["asking", "failed", "budget"]).optional().meta({
          description:
            "why there is none that counts: it is being asked, the source failed, or the day's budget is used up",
        }),
      }),
    )
    .optional()
    .meta({
      description: "what the sources of registers by lookup said; a listing stands among `lists` too",
    }),
  again: time
    .optional()
    .meta({ description: "of an answer by lookup: from then on it is worth asking for these facts anew" }),
  suppressions: z.array(
    z.object({ kind: suppressionKind, reason: z.string(), at: time, until: date.nullable() }),
  ),
  consents: z.array(z.object({ basis: consentBasis, givenAt: time, until: date.nullable() })),
});

/** The head of a register: `version` 0 and `asOf` null while nothing was ever loaded. */
export const listHeadSchema = z.object({
  id: z.string(),
  name: z.string(),
  regions: z.array(z.string()),
  maxAgeDays: z.int(),
  daysUntilEffective: z
    .int()
    .optional()
    .meta({
      description:
        "a caller may go on for so many days after a number was listed, at the most: policy's days of grace are never " +
        "more; absent: policy alone says",
    }),
  version: z.int(),
  asOf: date.nullable(),
  numbers: z.int(),
  lookup: z.string().optional().meta({
    description:
      "the source that is asked about each number, where the register is by lookup: `version` is then 0 and `asOf` null",
  }),
});

/** Names the state of the database that an answer was read from. A smaller `seq` is an older answer. */
export const stampSchema = z.object({ seq: z.int(), policy: z.int(), lists: z.array(listHeadSchema) });

/** `code` is one of the kernel's reason codes, or the id of the register that holds the number. */
export const reasonSchema = z.object({
  code: z.string(),
  list: z.string().optional(),
  asOf: z.string().optional(),
});
export const spokenReasonSchema = reasonSchema.extend({ text: z.string() });

export const checkRequest = z.object({
  numbers: z.array(written).min(1).max(MAX_CHECK),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  purpose: campaignSchema.optional(),
});
export const checkResult = z.object({
  input: z.string(),
  e164: e164.nullable(),
  ext: z.string().optional(),
  readings: z.array(e164).optional(),
  verdict: verdictSchema,
  reasons: z.array(spokenReasonSchema).min(1),
  facts: factsSchema.nullable(),
});
export const checkAnswer = z.object({ at: time, stamp: stampSchema, results: z.array(checkResult) });

export const changesQuery = z.object({ since: z.coerce.number().int().min(0) });
export const changesAnswer = z.object({
  at: time,
  seq: z.int(),
  stamp: stampSchema,
  reset: z.boolean().meta({ description: "`since` is older than what is kept: drop every cached fact" }),
  numbers: z.array(e164),
  lists: z.array(z.string()),
  policy: policySchema.optional(),
});

// --- Lists -----------------------------------------------------------------------------------------------------

export { listId };
export const versionSchema = z.object({
  version: z.int(),
  asOf: date,
  numbers: z.int(),
  added: z.int(),
  removed: z.int(),
  source: z.string(),
  sha256: z.string().nullable().meta({ description: "of the file, where there was one" }),
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
});
/** Whom a register is for, who keeps it and where it comes from. */
const registerFacts = { covers: z.enum(["individuals", "businesses", "both"]), source: z.string() };
export const listSchema = listHeadSchema.extend({ ...registerFacts, history: z.array(versionSchema) });
export const listsAnswer = z.object({ lists: z.array(listHeadSchema) });
export const registerRequest = z.object({
  name: text(80),
  regions: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .min(1)
    .max(50)
    .meta({
      description: "ISO countries that it must be screened for; the first says how its files write numbers",
    }),
  maxAgeDays: z
    .int()
    .min(1)
    .max(366)
    .meta({ description: "an older copy is not relied on; policy may want less" }),
  daysUntilEffective: z.int().min(0).max(366).default(0),
  covers: registerFacts.covers.default("both"),
  source: z.string().trim().max(500).default(""),
});
export const listingQuery = z.object({
  at: date.optional().meta({ description: "the day, in UTC; today where it is not said" }),
});
/** Whether a number stood on the register in the version that was in force at the end of a day. */
export const listingAnswer = z.object({
  number: e164,
  listed: z.boolean(),
  since: date.optional().meta({
    description:
      "date of the version that brought it; absent where the first version that is still known had it",
  }),
  version: z.int(),
  asOf: date,
});
/** What an unattended run could not do, for a mail to the administrators. */
export const syncReport = z.object({
  state: z
    .enum(["failed", "quiet"])
    .meta({ description: "quiet: nothing new has come for longer than it should" }),
  detail: text(500),
});
export const syncAnswer = z.object({ mails: z.int() });

const sourceSchema = z.object({
  name: z.string().max(300),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export const uploadRequest = z.object({
  asOf: date,
  parent: z.int().min(0).meta({ description: "the version that the blocks were compared with" }),
  kind: z.enum(["whole", "changes"]).default("whole"),
  source: sourceSchema,
  anew: z.boolean().default(false).meta({ description: "do not go on with an open upload: give it up" }),
});
/** An open upload of the same file, date, kind and parent is gone on with: `parts` are those that have arrived. */
export const uploadAnswer = z.object({
  version: z.int(),
  parent: z.int(),
  parts: z.array(z.object({ part: z.int(), sha256: z.string(), added: z.int(), removed: z.int() })),
});

/** One changed block: `[block, n, digest, data]`, n = 0 and data = "" where the block is now empty. See blocks.ts. */
export const blockRow = z.tuple([
  z.int().min(0).max(99_999_999_999),
  z.int().min(0).max(10_000),
  z.int().min(0),
  z.string().max(3000),
]);
/** Changes to one block: `[block, add, remove]`, both as packed sets. What is there, or gone, already is left alone. */
export const changeRow = z.tuple([
  z.int().min(0).max(99_999_999_999),
  z.string().max(3000),
  z.string().max(3000),
]);
/** Of an upload of the kind `whole`, or of the kind `changes`. */
export const partRequest = z.union([
  z.object({ blocks: z.array(blockRow).min(1).max(20_000) }),
  z.object({ changes: z.array(changeRow).min(1).max(20_000) }),
]);
export const partAnswer = z.object({ part: z.int(), blocks: z.int(), added: z.int(), removed: z.int() });
export const commitRequest = z.object({
  parts: z.int().min(0),
  /** Of the whole list after the commit; left out for an upload of changes, where the Worker works them out. */
  blocks: z.int().min(0).optional(),
  numbers: z.int().min(1).optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{1,13}-[0-9a-f]{1,13}$/)
    .optional()
    .meta({ description: "listHash over the digests of all blocks after the commit" }),
  allowShrink: z.boolean().default(false),
  attestSameFile: z.boolean().default(false),
});
export const commitAnswer = z.object({
  version: z.int(),
  numbers: z.int(),
  added: z.int(),
  removed: z.int(),
  blocks: z.int(),
});
export const digestsQuery = z.object({ after: z.coerce.number().int().min(-1).default(-1) });
export const digestsAnswer = z.object({
  version: z.int(),
  blocks: z.array(z.tuple([z.int(), z.int(), z.int()])).meta({ description: "[block, n, digest], by block" }),
  next: z.int().nullable(),
});
export const listChangesRequest = z.object({
  allowShrink: z.boolean().default(false),
  attestSameFile: z.boolean().default(false),
  add: z.array(written).max(20_000).default([]),
  remove: z.array(written).max(20_000).default([]),
  asOf: date,
});
export const rollbackRequest = z.object({
  to: z.int().min(1).meta({ description: "an earlier committed version: its numbers come into force again" }),
  parent: z.int().min(1).meta({ description: "the version in force, as the asker saw it" }),
  why: text(500),
});
export const listChangesAnswer = z.object({
  version: z.int(),
  added: z.int(),
  removed: z.int(),
  ignored: z.int().meta({ description: "added numbers that were there, removed ones that were not" }),
});

// --- Suppressions and consents ---------------------------------------------------------------------------------

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
  unverified: z.boolean().meta({ description: "from the public page; nobody has looked at it yet" }),
});
export const suppressionEnd = z.object({
  reason: text(500),
  kind: suppressionKind.optional().meta({ description: "wanted where the number has both" }),
});
export const pageQuery = z.object({
  number: z.string().max(100).optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
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

/** Most rows of one request in bulk. */
export const MAX_BULK = 500;
/** Rows are read one by one: a bad one is refused alone, with its reason. */
export const bulkRequest = z.object({
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(MAX_BULK)
    .meta({ description: "each as the route for one of them takes it" }),
});
export const bulkAnswer = z.object({
  results: z.array(
    z.object({
      status: z.enum(["added", "there", "refused"]),
      number: e164.nullable(),
      code: z.string().optional().meta({ description: "of a refusal: the problem's code" }),
      why: z.string().optional().meta({ description: "of a refusal, in words" }),
    }),
  ),
});

// --- Policy and audit ------------------------------------------------------------------------------------------

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
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** One changed clause: `path` as in shared/clauses.ts (`registers.tps`), the values as JSON, and both in words. */
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
/** Newest first, downwards from `before`. The filters match whole values; `code` also a beginning such as `policy.`. */
export const auditQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  code: z.string().max(60).optional(),
  actor: z.string().max(60).optional(),
  subject: z.string().max(100).optional(),
  from: date.optional(),
  to: date.optional().meta({ description: "the last day" }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const auditAnswer = z.object({
  rows: z.array(auditRowSchema),
  next: z.int().nullable().meta({
    description: "the next `before`. A page may be short, or empty: go on while this is not null",
  }),
});
/** Where a long trail is verified in steps: from behind row `after`, whose hash was `head`. */
export const verifyQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  head: z.string().max(64).default("genesis"),
});
export const verifyAnswer = z.object({
  ok: z.boolean(),
  length: z.int().meta({ description: "rows that hold, counted from the first" }),
  head: z.string(),
  next: z.int().nullable().meta({ description: "not the end yet: ask again with `after` and `head`" }),
  brokenAt: z.int().optional(),
  why: z.string().optional(),
});
export const auditExportQuery = z.object({ from: date.optional(), to: date.optional() });
/** One object of rows that have left the database: NDJSON, gzip, without payloads. */
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
/** The head of the trail as it left the database on one day. `signature` is Ed25519 over the line `signed`. */
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

// --- Mail ----------------------------------------------------------------------------------------------------------

export const mailSchema = z.object({
  id: z.string(),
  template: z.string(),
  to: z.string(),
  state: z.enum(["waiting", "sent", "failed", "expired"]),
  tries: z.int(),
  error: z.string().nullable(),
  at: time,
  sentAt: time.nullable(),
});
export const mailQuery = z.object({
  state: mailSchema.shape.state.optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const mailAnswer = z.object({
  via: z.enum(["binding", "http"]).nullable().meta({ description: "null: no mail service is configured" }),
  waiting: z.int(),
  failed: z.int(),
  mails: z.array(mailSchema),
  next: z.string().nullable(),
});

// --- Dials ---------------------------------------------------------------------------------------------------------

export const dialAction = z.enum(["passed", "held", "overridden"]);
export const listSeen = z.object({ id: z.string(), version: z.int(), asOf: date.nullable() });
export const dialRequest = z.object({
  number: z.string().max(100).meta({ description: "as the page had it; it may be no number at all" }),
  e164: e164.nullable().meta({ description: "as the page read it" }),
  action: dialAction,
  verdict: verdictSchema,
  reasons: z.array(reasonSchema).max(50).default([]),
  seen: z
    .object({ seq: z.int(), policy: z.int(), lists: z.array(listSeen).max(63) })
    .nullable()
    .meta({ description: "the stamp that the page decided by; null where it knew nothing" }),
  basis: consentBasis.optional().meta({ description: "of an override" }),
  reason: z.string().trim().max(500).optional().meta({ description: "of an override, in the agent's words" }),
  purpose: campaignSchema.optional(),
  host: z.string().max(253).meta({ description: "the page's host only: never its path or text" }),
  at: time.meta({ description: "the device's time" }),
});
export const dialSchema = z.object({
  id: z.string(),
  number: e164.nullable(),
  written: z.string().nullable().meta({ description: "only where it could not be read as a number" }),
  action: dialAction,
  /** What the page saw. */
  verdict: verdictSchema,
  reasons: z.array(reasonSchema),
  seen: dialRequest.shape.seen,
  /** What the Worker saw when the dial arrived: this is the answer that counts. */
  workerVerdict: verdictSchema,
  workerReasons: z.array(reasonSchema),
  agrees: z.boolean(),
  refused: z.boolean().meta({
    description:
      "an override that the Worker would not have: the page was told not to dial, but may have gone on where the " +
      "answer came late",
  }),
  policy: z.int(),
  lists: z.array(listSeen),
  basis: consentBasis.nullable(),
  reason: z.string().nullable(),
  purpose: campaignSchema,
  host: z.string(),
  by: z.string(),
  byName: z.string().nullable(),
  deviceAt: time,
  at: time,
});
export const dialsQuery = z.object({
  number: z.string().max(100).optional(),
  by: z.string().max(60).optional(),
  action: dialAction.optional(),
  verdict: verdictSchema.optional().meta({ description: "the Worker's" }),
  disagreed: z.enum(["true"]).optional(),
  from: date.optional(),
  to: date.optional().meta({ description: "the last day, in UTC" }),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const dialsAnswer = z.object({ dials: z.array(dialSchema), next: z.string().nullable() });

/** RFC 9457. `code` is stable; `title` and `detail` are for people and may change. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type Role = z.infer<typeof roleSchema>;
export type Person = z.infer<typeof personSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Facts = z.infer<typeof factsSchema>;
export type ListHead = z.infer<typeof listHeadSchema>;
export type Stamp = z.infer<typeof stampSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type CheckAnswer = z.infer<typeof checkAnswer>;
export type ChangesAnswer = z.infer<typeof changesAnswer>;
export type BlockRow = z.infer<typeof blockRow>;
export type ChangeRow = z.infer<typeof changeRow>;
export type UploadRequest = z.input<typeof uploadRequest>;
export type UploadAnswer = z.infer<typeof uploadAnswer>;
export type RegisterRequest = z.input<typeof registerRequest>;
export type SyncReport = z.infer<typeof syncReport>;
export type Problem = z.infer<typeof problemSchema>;
export type List = z.infer<typeof listSchema>;
export type ListChanges = z.input<typeof listChangesRequest>;
export type ListChangesAnswer = z.infer<typeof listChangesAnswer>;
export type Rollback = z.infer<typeof rollbackRequest>;
export type Suppression = z.infer<typeof suppressionSchema>;
export type SuppressionRequest = z.input<typeof suppressionRequest>;
export type Consent = z.infer<typeof consentSchema>;
export type ConsentRequest = z.input<typeof consentRequest>;
export type HealthAnswer = z.infer<typeof healthAnswer>;
export type PolicyAnswer = z.infer<typeof policyAnswer>;
export type MeAnswer = z.infer<typeof meAnswer>;
export type TokenAnswer = z.infer<typeof tokenAnswer>;
export type PolicyVersions = z.infer<typeof policyVersions>;
export type Device = z.infer<typeof deviceSchema>;
export type PersonAnswer = z.infer<typeof personAnswer>;
export type PeopleAnswer = z.infer<typeof peopleAnswer>;
export type InviteAnswer = z.infer<typeof inviteAnswer>;
export type InvitesAnswer = z.infer<typeof invitesAnswer>;
export type SsoAnswer = z.infer<typeof ssoAnswer>;
export type AuditRow = z.infer<typeof auditRowSchema>;
export type AuditAnswer = z.infer<typeof auditAnswer>;
export type VerifyAnswer = z.infer<typeof verifyAnswer>;
export type Head = z.infer<typeof headSchema>;
export type HeadsAnswer = z.infer<typeof headsAnswer>;
export type ArchivesAnswer = z.infer<typeof archivesAnswer>;
export type MailAnswer = z.infer<typeof mailAnswer>;
export type DialRequest = z.infer<typeof dialRequest>;
export type Dial = z.infer<typeof dialSchema>;
export type DialsAnswer = z.infer<typeof dialsAnswer>;
export type SuppressionsAnswer = z.infer<typeof suppressionsAnswer>;
export type ConsentsAnswer = z.infer<typeof consentsAnswer>;
export type BulkAnswer = z.infer<typeof bulkAnswer>;
