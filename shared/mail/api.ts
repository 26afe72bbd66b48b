/** The API's schemas for the outbox; conventions in shared/api.ts. */
import * as z from "zod";
import { paged, time } from "../api.ts";

export const mailSchema = z.object({
  id: z.string(),
  template: z.string(),
  to: z.string(),
  state: z.enum(["waiting", "sent", "failed", "expired"]),
  tries: z.int(),
  error: z.string().nullable(),
  at: time,
  sentAt: time.nullable(),
});
export const mailQuery = z.object({
  state: mailSchema.shape.state.optional(),
  ...paged(200),
});
export const mailAnswer = z.object({
  via: z.enum(["binding", "http"]).nullable().meta({ description: "null: no mail service is configured" }),
  waiting: z.int(),
  failed: z.int(),
  mails: z.array(mailSchema),
  next: z.string().nullable(),
});

export const mailTrialAnswer = z.object({ to: z.string() });

export type MailTrialAnswer = z.infer<typeof mailTrialAnswer>;
export type MailAnswer = z.infer<typeof mailAnswer>;
