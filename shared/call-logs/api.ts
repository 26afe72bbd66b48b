/** The API of logged calls, which no page saw; shared/api.ts has the rules that hold for all of it. */
import * as z from "zod";
import {
  bulkRows,
  count,
  date,
  days,
  direction,
  e164,
  mayBeShort,
  paged,
  pagedByMoment,
  rowResult,
  text,
  time,
} from "../api.ts";
import { reasonSchema, verdictSchema } from "../check/api.ts";
import { beginning, isText } from "../core/text.ts";
import { dialAction, dialLayer } from "../dials/api.ts";
import { campaignSchema } from "../policy/policy.ts";

/** How a call ended for the called person (docs/sources.md, Ofcom on persistent misuse). */
export const callOutcome = z.enum(["answered", "abandoned", "silent", "message"]).meta({
  description:
    "answered: an agent spoke. abandoned: it was ended after the called person had answered. silent: they heard nobody. " +
    "message: they heard a recorded information message. Of a call that nobody answered a log says none of these",
});
/** What a log says as an outcome: of a call in which an agent spoke also what the called person said. */
export const reportedOutcome = z.enum([...callOutcome.options, "refused", "do-not-call"]).meta({
  description:
    "or, of a call that was answered, what the called person said. do-not-call: that they want no such calls, or it is not known " +
    "of what they refused; an objection is entered. refused: no to the offer alone; it is kept where a law counts that",
});
/** A presentation number that is none: the call withheld it. */
export const WITHHELD = "withheld";

/** Characters of what a log says in its own words. A longer column is cut: no row is refused for it. */
export const KEPT = 200;
const asKept = z
  .string()
  .trim()
  .min(1)
  .refine(isText, "text in Unicode, without halves of characters and NUL")
  .overwrite((written) => beginning(written, KEPT));

/** One row of a log. */
export const callReport = z.object({
  provider: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "such as 3cx"),
  providerId: text(200)
    .optional()
    .meta({ description: "its id of the call. Without it, number, time and agent identify the call" }),
  number: z.string().min(1).max(100).meta({ description: "of the other party" }),
  agent: text(200).optional().meta({ description: "who called, as the log names them" }),
  direction: direction.default("outbound"),
  startedAt: time,
  seconds: z.int().min(0).max(86_400).optional(),
  campaign: campaignSchema.optional().meta({
    description:
      "which kind of call it was; where a dial of ours says another, the stricter counts; where neither says one, the strictest that the company makes",
  }),
  outcome: reportedOutcome.optional(),
  presentation: asKept.optional().meta({
    description: `the number that the call showed, or \`withheld\`; of an inbound call, the number of yours that was called. The first ${KEPT} characters are kept`,
  }),
  campaignName: asKept
    .optional()
    .meta({ description: `what the dialler calls its campaign. The first ${KEPT} characters are kept` }),
});
export const callsImport = z.object({
  rows: bulkRows,
  dryRun: z
    .boolean()
    .default(true)
    .meta({ description: "answers what would happen with each row, and changes nothing" }),
});
/** What managers look for; a call may have all findings. */
export const callFinding = z.enum(["blocked", "unscreened", "off", "contradicted"]).meta({
  description:
    "blocked: its number was blocked at that moment, and no override is on record. unscreened: within the days for which " +
    "policy lets a screening count, no dial with a known verdict, lookup or screening of its number is on record. off: from " +
    "half an hour before the call until its log came in, no browser of the agent's asked ClearDial anything. contradicted: logs " +
    "say otherwise of its outcome, presentation number or campaign than the first one that says it, which counts",
});
const found = {
  verdict: verdictSchema
    .nullable()
    .meta({ description: "by what was known at its moment; null for an inbound call" }),
  findings: z.array(callFinding),
};
export const callsImported = z.object({
  results: z.array(
    z.object({
      ...rowResult,
      ...found,
      objection: z.boolean().meta({
        description:
          "it says that its number is not to be called: an objection is entered, unless one is there",
      }),
      learnt: z.boolean().meta({
        description:
          "a call that is there, or that a row before this one brings, keeps of this row an outcome, presentation number or campaign that was not said before; it counts where nothing else was said of that",
      }),
    }),
  ),
});
export const callSchema = z.object({
  id: z.string(),
  via: z.enum(["import", "recording", "fetch"]),
  provider: z.string(),
  providerId: z.string().nullable(),
  number: e164,
  agent: z.string().nullable(),
  person: z.string().nullable(),
  personName: z.string().nullable(),
  direction,
  startedAt: time,
  seconds: z.int().nullable(),
  ...found,
  judgedAs: campaignSchema.nullable().meta({
    description:
      "the kind of call that decided, which need not be the one that was said; null: it is inbound, was not judged, or was stored before this was",
  }),
  outcome: callOutcome.nullable(),
  presentation: z.string().nullable().meta({
    description: "in E.164, as written where it is no number, or `withheld`; null: no log says it",
  }),
  campaignName: z.string().nullable(),
  reasons: z.array(reasonSchema),
  overridden: z.boolean().meta({ description: "an override for it is on record" }),
  dial: z
    .object({ id: z.string(), action: dialAction.nullable() })
    .nullable()
    .meta({ description: "the dial by which it was made" }),
  layers: z.array(dialLayer).nullable().meta({
    description:
      "the layers that saw it; none: no layer did; null: it is inbound, or the record of its dial is erased",
  }),
  missedBy: z.array(dialLayer).meta({
    description:
      "of an outbound call that no layer saw: those that would have caught it, the surest first, as far as its log tells",
  }),
  screened: z
    .enum(["dial", "lookup", "screening"])
    .nullable()
    .meta({ description: "how the number was screened before, as far as it is on record" }),
  extension: z.enum(["on", "off"]).nullable().meta({
    description:
      "whether the caller's extension was in use; null: it cannot be told, or the caller is unknown",
  }),
  by: z.string(),
  at: time,
});
export const callsQuery = z.object({
  finding: callFinding.optional(),
  number: z.string().max(100).optional(),
  person: z.string().max(60).optional(),
  agent: z.string().max(200).optional(),
  direction: direction.optional(),
  unseen: z.enum(["true"]).optional().meta({ description: "outbound calls that no layer saw" }),
  ...days,
  ...paged(500),
});
export const callsAnswer = z.object({ calls: z.array(callSchema), next: z.string().nullable() });
/** A month of them for analysts, by pages. */
export const monthOfCallsQuery = z.object(pagedByMoment(2000, 2000));
export const monthOfCalls = z.object({
  calls: z.array(callSchema),
  next: z.string().nullable().meta(mayBeShort),
});
export const callDaysQuery = z.object(days);
/** Outbound calls of a day (UTC) and an agent, the newest day first. */
export const callDays = z.object({
  from: date,
  to: date,
  days: z.array(
    z.object({
      day: date,
      person: z.string().nullable(),
      personName: z.string().nullable(),
      agent: z.string().nullable().meta({ description: "as the log names them, if the person is unknown" }),
      calls: z.int(),
      blocked: z.int(),
      unscreened: z.int(),
      off: z.int(),
      untold: z
        .int()
        .meta({ description: "calls for which it cannot be told whether the extension was in use" }),
    }),
  ),
});
const inLayers = z.object({ page: count, protocol: count, browser: count, server: count });
/** Calls that no layer saw beside what the providers count, by day (UTC), the newest first. */
export const callsUnseen = z.object({
  from: date,
  to: date,
  days: z.array(
    z.object({
      day: date,
      through: count.meta({ description: "calls that some layer saw and let through" }),
      logs: z
        .array(
          z.object({
            provider: z.string(),
            log: z.enum(["whole", "part", "missing"]).meta({
              description:
                "whole: the provider's list was read for all of the day. part: what was brought of it, by file or with " +
                "recordings. missing: a list that is configured was not read for all of the day",
            }),
            calls: count.nullable().meta({ description: "outbound; null where nothing is known: not zero" }),
            unseen: count.nullable().meta({ description: "of these, those that no layer saw; at least" }),
            missedBy: inLayers.meta({ description: "of these, how many each layer would have caught" }),
          }),
        )
        .meta({ description: "none: no log tells of this day" }),
    }),
  ),
});
export const callsState = z.object({
  lists: z.array(
    z.object({
      provider: z.string(),
      configured: z.boolean(),
      since: time.nullable().meta({ description: "all calls that began before are stored" }),
      ranAt: time.nullable(),
      failures: z.int(),
      error: z.string().nullable(),
    }),
  ),
  agents: z.array(
    z.object({
      agent: z.string(),
      person: z.string(),
      personName: z.string().nullable(),
      by: z.string(),
      at: time,
    }),
  ),
  unknown: z
    .array(z.object({ agent: z.string(), calls: z.int() }))
    .meta({ description: "unknown agents of the last 28 days" }),
});
export const callAgent = z.object({
  agent: text(200),
  person: z.string().max(60).nullable().meta({ description: "null: takes back what was said" }),
});
export type CallReport = z.input<typeof callReport>;
export type ReportedOutcome = z.infer<typeof reportedOutcome>;
export type CallOutcome = z.infer<typeof callOutcome>;
export type CallFinding = z.infer<typeof callFinding>;
export type CallsImported = z.infer<typeof callsImported>;
export type Call = z.infer<typeof callSchema>;
export type CallsAnswer = z.infer<typeof callsAnswer>;
export type CallDays = z.infer<typeof callDays>;
export type CallsUnseen = z.infer<typeof callsUnseen>;
export type CallsState = z.infer<typeof callsState>;
