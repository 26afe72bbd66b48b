/**
 * Zoho CRM: Contacts and Leads by the API v8 at the region's own host. Signs in by a self client's code, or by a refresh
 * token.
 * https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html and COQL-Limitations.html: past 100,000 records by id
 * https://www.zoho.com/crm/developer/docs/api/v8/update-records.html: 100 records a request, each with its own answer
 * https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html and https://www.zoho.com/crm/developer/docs/api/v8/refresh.html
 * The vendor's OpenAPI documents: github.com/zoho/crm-oas, v8.0/coql.json and record.json.
 */
import * as z from "zod";
import { zohoHeld } from "./held/zoho.ts";
import { zohoMaker } from "./make/zoho.ts";
import type { Kind, Refusal } from "../connector.ts";
import { bearer } from "../sign-in/oauth.ts";
import { reasonIn } from "../reason.ts";
import { asAsked, batches, contactOf, fieldsOf, secondsOf, valuesOf } from "../records.ts";

/** Zoho counts up to 200 rows as one API credit. */
const ROWS = 200;
const MOST = 100;

const recordId = z.string().regex(/^\d{1,25}$/);
const found = z.object({
  data: z.array(z.object({ id: recordId }).loose()),
  info: z.object({ more_records: z.boolean() }),
});
const saved = z.array(z.looseObject({ status: z.string(), code: z.string().optional() }));
/** An answer for each of so many records, in their order. */
const savedOf = (many: number) => z.object({ data: saved.length(many) });

/** Canada's hosts have names of their own: https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html */
const hostsOf = (region: string) =>
  region === "ca"
    ? {
        ...{ api: "https://www.zohoapis.ca", accounts: "https://accounts.zohocloud.ca" },
        pages: "https://crm.zohocloud.ca",
      }
    : {
        ...{ api: `https://www.zohoapis.${region}`, accounts: `https://accounts.zoho.${region}` },
        pages: `https://crm.zoho.${region}`,
      };

const token = ({ region = "" }: Record<string, string>) => `${hostsOf(region).accounts}/oauth/v2/token`;

export const zoho: Kind = {
  make: zohoMaker,
  base: ({ region = "" }) => hostsOf(region).api,
  token,
  sign: ({ settings }, vault, clock) =>
    bearer({ kind: "zoho", url: token(settings), scheme: "Zoho-oauthtoken" }, vault, clock),
  open: ({ settings: { region = "" }, objects, fields }, wire) => ({
    ...zohoHeld({ region, pages: hostsOf(region).pages }, objects, wire),
    ...asAsked(objects, async (object, cursor, { since, ids }) => {
      const columns = fieldsOf(object, fields, "id").join(", ");
      const after = `id > ${cursor ?? 0}`;
      // Times are written with their offset.
      const asked =
        since !== undefined
          ? `Modified_Time >= '${secondsOf(since).replace("Z", "+00:00")}'`
          : ids && `id in (${ids.map((id) => recordId.parse(id)).join(", ")})`;
      const where = asked === undefined ? after : `(${asked} and ${after})`;
      const { data } = await wire("/crm/v8/coql", {
        method: "POST",
        body: {
          select_query: `select ${columns} from ${object.name} where ${where} order by id asc limit ${ROWS}`,
        },
      });
      // 204 without a body: no rows.
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
          // `trigger: []`: a mark must not start the CRM's workflows.
          body: {
            data: batch.map((mark) => ({ id: mark.id, ...valuesOf(mark, fields, null) })),
            trigger: [],
          },
          // 202 and 207: some were saved. 400: none was.
          takes: [400],
        });
        for (const [i, row] of savedOf(batch.length).parse(data).data.entries())
          if (row.status !== "success")
            refused.push({ id: batch[i]!.id, object: batch[i]!.object, why: reasonIn(row) });
      }
      return refused;
    },
  }),
};
