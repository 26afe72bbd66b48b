/**
 * What each vendor's system answers, by its published document (see worker/connectors/kinds/): its shapes, its limits, and a
 * refusal of any other request.
 */
import { type ConnectorKind, namedIn } from "../../../shared/connectors/kinds.ts";
import { espocrm, wrote } from "./espocrm.ts";
import type { Double, Fields } from "./kit.ts";

const json = (data: unknown, status = 200): Response => Response.json(data, { status });
export const HASHES = { verdict: "a".repeat(40), date: "b".repeat(40), reasons: "c".repeat(40) };
/** The most rows that a server answers, whatever is asked for. EspoCRM answers as many as asked. */
const SERVER_MOST = 100;

export interface Vendor {
  settings: Record<string, string>;
  way: string;
  secret: Record<string, string>;
  /** The address that grants tokens. */
  grants?: string;
  lets: (request: Request, token: string) => Promise<boolean> | boolean;
  id: (n: number) => string;
  answer: (crm: Double, request: Request, url: URL) => Promise<Response> | Response;
}

/** Fields of a mapped CRM's records besides numbers, countries and ours. */
const plain = ["/flag", "/consentAt", "/consentFor", "/consentProof", "/by", "/at"];
const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
/** The fields of a kind of record: all that the set-up names, but for those that it does not have. */
const fieldsIn = ({ setup, lacks }: Double, object: string): string[] =>
  setup.objects
    .filter(({ name }) => name === object)
    .flatMap((one) => [...one.numbers, ...namedIn(one), ...Object.values(setup.fields)])
    .filter((name) => !lacks.has(`${object} ${name}`));
const isBearer = (request: Request, token: string) =>
  request.headers.get("authorization") === `Bearer ${token}`;

function write(crm: Double, object: string, id: string, values: Fields): boolean {
  const record = crm.records[object]?.find((one) => one.id === id);
  if (!record || crm.refuses.has(id)) return false;
  for (const [name, value] of Object.entries(values)) record.fields[name] = value === "" ? null : value;
  record.at = crm.clock();
  wrote(crm, object, id, values);
  return true;
}

/** A search of HubSpot's: by the time of change that the object has, and by id. */
interface Search {
  filterGroups: { filters: { propertyName: string; operator: string; value: string }[] }[];
  sorts: { propertyName: string }[];
  properties: string[];
  limit: number;
}
function found(
  all: Double["records"][string],
  object: string,
  { filterGroups, sorts, properties, limit }: Search,
): Response {
  const time = object === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";
  const given = new Map(
    filterGroups[0]!.filters.map((one) => [`${one.propertyName} ${one.operator}`, Number(one.value)]),
  );
  const known = [...given.keys()].every((name) => [`${time} GTE`, "hs_object_id GT"].includes(name));
  if (!known || limit > 200 || sorts[0]?.propertyName !== "hs_object_id")
    return json({ status: "error", category: "VALIDATION_ERROR" }, 400);
  const left = all.filter(
    ({ id, at }) => at >= given.get(`${time} GTE`)! && Number(id) > (given.get("hs_object_id GT") ?? 0),
  );
  return json({
    total: left.length,
    results: left.slice(0, limit).map(({ id, fields }) => ({ id, properties: pick(fields, properties) })),
    ...(left.length > limit && { paging: { next: { after: String(limit) } } }),
  });
}
/** Those that changed at a moment, as a vendor is given it, or later; all without one. Refuses what is no moment in UTC. */
function since(all: Double["records"][string], moment: string | null | undefined) {
  if (moment === null || moment === undefined) return all;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)$/.test(moment)) throw new Error(`no moment: ${moment}`);
  return all.filter(({ at }) => at >= Date.parse(moment));
}

/** Those that have ids, where any are given. */
const withIds = (all: Double["records"][string], ids: readonly string[] | undefined) =>
  ids === undefined ? all : all.filter(({ id }) => ids.includes(id));

export const vendors: Record<ConnectorKind, Vendor> = {
  hubspot: {
    settings: {},
    way: "token",
    secret: { token: "pat-eu1-secret" },
    lets: (request) => isBearer(request, "pat-eu1-secret"),
    id: (n) => String(1000 + n),
    async answer(crm, request, { pathname, searchParams }) {
      if (pathname === "/account-info/v3/details")
        return json({
          ...{ portalId: 62515, accountType: "STANDARD" },
          ...{ uiDomain: "app-eu1.hubspot.com", dataHostingLocation: "eu1" },
        });
      const [, of] = /^\/crm\/v3\/properties\/(\w+)$/.exec(pathname) ?? [];
      if (of !== undefined && request.method === "GET")
        return json({ results: fieldsIn(crm, of).map((name) => ({ name, label: name, type: "string" })) });
      const [, object = "", verb = ""] =
        /^\/crm\/v3\/objects\/(\w+)(\/batch\/(?:update|read)|\/search)?$/.exec(pathname) ?? [];
      const all = crm.records[object] ?? [];
      if (request.method === "GET" && verb === "") {
        const limit = Number(searchParams.get("limit"));
        if (limit > 100) return json({ status: "error", category: "VALIDATION_ERROR" }, 400);
        const from = all.findIndex(({ id }) => Number(id) >= Number(searchParams.get("after") ?? 0));
        const some = from === -1 ? [] : all.slice(from, from + limit);
        const next = from === -1 ? undefined : all[from + limit];
        const names = searchParams.get("properties")!.split(",");
        return json({
          results: some.map(({ id, fields }) => ({ id, properties: pick(fields, names), archived: false })),
          ...(next && { paging: { next: { after: next.id, link: "https://api.hubapi.com/…" } } }),
        });
      }
      if (verb === "/search") return found(all, object, await request.json<Search>());
      if (verb === "/batch/read") {
        const { inputs, properties } = await request.json<{
          inputs: { id: string }[];
          properties: string[];
        }>();
        const some = withIds(
          all,
          inputs.map(({ id }) => id),
        );
        return json({
          results: some.map(({ id, fields }) => ({ id, properties: pick(fields, properties) })),
        });
      }
      const { inputs } = await request.json<{ inputs: { id: string; properties: Fields }[] }>();
      if (inputs.length > 100) return json({ status: "error", category: "VALIDATION_ERROR" }, 400);
      // One invalid value makes HubSpot refuse the whole batch.
      if (inputs.some(({ id }) => crm.refuses.has(`poison ${id}`)))
        return json({ status: "error", category: "VALIDATION_ERROR", message: "…" }, 400);
      const missing = inputs.filter(({ id, properties }) => !write(crm, object, id, properties));
      const errors = missing.map(({ id }) => ({
        status: "error",
        category: "OBJECT_NOT_FOUND",
        message: "…",
        context: { ids: [id] },
      }));
      const results = inputs
        .filter(({ id }) => !missing.some((one) => one.id === id))
        .map(({ id, properties }) => ({ id, properties, archived: false }));
      return json({ status: "COMPLETE", results, errors }, errors.length > 0 ? 207 : 200);
    },
  },
  salesforce: {
    settings: { host: "https://example.my.salesforce.com" },
    way: "client",
    secret: { clientId: "key", clientSecret: "secret" },
    grants: "https://example.my.salesforce.com/services/oauth2/token",
    lets: isBearer,
    id: (n) => `003${String(n).padStart(15, "0")}`,
    async answer(crm, request, { pathname, searchParams }) {
      if (pathname === "/services/data/v61.0/query") {
        const [, columns = "", object = "", moment, ids, after = "", limit = ""] =
          /^SELECT (.+) FROM (\w+)(?: WHERE (?=\S))?(?:SystemModstamp >= (\S+))?(?:Id IN \('([\w',]+)'\))?(?: AND (?=Id))?(?:Id > '(\w+)')? ORDER BY Id LIMIT (\d+)$/.exec(
            searchParams.get("q") ?? "",
          ) ?? [];
        const left = withIds(since(crm.records[object] ?? [], moment), ids?.split("','"))
          .filter(({ id }) => id > after)
          .slice(0, Number(limit));
        const some = left.slice(0, SERVER_MOST);
        const done = some.length === left.length;
        const names = columns.split(", ").slice(1);
        return json({
          totalSize: left.length,
          done,
          records: some.map(({ id, fields }) => ({
            attributes: { type: object },
            Id: id,
            ...pick(fields, names),
          })),
          ...(!done && { nextRecordsUrl: "/services/data/v61.0/query/01gxx-100" }),
        });
      }
      if (request.method !== "PATCH" || pathname !== "/services/data/v61.0/composite/sobjects")
        return json([{ errorCode: "NOT_FOUND" }], 404);
      const { records } = await request.json<{
        records: ({ attributes: { type: string }; id: string } & Fields)[];
      }>();
      if (records.length > 200) return json([{ errorCode: "LIMIT_EXCEEDED" }], 400);
      return json(
        records.map(({ attributes, id, ...values }) =>
          write(crm, attributes.type, id, values)
            ? { id, success: true, errors: [] }
            : { success: false, errors: [{ statusCode: "ENTITY_IS_LOCKED", message: "…", fields: [] }] },
        ),
      );
    },
  },
  pipedrive: {
    settings: { host: "https://example.pipedrive.com" },
    way: "oauth",
    secret: { clientId: "key", clientSecret: "secret", refreshToken: "refresh-0" },
    grants: "https://oauth.pipedrive.com/oauth/token",
    lets: isBearer,
    id: (n) => String(n + 1),
    async answer(crm, request, { pathname, searchParams }) {
      if (request.method === "GET" && pathname === "/api/v2/persons") {
        const from = Number(searchParams.get("cursor") ?? 0);
        const to = from + Math.min(Number(searchParams.get("limit")), SERVER_MOST);
        const all = withIds(
          since(crm.records["persons"] ?? [], searchParams.get("updated_since")),
          searchParams.get("ids")?.split(","),
        );
        return json({
          success: true,
          data: all.slice(from, to).map(({ id, fields: { phones, ...fields } }) => ({
            id: Number(id),
            phones:
              typeof phones === "string"
                ? phones.split("; ").map((value, i) => ({ value, primary: i === 0, label: "work" }))
                : (phones ?? []),
            custom_fields: pick(fields, searchParams.get("custom_fields")!.split(",")),
          })),
          additional_data: { next_cursor: to < all.length ? String(to) : null },
        });
      }
      if (request.method === "GET" && pathname === "/api/v2/personFields")
        return json({
          success: true,
          data: fieldsIn(crm, "persons").map((one) => ({
            ...{ field_name: one, field_code: one, field_type: "varchar" },
          })),
          additional_data: { next_cursor: null },
        });
      const [, id = ""] = /^\/api\/v2\/persons\/(\d+)$/.exec(pathname) ?? [];
      if (request.method !== "PATCH") return json({ success: false, error: "…" }, 404);
      const { custom_fields } = await request.json<{ custom_fields: Fields }>();
      return write(crm, "persons", id, custom_fields)
        ? json({ success: true, data: { id: Number(id) } })
        : json({ success: false, code: "ERR_NOT_FOUND" }, 404);
    },
  },
  zoho: {
    settings: { region: "eu" },
    way: "code",
    secret: { clientId: "key", clientSecret: "secret", code: "1000.code" },
    grants: "https://accounts.zoho.eu/oauth/v2/token",
    lets: (request, token) => request.headers.get("authorization") === `Zoho-oauthtoken ${token}`,
    id: (n) => String(3_652_397_000_000_000 + n),
    async answer(crm, request, { pathname }) {
      if (pathname === "/crm/v8/coql") {
        const { select_query } = await request.json<{ select_query: string }>();
        const [, columns = "", object = "", moment, ids, after = "0", limit = ""] =
          /^select (.+) from (\w+) where (?:\((?:Modified_Time >= '(\S+)'|id in \(([\d, ]+)\)) and )?id > (\d+)\)? order by id asc limit (\d+)$/.exec(
            select_query,
          ) ?? [];
        const left = withIds(since(crm.records[object] ?? [], moment), ids?.split(", ")).filter(
          ({ id }) => Number(id) > Number(after),
        );
        if (left.length === 0) return new Response(null, { status: 204 });
        const some = left.slice(0, Math.min(Number(limit), SERVER_MOST));
        const names = columns.split(", ").slice(1);
        return json({
          data: some.map(({ id, fields }) => ({ ...pick(fields, names), id })),
          info: { count: some.length, more_records: some.length < left.length },
        });
      }
      const [, object = ""] = /^\/crm\/v8\/(\w+)$/.exec(pathname) ?? [];
      const { data } = await request.json<{ data: ({ id: string } & Fields)[] }>();
      if (request.method !== "PUT" || data.length > 100) return json({ code: "LIMIT_EXCEEDED" }, 400);
      const rows = data.map(({ id, ...values }) =>
        write(crm, object, id, values)
          ? { code: "SUCCESS", status: "success", message: "record updated", details: { id } }
          : { code: "RECORD_LOCKED", status: "error", message: "…", details: {} },
      );
      const failed = rows.filter(({ status }) => status === "error").length;
      return json({ data: rows }, failed === 0 ? 200 : failed === rows.length ? 400 : 207);
    },
  },
  dynamics: {
    settings: { host: "https://example.crm11.dynamics.com", tenant: "00000000-0000-0000-0000-000000000000" },
    way: "client",
    secret: { clientId: "key", clientSecret: "secret" },
    grants: "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/v2.0/token",
    lets: isBearer,
    id: (n) => `49b0be2e-d01c-4d11-b83e-${String(n).padStart(12, "0")}`,
    async answer(crm, request, url) {
      const [, object = "", id = ""] =
        /^\/api\/data\/v9\.2\/(\w+?)(?:\(([0-9a-f-]{36})\))?$/.exec(url.pathname) ?? [];
      if (request.method === "GET" && id === "") {
        const size = Number(/odata\.maxpagesize=(\d+)/.exec(request.headers.get("prefer") ?? "")?.[1]);
        const from = Number(url.searchParams.get("$skiptoken") ?? 0);
        const to = from + Math.min(size, SERVER_MOST);
        const filter = url.searchParams.get("$filter");
        const ids = filter?.match(/(?<=^|or )\w+id eq ([0-9a-f-]{36})/g)?.map((one) => one.slice(-36));
        const all = ids
          ? withIds(crm.records[object] ?? [], ids)
          : since(crm.records[object] ?? [], filter && /^modifiedon ge (\S+)$/.exec(filter)![1]);
        const [key = "", ...names] = url.searchParams.get("$select")!.split(",");
        url.searchParams.set("$skiptoken", String(to));
        return json({
          "@odata.context": "…",
          value: all
            .slice(from, to)
            .map((one) => ({ "@odata.etag": 'W/"1"', [key]: one.id, ...pick(one.fields, names) })),
          ...(to < all.length && { "@odata.nextLink": url.href }),
        });
      }
      // Without If-Match the request would create a contact that was deleted.
      if (request.method !== "PATCH" || request.headers.get("if-match") !== "*")
        return json({ error: { code: "0x80060891", message: "…" } }, 400);
      return write(crm, object, id, await request.json<Fields>())
        ? new Response(null, { status: 204 })
        : json({ error: { code: "0x80040217", message: "…" } }, 404);
    },
  },
  espocrm,
  rest: {
    settings: {
      host: "https://crm.example.com",
      list: "/api/contacts?limit=100",
      items: "/data",
      id: "/id",
      paging: "page",
      parameter: "page",
      method: "PATCH",
      record: "/api/contacts/{id}",
    },
    way: "header",
    secret: { header: "Authorization", value: "Bearer secret" },
    lets: (request) => isBearer(request, "secret"),
    id: (n) => `c/${n}`,
    async answer(crm, request, { pathname, searchParams }) {
      const all = crm.records["contacts"] ?? [];
      if (request.method === "GET" && pathname === "/api/contacts") {
        const limit = Number(searchParams.get("limit"));
        const from = (Number(searchParams.get("page")) - 1) * limit;
        return json({
          data: all.slice(from, from + limit).map(({ id, fields }) => ({
            id,
            phone: fields["/phone"],
            ...fields,
            ...Object.fromEntries(
              plain.flatMap((name) => (name in fields ? [[name.slice(1), fields[name]]] : [])),
            ),
            country: fields["/country"],
            cleardial: {
              verdict: fields["/cleardial/verdict"] ?? null,
              date: fields["/cleardial/date"] ?? null,
              reasons: fields["/cleardial/reasons"] ?? null,
            },
          })),
        });
      }
      const id = decodeURIComponent(pathname.slice("/api/contacts/".length));
      const { cleardial = {}, ...others } = await request.json<{ cleardial?: Fields } & Fields>();
      const values = [
        ...Object.entries(cleardial).map(([name, value]) => [`/cleardial/${name}`, value]),
        ...Object.entries(others).map(([name, value]) => [`/${name}`, value]),
      ];
      return write(crm, "contacts", id, Object.fromEntries(values) as Fields)
        ? json({})
        : json({ code: "locked" }, 409);
    },
  },
};
