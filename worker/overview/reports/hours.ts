/** Calls by the hour of the called place. A call that a page and a log know counts once. */
import { MINUTE } from "../../../shared/core/time.ts";
import { clockIn } from "../../../shared/hours/hours.ts";
import { zonesOf } from "../../../shared/hours/zones.ts";
import { regionOf } from "../../../shared/phone/phone.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { reportsEn } from "../../../shared/texts/overview/reports.en.ts";
import { beganIn } from "../../call-logs/began.ts";
import { isCurrent } from "../../call-logs/rows.ts";
import { CALL_MADE, COUNTED_ALREADY } from "../../check/contacts.ts";
import { closedByPlace } from "../../dials/closed/read.ts";
import { dialFrom } from "../../dials/row-number.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import { type Report, type Row, slicesOf } from "./report.ts";

/** Calls of a quarter of an hour (since 1970) to numbers that begin with the same seven digits. */
interface Quarter {
  low: number;
  high: number;
  quarter: number;
  calls: number;
  logged: number;
}
/** Of clocks: no zone is off by a part of it. */
const QUARTER = 15 * MINUTE;
const HEAD = "substr(CAST(number AS TEXT), 1, 7)";

export const hours: Report = {
  columns: { hour: "text", week: "number", saturday: "number", sunday: "number", all: "number" },
  chart: { along: "hour", series: ["week", "saturday", "sunday"] },
  async make(db, { start, end }) {
    const sums = Array.from({ length: 25 }, () => ({ week: 0, saturday: 0, sunday: 0 }));
    const placed = new Map<number, readonly string[]>();
    const from = { dials: 0, unseen: 0 };
    const add = (zones: readonly string[], quarter: number, calls: number) => {
      const place = clockOf(zones, quarter * QUARTER);
      sums[place?.hour ?? 24]![place?.day ?? "week"] += calls;
    };
    for (const slice of slicesOf(start, end)) {
      const { here, closed } = await quartersOf(db, slice);
      for (const { low, high, quarter, calls, logged } of here) {
        if (logged === 1) from.unseen += calls;
        else from.dials += calls;
        const zones = [low, high].map((number) => placed.get(number) ?? remember(placed, number));
        add(zones.flat(), quarter, calls);
      }
      for (const { zones, quarter, calls } of closed) {
        from.dials += calls;
        add(JSON.parse(zones) as string[], quarter, calls);
      }
    }
    return {
      rows: sums.map((sum, hour): Row => ({
        hour: hour === 24 ? reportsEn.hours.unknown : `${String(hour).padStart(2, "0")}:00`,
        ...(hour === 24 ? { week: null, saturday: null, sunday: null } : sum),
        all: sum.week + sum.saturday + sum.sunday,
      })),
      from,
    };
  },
};

function remember(placed: Map<number, readonly string[]>, number: number): readonly string[] {
  const e164 = e164Of(number);
  const zones = zonesOf(e164, regionOf(e164) ?? "");
  placed.set(number, zones);
  return zones;
}

/** The hour and the kind of day there; null where that is not known, or not the same in each zone. */
function clockOf(zones: readonly string[], at: number) {
  const clocks = zones.map((zone) => clockIn(zone, at));
  const [first] = clocks;
  if (
    !first ||
    !clocks.every((clock) => clock?.day === first.day && clock.time.slice(0, 2) === first.time.slice(0, 2))
  )
    return null;
  const day = first.day === "sat" ? "saturday" : first.day === "sun" ? "sunday" : "week";
  return { hour: Number(first.time.slice(0, 2)), day } as const;
}

/** SQL: a row `d` of dials is a call, and that an erasure did not leave as a proof alone. */
const IS_CALL = `${CALL_MADE} AND ${unrestricted("dial", "CAST(d.num AS TEXT)")}`;

interface Quarters {
  here: Quarter[];
  closed: { zones: string; quarter: number; calls: number }[];
}
/** By one batch: a month may close meanwhile. */
async function quartersOf(
  db: D1Database,
  [from, until]: readonly [from: string, until: string],
): Promise<Quarters> {
  const dials = [dialFrom(from), dialFrom(until)] as const;
  const here = db
    .prepare(
      `SELECT MIN(number) AS low, MAX(number) AS high, at / ${QUARTER} AS quarter, COUNT(*) AS calls, logged FROM (
         SELECT d.number, d.device_at AS at, 0 AS logged FROM dials d WHERE d.num >= ?1 AND d.num < ?2
           AND d.number IS NOT NULL AND COALESCE(d.medium, 0) = 0 AND ${IS_CALL} AND NOT ${COUNTED_ALREADY}
         UNION ALL
         SELECT c.number, unixepoch(c.started_at) * 1000, 1 FROM calls c
         WHERE c.direction = 'outbound' AND ${beganIn("?3", "?4")} AND ${isCurrent}
           AND ${unrestricted("call", "c.id")}
           AND NOT EXISTS (SELECT 1 FROM dials d WHERE d.num = CAST(c.dial AS INTEGER) AND ${IS_CALL}))
       GROUP BY quarter, ${HEAD}, logged ORDER BY quarter`,
    )
    .bind(...dials, from, until);
  const both = await db.batch([here, db.prepare(closedByPlace).bind(...dials)]);
  const [its, closed] = both as [D1Result<Quarter>, D1Result<Quarters["closed"][number]>];
  return { here: its.results, closed: closed.results };
}
