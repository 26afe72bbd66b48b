/** The API's schemas for the policy and its versions; conventions in shared/api.ts. */
import * as z from "zod";
import { limit, text, time } from "../api.ts";
import { roleSchema } from "../people/api.ts";
import { policySchema } from "./policy.ts";

/**
 * One changed clause: its `path` (as in clauses.ts, such as `registers.tps`), both values as JSON, and the change in
 * words. A role's path is `person.<id>` or `invite.<id>`, a register's `list.<id>.regions` and the like.
 */
export const policyChange = z.object({
  path: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  text: z.string(),
});
export const proposalState = z.enum(["open", "approved", "counted", "refused", "withdrawn", "expired"]);
/** What loosens, until a second person approves it. */
export const proposalSchema = z.object({
  id: z.string(),
  kind: z.enum(["policy", "role", "register"]),
  base: z.int().meta({ description: "the policy's version that it was made to" }),
  changes: z.array(policyChange),
  effect: z
    .array(z.object({ path: z.string(), n: z.int(), text: z.string() }))
    .meta({ description: "in numbers, as it was when it was made; a change without figures has no row" }),
  why: z.string(),
  by: z.string(),
  byName: z.string(),
  roles: z.array(roleSchema).meta({ description: "who may approve it, but for the person who made it" }),
  at: time,
  expiresAt: time,
  alone: z.boolean().meta({
    description:
      "nobody else holds one of the roles, so that it counts by itself a day after somebody was told of it",
  }),
  countsAt: time.nullable().meta({
    description:
      "when it counts by itself, if it is alone until then; null also where nobody was told of it yet",
  }),
  told: z
    .array(z.object({ person: z.string(), name: z.string(), how: z.enum(["mail", "seen"]), at: time }))
    .meta({ description: "of one that is alone: who but its maker has heard of it, and how first" }),
  state: proposalState.meta({ description: "counted: without a second person, as there was none" }),
  settledBy: z.string().nullable(),
  settledByName: z.string().nullable(),
  settledAt: time.nullable(),
  version: z.int().nullable().meta({ description: "the policy's version that it became" }),
});
export const proposalsQuery = z.object({
  show: z.enum(["open", "settled"]).default("open"),
  before: time.optional().meta({ description: "made before then: the `next` of the page before" }),
  limit: limit(100),
});
/** Of proposals that count by themselves, what everybody is shown; and codes for another browser of the caller. */
export const announcedAnswer = z.object({
  announced: z.array(
    proposalSchema.pick({ id: true, byName: true, why: true, at: true, countsAt: true }).extend({
      changes: z.array(z.string()),
      own: z
        .boolean()
        .meta({ description: "a code for another browser of the caller: another admin may approve it" }),
    }),
  ),
});
export const proposalsAnswer = z.object({ proposals: z.array(proposalSchema), next: time.nullable() });

export const policyAnswer = z.object({
  version: z.int(),
  at: time.nullable(),
  by: z.string().nullable(),
  byName: z.string().nullable(),
  why: z.string(),
  policy: policySchema,
  raised: z.array(policyChange).meta({
    description:
      "what was saved below the law's floor, before nobody could, and what it counts as: `policy` has that",
  }),
  second: z
    .object({
      others: z.array(roleSchema).meta({
        description:
          "of the roles that approve what loosens: those that somebody else holds, or lost within a week",
      }),
      setUpDay: z
        .boolean()
        .meta({ description: "set up within a day: an administrator without others loosens it at once" }),
    })
    .optional()
    .meta({ description: "who could be a second person; for those who may change the policy" }),
});
export const policySave = z.object({ policy: policySchema, why: text(500) });
/** The policy in force after a save. What loosens it is in `proposed`, and not in force yet. */
export const policySaved = policyAnswer.extend({ proposed: proposalSchema.nullable() });
const dials = z.int().min(0);
/** Of the dials of the last `days`. */
export const policyPreview = z.object({
  days: z.int(),
  looked: z.boolean().meta({
    description:
      "false: the policy also changes what is not looked at, so that more dials may differ than are counted",
  }),
  held: dials.meta({ description: "that the policy in force held" }),
  freed: dials.meta({ description: "of these, those that the other policy would not have held" }),
  warned: dials.meta({ description: "that went out with a warning" }),
  stopped: dials.meta({ description: "of these, those that the other policy would have held" }),
});
export const policyVersionsQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: limit(100),
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
      second: z
        .object({ state: z.enum(["approved", "counted"]), byName: z.string().nullable() })
        .nullable()
        .meta({ description: "it was a proposal: who approved it, or that it counted as nobody could" }),
    }),
  ),
  next: z.int().nullable(),
});

export type PolicyAnswer = z.infer<typeof policyAnswer>;
export type PolicyPreview = z.infer<typeof policyPreview>;
export type PolicySaved = z.infer<typeof policySaved>;
export type Proposal = z.infer<typeof proposalSchema>;
export type AnnouncedAnswer = z.infer<typeof announcedAnswer>;
export type ProposalsAnswer = z.infer<typeof proposalsAnswer>;
export type PolicyVersions = z.infer<typeof policyVersions>;
