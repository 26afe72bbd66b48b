/**
 * HubSpot: properties, in a group of their own. Reading them needs no scope beyond those of a run; making them
 * `crm.schemas.contacts.write`, and the like of each other kind of record.
 * https://developers.hubspot.com/docs/api-reference/latest/crm/properties/guide
 * The vendor's OpenAPI document: github.com/HubSpot/HubSpot-public-api-spec-collection, CRM/Properties v3.
 */
import * as z from "zod";
import type { Maker, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { each, refusalIn } from "./each.ts";

const GROUP = "cleardial";
const list = z.object({ results: z.array(z.object({ name: z.string(), type: z.string() })) });

export const hubspotMaker = (wire: Wire): Maker => ({
  async look(object, names) {
    const { data } = await wire(`/crm/v3/properties/${object}`);
    return new Map(
      list
        .parse(data)
        .results.filter(({ name }) => names.includes(name))
        .map(({ name, type }) => [name, { is: type === "string" ? "text" : type }]),
    );
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
