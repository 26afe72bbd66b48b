/**
 * Each request that the extension makes while an agent works, with everything that its body may hold. leaves.test.ts
 * compares the wire with it, and store/listing.md tells the stores the same.
 */
import { entriesEn } from "../../../shared/texts/do-not-call/entries.en.ts";
import * as z from "zod";
import { everyLayer } from "../../../shared/canary/number.ts";
import { consentBasis, objectionScope } from "../../../shared/do-not-call/api.ts";
import { dialAction, dialLayer } from "../../../shared/dials/api.ts";
import { verdictSchema } from "../../../shared/check/api.ts";
import { regions } from "../../../shared/law/regions.ts";
import { reasonCodes } from "../../../shared/check/verdict.ts";

const number = z.string().regex(/^\+\d{8,15}$/);
const code = z.enum([...reasonCodes, "tps", "ctps"]);
const list = z.enum(["tps", "ctps"]);
const day = z.iso.date();
/** The id of a rule, from our own table. */
const rule = z.enum(Object.values(regions).flatMap(({ rules }) => rules.map(({ id }) => id)));

/** `host`: the dialling page's. `typed`: what was typed into our own forms. */
export const bodies = (
  host: string,
  typed: readonly string[],
): Record<string, z.ZodObject | z.ZodUndefined> => ({
  "GET /v1/health": z.undefined(),
  "GET /v1/me": z.undefined(),
  "GET /v1/policy": z.undefined(),
  "GET /v1/changes": z.undefined(),
  "POST /v1/join": z.strictObject({
    code: z.string().regex(/^cdi_[\w-]+$/),
    device: z.string().regex(/^Chrome on \w+$/),
  }),
  "POST /v1/check": z.strictObject({ numbers: z.array(number) }),
  "POST /v1/canary": z.strictObject({
    browser: z.string().regex(/^[0-9a-f]{32}$/),
    version: z.string().regex(/^[\d.]+$/),
    day: day.optional(),
    /** Whether the browser's gate is on. */
    gate: z.boolean(),
    results: z.array(z.strictObject({ layer: z.enum(everyLayer), held: z.boolean() })),
  }),
  "POST /v1/suppressions": z.strictObject({
    number,
    reason: z.enum(typed),
    scope: objectionScope,
    heardAt: z.iso.datetime(),
    // Who said so, in our own words.
    source: z.enum(Object.values(entriesEn.from)),
  }),
  "POST /v1/dials": z.strictObject({
    // As it was dialled, but never with words.
    number: z.string().regex(/^[\d+*#(),;=./ -]*$/),
    e164: number.nullable(),
    // The form of the address, from our own table: nothing that a page wrote.
    via: z.enum(["tel:", "sip:"]).optional(),
    layer: dialLayer.optional(),
    action: dialAction,
    verdict: verdictSchema,
    reasons: z.array(
      z.strictObject({ code, list: list.optional(), asOf: day.optional(), rule: rule.optional() }),
    ),
    seen: z
      .strictObject({
        ...{ seq: z.int(), policy: z.int() },
        lists: z.array(z.strictObject({ id: list, version: z.int(), asOf: day })),
      })
      .nullable(),
    basis: consentBasis.optional(),
    reason: z.enum(typed).optional(),
    host: z.string().refine((said) => said === host),
    at: z.iso.datetime(),
  }),
});
