/**
 * Zoho CRM: Contacts and Leads by the API v8 at the region's own host, by a self client's code or a refresh token.
 * https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html and COQL-Limitations.html: past 100,000 records by id
 * https://www.zoho.com/crm/developer/docs/api/v8/update-records.html: 100 records a request, each with its own answer
 * https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html and https://www.zoho.com/crm/developer/docs/api/v8/refresh.html
 * The vendor's OpenAPI documents: github.com/zoho/crm-oas, v8.0/coql.json and record.json.
 */
import * as z from "zod";
import {
  batches,
  contactOf,
  fieldsOf,
  type Kind,
  overObjects,
  type Refusal,
  valuesOf,
} from "../connector.ts";
import { codeIn } from "../http.ts";
import { bearer, usualForm } from "../oauth.ts";

/** Up to 200 rows are one credit of the day's. */
const ROWS = 200;
const MOST = 100;

const found = z.object({
  data: z.array(z.object({ id: z.string().regex(/^\d{1,25}$/) }).loose()),
  info: z.object({ more_records: z.boolean() }),
});
const saved = z.object({ data: z.array(z.looseObject({ status: z.string(), code: z.string().optional() })) });

/** Canada's hosts are named otherwise: https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html */
const hostsOf = (region: string) =>
  region === "ca"
    ? { api: "https://www.zohoapis.ca", accounts: "https://accounts.zohocloud.ca" }
    : { api: `https://www.zohoapis.${region}`, accounts: `https://accounts.zoho.${region}` };

export const zoho: Kind = {
  base: ({ region = "" }) => hostsOf(region).api,
  sign: ({ settings }, vault, clock) =>
    bearer(
      {
        kind: "zoho",
        url: `${hostsOf(settings["region"] ?? "").accounts}/oauth/v2/token`,
        form: usualForm,
        scheme: "Zoho-oauthtoken",
      },
      vault,
      clock,
    ),
  open: ({ objects, fields }, wire) => ({
    page: overObjects(objects, async (object, cursor) => {
      const columns = ["id", ...fieldsOf(object, fields)].join(", ");
      const { data } = await wire("/crm/v8/coql", {
        method: "POST",
        body: {
          select_query: `select ${columns} from ${object.name} where id > ${cursor ?? 0} order by id asc limit ${ROWS}`,
        },
      });
      // 204, without a body: there is none.
      if (data === null) return { contacts: [], next: null };
      const { data: rows, info } = found.parse(data);
      return {
        contacts: rows.map((row) => contactOf(row.id, object, fields, (field) => row[field])),
        next: info.more_records ? (rows.at(-1)?.id ?? null) : null,
      };
    }),
    async write(marks) {
      const refused: Refusal[] = [];
      for (const batch of batches(marks, MOST)) {
        const { data } = await wire(`/crm/v8/${batch[0]!.object}`, {
          method: "PUT",
          // No rule of the CRM's is set off by a verdict.
          body: {
            data: batch.map((mark) => ({ id: mark.id, ...valuesOf(mark, fields, null) })),
            trigger: [],
          },
          // 202 and 207 are success of some; 400 is that of none.
          takes: [400],
        });
        for (const [i, row] of saved.parse(data).data.entries())
          if (row.status !== "success")
            refused.push({ id: batch[i]!.id, object: batch[i]!.object, why: codeIn(row) });
      }
      return refused;
    },
  }),
};
