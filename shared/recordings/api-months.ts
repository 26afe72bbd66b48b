/** A month of recordings for analysts, by pages. */
import * as z from "zod";
import { mayBeShort, pagedByMoment } from "../api.ts";
import { recordingSchema } from "./api.ts";

export const monthOfRecordingsQuery = z.object(pagedByMoment(2000, 2000));
export const monthOfRecordings = z.object({
  recordings: z.array(recordingSchema),
  next: z.string().nullable().meta(mayBeShort),
});
