/** The API of the canary; conventions in shared/api.ts. */
import * as z from "zod";
import { count, date, time } from "../api.ts";
import { everyLayer } from "./number.ts";

export const canaryLayer = z.enum(everyLayer);

const result = z.object({
  layer: canaryLayer,
  held: z.boolean().meta({ description: "false: a pass. The call would have been made" }),
});
export const canaryRequest = z
  .object({
    browser: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .meta({
        description: "which of the browsers that share an integration's token; of no weight for a person's",
      }),
    version: z
      .string()
      .regex(/^\d{1,5}(\.\d{1,5}){0,3}$/)
      .meta({ description: "the extension's" }),
    gate: z
      .boolean()
      .optional()
      .meta({
        description:
          "whether the browser's gate is on here, and worked since: a day without a result of `browser` is then missing. Left out: " +
          "it counts as on where it was tried in the week before",
      }),
    day: date
      .optional()
      .meta({ description: "of the results, as it was answered before. `held` counts on that day only" }),
    results: z
      .array(result)
      .max(everyLayer.length)
      .refine((all) => new Set(all.map(({ layer }) => layer)).size === all.length)
      .meta({ description: "each layer once. Empty: the browser is in use, and is going to try" }),
  })
  .refine(({ day, results }) => day !== undefined || results.every(({ held }) => !held), { path: ["day"] });
export const canaryAnswer = z.object({
  day: date.meta({ description: "today, in the policy's time zone" }),
  until: time.meta({ description: "when that day ends" }),
});

export const canaryLine = z.object({
  ago: count.nullable().meta({
    description:
      "milliseconds since a telephone system asked about the test number, for the asker or without naming an agent; null: " +
      "not in the last five minutes",
  }),
  named: z.boolean().meta({ description: "whether it named the asker as the agent" }),
});

const byLayer = z.object({
  layer: canaryLayer,
  tried: count,
  held: count,
  passed: count,
  missing: count.meta({ description: "browsers in use that reported no test of this layer" }),
});
export const canaryFigures = z.object({
  browsers: count.meta({
    description:
      "browsers in which a page with numbers was in use; after the day also those that were used and said nothing, " +
      "though they had tried in the week before or their person dialled",
  }),
  layers: z.array(byLayer),
});
const browser = z.object({
  day: date,
  name: z.string().meta({ description: "whose token it is" }),
  device: z.string(),
  version: z.string().meta({ description: "the extension's; “unknown” where it never told" }),
});
export const canaryState = z.object({
  today: canaryFigures.extend({ day: date }),
  yesterday: canaryFigures.extend({ day: date }),
  passes: z.array(browser.extend({ layer: canaryLayer, at: time })).meta({
    description: "of these two days, newest first, at most 100",
  }),
  missing: z.array(browser).meta({
    description: "yesterday's browsers that reported not all layers, at most 100",
  }),
});

export type CanaryRequest = z.infer<typeof canaryRequest>;
export type CanaryAnswer = z.infer<typeof canaryAnswer>;
export type CanaryFigures = z.infer<typeof canaryFigures>;
export type CanaryState = z.infer<typeof canaryState>;
