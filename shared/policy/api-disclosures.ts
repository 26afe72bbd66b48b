/** The API of the report of what was sent to whom; conventions in shared/api.ts. */
import * as z from "zod";
import { count, date, days, paged, written } from "../api.ts";
import { recipientKinds } from "./recipients.ts";

const kind = z.enum(recipientKinds);
export const disclosuresQuery = z.object({
  ...days,
  kind: kind.optional(),
  host: z.string().max(253).optional(),
  number: written.optional().meta({
    description: "what was sent of this number, as far as it is on record of which numbers it was",
  }),
  ...paged(500),
});
export const disclosureSchema = z.object({
  day: date.meta({ description: "in UTC" }),
  kind,
  host: z.string().meta({ description: "empty: Cloudflare's own service, or a person who took it out" }),
  name: z.string().nullable().meta({ description: "of the recipient, as the policy names it now" }),
  what: z.string().meta({ description: "the kind of message" }),
  fields: z.array(z.string()).meta({ description: "the data that such a message has" }),
  times: count.meta({ description: "how often one was sent; a repetition counts again" }),
  items: count.meta({ description: "how many numbers, records or files these had" }),
});
export const disclosuresAnswer = z.object({
  since: date.nullable().meta({ description: "from which day on it is counted" }),
  disclosures: z.array(disclosureSchema),
  next: z.string().nullable(),
});

export type Disclosure = z.infer<typeof disclosureSchema>;
export type DisclosuresAnswer = z.infer<typeof disclosuresAnswer>;
