/**
 * Salesforce: reads any sObject by SOQL, writes by sObject Collections. Signs in at the company's own My Domain, by an
 * External Client App's client credentials or a refresh token, which an administrator gets it.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 * https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
 * https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm: `instance_url`, and no `expires_in`.
 * https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_pkce.htm
 * https://developer.salesforce.com/docs/platform/mobile-sdk/guide/oauth-revoking-tokens.html
 */
import * as z from "zod";
import type { ConnectorObject } from "../../../shared/connectors/kinds.ts";
import { salesforceHeld } from "./held/salesforce.ts";
import { salesforceMaker } from "./make/salesforce.ts";
import type { Kind, Refusal } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import { reasonIn } from "../reason.ts";
import {
  batches,
  byId,
  contactOf,
  fieldsOf,
  overObjects,
  type PageOf,
  secondsOf,
  textOf,
  valuesOf,
} from "../records.ts";
import { changedSince, hasIndividual, INDIVIDUAL, individually } from "./individuals.ts";

const VERSION = "v61.0";
/** Rows of a page, and records of one write. */
const ROWS = 500;
const MOST = 200;

const recordId = z.string().regex(/^\w{15,18}$/);
const answer = z.object({
  done: z.boolean(),
  records: z.array(z.object({ Id: recordId }).loose()),
  nextRecordsUrl: z.string().optional(),
});
/** Without a record's own id, where that is not asked for. */
const some = answer.extend({ records: z.array(z.unknown()) });
const saved = z.array(
  z.object({
    success: z.boolean(),
    errors: z.array(z.looseObject({ statusCode: z.string().optional() })).default([]),
  }),
);

const token = ({ host = "" }: Record<string, string>) => `${host}/services/oauth2/token`;

export const salesforce: Kind = {
  make: salesforceMaker,
  base: ({ host = "" }) => host,
  token,
  sign: ({ settings }, vault, clock) => bearer({ kind: "salesforce", url: token(settings) }, vault, clock),
  signIn: {
    authorize: ({ host = "" }) => `${host}/services/oauth2/authorize`,
    scopes: () => ["api", "refresh_token"],
    account: ({ instance_url: url }) =>
      typeof url === "string" && URL.canParse(url) ? new URL(url).origin : "",
    // Whoever is signed in to two organisations may have agreed in the other.
    isOurs: (account, { host = "" }) => account === URL.parse(host)?.origin,
    revoke: ({ host = "" }) => `${host}/services/oauth2/revoke`,
  },
  open: ({ settings: { host = "", individuals }, objects, fields }, wire) => {
    const asked = async (q: string) =>
      (await wire(`/services/data/${VERSION}/query?${new URLSearchParams({ q }).toString()}`)).data;
    const rows = async (q: string): Promise<unknown[]> => {
      let page = some.parse(await asked(q));
      const all = [...page.records];
      while (!page.done && page.nextRecordsUrl !== undefined) {
        page = some.parse((await wire(page.nextRecordsUrl)).data);
        all.push(...page.records);
      }
      return all;
    };
    const named = ({ name }: ConnectorObject) => individuals !== undefined && hasIndividual(name);
    /** Which of the conditions of `changedSince` a kind of record is found by. */
    const by = new Map<ConnectorObject, number>();
    const again = objects.filter(named).flatMap((object) =>
      changedSince("").map((_, n) => {
        const one = { ...object };
        by.set(one, n);
        return one;
      }),
    );
    // The cursor is the last Id. The locator in `nextRecordsUrl` expires in two days, and a run may wait longer; with
    // `done` false it only says that the server cut the page shorter than asked.
    const pageOf: PageOf = async (object, cursor, { since, ids }) => {
      const way = by.get(object);
      const from = since === undefined ? null : secondsOf(since);
      const conditions = [
        ...(from === null
          ? []
          : way === undefined
            ? [`SystemModstamp >= ${from}`]
            : [changedSince(from)[way]!]),
        ...(ids === undefined ? [] : [`Id IN (${ids.map((id) => `'${recordId.parse(id)}'`).join()})`]),
        ...(cursor === null ? [] : [`Id > '${cursor}'`]),
      ];
      const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
      const columns = fieldsOf(object, fields, "Id", ...(named(object) ? [INDIVIDUAL] : [])).join(", ");
      const { records, done } = answer.parse(
        await asked(`SELECT ${columns} FROM ${object.name}${where} ORDER BY Id LIMIT ${ROWS}`),
      );
      const contacts = records.map((record) =>
        contactOf(record.Id, object, fields, (field) => record[field]),
      );
      if (named(object)) {
        const own = contacts.map((contact, i) => [contact, textOf(records[i]![INDIVIDUAL])] as const);
        await individually(rows, contacts, new Map(own.filter(([, id]) => id !== "")), Date.now());
      }
      return { contacts, next: !done || records.length === ROWS ? (records.at(-1)?.Id ?? null) : null };
    };
    return {
      ...salesforceHeld(host, objects, wire),
      page: overObjects(objects, pageOf),
      changed: overObjects([...objects, ...again], pageOf),
      records: byId(objects, pageOf),
      async write(marks) {
        const refused: Refusal[] = [];
        for (const batch of batches(marks, MOST)) {
          const { data } = await wire(`/services/data/${VERSION}/composite/sobjects`, {
            method: "PATCH",
            body: {
              allOrNone: false,
              records: batch.map((mark) => ({
                attributes: { type: mark.object },
                id: mark.id,
                ...valuesOf(mark, fields, null),
              })),
            },
          });
          // One result for each record, in their order.
          for (const [i, { success, errors }] of saved.length(batch.length).parse(data).entries())
            if (!success) refused.push({ id: batch[i]!.id, object: batch[i]!.object, why: reasonIn(errors) });
        }
        return refused;
      },
    };
  },
};
