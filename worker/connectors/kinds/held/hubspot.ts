/**
 * What HubSpot holds of somebody: contacts and companies by number or address, and the calls of these, with their recordings and
 * transcripts. Contacts can be erased for good, with all that belongs to them; anything else can only be archived there, so that it
 * is a person's task.
 * https://developers.hubspot.com/docs/api-reference/search/guide: numbers are searched without their country code, in properties
 * that begin with `hs_searchable_calculated_`; five groups of filters a query; records of another by `associations.contact`.
 * https://developers.hubspot.com/docs/api/crm/calls
 * https://developers.hubspot.com/docs/api-reference/legacy/account/account-information/get-account-details: the account's region
 * https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/gdpr/gdpr-delete-contact
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import { chunks } from "../../../../shared/core/chunks.ts";
import type { Connector, HeldRecord, Refusal, Sought, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { BY_HAND, eachErased, holdingOf, idsOf, MOST, nationalOf } from "./sought.ts";

const GROUPS = 5;

const found = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()) })),
});
const account = z.object({
  portalId: z.number(),
  uiDomain: z.string().regex(/^[a-z0-9.-]+\.hubspot\.com$/),
  dataHostingLocation: z.string().max(20),
});
/** Numbers of the kinds of record, as its own addresses have them. */
const types: Record<string, string> = { contacts: "0-1", companies: "0-2", calls: "0-48" };

interface Filter {
  propertyName: string;
  value: string;
}
const isBy = (propertyName: string, value: string): Filter => ({ propertyName, value });

/** By which properties somebody's records of a kind are found. */
function filtersOf(object: string, { numbers, email }: Sought): Filter[] {
  const fields = object === "contacts" ? ["phone_number", "mobile_number"] : ["phone_number"];
  return [
    ...numbers.flatMap((number) =>
      fields.map((field) => isBy(`hs_searchable_calculated_${field}`, nationalOf(number))),
    ),
    ...(object === "contacts" && email !== null ? [isBy("email", email)] : []),
  ];
}

export function hubspotHeld(
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "erase">> {
  const search = async (object: string, filters: readonly Filter[], properties: readonly string[] = []) => {
    const all = new Map<string, Record<string, unknown>>();
    for (const some of chunks(filters, GROUPS)) {
      const { data } = await wire(`/crm/v3/objects/${object}/search`, {
        method: "POST",
        body: {
          filterGroups: some.map((one) => ({ filters: [{ ...one, operator: "EQ" }] })),
          properties,
          limit: MOST + 1,
        },
      });
      for (const { id, properties: has } of found.parse(data).results) all.set(id, has);
      if (all.size > MOST) break;
    }
    return all;
  };
  return {
    async held(sought, known) {
      const { status, data } = await wire("/account-info/v3/details", { takes: [403] });
      const own = status === 403 ? null : account.parse(data);
      const linkOf = (object: string, id: string) =>
        own && types[object]
          ? `https://${own.uiDomain}/contacts/${own.portalId}/record/${types[object]}/${id}`
          : null;
      const records: HeldRecord[] = [];
      for (const { name } of objects) {
        const ids = idsOf(name, known, [...(await search(name, filtersOf(name, sought))).keys()]);
        records.push(
          ...ids.map((id) => ({
            object: name,
            id,
            what: ["record"] as HeldRecord["what"],
            link: linkOf(name, id),
          })),
        );
      }
      const contacts = records.filter(({ object }) => object === "contacts");
      const calls = await search(
        "calls",
        [
          ...contacts.map(({ id }) => isBy("associations.contact", id)),
          ...sought.numbers.flatMap((number) =>
            ["hs_call_to_number", "hs_call_from_number"].map((field) => isBy(field, `+${number}`)),
          ),
        ],
        ["hs_call_recording_url", "hs_call_has_transcript"],
      );
      for (const [id, { hs_call_recording_url: recording, hs_call_has_transcript: transcript }] of calls)
        records.push({
          ...{ object: "calls", id, link: linkOf("calls", id) },
          what: [
            "call",
            ...(recording ? (["recording"] as const) : []),
            ...(transcript === "true" || transcript === true ? (["transcript"] as const) : []),
          ],
        });
      return holdingOf(records, { region: own?.dataHostingLocation ?? null });
    },
    async erase(records) {
      const contacts = records.filter(({ object }) => object === "contacts");
      const others = records.filter(({ object }) => object !== "contacts");
      return [
        ...(await eachErased(contacts, ({ id }) =>
          wire("/crm/v3/objects/contacts/gdpr-delete", {
            method: "POST",
            body: { objectId: id },
            takes: REFUSED,
          }),
        )),
        // Its API only archives these. The calls of a contact go with it, which the next look shows.
        ...others.map((one): Refusal => ({ ...one, why: BY_HAND })),
      ];
    },
  };
}
