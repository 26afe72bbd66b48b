/** The API of a requester's copy that is too large for one file. */
import * as z from "zod";
import { count, date, time } from "../api.ts";

/** A part of a copy that is too large for one file. */
export const copyPart = z.object({
  id: z.string().meta({ description: "by which `POST /v1/work/copies/again` has it made again" }),
  part: z.int(),
  parts: z.int().meta({ description: "how many there are" }),
  recordings: count,
  from: date.meta({ description: "the day of its first recording" }),
  to: date,
  state: z.enum(["waiting", "made", "failed", "came"]).meta({
    description:
      "`made`: it waits for the others; `failed`: a person has it made again; `came`: the requester can have it",
  }),
  bytes: z.int().nullable(),
  error: z
    .object({ code: z.string(), says: z.string(), recording: z.string().nullable() })
    .nullable()
    .meta({ description: "why the last try failed, and at which recording" }),
  file: z.string().nullable().meta({ description: "among `files`, once it came" }),
  openedAt: time.nullable().meta({ description: "when the requester opened it first, or an officer" }),
});
export type CopyPart = z.infer<typeof copyPart>;
