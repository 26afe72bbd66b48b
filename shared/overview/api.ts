/** The API's schemas for the overview's figures; conventions in shared/api.ts. */
import * as z from "zod";
import { count, date, time } from "../api.ts";
import { byName, dayCounts, period, proofRegister, within } from "../proof/api.ts";

export const MAX_FIGURE_DAYS = 92;
export const figuresQuery = z
  .object({
    ...period,
    zone: z
      .string()
      .max(60)
      .optional()
      .meta({ description: "the IANA time zone of the days; policy's by default" }),
  })
  .refine(within(MAX_FIGURE_DAYS), { path: ["to"] });
export const figuresAnswer = z.object({
  ...period,
  zone: z.string(),
  days: z.array(dayCounts),
  heldBy: byName,
  registers: z.array(proofRegister),
  requests: z
    .array(z.object({ daysLeft: z.int(), count }))
    .meta({ description: "open requests whose clock is running, by days left; below 0: overdue" }),
  erasures: z.array(z.object({ week: date, recordings: count, held: count })),
});

/** What waits for a person. It names no person and no number. */
export const waitingAnswer = z.object({
  consents: count.meta({ description: "entries that somebody who may record consents is to review" }),
  scopes: count.meta({ description: "objections of which compliance is to say whom they close" }),
  tasks: count.meta({
    description:
      "what the end of retention left in connected CRMs, as open tasks of officers; 100 stand for more",
  }),
  clockStopped: time
    .nullable()
    .meta({ description: "since when the clock, or a trigger of it, has not run; null while it runs" }),
  callsFailing: z.array(z.string()).meta({
    description:
      "providers whose list of calls has failed three times or more in a row, or was read up to six hours ago or earlier",
  }),
  database: z.object({ bytes: count, most: count }).nullable().meta({
    description:
      "bytes that the database takes, and that Cloudflare's D1 lets it take; null where D1 does not say",
  }),
});

export type WaitingAnswer = z.infer<typeof waitingAnswer>;
export type FiguresAnswer = z.infer<typeof figuresAnswer>;
