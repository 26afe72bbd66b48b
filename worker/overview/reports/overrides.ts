/** Overrides, by agent, ground and reason: calls that were made although something barred them, and those that were refused. */
import { consentBasis } from "../../../shared/do-not-call/api.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { dialFrom } from "../../dials/row-number.ts";
import { dialWas, unusual, verdictWas } from "../../dials/rows.ts";
import { MAX_REPORT_ROWS } from "../../../shared/overview/api-reports.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import { type Report, summed } from "./report.ts";

interface Found {
  agent: string | null;
  basis: string | null;
  reason: string | null;
  made: number;
  blocked: number;
  refused: number;
  last: string;
}

export const overrides: Report = {
  columns: {
    ...{ agent: "text", basis: "text", reason: "text", made: "number", blocked: "number" },
    ...{ refused: "number", last: "time" },
  },
  chart: { along: "agent", series: ["made", "refused"] },
  async make(db, { start, end }) {
    const { results } = await db
      .prepare(
        `SELECT p.name AS agent, d.basis, d.reason, COUNT(*) FILTER (WHERE d.refused = 0) AS made,
           COUNT(*) FILTER (WHERE d.refused = 0 AND ${verdictWas.blocked}) AS blocked,
           COUNT(*) FILTER (WHERE d.refused = 1) AS refused,
           strftime('%Y-%m-%dT%H:%M:%fZ', MAX(d.device_at) / 1000.0, 'unixepoch') AS last
         FROM dials d LEFT JOIN people p ON p.num = d.by
         WHERE d.num >= ? AND d.num < ? AND ${unusual.action} AND ${dialWas.overridden}
           AND ${unrestricted("dial", "CAST(d.num AS TEXT)")}
         GROUP BY d.by, d.basis, d.reason ORDER BY made DESC, refused DESC, agent, d.basis, d.reason LIMIT ${MAX_REPORT_ROWS + 1}`,
      )
      .bind(dialFrom(start), dialFrom(end))
      .all<Found>();
    const rows = results.map(({ basis, ...row }) => ({
      ...row,
      basis:
        consentBasis.options.map((one) => (one === basis ? consentsEn.bases[one] : null)).find(Boolean) ??
        basis,
    }));
    return {
      rows,
      charted: summed(rows, "agent", "made", "refused"),
      from: { overrides: results.reduce((sum, { made, refused }) => sum + made + refused, 0) },
    };
  },
};
