/**
 * What Salesforce holds of somebody: records by number or address, and the logged calls of these. What is deleted lies in its
 * recycle bin for a while.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall.htm: also what is archived
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_delete.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm: one by its id
 * https://developer.salesforce.com/docs/atlas.en-us.sfFieldRef.meta/sfFieldRef/salesforce_field_reference_UserPermissionAccess.htm:
 * what the user who asks may do. A task has no "View All" of its own: only View All Data shows those of others.
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../../shared/connectors/kinds.ts";
import { chunks } from "../../../../shared/core/chunks.ts";
import { type Connector, ConnectorError, type Erasing, type Named, type Wire } from "../../connector.ts";
import { reasonIn } from "../../reason.ts";
import { REFUSED } from "../../records.ts";
import { anyNotation, goneBy, holdingOf, isSought, MOST, stopOf, thereOf, UNDOCUMENTED } from "./sought.ts";

const DATA = "/services/data/v61.0";
/** Records of one deletion. */
const TOGETHER = 200;
/** NOT_FOUND it also says of what its user may not see. */
const DELETED = "ENTITY_IS_DELETED";
const isGone = goneBy(DELETED);
const recordId = z.string().regex(/^\w{15,18}$/);
const answer = z.object({ done: z.boolean(), records: z.array(z.object({ Id: recordId }).loose()) });
const rights = z.object({ records: z.tuple([z.object({ PermissionsViewAllData: z.boolean() })]) });
const deleted = z.array(
  z.object({
    id: recordId.nullish(),
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
): Required<Pick<Connector, "held" | "links" | "erase">> {
  const linkOf = ({ id }: Named) => `${host}/${id}`;
  /** A query leaves out what is not shared with its user, without a word. */
  const unreadBy = async (): Promise<string[]> => {
    const q = "SELECT PermissionsViewAllData FROM UserPermissionAccess";
    const { status, why, data } = await wire(`${DATA}/query?${new URLSearchParams({ q }).toString()}`, {
      takes: REFUSED,
    });
    if (status !== 200) return [`UserPermissionAccess: ${status} ${why}`.trim()];
    const [{ PermissionsViewAllData: isAll }] = rights.parse(data).records;
    return isAll ? [] : ["without View All Data its user may not read all"];
  };
  return {
    links: () => Promise.resolve(linkOf),
    async held(sought, known) {
      let isMore = false;
      const ask = async (q: string, by: "query" | "queryAll" = "query") => {
        const { data } = await wire(
          `${DATA}/${by}?${new URLSearchParams({ q: `${q} LIMIT ${MOST + 1}` }).toString()}`,
        );
        const { done, records } = answer.parse(data);
        if (!done || records.length > MOST) isMore = true;
        return records;
      };
      const { there, said } = await thereOf(
        known,
        linkOf,
        ({ object, id }) =>
          wire(`${DATA}/sobjects/${encodeURIComponent(object)}/${recordId.parse(id)}?fields=Id`, {
            takes: REFUSED,
          }),
        isGone,
      );
      said.push(...(await unreadBy()));
      const records = [...there];
      for (const { name: object, numbers: fields, country } of objects) {
        const email = emails[object];
        const conditions = [
          ...sought.numbers.flatMap((number) =>
            fields.map((field) => `${field} LIKE ${quoted(anyNotation(number))}`),
          ),
          ...(email && sought.email !== null ? [`${email} = ${quoted(sought.email)}`] : []),
        ];
        const columns = [...fields, ...(email ? [email] : [])];
        const asked = [...new Set(["Id", ...columns, ...(country === undefined ? [] : [country])])];
        const found =
          conditions.length === 0
            ? []
            : await ask(`SELECT ${asked.join(", ")} FROM ${object} WHERE ${conditions.join(" OR ")}`);
        for (const row of found) {
          const texts = columns.map((column) => row[column]);
          if (!isSought(texts, country && row[country], sought)) continue;
          records.push({ object, id: row.Id, what: ["record"], link: linkOf({ object, id: row.Id }) });
        }
      }
      const idsOf = (isOf: (object: string) => boolean) =>
        records
          .filter(({ object }) => object !== "Task" && isOf(object))
          .map(({ id }) => quoted(recordId.parse(id)))
          .join();
      // Of people, and of what else a call can be about, such as an account.
      const [people, others] = [idsOf((object) => object in emails), idsOf((object) => !(object in emails))];
      const of = [
        ...(people === "" ? [] : [`WhoId IN (${people})`]),
        ...(others === "" ? [] : [`WhatId IN (${others})`]),
      ];
      if (of.length > 0)
        // A closed task of a year ago is archived, and `query` leaves it out.
        for (const { Id: id } of await ask(
          `SELECT Id FROM Task WHERE TaskSubtype = 'Call' AND IsDeleted = false AND (${of.join(" OR ")})`,
          "queryAll",
        ))
          records.push({ object: "Task", id, what: ["call"], link: linkOf({ object: "Task", id }) });
      return holdingOf(records, { isMore, said: said.map((one) => `salesforce: ${one}`) });
    },
    async erase(records) {
      const done: Erasing = { erased: [], refused: [], stopped: null };
      try {
        for (const some of chunks(records, TOGETHER)) {
          const ids = some.map(({ id }) => recordId.parse(id)).join();
          const { data } = await wire(`${DATA}/composite/sobjects?ids=${ids}&allOrNone=false`, {
            method: "DELETE",
          });
          // One result for each record, in their order, and with its id, of which three characters may be left out.
          const results = deleted.parse(data);
          const isOf = (at: number) => results[at]?.id?.slice(0, 15) === some[at]?.id.slice(0, 15);
          if (results.length !== some.length || results.some(({ success }, at) => success && !isOf(at)))
            throw new ConnectorError(`salesforce: ${UNDOCUMENTED}`);
          for (const [at, { success, errors }] of results.entries())
            if (success || errors[0]?.statusCode === DELETED) done.erased.push(some[at]!);
            else done.refused.push({ ...some[at]!, why: reasonIn(errors) });
        }
      } catch (error) {
        done.stopped = stopOf("salesforce", error);
      }
      return done;
    },
  };
}
