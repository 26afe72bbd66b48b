/** The API of consents; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { date, days, e164, paged, text, time, written } from "../api.ts";
import { campaignSchema } from "../policy/policy.ts";
import { consentBasis, consentKind, suppressionSchema } from "./api.ts";
import { basisOf, callsOf } from "./kind.ts";

/** How words were given. */
export const consentHow = z.enum(["web", "email", "post", "telephone", "person", "message"]);
export const consentMedium = z.enum(["call", "message"]);
/** Whose words they are: the subscriber's, whose line it is, or another's who answered. */
export const consentGiver = z.enum(["subscriber", "other"]);

/** What a consent of a kind says of itself. */
const said = {
  giver: consentGiver.optional().meta({
    description:
      "whose words they are; `other` (a colleague, a partner, a receptionist) is recorded, and allows no call. Unsaid, as by " +
      "clients of before, it waits for a review, also from a manager or an officer, and holds for one call back until then; one of `service` " +
      "lifts nothing, and waits for none",
  }),
  caller: text(200).optional().meta({
    description:
      "to whom, by name: this company, which is the default, or one of its trading names in the policy",
  }),
  calls: z
    .array(campaignSchema)
    .min(1)
    .optional()
    .meta({ description: "for which kinds of call; by default `general`" }),
  medium: consentMedium.optional().meta({ description: "by default for calls" }),
  product: text(200).optional(),
  words: text(2000).optional().meta({ description: "in which words" }),
  how: consentHow.optional(),
  proof: text(500).optional().meta({ description: "where the proof lies" }),
  lasting: z.boolean().optional().meta({ description: "for an indefinite time, in so many words" }),
  day: date.optional().meta({
    description: "solicited: until when the call was asked for; by default seven days",
  }),
};
const fields = z.object({
  number: written,
  kind: consentKind.optional(),
  basis: consentBasis.optional().meta({
    description:
      "instead of a kind, as before there were kinds: `consent` is read as a notification. It holds for one call back, " +
      "and is reviewed, whoever sends it",
  }),
  givenBy: text(200).meta({ description: "who gave it, by name" }),
  givenAt: time,
  evidence: text(2000)
    .optional()
    .meta({ description: "with a basis alone; a kind has words, how and proof" }),
  until: date.optional(),
  ...said,
});

type Fault = [field: keyof z.infer<typeof fields>, message: string];
const needed = "needed";

/** What a consent lacks, or says in vain. */
function faultsOf(c: z.infer<typeof fields>): Fault[] {
  const names = Object.keys(said) as (keyof typeof said)[];
  if (c.kind === undefined)
    return [
      ...(c.basis === undefined ? [["kind", needed] as Fault] : []),
      ...(c.evidence === undefined ? [["evidence", needed] as Fault] : []),
      ...names.filter((name) => c[name] !== undefined).map((name): Fault => [name, "only with a kind"]),
    ];
  const faults: [boolean, Fault][] = [
    [c.basis !== undefined && c.basis !== basisOf(c.kind), ["basis", `not the basis of ${c.kind}`]],
    ...(["calls", "words", "how", "proof"] as const).map((name): [boolean, Fault] => [
      c.kind === "prior" && c[name] === undefined,
      [name, needed],
    ]),
    [
      (c.calls ?? []).some((call) => !callsOf(c.kind!).includes(call)),
      [
        "calls",
        "only prior consent is for other calls than general ones, or a request for claims and pensions",
      ],
    ],
    ...(["words", "how", "proof", "product"] as const).map((name): [boolean, Fault] => [
      c.kind === "soft-opt-in" && c[name] === undefined,
      [name, needed],
    ]),
    [c.kind !== "solicited" && c.day !== undefined, ["day", "only where a call was asked for"]],
    [c.day !== undefined && c.day < c.givenAt.slice(0, 10), ["day", "before it was asked for"]],
  ];
  return faults.filter(([is]) => is).map(([, fault]) => fault);
}

export const consentRequest = fields.superRefine((consent, context) => {
  for (const [field, message] of faultsOf(consent))
    context.addIssue({ code: "custom", path: [field], message });
});
export const consentSchema = z.object({
  id: z.string(),
  number: e164,
  kind: consentKind.nullable().meta({ description: "null: from before kinds, and read by its basis" }),
  basis: consentBasis,
  givenBy: z.string(),
  giver: consentGiver.nullable().meta({ description: "null: nobody said" }),
  givenAt: time,
  evidence: z.string(),
  until: date.nullable(),
  caller: z.string(),
  calls: z.array(campaignSchema),
  medium: consentMedium.nullable(),
  product: z.string(),
  words: z.string(),
  how: z.string(),
  proof: z.string(),
  lasting: z.boolean(),
  evidenced: z.boolean().meta({
    description:
      "its words, how they came and where the proof lies are known (solicited: without the proof; soft-opt-in: and the " +
      "product), or a review vouches for it",
  }),
  day: date.nullable(),
  state: z.enum(["review", "good", "refused"]).meta({
    description:
      "`review`: entered by somebody who may not record consents, by a basis alone, or without its giver; it holds for one call back. " +
      "`refused` from the start: another than the subscriber gave it",
  }),
  reviewedBy: z.string().nullable(),
  reviewedAt: time.nullable(),
  review: z.string().nullable(),
  doneAt: time.nullable().meta({ description: "the conversation that was asked for has happened" }),
  attempts: z.int().meta({ description: "calls that rested on it" }),
  talked: z.boolean().meta({ description: "one of them was answered" }),
  keepUntil: date.nullable().meta({ description: "until when law wants its proof" }),
  by: z.string(),
  at: time,
  withdrawnAt: time.nullable(),
});
export const consentsQuery = z.object({
  number: z.string().max(100).optional(),
  kind: consentKind.optional(),
  state: z
    .enum(["live", "review", "over", "refused", "withdrawn"])
    .optional()
    .meta({ description: "over: used, or past its last day (UTC)" }),
  ...days,
  ...paged(200),
});
export const consentsAnswer = z.object({ consents: z.array(consentSchema), next: z.string().nullable() });
/** What a consent may have been recorded without, and counts by: whoever finds it good says it. */
const vouched = ["giver", "how", "proof"] as const;
/** What of it a consent does not say. */
export const unsaidOf = (consent: Pick<Consent, (typeof vouched)[number]>) =>
  vouched.filter((field) => !consent[field]);
export const consentReview = z
  .object({
    verdict: z.enum(["good", "refused"]),
    review: text(500),
    giver: z
      .literal("subscriber")
      .optional()
      .meta({
        description:
          "of a good one that does not say whose words they are: the subscriber's; what another said is refused. What a consent says " +
          "of itself stays, here and of the next two",
      }),
    how: consentHow.optional().meta({ description: "of a good one that does not say how the words came" }),
    proof: text(500).optional().meta({ description: "of a good one that does not say where the proof lies" }),
  })
  .superRefine((asked, context) => {
    for (const field of asked.verdict === "good" ? [] : vouched.filter((name) => asked[name] !== undefined))
      context.addIssue({ code: "custom", path: [field], message: "only of one that is good" });
  });

export const callBackRequest = z.object({
  number: written,
  on: date.meta({ description: "the day that they named" }),
  givenBy: text(200),
  giver: consentGiver.optional().meta({
    description:
      "who asked; for `other` the number is held, and the call does not count as asked for; unsaid, it waits for a review as a " +
      "consent does",
  }),
  words: text(2000),
  calls: z
    .array(campaignSchema)
    .min(1)
    .refine(
      (calls) => calls.every((call) => callsOf("solicited").includes(call)),
      "no call that one asks for",
    )
    .optional()
    .meta({
      description:
        "for which kinds of call they asked; by default `general` where the policy runs it, or the one other kind that it runs. " +
        "Before a review an entry counts for general calls alone",
    }),
});
export const callBackAnswer = z.object({
  consent: consentSchema.nullable().meta({
    description:
      "null: another than the subscriber asked, or the number has had its one call back, so the call does not count as " +
      "asked for",
  }),
  entry: suppressionSchema.nullable().meta({ description: "what holds the number until the day before" }),
  why: z.string().nullable().meta({ description: "without a consent: why, in words" }),
});

export type ConsentGiver = z.infer<typeof consentGiver>;
export type ConsentHow = z.infer<typeof consentHow>;
export type Consent = z.infer<typeof consentSchema>;
export type ConsentReview = z.input<typeof consentReview>;
export type ConsentRequest = z.input<typeof consentRequest>;
export type ConsentsAnswer = z.infer<typeof consentsAnswer>;
export type CallBackRequest = z.input<typeof callBackRequest>;
export type CallBackAnswer = z.infer<typeof callBackAnswer>;
