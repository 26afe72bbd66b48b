/**
 * HubSpot: properties, in a group of their own. Reading them needs no scope beyond those of a run; making them
 * `crm.schemas.contacts.write`, and the like of each other kind of record.
 * https://developers.hubspot.com/docs/api-reference/latest/crm/properties/guide
 * The vendor's OpenAPI document: github.com/HubSpot/HubSpot-public-api-spec-collection, CRM/Properties v3.
 */
import * as z from "zod";
import type { FieldFound, Maker, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { each, refusalIn } from "./each.ts";

const GROUP = "cleardial";
/** Sensitive properties are listed only to who asks for them as such: developers.hubspot.com/docs/api-reference/crm-sensitive-data/guide */
const SENSITIVE = ["sensitive", "highly_sensitive"] as const;
const list = z.object({ results: z.array(z.object({ name: z.string(), type: z.string() })) });

/** Properties of a kind of record by their names: those of one kind of sensitivity, or the others. */
async function listed(wire: Wire, object: string, of?: (typeof SENSITIVE)[number]) {
  const query = of === undefined ? "" : `?dataSensitivity=${of}`;
  const { data } = await wire(`/crm/v3/properties/${object}${query}`);
  return new Map(list.parse(data).results.map(({ name, type }) => [name, type]));
}

export const hubspotMaker = (wire: Wire): Maker => ({
  async look(object, names) {
    const found = new Map<string, FieldFound>();
    for (const sensitive of [undefined, ...SENSITIVE]) {
      const left = names.filter((name) => !found.has(name));
      if (left.length === 0) break;
      const all = await listed(wire, object, sensitive);
      for (const name of left) {
        const type = all.get(name);
        if (type !== undefined)
          found.set(name, { is: type === "string" ? "text" : type, ...(sensitive && { sensitive }) });
      }
    }
    return found;
  },
  async make(object, fields) {
    const group = await wire(`/crm/v3/properties/${object}/groups`, {
      method: "POST",
      body: { name: GROUP, label: "ClearDial" },
      takes: REFUSED,
    });
    const why = refusalIn(group);
    if (why !== null) return new Map(fields.map(({ name }) => [name, why]));
    return each(fields, async ({ name, label, type }) =>
      refusalIn(
        await wire(`/crm/v3/properties/${object}`, {
          method: "POST",
          body: {
            ...{ name, label, groupName: GROUP },
            type: type === "date" ? "date" : "string",
            fieldType: type,
          },
          takes: REFUSED,
        }),
      ),
    );
  },
});
