/**
 * What EspoCRM holds of somebody: records by any of their numbers or by address, and the calls of these. What is deleted there is
 * marked, and leaves its database with its own clean-up.
 * https://docs.espocrm.com/development/api/crud/ and https://docs.espocrm.com/development/api/relationships/
 * A condition on `phoneNumber` is one on all numbers of a record: github.com/espocrm/espocrm,
 * application/Espo/Core/Utils/Database/Orm/FieldConverters/Phone.php.
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import type { Connector, HeldRecord, Wire } from "../../connector.ts";
import { REFUSED } from "../../records.ts";
import { anyNotation, eachErased, holdingOf, idsOf, isSought, MOST } from "./sought.ts";

const API = "/api/v1/";
const list = z.object({ list: z.array(z.object({ id: z.string().min(1) })) });
const whole = z.looseObject({
  phoneNumberData: z.array(z.object({ phoneNumber: z.string() })).default([]),
  emailAddressData: z.array(z.object({ emailAddress: z.string() })).default([]),
});

export function espocrmHeld(
  host: string,
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "erase">> {
  const pathOf = (object: string, id: string) => `${API}${object}/${encodeURIComponent(id)}`;
  const linkOf = (object: string, id: string) => `${host}/#${object}/view/${encodeURIComponent(id)}`;
  const listed = (path: string, where: Record<string, string> = {}) => {
    const query = { maxSize: String(MOST + 1), offset: "0", attributeSelect: "id", ...where };
    return wire(`${path}?${new URLSearchParams(query).toString()}`, {
      headers: { "x-no-total": "true" },
      takes: [403, 404],
    });
  };
  return {
    async held(sought, known) {
      const conditions = [
        ...sought.numbers.map((number) => ["like", "phoneNumber", anyNotation(number)] as const),
        ...(sought.email === null ? [] : [["equals", "emailAddress", sought.email] as const]),
      ];
      const records: HeldRecord[] = [];
      const said: string[] = [];
      for (const { name: object } of objects) {
        const found: string[] = [];
        for (const [type, attribute, value] of conditions) {
          const where = { "whereGroup[0][type]": type, "whereGroup[0][attribute]": attribute };
          const { status, why, data } = await listed(`${API}${object}`, {
            ...where,
            "whereGroup[0][value]": value,
          });
          if (status !== 200) said.push(`${object}: ${status} ${why}`.trim());
          else found.push(...list.parse(data).list.map(({ id }) => id));
        }
        const seen = new Set(known.flatMap((one) => (one.object === object ? [one.id] : [])));
        const theirs: string[] = [];
        for (const id of [...new Set(found)].filter((one) => !seen.has(one)).slice(0, MOST + 1)) {
          const { status, data } = await wire(pathOf(object, id), { takes: REFUSED });
          if (REFUSED.includes(status)) continue;
          const { phoneNumberData, emailAddressData, ...fields } = whole.parse(data);
          const texts = [
            ...phoneNumberData.map(({ phoneNumber }) => phoneNumber),
            ...emailAddressData.map(({ emailAddress }) => emailAddress),
            ...[fields["phoneNumber"], fields["emailAddress"]],
          ];
          if (isSought(texts, sought)) theirs.push(id);
        }
        for (const id of idsOf(object, known, theirs)) {
          records.push({ object, id, what: ["record"], link: linkOf(object, id) });
          const { status, why, data } = await listed(`${pathOf(object, id)}/calls`);
          // Of a record that is gone there is nothing to tell.
          if (status === 404) continue;
          if (status !== 200) said.push(`Call: ${status} ${why}`.trim());
          else
            for (const call of list.parse(data).list)
              records.push({ object: "Call", id: call.id, what: ["call"], link: linkOf("Call", call.id) });
        }
      }
      const unique = [...new Map(records.map((one) => [`${one.object} ${one.id}`, one])).values()];
      return holdingOf(unique, { said: [...new Set(said)].map((one) => `espocrm: ${one}`) });
    },
    erase: (records) =>
      eachErased(records, ({ object, id }) => wire(pathOf(object, id), { method: "DELETE", takes: REFUSED })),
  };
}
