/** When a CRM's own flags and consents were last read, and when they are next. */
import { connectorSetup, type Connector } from "../../../shared/connectors/api.ts";
import { DAY } from "../../../shared/core/time.ts";

/** Of a connector's row. */
interface Row {
  setup: string;
  active: number;
}

/** From the beginning of one reading to that of the next. */
const EVERY = DAY / 4;

/** Of the runs that read them, those alone and those that screen: when the newest began, and the newest that came to its end. */
export interface Reads {
  at: string;
  readAt: string | null;
  error: string | null;
}

/** By the connector's number. */
export async function lastReads(db: D1Database): Promise<Map<number, Reads>> {
  const { results } = await db
    .prepare(
      `SELECT c.num, r.at, IIF(r.state = 'failed', r.error, NULL) AS error,
         (SELECT d.at FROM connector_runs d WHERE d.connector = c.num AND (d.trial = 0 OR d.reads = 1) AND d.state = 'done'
          ORDER BY d.num DESC LIMIT 1) AS readAt
       FROM connectors c JOIN connector_runs r ON r.num = (SELECT n.num FROM connector_runs n
         WHERE n.connector = c.num AND (n.trial = 0 OR n.reads = 1) ORDER BY n.num DESC LIMIT 1)`,
    )
    .all<Reads & { num: number }>();
  return new Map(results.map(({ num, ...reads }) => [num, reads]));
}

/** Whether its set-up names a flag or a consent. */
const names = ({ setup }: Row): boolean =>
  connectorSetup
    .parse(JSON.parse(setup))
    .objects.some((one) => (one.flag ?? one.consentAt ?? one.consentOut) !== undefined);

/** When flags are next read by themselves (ISO 8601); null where the set-up names none, or the connector is off. */
export function readsAt(row: Row, last: Reads | undefined): string | null {
  // Before the first run no record is known: that one reads them.
  if (!names(row) || row.active === 0 || !last) return null;
  return new Date(Date.parse(last.at) + EVERY).toISOString();
}

export function flagsOf(row: Row, last: Reads | undefined): Connector["flags"] {
  if (!names(row)) return null;
  return { readAt: last?.readAt ?? null, nextAt: readsAt(row, last), error: last?.error ?? null };
}
