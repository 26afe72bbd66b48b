/**
 * What each vendor answers to whoever looks for fields and makes them, by its published document (worker/connectors/kinds/make): a
 * refusal of any other request. For doubles of kit.ts, in front of what they answer (`instead`).
 */
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import type { Double, Fields } from "./kit.ts";

const json = (data: unknown, status = 200): Response => Response.json(data, { status });

/** A field of a kind of record: `is` in the vendor's own words. */
export interface Column {
  is: string;
  length?: number;
  /** Salesforce: ClearDial's user may read and write it. */
  open?: boolean;
  /** Pipedrive: its key. */
  key?: string;
}
export interface Schema {
  /** By `object name`. */
  columns: Map<string, Column>;
  /** What was made, granted or published, in order. */
  done: string[];
  /** Its users may make nothing. */
  denies: boolean;
  /** Makes what it is asked for, and its answer is lost on the way. */
  loses: boolean;
  /** What was made belongs to the user of the permission set. */
  assigned: boolean;
}

type Make = (crm: Schema, request: Request, url: URL) => Promise<Response | null> | Response | null;

const of = ({ columns }: Schema, object: string): [string, Column][] =>
  [...columns].flatMap(([name, column]) =>
    name.startsWith(`${object} `) ? [[name.slice(object.length + 1), column] as [string, Column]] : [],
  );
function add(crm: Schema, object: string, name: string, column: Column): void {
  crm.columns.set(`${object} ${name}`, column);
  crm.done.push(`${object} ${name}`);
}
const has = ({ columns }: Schema, object: string, name: string): boolean => columns.has(`${object} ${name}`);

const hubspot: Make = async (crm, request, { pathname }) => {
  const [, object = "", groups] = /^\/crm\/v3\/properties\/(\w+)(\/groups)?$/.exec(pathname) ?? [];
  if (object === "") return null;
  if (request.method === "GET")
    return json({
      results: of(crm, object).map(([name, { is }]) => ({ name, label: name, type: is, fieldType: is })),
    });
  if (crm.denies)
    return json(
      {
        status: "error",
        message: "…",
        category: "MISSING_SCOPES",
        errors: [{ context: { requiredGranularScopes: ["crm.schemas.contacts.write"] } }],
      },
      403,
    );
  const body = await request.json<Record<"name" | "label" | "type" | "fieldType" | "groupName", string>>();
  const same = groups ? crm.done.includes(`${object} group ${body.name}`) : has(crm, object, body.name);
  if (same)
    return json(
      { status: "error", category: "OBJECT_ALREADY_EXISTS", subCategory: "Properties.EXISTS" },
      409,
    );
  if (groups) crm.done.push(`${object} group ${body.name}`);
  else {
    if (!crm.done.includes(`${object} group ${body.groupName}`) || !body.label)
      return json({ status: "error", category: "VALIDATION_ERROR" }, 400);
    if (
      `${body.type} ${body.fieldType}` !== "string text" &&
      `${body.type} ${body.fieldType}` !== "date date"
    )
      return json({ status: "error", category: "VALIDATION_ERROR" }, 400);
    add(crm, object, body.name, { is: body.type });
  }
  return json(body, 201);
};

const salesforce: Make = async (crm, request, { pathname, searchParams }) => {
  const path = pathname.replace("/services/data/v61.0", "");
  const q = searchParams.get("q") ?? "";
  const no = (errorCode: string, status = 400) => json([{ message: "…", errorCode, fields: [] }], status);
  const [, object] = /^\/sobjects\/(\w+)\/describe$/.exec(path) ?? [];
  if (object !== undefined)
    return json({
      name: object,
      fields: of(crm, object)
        .filter(([, { open }]) => open !== false)
        .map(([name, { is, length = 0 }]) => ({ name, type: is, length, updateable: true, label: name })),
    });
  if (path === "/tooling/query") {
    const [, table = "", names = ""] =
      /^SELECT DeveloperName FROM CustomField WHERE TableEnumOrId = '(\w+)' AND DeveloperName IN \((.+)\)$/.exec(
        q,
      )!;
    const asked = names.split(", ").map((one) => one.slice(1, -1));
    return json({
      done: true,
      records: of(crm, table).flatMap(([name]) =>
        asked.includes(name.replace(/__c$/, "")) ? [{ DeveloperName: name.replace(/__c$/, "") }] : [],
      ),
    });
  }
  if (path === "/")
    return json({
      query: "/services/data/v61.0/query",
      identity: "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA",
    });
  if (path === "/query" && q.includes("PermissionSetAssignment"))
    return json({ done: true, records: crm.assigned ? [{ Id: "0Pa000000000001AAA" }] : [] });
  if (path === "/query" && q.includes("PermissionSet"))
    return json({ done: true, records: crm.done.includes("set") ? [{ Id: "0PS000000000001AAA" }] : [] });
  if (request.method !== "POST" || !/^\/(tooling\/)?sobjects\//.test(path)) return null;
  if (crm.denies) return no("INSUFFICIENT_ACCESS_OR_READONLY", 403);
  const body = await request.json<Fields>();
  const id = (prefix: string) => json({ id: `${prefix}000000000001AAA`, success: true, errors: [] }, 201);
  switch (path) {
    case "/tooling/sobjects/CustomField": {
      const [table, name] = String(body["FullName"]).split(".") as [string, string];
      if (!name.endsWith("__c")) return no("FIELD_INTEGRITY_EXCEPTION");
      if (has(crm, table, name)) return no("DUPLICATE_DEVELOPER_NAME");
      const { type, length, label } = body["Metadata"] as { type: string; length?: number; label?: string };
      if (!label || (type === "Text" ? length === undefined : type !== "Date"))
        return no("REQUIRED_FIELD_MISSING");
      // Nobody sees a new field.
      add(crm, table, name, { is: type === "Text" ? "string" : "date", length: length ?? 0, open: false });
      return id("00N");
    }
    case "/sobjects/PermissionSet":
      crm.done.push("set");
      return id("0PS");
    case "/sobjects/PermissionSetAssignment":
      if (body["AssigneeId"] !== "005000000000001AAA") return no("INVALID_CROSS_REFERENCE_KEY");
      crm.assigned = true;
      crm.done.push("assigned");
      return id("0Pa");
    case "/sobjects/FieldPermissions": {
      const [table, name] = String(body["Field"]).split(".") as [string, string];
      if (body["SobjectType"] !== table || body["ParentId"] !== "0PS000000000001AAA" || !crm.assigned)
        return no("INVALID_CROSS_REFERENCE_KEY");
      crm.columns.get(`${table} ${name}`)!.open =
        body["PermissionsRead"] === true && body["PermissionsEdit"] === true;
      crm.done.push(`shows ${table} ${name}`);
      return id("01k");
    }
    default:
      return no("NOT_FOUND", 404);
  }
};

const pipedrive: Make = async (crm, request, { pathname, searchParams }) => {
  const [, one] = /^\/api\/v2\/(person|deal|organization|product)Fields$/.exec(pathname) ?? [];
  if (one === undefined) return null;
  const object = `${one}s`;
  if (request.method === "GET") {
    const all = [
      { field_name: "Name", field_code: "name", field_type: "varchar", is_custom_field: false },
      ...of(crm, object).map(([name, { is, key }]) => ({
        ...{ field_name: name, field_code: key, field_type: is, is_custom_field: true },
      })),
    ];
    // Two a page, whatever is asked for.
    const from = Number(searchParams.get("cursor") ?? 0);
    return json({
      success: true,
      data: all.slice(from, from + 2),
      additional_data: { next_cursor: from + 2 < all.length ? String(from + 2) : null },
    });
  }
  if (crm.denies) return json({ success: false, error: "…", code: "ERR_SCOPE_AND_URL_MISMATCH" }, 403);
  const { field_name, field_type } = await request.json<Record<"field_name" | "field_type", string>>();
  if (!field_name || !["varchar", "date"].includes(field_type)) return json({ success: false }, 400);
  // A second of the same name is another field.
  const n = crm.done.length;
  const key = String(n).padStart(40, "d");
  add(crm, object, has(crm, object, field_name) ? `${field_name} again` : field_name, {
    is: field_type,
    key,
  });
  return json({ success: true, data: { field_name, field_code: key, field_type } }, 201);
};

const zoho: Make = async (crm, request, { pathname, searchParams }) => {
  if (pathname !== "/crm/v8/settings/fields") return null;
  const object = searchParams.get("module")!;
  if (request.method === "GET") {
    const fields = of(crm, object).map(([name, { is, length }]) => ({
      ...{ api_name: name, data_type: is, length: length ?? null, field_label: name },
    }));
    return fields.length === 0 ? new Response(null, { status: 204 }) : json({ fields });
  }
  if (crm.denies)
    return json({ code: "OAUTH_SCOPE_MISMATCH", details: {}, message: "…", status: "error" }, 403);
  const { fields } = await request.json<{
    fields: { field_label: string; data_type: string; length?: number }[];
  }>();
  if (fields.length > 5) return json({ code: "LIMIT_EXCEEDED", status: "error" }, 400);
  const rows = fields.map(({ field_label, data_type, length }) => {
    const name = field_label.replaceAll(" ", "_");
    if (has(crm, object, name))
      return { code: "DUPLICATE_DATA", details: { api_name: "field_label" }, message: "…", status: "error" };
    add(crm, object, name, { is: data_type, ...(length !== undefined && { length }) });
    return { code: "SUCCESS", details: { id: "1" }, message: "…", status: "success" };
  });
  return json({ fields: rows }, rows.some(({ status }) => status === "error") ? 400 : 201);
};

const dynamics: Make = async (crm, request, { pathname, searchParams }) => {
  const [, path = ""] = /^\/api\/data\/v9\.2\/(.+)$/.exec(decodeURIComponent(pathname)) ?? [];
  if (path === "organizations") return json({ value: [{ languagecode: 2057 }] });
  const no = (code: string, status = 400) => json({ error: { code, message: "…" } }, status);
  if (path === "PublishXml") {
    if (crm.denies) return no("0x80040220", 403);
    const { ParameterXml } = await request.json<{ ParameterXml: string }>();
    crm.done.push(`publishes ${/<entity>(\w+)<\/entity>/.exec(ParameterXml)![1]}`);
    return new Response(null, { status: 204 });
  }
  const [, table, cast] =
    /^EntityDefinitions\(LogicalName='(\w+)'\)\/Attributes(?:\/Microsoft\.Dynamics\.CRM\.(\w+))?$/.exec(
      path,
    ) ?? [];
  if (table === undefined) return null;
  const object = `${table}s`;
  if (request.method === "GET") {
    const names = [...(searchParams.get("$filter") ?? "").matchAll(/LogicalName eq '(\w+)'/g)].map(
      ([, one]) => one,
    );
    const some = of(crm, object).filter(([name]) => names.includes(name));
    const select = searchParams.get("$select");
    if (cast === undefined && select === "LogicalName,AttributeType")
      return json({
        value: some.map(([LogicalName, { is }]) => ({ LogicalName, AttributeType: is.split(" ")[0] })),
      });
    if (cast === "StringAttributeMetadata" && select === "LogicalName,MaxLength")
      return json({
        value: some.flatMap(([LogicalName, { is, length }]) =>
          is === "String" ? [{ LogicalName, MaxLength: length }] : [],
        ),
      });
    if (cast === "DateTimeAttributeMetadata" && select === "LogicalName,Format")
      return json({
        value: some.flatMap(([LogicalName, { is }]) =>
          is.startsWith("DateTime")
            ? [{ LogicalName, Format: is.endsWith("DateOnly") ? "DateOnly" : "DateAndTime" }]
            : [],
        ),
      });
    return no("0x80060888");
  }
  if (crm.denies) return no("0x80040220", 403);
  const body = await request.json<{
    SchemaName: string;
    "@odata.type": string;
    MaxLength?: number;
    Format?: string;
    DateTimeBehavior?: { Value: string };
    DisplayName: { LocalizedLabels: { LanguageCode: number }[] };
  }>();
  const name = body.SchemaName.toLowerCase();
  if (has(crm, object, name)) return no("0x80044363");
  // A label in another language than the organisation's.
  if (body.DisplayName.LocalizedLabels[0]!.LanguageCode !== 2057) return no("0x80044160");
  const isDay = body["@odata.type"] === "Microsoft.Dynamics.CRM.DateTimeAttributeMetadata";
  if (isDay && body.DateTimeBehavior?.Value !== "DateOnly") return no("0x80048d19");
  add(
    crm,
    object,
    name,
    isDay ? { is: `DateTime ${body.Format}` } : { is: "String", length: body.MaxLength! },
  );
  return new Response(null, { status: 204 });
};

const espocrm: Make = async (crm, request, { pathname, searchParams }) => {
  if (pathname === "/api/v1/Metadata") {
    const [, object = ""] = /^entityDefs\.(\w+)\.fields$/.exec(searchParams.get("key") ?? "") ?? [];
    return json({
      name: { type: "personName" },
      ...Object.fromEntries(
        of(crm, object).map(([name, { is, length }]) => [
          name,
          { type: is, isCustom: true, ...(length !== undefined && { maxLength: length }) },
        ]),
      ),
    });
  }
  const [, object = ""] = /^\/api\/v1\/Admin\/fieldManager\/(\w+)$/.exec(pathname) ?? [];
  if (object === "") return null;
  // An API user is no administrator, whatever its role.
  if (crm.denies || request.headers.get("authorization") !== `Basic ${btoa("admin:se:cret")}`)
    return new Response(null, { status: 403 });
  const { name, type, maxLength } = await request.json<{ name: string; type: string; maxLength?: number }>();
  const given = `c${name[0]!.toUpperCase()}${name.slice(1)}`;
  if (has(crm, object, given))
    return json(
      { messageTranslation: { label: "fieldAlreadyExists", scope: "FieldManager", data: { field: given } } },
      409,
    );
  add(crm, object, given, { is: type, ...(maxLength !== undefined && { length: maxLength }) });
  return json({ type, label: name, isCustom: true });
};

const makes: Partial<Record<ConnectorKind, Make>> = {
  hubspot,
  salesforce,
  pipedrive,
  zoho,
  dynamics,
  espocrm,
};

/** Has a double answer for its fields, too. Answers what it has, and which faults it is to have. */
export function making(crm: Double, kind: ConnectorKind): Schema {
  const schema: Schema = { columns: new Map(), done: [], denies: false, loses: false, assigned: false };
  crm.instead = async (request) => {
    const url = new URL(request.url);
    const answer = await makes[kind]!(schema, request, url);
    const isMade = answer?.ok && request.method === "POST";
    return schema.loses && isMade ? new Response("", { status: 500 }) : answer;
  };
  return schema;
}
