/** Doubles of the vendors' systems: they keep records in memory and answer as the vendors' documents say (vendors.ts). */
import { vi } from "vitest";
import type { ConnectorSetup } from "../../../shared/connectors/api.ts";
import { type ConnectorKind, kinds } from "../../../shared/connectors/kinds.ts";
import { HASHES, vendors } from "./vendors.ts";

export type Fields = Record<string, unknown>;
interface CrmRecord {
  id: string;
  fields: Fields;
  /** When it was made or changed (milliseconds). */
  at: number;
}

export interface Double {
  setup: ConnectorSetup;
  way: string;
  secret: Record<string, string>;
  /** By object. */
  records: Record<string, CrmRecord[]>;
  /** Ids of records that it refuses to change. */
  refuses: Set<string>;
  /** Fields that it does not have: `object field`. */
  lacks: Set<string>;
  /** Characters that a text may have. */
  longest: number;
  /** What its role may: all, read without writing, or read what is its own (nothing). */
  role: "all" | "reads" | "own";
  /** When a write happens. */
  clock: () => number;
  /** Answers in its place, before anything is done: 429, 500 and the like. */
  instead: (request: Request) => Response | null | undefined | Promise<Response | null>;
  /** What was written, in order: `object id`. */
  writes: string[];
  /** Records on which a set-up was tried, and the one that has not got back what it had. */
  tried: string[];
  trying: string;
  requests: string[];
  /** Expires all access tokens granted so far. */
  expire: () => void;
  tokens: () => number;
}

/** An answer whose body breaks off after its first byte. */
export const brokenOff = (status: number): Response => {
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (to) => {
      if (sent) to.error(new TypeError("network connection lost"));
      else to.enqueue(new TextEncoder().encode("{"));
      sent = true;
    },
  });
  return new Response(body, { status });
};

/** A vendor's system that answers every `fetch` from now on. */
export function doubleOf(kind: ConnectorKind): Double {
  const { settings, way, secret, grants, lets, answer } = vendors[kind];
  let granted = 0;
  let refresh = secret["refreshToken"] ?? secret["code"];
  let valid = "";
  const { objects, fields } = kinds[kind];
  const crm: Double = {
    setup: {
      settings: { ...settings },
      objects: structuredClone(objects) as ConnectorSetup["objects"],
      fields: { ...(kind === "pipedrive" ? HASHES : fields) },
      dates: "changed",
    },
    way,
    secret: { ...secret },
    records: Object.fromEntries(objects.map(({ name }) => [name, []])),
    refuses: new Set(),
    lacks: new Set(),
    longest: 255,
    role: "all",
    clock: Date.now,
    instead: () => null,
    writes: [],
    tried: [],
    trying: "",
    requests: [],
    expire: () => (valid = ""),
    tokens: () => granted,
  };
  const grant = async (request: Request): Promise<Response> => {
    const form = await request.formData();
    const given = form.get("refresh_token") ?? form.get("code");
    // A replaced refresh token is no longer valid.
    if (given !== (refresh ?? null) || form.get("client_secret") !== "secret")
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    valid = `access-${++granted}`;
    if (refresh !== undefined) refresh = `refresh-${granted}`;
    return Response.json({
      access_token: valid,
      token_type: "Bearer",
      expires_in: 3600,
      ...(refresh !== undefined && { refresh_token: refresh }),
    });
  };
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    if (request.url === grants) return grant(request);
    const url = new URL(request.url);
    crm.requests.push(`${request.method} ${url.host}${url.pathname}`);
    const other = await crm.instead(request);
    if (other) return other;
    if (!(await lets(request, valid))) return Response.json({ code: "INVALID_TOKEN" }, { status: 401 });
    return answer(crm, request, url);
  });
  return crm;
}

/** Adds contacts to a double and returns their ids. A string is a number in the first field with numbers. */
export function fill(
  crm: Double,
  kind: ConnectorKind,
  numbers: readonly (string | Fields)[],
  object = 0,
): string[] {
  const { name, numbers: fields } = crm.setup.objects[object]!;
  const before = crm.records[name]!.length;
  const added = numbers.map((one, n) => ({
    id: vendors[kind].id(before + n + 1000 * object),
    fields: typeof one === "string" ? { [fields[0]!]: one } : one,
    at: crm.clock(),
  }));
  crm.records[name]!.push(...added);
  return added.map(({ id }) => id);
}

const recordOf = (crm: Double, id: string): CrmRecord =>
  Object.values(crm.records)
    .flat()
    .find((one) => one.id === id)!;

/** Somebody changes a record there. */
export function edit(crm: Double, id: string, fields: Fields): void {
  const record = recordOf(crm, id);
  Object.assign(record.fields, fields);
  record.at = crm.clock();
}

/** What a record's three fields of ours hold. */
export function marked(crm: Double, id: string) {
  const { verdict, date, reasons } = crm.setup.fields;
  const record = recordOf(crm, id);
  return [verdict, date, reasons].map((field) => record.fields[field] ?? null);
}
