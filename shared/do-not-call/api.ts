/** The API of the in-house do-not-call list; consents are in api-consents.ts. `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { bulkRows, date, days, e164, mayBeShort, paged, rowResult, text, time, written } from "../api.ts";

/** `soft-opt-in` counts for messages only (PECR 2003 reg 22(3)), `service` for nothing that sells. */
export const consentBasis = z.enum(["consent", "solicited", "service", "soft-opt-in"]);
/**
 * What a consent is, and so what it unlocks: a subscriber's notification to us that he does not object to our calls (PECR
 * 2003 reg 21(4)); prior consent to a kind of call; that this call was asked for. `service` and `soft-opt-in` unlock no
 * call that sells.
 */
export const consentKind = z.enum(["notification", "prior", "solicited", "service", "soft-opt-in"]);
export const suppressionKind = z.enum(["objection", "house"]);
/** Whom an objection closes: the number, all numbers of the person, or those of the company. `unsaid`: not asked yet. */
export const objectionScope = z.enum(["line", "person", "company", "unsaid"]);
/** Whose line it is. */
export const partyKind = z.enum(["consumer", "sole-trader", "partnership", "company"]);
export const partySource = z.enum(["officer", "connector", "register", "import"]);

export const suppressionRequest = z.object({
  number: written,
  reason: text(500),
  kind: suppressionKind.default("objection"),
  source: z.string().max(200).optional(),
  until: date.optional().meta({ description: "house entries only: an objection has no end date" }),
  heardAt: time.optional().meta({
    description:
      "of one entry: when it was said, where it arrives later. A time in the future or more than seven days ago counts as now",
  }),
  scope: objectionScope.optional().meta({
    description:
      "objections only: whom it closes. Unsaid, it closes the number, and compliance is asked; a bulk's rows close lines, but where a " +
      "CRM's record holds the number beside another",
  }),
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
  heardAt: time.nullable().meta({ description: "when it was said, if it arrived later" }),
  endedAt: time.nullable(),
  endedBy: z.string().nullable(),
  endedReason: z.string().nullable(),
  unverified: z.boolean().meta({ description: "from the public page, and not yet reviewed by staff" }),
  scope: objectionScope,
  asks: z.boolean().meta({ description: "compliance is still to say whom it closes" }),
  origin: z.string().nullable().meta({
    description:
      "the entry that it spreads from, on another number of the person or company: it ends with that one",
  }),
  keepsLine: z
    .boolean()
    .meta({ description: "it tells, and does not close this number, which others share" }),
});
export const suppressionEntered = suppressionSchema.extend({
  undoUntil: time.optional().meta({ description: "until when whoever entered it may undo it" }),
});
export const suppressionKept = suppressionSchema.extend({
  kept: z.object({ id: z.string(), undoUntil: time }).optional().meta({
    description: "what was said is kept behind this entry, as this one, which whoever entered it may undo",
  }),
});
export const suppressionEnd = z.object({
  reason: text(500),
  kind: suppressionKind
    .optional()
    .meta({ description: "required where the number has entries of both kinds" }),
  id: z.string().max(60).optional().meta({ description: "this one of several" }),
});
export const suppressionsQuery = z.object({
  number: z.string().max(100).optional(),
  asks: z.literal("yes").optional(),
  kind: suppressionKind.optional(),
  state: z.enum(["live", "over"]).optional().meta({ description: "over: ended, or past its last day" }),
  ...days,
  ...paged(200),
});
export const suppressionsAnswer = z.object({
  suppressions: z.array(suppressionSchema),
  next: z.string().nullable().meta(mayBeShort),
});

const crmRecord = z.object({ connector: text(60), object: text(60), record: text(200) });
export const scopeRequest = z.object({
  scope: objectionScope.exclude(["unsaid"]),
  reason: text(500).meta({ description: "how it is known whom they meant" }),
  keepsLine: z.boolean().default(false).meta({
    description: "of a person alone: this number stays open, as by what is on record others share it",
  }),
  records: z.array(crmRecord).max(50).default([]).meta({
    description: "their records in connected CRMs; none: those that hold the number, if no others share it",
  }),
  numbers: z.array(written).max(200).default([]).meta({ description: "further numbers of theirs" }),
  notTheirs: z.array(e164).max(5000).default([]).meta({
    description:
      "of the numbers that it tells on, those of others: an answer wider than the line names each, or closes it",
  }),
});
export const scopeAnswer = z.object({
  entry: suppressionSchema,
  closed: z.array(e164).meta({ description: "the other numbers that it closes" }),
});
export const scopeCandidates = z.object({
  entry: suppressionSchema,
  shared: z
    .boolean()
    .meta({ description: "several records of one CRM, of whatever object, hold the number" }),
  mayStayOpen: z
    .boolean()
    .meta({ description: "by what is on record others share it, or it is a company's: `keepsLine`" }),
  records: z.array(crmRecord.extend({ name: z.string(), numbers: z.array(e164) })),
  closed: z.array(e164),
  told: z.array(e164).meta({ description: "those that are amber until it is said whose they are" }),
});

export const partyRequest = z.object({
  number: written,
  party: partyKind,
  detail: text(500).meta({ description: "how it is known" }),
  source: partySource.extract(["officer", "register", "import"]).default("officer"),
});
export const partySchema = z.object({
  id: z.string(),
  number: e164,
  party: partyKind,
  source: partySource,
  detail: z.string(),
  by: z.string(),
  at: time,
  endedAt: time.nullable(),
});
export const partiesQuery = z.object({ number: z.string().max(100).optional(), ...paged(200) });
export const partiesAnswer = z.object({ parties: z.array(partySchema), next: z.string().nullable() });

export const bulkRequest = z.object({
  rows: bulkRows.meta({ description: "each as the route for one of them takes it" }),
});
export const bulkAnswer = z.object({
  results: z.array(z.object({ ...rowResult, number: e164.nullable() })),
});

export type ConsentBasis = z.infer<typeof consentBasis>;
export type ConsentKind = z.infer<typeof consentKind>;
export type ObjectionScope = z.infer<typeof objectionScope>;
export type PartyKind = z.infer<typeof partyKind>;
export type PartySource = z.infer<typeof partySource>;
export type Suppression = z.infer<typeof suppressionSchema>;
/** What was entered, or the entry that was there already. */
export type SuppressionEntered = z.infer<typeof suppressionEntered> &
  Pick<z.infer<typeof suppressionKept>, "kept">;
export type SuppressionRequest = z.input<typeof suppressionRequest>;
export type SuppressionsAnswer = z.infer<typeof suppressionsAnswer>;
export type ScopeRequest = z.input<typeof scopeRequest>;
export type ScopeAnswer = z.infer<typeof scopeAnswer>;
export type ScopeCandidates = z.infer<typeof scopeCandidates>;
export type Party = z.infer<typeof partySchema>;
export type PartyRequest = z.input<typeof partyRequest>;
export type PartiesAnswer = z.infer<typeof partiesAnswer>;
export type BulkAnswer = z.infer<typeof bulkAnswer>;
