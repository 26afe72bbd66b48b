/** The part of the API (api.ts) that is about registers by lookup, by the same rules. */
import * as z from "zod";
import { date } from "../api.ts";

export const lookupTurn = z.object({
  source: z
    .string()
    .max(30)
    .nullable()
    .meta({ description: "who is asked about each number; null: by file again" }),
});
export const lookupsAnswer = z.object({
  day: date,
  budget: z.int().meta({ description: "numbers that each source may be asked about in a day, by policy" }),
  sources: z.array(
    z.object({
      name: z.string(),
      configured: z.boolean(),
      registers: z.array(z.string()).meta({ description: "that it answers for" }),
      asked: z.int().meta({ description: "numbers, on that day" }),
      refused: z.int().meta({ description: "not asked about, as the budget was used up" }),
      failed: z.int(),
      waiting: z.int().meta({ description: "numbers that it is still to be asked about" }),
      error: z.string().nullable().meta({ description: "why the last question failed on that day" }),
    }),
  ),
});
export type LookupsAnswer = z.infer<typeof lookupsAnswer>;
