/** Connected systems of a request as rows: those that are to be looked at, by what, and what is known of each. */
import type { HeldRecordRow, RequestSystem } from "../../../shared/privacy-requests/api-systems.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { recipientAt } from "../../../shared/policy/recipients.ts";
import { type System, systemsOf } from "../../connectors/kinds/held/read.ts";
import { insertBound, type NewRow } from "../../core/bound.ts";
import { Problem } from "../../core/errors.ts";
import type { Statement } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import { systemsBound } from "../bound.ts";
import { theirNumbers } from "../numbers.ts";
import type { Moment, Row } from "../rows.ts";

/** A row of `request_systems`, without what binds it. */
interface SystemRow extends Pick<
  RequestSystem,
  "id" | "connector" | "name" | "kind" | "host" | "outcome" | "how"
> {
  request: string;
  looked_at: string | null;
  problem: string | null;
  region: string | null;
  /** JSON. */
  records: string;
  done_on: string | null;
  file: string | null;
  backups_until: string | null;
  /** JSON: `Who`. */
  sought: string;
}
/** The same, with what `changeBound` needs. */
export type SystemState = SystemRow & NewRow;

export const recordsIn = ({ records }: Pick<SystemRow, "records">): HeldRecordRow[] =>
  JSON.parse(records) as HeldRecordRow[];

/** By what a requester is sought. */
export interface Who {
  /** Digits of E.164. */
  numbers: string[];
  email: string | null;
}
const NOBODY: Who = { numbers: [], email: null };
const both = (a: Who, b: Who): Who => ({
  numbers: [...new Set([...a.numbers, ...b.numbers])].sort(),
  email: a.email ?? b.email,
});
export const soughtIn = ({ sought }: Pick<SystemRow, "sought">): Who => JSON.parse(sought) as Who;
/** Whether those who asked for one have asked for all of another. */
export const covers = (asked: Who, { numbers, email }: Who): boolean =>
  numbers.every((number) => asked.numbers.includes(number)) && (email === null || asked.email === email);

/** Whether the last look at a row asked for all of this. */
export const hasAsked = (row: Pick<SystemRow, "sought">, who: Who): boolean => covers(soughtIn(row), who);

/**
 * By what a requester is to be sought: their number and those of all that was confirmed as theirs; their address, once it is confirmed;
 * and once an erasure was decided, which takes numbers from here, by all that these rows have from then.
 */
export async function whoOf(db: D1Database, row: Row, rows: readonly SystemState[]): Promise<Who> {
  const numbers = (await theirNumbers(db, row)).map(String);
  const own = both({ numbers, email: row.proved_at && row.email }, NOBODY);
  const isDecided = row.kind === "erasure" && (await decisionsOf(db, row.id)).length > 0;
  return isDecided ? rows.map(soughtIn).reduce(both, own) : own;
}

/**
 * The decisions to comply, or partly, of a request, oldest first: each with how many systems it listed; null where the Worker that took
 * it knew of none.
 */
export async function decisionsOf(db: D1Database, request: string): Promise<(number | null)[]> {
  const { results } = await db
    .prepare(
      `SELECT detail ->> 'systems' AS systems FROM request_events
       WHERE request = ? AND action IN ('comply', 'partial') ORDER BY id`,
    )
    .bind(request)
    .all<{ systems: number | null }>();
  return results.map(({ systems }) => systems);
}

/**
 * The records of a row that count where somebody is sought by this: none that only a look found that was by somebody else's number,
 * too; what was erased stays on record.
 */
export const recordsFor = (row: SystemState, who: Who): HeldRecordRow[] =>
  recordsIn(row).filter(({ erasedOn }) => erasedOn !== null || covers(who, soughtIn(row)));

/**
 * Whether a row is of a system as it is connected now: another kind, or another host, is another system. The host is not known where
 * the set-up is, or was, of no use.
 */
export const isOf = ({ connector, kind, host }: SystemState, system: System): boolean =>
  connector === system.row.id &&
  kind === system.row.kind &&
  (system.host === "" || host === "" || host === system.host);

/** Rows for systems that are connected now. */
export const freshRows = (
  systems: readonly System[],
  { request, by, at }: { request: string; by: string; at: string },
  who = NOBODY,
): SystemState[] =>
  systems.map(({ row: { id: connector, name, kind }, host }) => ({
    ...{ id: crypto.randomUUID(), request, connector, name, kind, host },
    ...{ looked_at: null, problem: null, region: null, records: "[]", sought: JSON.stringify(who) },
    ...{ outcome: null, done_on: null, how: "", file: null, backups_until: null, by, at },
  }));

/** Those that are connected now and that a request has no row of. */
export const systemsBeside = async (db: D1Database, rows: readonly SystemState[]): Promise<System[]> =>
  (await systemsOf(db)).filter((system) => !rows.some((row) => isOf(row, system)));

/** Rows for the CRMs that are connected now and that the request has none of. */
export const newSystems = async (
  db: D1Database,
  request: string,
  { by, at }: { by: string; at: string },
): Promise<NewRow[]> => freshRows(await systemsBeside(db, await statesFor(db, request)), { request, by, at });

/** What an officer has not settled, but a look did, or nothing. */
export const isByLook = ({ outcome, how }: SystemState): boolean =>
  outcome === null || (how === "" && outcome !== "kept");

/**
 * The statements of a decision for the systems of its request, and how many it leaves open: all that no officer has settled is asked
 * again, by what the request is decided for; and where nothing is refused any more, nothing is kept.
 */
export async function systemsDecided(
  db: D1Database,
  row: Row,
  decision: "comply" | "partial",
  { by, at }: { by: string; at: string },
): Promise<{ statements: Statement[]; open: number; all: number }> {
  const rows = await statesFor(db, row.id);
  const who = await whoOf(db, row, rows);
  const fresh = freshRows(await systemsBeside(db, rows), { request: row.id, by, at }, who);
  const again = rows.filter((one) => isByLook(one) || (decision === "comply" && one.outcome === "kept"));
  const to = (one: SystemState): NewRow => ({
    ...{ outcome: null, done_on: null, how: "", file: null, backups_until: null },
    ...{ sought: JSON.stringify(who), records: JSON.stringify(recordsFor(one, who)) },
    problem: one.looked_at === null ? one.problem : "before",
  });
  // What is erased is sought by these from now on: no row keeps a number that is not theirs.
  const others = rows.filter((one) => !again.includes(one) && !covers(who, soughtIn(one)));
  return {
    statements: [
      ...changeRows(
        systemsBound,
        again.map((before) => ({ before, to: to(before) })),
        at,
      ),
      ...changeRows(
        systemsBound,
        others.map((before) => ({ before, to: { sought: JSON.stringify(who) } })),
        at,
      ),
      ...(fresh.length === 0 ? [] : [insertBound(systemsBound, fresh)]),
    ],
    open: again.length + fresh.length,
    all: rows.length + fresh.length,
  };
}

export const statesFor = async (db: D1Database, request: string): Promise<SystemState[]> =>
  (await statesOf(db, systemsBound, "request = ? ORDER BY at, name, id", request)) as SystemState[];

/** Throws the Problem `not-found`. */
export async function wantSystem(db: D1Database, request: string, id: string): Promise<SystemState> {
  const [found] = (await statesOf(db, systemsBound, "request = ? AND id = ?", request, id)) as SystemState[];
  if (!found) throw new Problem("not-found");
  return found;
}

const recipientOf = ({ recipients }: Policy, host: string) =>
  host === "" ? undefined : recipientAt(recipients, "connector", host);

/** Where a system's data lies, as the policy's recipient says; null where it does not. */
export const regionOf = (policy: Policy, host: string): string | null =>
  recipientOf(policy, host)?.country ?? null;

/** Until when a system's backups keep what was erased on a day, as the policy's recipient says; null where it does not. */
export function backupsOf(policy: Policy, host: string, on: string): string | null {
  const days = recipientOf(policy, host)?.backupDays;
  return days === undefined ? null : daysLater(on, days);
}

/** The systems of a request, as the API shows them. */
export async function systemsOn(
  db: D1Database,
  request: string,
  { policy }: Moment,
): Promise<RequestSystem[]> {
  return (await statesFor(db, request)).map((row) => {
    const { id, connector, name, kind, host, region, outcome, how, file, problem } = row;
    const recipient = recipientOf(policy, host);
    return {
      ...{ id, connector, name, kind, host, outcome, how, file, problem },
      region: region ?? regionOf(policy, host),
      lookedAt: row.looked_at,
      records: recordsIn(row),
      doneOn: row.done_on,
      backupsUntil: row.backups_until,
      erases: recipient?.erases === true,
    };
  });
}
