/**
 * A stand-in that answers as EspoCRM 9.1.7 was seen to: what a list leaves out, what is ignored without a word, and what is
 * refused, by header and by body.
 */
import type { Double, Fields } from "./kit.ts";
import type { Vendor } from "./vendors.ts";

/** Notes a write; that a set-up was tried on a record, and put back what was there, is noted apart. */
export function wrote(crm: Double, object: string, id: string, values: Fields): void {
  const record = `${object} ${id}`;
  const tries = Object.values(values).some((text) => String(text).startsWith("ClearDial tries"));
  if (tries) crm.tried.push(record);
  const restores = !tries && crm.trying === record;
  crm.trying = tries ? record : "";
  if (!tries && !restores) crm.writes.push(record);
}

const json = (data: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(data, { status, headers });
const refused = (status: number, reason: string): Response =>
  new Response(null, { status, headers: { "x-status-reason": reason } });

/** `2026-11-28 20:33:04`, in UTC. */
export const espoTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

/** All numbers of a record, as its own address tells them: `phoneNumberData` of a test is a list of further ones. */
const numbersOf = ({ phoneNumber, phoneNumberData, optedOut }: Fields) =>
  [phoneNumber, ...((phoneNumberData ?? []) as string[])]
    .filter((one) => typeof one === "string" && one !== "")
    .map((number, i) => ({
      ...{ phoneNumber: number, type: i === 0 ? "Office" : "Mobile", primary: i === 0, invalid: false },
      optOut: ((optedOut ?? []) as unknown[]).includes(number),
    }));

const shown = (crm: Double, object: string, fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(
    names
      // Of a field that does not exist there is no key, and of one that is empty a null.
      .filter((name) => name !== "phoneNumberData" && !crm.lacks.has(`${object} ${name}`))
      .map((name) => [name, fields[name] ?? null]),
  );

const invalid = (object: string, field: string, type: string): Response =>
  json({ messageTranslation: { label: "validationFailure", scope: null, data: { field, type } } }, 400, {
    "x-status-reason": `Field validation failure; entityType: ${object}, field: ${field}, type: ${type}.`,
  });

type Held = Double["records"][string][number];
/** The conditions of a list, all of which must be met. */
const conditionsOf = (query: URLSearchParams) =>
  [0, 1, 2].flatMap((n) => {
    const [type = null, attribute = null, value = null] = ["type", "attribute", "value"].map((name) =>
      query.get(`whereGroup[${n}][${name}]`),
    );
    const several = [...query].flatMap(([name, one]) =>
      name.startsWith(`whereGroup[${n}][value][`) ? [one] : [],
    );
    return type === null ? [] : [{ type, attribute, value: value ?? several.join(" ") }];
  });

export const espocrm: Vendor = {
  settings: { host: "https://crm.example.com" },
  way: "hmac",
  secret: { apiKey: "api-key", secretKey: "hmac-secret" },
  async lets(request) {
    const path = new URL(request.url).pathname.slice("/api/v1/".length);
    const bytes = (text: string) => new TextEncoder().encode(text);
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", bytes("hmac-secret"), algorithm, false, ["verify"]);
    const both = atob(request.headers.get("x-hmac-authorization") ?? "");
    const mac = Uint8Array.from(both.slice("api-key:".length), (c) => c.charCodeAt(0));
    const signed = await crypto.subtle.verify("HMAC", key, mac, bytes(`${request.method} /${path}`));
    return both.startsWith("api-key:") && signed;
  },
  id: (n) => `65f0${String(n).padStart(13, "0")}`,
  async answer(crm, request, { pathname, searchParams }) {
    const [, object = "", id] = /^\/api\/v1\/(\w+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    const all = crm.role === "own" ? [] : (crm.records[object] ?? []);
    if (request.method === "GET" && id === undefined) {
      const meets = conditionsOf(searchParams).map(({ type, attribute, value }) => {
        if (type === "greaterThan" && attribute === "id") return (one: Held) => one.id > value;
        if (type === "greaterThanOrEquals" && attribute === "modifiedAt")
          return (one: Held) => espoTime(one.at) >= value;
        if (type === "in" && attribute === "id") return (one: Held) => value.split(" ").includes(one.id);
        throw new Error(`${type} of ${attribute}`);
      });
      const some = all
        .filter((one) => meets.every((met) => met(one)))
        .slice(0, Number(searchParams.get("maxSize")));
      const names = searchParams.get("attributeSelect")!.split(",").slice(1);
      return json({
        total: -2,
        list: some.map((one) => ({ id: one.id, ...shown(crm, object, one.fields, names) })),
      });
    }
    const record = all.find((one) => one.id === id);
    if (!record) return refused(404, "Record does not exist.");
    const { fields } = record;
    if (request.method === "GET") {
      const names = Object.keys(fields).filter((name) => name !== "optedOut");
      return json({
        ...{ id, ...shown(crm, object, fields, names), modifiedAt: fields["modifiedAt"] ?? null },
        ...{ doNotCall: fields["doNotCall"] ?? false, phoneNumberData: numbersOf(fields) },
      });
    }
    if (request.method !== "PUT") return new Response(null, { status: 405 });
    if (crm.role === "reads" || crm.refuses.has(record.id)) return refused(403, "No edit access.");
    const given = Object.entries(await request.json<Fields>()).filter(
      ([name]) => !crm.lacks.has(`${object} ${name}`),
    );
    for (const [name, value] of given)
      if (typeof value === "string" && value.length > crm.longest) return invalid(object, name, "maxLength");
    Object.assign(fields, Object.fromEntries(given), { modifiedAt: espoTime(crm.clock()) });
    record.at = crm.clock();
    wrote(crm, object, record.id, Object.fromEntries(given));
    return json({ id, ...shown(crm, object, fields, Object.keys(fields)) });
  },
};
