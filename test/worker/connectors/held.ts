/**
 * What each vendor answers to a look for one person's records, by its published document (worker/connectors/kinds/held): a refusal of any
 * other request. For doubles of kit.ts, in front of what they answer (`instead`).
 */
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import { textOf } from "../../../worker/connectors/records.ts";
import type { Double, Fields } from "./kit.ts";

const LACKS_SCOPE = "OAUTH_SCOPE_MISMATCH";
const json = (data: unknown, status = 200): Response => Response.json(data, { status });
/** A text as a pattern of LIKE, where `%` is anything. */
const like = (pattern: string, value: unknown): boolean =>
  new RegExp(
    `^${pattern
      .split("%")
      .map((part) => part.replace(/[^\w]/g, "\\$&"))
      .join(".*")}$`,
    "is",
  ).test(textOf(value));

/** What the vendors' systems hold besides records: calls, by the record that they belong to. */
export interface Calls {
  of: string;
  id: string;
  fields?: Fields;
}
type Look = (
  crm: Double,
  calls: Calls[],
  request: Request,
  url: URL,
) => Promise<Response | null> | Response | null;

const isThere = (crm: Double, calls: Calls[], object: string, id: string): boolean =>
  (crm.records[object] ?? calls).some((one) => one.id === id);
const remove = (crm: Double, object: string, id: string): boolean => {
  const there = crm.records[object]?.some((one) => one.id === id) ?? false;
  crm.records[object] = (crm.records[object] ?? []).filter((one) => one.id !== id);
  return there;
};

const hubspot: Look = async (crm, calls, request, { pathname }) => {
  if (pathname === "/crm/v3/objects/contacts/gdpr-delete") {
    const { objectId } = await request.json<{ objectId: string }>();
    if (crm.refuses.has(objectId)) return json({ status: "error", category: "MISSING_SCOPES" }, 403);
    calls.splice(0, calls.length, ...calls.filter(({ of }) => of !== objectId));
    return remove(crm, "contacts", objectId)
      ? new Response(null, { status: 204 })
      : json({ category: "OBJECT_NOT_FOUND" }, 404);
  }
  const [, kind = "", one] = /^\/crm\/v3\/objects\/(\w+)\/(\d+)$/.exec(pathname) ?? [];
  if (one !== undefined && request.method === "GET")
    return isThere(crm, calls, kind, one)
      ? json({ id: one, properties: {} })
      : json({ category: "OBJECT_NOT_FOUND" }, 404);
  const [, object = ""] = /^\/crm\/v3\/objects\/(\w+)\/search$/.exec(pathname) ?? [];
  if (object === "") return null;
  const { filterGroups, limit, properties } = await request.clone().json<{
    filterGroups: {
      filters: { propertyName: string; operator: string; value: string; values: string[] }[];
    }[];
    limit: number;
    properties: string[];
  }>();
  const asked = (fields: Fields): Fields =>
    Object.fromEntries(properties.map((name) => [name, fields[name]]));
  if (filterGroups[0]!.filters[0]!.propertyName.endsWith("lastmodifieddate")) return null;
  if (filterGroups.length > 5 || limit > 200) return json({ category: "VALIDATION_ERROR" }, 400);
  const meets = (fields: Fields, of?: string) =>
    filterGroups.some(({ filters }) =>
      filters.every(({ propertyName: name, operator, value, values }) => {
        if (operator === "IN") return values.includes(textOf(fields[name]));
        if (operator !== "EQ") throw new Error(operator);
        if (name === "associations.contact" || name === "associations.company") return of === value;
        const calculated: Record<string, string> = {
          hs_searchable_calculated_phone_number: "phone",
          hs_searchable_calculated_mobile_number: "mobilephone",
        };
        // The area code and the local number alone.
        const digits = textOf(fields[calculated[name]!])
          .replace(/\D/g, "")
          .replace(/^(44)?0?/, "");
        return name in calculated ? digits === value : fields[name] === value;
      }),
    );
  const rows =
    object === "calls"
      ? calls
          .filter(({ fields = {}, of }) => meets(fields, of))
          .map(({ id, fields = {} }) => ({ id, properties: asked(fields) }))
      : (crm.records[object] ?? [])
          .filter(({ fields }) => meets(fields))
          .map(({ id, fields }) => ({ id, properties: asked(fields) }));
  return json({ total: rows.length, results: rows.slice(0, limit) });
};

const espocrm: Look = (crm, calls, request, { pathname, searchParams }) => {
  const [, object = "", id, link] = /^\/api\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(pathname) ?? [];
  if (pathname === "/api/v1/App/user") {
    const right = { create: "no", read: crm.role === "own" ? "own" : "all", edit: "all", delete: "no" };
    return json({
      acl: {
        table: { Contact: right, Lead: right, Account: right, Call: crm.role === "reads" ? false : right },
      },
    });
  }
  // Of others' records a list has none, and each by itself is refused.
  const isHidden = crm.role === "own" && (crm.records[object] ?? calls).some((one) => one.id === id);
  if (isHidden) return new Response(null, { status: 403, headers: { "x-status-reason": "No read access." } });
  if (request.method === "DELETE") {
    if (crm.refuses.has(id!))
      return new Response(null, { status: 403, headers: { "x-status-reason": "No delete access." } });
    return remove(crm, object, id!) ? json(true) : new Response(null, { status: 404 });
  }
  if (id === undefined && searchParams.get("whereGroup[0][attribute]") === "id") {
    const own = searchParams.get("whereGroup[0][value]")!;
    const isListed = crm.role !== "own" && isThere(crm, calls, object, own);
    return json({ total: -2, list: isListed ? [{ id: own }] : [] });
  }
  if (object === "Call" && link === undefined)
    return isThere(crm, calls, object, id!) ? json({ id }) : new Response(null, { status: 404 });
  const most = Number(searchParams.get("maxSize"));
  if (link === "calls") {
    if (crm.role === "reads")
      return new Response(null, { status: 403, headers: { "x-status-reason": "No read access." } });
    return json({
      total: -2,
      list: calls.flatMap((one) => (one.of === id ? [{ id: one.id }] : [])).slice(0, most),
    });
  }
  const [type, attribute, value = ""] = ["type", "attribute", "value"].map((name) =>
    searchParams.get(`whereGroup[0][${name}]`),
  );
  if (id !== undefined || (type !== "like" && type !== "equals")) return null;
  // A condition on the number is one on all of a record's.
  const found = (crm.role === "own" ? [] : (crm.records[object] ?? [])).filter(({ fields }) =>
    attribute === "phoneNumber"
      ? [fields["phoneNumber"], ...((fields["phoneNumberData"] ?? []) as string[])].some((one) =>
          like(value!, one),
        )
      : type === "like"
        ? like(value!, fields[attribute!])
        : fields["emailAddress"] === value,
  );
  return json({ total: -2, list: found.map((one) => ({ id: one.id })).slice(0, most) });
};

const salesforce: Look = (crm, calls, request, { pathname, searchParams }) => {
  if (request.method === "DELETE" && pathname === "/services/data/v61.0/composite/sobjects")
    return json(
      searchParams
        .get("ids")!
        .split(",")
        .map((id) =>
          crm.refuses.has(id)
            ? { id, success: false, errors: [{ statusCode: "DELETE_FAILED", message: "…", fields: [] }] }
            : (["Contact", "Lead", "Account"].forEach((object) => remove(crm, object, id)),
              { id, success: true, errors: [] }),
        ),
    );
  const [, kind = "", one] = /^\/services\/data\/v61\.0\/sobjects\/(\w+)\/(\w+)$/.exec(pathname) ?? [];
  if (one !== undefined && searchParams.get("fields") === "Id")
    return isThere(crm, calls, kind, one)
      ? json({ Id: one })
      : json([{ errorCode: "ENTITY_IS_DELETED", message: "entity is deleted" }], 404);
  const q = searchParams.get("q") ?? "";
  // What its user may do, of the user alone: object reference, UserPermissionAccess.
  if (q === "SELECT PermissionsViewAllData FROM UserPermissionAccess")
    return json({ done: true, totalSize: 1, records: [{ PermissionsViewAllData: crm.role !== "own" }] });
  // Records that are not shared with it are left out, without a word.
  if (crm.role === "own" && q.includes(" WHERE ")) return json({ done: true, records: [] });
  const task =
    /^SELECT Id FROM Task WHERE TaskSubtype = 'Call' AND IsDeleted = false AND \((.+)\) LIMIT 101$/.exec(q);
  if (task) {
    // All of these were closed a year ago.
    if (!pathname.endsWith("/queryAll")) return json({ done: true, records: [] });
    const of = [...task[1]!.matchAll(/'(\w+)'/g)].map(([, id]) => id);
    return json({
      done: true,
      records: calls.flatMap((one) => (of.includes(one.of) ? [{ Id: one.id }] : [])).slice(0, 101),
    });
  }
  const [, columns, object = "", where = ""] = /^SELECT (.+) FROM (\w+) WHERE (.+) LIMIT 101$/.exec(q) ?? [];
  if (columns === undefined) return null;
  const conditions = where.split(" OR ").map((one) => /^(\w+) (LIKE|=) '(.*)'$/.exec(one)!);
  const records = (crm.records[object] ?? []).filter(({ fields }) =>
    conditions.some(([, name, how, value]) =>
      how === "LIKE" ? like(value!, fields[name!]) : fields[name!] === value,
    ),
  );
  return json({
    done: true,
    records: records.map(({ id, fields }) => ({ Id: id, ...fields })).slice(0, 101),
  });
};

/** The metadata of a table names its privileges, and a function of the user's tells how deep each goes: by all of their roles and teams. */
const ownId = "99999999-d01c-4d11-b83e-000000000001";
const rights = (crm: Double, { pathname, searchParams }: URL): Response | null => {
  if (pathname === "/api/data/v9.2/WhoAmI") return json({ UserId: ownId, BusinessUnitId: ownId });
  const [, table] = /^\/api\/data\/v9\.2\/EntityDefinitions\(LogicalName='(\w+)'\)$/.exec(pathname) ?? [];
  const name = table === "phonecall" ? "Activity" : `${table?.[0]?.toUpperCase()}${table?.slice(1)}`;
  if (table !== undefined && searchParams.get("$select") === "Privileges")
    return json({
      Privileges: ["Create", "Read"].map((PrivilegeType) => ({
        ...{ PrivilegeType, Name: `prv${PrivilegeType}${name}`, CanBeGlobal: true },
      })),
    });
  const [, privilege] =
    new RegExp(
      `^/api/data/v9\\.2/systemusers\\(${ownId}\\)/Microsoft\\.Dynamics\\.CRM\\.RetrieveUserPrivilegeByPrivilegeName\\(PrivilegeName='prvRead(Contact|Lead|Account|Activity)'\\)$`,
    ).exec(pathname) ?? [];
  if (privilege === undefined) return null;
  if (privilege === "Activity" && crm.role === "reads") return json({ RolePrivileges: [] });
  return json({
    RolePrivileges: [{ Depth: crm.role === "own" ? "Basic" : "Global", BusinessUnitId: ownId }],
  });
};

const dynamics: Look = (crm, calls, request, url) => {
  const { pathname, searchParams } = url;
  const right = rights(crm, url);
  if (right) return right;
  const [, object = "", id] = /^\/api\/data\/v9\.2\/(\w+?)(?:\(([0-9a-f-]{36})\))?$/.exec(pathname) ?? [];
  if (request.method === "DELETE") {
    if (crm.refuses.has(id!)) return json({ error: { code: "0x80040220", message: "…" } }, 403);
    return remove(crm, object, id!)
      ? new Response(null, { status: 204 })
      : json({ error: { code: "0x80040217" } }, 404);
  }
  if (id !== undefined)
    return isThere(crm, calls, object, id) ? json({}) : json({ error: { code: "0x80040217" } }, 404);
  const filter = searchParams.get("$filter") ?? "";
  if (searchParams.get("$top") !== "101") return null;
  if (crm.role === "own") return json({ value: [] });
  if (object === "phonecalls") {
    const [, of] =
      /^_regardingobjectid_value eq ([0-9a-f-]{36}) or phonecall_activity_parties\/any\(p:p\/_partyid_value eq \1\)$/.exec(
        filter,
      )!;
    return json({
      value: calls.flatMap((one) => (one.of === of ? [{ activityid: one.id }] : [])).slice(0, 101),
    });
  }
  const conditions = filter.split(" or ");
  const value = (crm.records[object] ?? []).filter(({ fields }) =>
    conditions.some((one) => {
      const [, field = "", pattern = ""] = /^contains\((\w+),'([\d%]+)'\)$/.exec(one) ?? [];
      const [, name = "", text = ""] = /^(\w+) eq '(.*)'$/.exec(one) ?? [];
      return field === "" ? fields[name] === text : like(`%${pattern}%`, fields[field]);
    }),
  );
  return json({
    value: value.map((one) => ({ [`${object.slice(0, -1)}id`]: one.id, ...one.fields })).slice(0, 101),
  });
};

const pipedrive: Look = (crm, calls, request, { pathname, searchParams }) => {
  const failed = (status: number) =>
    json({ success: false, error: "…", code: status === 404 ? "ERR_NOT_FOUND" : "ERR_FORBIDDEN" }, status);
  if (pathname === "/api/v1/users/me")
    return json({
      success: true,
      data: {
        company_domain: "example",
        access: [
          { app: "sales", admin: crm.role !== "own", permission_set_id: "x" },
          // It administers what the apps share, and sees no more records by that.
          { app: "global", admin: true, permission_set_id: "y" },
          { app: "account_settings", admin: true, permission_set_id: "z" },
        ],
      },
    });
  const [, object = "", id] = /^\/api\/v2\/(\w+?)(?:\/(\d+))?$/.exec(pathname) ?? [];
  // What is not to be seen is answered as what is not there.
  const isSeen = (one: string) => crm.role !== "own" && isThere(crm, calls, object, one);
  if (id !== undefined && request.method === "DELETE") {
    if (crm.refuses.has(id)) return failed(403);
    return isSeen(id) && remove(crm, object, id)
      ? json({ success: true, data: { id: Number(id) } })
      : failed(404);
  }
  if (id !== undefined && request.method === "GET")
    return isSeen(id)
      ? json({ success: true, data: { id: Number(id), is_deleted: crm.refuses.has(`deleted ${id}`) } })
      : failed(404);
  const all = crm.role === "own" ? [] : (crm.records["persons"] ?? []);
  const phonesOf = ({ phones }: Fields) => textOf(phones).split("; ");
  if (pathname === "/api/v2/persons/search") {
    const term = searchParams.get("term")!.toLowerCase();
    const fields = searchParams.get("fields")!.split(",");
    if (
      Number(searchParams.get("limit")) > 100 ||
      !fields.every((one) => /^(phone|email|custom_fields)$/.test(one))
    )
      return failed(400);
    const isExact = searchParams.get("exact_match") === "true";
    const meets = (text: string) =>
      isExact ? text.toLowerCase() === term : text.toLowerCase().includes(term);
    const items = all.filter(
      ({ fields: { phones, emails, ...others } }) =>
        (fields.includes("phone") && phonesOf({ phones }).some(meets)) ||
        (fields.includes("email") && meets(textOf(emails))) ||
        (fields.includes("custom_fields") && Object.values(others).some((one) => meets(textOf(one)))),
    );
    return json({
      success: true,
      data: {
        items: items.slice(0, 100).map((one) => ({
          result_score: 0.3,
          item: { id: Number(one.id), type: "person", phones: phonesOf(one.fields) },
        })),
      },
      additional_data: { next_cursor: items.length > 100 ? "more" : null },
    });
  }
  if (pathname === "/api/v2/activities") {
    if (crm.role === "reads") return failed(403);
    const of = searchParams.get("person_id");
    const own = calls.filter((one) => one.of === of);
    return json({
      success: true,
      data: own.flatMap((one) => [
        { id: Number(one.id), type: "call", subject: "…" },
        { id: Number(one.id) + 1, type: "meeting", subject: "…" },
      ]),
      additional_data: { next_cursor: null },
    });
  }
  // Version 2 checks what it is asked.
  if (searchParams.get("custom_fields") === "") return failed(400);
  // Of a run, which asks for what it marks.
  const keys = searchParams.get("custom_fields")?.split(",") ?? [];
  if (pathname !== "/api/v2/persons" || !searchParams.has("ids") || keys.length > 2) return null;
  const ids = searchParams.get("ids")!.split(",");
  if (ids.length > 100) return failed(400);
  return json({
    success: true,
    data: all
      .filter((one) => ids.includes(one.id))
      .map((one) => ({
        id: Number(one.id),
        phones: phonesOf(one.fields).map((value) => ({ value, primary: true, label: "work" })),
        emails: [{ value: textOf(one.fields["emails"]), primary: true, label: "work" }],
        custom_fields: Object.fromEntries(keys.map((key) => [key, one.fields[key] ?? null])),
      })),
    additional_data: { next_cursor: null },
  });
};

const zoho: Look = async (crm, calls, request, { pathname, searchParams }) => {
  if (pathname === "/crm/v8/users" && searchParams.get("type") === "CurrentUser") {
    if (crm.lacks.has("scope users")) return json({ code: LACKS_SCOPE, status: "error", details: {} }, 401);
    return json({
      users: [{ id: "1", profile: { id: "2", name: crm.role === "own" ? "Standard" : "Administrator" } }],
    });
  }
  const [, object = "", id] = /^\/crm\/v8\/(\w+)\/(\d+)$/.exec(pathname) ?? [];
  if (id !== undefined && request.method === "DELETE") {
    const refused = (code: string, status: number) =>
      json({ data: [{ code, status: "error", message: "…", details: {} }] }, status);
    if (searchParams.get("wf_trigger") !== "false") throw new Error("it would start workflows");
    if (crm.refuses.has(id)) return refused("NO_PERMISSION", 403);
    return remove(crm, object, id)
      ? json({ data: [{ code: "SUCCESS", status: "success", message: "record deleted", details: { id } }] })
      : refused("INVALID_DATA", 400);
  }
  if (id !== undefined && request.method === "GET")
    return crm.role !== "own" && isThere(crm, calls, object, id)
      ? json({ data: [{ id }] })
      : new Response(null, { status: 204 });
  if (pathname !== "/crm/v8/coql") return null;
  const { select_query: q } = await request.clone().json<{ select_query: string }>();
  const [, columns = "", from = "", where = ""] =
    /^select (.+) from (\w+) where (.+) limit 101$/.exec(q) ?? [];
  if (where === "") return null;
  const rows = (some: { id: string; fields?: Fields | undefined }[]) =>
    some.length === 0 || crm.role === "own"
      ? new Response(null, { status: 204 })
      : json({
          data: some.slice(0, 101).map((one) => ({
            ...Object.fromEntries(columns.split(", ").map((name) => [name, one.fields?.[name] ?? null])),
            id: one.id,
          })),
          info: { count: some.length, more_records: some.length > 101 },
        });
  if (from === "Calls") {
    if (crm.role === "reads") return json({ code: LACKS_SCOPE, status: "error", details: {} }, 401);
    const [, of = ""] = /^(?:Who_Id|'What_Id->(?:Leads|Accounts)\.id') in \((.+)\)$/.exec(where)!;
    const ids = of.split(", ").map((one) => one.slice(1, -1));
    return rows(calls.filter((one) => ids.includes(one.of)));
  }
  // More than two conditions go in pairs.
  const conditions = [...where.matchAll(/(\w+) (like|=) '((?:[^']|'')*)'/g)];
  if (conditions.length > 2 && (where.match(/\(/g)?.length ?? 0) !== conditions.length - 1)
    return json({ code: "SYNTAX_ERROR", status: "error", details: {} }, 400);
  return rows(
    (crm.records[from] ?? []).filter(({ fields }) =>
      conditions.some(([, name = "", how, value = ""]) =>
        how === "like" ? like(value, fields[name]) : fields[name] === value,
      ),
    ),
  );
};

const looks: Partial<Record<ConnectorKind, Look>> = {
  ...{ hubspot, espocrm, salesforce, dynamics },
  ...{ pipedrive, zoho },
};

/** Has a double answer looks for one person, too. Answers the calls that it holds, to be filled. */
export function holding(crm: Double, kind: ConnectorKind): Calls[] {
  const calls: Calls[] = [];
  crm.instead = (request) => looks[kind]?.(crm, calls, request, new URL(request.url)) ?? null;
  return calls;
}
