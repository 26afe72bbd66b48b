/** What the steps of a request take, and what letters and templates answer; api.ts has the requests themselves. */
import * as z from "zod";
import { clockTime, date, line, text, time } from "../api.ts";
import { denyGround, itemSchema, letterHow, letterKind } from "./api.ts";
import { otherNames } from "./api-names.ts";
import { MAX_ITEMS } from "../core/limits.ts";

/** A letter as it goes out: the edited text, how it is sent, and the day if it was sent before today. */
export const letterRequest = z.object({
  text: text(20_000),
  how: letterHow,
  sentOn: date.optional(),
  sentTo: z.email().max(320).optional().meta({
    description: "own-mailbox: the address that it went to; by default the request's",
  }),
});
const withLetter = { letter: letterRequest };
/** Letters that are steps of their own. Those about identity and an extension are part of those steps. */
export const sendRequest = letterRequest
  .extend({ kind: z.enum(["acknowledgement", "decision", "authority", "progress", "outcome"]) })
  // Whoever has a confirmed address acknowledged it by their click.
  .refine(({ kind, how }) => kind !== "acknowledgement" || (how !== "mail" && how !== "form"), {
    path: ["how"],
    message:
      "post, telephone or own-mailbox; by mail, send the link again (`/address`): the click on it acknowledges",
  });
export const assignRequest = z.object({ to: z.string().max(60).nullable() });
export const noteRequest = z.object({
  text: text(2000),
  same: z.array(z.string().max(40)).max(50).optional().meta({
    description:
      "references (or ids) of all other requests about the number, or by the same confirmed address, that are the same requester's, as this note says why: they are in the copy. Empty: none",
  }),
  others: otherNames.optional().meta({
    description:
      "all names of other people that are taken out of the copy's free texts, as they are written there (`/names` says how often). Empty: none",
  }),
  without: z.array(z.string().max(100)).min(1).max(MAX_ITEMS).optional().meta({
    description:
      "recordings (ids of items) whose audio cannot be had, as this note says why: the next copy has their data and that reason, and the letter says it. One whose audio is there is in the copy all the same",
  }),
  anyway: z.literal(true).optional().meta({
    description: "also names that are the requester's own, as somebody else has them, too",
  }),
});
export const writingRequest = z.object({
  how: z
    .enum(["signed", "oral"])
    .meta({ description: "oral: accepted as it was made, which the law allows" }),
  reason: text(500),
});
export const identityRequest = z.discriminatedUnion("step", [
  z.object({ step: z.literal("ask"), ...withLetter }),
  z.object({ step: z.literal("received"), receivedOn: date.optional() }),
  z.object({ step: z.literal("verified"), how: text(500) }),
  z.object({ step: z.literal("clear"), how: text(500) }),
]);
export const clarifyRequest = z.discriminatedUnion("step", [
  z.object({ step: z.literal("ask"), ...withLetter }),
  z.object({ step: z.literal("answered"), receivedOn: date.optional(), said: text(2000) }),
]);
/** `narrowed` of a request to one call: by the requester's tick in the form, or as staff once entered it. */
export const oneCall: ReadonlySet<string> = new Set(["form", "entry"]);
export const searchRequest = z.object({
  numbers: z
    .array(z.string().max(100))
    .max(5)
    .optional()
    .meta({ description: "besides the request's own number" }),
  windowMinutes: z.int().min(5).max(10_080).optional(),
  date: date.optional(),
  time: clockTime.optional(),
  everything: z.boolean().optional().meta({
    description:
      "search the whole time; the default where neither a day nor a window is named. Ends an earlier narrowing",
  }),
  narrowed: text(500)
    // What the form itself stores.
    .refine((said) => !oneCall.has(said), { message: "the requester's own words" })
    .optional()
    .meta({
      description:
        "how the requester narrowed it, in their words, with `narrowedIn`. Without that all of the number is searched",
    }),
  narrowedIn: z.string().max(60).optional().meta({
    description: "the file of this request (`purpose=scan`) in which the requester says so",
  }),
  unread: z
    .boolean()
    .optional()
    .meta({
      description:
        "go on though a file of closed months is lost (`archive-broken`): its dials of the number are proposed with their time " +
        "alone, its recordings are not, and the answer says how many they are",
    }),
});
export const judgeRequest = z.object({
  items: z
    .array(
      z.object({
        id: z.string().max(100),
        verdict: z.enum(["confirmed", "rejected"]),
        mute: itemSchema.shape.mute.max(50).optional(),
      }),
    )
    .min(1)
    .max(MAX_ITEMS),
  reason: text(500).optional().meta({
    description:
      "why they are about someone else: wanted where an item is rejected that was not, or seconds are silenced that were not; one for all",
  }),
});
export const extendRequest = z.object({ reason: text(1000), ...withLetter });
const given = { ground: denyGround, other: text(300).optional(), reasons: text(5000) };
const saysOther = ({ ground, other }: { ground?: string | undefined; other?: string | undefined }) =>
  ground !== "other" || other !== undefined;
const wantsOther = { path: ["other"], message: "say which" };
export const decideRequest = z.discriminatedUnion("decision", [
  z.object({ decision: z.literal("comply") }),
  z.object({ decision: z.literal("deny"), ...given }).refine(saysOther, wantsOther),
  z.object({
    decision: z.literal("partial"),
    deny: z
      .array(
        z
          .object({
            id: z.string().max(100),
            ...given,
            keepUntil: date.optional().meta({
              description:
                "an erasure: keep it as proof that a call was lawful (UK GDPR art 17(3)(b), (e)), for nothing else, until that day",
            }),
          })
          .refine(saysOther, wantsOther),
      )
      .min(1)
      .max(MAX_ITEMS)
      .meta({ description: "the refused items; all others are complied with" }),
  }),
]);
export const recipientRequest = z.union([
  z.object({ none: z.literal(true) }),
  z.object({
    name: line(200),
    mistake: text(500).meta({ description: "why this name, which was never told, is no recipient" }),
  }),
  z.object({
    name: line(200),
    toldOn: date.nullable().default(null),
    how: z.string().trim().max(500).default(""),
  }),
]);
export const closeRequest = z.object({ outcome: z.string().trim().max(1000).optional() });
export const withdrawRequest = z.object({ reason: text(500) });
export const objectionsRequest = z.object({
  requests: z.array(z.string().max(60)).min(1).max(500),
  action: z.enum(["confirm-objection", "take-back"]),
  reason: text(500),
});
export const objectionsAnswer = z.object({
  changed: z.int().meta({ description: "how many of them were still waiting for review" }),
});
export const requestIdParam = z.object({ id: z.string().max(60) });
export const linkAnswer = z.object({ link: z.string(), until: time });

export const fileQuery = z.object({
  purpose: z.enum(["scan", "proof", "withdrawal"]),
  name: line(200),
});
export const draftQuery = z.object({
  recipient: z.string().max(200).default(""),
  why: z.string().max(1000).default("").meta({ description: "an extension's reason" }),
  how: letterHow
    .optional()
    .meta({ description: "how it will be sent; by default by mail to a verified address, else by post" }),
});
export const draftAnswer = z.object({ kind: letterKind, text: z.string() });
const templateVersion = z.object({
  version: z.int(),
  text: z.string(),
  byName: z.string().nullable(),
  at: time,
});
export const letterTemplate = templateVersion.extend({
  kind: letterKind,
  version: z.int().meta({ description: "0: our own template, never changed" }),
  own: z.boolean().meta({ description: "the company's own template" }),
  at: time.nullable(),
});
export const templatesAnswer = z.object({ templates: z.array(letterTemplate) });
export const templateVersions = z.object({ versions: z.array(templateVersion) });
export const templateRequest = z.object({
  text: z.string().trim().max(20_000).meta({ description: "empty: back to our template" }),
  version: z
    .int()
    .min(0)
    .meta({ description: "the version that was read; refused (template-moved) if there is a newer one" }),
});

export type LetterTemplate = z.infer<typeof letterTemplate>;
export type TemplatesAnswer = z.infer<typeof templatesAnswer>;
export type TemplateVersions = z.infer<typeof templateVersions>;
