/** The API of the telephone system's gate; `../api.ts` has the rules for all of the API, docs/gate.md the contract. */
import * as z from "zod";
import { e164, time } from "../api.ts";
import { verdictSchema } from "../check/api.ts";
import { explainedReason } from "../check/api-explain.ts";
import { campaignSchema } from "../policy/policy.ts";

/** Strict: a field that is misspelt, such as Privacy, must not count as absent. */
export const gateRequest = z.strictObject({
  to: z.string().max(200).meta({
    description: "what is dialled, as that system's line would dial it: a number, or a SIP or tel address",
  }),
  from: z
    .string()
    .max(200)
    .optional()
    .meta({
      description:
        "the number that the call shows, or the address in From. An anonymous one, also an empty one, and one that is not " +
        "among the policy's `identity.ownNumbers` is denied. Absent: not looked at",
    }),
  privacy: z.string().max(200).optional().meta({
    description: "the SIP header Privacy, if there is one: anything but `none` is denied",
  }),
  agent: z.string().max(200).optional().meta({
    description: "who calls, as the system names them: an e-mail address, a name, or what the desk was told",
  }),
  campaign: campaignSchema.optional().meta({
    description:
      "one that the policy runs, else the call is refused (422, `kind-not-made`); by default general where the policy runs such calls, else the strictest that it runs",
  }),
  callId: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, "1 to 200 visible ASCII characters")
    .meta({
      description: "the system's own name of the call. The same one gets the same answer, while it holds",
    }),
});
export const gateAnswer = z.object({
  answer: z.enum(["allow", "deny"]),
  number: e164.nullable().meta({ description: "what the digits ring; null where that cannot be told" }),
  verdict: verdictSchema,
  reasons: z.array(explainedReason).min(1),
  evidence: z.string().meta({ description: "the id of the dial that is the evidence" }),
  until: time.meta({ description: "an answer that is older than this allows nothing" }),
});

/** What a telephone system said of a call at the gate, as its dial shows it. */
export const gateCall = z.object({
  callId: z.string(),
  agent: z.string().nullable(),
  person: z.string().nullable().meta({ description: "who the agent is, as far as that was known then" }),
  personName: z.string().nullable(),
  from: z.string().nullable(),
  privacy: z.string().nullable(),
  until: time,
});

export type GateRequest = z.infer<typeof gateRequest>;
export type GateAnswer = z.infer<typeof gateAnswer>;
export type GateCall = z.infer<typeof gateCall>;
