/** The API of registers by lookup; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { date } from "../api.ts";

export const lookupTurn = z.object({
  source: z
    .string()
    .max(30)
    .nullable()
    .meta({ description: "the source that is asked about each number; null: by file again" }),
});
export const lookupsAnswer = z.object({
  day: date,
  budget: z
    .int()
    .meta({ description: "the most numbers that each source may be asked about in a day, by policy" }),
  sources: z.array(
    z.object({
      name: z.string(),
      configured: z.boolean(),
      registers: z.array(z.string()).meta({ description: "the ids of the registers that it answers for" }),
      asked: z.int().meta({ description: "numbers asked about on that day" }),
      refused: z.int().meta({ description: "numbers not asked about, as the budget was used up" }),
      failed: z.int(),
      waiting: z.int().meta({ description: "numbers still to be asked about" }),
      error: z.string().nullable().meta({ description: "why the day's last failed question failed" }),
    }),
  ),
});
export type LookupsAnswer = z.infer<typeof lookupsAnswer>;
