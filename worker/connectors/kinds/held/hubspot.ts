/**
 * What HubSpot holds of somebody: contacts and companies by number or address, and the calls of these, with their recordings and
 * transcripts. Contacts can be erased for good, with all that belongs to them; anything else can only be archived there, so that it
 * is a person's task.
 * https://developers.hubspot.com/docs/api-reference/search/guide: numbers are searched without their country code, in properties
 * that begin with `hs_searchable_calculated_`, which its two own fields of numbers have; five groups of filters a query; records of another by `associations.contact` and `associations.company`.
 * https://developers.hubspot.com/docs/api/crm/calls
 * https://developers.hubspot.com/docs/api-reference/legacy/account/account-information/get-account-details: the account's region
 * https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/gdpr/gdpr-delete-contact
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import { chunks } from "../../../../shared/core/chunks.ts";
import type { Connector, LinkOf, Sought, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import {
  BY_HAND,
  eachErased,
  goneBy,
  holdingOf,
  isAnothers,
  isEmpty,
  MOST,
  nationalOf,
  notationsOf,
  thereOf,
} from "./sought.ts";

const GROUPS = 5;
const isGone = goneBy("OBJECT_NOT_FOUND");

const found = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()) })),
  total: z.number().optional(),
  paging: z.object({ next: z.unknown().optional() }).optional(),
});
const portal = z.object({ portalId: z.number() });
const account = portal.extend({
  uiDomain: z.string().regex(/^[a-z0-9.-]+\.hubspot\.com$/),
  dataHostingLocation: z.string().max(20),
});
/** Numbers of the kinds of record, as its own addresses have them. */
const types: Record<string, string> = { contacts: "0-1", companies: "0-2", calls: "0-48" };

type Filter = { propertyName: string } & (
  | { operator: "EQ"; value: string }
  | { operator: "IN"; values: string[] }
);
const isBy = (propertyName: string, value: string): Filter => ({ propertyName, operator: "EQ", value });

/** What its own search of numbers has, which finds any notation; other fields are asked in the common ones. */
const calculated: Record<string, string> = { phone: "phone_number", mobilephone: "mobile_number" };

/** By which properties somebody's records of a kind are found. */
function filtersOf({ name, numbers: fields }: ConnectorObject, { numbers, email }: Sought): Filter[] {
  return [
    ...fields.flatMap((field): Filter[] =>
      numbers.length === 0
        ? []
        : calculated[field] === undefined
          ? [{ propertyName: field, operator: "IN", values: numbers.flatMap(notationsOf) }]
          : numbers.map((number) =>
              isBy(`hs_searchable_calculated_${calculated[field]}`, nationalOf(number)),
            ),
    ),
    ...(name === "contacts" && email !== null ? [isBy("email", email)] : []),
  ];
}

export function hubspotHeld(
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "links" | "erase" | "account">> {
  /** What a search answers, whatever of it is another's; and whether there may be more. */
  const search = async (object: string, filters: readonly Filter[], properties: readonly string[] = []) => {
    const all = new Map<string, Record<string, unknown>>();
    let isMore = false;
    for (const some of chunks(filters, GROUPS)) {
      const { data } = await wire(`/crm/v3/objects/${object}/search`, {
        method: "POST",
        body: {
          filterGroups: some.map((one) => ({ filters: [one] })),
          properties,
          limit: MOST + 1,
        },
      });
      const { results, total, paging } = found.parse(data);
      for (const { id, properties: has } of results) all.set(id, has);
      isMore ||= all.size > MOST || (total ?? 0) > results.length || paging?.next != null;
      if (all.size > MOST) break;
    }
    return { all, isMore };
  };
  const ownAccount = async () => {
    const { status, data } = await wire("/account-info/v3/details", { takes: [403] });
    return status === 403 ? null : account.parse(data);
  };
  const linkBy =
    (own: z.infer<typeof account> | null): LinkOf =>
    ({ object, id }) =>
      own && types[object]
        ? `https://${own.uiDomain}/contacts/${own.portalId}/record/${types[object]}/${id}`
        : null;
  return {
    async account() {
      const { data } = await wire("/account-info/v3/details", { takes: REFUSED });
      const told = portal.safeParse(data);
      return told.success ? String(told.data.portalId) : null;
    },
    links: async () => linkBy(await ownAccount()),
    async held(sought, known) {
      const own = await ownAccount();
      const linkOf = linkBy(own);
      const { there, said } = await thereOf(
        known,
        linkOf,
        ({ object, id }) =>
          wire(`/crm/v3/objects/${encodeURIComponent(object)}/${encodeURIComponent(id)}`, { takes: REFUSED }),
        isGone,
      );
      const records = [...there];
      let isMore = false;
      for (const object of objects) {
        const { name, numbers, country } = object;
        const asked = [...numbers, "email", ...(country === undefined ? [] : [country])];
        const found = await search(name, filtersOf(object, sought), asked);
        isMore ||= found.isMore;
        for (const [id, has] of found.all) {
          const texts = [...numbers, "email"].map((field) => has[field]);
          if (!isAnothers(texts, country && has[country], sought))
            records.push({ object: name, id, what: ["record"], link: linkOf({ object: name, id }) });
        }
      }
      const idsOf = (kind: string) => records.flatMap(({ object, id }) => (object === kind ? [id] : []));
      const values = sought.numbers.flatMap(notationsOf);
      const calls = await search(
        "calls",
        [
          ...idsOf("contacts").map((id) => isBy("associations.contact", id)),
          ...idsOf("companies").map((id) => isBy("associations.company", id)),
          ...(values.length === 0
            ? []
            : ["hs_call_to_number", "hs_call_from_number"].map((propertyName): Filter => ({
                propertyName,
                operator: "IN",
                values,
              }))),
        ],
        ["hs_call_recording_url", "hs_call_has_transcript"],
      );
      for (const [id, { hs_call_recording_url: recording, hs_call_has_transcript: transcript }] of calls.all)
        records.push({
          ...{ object: "calls", id, link: linkOf({ object: "calls", id }) },
          what: [
            "call",
            ...(recording ? (["recording"] as const) : []),
            ...(transcript === "true" || transcript === true ? (["transcript"] as const) : []),
          ],
        });
      return holdingOf(records, {
        isMore: isMore || calls.isMore,
        region: own?.dataHostingLocation ?? null,
        said: said.map((one) => `hubspot: ${one}`),
      });
    },
    async erase(records) {
      const contacts = records.filter(({ object }) => object === "contacts");
      const others = records.filter(({ object }) => object !== "contacts");
      const done = await eachErased(
        "hubspot",
        contacts,
        ({ id }) =>
          wire("/crm/v3/objects/contacts/gdpr-delete", {
            method: "POST",
            body: { objectId: id },
            takes: REFUSED,
          }),
        isEmpty,
        isGone,
      );
      // Its API only archives these. The calls of a contact go with it, which the next look shows.
      return { ...done, refused: [...done.refused, ...others.map((one) => ({ ...one, why: BY_HAND }))] };
    },
  };
}
