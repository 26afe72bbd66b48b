/** The API of a number's history, in as many lines as an agent reads while the line is ringing. */
import * as z from "zod";
import { e164, time } from "../api.ts";
import { objectionScope } from "../do-not-call/api.ts";

/** `by`: a person's name; null where it was no person of ours, or nobody knows. */
const act = z.object({ at: time, by: z.string().nullable() });
export const historyAnswer = z.object({
  number: e164,
  called: act.nullable().meta({ description: "the last call, or attempt, that is on record" }),
  held: act.nullable().meta({ description: "the last dial that was held" }),
  objections: z
    .array(
      act.extend({
        scope: objectionScope,
        endedAt: time.nullable(),
      }),
    )
    .meta({ description: "the newest first, five at most, with those that have ended" }),
  crm: z
    .array(
      z.object({
        name: z.string(),
        object: z.string().meta({ description: "the kind of record, as the CRM calls it" }),
        since: time.nullable().meta({
          description: "when a run first found it there; null: before that was kept",
        }),
        from: z
          .array(
            z.object({
              source: z.string().optional().meta({ description: "where the number came from" }),
              since: z
                .string()
                .optional()
                .meta({ description: "since when it is there, as the CRM says it" }),
              notice: z
                .string()
                .optional()
                .meta({ description: "what notice the person was given, and when" }),
            }),
          )
          .optional()
          .meta({ description: "as its records say it, 25 at most; absent where none does" }),
      }),
    )
    .meta({ description: "the connected CRMs that have it, the longest first, five at most" }),
});

export type HistoryAnswer = z.infer<typeof historyAnswer>;
