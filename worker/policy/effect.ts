/**
 * What a loosening would do, in numbers: of the last 30 days' calls, of the people and records that it concerns, or of the
 * rows that another retention erases or keeps. Counted when it is proposed.
 */
import type { Role } from "../../shared/people/api.ts";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import type { Policy, SchemeRule } from "../../shared/policy/policy.ts";
import { covers } from "../../shared/policy/sites.ts";
import { DAY, MONTH } from "../../shared/core/time.ts";
import { floor } from "../../shared/law/law.ts";
import { isAlive } from "../core/auth.ts";
import { closedLogged } from "../dials/closed/calls.ts";
import { closedCalls } from "../dials/closed/read.ts";
import { dialFrom } from "../dials/row-number.ts";
import { claimsTimes, whileClaims } from "../recordings/claims.ts";
import { beganBefore } from "../call-logs/began.ts";
import { allClosed, closedBefore, closedOutsideOf } from "../recordings/closed/counts.ts";
import { allowedRegions, outsideOf } from "../recordings/rows.ts";
import { rowBehind } from "../trail/rows.ts";
import { SECOND_THOUGHTS } from "./current.ts";

/** Calls of so many days are counted. */
const LOOKED_BACK = 30 * DAY;

interface Asked extends PolicyChange {
  db: D1Database;
  /** The policy in force. */
  policy: Policy;
  now: number;
  /** The moment from which calls are counted (ISO 8601). */
  since: string;
}
type Figure = (asked: Asked) => Promise<number>;

const count =
  (sql: string, ...values: ((asked: Asked) => unknown)[]): Figure =>
  async (asked) =>
    (await asked.db
      .prepare(`SELECT COUNT(*) AS n FROM ${sql}`)
      .bind(...values.map((value) => value(asked)))
      .first<{ n: number }>())!.n;

/** A number that SQL says. */
const numberIn =
  (text: string, ...params: readonly (string | number)[]): Figure =>
  async ({ db }) =>
    (await db
      .prepare(`SELECT ${text} AS n`)
      .bind(...params)
      .first<number>("n"))!;

const ago = (months: (asked: Asked) => unknown, days: number) => (asked: Asked) =>
  new Date(asked.now + days * DAY - Number(months(asked)) * MONTH).toISOString();
const from = ({ from: value }: Asked) => value;
const to = ({ to: value }: Asked) => value;
const now = ({ now: ms }: Asked) => new Date(ms).toISOString();
const since = (asked: Asked) => asked.since;
const firstDial = (asked: Asked) => dialFrom(asked.since);
const gained = (asked: Asked) => {
  const had = asked.from as unknown[];
  return JSON.stringify((asked.to as unknown[]).filter((one) => !had.includes(one)));
};

/** Dials whose reasons, the Worker's or the page's, name one of some codes; by default a listing, whose code is its register. */
const dialsWith = (column: "reasons" | "worker_reasons", codes?: (asked: Asked) => string[]) =>
  count(
    `dials WHERE num >= ?1 AND ${column} IN (
       SELECT t.num FROM dial_texts t WHERE t.month >= ?2 AND json_type(t.text) = 'array' AND EXISTS (
         SELECT 1 FROM json_each(t.text) r
         WHERE IIF(?3 IS NULL, r.value ->> 'code' = r.value ->> 'list',
           r.value ->> 'code' IN (SELECT value FROM json_each(?3)))))`,
    firstDial,
    (asked) => asked.since.slice(0, 7),
    (asked) => (codes ? JSON.stringify(codes(asked)) : null),
  );
const judgedWith = (...codes: string[]) => dialsWith("worker_reasons", () => codes);
const register = dialsWith("worker_reasons", ({ path }) => [path.slice(path.indexOf(".") + 1)]);

/** Dials whose reasons, the Worker's, speak of the register of a path `list.ID.FIELD`: of fewer countries, all that do. */
const ofRegister = count(
  `dials WHERE num >= ?1 AND worker_reasons IN (
     SELECT t.num FROM dial_texts t WHERE t.month >= ?2 AND json_type(t.text) = 'array' AND EXISTS (
       SELECT 1 FROM json_each(t.text) r WHERE r.value ->> 'list' = ?3 AND r.value ->> 'code' <> 'not-listed'
         AND COALESCE(?4, r.value ->> 'code') = r.value ->> 'code'))`,
  firstDial,
  (asked) => asked.since.slice(0, 7),
  ({ path }) => path.split(".")[1],
  ({ path }) => {
    const [, id = "", field] = path.split(".");
    return field === "regions" ? null : field === "maxAgeDays" ? "stale-list" : id;
  },
);

/** Dials without a country's code, which decides which numbers they are. */
const withoutCode = count("dials WHERE num >= ?1 AND written <> '' AND written NOT LIKE '+%'", firstDial);
const officePeople = "people WHERE active = 1 AND kind = 'person' AND role <> 'agent'";
const peopleWith = count(
  "people WHERE active = 1 AND kind = 'person' AND role IN (SELECT value FROM json_each(?1))",
  gained,
);
const requests = (which = "1") =>
  count(`requests WHERE ${which} AND received_on >= substr(?1, 1, 10)`, since);

/** Dials by a scheme whose row is new, gone or another. */
const schemes: Figure = async (asked) => {
  const text = (row: SchemeRule) => JSON.stringify(row);
  const [before, after] = [asked.from as SchemeRule[], asked.to as SchemeRule[]];
  const changed = [...before, ...after].filter(
    (row) => !(before.some((b) => text(b) === text(row)) && after.some((a) => text(a) === text(row))),
  );
  return count("dials WHERE num >= ?1 AND via IN (SELECT value || ':' FROM json_each(?2))", firstDial, () =>
    JSON.stringify(changed.map(({ scheme }) => scheme)),
  )(asked);
};

/** Dials on sites that would no longer be covered. */
const uncovered: Figure = async ({ db, from: before, to: after, since: at }) => {
  const { results } = await db
    .prepare(
      `SELECT t.text ->> 'host' AS host, COUNT(*) AS n FROM dials d JOIN dial_texts t ON t.num = d.page
       WHERE d.num >= ? GROUP BY 1`,
    )
    .bind(dialFrom(at))
    .all<{ host: string; n: number }>();
  const on = (sites: unknown, host: string) =>
    (sites as string[]).some((site) =>
      ["https", "http"].some((scheme) => covers(site, `${scheme}://${host}`)),
    );
  return results.reduce((sum, { host, n }) => sum + (on(before, host) && !on(after, host) ? n : 0), 0);
};

/** Consents that would count for longer: policy's months would have ended them, or will. */
const consentsLonger = count(
  `consents WHERE withdrawn_at IS NULL AND state <> 'refused' AND COALESCE(until, '9') > date(given_at, '+' || ?1 || ' months')
     AND (?2 IS NULL OR date(given_at, '+' || ?2 || ' months') >= substr(?3, 1, 10))`,
  from,
  to,
  now,
);

/** Devices that have been signed out as nobody used them, and would not be. */
const devicesBack = count(
  `tokens t JOIN people p ON p.id = t.person WHERE p.active = 1 AND p.kind = 'person' AND t.revoked_at IS NULL
     AND julianday(?1) - julianday(COALESCE(t.last_used_at, t.created_at)) BETWEEN ?2 AND ?3`,
  ...[now, from, to],
);
const devices = count(
  `tokens t JOIN people p ON p.id = t.person WHERE p.active = 1 AND p.kind = 'person' AND ${isAlive("?1")}`,
  now,
);

/** Of a retention: `older` counts what is older than a moment. */
function keptBy(older: (at: (asked: Asked) => string) => Figure): Figure {
  // A shorter one erases these a week after it counts; a longer one keeps what would go within 30 days.
  const [erased, saved] = [older(ago(to, SECOND_THOUGHTS / DAY)), older(ago(from, LOOKED_BACK / DAY))];
  return (asked) => (isShorter(asked) ? erased(asked) : saved(asked));
}
/** Rows of a retention: `old` is the condition of those that are older than `?1`, and where it needs it, `?2`. */
const kept = (
  table: string,
  old: string,
  ...more: ((at: (asked: Asked) => string) => (asked: Asked) => unknown)[]
): Figure => keptBy((at) => count(`${table} WHERE ${old}`, at, ...more.map((value) => value(at))));
const isShorter = ({ from: before, to: after }: PolicyChange) => Number(after) < Number(before);

/** Dials and logged calls, by one statement: a month may close meanwhile. */
const calls = keptBy((at) => async (of) => {
  const select = of.db.prepare(
    `SELECT (SELECT COUNT(*) FROM dials WHERE num < unixepoch(?1) * 64000) + (SELECT COUNT(*) FROM calls c WHERE ${beganBefore("?1")})
       + ${closedCalls("0", "unixepoch(?1) * 64000")} + ${closedLogged("'1970-01-01'", "?1")} AS n`,
  );
  return (await select.bind(at(of)).first<{ n: number }>())!.n;
});

/** Recordings that follow policy, by one statement as well; a claims call's stays for its year. */
const recordings = keptBy((at) => async (of) => {
  const times = JSON.stringify(await claimsTimes(of.db));
  const year = ago(() => floor.claimsRecordingMonths, SECOND_THOUGHTS / DAY);
  const here = `(SELECT COUNT(*) FROM recordings
    WHERE state = 'kept' AND rule = 'retention' AND unixepoch(started_at) <= unixepoch(?1) AND started_at < ?1
      AND NOT (${whileClaims("?2")} AND started_at >= ?3)
      AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = recordings.id))`;
  return numberIn(`${here} + ${closedBefore("?1", "?2", "?3")}`, at(of), times, year(of))(of);
});
/** Those that are kept, wherever their rows are. */
const allKept: Figure = async (asked) =>
  (await count("recordings WHERE state = 'kept'")(asked)) + (await numberIn(allClosed)(asked));
const keptOutside: Figure = async (asked) => {
  const regions = allowedRegions(asked.policy);
  const here = count(`recordings r WHERE state = 'kept' AND ${outsideOf("?1")}`, () => regions);
  return (await here(asked)) + (await numberIn(closedOutsideOf("?1"), regions)(asked));
};

/** By clause, what is counted. What is said of it is in texts/policy/proposals.en.ts. */
const figures: Readonly<Record<string, Figure>> = {
  registers: register,
  grounds: register,
  list: ofRegister,
  "screening.maxListAgeDays": judgedWith("stale-list"),
  // Within days of grace a listing would not have held.
  "screening.graceDays": dialsWith("worker_reasons"),
  "screening.rescreenDays": count("(SELECT DISTINCT number FROM connector_numbers)"),
  "screening.watch": count("watched"),
  // Only a page can be offline.
  "screening.offlineMinutes": dialsWith("reasons", () => ["offline"]),
  "screening.heldRegions": judgedWith("no-register"),
  "numbers.defaultRegion": withoutCode,
  "numbers.lineRegion": withoutCode,
  "numbers.alsoRegions": withoutCode,
  overrides: count("dials WHERE num >= ?1 AND action <> 0", firstDial),
  "dials.schemes": schemes,
  "campaigns.runs": judgedWith("needs-consent"),
  "campaigns.pensionsAuthorised": judgedWith("needs-consent", "not-authorised"),
  "campaigns.onRequest": judgedWith("needs-consent"),
  "consents.recordedBy": peopleWith,
  "consents.monthsAtMost": consentsLonger,
  // What passes without a dialog rests on evidenced consent alone (check/override.ts).
  "consents.amber": judgedWith("agreed"),
  "parties.from": count(
    "parties WHERE ended_at IS NULL AND source IN (SELECT value FROM json_each(?1))",
    gained,
  ),
  hours: judgedWith("out-of-hours"),
  outOfHours: judgedWith("out-of-hours", "holiday"),
  holidays: judgedWith("holiday"),
  sites: uncovered,
  "identity.company": count("consents WHERE withdrawn_at IS NULL AND caller = ?1", to),
  "identity.tradingNames": count(
    "consents WHERE withdrawn_at IS NULL AND caller IN (SELECT value FROM json_each(?1))",
    gained,
  ),
  "recording.purposes": allKept,
  "recording.openedBy": peopleWith,
  "recording.openedFrom": allKept,
  "recording.regions": count(
    "recordings WHERE unixepoch(started_at) >= unixepoch(?1) AND started_at >= ?1",
    since,
  ),
  "recording.outsideRegions": keptOutside,
  "recording.retentionMonths": recordings,
  "requests.decideDays": requests(),
  "requests.extensions": requests(),
  "requests.erasureInWriting": requests("kind = 'erasure'"),
  "requests.proofKeptDays": requests("asked_on IS NOT NULL"),
  "requests.pauses": requests(),
  "requests.progressDays": requests("kind = 'complaint'"),
  "requests.outcomeDays": requests("kind = 'complaint'"),
  "retention.dialMonths": calls,
  "retention.listHistoryMonths": kept("versions", "at < ?1"),
  "retention.auditPayloadMonths": kept(
    "audit_payload",
    `at < ?1 AND seq < ${rowBehind("audit_payload", "?1")}`,
  ),
  "retention.screeningMonths": kept("screenings", "at < ?1"),
  "retention.watchedMonths": kept("watched", "on_day < substr(?1, 1, 10)"),
  "retention.requestMonths": kept("requests", "closed_at < ?1"),
  "retention.turnedMonths": kept("turned", "at < ?1"),
  "access.unusedTokenDays": devicesBack,
  "access.rotateTokenDays": devices,
  "access.numbersPerHour": count(
    "people WHERE active = 1 AND kind = 'person' AND role = ?1",
    (): Role => "agent",
  ),
  "access.officeNumbersPerHour": count(officePeople),
  "access.gateNumbersPerHour": count(
    "people WHERE active = 1 AND EXISTS (SELECT 1 FROM json_each(scopes) WHERE value = 'gate')",
  ),
  "access.screenedPerDay": count(officePeople),
  "access.signIn": count("people WHERE active = 1 AND kind = 'person' AND role_by = 'rule'"),
};

/** Clauses of which nothing on record says what they would change. */
export const noFigures: Readonly<Record<string, string>> = {
  "identity.ownNumbers": "of a call with several numbers the record has one",
  recipients: "what a recipient was never sent is nowhere",
  "screening.maxShrinkShare": "a push that removed too much was refused and left nothing",
};

/** The figures of a proposal's changes, by path. A change that no figure tells anything of is left out. */
export async function effectOf(
  db: D1Database,
  policy: Policy,
  changes: readonly PolicyChange[],
  ms: number,
): Promise<{ path: string; n: number }[]> {
  const asked = { db, policy, now: ms, since: new Date(ms - LOOKED_BACK).toISOString() };
  const counted = changes.flatMap((change) => {
    const figure = figures[change.path] ?? figures[change.path.split(".")[0]!];
    return figure ? [figure({ ...change, ...asked }).then((n) => ({ path: change.path, n }))] : [];
  });
  return Promise.all(counted);
}
