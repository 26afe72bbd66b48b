/**
 * EspoCRM: contacts and leads by its REST API. Signs in as an API user, by key or by HMAC.
 * https://docs.espocrm.com/development/api/ (authentication) and https://docs.espocrm.com/development/api/crud/
 * The signature follows the vendor's own client, github.com/espocrm/php-espo-api-client.
 */
import * as z from "zod";
import { hmac } from "../../core/hmac.ts";
import type { Kind } from "../connector.ts";
import { contactOf, fieldsOf, oneByOne, overObjects, REFUSED, valuesOf } from "../records.ts";

/** EspoCRM's default limit for an API user. */
const ROWS = 200;
const API = "/api/v1/";

const list = z.object({ list: z.array(z.object({ id: z.string().min(1) }).loose()) });

export const espocrm: Kind = {
  base: ({ host = "" }) => host,
  sign:
    (_, { secret: { apiKey = "", secretKey } }) =>
    async ({ method, path }) => {
      if (!secretKey) return { "x-api-key": apiKey };
      // Signs the method and the path below the API's base, without the query.
      const mac = await hmac("SHA-256", secretKey, `${method} /${path.slice(API.length)}`);
      return { "x-hmac-authorization": btoa(`${apiKey}:${String.fromCharCode(...mac)}`) };
    },
  open: ({ objects, fields }, wire) => ({
    // By id, after the last one: with an offset, records would be skipped when others are deleted meanwhile.
    page: overObjects(objects, async (object, cursor) => {
      const query = new URLSearchParams({
        maxSize: String(ROWS),
        offset: "0",
        orderBy: "id",
        order: "asc",
        attributeSelect: fieldsOf(object, fields, "id").join(),
        ...(cursor === null
          ? {}
          : {
              "whereGroup[0][type]": "greaterThan",
              "whereGroup[0][attribute]": "id",
              "whereGroup[0][value]": cursor,
            }),
      });
      const { data } = await wire(`${API}${object.name}?${query.toString()}`, {
        headers: { "x-no-total": "true" },
      });
      const rows = list.parse(data).list;
      return {
        contacts: rows.map((row) => contactOf(row.id, object, fields, (field) => row[field])),
        next: rows.length < ROWS ? null : rows.at(-1)!.id,
      };
    }),
    write: (marks) =>
      oneByOne(marks, (mark) =>
        wire(`${API}${mark.object}/${encodeURIComponent(mark.id)}`, {
          method: "PUT",
          body: valuesOf(mark, fields, null),
          takes: REFUSED,
        }),
      ),
  }),
};
