/** The API of the register of recipients, beside the policy's clause `recipients`. */
import * as z from "zod";
import { time } from "../api.ts";
import { recipientKinds } from "./recipients.ts";

const vendor = z.string().optional().meta({
  description: "of a further host of a recipient, as where it grants tokens: the host that its row has",
});

export const recipientsAnswer = z.object({
  since: time.nullable().meta({
    description: "from when on only recipients are sent anything; null: what was there is not taken over yet",
  }),
  undescribed: z
    .array(z.object({ kind: z.enum(recipientKinds), host: z.string(), vendor, at: time }))
    .meta({ description: "receive as before, and are to be described in the policy" }),
  refused: z
    .array(z.object({ kind: z.enum(recipientKinds), host: z.string(), vendor }))
    .meta({ description: "connected or configured, and sent nothing: the policy does not name them" }),
});
export type RecipientsAnswer = z.infer<typeof recipientsAnswer>;
