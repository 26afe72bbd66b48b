/** The company's figures in a period, for its proof. */
import type { CompanyFigures } from "../../shared/proof/api.ts";
import { median } from "../../shared/privacy-requests/deadlines.ts";
import { daysBetween } from "../../shared/core/calendar.ts";
import { beganIn } from "../call-logs/began.ts";
import { findingIs, isCurrent } from "../call-logs/rows.ts";
import { closedLogged } from "../dials/closed/calls.ts";
import { closedCalls } from "../dials/closed/read.ts";
import { dialFrom } from "../dials/row-number.ts";
import { dialWas } from "../dials/rows.ts";
import { dialsByDay, heldBy } from "../overview/figures.ts";
import { lateRequest } from "../privacy-requests/duties.ts";
import { closedKept } from "../recordings/closed/lines.ts";
import { closedErasures } from "../recordings/certificates/lines.ts";
import { arrivedIn } from "../recordings/erasing/by-index.ts";
import { countFailing } from "../recordings/rows.ts";

/** Days in a zone, and the same as moments: `start` inclusive, `end` exclusive. */
interface Period {
  from: string;
  to: string;
  zone: string;
  start: string;
  end: string;
}
interface RequestRow {
  reference: string;
  kind: CompanyFigures["requests"]["late"][number]["kind"];
  received: string;
  decideBy: string;
  decidedOn: string | null;
  late: number;
}

/** What screenings judged between two moments, of which the second is exclusive. A number counts in each screening. */
export const screenedBetween = (db: D1Database, start: string, end: string): D1PreparedStatement =>
  db
    .prepare(
      `SELECT COUNT(DISTINCT screening) AS screenings, COALESCE(SUM(numbers), 0) AS numbers,
         COALESCE(SUM(clear), 0) AS clear, COALESCE(SUM(caution), 0) AS caution,
         COALESCE(SUM(blocked), 0) AS blocked, COALESCE(SUM(unknown), 0) AS unknown
       FROM screening_parts WHERE at >= ?1 AND at < ?2`,
    )
    .bind(start, end);

/** `today` is the day of the proof: a request that is open and overdue on it counts as late. */
export async function companyFigures(
  db: D1Database,
  { from, to, zone, start, end }: Period,
  today: string,
): Promise<CompanyFigures> {
  const [screened, dials, overrides, recordings, requests, calls] = (await db.batch([
    screenedBetween(db, start, end),
    db
      .prepare(
        `SELECT COUNT(*) FILTER (WHERE ${dialWas.passed}) + ${closedCalls("?1", "?2")} AS passed, COUNT(*) FILTER (WHERE ${dialWas.held}) AS held,
           COUNT(*) FILTER (WHERE ${dialWas.overridden} AND refused = 0) AS overridden,
           COUNT(*) FILTER (WHERE refused = 1) AS refused, COUNT(*) FILTER (WHERE agrees = 0) AS disagreed
         FROM dials d WHERE num >= ?1 AND num < ?2`,
      )
      .bind(dialFrom(start), dialFrom(end)),
    db
      .prepare(
        `SELECT basis AS name, COUNT(*) AS count FROM dials d
         WHERE num >= ?1 AND num < ?2 AND ${dialWas.overridden} AND refused = 0 GROUP BY 1 ORDER BY 2 DESC, 1`,
      )
      .bind(dialFrom(start), dialFrom(end)),
    db
      .prepare(
        `SELECT ${arrivedIn("?1", "?2")} + ${closedErasures("arrived", "?3", "?4")} + ${closedKept("arrived", "?3", "?4")} AS arrived,
           (SELECT COUNT(*) FROM certificates
             WHERE erased_at >= ?1 AND erased_at < ?2 AND moment >= ?3 AND moment < ?4) + ${closedErasures("erased", "?3", "?4")} AS erased,
           ${countFailing} AS failing,
           (SELECT COUNT(*) FROM recording_holds WHERE released_at IS NULL) AS held`,
      )
      .bind(start, end, Date.parse(start), Date.parse(end)),
    db
      .prepare(
        `SELECT ref AS reference, kind, received_on AS received, decide_by AS decideBy, decided_on AS decidedOn,
           ${lateRequest} AS late
         FROM requests r WHERE kind IN ('access', 'erasure') AND received_on BETWEEN ?2 AND ?3
         ORDER BY received_on, id`,
      )
      .bind(today, from, to),
    db
      .prepare(
        `SELECT COUNT(*) + ${closedLogged("?1", "?2")} AS outbound, COUNT(*) FILTER (WHERE ${findingIs.blocked}) AS blocked,
           COUNT(*) FILTER (WHERE ${findingIs.unscreened}) AS unscreened
         FROM calls c WHERE ${beganIn("?1", "?2")} AND c.direction = 'outbound' AND ${isCurrent}`,
      )
      .bind(start, end),
  ])) as [
    D1Result<CompanyFigures["screened"]>,
    D1Result<CompanyFigures["dials"]>,
    D1Result<CompanyFigures["overrides"][number]>,
    D1Result<CompanyFigures["recordings"]>,
    D1Result<RequestRow>,
    D1Result<CompanyFigures["calls"]>,
  ];
  const days = requests.results.flatMap((r) =>
    r.decidedOn === null ? [] : [daysBetween(r.received, r.decidedOn)],
  );
  return {
    screened: screened.results[0]!,
    dials: dials.results[0]!,
    calls: calls.results[0]!,
    days: await dialsByDay(db, from, to, zone),
    heldBy: await heldBy(db, start, end),
    overrides: overrides.results,
    requests: {
      received: requests.results.length,
      decided: days.length,
      medianDays: median(days),
      longestDays: days.length === 0 ? null : Math.max(...days),
      late: requests.results.filter(({ late }) => late === 1).map(({ late: _, ...row }) => row),
    },
    recordings: recordings.results[0]!,
  };
}
