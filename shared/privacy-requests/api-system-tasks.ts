/** What connected systems still hold of people whose last recording has reached its day: tasks for officers. */
import * as z from "zod";
import { date, paged, text, time } from "../api.ts";

export const systemTask = z.object({
  id: z.string(),
  connector: z.string(),
  name: z.string(),
  kind: z.string(),
  day: date.meta({ description: "when their last recordings were erased" }),
  records: z
    .array(z.tuple([z.string(), z.string()]))
    .meta({ description: "kind and id, by the names of the system's API" }),
  doneOn: date.nullable(),
  how: z.string(),
  backupsUntil: date.nullable(),
  at: time,
});
export const systemTasksQuery = z.object({ show: z.enum(["open", "done"]).default("open"), ...paged(100) });
export const systemTasksAnswer = z.object({ tasks: z.array(systemTask), next: z.string().nullable() });
export type SystemTask = z.infer<typeof systemTask>;
export type SystemTasksAnswer = z.infer<typeof systemTasksAnswer>;
export const systemTaskParam = z.object({ id: z.string().max(60) });
export const systemTaskRequest = z.object({
  on: date.optional(),
  how: text(500).meta({ description: "what was done there, and who did it" }),
  backupsUntil: date.optional().meta({ description: "until when its backups keep what was erased" }),
});
