/** What a loosening would do, in numbers: of the last 30 days' calls, or of the rows that a shorter retention erases. */
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import type { Role } from "../../shared/people/api.ts";
import { DAY, MONTH } from "../../shared/core/time.ts";
import { dialFrom } from "../dials/rows.ts";

/** Calls of so many days are counted. */
const LOOKED_BACK = 30 * DAY;
/** A shorter retention erases for the first time a week after it counts (jobs/housekeeping.ts). */
const SECOND_THOUGHTS = 7 * DAY;

/** Reason codes whose calls a clause's change may let through. */
const reasonsOf: Readonly<Record<string, readonly string[]>> = {
  "screening.maxListAgeDays": ["stale-list"],
  "screening.graceDays": ["grace"],
  "campaigns.runs": ["needs-consent"],
  "campaigns.pensionsAuthorised": ["needs-consent", "not-authorised"],
  "consents.amber": ["consent"],
  "screening.offlineMinutes": ["offline"],
  hours: ["out-of-hours"],
  outOfHours: ["out-of-hours", "holiday"],
  holidays: ["holiday"],
};

/** By retention clause, the table and the condition of a row that is older than `?1` (ISO 8601; a row number for dials). */
const keptBy: Readonly<Record<string, string>> = {
  "retention.dialMonths": "dials WHERE num < ?1",
  "retention.listHistoryMonths": "versions WHERE at < ?1",
  "retention.auditPayloadMonths": "audit_payload WHERE at < ?1",
  "retention.screeningMonths": "screenings WHERE at < ?1",
  "retention.watchedMonths": "watched WHERE on_day < substr(?1, 1, 10)",
  "retention.requestMonths": "requests WHERE closed_at < ?1",
  "retention.turnedMonths": "turned WHERE at < ?1",
  "recording.retentionMonths": "recordings WHERE state = 'kept' AND started_at < ?1",
};

/** The figures of a proposal's changes, by path. A change that no figure tells anything of is left out. */
export async function effectOf(
  db: D1Database,
  changes: readonly PolicyChange[],
  now: number,
): Promise<{ path: string; n: number }[]> {
  const counted = changes.flatMap((change) => {
    const query = countOf(db, change, now);
    return query ? [{ path: change.path, query }] : [];
  });
  if (counted.length === 0) return [];
  const answers = await db.batch<{ n: number }>(counted.map(({ query }) => query));
  return counted.map(({ path }, i) => ({ path, n: answers[i]!.results[0]!.n }));
}

function countOf(db: D1Database, { path, from, to }: PolicyChange, now: number): D1PreparedStatement | null {
  const [group = "", key = ""] = path.split(".");
  if (group === "registers" || group === "grounds") return dialsWith(db, [key], now);
  const reasons = reasonsOf[path] ?? reasonsOf[group];
  if (reasons) return dialsWith(db, reasons, now);
  if (path === "overrides")
    return db
      .prepare("SELECT COUNT(*) AS n FROM dials WHERE num >= ? AND action <> 0")
      .bind(dialFrom(new Date(now - LOOKED_BACK).toISOString()));
  if (path === "recording.openedBy" || path === "consents.recordedBy") {
    const gained = (to as Role[]).filter((role) => !(from as Role[]).includes(role));
    return db
      .prepare(
        `SELECT COUNT(*) AS n FROM people WHERE active = 1 AND role IN (SELECT value FROM json_each(?))`,
      )
      .bind(JSON.stringify(gained));
  }
  if (path === "recording.regions")
    return db
      .prepare("SELECT COUNT(*) AS n FROM recordings WHERE started_at >= ?")
      .bind(new Date(now - LOOKED_BACK).toISOString());
  const kept = keptBy[path];
  if (kept === undefined || Number(to) >= Number(from)) return null;
  const until = new Date(now + SECOND_THOUGHTS - Number(to) * MONTH).toISOString();
  return db
    .prepare(`SELECT COUNT(*) AS n FROM ${kept}`)
    .bind(path === "retention.dialMonths" ? dialFrom(until) : until);
}

/** Calls of the last 30 days that were held or overridden for one of these reasons, as the Worker saw them. */
const dialsWith = (db: D1Database, codes: readonly string[], now: number): D1PreparedStatement => {
  const since = new Date(now - LOOKED_BACK).toISOString();
  return db
    .prepare(
      `SELECT COUNT(*) AS n FROM dials WHERE num >= ?1 AND worker_reasons IN (
         SELECT t.num FROM dial_texts t WHERE t.month >= ?2 AND json_type(t.text) = 'array' AND EXISTS (
           SELECT 1 FROM json_each(t.text) r
           WHERE r.value ->> 'code' IN (SELECT value FROM json_each(?3))))`,
    )
    .bind(dialFrom(since), since.slice(0, 7), JSON.stringify(codes));
};
