/** Logged calls that close with the dial that they were made by: which do, and what the index has of them. */
import { DAY, MINUTE, SECOND } from "../../../shared/core/time.ts";
import { integer } from "../../core/bound.ts";
import { idIn, idIs, sql, type Statement } from "../../core/sql.ts";
import { lineOf, refuseWhere, type Shape } from "../../storage/closed/kind.ts";

/** A call as the line of its dial has it. */
export interface ClosedCall {
  id: string;
  ref: string;
  provider: string;
  /** E.164 without its plus. */
  number: number;
  agent: string | null;
  person: string;
  startedAt: string;
  rev: number;
}

/** As words, as the view has them: what many calls have in common goes with the last that names it (migration 0125). */
export const callsBeside: Shape = {
  table: "calls",
  key: "id",
  columns: [
    ...["id", "ref", "provider", "number", "agent", "person", "started_at", "rev", "via", "provider_id"],
    ...[
      "direction",
      "seconds",
      "verdict",
      "reasons",
      "overridden",
      "dial",
      "screened",
      "extension",
      "told",
      "by",
      "at",
    ],
    ...["salt_high", "salt_low", "code", "changed_at", "past", "replaces", "campaign", "judged_as"],
  ],
  large: ["salt_high", "salt_low", "code"],
};

/** A line's part, which begins with the dial's row number. */
export function readCall(part: readonly unknown[]): ClosedCall {
  const [, id, ref, provider, number, agent, person, startedAt, rev] = part as [
    ...[num: number, id: string, ref: string, provider: string, number: number],
    ...[agent: string | null, person: string, startedAt: string, rev: number],
  ];
  return { id, ref, provider, number, agent, person, startedAt, rev };
}

/** A closed call began so long before its dial arrived at most, or after. */
export const APART = 15 * MINUTE;

/** SQL: all of these, in groups: D1 takes expressions of a hundred levels, and each AND is one. */
const allOf = (...groups: string[]): string => groups.map((group) => `(${group})`).join(" AND ");

/** SQL of a recording `r`: nobody asked for anything about it, and nothing went wrong with it. */
const plainRecording = allOf(
  "r.state = 'kept' AND r.rule = 'retention' AND r.flag IS NULL AND r.failures = 0 AND r.error IS NULL",
  "r.not_before IS NULL AND r.claim IS NULL AND r.queued_until IS NULL AND r.storing_until IS NULL",
  `NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.recording = r.id)
   AND NOT EXISTS (SELECT 1 FROM recording_looks l WHERE l.recording = r.id)
   AND NOT EXISTS (SELECT 1 FROM request_items i WHERE i.ref = r.id)
   AND NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'recordings/' || r.id)`,
);

/**
 * SQL of a row `c` of `call_rows` and its dial `d`: it is as plain as that, nobody said more of it, and nothing names it. Its recording may be
 * kept: what goes by both brings the number's calls back first. Its dial is a number: of one in other words, which only somebody who owns the
 * database writes, `callOf` finds no call, and each commit would be refused. Of the rows where they lie, each condition is read from one.
 */
const plainCall = allOf(
  "c.inbound = 0 AND c.found = 0 AND c.overridden = 0 AND c.known = 0 AND c.off = 0 AND c.replaces IS NULL",
  `typeof(c.began) = 'integer' AND abs(c.began - (d.num >> 6)) <= ${APART} AND c.code IS NOT NULL AND c.earlier IS NOT NULL`,
  "typeof(c.made) = 'integer' AND c.ref_b IS NOT NULL AND c.id_b IS NOT NULL AND EXISTS (SELECT 1 FROM people p WHERE p.num = c.person_num)",
  `NOT EXISTS (SELECT 1 FROM call_rows o WHERE o.number = c.number AND o.made = c.made AND o.num <> c.num)
   AND NOT EXISTS (SELECT 1 FROM call_rows n WHERE n.replaces = c.id)`,
  `NOT EXISTS (SELECT 1 FROM call_said s WHERE s.call = c.id)
   AND NOT EXISTS (SELECT 1 FROM call_said_more s WHERE s.call = c.id)`,
  `NOT EXISTS (SELECT 1 FROM request_items i WHERE i.ref = c.id)
   AND NOT EXISTS (SELECT 1 FROM restricted x WHERE x.kind = 'call' AND x.ref = c.id)
   AND NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'calls/' || c.id)`,
  `NOT EXISTS (SELECT 1 FROM recordings r WHERE r.number = c.number AND unixepoch(r.started_at) = unixepoch(c.started_at)
     AND r.started_at = c.started_at AND r.state <> 'erased' AND (${plainRecording}) IS NOT TRUE)`,
);

const ofDial = "c.number = d.number AND c.made = d.num";
/** SQL: the call of a row `d` of `dials`, as a line's part; null where there is none. */
export const callOf = `(SELECT ${lineOf(callsBeside, "c").replace("(", "(d.num, ")} FROM calls c
  WHERE c.number = d.number AND c.dial = CAST(d.num AS TEXT))`;
/** SQL of a row `d` of `dials`: no call of it stays. */
export const plainCalls = `NOT EXISTS (SELECT 1 FROM call_rows c WHERE ${ofDial} AND (${plainCall}) IS NOT TRUE)`;

/** Refuses the batch unless the calls of lines are as they were read, and their dials have no others. */
export function wantCalls(lines: readonly Carrying[]): Statement[] {
  const calls = carried(lines).map(({ call: { id, rev } }) => [id, rev]);
  return [
    refuseWhere(
      `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN call_rows c ON ${idIs("c.id", "(j.value ->> 0)")} AND c.rev = j.value ->> 1) <> ?`,
      ...[JSON.stringify(calls), calls.length],
    ),
    refuseWhere(
      `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN dials d ON d.num = j.value CROSS JOIN call_rows c ON ${ofDial}) <> ?`,
      ...[JSON.stringify(lines.map(({ num }) => num)), calls.length],
    ),
  ];
}

/** What `closed_logged` has of a call's reference and of its id, as text: JavaScript would round it. */
export const nameOfRef = (ref: string): string => integer(ref.slice(0, 16));
export const nameOfId = (id: string): string => integer(id.replaceAll("-", "").slice(0, 16));

interface Carrying {
  num: number;
  call: ClosedCall | null;
}
type Carried = Carrying & { call: ClosedCall };
const carried = (lines: readonly Carrying[]): Carried[] =>
  lines.filter((line): line is Carried => line.call !== null);

/** JSON: the rows of the index that lines with a call have: name, dial, and whether it is of the id. */
export const nameRows = (lines: readonly Carrying[]): string =>
  JSON.stringify(
    carried(lines).flatMap(({ num, call: { id, ref } }) => [
      [nameOfRef(ref), num, 0],
      [nameOfId(id), num, 1],
    ]),
  );
const NAMES = "SELECT CAST(value ->> 0 AS INTEGER) AS name, value ->> 1 AS num FROM json_each(?)";

/** The statements that list the calls of lines, and take them out of `calls`. */
export function listCalls(lines: readonly Carrying[]): Statement[] {
  const some = carried(lines);
  if (some.length === 0) return [];
  return [
    sql(`DELETE FROM calls WHERE ${idIn("id", "?1")}`, JSON.stringify(some.map(({ call: { id } }) => id))),
    sql(
      `INSERT INTO closed_logged (name, num, id) SELECT CAST(value ->> 0 AS INTEGER), value ->> 1, value ->> 2 FROM json_each(?)`,
      nameRows(some),
    ),
    ...count(some, 1),
  ];
}

/** The statements that list them no more. */
export function unlistCalls(lines: readonly Carrying[]): Statement[] {
  const some = carried(lines);
  if (some.length === 0) return [];
  return [
    sql(`DELETE FROM closed_logged WHERE (name, num) IN (${NAMES})`, nameRows(some)),
    ...count(some, -1),
  ];
}

/**
 * Statements for lines that count no more, and go: those of their calls that are listed still were not put back, but erased for a requester,
 * with a lost file that was found since. Their log brings them back no more, and nothing counts them.
 */
export async function goneCalls(
  db: D1Database,
  lines: readonly Carrying[],
  at: string,
): Promise<Statement[]> {
  const some = carried(lines);
  if (some.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT l.num FROM (${NAMES}) j JOIN closed_logged l ON l.name = j.name AND l.num = j.num
       UNION SELECT o.num FROM json_each(?) j CROSS JOIN closed_out o ON o.num = j.value AND o.lost = 1`,
    )
    .bind(nameRows(some), JSON.stringify(some.map(({ num }) => num)))
    .all<{ num: number }>();
  const listed = new Set(results.map(({ num }) => num));
  const erased = some.filter(({ num }) => listed.has(num));
  return [
    sql(
      "INSERT OR IGNORE INTO calls_erased (ref, at) SELECT value, ? FROM json_each(?)",
      ...[at, JSON.stringify(erased.map(({ call: { ref } }) => ref))],
    ),
    ...unlistCalls(erased),
  ];
}

interface ListedCall {
  number: number;
  num: number;
  name: string;
}
/** Of lines that count no more, those that were erased while their file was lost. */
export async function erasedLost<L extends Carrying>(db: D1Database, lines: readonly L[]): Promise<L[]> {
  if (lines.length === 0) return [];
  const { results } = await db
    .prepare("SELECT num FROM closed_out WHERE lost = 1 AND num IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(lines.map(({ num }) => num)))
    .all<{ num: number }>();
  const lost = new Set(results.map(({ num }) => num));
  return lines.filter(({ num }) => lost.has(num));
}

/** What the table has by these names; the number is not known. */
export async function listedCalls(db: D1Database, names: readonly string[]): Promise<ListedCall[]> {
  const { results } = await db
    .prepare(
      "SELECT 0 AS number, l.num, j.value AS name FROM json_each(?) j CROSS JOIN closed_logged l ON l.name = CAST(j.value AS INTEGER)",
    )
    .bind(JSON.stringify(names))
    .all<ListedCall>();
  return results;
}

const QUARTER = 15 * MINUTE;

/** Adds calls to what is counted of closed ones, or takes them off. */
function count(lines: readonly Carried[], sign: 1 | -1): Statement[] {
  const [quarters, days] = [new Map<string, number>(), new Map<string, number>()];
  const add = (sums: Map<string, number>, ...key: [number, string]) => {
    const text = JSON.stringify(key);
    sums.set(text, (sums.get(text) ?? 0) + sign);
  };
  for (const { provider, person, startedAt } of lines.map(({ call }) => call)) {
    const began = Date.parse(startedAt);
    add(quarters, Math.floor(began / QUARTER), provider);
    add(days, Math.floor(began / DAY), person);
  }
  const rows = (sums: Map<string, number>) =>
    JSON.stringify([...sums].map(([key, n]) => [...(JSON.parse(key) as [number, string]), n]));
  const added = (table: string, columns: string, person: string, sums: Map<string, number>) =>
    sql(
      `INSERT INTO ${table} (${columns}, n) SELECT value ->> 0, ${person}, value ->> 2 FROM json_each(?) WHERE TRUE
       ON CONFLICT DO UPDATE SET n = n + excluded.n`,
      rows(sums),
    );
  const none = (table: string, column: string, sums: Map<string, number>) =>
    sql(
      `DELETE FROM ${table} WHERE n = 0 AND ${column} IN (SELECT value ->> 0 FROM json_each(?))`,
      rows(sums),
    );
  const numOf = "(SELECT num FROM people WHERE id = value ->> 1)";
  return [
    added("closed_logged_quarters", "quarter, provider", "value ->> 1", quarters),
    added("closed_logged_days", "day, person", numOf, days),
    ...(sign === 1
      ? []
      : [none("closed_logged_quarters", "quarter", quarters), none("closed_logged_days", "day", days)]),
  ];
}

/** Drops what is counted before a row number (SQL; null: all of it), below which no file has a dial: of lost files it would stay for ever. */
export const uncounted = (first: string): Statement[] =>
  (
    [
      ["closed_logged_quarters", "quarter", QUARTER],
      ["closed_logged_days", "day", DAY],
    ] as const
  ).map(([table, column, ms]) =>
    sql(
      `DELETE FROM ${table} WHERE ${column} < COALESCE(((${first}) / 64 - ${APART}) / ${ms}, ?)`,
      Number.MAX_SAFE_INTEGER,
    ),
  );

/** SQL: rows `k` of the closed calls that began between two moments (ISO 8601, of a whole quarter of an hour), by quarter and provider. */
const quartersIn = (from: string, until: string): string =>
  `closed_logged_quarters k WHERE k.quarter >= unixepoch(${from}) / ${QUARTER / SECOND} AND k.quarter < unixepoch(${until}) / ${QUARTER / SECOND}`;

/** SQL: how many closed calls began between two such moments. */
export const closedLogged = (from: string, until: string): string =>
  `(SELECT COALESCE(SUM(k.n), 0) FROM ${quartersIn(from, until)})`;

/** SQL: how many of them in each hour (since 1970), between `?1` and `?2`. */
export const closedLoggedByHour = `SELECT k.quarter / 4 AS hour, SUM(k.n) AS calls FROM ${quartersIn("?1", "?2")} GROUP BY 1`;

/** SQL: how many of each provider's began on each day (UTC), from `?1` to the day that `?2` begins with, which is inclusive. */
export const closedLoggedByProvider = `SELECT date(k.quarter * ${QUARTER / SECOND}, 'unixepoch') AS day, k.provider, SUM(k.n) AS calls
  FROM ${quartersIn("?1", "date(substr(?2, 1, 10), '+1 day')")} GROUP BY 1, 2`;

/** SQL: how many of each person's (people.num) began on each day (UTC), from `?1` to the day that `?2` begins with, which is inclusive. */
export const closedLoggedByPerson = `SELECT date(k.day * ${DAY / SECOND}, 'unixepoch') AS day, k.person AS person_num, k.n AS calls
  FROM closed_logged_days k WHERE k.day >= unixepoch(?1) / ${DAY / SECOND} AND k.day <= unixepoch(substr(?2, 1, 10)) / ${DAY / SECOND}`;
