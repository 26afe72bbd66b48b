/**
 * What Zoho CRM holds of somebody: records by number or address, and the calls of these, with their recordings. By COQL, whose scope
 * runs have already: its search by `phone` needs one of its own, and finds what its index has. What is deleted lies in its recycle bin.
 * https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html: `like` with % at the ends, conditions in pairs
 * https://help.zoho.com/portal/en/community/topic/kaizen-81-coql-api-part-ii: calls of a lead or an account by `What_Id->`
 * https://www.zoho.com/crm/developer/docs/api/v8/get-records.html: one by its id; 204 where there is none
 * https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
 * https://www.zoho.com/crm/developer/docs/api/v8/get-users.html: its own user's profile; only Administrator is sure to see all
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import { chunks } from "../../../../shared/core/chunks.ts";
import { type Connector, ConnectorError, type LinkOf, type Named, type Wire } from "../../connector.ts";
import { LACKS_SCOPE } from "../../http.ts";
import { REFUSED } from "../../records.ts";
import { eachErased, groupsOf, holdingOf, type IsGone, isSought, MOST, thereOf } from "./sought.ts";

const API = "/crm/v8";
const CALLS = "Calls";
/** Conditions, and values of a list, of one query. */
const CONDITIONS = 10;
const VALUES = 50;
/** Digits of a number's end by which it is looked for: what is found is read whole. */
const TAIL = 6;
const recordId = z.string().regex(/^\d{1,25}$/);
const list = z.object({
  data: z.array(z.object({ id: recordId }).loose()),
  info: z.object({ more_records: z.boolean() }),
});
const users = z.object({ users: z.tuple([z.object({ profile: z.object({ name: z.string() }) })]) });
const results = z.object({ data: z.tuple([z.object({ status: z.literal("success") })]) });
const refusal = z.object({ data: z.tuple([z.object({ code: z.string() })]) });
/** Fields with an address, of its own modules. */
const emails: Record<string, readonly string[]> = {
  Contacts: ["Email", "Secondary_Email"],
  Leads: ["Email", "Secondary_Email"],
};
/** Where the data centre of a domain is: https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html */
const places: Record<string, string> = { com: "US", "com.au": "AU", "com.cn": "CN" };
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const either = (conditions: readonly string[]): string =>
  conditions.reduce((all, one) => `(${all} or ${one})`);

/** Patterns for the end of a number as people write it. */
function tailsOf(number: string): string[] {
  const groups = groupsOf(number);
  let tail = groups.length - 1;
  while (tail > 0 && groups.slice(tail).join("").length < TAIL) tail--;
  return [...new Set(["", " ", "-"].map((between) => `%${groups.slice(tail).join(between)}%`))];
}

export function zohoHeld(
  { region, pages }: { region: string; pages: string },
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "links" | "erase">> {
  const linkOf: LinkOf = ({ object, id }) => `${pages}/crm/tab/${object}/${encodeURIComponent(id)}`;
  const read = ({ object, id }: Named) =>
    wire(`${API}/${object}/${recordId.parse(id)}?fields=id`, { takes: REFUSED });
  /** What a scope is missing for is said, and the rest is read. */
  const unlessScope = async <T>(of: string, ask: () => Promise<T>, said: string[]): Promise<T | null> =>
    ask().catch((error: unknown) => {
      if (!(error instanceof ConnectorError) || !error.message.includes(LACKS_SCOPE)) throw error;
      said.push(`${of}: ${LACKS_SCOPE}`);
      return null;
    });
  /** Answers leave out what is not shared with its user, without a word. */
  const unreadBy = async (): Promise<string[]> => {
    const said: string[] = [];
    const answer = await unlessScope("users", () => wire(`${API}/users?type=CurrentUser`), said);
    const profile = answer && users.parse(answer.data).users[0].profile.name;
    if (profile !== null && profile !== "Administrator")
      said.push("its user's profile is not Administrator, and may not read all");
    return said;
  };
  const goneFor =
    (unread: readonly string[]): IsGone =>
    async ({ status, data }, record) => {
      if (unread.length > 0) return false;
      if (status === 204) return true;
      const { success, data: refused } = refusal.safeParse(data);
      const isOther = success && refused.data[0].code === "INVALID_DATA";
      return status === 400 && isOther && (await read(record)).status === 204;
    };
  return {
    links: () => Promise.resolve(linkOf),
    async held(sought, known) {
      const unread = await unreadBy();
      const { there, said } = await thereOf(known, linkOf, read, goneFor(unread));
      said.push(...unread);
      const records = [...there];
      let isMore = false;
      const ask = async (columns: readonly string[], object: string, where: string) => {
        const { status, data } = await wire(`${API}/coql`, {
          method: "POST",
          body: {
            select_query: `select ${columns.join(", ")} from ${object} where ${where} limit ${MOST + 1}`,
          },
        });
        // No rows.
        if (status === 204) return [];
        const { data: rows, info } = list.parse(data);
        if (info.more_records || rows.length > MOST) isMore = true;
        return rows;
      };
      for (const { name: object, numbers: fields, country } of objects) {
        const addresses = emails[object] ?? [];
        const conditions = [
          ...sought.numbers
            .flatMap(tailsOf)
            .flatMap((tail) => fields.map((field) => `${field} like ${quoted(tail)}`)),
          ...(sought.email === null ? [] : addresses.map((field) => `${field} = ${quoted(sought.email!)}`)),
        ];
        const texts = [...fields, ...addresses];
        const columns = [...new Set(["id", ...texts, ...(country === undefined ? [] : [country])])];
        for (const some of chunks(conditions, CONDITIONS))
          for (const { id, ...row } of await ask(columns, object, either(some))) {
            const own = texts.map((field) => row[field]);
            if (isSought(own, country && row[country], sought))
              records.push({ object, id, what: ["record"], link: linkOf({ object, id }) });
          }
      }
      for (const [object, of] of Map.groupBy(
        records.filter((record) => record.object !== CALLS),
        (record) => record.object,
      ))
        for (const some of chunks(of, VALUES)) {
          const ids = [...new Set(some.map(({ id }) => quoted(recordId.parse(id))))].join(", ");
          const whose = object === "Contacts" ? "Who_Id" : `'What_Id->${object}.id'`;
          const calls = await unlessScope(
            CALLS,
            () => ask(["id", "Voice_Recording__s"], CALLS, `${whose} in (${ids})`),
            said,
          );
          for (const { id, Voice_Recording__s: recording } of calls ?? [])
            records.push({
              ...{ object: CALLS, id, link: linkOf({ object: CALLS, id }) },
              what: ["call", ...(recording ? (["recording"] as const) : [])],
            });
        }
      return holdingOf(records, {
        ...{ isMore, region: places[region] ?? region.toUpperCase() },
        said: said.map((words) => `zoho: ${words}`),
      });
    },
    async erase(records) {
      const isGone = goneFor(await unreadBy());
      return eachErased(
        "zoho",
        records,
        ({ object, id }) =>
          // A deletion must not start the CRM's workflows.
          wire(`${API}/${object}/${recordId.parse(id)}?wf_trigger=false`, {
            ...{ method: "DELETE", takes: REFUSED },
          }),
        ({ data }) => results.safeParse(data).success,
        isGone,
      );
    },
  };
}
