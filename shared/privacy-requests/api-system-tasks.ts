/** What connected systems still hold of people whose last recording has reached its day: tasks for officers, one a system and day. */
import * as z from "zod";
import { date, paged, text, time } from "../api.ts";
import { heldRecord } from "./api-systems.ts";

export const systemTask = z.object({
  id: z.string(),
  connector: z.string(),
  name: z.string(),
  kind: z.string(),
  day: date.meta({ description: "when their last recordings were erased" }),
  records: z.array(z.tuple([z.string(), z.string()])).meta({
    description: "kind and id, by the names of the system's API; at most 500: a longer day has several tasks",
  }),
  unread: z.boolean().meta({ description: "its records cannot be read, as somebody altered them" }),
  doneOn: date.nullable(),
  how: z
    .string()
    .meta({ description: "`joined`, by the system: its records are in another task, of the whole day" }),
  backupsUntil: date.nullable(),
  by: z.string().meta({ description: "who said what was done; `system` of one that is open" }),
  at: time,
});
export const systemTasksQuery = z.object({ show: z.enum(["open", "done"]).default("open"), ...paged(20) });
export const systemTasksAnswer = z.object({ tasks: z.array(systemTask), next: z.string().nullable() });
export type SystemTask = z.infer<typeof systemTask>;
export type SystemTasksAnswer = z.infer<typeof systemTasksAnswer>;
export const systemTaskParam = z.object({ id: z.string().max(60) });
/** Records of a task that are looked at together: each costs the system some requests, and all their calls have one limit. */
export const LOOKED_AT = 10;
export const systemTaskQuery = z.object({
  look: z.coerce
    .number()
    .int()
    .min(0)
    .max(500)
    .optional()
    .meta({
      description: `asks the system for the ${LOOKED_AT} records from this place on, and for what belongs to them`,
    }),
});
const taskHeld = z.object({
  records: z.array(heldRecord.pick({ object: true, id: true, what: true, link: true })).meta({
    description:
      "those of the records that are there, and their calls, which may have recordings and transcripts",
  }),
  region: z.string().nullable().meta({
    description: "where the data lies: as the vendor says, else as the policy's recipient says",
  }),
  problem: z.string().nullable().meta({
    description:
      "why it may hold more: `more`, `no-search`, `removed` (also where it may lead to another account since then), or the system's own words",
  }),
  next: z.int().nullable().meta({ description: "from where to look next; null: these were the last" }),
});
export type TaskHeld = z.infer<typeof taskHeld>;
export const systemTaskAnswer = z.object({
  task: systemTask,
  links: z.array(z.string().nullable()).meta({
    description: "where a person opens each record, in the order of `records`; null where nothing tells",
  }),
  receipt: z.string().nullable().meta({ description: "what was done, in words; null while it is open" }),
  held: taskHeld.nullish().meta({
    description: "what the system holds of it now; null where it was not asked, absent from an older Worker",
  }),
});
export type SystemTaskAnswer = z.infer<typeof systemTaskAnswer>;
export const systemTaskRequest = z.object({
  on: date.optional(),
  how: text(500).meta({ description: "what was done there, and who did it" }),
  also: z
    .array(z.string().max(60))
    .max(100)
    .default([])
    .meta({ description: "further open tasks of the same system, for which this is true too" }),
  backupsUntil: date.optional().meta({
    description: "until when its backups keep what was erased; by default as the policy's recipient says",
  }),
});
export const systemTaskDone = z.object({ id: z.string(), receipt: z.string() });
export type SystemTaskDone = z.infer<typeof systemTaskDone>;
