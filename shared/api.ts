/**
 * One zod schema per request and response of the Worker's API; the types are inferred and the OpenAPI document is
 * made from them. Field names are camelCase, times ISO 8601 in UTC, calendar dates YYYY-MM-DD; numbers go in as
 * written and come out as E.164.
 */
import * as z from "zod";
import { campaignSchema, policySchema } from "./policy.ts";

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
export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
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
export const inviteAnswer = z.object({ code: z.string(), link: z.string(), expiresAt: time });
export const joinRequest = z.object({
  code: z.string().min(1).max(200),
  device: z.string().max(200).optional(),
});
export const meAnswer = z.object({ person: personSchema, company: z.string() });
export const peopleAnswer = z.object({ people: z.array(personSchema) });
export const tokensAnswer = z.object({
  tokens: z.array(
    z.object({
      id: z.string(),
      device: z.string(),
      createdAt: time,
      lastUsedAt: time.nullable(),
      current: z.boolean(),
    }),
  ),
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
  lists: z
    .array(z.object({ id: z.string(), asOf: date, since: date.optional() }))
    .meta({ description: "the registers that hold the number, with the date of the version that was read" }),
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
  version: z.int(),
  asOf: date.nullable(),
  numbers: z.int(),
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

export const listId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
export const versionSchema = z.object({
  version: z.int(),
  asOf: date,
  numbers: z.int(),
  added: z.int(),
  removed: z.int(),
  source: z.string(),
  by: z.string(),
  at: time,
});
export const listSchema = listHeadSchema.extend({ history: z.array(versionSchema) });
export const listsAnswer = z.object({ lists: z.array(listHeadSchema) });

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
  source: sourceSchema,
});
export const uploadAnswer = z.object({ version: z.int(), parent: z.int() });

/** One changed block: `[block, n, digest, data]`, n = 0 and data = "" where the block is now empty. See blocks.ts. */
export const blockRow = z.tuple([
  z.int().min(0).max(99_999_999_999),
  z.int().min(0).max(10_000),
  z.int().min(0),
  z.string().max(3000),
]);
export const partRequest = z.object({ blocks: z.array(blockRow).min(1).max(20_000) });
export const partAnswer = z.object({ part: z.int(), blocks: z.int(), added: z.int(), removed: z.int() });
export const commitRequest = z.object({
  parts: z.int().min(0),
  blocks: z.int().min(0).meta({ description: "blocks of the whole list after the commit" }),
  numbers: z.int().min(1).meta({ description: "numbers of the whole list after the commit" }),
  hash: z
    .string()
    .regex(/^[0-9a-f]{1,13}-[0-9a-f]{1,13}$/)
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

// --- Policy and audit ------------------------------------------------------------------------------------------

export const policyAnswer = z.object({
  version: z.int(),
  at: time.nullable(),
  by: z.string().nullable(),
  policy: policySchema,
});
export const policySave = z.object({ policy: policySchema, why: text(500) });
export const policyVersions = z.object({
  versions: z.array(z.object({ version: z.int(), at: time, by: z.string(), why: z.string() })),
});

export const auditRowSchema = z.object({
  seq: z.int(),
  at: time,
  actor: z.string(),
  code: z.string(),
  subject: z.string(),
  commitment: z.string(),
  prev: z.string(),
  hash: z.string(),
  payload: z.unknown().meta({ description: "null once erased; the chain still verifies" }),
});
export const auditQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const auditAnswer = z.object({ rows: z.array(auditRowSchema), next: z.int().nullable() });
export const verifyAnswer = z.object({
  ok: z.boolean(),
  length: z.int(),
  head: z.string(),
  brokenAt: z.int().optional(),
});

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
export type Problem = z.infer<typeof problemSchema>;
export type HealthAnswer = z.infer<typeof healthAnswer>;
export type PolicyAnswer = z.infer<typeof policyAnswer>;
export type TokenAnswer = z.infer<typeof tokenAnswer>;
