/**
 * Salesforce: custom fields, and a permission set that lets ClearDial's user read and write them: without field-level security nobody
 * sees a new field. Needs a user who may customise the application, and manage and assign permission sets.
 * https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_customfield.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_fieldpermissions.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionset.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_discoveryresource.htm: `identity`, the user.
 */
import * as z from "zod";
import { ConnectorError, type FieldFound, type Maker, type Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { CHARACTERS, each, refusalIn, textIs } from "./each.ts";

const DATA = "/services/data/v61.0";
const SET = "ClearDial_fields";

const described = z.object({
  fields: z.array(z.object({ name: z.string(), type: z.string(), length: z.int(), updateable: z.boolean() })),
});
const ids = z.object({ records: z.array(z.object({ Id: z.string().regex(/^\w{15,18}$/) }).loose()) });
const hidden = z.object({ records: z.array(z.object({ DeveloperName: z.string() }).loose()) });
const made = z.object({ id: z.string().regex(/^\w{15,18}$/) });
const root = z.object({ identity: z.string().regex(/\/005\w{12,15}$/) });

/** `ClearDial_Date` of `ClearDial_Date__c`. */
const developerName = (field: string): string => field.replace(/__c$/, "");
/** That it is there already is no refusal. */
const THERE = /DUPLICATE_(DEVELOPER_NAME|VALUE)/;

export const salesforceMaker = (wire: Wire): Maker => {
  const ask = async (q: string, tooling = "") =>
    (await wire(`${DATA}${tooling}/query?${new URLSearchParams({ q }).toString()}`)).data;
  const post = (path: string, body: unknown) =>
    wire(`${DATA}${path}`, { method: "POST", body, takes: REFUSED });
  const refusal = (answer: Awaited<ReturnType<Wire>>): string | null => {
    const why = refusalIn(answer);
    return why !== null && THERE.test(why) ? null : why;
  };

  /** The id of a record that a query finds, or that is made. Throws the refusal. */
  async function idOf(q: string, object: string, values: Record<string, string>): Promise<string> {
    const [found] = ids.parse(await ask(q)).records;
    if (found) return found.Id;
    const answer = await post(`/sobjects/${object}`, values);
    const why = refusalIn(answer);
    if (why !== null) throw new ConnectorError(`${object}: ${why}`);
    return made.parse(answer.data).id;
  }

  /** The permission set, assigned to the user who asks. Throws what was refused. */
  async function granting(): Promise<string> {
    const set = await idOf(`SELECT Id FROM PermissionSet WHERE Name = '${SET}'`, "PermissionSet", {
      ...{ Name: SET, Label: "ClearDial fields" },
    });
    const user = root
      .parse((await wire(`${DATA}/`)).data)
      .identity.split("/")
      .at(-1)!;
    const where = `AssigneeId = '${user}' AND PermissionSetId = '${set}'`;
    await idOf(`SELECT Id FROM PermissionSetAssignment WHERE ${where}`, "PermissionSetAssignment", {
      ...{ AssigneeId: user, PermissionSetId: set },
    });
    return set;
  }

  return {
    async look(object, names) {
      const { data } = await wire(`${DATA}/sobjects/${object}/describe`);
      const found = new Map<string, FieldFound>();
      for (const { name, type, length, updateable } of described.parse(data).fields)
        if (names.includes(name))
          found.set(name, {
            is: type === "string" || type === "textarea" ? textIs(length) : type,
            ...(!updateable && { hidden: true }),
          });
      const unseen = names.filter((name) => !found.has(name));
      if (unseen.length === 0) return found;
      // A user who may not read the set-up is refused: then a field that is there is found when it is made.
      const list = unseen.map((name) => `'${developerName(name)}'`).join(", ");
      const q = `SELECT DeveloperName FROM CustomField WHERE TableEnumOrId = '${object}' AND DeveloperName IN (${list})`;
      const { status, data: rows } = await wire(
        `${DATA}/tooling/query?${new URLSearchParams({ q }).toString()}`,
        { takes: REFUSED },
      );
      const there = REFUSED.includes(status)
        ? new Set()
        : new Set(hidden.parse(rows).records.map(({ DeveloperName }) => DeveloperName));
      for (const name of unseen)
        if (there.has(developerName(name))) found.set(name, { is: "", hidden: true });
      return found;
    },
    async make(object, fields) {
      const refused = await each(fields, async ({ name, label, type }) =>
        refusal(
          await post("/tooling/sobjects/CustomField", {
            FullName: `${object}.${name}`,
            Metadata: type === "date" ? { label, type: "Date" } : { label, type: "Text", length: CHARACTERS },
          }),
        ),
      );
      const rest = fields.filter(({ name }) => !refused.has(name));
      if (rest.length === 0) return refused;
      try {
        const ParentId = await granting();
        const unseen = await each(rest, async ({ name }) =>
          refusal(
            await post("/sobjects/FieldPermissions", {
              ...{ ParentId, SobjectType: object, Field: `${object}.${name}` },
              ...{ PermissionsRead: true, PermissionsEdit: true },
            }),
          ),
        );
        for (const [name, why] of unseen) refused.set(name, `FieldPermissions: ${why}`);
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        for (const { name } of rest) refused.set(name, error.message);
      }
      return refused;
    },
  };
};
