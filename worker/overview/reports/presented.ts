/**
 * The numbers that calls showed, and whether each can be called back (PECR 2003 reg 21(A1): a number that is not hidden, on which the
 * caller can be reached). What shows that it can is a call to it that was answered, in the same days.
 */
import { WITHHELD } from "../../../shared/call-logs/api.ts";
import { dialledBy } from "../../../shared/dials/gate.ts";
import { lineReading, lineRegionOf } from "../../../shared/dials/line.ts";
import { regionOf } from "../../../shared/phone/phone.ts";
import { reportsEn } from "../../../shared/texts/overview/reports.en.ts";
import { isCurrent } from "../../call-logs/rows.ts";
import { CALL_MADE } from "../../check/contacts.ts";
import { dialFrom } from "../../dials/row-number.ts";
import type { Report, Row } from "./report.ts";

interface Logged {
  shown: string | null;
  calls: number;
  first: string | null;
  last: string | null;
  back: number;
  answered: number;
  answeredAt: string | null;
}
interface AtGate {
  caller: string;
  calls: number;
  first: string;
  last: string;
}
const moment = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;
const words = reportsEn.presented.states;

export const presented: Report = {
  columns: {
    ...{
      shown: "phone",
      own: "text",
      state: "text",
      calls: "number",
      gate: "number",
      first: "time",
      last: "time",
    },
    ...{ back: "number", answered: "number", answeredAt: "time" },
  },
  chart: { along: "shown", series: ["calls", "gate"] },
  async make(db, { start, end, policy }) {
    const [logs, gates] = (await db.batch([
      db
        .prepare(
          `SELECT s.presentation AS shown, COUNT(*) FILTER (WHERE c.direction = 'outbound') AS calls,
             MIN(IIF(c.direction = 'outbound', c.started_at, NULL)) AS first,
             MAX(IIF(c.direction = 'outbound', c.started_at, NULL)) AS last,
             COUNT(*) FILTER (WHERE c.direction = 'inbound') AS back,
             COUNT(*) FILTER (WHERE c.direction = 'inbound' AND ${ANSWERED}) AS answered,
             MAX(IIF(c.direction = 'inbound' AND ${ANSWERED}, c.started_at, NULL)) AS answeredAt
           FROM calls c LEFT JOIN call_said s ON s.call = c.id
           WHERE c.started_at >= ? AND c.started_at < ? AND ${isCurrent} GROUP BY 1`,
        )
        .bind(start, end),
      db
        .prepare(
          `SELECT g.caller, COUNT(*) AS calls, ${moment("MIN(d.at)")} AS first, ${moment("MAX(d.at)")} AS last
           FROM gate_calls g JOIN dials d ON d.num = g.dial
           WHERE g.dial >= ? AND g.dial < ? AND g.caller IS NOT NULL AND ${CALL_MADE} GROUP BY 1`,
        )
        .bind(dialFrom(start), dialFrom(end)),
    ])) as [D1Result<Logged>, D1Result<AtGate>];
    const region = lineRegionOf(policy);
    const atGate = gates.results.map((row) => {
      const written = dialledBy(row.caller, []);
      return { ...row, shown: lineReading(written, region).e164 ?? written };
    });
    const said = logs.results.filter(({ shown }) => shown !== null);
    const numbers = new Set([
      ...said.filter(({ calls }) => calls > 0).map(({ shown }) => shown!),
      ...atGate.map(({ shown }) => shown),
    ]);
    const rows = [...numbers].map((shown): Row => {
      const log = said.find((row) => row.shown === shown);
      const its = atGate.filter((row) => row.shown === shown);
      const times = [log?.first, log?.last, ...its.flatMap(({ first, last }) => [first, last])];
      const used = times.filter((at) => at != null).sort();
      return {
        ...{ shown: shown === WITHHELD ? words.withheld : shown, state: stateOf(shown, log) },
        own: policy.identity.ownNumbers.includes(shown) ? words.own : words.notOwn,
        ...{ calls: log?.calls ?? 0, gate: its.reduce((sum, { calls }) => sum + calls, 0) },
        ...{ first: used[0] ?? null, last: used.at(-1) ?? null },
        ...{ back: log?.back ?? 0, answered: log?.answered ?? 0, answeredAt: log?.answeredAt ?? null },
      };
    });
    const logged = logs.results.reduce((sum, { calls }) => sum + calls, 0);
    return {
      rows: rows.sort(
        (a, b) => Number(b["calls"]) + Number(b["gate"]) - Number(a["calls"]) - Number(a["gate"]),
      ),
      from: {
        ...{ logged, shownInLogs: said.reduce((sum, { calls }) => sum + calls, 0) },
        shownAtGate: atGate.reduce((sum, { calls }) => sum + calls, 0),
        inbound: rows.reduce((sum, { back }) => sum + Number(back), 0),
      },
    };
  },
};

/** SQL: an inbound call was answered; where its log says no outcome, by its length. */
const ANSWERED = "IIF(s.outcome IS NULL, COALESCE(c.seconds, 0) > 0, s.outcome = 'answered')";

function stateOf(shown: string, log: Logged | undefined): string {
  if (shown === WITHHELD) return words.hidden;
  if (regionOf(shown) === null) return words.noNumber;
  if (log && log.answered > 0) return words.answered;
  return log && log.back > 0 ? words.unanswered : words.untried;
}
