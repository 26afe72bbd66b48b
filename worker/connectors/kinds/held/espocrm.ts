/**
 * What EspoCRM holds of somebody: records by any of their numbers or by address, and the calls of these. What is deleted there is
 * marked, and leaves its database with its own clean-up.
 * https://docs.espocrm.com/development/api/crud/ and https://docs.espocrm.com/development/api/relationships/
 * A condition on `phoneNumber` is one on all numbers of a record: github.com/espocrm/espocrm,
 * application/Espo/Core/Utils/Database/Orm/FieldConverters/Phone.php.
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import type { Answer, Connector, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { anyNotation, eachErased, holdingOf, type IsGone, isSought, MOST, thereOf } from "./sought.ts";

const API = "/api/v1/";
const CALL = "Call";
/** A negative total is one that was not counted. */
const list = z.object({ list: z.array(z.object({ id: z.string().min(1) })), total: z.number().optional() });
/** What a user may do with each kind of record: `all`, `team`, `own` or `no`; false without any right. */
const rights = z.object({ acl: z.object({ table: z.record(z.string(), z.unknown()) }) });
const readsAll = z.object({ read: z.literal("all") });
const whole = z.looseObject({
  phoneNumberData: z.array(z.object({ phoneNumber: z.string() })).default([]),
  emailAddressData: z.array(z.object({ emailAddress: z.string() })).default([]),
});

export function espocrmHeld(
  host: string,
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "links" | "erase">> {
  const pathOf = (object: string, id: string) => `${API}${object}/${encodeURIComponent(id)}`;
  const linkOf = (object: string, id: string) => `${host}/#${object}/view/${encodeURIComponent(id)}`;
  const listed = (path: string, where: Record<string, string> = {}) => {
    const query = { maxSize: String(MOST + 1), offset: "0", attributeSelect: "id", ...where };
    return wire(`${path}?${new URLSearchParams(query).toString()}`, {
      headers: { "x-no-total": "true" },
      takes: [403, 404],
    });
  };
  // It gives no reason with a 404, which a proxy answers as well: it counts where its own list has no such record either.
  const isGone: IsGone = async ({ status }, { object, id }) => {
    if (status !== 404) return false;
    const where = { "whereGroup[0][type]": "equals", "whereGroup[0][attribute]": "id" };
    const own = await listed(`${API}${object}`, { ...where, "whereGroup[0][value]": id, maxSize: "1" });
    return own.status === 200 && list.parse(own.data).list.length === 0;
  };
  /** A list leaves out what the role may not read, without a word. */
  const unreadBy = async (): Promise<string[]> => {
    const { status, why, data } = await wire(`${API}App/user`, { takes: REFUSED });
    if (status !== 200) return [`App/user: ${status} ${why}`.trim()];
    const { table } = rights.parse(data).acl;
    return [...objects.map(({ name }) => name), CALL].flatMap((name) =>
      readsAll.safeParse(table[name]).success ? [] : [`${name}: the role may not read all`],
    );
  };
  return {
    links: () => Promise.resolve(({ object, id }) => linkOf(object, id)),
    async held(sought, known) {
      const { there, said } = await thereOf(
        known,
        ({ object, id }) => linkOf(object, id),
        ({ object, id }) => wire(pathOf(object, id), { takes: REFUSED }),
        isGone,
      );
      said.push(...(await unreadBy()));
      const records = [...there];
      let isMore = false;
      const idsIn = (object: string, { status, why, data }: Answer): string[] => {
        if (status === 200) {
          const { list: rows, total = -1 } = list.parse(data);
          const ids = rows.map(({ id }) => id);
          if (ids.length > MOST || total > ids.length) isMore = true;
          return ids;
        }
        said.push(`${object}: ${status} ${why}`.trim());
        return [];
      };
      for (const { name: object, numbers: fields, country } of objects) {
        const numbers = [...new Set(["phoneNumber", ...fields])];
        const conditions = [
          ...sought.numbers.flatMap((number) =>
            numbers.map((field) => ["like", field, anyNotation(number)] as const),
          ),
          ...(sought.email === null ? [] : [["equals", "emailAddress", sought.email] as const]),
        ];
        const found: string[] = [];
        for (const [type, attribute, value] of conditions) {
          const where = { "whereGroup[0][type]": type, "whereGroup[0][attribute]": attribute };
          const answer = await listed(`${API}${object}`, { ...where, "whereGroup[0][value]": value });
          found.push(...idsIn(object, answer));
        }
        const seen = new Set(there.flatMap((one) => (one.object === object ? [one.id] : [])));
        const fresh = new Set(found.filter((one) => !seen.has(one)));
        if (fresh.size > MOST) isMore = true;
        for (const id of [...fresh].slice(0, MOST)) {
          const answer = await wire(pathOf(object, id), { takes: REFUSED });
          if (await isGone(answer, { object, id })) continue;
          const { status, why, data } = answer;
          if (status !== 200) {
            said.push(`${object}: ${status} ${why}`.trim());
            continue;
          }
          const { phoneNumberData, emailAddressData, ...own } = whole.parse(data);
          const texts = [
            ...phoneNumberData.map(({ phoneNumber }) => phoneNumber),
            ...emailAddressData.map(({ emailAddress }) => emailAddress),
            ...[...numbers, "emailAddress"].map((field) => own[field]),
          ];
          if (isSought(texts, country && own[country], sought))
            records.push({ object, id, what: ["record"], link: linkOf(object, id) });
        }
      }
      for (const { object, id } of records.filter((one) => one.object !== CALL)) {
        const answer = await listed(`${pathOf(object, id)}/calls`);
        // Of a record that is gone meanwhile there is nothing to tell.
        if (await isGone(answer, { object, id })) continue;
        for (const call of idsIn(CALL, answer))
          records.push({ object: CALL, id: call, what: ["call"], link: linkOf(CALL, call) });
      }
      return holdingOf(records, { isMore, said: said.map((one) => `espocrm: ${one}`) });
    },
    erase: (records) =>
      eachErased(
        "espocrm",
        records,
        ({ object, id }) => wire(pathOf(object, id), { method: "DELETE", takes: REFUSED }),
        ({ data }) => data === true,
        isGone,
      ),
  };
}
