/** The API of connectors; shared/api.ts has the rules that hold for all of it. */
import * as z from "zod";
import { count, limit, text, time } from "../api.ts";
import { connectorKinds } from "./kinds.ts";

const field = text(200);

const connectorObject = z.object({
  name: z.string().regex(/^[A-Za-z]\w{0,59}$/, "a kind of record, by its name in the CRM's API"),
  numbers: z.array(field).min(1).max(20),
  country: field.optional(),
  party: field.optional().meta({
    description: "says whose line it is: consumer, sole trader, partnership or company",
  }),
  account: field.optional().meta({
    description:
      "names the account (company) that the record belongs to, by its id; of accounts themselves, their own id",
  }),
  source: field.optional().meta({ description: "says where its numbers came from" }),
  since: field.optional().meta({ description: "says since when it is there" }),
  notice: field.optional().meta({ description: "says what notice the person was given, and when" }),
  flag: field.optional().meta({
    description: "the CRM's own flag against calls: it comes in, and an objection sets it",
  }),
  flagBy: field.optional().meta({ description: "says who said so; with `flagAt` the flag is an objection" }),
  flagAt: field.optional().meta({ description: "says when" }),
  consentAt: field.optional().meta({
    description:
      "says since when they consent to calls: with the next two it is proposed as a consent, which a person reviews",
  }),
  consentFor: field.optional().meta({ description: "says to which calls" }),
  consentProof: field.optional().meta({ description: "says where the proof lies" }),
  consentOut: field.optional().meta({
    description:
      "a field of its own, into which ClearDial writes until when they consent by a consent on record here, and that it ended; nothing in it is read as a consent or a withdrawal",
  }),
});
export const connectorSetup = z.object({
  settings: z.record(z.string().max(40), z.string().trim().max(500)).default({}),
  objects: z.array(connectorObject).min(1).max(5),
  fields: z.object({ verdict: field, date: field, reasons: field }),
  dates: z
    .enum(["changed", "screened"])
    .default("changed")
    .meta({ description: "`screened` writes the date at every screening: one write for each contact" }),
});
export const connectorRequest = z.object({
  kind: z.enum(connectorKinds),
  name: text(100),
  setup: connectorSetup,
  way: z.string().max(20).meta({ description: "how to sign in: one of its kind's ways" }),
  secret: z
    .record(z.string().max(40), text(4000))
    .optional()
    .meta({ description: "never answered. A change without it keeps the stored credentials" }),
});

export const connectorKindCount = z.object({
  name: z.string().meta({ description: "a kind of record of the set-up" }),
  contacts: z.int(),
  written: z.int(),
  refused: z.int(),
  refusal: z.string().nullable().meta({ description: "the CRM's own reason for the last one" }),
  absent: z.array(z.string()).optional().meta({
    description:
      "fields of the set-up that no record has, of a mapped CRM: misspelt, or empty in all; absent where none",
  }),
});

export const connectorRun = z.object({
  id: z.string(),
  trial: z.boolean().meta({ description: "writes nothing; `written` counts what it would write" }),
  state: z.enum(["running", "done", "failed", "stopped"]),
  screening: z.string().nullable(),
  contacts: z.int(),
  numbers: z.int(),
  clear: z.int().meta({ description: "contacts whose strictest verdict this is; so are the next three" }),
  caution: z.int(),
  blocked: z.int(),
  unknown: z.int(),
  none: z.int().meta({ description: "contacts without a number" }),
  invalid: z.int().meta({ description: "fields with text that is not a number" }),
  written: z.int(),
  refused: z.int().meta({ description: "contacts that the CRM refused to change" }),
  refusal: z.string().nullable(),
  kinds: z
    .array(connectorKindCount)
    .meta({ description: "the same by kind of record; empty for a run of before this was counted" }),
  failures: z.int().meta({ description: "in a row, of the current slice" }),
  error: z.string().nullable(),
  due: time.nullable().meta({ description: "the next retry, after a failure" }),
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
  finishedAt: time.nullable(),
});
export const connectorSchema = z.object({
  id: z.string(),
  kind: z.enum(connectorKinds),
  name: z.string(),
  setup: connectorSetup,
  way: z.string(),
  active: z.boolean(),
  triedAt: time.nullable(),
  verified: z.boolean().meta({ description: "tried on the vendor's own system" }),
  error: z.string().nullable().meta({ description: "why marking changed verdicts last failed" }),
  last: connectorRun.nullable(),
  nextAt: time.nullable().meta({ description: "when it is next screened by itself" }),
  flags: z
    .object({
      readAt: time.nullable().meta({
        description: "when the last reading that came to its end began: what was set later is not known",
      }),
      nextAt: time.nullable().meta({ description: "when they are next read; null while it is off" }),
      error: z.string().nullable().meta({ description: "why the last reading failed" }),
    })
    .nullish()
    .meta({ description: "of the CRM's own flags and consents; null where the set-up names none" }),
  changes: z
    .object({
      readAt: time.nullable().meta({
        description: "when the last reading that came to its end began: what changed later is not known",
      }),
      error: z.string().nullable().meta({ description: "why the last reading failed" }),
      failures: count
        .optional()
        .meta({ description: "readings in a row that failed; absent from an older Worker" }),
      contested: z.object({ records: count, at: time }).optional().meta({
        description:
          "records whose fields somebody overwrote within a day of their being written again, or whose flag within a day of its being set, or that keep words of a consent which is over, in the last day; absent where none",
      }),
    })
    .nullish()
    .meta({
      description: "of what changes in the CRM between runs; null where that was not read yet, or cannot be",
    }),
  consentsLeft: z
    .array(
      z.object({
        host: z.string(),
        object: z.string(),
        field: z.string(),
        at: time.meta({ description: "since when the set-up does not name the field" }),
        until: z.string().meta({ description: "the last day of its words; 9999-12-31: none is known" }),
      }),
    )
    .nullish()
    .meta({
      description:
        "where ClearDial's words of consents in force may stay, which it does not look after any more; null just after a change of the set-up, absent from an older Worker",
    }),
  signIn: z
    .object({
      at: time.nullable().meta({ description: "null: nobody has yet" }),
      account: z
        .string()
        .meta({ description: "the vendor's account, by its own answer; empty where it says none" }),
      endsAt: time
        .nullable()
        .meta({ description: "when somebody has to sign in again, where the set-up says how long it lasts" }),
      over: z.string().nullish().meta({
        description:
          "why access has ended: what the CRM said to its last renewal; absent from an older Worker",
      }),
      waits: z
        .object({
          account: z.string(),
          by: z.string().meta({ description: "who began it" }),
          until: time.meta({ description: "by when its code has to be entered" }),
        })
        .optional()
        .meta({ description: "the CRM let ClearDial in, and nobody has entered the code yet; else absent" }),
    })
    .nullish()
    .meta({ description: "who signs in, in the browser; null for another way" }),
  by: z.string().meta({ description: "who signed in or entered credentials last" }),
  at: time.meta({ description: "when they did" }),
});
export const connectorSignIn = z.object({
  url: z.string().meta({ description: "the CRM's own page: open it in a browser" }),
  until: time.meta({ description: "by when it has to be agreed to" }),
});
export const connectorCode = z.object({
  code: z
    .string()
    .trim()
    .min(1)
    .max(20)
    .meta({ description: "the code that the page showed after the CRM's" }),
});
export const connectorsAnswer = z.object({
  sealed: z.boolean().meta({ description: "the Worker has a key to seal credentials with" }),
  callback: z.string().optional().meta({
    description: "where a CRM's app sends the browser back to after a sign-in; absent from an older Worker",
  }),
  rescreenDays: z.int(),
  kinds: z.array(z.object({ kind: z.enum(connectorKinds), document: z.string(), verified: z.boolean() })),
  connectors: z.array(connectorSchema),
});
export const connectorTest = z.object({
  ok: z.boolean(),
  error: z.string().nullable(),
  contacts: z.int().meta({ description: "on the first page of each kind of record" }),
  numbers: z.int(),
  kinds: z.array(
    z.object({
      name: z.string(),
      contacts: z.int(),
      numbers: z.int(),
      proved: z.boolean().meta({
        description:
          "an empty record took the longest text in each of our fields, gave it back, and was emptied again",
      }),
      absent: z.array(z.string()).optional().meta({
        description: "fields of the set-up that no record of the page has, as of a run",
      }),
    }),
  ),
});
export const connectorFieldsRequest = z.object({
  make: z.boolean().meta({ description: "false says what it would make" }),
  secret: z
    .record(z.string().max(40), text(4000))
    .optional()
    .meta({ description: "an administrator's own credentials, used for this and kept nowhere" }),
});
export const connectorFieldsAnswer = z.object({
  ok: z.boolean().meta({ description: "all fields are there" }),
  error: z.string().nullable().meta({ description: "why the CRM could not be asked" }),
  fields: z.array(
    z.object({
      object: z.string().meta({ description: "a kind of record of the set-up" }),
      field: z
        .enum(["verdict", "date", "reasons", "flagBy", "flagAt", "consentOut"])
        .meta({ description: "of those after `reasons`, only what is missing, or was" }),
      name: z.string().meta({ description: "the CRM's name for it" }),
      state: z.enum(["there", "missing", "hidden", "made", "other", "refused"]).meta({
        description:
          "`hidden`: it is there, and ClearDial's user may not read or write it; `other`: it is of another type, and left as it is",
      }),
      is: z.string().nullable().meta({ description: "its type, in the CRM's words" }),
      why: z.string().nullable().meta({ description: "the CRM's own reason for a refusal" }),
    }),
  ),
});
export const connectorRunRequest = z.object({ trial: z.boolean() });
export const connectorSwitch = z.object({ active: z.boolean() });
export const connectorRunsQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: limit(100, 20),
});
export const connectorRunsAnswer = z.object({ runs: z.array(connectorRun), next: z.int().nullable() });

export type ConnectorSetup = z.infer<typeof connectorSetup>;
export type ConnectorRequest = z.infer<typeof connectorRequest>;
export type ConnectorKindCount = z.infer<typeof connectorKindCount>;
export type ConnectorRun = z.infer<typeof connectorRun>;
export type Connector = z.infer<typeof connectorSchema>;
export type ConnectorsAnswer = z.infer<typeof connectorsAnswer>;
export type ConnectorTest = z.infer<typeof connectorTest>;
export type ConnectorFieldsRequest = z.infer<typeof connectorFieldsRequest>;
export type ConnectorFieldsAnswer = z.infer<typeof connectorFieldsAnswer>;
export type ConnectorRunsAnswer = z.infer<typeof connectorRunsAnswer>;
