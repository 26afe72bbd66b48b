/** Where numbers came from, as the fields of their CRM records say it. */
import type { Facts } from "../../shared/check/api.ts";
import { type Query, query } from "../core/batch.ts";

export interface OriginRow {
  number: number;
  crm: string;
  source: string;
  since: string;
  notice: string;
}

/** `ids`: a JSON list of numbers. */
export const originsOf = (ids: string): Query<OriginRow> =>
  query<OriginRow>(
    `SELECT DISTINCT n.number, c.name AS crm, r.source, r.since, r.notice FROM json_each(?) j
     CROSS JOIN connector_numbers n ON n.number = j.value
     CROSS JOIN connector_records r ON r.connector = n.connector AND r.object = n.object AND r.record = n.record
     JOIN connectors c ON c.num = n.connector
     WHERE r.source || r.since || r.notice <> '' ORDER BY c.name, r.since, r.source`,
    ids,
  );

/** Nothing where no record says it. */
export const originFact = (rows: readonly OriginRow[]): Pick<Facts, "sources"> =>
  rows.length === 0
    ? {}
    : {
        sources: rows.map(({ crm, source, since, notice }) => ({
          crm,
          ...(source === "" ? {} : { source }),
          ...(since === "" ? {} : { since }),
          ...(notice === "" ? {} : { notice }),
        })),
      };
