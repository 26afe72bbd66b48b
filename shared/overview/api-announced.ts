/** The API of the sample by which an officer hears whether recordings were announced; conventions in shared/api.ts. */
import * as z from "zod";
import { count, date, time } from "../api.ts";
import { period, within } from "../proof/api.ts";
import { audioQuery } from "../recordings/api.ts";

/** Of each recording that is drawn, so many seconds are heard. */
export const HEARD_SECONDS = 15;
export const MAX_DRAWN = 20;
const MAX_DRAW_DAYS = 31;

export const drawRequest = z
  .object({ ...period, count: z.int().min(1).max(MAX_DRAWN).default(5) })
  .refine(within(MAX_DRAW_DAYS), { path: ["to"] });
export const heardAs = z.enum(["yes", "no", "unclear"]);
export const heardRequest = z.object({ heard: heardAs });
export const announcedAudioQuery = audioQuery;
export const drawn = z.object({
  id: z.string(),
  recording: z.string(),
  began: date.meta({ description: "the day of the call" }),
  from: date,
  to: date,
  among: count.meta({
    description: "of how many it was drawn: kept, said to be announced, of these days, and not drawn before",
  }),
  by: z.string(),
  at: time,
  kept: z.boolean().meta({ description: "false: the recording was erased since" }),
  heard: heardAs.nullable().meta({ description: "null: nobody said yet" }),
  heardBy: z.string().nullable(),
  heardAt: time.nullable(),
});
export const drawsAnswer = z.object({ drawn: z.array(drawn) });
export type Drawn = z.infer<typeof drawn>;
export type DrawsAnswer = z.infer<typeof drawsAnswer>;
