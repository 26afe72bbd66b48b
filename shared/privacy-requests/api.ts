/** The API of data subjects' requests; shared/api.ts has the rules that hold for all of it. */
import * as z from "zod";
import { clockTime, count, date, e164, line, mayBeShort, paged, text, time } from "../api.ts";
import { copyPart } from "./api-copy.ts";
import { systemSchema } from "./api-systems.ts";
import { dutyKinds } from "./duty-kinds.ts";
import { countingLetters, requestActions, requestKinds, requestStates } from "./steps.ts";

export const requestKind = z.enum(requestKinds);
export const requestState = z.enum(requestStates);
export const requestAction = z.enum(requestActions as [string, ...string[]]);
/** How it came. `page`: the public page or the public API. `person`: face to face. */
export const requestChannel = z.enum(["page", "telephone", "email", "post", "person"]);

export const requestSchema = z.object({
  kind: requestKind,
  name: line(200),
  email: z.email().max(320).optional(),
  address: z.string().trim().max(500).optional().meta({ description: "for letters by post" }),
  number: text(100).optional(),
  callDate: date.optional(),
  callTime: clockTime.optional(),
  narrowed: z.boolean().optional().meta({
    description: "access: the requester wants this call alone; else all that is held of the number",
  }),
  text: z.string().trim().max(5000).optional(),
});
export const wanted = <S extends z.ZodType<z.infer<typeof requestSchema>>>(schema: S) =>
  schema
    .refine(({ kind, number }) => kind === "complaint" || number !== undefined, {
      path: ["number"],
      message: "the number that was called",
    })
    .refine(({ kind, email, address }) => kind === "objection" || Boolean(email) || Boolean(address), {
      path: ["email"],
      message: "an e-mail or a postal address to answer to",
    })
    .refine(({ callDate, callTime }) => callTime === undefined || callDate !== undefined, {
      path: ["callDate"],
      message: "the day of the call",
    })
    .refine(({ kind, callDate, narrowed }) => !narrowed || (kind === "access" && callDate !== undefined), {
      path: ["narrowed"],
      message: "an access request to one call, with its day",
    });
export const requestRequest = wanted(requestSchema);
/** A request that staff enter. */
export const requestEntry = wanted(
  requestSchema.extend({
    channel: requestChannel.exclude(["page"]),
    narrowed: z.boolean().optional().meta({
      description:
        "without effect: the requester narrows it in the form, or by a letter or e-mail that the search names (`narrowedIn`)",
    }),
    receivedOn: date,
    receivedWhy: text(500)
      .optional()
      .meta({ description: "why it is entered so late: of officers, for more than 60 days" }),
    emailProved: z
      .boolean()
      .default(false)
      .meta({ description: "without effect: only the link that is mailed to an address proves it" }),
  }),
);
export const requestArrived = z.object({
  reference: z.string(),
  decideBy: date.meta({ description: "for a complaint: by when it is acknowledged" }),
  link: z.string().meta({ description: "the request's own page" }),
});
export const requestEntered = z.object({ id: z.string(), reference: z.string(), decideBy: date });

export const clocksSchema = z.object({
  policyBy: date,
  lawBy: date
    .nullable()
    .meta({ description: "null: the law's month begins when the proof of identity arrives" }),
  decideBy: date,
  daysLeft: z.int(),
  paused: z.boolean(),
  firstMonthBy: date.meta({ description: "the last day for an extension" }),
});
export const denyGround = z.enum(["legal-obligation", "contract", "protection", "unfounded", "other"]);
export const dutyKind = z.enum(dutyKinds);
const duty = {
  kind: dutyKind,
  round: z.int().meta({ description: "a second decision or report makes the next round" }),
  due: date.nullable().meta({ description: "null: its clock is paused" }),
  metOn: date.nullable().meta({ description: "the day that counts, such as a letter's own" }),
};
export const dutySchema = z.object({
  ...duty,
  daysLeft: z.int().nullable().meta({ description: "null once it is met or void, or while it is paused" }),
  state: z.enum(["open", "overdue", "met", "void"]),
  mail: z.enum(["waiting", "failed"]).nullable().meta({
    description:
      "an open duty's letter goes by mail: not sent yet, or could not be sent. It is met once the mail was sent",
  }),
});
const refusal = {
  ground: denyGround.nullable(),
  other: z.string().nullable(),
  reasons: z.string().nullable(),
};

export const requestSummary = z.object({
  id: z.string(),
  reference: z.string(),
  kind: requestKind,
  channel: requestChannel,
  state: requestState,
  name: z.string(),
  email: z.string().nullable(),
  emailProved: z.boolean(),
  address: z.string(),
  number: e164.nullable(),
  callDate: date.nullable(),
  callTime: z.string().nullable(),
  text: z.string(),
  receivedOn: date,
  wave: time.nullable().optional().meta({
    description: "when the flood of the public form began with which it came; null where there was none",
  }),
  clocks: clocksSchema.nullable().meta({ description: "null once nothing is left to decide or to tell" }),
  duties: z.array(dutySchema).meta({ description: "all duties, in the order in which they were made" }),
  unsent: z.array(z.object({ letter: z.enum(countingLetters), mail: z.enum(["waiting", "failed"]) })).meta({
    description:
      "letters by mail that ask for proof, or what is meant, or extend: no clock pauses and nothing is extended before their mail was sent",
  }),
  narrowed: z
    .string()
    .nullable()
    .meta({ description: "how the requester narrowed it; null: all that is held of the number" }),
  identity: z.string().nullable().meta({ description: "how identity was verified, or why it was clear" }),
  verifiedAt: time.nullable(),
  writing: z.string().nullable(),
  extendedOn: date.nullable(),
  decision: z.enum(["comply", "partial", "deny"]).nullable(),
  ...refusal,
  decidedOn: date.nullable(),
  toldAt: time.nullable(),
  noticedAt: time.nullable(),
  outcome: z.string().nullable(),
  assignee: z.string().nullable(),
  closedAt: time.nullable(),
  by: z.string(),
  at: time,
  rev: z.int(),
  actions: z
    .array(z.object({ action: requestAction, wants: z.string().nullable() }))
    .meta({ description: "steps open to an officer now; `wants` names what must come first" }),
  unasked: time.nullable().meta({
    description:
      "an entry by staff of whose address no mail has asked for its confirmation, as three had gone there within a day: from when on one may be sent",
  }),
  advice: z.string().nullable().meta({ description: "what the law says at this point, if it matters" }),
});
/** The answer to each step. */
export const requestStep = z.object({
  id: z.string(),
  reference: z.string(),
  state: requestState,
  rev: z.int(),
});
/** The answer where a copy is made in parts. */
export const copyAsked = requestStep.extend({
  parts: count.meta({ description: "files that are being made" }),
});
const itemDoubt = z.enum(["item", "record"]);
export type ItemDoubt = z.infer<typeof itemDoubt>;
export const itemSchema = z.object({
  id: z.string().meta({ description: "kind and id, such as dial.1234" }),
  kind: z.enum(["recording", "dial", "call", "consent", "suppression"]),
  ref: z.string(),
  at: time.nullable(),
  verdict: z.enum(["proposed", "confirmed", "rejected"]),
  mute: z.array(z.tuple([z.number().min(0), z.number().min(0)])),
  decision: z.enum(["comply", "deny"]).nullable(),
  ...refusal,
  keptUntil: date.nullable().meta({
    description: "a refused item that is kept as proof that a call was lawful, and for nothing else",
  }),
  proofUntil: date
    .nullable()
    .meta({ description: "a consent: until when law wants its proof; null: it does not" }),
  doneAt: time.nullable(),
  held: z.boolean().meta({ description: "a recording under a hold" }),
  state: z.string().nullable().meta({ description: "a recording's state: kept, erasing or erased" }),
  doubt: itemDoubt.optional().meta({
    description:
      "of an erasure, until an officer judges it once more: the verdict is not as the audit trail has it; or only an archive that cannot " +
      "be read tells of the record",
  }),
});
export const requestFile = z.object({
  id: z.string(),
  purpose: z.enum(["scan", "proof", "export", "withdrawal"]),
  name: z.string(),
  type: z.string(),
  bytes: z.int(),
  eraseAfter: date.nullable(),
  erasedAt: time.nullable(),
  at: time,
});
export const letterKind = z.enum([
  "acknowledgement",
  "identity",
  "clarification",
  "extension",
  "decision",
  "authority",
  "recipient",
  "progress",
  "outcome",
]);
/** `mail`: from here. `own-mailbox`: an e-mail from the company's own mailbox, which an officer records. */
export const letterHow = z.enum(["mail", "own-mailbox", "post", "telephone", "form"]);
export const letterSchema = z.object({
  id: z.string(),
  kind: letterKind,
  text: z.string(),
  how: letterHow,
  sentTo: z.string().nullable().meta({ description: "the address, of a letter by `own-mailbox`" }),
  sentOn: date,
  by: z.string(),
  at: time,
});
export const recipientSchema = z.object({
  id: z.string(),
  name: z.string(),
  toldOn: date.nullable(),
  how: z.string(),
  owed: z.boolean().optional().meta({ description: "not told of all that was erased" }),
  mistaken: z.boolean().optional().meta({ description: "entered by mistake; `how` says why it is none" }),
});
export const requestAnswer = z.object({
  request: requestSummary,
  events: z.array(
    z.object({
      action: z.string(),
      state: requestState,
      detail: z.unknown(),
      by: z.string(),
      byName: z.string().nullable(),
      at: time,
    }),
  ),
  items: z.array(itemSchema),
  files: z.array(requestFile),
  parts: z.array(copyPart).optional().meta({ description: "of a copy in several files, in their order" }),
  letters: z.array(letterSchema),
  recipients: z.array(recipientSchema),
  systems: z.array(systemSchema).optional().meta({
    description: "access and erasure: what each connected system holds; absent from an older Worker",
  }),
});
export const requestsQuery = z.object({
  show: z.enum(["open", "overdue", "mine", "closed", "all"]).default("open"),
  kind: requestKind.optional(),
  state: requestState.optional(),
  number: z.string().max(100).optional(),
  from: date.optional().meta({ description: "received on this day or later" }),
  to: date.optional().meta({ description: "the last day of receipt" }),
  wave: z.string().max(30).optional().meta({ description: "those that came with one flood" }),
  ...paged(200),
});
export const requestsAnswer = z.object({
  overdue: z.int(),
  requests: z.array(requestSummary),
  next: z.string().nullable().meta(mayBeShort),
});
export const requestWaves = z.object({
  waves: z.array(
    z.object({
      wave: time.meta({ description: "when the flood began; the filter `wave` takes it" }),
      held: count.meta({ description: "its objections that no officer has confirmed or taken back" }),
      last: time.meta({ description: "when the last of these came" }),
    }),
  ),
});
export const dutiesQuery = z.object({ show: z.enum(["open", "overdue"]).default("open"), ...paged(200) });
export const dutiesAnswer = z.object({
  overdue: z.int(),
  duties: z.array(
    z.object({
      request: z.string(),
      reference: z.string(),
      requestKind,
      kind: dutyKind,
      round: duty.round,
      due: duty.due,
      daysLeft: z.int().nullable(),
      madeAt: time,
      assignee: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});
export const requestFigures = z.object({
  open: z.int(),
  overdue: z.int(),
  unchecked: z.int().meta({ description: "objections of the public page that no officer has reviewed" }),
  medianDays: z.number().nullable().meta({ description: "from receipt to decision, in the last 12 months" }),
  months: z.array(
    z.object({
      month: z.string(),
      received: z.int(),
      decided: z.int().meta({ description: "how many of them are decided" }),
      late: z.int().meta({ description: "decided after their day, or undecided and overdue" }),
      medianDays: z.number().nullable(),
    }),
  ),
});

export type RequestEntered = z.infer<typeof requestEntered>;
export type RequestSummary = z.infer<typeof requestSummary>;
export type RequestsAnswer = z.infer<typeof requestsAnswer>;
export type RequestWaves = z.infer<typeof requestWaves>;
export type RequestFigures = z.infer<typeof requestFigures>;
export type RequestStep = z.infer<typeof requestStep>;
export type RequestAnswer = z.infer<typeof requestAnswer>;
export type RequestDuty = z.infer<typeof dutySchema>;
export type RequestItem = z.infer<typeof itemSchema>;
export type LetterKind = z.infer<typeof letterKind>;
