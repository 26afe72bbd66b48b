/**
 * Dynamics 365: contacts and leads by the Dataverse Web API. Signs in as an application user, by client credentials.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api
 * https://learn.microsoft.com/power-apps/developer/data-platform/api-limits: 429 with Retry-After
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
import * as z from "zod";
import { dynamicsHeld } from "./held/dynamics.ts";
import { dynamicsMaker } from "./make/dynamics.ts";
import type { Kind } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import { asAsked, contactOf, fieldsOf, oneByOne, REFUSED, secondsOf, valuesOf } from "../records.ts";

const ROWS = 250;
const API = "/api/data/v9.2";
const odata = { "odata-maxversion": "4.0", "odata-version": "4.0" };

const list = z.object({
  value: z.array(z.record(z.string(), z.unknown())),
  "@odata.nextLink": z.string().optional(),
});

/** A table's key: `contactid` for the table `contacts`. */
const keyOf = (set: string): string => `${set.replace(/s$/, "")}id`;

const token = ({ tenant = "" }: Record<string, string>) =>
  `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;

export const dynamics: Kind = {
  make: dynamicsMaker,
  base: ({ host = "" }) => host,
  token,
  sign: ({ settings }, vault, clock) =>
    bearer(
      {
        kind: "dynamics",
        url: token(settings),
        // Client credentials need the scope `.default` of the environment.
        parameters: { scope: `${settings["host"] ?? ""}/.default` },
      },
      vault,
      clock,
    ),
  open: ({ settings: { host = "" }, objects, fields }, wire) => ({
    ...dynamicsHeld(host, objects, wire),
    // The next page's address holds the server's paging cookie, so that it still works days later.
    ...asAsked(objects, async (object, cursor, { since, ids }) => {
      const key = keyOf(object.name);
      const query = new URLSearchParams({
        $select: fieldsOf(object, fields, key).join(),
        $orderby: `${key} asc`,
        ...(since !== undefined && { $filter: `modifiedon ge ${secondsOf(since)}` }),
        ...(ids && { $filter: ids.map((id) => `${key} eq ${z.guid().parse(id)}`).join(" or ") }),
      });
      const { data } = await wire(cursor ?? `${API}/${object.name}?${query.toString()}`, {
        headers: { ...odata, prefer: `odata.maxpagesize=${ROWS}` },
      });
      const { value, "@odata.nextLink": next = null } = list.parse(data);
      return {
        contacts: value.map((row) =>
          contactOf(z.guid().parse(row[key]), object, fields, (field) => row[field]),
        ),
        next,
      };
    }),
    // `If-Match: *`: never create a record that was deleted meanwhile.
    write: (marks) =>
      oneByOne(
        marks,
        (mark) =>
          wire(`${API}/${mark.object}(${mark.id})`, {
            method: "PATCH",
            body: valuesOf(mark, fields, null),
            headers: { ...odata, "if-match": "*" },
            takes: REFUSED,
          }),
        // 204, without a body: it was not asked for the record.
        ({ status }) => void z.literal(204).parse(status),
      ),
  }),
};
