/** The API's schemas for the outbox; conventions in shared/api.ts. */
import * as z from "zod";
import { days, paged, time } from "../api.ts";

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
  ...days,
  ...paged(200),
});
/** `name@host`, or `Name <name@host>`. */
const sender = z
  .string()
  .trim()
  .max(200)
  .regex(/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)$/);

export const mailServiceRequest = z.object({
  from: sender.meta({ description: "the sender: `name@host`, or `Name <name@host>`" }),
  url: z
    .union([z.literal(""), z.url().max(500)])
    .meta({ description: "an HTTP API that accepts Resend's request; empty: Cloudflare's own service" }),
  token: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "the API's token; without it the stored one stays, unless the host changes" }),
});
export type MailServiceRequest = z.infer<typeof mailServiceRequest>;

export const mailSettings = z.object({
  byDeployment: z
    .boolean()
    .meta({ description: "the deployment's variables name it: nobody can set it here" }),
  hasCloudflare: z.boolean().meta({ description: "Cloudflare's own service is bound" }),
  from: z.string().nullable().meta({ description: "null: no mail is sent" }),
  url: z.string().nullable().meta({ description: "null: Cloudflare's own service, or none" }),
  isUnlike: z.boolean().meta({
    description: "what was set here is not as the trail has it, or no longer opens: nothing goes by it",
  }),
  set: z.object({ by: z.string(), at: time }).nullable().meta({ description: "who set it here, and when" }),
});
export type MailSettings = z.infer<typeof mailSettings>;

export const mailAnswer = z.object({
  via: z.enum(["binding", "http"]).nullable().meta({ description: "null: no mail service is configured" }),
  service: mailSettings.optional().meta({ description: "absent from an older Worker" }),
  waiting: z.int(),
  failed: z.int(),
  mails: z.array(mailSchema),
  next: z.string().nullable(),
});

export const mailTrialAnswer = z.object({ to: z.string() });

export type MailTrialAnswer = z.infer<typeof mailTrialAnswer>;
export type MailAnswer = z.infer<typeof mailAnswer>;
