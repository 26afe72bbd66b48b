/**
 * Persistent misuse (Communications Act 2003 ss 128 to 131): calls that were abandoned, silent, or an information message, by the
 * dialler's campaign, in each 24 hours. No rate is safe since 1 March 2017 (docs/sources.md), so none is marked.
 */
import { DAY, HOUR } from "../../../shared/core/time.ts";
import { beganIn } from "../../call-logs/began.ts";
import { isCurrent } from "../../call-logs/rows.ts";
import { saidIn } from "../../call-logs/said.ts";
import { closedLoggedByHour } from "../../dials/closed/calls.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import { percent, type Report, type Row, slicesOf, type Span } from "./report.ts";

interface Counts {
  answered: number;
  abandoned: number;
  silent: number;
  message: number;
  unsaid: number;
}
interface Hour extends Counts {
  campaign: string;
  /** Hours since 1970. */
  hour: number;
}
const WINDOW = DAY / HOUR;
const none: Counts = { answered: 0, abandoned: 0, silent: 0, message: 0, unsaid: 0 };
const counts = Object.keys(none) as (keyof Counts)[];
const iso = (hour: number): string => new Date(hour * HOUR).toISOString();

const counted = (outcome: keyof Counts): string =>
  outcome === "unsaid"
    ? "COUNT(*) FILTER (WHERE outcome IS NULL) AS unsaid"
    : `COUNT(*) FILTER (WHERE outcome = '${outcome}') AS ${outcome}`;

export const misuse: Report = {
  columns: {
    ...{ campaign: "text", from: "time", until: "time", heard: "number", answered: "number" },
    ...{ abandoned: "number", silent: "number", message: "number", unsaid: "number" },
    ...{ abandonedRate: "percent", silentRate: "percent", messageRate: "percent" },
  },
  chart: { along: "campaign", series: ["abandonedRate", "silentRate", "messageRate"] },
  async make(db, span) {
    // The first 24 hours end in the period, and begin before it.
    const before = new Date(Date.parse(span.start) - DAY).toISOString();
    const hours = new Map<string, Hour>();
    const from = { logged: 0, outcomes: 0 };
    for (const slice of slicesOf(before, span.end))
      for (const row of await hoursOf(db, slice)) {
        const key = `${row.hour} ${row.campaign}`;
        const sum = hours.get(key);
        // A slice may begin within an hour.
        if (sum) counts.forEach((count) => (sum[count] += row[count]));
        else hours.set(key, row);
        if (slice[0] < span.start) continue;
        from.logged += heardIn(row) + row.unsaid;
        from.outcomes += heardIn(row);
      }
    const byCampaign = Map.groupBy(hours.values(), ({ campaign }) => campaign);
    const rows = [...byCampaign.keys()]
      .sort()
      .flatMap((campaign) => windowsOf(byCampaign.get(campaign)!, span));
    return {
      rows,
      charted: [...Map.groupBy(rows, ({ campaign }) => campaign)].map(([campaign, its]) => ({
        campaign: campaign!,
        ...highest(its, "abandonedRate", "silentRate", "messageRate"),
      })),
      from,
    };
  },
};

/** Calls that a person answered. */
const heardIn = ({ answered, abandoned, silent, message }: Counts): number =>
  answered + abandoned + silent + message;

/** By one batch: a month may close meanwhile. */
async function hoursOf(db: D1Database, [from, until]: readonly [string, string]): Promise<Hour[]> {
  const [logged, closed] = (await db.batch([
    db
      .prepare(
        `WITH said AS MATERIALIZED (
           SELECT COALESCE(${saidIn("campaign")}, '') AS campaign, ${saidIn("outcome")} AS outcome,
             unixepoch(substr(c.started_at, 1, 13) || ':00:00Z') / 3600 AS hour
           FROM calls c LEFT JOIN call_said s ON s.call = c.id
           WHERE c.direction = 'outbound' AND ${beganIn("?1", "?2")} AND ${isCurrent}
             AND ${unrestricted("call", "c.id")})
         SELECT campaign, hour, ${counts.map(counted).join(", ")} FROM said GROUP BY campaign, hour ORDER BY hour`,
      )
      .bind(from, until),
    db.prepare(closedLoggedByHour).bind(from, until),
  ])) as [D1Result<Hour>, D1Result<{ hour: number; calls: number }>];
  return [
    ...logged.results,
    // Of these no log says a campaign, or how they ended.
    ...closed.results.map(({ hour, calls }) => ({ ...none, campaign: "", hour, unsaid: calls })),
  ];
}

/**
 * Each 24 hours that end within the period at a full hour, where the calls in them are not those of the hour before. `hours` are of one
 * campaign, in their order.
 */
function windowsOf(hours: readonly Hour[], { start, end, now }: Span): Row[] {
  const ends = [...new Set(hours.flatMap(({ hour }) => [hour + 1, hour + 1 + WINDOW]))].sort((a, b) => a - b);
  const sum = { ...none };
  const add = (hour: Hour, sign: 1 | -1) => counts.forEach((count) => (sum[count] += sign * hour[count]));
  const rows: Row[] = [];
  let [come, gone] = [0, 0];
  for (const until of ends) {
    while (come < hours.length && hours[come]!.hour < until) add(hours[come++]!, 1);
    while (gone < come && hours[gone]!.hour < until - WINDOW) add(hours[gone++]!, -1);
    const heard = heardIn(sum);
    const isWithin = iso(until) > start && iso(until) <= end && (until - 1) * HOUR <= now;
    if (!isWithin || heard + sum.unsaid === 0) continue;
    rows.push({
      ...{
        campaign: hours[0]!.campaign || null,
        from: iso(until - WINDOW),
        until: iso(until),
        heard,
        ...sum,
      },
      abandonedRate: percent(sum.abandoned, heard),
      silentRate: percent(sum.silent, heard),
      messageRate: percent(sum.message, heard),
    });
  }
  return rows;
}

const highest = (rows: readonly Row[], ...columns: readonly string[]): Row =>
  Object.fromEntries(
    columns.map((column) => [column, Math.max(...rows.map((row) => Number(row[column] ?? 0)))]),
  );
