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
import { salesforceHeld } from "./held/salesforce.ts";
import { salesforceMaker } from "./make/salesforce.ts";
import type { Kind, Refusal } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import { reasonIn } from "../reason.ts";
import { asAsked, batches, contactOf, fieldsOf, secondsOf, valuesOf } from "../records.ts";

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
  open: ({ settings: { host = "" }, objects, fields }, wire) => ({
    ...salesforceHeld(host, objects, wire),
    // The cursor is the last Id. The locator in `nextRecordsUrl` expires in two days, and a run may wait longer; with
    // `done` false it only says that the server cut the page shorter than asked.
    ...asAsked(objects, async (object, cursor, { since, ids }) => {
      const conditions = [
        ...(since === undefined ? [] : [`SystemModstamp >= ${secondsOf(since)}`]),
        ...(ids === undefined ? [] : [`Id IN (${ids.map((id) => `'${recordId.parse(id)}'`).join()})`]),
        ...(cursor === null ? [] : [`Id > '${cursor}'`]),
      ];
      const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
      const columns = fieldsOf(object, fields, "Id").join(", ");
      const q = `SELECT ${columns} FROM ${object.name}${where} ORDER BY Id LIMIT ${ROWS}`;
      const { data } = await wire(`/services/data/${VERSION}/query?${new URLSearchParams({ q }).toString()}`);
      const { records, done } = answer.parse(data);
      return {
        contacts: records.map((record) => contactOf(record.Id, object, fields, (field) => record[field])),
        next: !done || records.length === ROWS ? (records.at(-1)?.Id ?? null) : null,
      };
    }),
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
        for (const [i, { success, errors }] of saved.parse(data).entries())
          if (!success) refused.push({ id: batch[i]!.id, object: batch[i]!.object, why: reasonIn(errors) });
      }
      return refused;
    },
  }),
};
