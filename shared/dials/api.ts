/** The API of the evidence of dials; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { date, days, e164, limit, medium, paged, time } from "../api.ts";
import { reasonSchema, verdictSchema } from "../check/api.ts";
import { consentBasis } from "../do-not-call/api.ts";
import { campaignSchema } from "../policy/policy.ts";
import { gateCall } from "./api-gate.ts";

export const dialAction = z.enum(["passed", "held", "overridden"]);
/** What saw a dial: the guard of a page, a softphone's protocol, the browser itself, or the telephone system. */
export const dialLayer = z.enum(["page", "protocol", "browser", "server"]);
export const dialMedium = medium;
export const listSeen = z.object({ id: z.string(), version: z.int(), asOf: date.nullable() });
export const dialRequest = z.object({
  number: z.string().max(100).meta({ description: "as it is dialled; perhaps not a number" }),
  e164: e164
    .nullable()
    .meta({ description: "the number that the page takes it for, by its record or an agent's word" }),
  via: z
    .string()
    .max(100)
    .optional()
    .meta({
      description:
        "the address that it is dialled by without its number, such as `tel:` or `https://wa.me/`. It says whether this is " +
        "a call or a message; without it, or if it is not known, a call",
    }),
  layer: dialLayer
    .exclude(["server"])
    .optional()
    .meta({ description: "what saw the dial; by default the page" }),
  action: dialAction,
  verdict: verdictSchema,
  reasons: z.array(reasonSchema).max(50).default([]),
  seen: z
    .object({ seq: z.int(), policy: z.int(), lists: z.array(listSeen).max(63) })
    .nullable()
    .meta({ description: "the stamp that the page decided by; null where it knew nothing" }),
  basis: consentBasis.optional().meta({ description: "of an override" }),
  reason: z.string().trim().max(500).optional().meta({ description: "of an override, in the agent's words" }),
  purpose: campaignSchema.optional().meta({
    description:
      "the kind of call. By default general where the policy runs such calls, else the strictest that it runs; where it does not run the one that is named, the strictest counts",
  }),
  host: z.string().max(253).meta({ description: "the page's host only: never its path or text" }),
  at: time.meta({ description: "the device's time" }),
});
export const dialSchema = z.object({
  id: z.string(),
  number: e164.nullable().meta({
    description:
      "what the digits ring, by the Worker's own reading, on a line of the policy's `numbers.lineRegion`",
  }),
  written: z.string().nullable().meta({
    description:
      "as it was dialled. Dials of older versions have it only where it was not a number, or disputed",
  }),
  recordNumber: e164.nullable().meta({
    description: "the number that the page took it for, where the digits may be that one, but ring another",
  }),
  layer: dialLayer,
  sighting: z.string().nullable().meta({
    description:
      "the dial of the layer whose sighting of this call came first; null for that one, and where no other layer saw the call",
  }),
  layers: z
    .array(dialLayer)
    .optional()
    .meta({ description: "all layers that saw this call; absent where it is one" }),
  gate: gateCall.optional().meta({ description: "of the layer server: what the telephone system said" }),
  medium: dialMedium.meta({ description: "by the Worker's own reading of `via`" }),
  via: z.string().nullable(),
  action: dialAction,
  /** The page's own. */
  verdict: verdictSchema,
  reasons: z.array(reasonSchema),
  seen: dialRequest.shape.seen,
  workerVerdict: verdictSchema.meta({
    description:
      "the Worker's own, which counts: by what was on record as the dial arrived; where it has `arrival`, by what was on " +
      "record when it was made",
  }),
  workerReasons: z.array(reasonSchema),
  arrival: z
    .object({
      verdict: verdictSchema,
      reasons: z.array(reasonSchema),
      policy: z.int(),
      lists: z.array(listSeen),
    })
    .optional()
    .meta({
      description:
        "only of a dial that took more than five minutes to arrive, and at most a day: `workerVerdict`, `workerReasons`, " +
        "`policy` and `lists` are of `deviceAt`, the browser's word, and these are as it arrived",
    }),
  agrees: z.boolean().meta({
    description: "the page's verdict and number are the Worker's, also the verdict of `arrival`",
  }),
  refused: z.boolean().meta({
    description:
      "an override that the Worker did not allow: the page was told not to dial, but may have dialled where the answer " +
      "came late",
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
  sighting: z
    .string()
    .regex(/^\d{1,16}$/)
    .optional()
    .meta({ description: "all sightings of one call, by the dial that came first" }),
  ...days,
  ...paged(500),
});
export const dialsAnswer = z.object({ dials: z.array(dialSchema), next: z.string().nullable() });

/** A month of dials, for analysts: oldest first, by pages. */
export const monthQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,16}$/)
    .optional(),
  limit: limit(5000, 5000),
});
export const monthDial = dialSchema.pick({
  ...{ id: true, at: true, deviceAt: true, number: true, recordNumber: true, written: true },
  ...{ layer: true, sighting: true, medium: true, via: true, action: true, refused: true },
  ...{ verdict: true, reasons: true, workerVerdict: true, workerReasons: true, agrees: true },
  ...{ basis: true, reason: true, purpose: true, host: true, by: true, byName: true },
});
export const monthAnswer = z.object({ dials: z.array(monthDial), next: z.string().nullable() });

/** What a file of closed months gave back, how many are left, and which are lost: what they had does not come back. */
/** `index`: only what is packed of the index comes back. */
export const reopenQuery = z.object({ index: z.enum(["true", "false"]).optional() });
export const reopenedAnswer = z.object({
  ...{ files: z.int(), dials: z.int(), recordings: z.int(), certificates: z.int() },
  screened: z.int().optional().meta({ description: "rows of screenings' numbers, or lists of them" }),
  lost: z.array(z.string()).optional(),
  apart: z.int().optional().meta({ description: "rows of the trail whose details are kept apart again" }),
});

export type DialRequest = z.infer<typeof dialRequest>;
export type Dial = z.infer<typeof dialSchema>;
export type DialsAnswer = z.infer<typeof dialsAnswer>;
export type ReopenedAnswer = z.infer<typeof reopenedAnswer>;
export type MonthDial = z.infer<typeof monthDial>;
export type MonthAnswer = z.infer<typeof monthAnswer>;
