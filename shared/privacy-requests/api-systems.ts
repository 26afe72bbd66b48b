/** What connected systems hold of the people who make requests: what the Worker finds there, and what became of it. */
import * as z from "zod";
import { date, text, time } from "../api.ts";

export const heldWhat = z.enum(["record", "call", "recording", "transcript"]);
export type HeldWhat = z.infer<typeof heldWhat>;

/**
 * Why a look could not tell all; other problems are the system's own words. `more`: too many records; `no-search`: its API has none;
 * `before`: it was looked at before the decision; `forgotten`: it was connected after an erasure that has erased numbers here.
 */
export const heldProblems = ["more", "no-search", "removed", "before", "forgotten"] as const;
export type HeldProblem = (typeof heldProblems)[number];

export const heldRecord = z.object({
  object: z.string().meta({ description: "the kind of record, by its name in the system's API" }),
  id: z.string(),
  what: z.array(heldWhat).meta({ description: "a call may have a recording and a transcript there" }),
  link: z.string().nullable().meta({ description: "where a person opens it; null where nothing tells" }),
  erasedOn: date.nullable().meta({ description: "when it was erased there from here" }),
  goneOn: date.nullable().meta({ description: "when a look first found that it is not there any more" }),
  why: z.string().nullable().meta({
    description: "why it could not be erased from here, in the system's words; `by-hand`: its API cannot",
  }),
});

export const systemOutcome = z.enum(["erased", "given", "nothing", "kept"]);
export const systemSchema = z.object({
  id: z.string(),
  connector: z.string(),
  name: z.string(),
  kind: z.string(),
  host: z.string(),
  region: z
    .string()
    .nullable()
    .meta({ description: "where the data lies: as the vendor says, else as the policy's recipient says" }),
  lookedAt: time.nullable().meta({ description: "when the Worker last looked there" }),
  problem: z.string().nullable().meta({
    description:
      "why it may hold more: `more`, `no-search`, `removed`, `before`, `forgotten`, or the system's own words",
  }),
  records: z.array(heldRecord),
  outcome: systemOutcome.nullable().meta({ description: "null: a task" }),
  doneOn: date.nullable(),
  how: z.string(),
  file: z.string().nullable().meta({ description: "the file of the request with what was given" }),
  backupsUntil: date.nullable().meta({ description: "until when the system's backups keep what was erased" }),
  erases: z.boolean().meta({ description: "an officer may have records erased there from here" }),
});

export const systemParam = z.object({ id: z.string().max(60), system: z.string().max(60) });
export const systemRequest = z
  .object({
    outcome: systemOutcome,
    on: date.optional(),
    how: text(500).meta({ description: "who did it, or how it was found out" }),
    file: z
      .string()
      .max(60)
      .optional()
      .meta({ description: "access: the file of this request (`purpose=scan`)" }),
    backupsUntil: date.optional().meta({
      description: "until when its backups keep it; by default as the policy's recipient says",
    }),
  })
  .refine(({ outcome, file }) => file === undefined || outcome === "given", {
    path: ["file"],
    message: "only of what was given",
  });
export const systemErase = z.object({
  records: z
    .array(z.object({ object: z.string().max(100), id: z.string().max(200) }))
    .min(1)
    .max(100),
});

export const certificateAnswer = z.object({ text: z.string() });

export type HeldRecordRow = z.infer<typeof heldRecord>;
export type RequestSystem = z.infer<typeof systemSchema>;
