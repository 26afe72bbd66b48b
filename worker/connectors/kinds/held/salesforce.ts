/**
 * What Salesforce holds of somebody: records by number or address, and the logged calls of these. What is deleted lies in its
 * recycle bin for a while.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_delete.htm
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import { chunks } from "../../../../shared/core/chunks.ts";
import type { Connector, HeldRecord, Refusal, Wire } from "../../connector.ts";
import { reasonIn } from "../../reason.ts";
import { anyNotation, holdingOf, idsOf, isSought, MOST } from "./sought.ts";

const DATA = "/services/data/v61.0";
/** Records of one deletion. */
const TOGETHER = 200;
const recordId = z.string().regex(/^\w{15,18}$/);
const answer = z.object({ records: z.array(z.object({ Id: recordId }).loose()) });
const deleted = z.array(
  z.object({
    success: z.boolean(),
    errors: z.array(z.looseObject({ statusCode: z.string().optional() })).default([]),
  }),
);
/** Standard objects with an address. */
const emails: Record<string, string> = { Contact: "Email", Lead: "Email" };
const quoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

export function salesforceHeld(
  host: string,
  objects: readonly ConnectorObject[],
  wire: Wire,
): Required<Pick<Connector, "held" | "erase">> {
  const ask = async (q: string) => {
    const { data } = await wire(`${DATA}/query?${new URLSearchParams({ q }).toString()}`);
    return answer.parse(data).records;
  };
  return {
    async held(sought, known) {
      const records: HeldRecord[] = [];
      for (const { name: object, numbers: fields } of objects) {
        const email = emails[object];
        const conditions = [
          ...sought.numbers.flatMap((number) =>
            fields.map((field) => `${field} LIKE ${quoted(anyNotation(number))}`),
          ),
          ...(email && sought.email !== null ? [`${email} = ${quoted(sought.email)}`] : []),
        ];
        const columns = ["Id", ...fields, ...(email ? [email] : [])];
        const found =
          conditions.length === 0
            ? []
            : await ask(
                `SELECT ${columns.join(", ")} FROM ${object} WHERE ${conditions.join(" OR ")} LIMIT ${MOST + 1}`,
              );
        const theirs = found.filter((row) =>
          isSought(
            columns.slice(1).map((column) => row[column]),
            sought,
          ),
        );
        for (const id of idsOf(
          object,
          known,
          theirs.map(({ Id }) => Id),
        ))
          records.push({ object, id, what: ["record"], link: `${host}/${id}` });
      }
      const people = records.flatMap(({ object, id }) =>
        object in emails ? [quoted(recordId.parse(id))] : [],
      );
      if (people.length > 0)
        for (const { Id: id } of await ask(
          `SELECT Id FROM Task WHERE TaskSubtype = 'Call' AND WhoId IN (${people.join()}) LIMIT ${MOST + 1}`,
        ))
          records.push({ object: "Task", id, what: ["call"], link: `${host}/${id}` });
      return holdingOf(records);
    },
    async erase(records) {
      const refused: Refusal[] = [];
      for (const some of chunks(records, TOGETHER)) {
        const ids = some.map(({ id }) => recordId.parse(id)).join();
        const { data } = await wire(`${DATA}/composite/sobjects?ids=${ids}&allOrNone=false`, {
          method: "DELETE",
        });
        // One result for each record, in their order.
        for (const [i, { success, errors }] of deleted.parse(data).entries())
          if (!success && errors[0]?.statusCode !== "ENTITY_IS_DELETED")
            refused.push({ ...some[i]!, why: reasonIn(errors) });
      }
      return refused;
    },
  };
}
