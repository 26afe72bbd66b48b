/** The API of daily statements: figures of one day, for the company's file. docs/statement.md defines each figure. */
import * as z from "zod";
import { count, date, sha256, time } from "../api.ts";
import { canaryFigures } from "../canary/api.ts";
import { byName, companyFigures, signedBy } from "./api.ts";

const dials = z.object({
  numbers: count.meta({ description: "different numbers; what is no number counts among the dials alone" }),
  dials: count,
});
const grounds = byName.meta({
  description: "by the ground: the basis of an override, or the code of the reason that lifted the bar",
});
export const statementFigures = z.object({
  held: dials.meta({ description: "held, and overrides that were refused" }),
  screened: companyFigures.shape.screened,
  letThrough: dials.meta({ description: "passed, and overrides that were allowed" }),
  over28Days: z.object({ dials: count, byGround: grounds }).meta({
    description: "let through, by a register's copy or answer of more than 28 days before, or by none",
  }),
  barred: z
    .object({ dials: count, byGround: grounds })
    .meta({ description: "let through with a bar: `dials` without a ground" }),
  late: count.meta({ description: "of all these dials: made before this day, and reported on it" }),
  // Statements from before have none.
  erasures: z
    .object({
      due: count.meta({ description: "recordings that were to be erased on this day: `done` and `waiting`" }),
      done: count.meta({ description: "certified within the day" }),
      late: count.meta({ description: "of those that were due: since before this day" }),
      waiting: count.meta({ description: "not erased at the end of the day" }),
      oldest: date.nullable().meta({ description: "since when the oldest of them was due" }),
    })
    .optional(),
  canary: canaryFigures.optional().meta({
    description: "the browsers' own tests; absent in statements of earlier releases",
  }),
  disclosures: z
    .object({
      rows: count,
      sha256: sha256.meta({
        description:
          "of `[[kind, host, what, times, items], …]` as JSON without spaces, in the order of the first three",
      }),
    })
    .optional()
    .meta({
      description:
        "what was sent to whom on this day in UTC, as `GET /v1/disclosures` counts it; absent in statements of earlier releases, and " +
        "where that day was not over",
    }),
});
export const statementSchema = z.object({
  format: z.literal("cleardial-statement v1"),
  company: z.string(),
  day: date,
  zone: z.string(),
  from: time.meta({ description: "inclusive: where the statement before ends" }),
  to: time.meta({ description: "exclusive" }),
  madeAt: time,
  madeLater: z.boolean().meta({
    description: "by a later run than the day's own: what was erased meanwhile is not counted",
  }),
  head: z
    .object({ seq: z.int(), hash: z.string() })
    .meta({ description: "the newest row of the trail when it was made" }),
  trail: z
    .object({ boundFrom: z.int().nullable(), keyedFrom: z.int().nullable() })
    .optional()
    .meta({
      description:
        "from which row of the trail on rows of tables are bound, and its own rows have codes under the Worker's key; the same " +
        "in each statement. Absent in statements of earlier releases",
    }),
  lost: z
    .array(z.object({ first: z.int(), last: z.int() }))
    .nullable()
    .optional()
    .meta({
      description:
        "rows that were missing from the end of the trail when it was made, by what the Worker's writer remembers, but for those " +
        "that an officer accounted for. Null: an archive that tells could not be read. Absent in statements of earlier releases",
    }),
  previous: z.object({ day: date, sha256 }).nullable(),
  figures: statementFigures,
});
/** Sent in canonical form (trail/canonical.ts), byte for byte. */
export const statementDocument = z.strictObject({ statement: statementSchema, ...signedBy("statement") });
export const statementsAnswer = z.object({
  statements: z.array(z.object({ day: date, sha256, madeAt: time, madeLater: z.boolean() })),
});

export type Statement = z.infer<typeof statementSchema>;
export type StatementFigures = z.infer<typeof statementFigures>;
export type StatementDocument = z.infer<typeof statementDocument>;
export type StatementsAnswer = z.infer<typeof statementsAnswer>;
