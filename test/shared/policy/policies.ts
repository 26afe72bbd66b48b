/** Generates whole policies that the schema accepts, each clause within its limits, also for clauses added later. */
import fc from "fast-check";
import * as z from "zod";
import { type Policy, policySchema } from "../../../shared/policy/policy.ts";

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  propertyNames?: Schema;
  additionalProperties?: Schema | false;
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
}

/** Keys of records that can change a verdict, some of all registers and regions. */
const keys: Record<string, string[]> = {
  registers: ["tps", "ctps", "ndd", "us-dnc", "au-dncr", "ours"],
  hours: ["GB", "US", "FR", "IE"],
  grounds: ["tps"],
};

function any(schema: Schema, key = ""): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((s) => any(s)));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 });
    case "number":
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1, noNaN: true });
    case "string":
      return text(schema);
    case "array":
      return schema.prefixItems
        ? fc.tuple(...schema.prefixItems.map((s) => any(s)))
        : fc.array(any(schema.items!), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case "object":
      return schema.additionalProperties
        ? fc.dictionary(fc.constantFrom(...keys[key]!), any(schema.additionalProperties))
        : fc.record(
            Object.fromEntries(Object.entries(schema.properties!).map(([name, s]) => [name, any(s, name)])),
          );
    default:
      throw new Error(`no policies from ${JSON.stringify(schema)}`);
  }
}

function text({ format, pattern, minLength = 0, maxLength = 20 }: Schema): fc.Arbitrary<string> {
  if (format === "date")
    return fc
      .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  // Words that are trimmed must not be blank.
  const blank = fc.string({ maxLength: Math.min(maxLength, 20) });
  return minLength === 0 ? blank : blank.map((s) => `x${s.padEnd(minLength, "y")}x`);
}

export const policies: fc.Arbitrary<Policy> = any(z.toJSONSchema(policySchema) as Schema).map((policy) =>
  policySchema.parse(policy),
);
