/** The API of watched numbers and webhooks; `../api.ts` has the rules for all of the API. Its fields say `turned`. */
import * as z from "zod";
import { date, limit, mayBeShort, time } from "../api.ts";
import { verdictSchema } from "../check/api.ts";

const num = z.int().min(1);

/** A watched number that was clear (or a caution) and is blocked now, or the other way round. */
export const statusChangeSchema = z.object({
  num: num.meta({ description: "rises with each row: read on with `since` the last one read" }),
  number: z.string(),
  from: verdictSchema,
  to: verdictSchema,
  reason: z.string().meta({ description: "the code of the first reason; for a listing the register's id" }),
  list: z.string().nullable(),
  version: z.int().nullable().meta({ description: "the register's version that caused it" }),
  asOf: date.nullable(),
  at: time,
  seq: z.int().meta({ description: "the row of the audit trail that it was written with" }),
  mailedAt: time.nullable(),
  mailedTo: z.array(z.string()).meta({ description: "names" }),
  hooks: z.array(z.string()).meta({ description: "hosts of the webhooks that have received it" }),
  seenAt: time.nullable(),
  seenBy: z.string().nullable(),
});
export type StatusChange = z.infer<typeof statusChangeSchema>;

export const statusChangesQuery = z.object({
  number: z.string().max(100).optional(),
  to: z.enum(["blocked", "open"]).optional(),
  why: z
    .enum(["list", "objection", "house", "consent"])
    .optional()
    .meta({ description: "a listing, an objection, another in-house entry, or consents" }),
  seen: z.enum(["true", "false"]).optional(),
  from: date.optional(),
  until: date.optional().meta({ description: "the last day, in UTC" }),
  after: z.coerce.number().int().min(1).optional().meta({ description: "older than this `num`" }),
  since: z.coerce.number().int().min(0).optional().meta({ description: "newer than this `num`" }),
  limit: limit(500),
});
export const statusChangesAnswer = z.object({
  turned: z.array(statusChangeSchema),
  next: z.int().nullable().meta(mayBeShort),
});
export type StatusChangesAnswer = z.infer<typeof statusChangesAnswer>;

export const watchAnswer = z.object({
  unseen: z.int(),
  watched: z.int(),
  newest: z.int().meta({ description: "the `num` of the newest row; 0 without rows" }),
  lists: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      version: z.int(),
      seen: z.int().meta({ description: "the version that all watched numbers were looked at under" }),
    }),
  ),
  hooksFailing: z.int(),
  hooksPlain: z
    .int()
    .optional()
    .meta({ description: "webhooks whose secret is not sealed: CONNECTOR_KEY is missing" }),
  hooksPlainUntil: date
    .nullish()
    .meta({ description: "the day from which these send nothing until the key is set" }),
});
export type WatchAnswer = z.infer<typeof watchAnswer>;

export const seenRequest = z.union([
  z.strictObject({ nums: z.array(num).min(1).max(500) }),
  z.strictObject({ upTo: num.meta({ description: "all rows up to this `num`" }) }),
]);
export const seenAnswer = z.object({ seen: z.int() });

export const webhookRequest = z.object({ url: z.url().max(1000) });
export const deliverySchema = z.object({
  id: z.string(),
  kind: z.enum(["turned", "ping"]),
  state: z.enum(["waiting", "delivered", "failed"]),
  tries: z.int(),
  at: time,
  triedAt: time.nullable(),
  status: z.int().nullable().meta({ description: "of the last answer; null without one" }),
  answer: z.string().nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;
export const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  by: z.string(),
  at: time,
  state: z.enum(["on", "failing", "off"]),
  failingSince: time.nullable(),
  offWhy: z.string().nullable(),
  waiting: z.int().meta({ description: "rows that it has not received yet" }),
  deliveries: z.array(deliverySchema).meta({ description: "the newest ten, newest first" }),
});
export type Webhook = z.infer<typeof webhookSchema>;
export const webhooksAnswer = z.object({ webhooks: z.array(webhookSchema) });
export type WebhooksAnswer = z.infer<typeof webhooksAnswer>;
export const webhookMade = z.object({
  id: z.string(),
  url: z.string(),
  secret: z.string().meta({ description: "whsec_ and 32 bytes as base64; shown only this once" }),
});
export type WebhookMade = z.infer<typeof webhookMade>;
