/** Generates requests for every route from the OpenAPI document: valid ones, ones with one fault, and rubbish. */
import * as fc from "fast-check";
import type { Role, Scope } from "../../../shared/people/api.ts";

export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}
export interface Operation {
  method: string;
  path: string;
  "x-roles": Role[] | "public";
  "x-scopes": Scope[];
  parameters?: { name: string; in: "path" | "query" | "header"; required?: boolean; schema: Schema }[];
  requestBody?: { content?: Record<string, { schema: Schema }> };
}

export interface Made {
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
}

/** Existing values: by the name of a field or parameter, the values seen under it. */
export type Pool = ReadonlyMap<string, readonly string[]>;

/** Texts that break code which trusts them. */
const HARD = [
  ...[
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "null",
    "undefined",
    "true",
    "[]",
    "{}",
    "'",
    '"',
    "`",
    "\\",
    "%",
    "%00",
  ],
  ..."'; DROP TABLE people; --|<script>alert(1)</script>|../../etc/passwd|${7*7}|{{7*7}}|__proto__|constructor".split(
    "|",
  ),
  ...["\u0000", "\ud800", "\ufeff", "\u202e", "\u2028", "🤖".repeat(50), "a\r\nx-injected: 1", "٠١٢٣٤٥٦٧٨٩"],
  ...["+442079460958", "020 7946 0958", "+1", `+${"9".repeat(300)}`, "2026-02-30", "9999-12-31T23:59:60Z"],
  ...["9007199254740993", "99999999999999999999", "x".repeat(5000), "tps", "current", "none"],
];
const hard: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HARD) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 53, 1e308, -(2 ** 63), [], {}, [[]]),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const number = (schema: Schema, whole: boolean): fc.Arbitrary<number> => {
  const { minimum: min = -1000, maximum: max = Math.max(min, 0) + 1_000_000 } = schema;
  return whole
    ? fc.integer({ min, max: Math.min(max, Number.MAX_SAFE_INTEGER) })
    : fc.double({ min, max, noNaN: true });
};
const day = fc
  .integer({ min: -2000, max: 700 })
  .map((days) => new Date(Date.UTC(2026, 10, 25) + days * 86_400_000).toISOString());

function text(schema: Schema): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = minLength + 40 } = schema;
  if (format === "date") return day.map((d) => d.slice(0, 10));
  if (format === "date-time") return day;
  if (format === "email") return fc.constantFrom("eve@example.com", "dora@example.com", "a.b+c@example.org");
  if (format === "uri") return fc.constantFrom("https://example.com/a", "http://localhost:1");
  if (pattern?.startsWith("^\\+[1-9]"))
    return fc.constantFrom("+442079460958", "+14155550134", "+33142685300");
  if (pattern !== undefined && !/\(\?|\\P/.test(pattern)) return fc.stringMatching(new RegExp(pattern));
  const least = { minLength, maxLength: Math.min(maxLength, Math.max(minLength, 80)) };
  const known = HARD.filter((one) => one.length >= minLength && one.length <= maxLength);
  return fc.oneof(
    fc.string(least),
    fc.string({ ...least, unit: "grapheme" }),
    fc.constantFrom("Ann", ...known),
  );
}

/** A value that a schema accepts, or very nearly. */
export function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(arbitraryOf));
  if (schema.allOf) return arbitraryOf(Object.assign({}, ...schema.allOf) as Schema);
  const { type } = schema;
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => arbitraryOf({ ...schema, type: one })));
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return number(schema, type === "integer");
    case "string":
      return text(schema);
    case "array": {
      if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map(arbitraryOf));
      const { minItems: minLength = 0, maxItems = minLength + 4 } = schema;
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength,
        maxLength: Math.min(maxItems, minLength + 4),
      });
    }
    case "object": {
      const { properties = {}, required = [], additionalProperties: more } = schema;
      const own = Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, arbitraryOf(value)]),
      );
      const named = fc.record(own, { requiredKeys: required });
      if (typeof more !== "object") return named;
      const others = fc.dictionary(fc.constantFrom("tps", "ctps", "x", "__proto__"), arbitraryOf(more));
      return fc.tuple(named, others).map(([a, b]) => ({ ...b, ...a }));
    }
    default:
      return hard;
  }
}

/** A value with one part replaced, removed or added. */
const spoilt = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.nat(), fc.nat(3), hard)
    .map(([where, how, instead]) => spoil(structuredClone(value), where, how, instead));

function spoil(value: unknown, where: number, how: number, instead: unknown): unknown {
  if (typeof value !== "object" || value === null) return instead;
  const keys = Object.keys(value);
  const key = keys[where % (keys.length || 1)];
  const holder = value as Record<string, unknown>;
  if (key === undefined || how === 3) holder[JSON.stringify(instead).slice(0, 20)] = instead;
  else if (how === 0 && !Array.isArray(value)) delete holder[key];
  else holder[key] = how === 1 ? instead : spoil(holder[key], where >> 3, how, instead);
  return value;
}

const rubbish: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc.constantFrom(
    "",
    "{",
    "[",
    "null",
    "1",
    '"',
    '{"a":1,"a":2}',
    "[".repeat(5000),
    '{"a":'.repeat(3000),
    "\ufeff{}",
  ),
  fc.constantFrom('{"__proto__":{"role":"admin"}}', '{"constructor":{"prototype":{}}}', "1".repeat(20_000)),
);

const pathValue = (schema: Schema): fc.Arbitrary<string> =>
  fc.oneof(arbitraryOf(schema), fc.constantFrom(...HARD)).map((value) => String(value).slice(0, 2000));

/** Headers that some route reads, with values. */
const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    "idempotency-key",
    "if-match",
    "range",
    "accept-language",
    "origin",
    "accept",
    "x-forwarded-for",
  ),
  fc.oneof(
    fc.constantFrom(
      '"1"',
      '"0"',
      "*",
      "bytes=0-",
      "bytes=5-1",
      "bytes=-0",
      "bytes=99999999999999999999-",
      "en",
      "xx-",
    ),
    fc.constantFrom("null", "https://evil.example", "0123456789abcdef", "same-key-again", "x".repeat(300)),
    fc.string({ maxLength: 40 }).map((said) => said.replace(/[^\x21-\x7e]/g, "~")),
  ),
  { maxKeys: 2 },
);

/** `(field) => value`: an existing value of that name, if one is known. */
type Known = (name: string, nth: number) => string | undefined;

/** One request of an operation. Existing values are filled in when it is sent, as only then they are known. */
export function requestOf(operation: Operation): fc.Arbitrary<(pool: Pool) => Made> {
  const { parameters = [], requestBody } = operation;
  const named = (place: string) => parameters.filter((p) => p.in === place);
  const schema = requestBody?.content?.["application/json"]?.schema;
  const inPath = fc.tuple(...named("path").map((p) => pathValue(p.schema)));
  const inQuery = fc.record(Object.fromEntries(named("query").map((p) => [p.name, pathValue(p.schema)])), {
    requiredKeys: [],
  });
  const good: fc.Arbitrary<unknown> = schema ? arbitraryOf(schema) : fc.constant(undefined);
  const isFile = operation.method === "PUT" && !schema;
  const body: fc.Arbitrary<{ json?: unknown; raw?: string | Uint8Array }> = fc.oneof(
    { weight: 6, arbitrary: good.map((json) => ({ json })) },
    { weight: 4, arbitrary: good.chain(spoilt).map((json) => ({ json })) },
    { weight: isFile ? 12 : 2, arbitrary: rubbish.map((raw) => ({ raw })) },
  );
  const type = fc.oneof(
    { weight: isFile ? 1 : 20, arbitrary: fc.constant("application/json") },
    { weight: isFile ? 8 : 1, arbitrary: fc.constantFrom("audio/wav", "application/pdf", "image/png") },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "application/json; charset=x",
      ),
    },
  );
  return fc
    .record({ inPath, inQuery, body, type, more: headers, pick: fc.nat(), real: fc.nat(9) })
    .map(({ inPath, inQuery, body, type, more, pick, real }) => (pool) => {
      const known: Known = (name, nth) => {
        const values = pool.get(name) ?? [];
        return values.length > 0 && (pick + nth) % 10 < 6 ? values[(pick + nth) % values.length] : undefined;
      };
      let nth = 0;
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = (real < 7 ? known(nameIn(operation.path, name), nth) : undefined) ?? inPath[nth] ?? "";
        nth++;
        return encode(value);
      });
      const query = Object.entries(inQuery as Record<string, string>).map(
        ([key, v]) => `${key}=${encode(v)}`,
      );
      const json = body.json === undefined ? undefined : withKnown(body.json, known);
      const sent = body.raw ?? (json === undefined ? null : JSON.stringify(json));
      const bears = operation.method !== "GET" && sent !== null;
      return {
        path: path + (query.length > 0 ? `?${query.join("&")}` : ""),
        headers: { ...more, ...(bears && type !== "" ? { "content-type": type } : {}) },
        body: bears ? sent : null,
      };
    });
}

/** In `/v1/requests/{id}/files/{file}`: which resource an id belongs to. */
const nameIn = (path: string, name: string): string => {
  const of = /\/(\w+)\/\{(\w+)\}/g;
  for (const [, room, param] of path.matchAll(of)) if (param === name) return `${room}.${name}`;
  return name;
};

/** Encodes for a URL, and replaces lone surrogates, which cannot be encoded. */
const encode = (value: string): string => encodeURIComponent(value.toWellFormed()) || "%20";

/** Replaces some values of a body by existing ones. */
function withKnown(value: unknown, known: Known, name = "", depth = 0): unknown {
  if (Array.isArray(value)) return value.map((one) => withKnown(one, known, name, depth + 1));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one], i) => [key, withKnown(one, known, key, depth + i + 1)]),
    );
  return typeof value === "string" ? (known(name, depth) ?? value) : value;
}
