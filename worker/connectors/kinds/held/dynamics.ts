/**
 * What Dynamics 365 holds of somebody: records by number or address, and the telephone calls of these.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows
 * https://learn.microsoft.com/power-apps/developer/data-platform/wildcard-characters
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/phonecall
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows#filter-based-on-collection-values
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api
 * https://learn.microsoft.com/power-apps/developer/model-driven-apps/open-forms-views-dialogs-reports-url
 */
import * as z from "zod";
import type { HeldWhat } from "../../../../shared/privacy-requests/api-systems.ts";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import type { Connector, Named, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { anyNotation, eachErased, goneBy, holdingOf, isSought, MOST, thereOf } from "./sought.ts";

const API = "/api/data/v9.2";
const odata = { "odata-maxversion": "4.0", "odata-version": "4.0" };
const list = z.object({ value: z.array(z.record(z.string(), z.unknown())) });
/** ObjectDoesNotExist. */
const isGone = goneBy("0x80040217");
const calls = "phonecalls";
/** The fields of an address that its own tables have. */
const emails: Record<string, readonly string[]> = {
  contacts: ["emailaddress1", "emailaddress2", "emailaddress3"],
  leads: ["emailaddress1", "emailaddress2", "emailaddress3"],
  accounts: ["emailaddress1", "emailaddress2", "emailaddress3"],
};
const entityOf = (set: string): string => set.replace(/s$/, "");
const keyOf = (set: string): string => (set === calls ? "activityid" : `${entityOf(set)}id`);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function dynamicsHeld(
  host: string,
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "links" | "erase">> {
  const read = async (object: string, columns: readonly string[], filter: string) => {
    const query = new URLSearchParams({
      $select: [keyOf(object), ...columns].join(),
      $filter: filter,
      $top: String(MOST + 1),
    });
    const { data } = await wire(`${API}/${object}?${query.toString()}`, { headers: odata });
    return list.parse(data).value.map((row) => ({ id: z.guid().parse(row[keyOf(object)]), row }));
  };
  const linkOf = ({ object, id }: Named) =>
    `${host}/main.aspx?pagetype=entityrecord&etn=${entityOf(object)}&id=${id}`;
  return {
    links: () => Promise.resolve(linkOf),
    async held(sought, known) {
      const { there, said } = await thereOf(
        known,
        linkOf,
        ({ object, id }) =>
          wire(`${API}/${object}(${z.guid().parse(id)})?$select=${keyOf(object)}`, {
            ...{ headers: odata, takes: REFUSED },
          }),
        isGone,
      );
      const records = [...there];
      const add = (what: HeldWhat, record: Named) =>
        records.push({ ...record, what: [what], link: linkOf(record) });
      let isMore = false;
      const first = <T>(rows: T[]): T[] => {
        if (rows.length > MOST) isMore = true;
        return rows;
      };
      for (const { name: object, numbers: fields, country } of objects) {
        const addresses = emails[object] ?? [];
        const conditions = [
          ...sought.numbers.flatMap((number) =>
            // Inside of it, the ends are anything already.
            fields.map((field) => `contains(${field},${quoted(anyNotation(number).slice(1, -1))})`),
          ),
          ...(sought.email === null ? [] : addresses.map((field) => `${field} eq ${quoted(sought.email!)}`)),
        ];
        const columns = [...fields, ...addresses];
        const asked = [...columns, ...(country === undefined ? [] : [country])];
        const found = conditions.length === 0 ? [] : await read(object, asked, conditions.join(" or "));
        for (const { id, row } of first(found)) {
          const texts = columns.map((column) => row[column]);
          if (isSought(texts, country && row[country], sought)) add("record", { object, id });
        }
      }
      const own = records.filter(({ object }) => object !== calls);
      for (const id of new Set(own.map((one) => z.guid().parse(one.id)))) {
        // About it, or with it.
        const of = `_regardingobjectid_value eq ${id} or phonecall_activity_parties/any(p:p/_partyid_value eq ${id})`;
        for (const call of first(await read(calls, [], of))) add("call", { object: calls, id: call.id });
      }
      return holdingOf(records, { isMore, said: said.map((one) => `dynamics: ${one}`) });
    },
    erase: (records) =>
      eachErased(
        records,
        ({ object, id }) =>
          wire(`${API}/${object}(${z.guid().parse(id)})`, {
            ...{ method: "DELETE", headers: odata, takes: REFUSED },
          }),
        isGone,
      ),
  };
}
