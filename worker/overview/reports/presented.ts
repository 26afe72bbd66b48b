/**
 * The numbers that calls showed, and whether each can be called back (PECR 2003 reg 21(A1): a number that is not hidden, on which the
 * caller can be reached). What shows that it can is a call to it that was answered, in the same days.
 */
import { WITHHELD } from "../../../shared/call-logs/api.ts";
import { ownNumber, writtenBy } from "../../../shared/dials/gate.ts";
import { lineReading, lineRegionOf } from "../../../shared/dials/line.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { reportsEn } from "../../../shared/texts/overview/reports.en.ts";
import { beganIn } from "../../call-logs/began.ts";
import { isCurrent } from "../../call-logs/rows.ts";
import { saidIn } from "../../call-logs/said.ts";
import { CALL_MADE } from "../../check/contacts.ts";
import { closedLogged } from "../../dials/closed/calls.ts";
import { dialFrom } from "../../dials/row-number.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import { type Report, type Row, slicesOf } from "./report.ts";

/** Of a number that calls showed, or that was called. */
interface Used {
  calls: number;
  gate: number;
  first: string | null;
  last: string | null;
  back: number;
  answered: number;
  answeredAt: string | null;
}
interface Logged extends Omit<Used, "gate"> {
  shown: string | null;
}
interface AtGate extends Pick<Used, "gate" | "first" | "last"> {
  caller: string | null;
  privacy: string | null;
  /** Of the system's line; null: where policy says. */
  region: string | null;
}
const none: Used = { calls: 0, gate: 0, first: null, last: null, back: 0, answered: 0, answeredAt: null };
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
    const numbers = new Map<string, Used>();
    const from = { logged: 0, shownInLogs: 0, shownAtGate: 0 };
    for (const slice of slicesOf(start, end)) {
      const { logs, gates, closed } = await usesIn(db, slice);
      from.logged += closed;
      for (const { shown, ...its } of logs) {
        from.logged += its.calls;
        if (shown === null) continue;
        from.shownInLogs += its.calls;
        add(numbers, shown, { ...its, gate: 0 });
      }
      for (const { caller, privacy, region, ...its } of gates) {
        const shown = shownBy({ caller, privacy, region }, policy);
        if (shown === null) continue;
        from.shownAtGate += its.gate;
        add(numbers, shown, { ...none, ...its });
      }
    }
    const rows = [...numbers]
      .filter(([, { calls, gate }]) => calls + gate > 0)
      .map(([shown, used]): Row => ({
        ...{ shown: shown === WITHHELD ? words.withheld : shown, state: stateOf(shown, used) },
        own: policy.identity.ownNumbers.includes(shown) ? words.own : words.notOwn,
        ...used,
      }));
    return {
      rows: rows.sort((a, b) => usesOf(b) - usesOf(a) || (String(a["shown"]) < String(b["shown"]) ? -1 : 1)),
      from: { ...from, inbound: rows.reduce((sum, { back }) => sum + Number(back), 0) },
    };
  },
};

const usesOf = ({ calls, gate }: Row): number => Number(calls) + Number(gate);

function add(numbers: Map<string, Used>, shown: string, { first, last, answeredAt, ...its }: Used): void {
  const used = numbers.get(shown) ?? { ...none };
  for (const name of ["calls", "gate", "back", "answered"] as const) used[name] += its[name];
  const times = [used.first, used.last, first, last].filter((at) => at !== null).sort();
  used.first = times[0] ?? null;
  used.last = times.at(-1) ?? null;
  // A later slice.
  used.answeredAt = answeredAt ?? used.answeredAt;
  numbers.set(shown, used);
}

/**
 * SQL: an inbound call was answered; where its log says no outcome, by its length. A provider's own list says that somebody answered: its
 * lengths are also of calls that rang, or that a recorded voice took.
 */
const ANSWERED = "IIF(outcome IS NULL, via <> 'fetch' AND COALESCE(seconds, 0) > 0, outcome = 'answered')";
const isBack = "direction = 'inbound'";
const isOut = "direction = 'outbound'";
/** Nobody is called who could call back: the gate lets these pass whatever they show. */
const SERVICES = `EXISTS (SELECT 1 FROM dial_texts t, json_each(t.text) r
  WHERE t.num = d.worker_reasons AND r.value ->> 'code' IN ('emergency', 'internal'))`;

/** `closed`: calls of which no log says what they showed. By one batch: a month may close meanwhile. */
async function usesIn(
  db: D1Database,
  [from, until]: readonly [from: string, until: string],
): Promise<{ logs: Logged[]; gates: AtGate[]; closed: number }> {
  const [logs, gates, closed] = (await db.batch([
    db
      .prepare(
        `WITH said AS MATERIALIZED (
           SELECT c.started_at, c.direction, c.seconds, c.via, ${saidIn("presentation")} AS shown, ${saidIn("outcome")} AS outcome
           FROM calls c LEFT JOIN call_said s ON s.call = c.id
           WHERE ${beganIn("?1", "?2")} AND ${isCurrent} AND ${unrestricted("call", "c.id")})
         SELECT shown, COUNT(*) FILTER (WHERE ${isOut}) AS calls, MIN(started_at) FILTER (WHERE ${isOut}) AS first,
           MAX(started_at) FILTER (WHERE ${isOut}) AS last, COUNT(*) FILTER (WHERE ${isBack}) AS back,
           COUNT(*) FILTER (WHERE ${isBack} AND ${ANSWERED}) AS answered,
           MAX(started_at) FILTER (WHERE ${isBack} AND ${ANSWERED}) AS answeredAt
         FROM said GROUP BY shown`,
      )
      .bind(from, until),
    db
      .prepare(
        `SELECT g.caller, g.privacy, l.region, COUNT(*) AS gate, ${moment("MIN(d.at)")} AS first, ${moment("MAX(d.at)")} AS last
         FROM gate_calls g CROSS JOIN dials d ON d.num = g.dial LEFT JOIN people p ON p.num = g.by
           LEFT JOIN gate_lines l ON l.integration = p.id
         WHERE g.dial >= ? AND g.dial < ? AND ${CALL_MADE} AND NOT ${SERVICES}
           AND ${unrestricted("dial", "CAST(d.num AS TEXT)")} GROUP BY 1, 2, 3`,
      )
      .bind(dialFrom(from), dialFrom(until)),
    db.prepare(`SELECT ${closedLogged("?1", "?2")} AS n`).bind(from, until),
  ])) as [D1Result<Logged>, D1Result<AtGate>, D1Result<{ n: number }>];
  return { logs: logs.results, gates: gates.results, closed: closed.results[0]!.n };
}

/** In E.164 where it is a number of its line, or WITHHELD; null where the system said nothing. */
function shownBy(
  { caller, privacy, region }: Pick<AtGate, "caller" | "privacy" | "region">,
  policy: Policy,
): string | null {
  const written = writtenBy({ from: caller ?? undefined, privacy: privacy ?? undefined });
  if (written == null) return written === null ? WITHHELD : null;
  const line = region ?? lineRegionOf(policy);
  return ownNumber(written, policy.identity.ownNumbers, line) ?? lineReading(written, line).e164 ?? written;
}

function stateOf(shown: string, { back, answered }: Used): string {
  if (shown === WITHHELD) return words.hidden;
  // A number of a country, or one that no country has, such as +800.
  if (toE164(shown, "GB").e164 !== shown) return words.noNumber;
  if (answered > 0) return words.answered;
  return back > 0 ? words.unanswered : words.untried;
}
