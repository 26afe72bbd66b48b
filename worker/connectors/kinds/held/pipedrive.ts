/**
 * What Pipedrive holds of somebody: records of the set-up's kinds by number or, persons, by address, and the activities of the type
 * `call` with them. What is deleted is marked, and erased there after 30 days.
 * https://developers.pipedrive.com/docs/api/v1/Persons (v2: GET /api/v2/persons/search, which is not said to find a number in another
 * notation than it is asked for; GET /api/v2/persons by `ids`; DELETE /api/v2/persons/{id})
 * https://developers.pipedrive.com/docs/api/v1/Activities (v2: by `person_id` and `org_id`, of the first participant)
 * https://developers.pipedrive.com/docs/api/v1/CallLogs (v1: `has_recording`; its list has the logs of the user who asks, its answers none
 * by person, and an activity does not name its log): not looked at
 * https://developers.pipedrive.com/docs/api/v1/Users (GET /api/v1/users/me): only an administrator of `sales` sees what others keep to
 * themselves; one of `global` administers what the apps share, and no more. It names the company, too:
 * https://pipedrive.readme.io/docs/how-to-get-the-company-domain
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import { addedToPipedrive } from "../../../../shared/connectors/kinds.ts";
import { type Connector, type LinkOf, type Named, SetupError, type Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { eachErased, holdingOf, type IsGone, isSought, MOST, notationsOf, thereOf } from "./sought.ts";

const V2 = "/api/v2/";
const ACTIVITIES = "activities";
const next = z.object({ next_cursor: z.string().nullish() }).nullish();
const found = z.object({
  data: z.object({ items: z.array(z.object({ item: z.object({ id: z.int() }) })) }),
  additional_data: next,
});
const values = z.array(z.object({ value: z.unknown() })).nullish();
const list = z.object({
  data: z
    .array(
      z
        .object({
          ...{ id: z.int(), phones: values, emails: values, type: z.string().nullish() },
          custom_fields: z.record(z.string(), z.unknown()).nullish(),
        })
        .loose(),
    )
    .nullable(),
  additional_data: next,
});
const user = z.object({
  data: z.object({
    company_domain: z.string().regex(/^[\w-]{1,100}$/),
    access: z.array(z.object({ app: z.string(), admin: z.boolean() })),
  }),
});
const deleted = z.object({ data: z.object({ is_deleted: z.literal(true) }) });
const success = (is: boolean) => z.object({ success: z.literal(is) });
/** By which of its fields the activities of a kind of record are asked for. */
const partyOf: Record<string, string> = { persons: "person_id", organizations: "org_id" };

/** Its own pages have the names in the singular; of an activity no address is documented. */
const linkBy =
  (host: string): LinkOf =>
  ({ object, id }) =>
    object === ACTIVITIES ? null : `${host}/${object.replace(/s$/, "")}/${encodeURIComponent(id)}`;

export function pipedriveHeld(
  host: string,
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "links" | "erase">> {
  const linkOf = linkBy(host);
  const query = (path: string, of: Record<string, string>, takes: readonly number[] = []) =>
    wire(`${V2}${path}?${new URLSearchParams(of).toString()}`, { takes });
  const one = (method: "GET" | "DELETE", { object, id }: Named) =>
    wire(`${V2}${object}/${encodeURIComponent(id)}`, { method, takes: REFUSED });
  /**
   * Lists leave out what its user may not see, and one such record is answered as one that is not there. Throws a SetupError where the
   * credentials are another company's than its host.
   */
  const unreadBy = async (): Promise<string[]> => {
    const { status, why, data } = await wire("/api/v1/users/me", { takes: REFUSED });
    if (status !== 200) return [`users/me: ${status} ${why}`.trim()];
    const { company_domain: company, access } = user.parse(data).data;
    if (`${company}.pipedrive.com`.toLowerCase() !== new URL(host).host)
      throw new SetupError(
        `pipedrive: its credentials are of the account ${company}, whose host is another: connect it as a CRM of its own`,
      );
    const seesAll = access.some(({ app, admin }) => admin && app === "sales");
    return seesAll ? [] : ["its user is no administrator of deals, and may not read all"];
  };
  const goneFor = (unread: readonly string[]): IsGone => {
    const seesAll = unread.length === 0;
    return ({ status, data }) =>
      status === 404 ? seesAll && success(false).safeParse(data).success : deleted.safeParse(data).success;
  };
  return {
    links: () => Promise.resolve(linkOf),
    async held(sought, known) {
      const unread = await unreadBy();
      const { there, said } = await thereOf(known, linkOf, (record) => one("GET", record), goneFor(unread));
      said.push(...unread);
      const records = [...there];
      let isMore = false;
      const limit = String(MOST);
      for (const { name: object, numbers: fields, country } of objects) {
        const isPerson = object === "persons";
        const by = isPerson ? "phone,custom_fields" : "custom_fields";
        const asked = [
          ...sought.numbers.flatMap(notationsOf).map((term) => ({ term, fields: by })),
          ...(isPerson && sought.email !== null
            ? [{ term: sought.email, fields: "email", exact_match: "true" }]
            : []),
        ];
        const ids = new Set<number>();
        for (const terms of asked) {
          const { data } = await query(`${object}/search`, { ...terms, limit });
          const { data: answer, additional_data } = found.parse(data);
          for (const { item } of answer.items) ids.add(item.id);
          if (additional_data?.next_cursor) isMore = true;
        }
        if (ids.size === 0) continue;
        if (ids.size > MOST) isMore = true;
        const keys = [...fields, ...(country === undefined ? [] : [country])].filter((key) =>
          addedToPipedrive.test(key),
        );
        const { data } = await query(object, {
          ids: [...ids].slice(0, MOST).join(),
          ...(keys.length > 0 && { custom_fields: keys.join() }),
          limit,
        });
        for (const { id, phones, emails, custom_fields, ...own } of list.parse(data).data ?? []) {
          const valueOf = (key: string) => own[key] ?? custom_fields?.[key];
          const texts = [...(phones ?? []), ...(emails ?? [])].map(({ value }) => value);
          const named = { object, id: String(id) };
          if (isSought([...texts, ...fields.map(valueOf)], country && valueOf(country), sought))
            records.push({ ...named, what: ["record"], link: linkOf(named) });
        }
      }
      for (const { object, id } of records.filter((record) => partyOf[record.object] !== undefined)) {
        const { status, why, data } = await query(
          ACTIVITIES,
          { [partyOf[object]!]: id, limit: "500" },
          [403],
        );
        // Without its scope for activities: the records are told all the same.
        if (status === 403) {
          said.push(`${ACTIVITIES}: 403 ${why}`.trim());
          break;
        }
        const { data: rows, additional_data } = list.parse(data);
        if (additional_data?.next_cursor) isMore = true;
        for (const { id: activity, type } of rows ?? [])
          if (type === "call")
            records.push({ object: ACTIVITIES, id: String(activity), what: ["call"], link: null });
      }
      return holdingOf(records, { isMore, said: said.map((words) => `pipedrive: ${words}`) });
    },
    async erase(records) {
      const isGone = goneFor(await unreadBy());
      return eachErased(
        "pipedrive",
        records,
        (record) => one("DELETE", record),
        ({ data }) => success(true).safeParse(data).success,
        isGone,
      );
    },
  };
}
