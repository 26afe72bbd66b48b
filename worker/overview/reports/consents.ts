/** Consents that are in force and end within the period, by their own words, by law or by policy: the first end counts. */
import { dayOf } from "../../../shared/core/calendar.ts";
import { consentKind } from "../../../shared/do-not-call/api.ts";
import { MAX_REPORT_ROWS } from "../../../shared/overview/api-reports.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { kindIn, unrestricted } from "../../do-not-call/brief.ts";
import { consentEnd, mayHaveEnded } from "../../do-not-call/ends.ts";
import { notOverridden } from "../../do-not-call/refusals.ts";
import { type Report, summed } from "./report.ts";

interface Found {
  ends: string;
  number: number;
  kind: string;
  given: string;
  caller: string | null;
  product: string | null;
}

export const consents: Report = {
  columns: { ends: "day", number: "phone", kind: "text", given: "day", caller: "text", product: "text" },
  chart: { along: "ends", series: ["consents"] },
  async make(db, { from, to, zone, policy, now }) {
    const today = dayOf(now, zone);
    const { results } = await db
      .prepare(
        `SELECT substr(ends, 1, 10) AS ends, number, kind, substr(given_at, 1, 10) AS given, caller, product FROM (
           SELECT ${consentEnd(today, policy.consents.monthsAtMost)} AS ends, number, ${kindIn("consents")} AS kind, given_at, caller, product
           FROM consents WHERE withdrawn_at IS NULL AND done_at IS NULL AND state = 'good' AND ${unrestricted("consent", "consents.id")}
             AND ${mayHaveEnded(today, policy.consents.monthsAtMost, ["?1", "?2"])} AND ${notOverridden(today, "?3")})
         WHERE ends >= ?1 AND ends < ?2 ORDER BY ends, number LIMIT ${MAX_REPORT_ROWS + 1}`,
      )
      // What ended before today is in force no more.
      .bind(from > today ? from : today, `${to}U`, today)
      .all<Found>();
    const rows = results.map(({ number, kind, ...row }) => ({
      ...row,
      number: e164Of(number),
      kind:
        consentKind.options.map((one) => (one === kind ? consentsEn.kinds[one] : null)).find(Boolean) ?? kind,
    }));
    const byDay = summed(
      rows.map(({ ends }) => ({ ends, consents: 1 })),
      "ends",
      "consents",
    );
    return {
      rows,
      charted: byDay.sort((a, b) => (String(a["ends"]) < String(b["ends"]) ? -1 : 1)),
      from: { consents: results.length },
    };
  },
};
