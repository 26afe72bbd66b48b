/** A request that comes by the public API. */
import * as z from "zod";
import { challengeSchema } from "../api.ts";
import { requestSchema, wanted } from "./api.ts";

/** A request by the public API, with the defences of the public form. */
export const requestPosted = wanted(
  requestSchema.extend({
    formAt: z.string().max(200).optional().meta({
      description:
        "`formAt` of GET /v1/requests/form, asked for when the person opened your form: from a second to a day ago. Until 1 June 2027 an answer without it waits a second; from then on it is refused",
    }),
    solution: z.string().max(2000).optional().meta({
      description:
        "of the challenge with which the request was refused in a flood: the payload of ALTCHA's libraries, which is `challenge` and `solution` as JSON in base64. It counts once, within nine minutes",
    }),
    website: z.string().max(200).optional().meta({
      description: "a field of your form that people do not see: what is filled in by a machine is refused",
    }),
  }),
);
export const requestForm = z.object({ formAt: z.string() });
/** What `solution` holds. */
export const solved = z.object({
  challenge: challengeSchema,
  solution: z.object({ counter: z.int(), derivedKey: z.string() }),
});
