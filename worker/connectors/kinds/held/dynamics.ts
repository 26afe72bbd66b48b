/**
 * What Dynamics 365 holds of somebody: records by number or address, and the telephone calls of these.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows
 * https://learn.microsoft.com/power-apps/developer/data-platform/wildcard-characters
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/phonecall
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows#filter-based-on-collection-values
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api
 * https://learn.microsoft.com/power-apps/developer/model-driven-apps/open-forms-views-dialogs-reports-url
 * What its user may read: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami,
 * .../webapi/reference/entitymetadata (Privileges), .../webapi/reference/retrieveuserprivilegebyprivilegename, which has roles by teams too,
 * and .../webapi/reference/privilegedepth: Global is the whole organisation.
 */
import * as z from "zod";
import type { HeldWhat } from "../../../../shared/privacy-requests/api-systems.ts";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import type { Answer, Connector, Named, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { anyNotation, eachErased, goneBy, holdingOf, isEmpty, isSought, MOST, thereOf } from "./sought.ts";

const API = "/api/data/v9.2";
const odata = { "odata-maxversion": "4.0", "odata-version": "4.0" };
const list = z.object({
  value: z.array(z.record(z.string(), z.unknown())),
  "@odata.nextLink": z.string().optional(),
});
const user = z.object({ UserId: z.guid() });
const metadata = z.object({
  Privileges: z.array(z.object({ Name: z.string().regex(/^\w{1,200}$/), PrivilegeType: z.string() })),
});
const rights = z.object({ RolePrivileges: z.array(z.object({ Depth: z.string() })) });
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
  let isMore = false;
  const read = async (object: string, columns: readonly string[], filter: string) => {
    const query = new URLSearchParams({
      $select: [keyOf(object), ...columns].join(),
      $filter: filter,
      $top: String(MOST + 1),
    });
    const { data } = await wire(`${API}/${object}?${query.toString()}`, { headers: odata });
    const { value, "@odata.nextLink": next } = list.parse(data);
    if (next !== undefined) isMore = true;
    return value.map((row) => ({ id: z.guid().parse(row[keyOf(object)]), row }));
  };
  const linkOf = ({ object, id }: Named) =>
    `${host}/main.aspx?pagetype=entityrecord&etn=${entityOf(object)}&id=${id}`;
  /** An answer leaves out what its user may not read, without a word. */
  const unreadBy = async (): Promise<string[]> => {
    const ask = (path: string) => wire(`${API}/${path}`, { headers: odata, takes: REFUSED });
    const said = (of: string, { status, why }: Answer) => `${of}: ${status} ${why}`.trim();
    const self = await ask("WhoAmI");
    if (self.status !== 200) return [said("WhoAmI", self)];
    const { UserId: id } = user.parse(self.data);
    const unread: string[] = [];
    for (const set of [...objects.map(({ name }) => name), calls]) {
      const table = await ask(`EntityDefinitions(LogicalName='${entityOf(set)}')?$select=Privileges`);
      const read =
        table.status === 200
          ? metadata.parse(table.data).Privileges.find(({ PrivilegeType: type }) => type === "Read")
          : undefined;
      if (!read) {
        unread.push(said(set, table));
        continue;
      }
      const right = await ask(
        `systemusers(${id})/Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='${read.Name}')`,
      );
      if (right.status !== 200) unread.push(said(set, right));
      else if (!rights.parse(right.data).RolePrivileges.some(({ Depth }) => Depth === "Global"))
        unread.push(`${set}: its user may not read all`);
    }
    return unread;
  };
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
      said.push(...(await unreadBy()));
      const records = [...there];
      const add = (what: HeldWhat, record: Named) =>
        records.push({ ...record, what: [what], link: linkOf(record) });
      isMore = false;
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
        "dynamics",
        records,
        ({ object, id }) =>
          wire(`${API}/${object}(${z.guid().parse(id)})`, {
            ...{ method: "DELETE", headers: odata, takes: REFUSED },
          }),
        isEmpty,
        isGone,
      ),
  };
}
