/** The API's schemas for work that runs from queues; conventions in shared/api.ts. */
import * as z from "zod";
import { count, date, text, time } from "../api.ts";
import { type Every, jobNames } from "./clock.ts";

/** `files`: requests' files to erase; `marks`: what changed in the fields of connected CRMs; `runs`: reading all their contacts; `copies`: parts of requesters' copies. */
export const workKind = z.enum(["erasure", "files", "mail", "webhooks", "marks", "runs", "copies"]);
const every = z
  .enum(["minute", "often", "day"] satisfies Every[])
  .meta({ description: "each minute, each five minutes, or once a day" });
const clock = z.object({
  triggers: z.array(
    z.object({
      every,
      ran: time.nullable().meta({
        description: "when a job of it last came to an end; null: not yet",
      }),
      stopped: time
        .nullable()
        .meta({ description: "since when none of its runs began, where that is for too long" }),
    }),
  ),
  jobs: z.array(
    z.object({
      job: z.enum(jobNames),
      every,
      ended: time.nullable().meta({ description: "when it last ended well" }),
      failing: time.nullable().meta({ description: "since when each run of it fails" }),
      error: z
        .string()
        .nullable()
        .meta({ description: "what it failed with last, without quoted texts, numbers and addresses" }),
      late: time
        .nullable()
        .meta({ description: "since when it has not ended well, where that is for too long" }),
    }),
  ),
});
export const workAnswer = z.object({
  clock: clock.meta({ description: "what the clock runs: its triggers and its jobs" }),
  work: z.array(
    z.object({
      kind: workKind,
      waiting: count.meta({
        description:
          "recordings, files, mails and parts of copies that are due, or wait for their next try; addresses; CRMs",
      }),
      oldest: time.nullable().meta({ description: "since when the oldest of them is due" }),
      late: time.nullable().meta({ description: "since when the oldest has waited too long" }),
      failed: count.meta({ description: "how many a person should look at: the list below" }),
      putOff: z.object({ n: count, until: date }).optional().meta({
        description:
          "recordings among these that their store puts off for more than a month after their day, as by an object lock; and until when the last",
      }),
    }),
  ),
});
export const failedSchema = z.object({
  id: z.string(),
  what: z.string().meta({
    description:
      "the store, the request's reference and the file's purpose, the mail's template, the address, the CRM, or the reference and the part",
  }),
  to: z.string().nullable().meta({ description: "whom a mail is for" }),
  since: time.nullable().meta({ description: "since when it waits to be done" }),
  failures: count,
  error: z.string().nullable(),
  due: time
    .nullable()
    .meta({ description: "the next try; null where there is none unless it is sent again" }),
});
export const failedAnswer = z.object({ failed: z.array(failedSchema), next: z.string().nullable() });
const ids = z.array(text(60)).min(1).max(500);
export const againRequest = z.object({ ids });
export const againAnswer = z.object({ again: count });
export const leaveRequest = z.object({ ids, reason: text(500) });
export const leaveAnswer = z.object({ left: count });

export type WorkKind = z.infer<typeof workKind>;
export type WorkAnswer = z.infer<typeof workAnswer>;
export type Failed = z.infer<typeof failedSchema>;
export type FailedAnswer = z.infer<typeof failedAnswer>;
