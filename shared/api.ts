/**
 * The parts of the API's schemas that all concerns share. Each concern has its own file (people/api.ts, check/api.ts and
 * so on) with one zod schema for each request and response; types and the OpenAPI document are made from them. Field
 * names are camelCase, times ISO 8601 in UTC, dates YYYY-MM-DD. Numbers are accepted as written and returned in E.164.
 */
import * as z from "zod";
import { MAX_BULK } from "./core/limits.ts";
import { isText } from "./core/text.ts";

/** Raised when an older extension could misread an answer. An extension that is too old tells its user what to do. */
export const API_VERSION = 1;

// People read these messages too, for example beside a line of an import, so they name what is expected.
export const time = z.iso.datetime("a time such as 2026-11-25T14:30:00Z");
export const date = z.iso.date("a day such as 2026-11-25");
export const e164 = z.string().regex(/^\+[1-9]\d{1,14}$/, "a number such as +442079460958");
/** A telephone number as people write it. */
export const written = z.string().min(1).max(100);
export const text = (max: number) =>
  z.string().trim().min(1).max(max).refine(isText, "text in Unicode, without halves of characters and NUL");
/** Text on one line, so that it cannot begin a second line in a letter or beside a name. */
export const line = (max: number) => text(max).regex(/^\P{Cc}*$/u, "one line");
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM");
export const count = z.int().min(0);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** An ISO 3166-1 alpha-2 code. */
export const region = z.string().regex(/^[A-Z]{2}$/);
export const medium = z.enum(["call", "message"]);
/** A call's direction, from the company's side. */
export const direction = z.enum(["inbound", "outbound"]);

/** A query's period. */
export const days = {
  from: date.optional(),
  to: date.optional().meta({ description: "the last day, in UTC" }),
};
export const limit = (most: number, usual = 50) => z.coerce.number().int().min(1).max(most).default(usual);
/** A month (UTC) in a path. */
export const monthParams = z.object({
  month: z.string().regex(/^2\d{3}-(0[1-9]|1[0-2])$/, "a month such as 2026-08"),
});
/** The paging fields of a query. `after` is the `next` of the page before. */
export const paged = (most: number, usual?: number) => ({
  after: z.string().max(200).optional(),
  limit: limit(most, usual),
});
/** The same of a month that is taken out, whose pages go by moment and id: another `after` would end it early. */
export const pagedByMoment = (most: number, usual?: number) => ({
  ...paged(most, usual),
  after: z
    .string()
    .max(200)
    .regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z\|.+$/, "the next of the page before")
    .optional(),
});
/** Of a list whose pages read so many rows and no more. */
export const mayBeShort = {
  description: "the next `after`. A page may be short, or empty: continue while this is not null",
};

/** Rows are validated one by one: an invalid row is refused alone, with its reason. */
export const bulkRows = z.array(z.record(z.string(), z.unknown())).min(1).max(MAX_BULK);
/** The result of one row. */
export const rowResult = {
  status: z.enum(["added", "there", "refused"]),
  code: z.string().optional().meta({ description: "the problem's code, if refused" }),
  why: z.string().optional().meta({ description: "the reason in words, if refused" }),
};

export const healthAnswer = z.object({
  ok: z.literal(true),
  api: z.int(),
  version: z.string(),
  at: time,
  setup: z.boolean().meta({ description: "true while there are no people: POST /v1/setup is open" }),
});

/** A challenge of ALTCHA, version 2: any of its libraries solves it. */
export const challengeSchema = z.object({
  parameters: z.object({
    algorithm: z.string(),
    cost: z.int(),
    expiresAt: z.int().meta({ description: "seconds since 1970" }),
    keyLength: z.int(),
    keyPrefix: z.string(),
    keySignature: z.string(),
    nonce: z.string(),
    salt: z.string(),
  }),
  signature: z.string(),
});

/** RFC 9457. `code` is stable; `title` and `detail` are for people and may change. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  challenge: challengeSchema.optional().meta({
    description:
      "of `challenge-unsolved`: to be solved, and sent with the request. The whole is an ALTCHA challenge, version 2",
  }),
});

export type Challenge = z.infer<typeof challengeSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type HealthAnswer = z.infer<typeof healthAnswer>;
