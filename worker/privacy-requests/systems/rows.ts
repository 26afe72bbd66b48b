/** Connected systems of a request as rows: those that are to be looked at, and what is known of each. */
import type { HeldRecordRow, RequestSystem } from "../../../shared/privacy-requests/api-systems.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { systemsOf } from "../../connectors/kinds/held/read.ts";
import type { NewRow } from "../../core/bound.ts";
import { Problem } from "../../core/errors.ts";
import { statesOf } from "../../core/states.ts";
import { systemsBound } from "../bound.ts";
import type { Moment } from "../rows.ts";

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
}
/** The same, with what `changeBound` needs. */
export type SystemState = SystemRow & NewRow;

export const recordsIn = ({ records }: Pick<SystemRow, "records">): HeldRecordRow[] =>
  JSON.parse(records) as HeldRecordRow[];

/** Rows for the CRMs that are connected now and that the request has none of. */
export async function newSystems(
  db: D1Database,
  request: string,
  { by, at }: { by: string; at: string },
): Promise<NewRow[]> {
  const there = new Set((await statesFor(db, request)).map(({ connector }) => connector));
  return (await systemsOf(db)).flatMap(({ row: { id: connector, name, kind }, host }) =>
    there.has(connector)
      ? []
      : [
          {
            ...{ id: crypto.randomUUID(), request, connector, name, kind, host },
            ...{ looked_at: null, problem: null, region: null, records: "[]" },
            ...{ outcome: null, done_on: null, how: "", file: null, backups_until: null, by, at },
          },
        ],
  );
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
  recipients.find((one) => one.kind === "connector" && one.host === host && host !== "");

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
      region: region ?? recipient?.country ?? null,
      lookedAt: row.looked_at,
      records: recordsIn(row),
      doneOn: row.done_on,
      backupsUntil: row.backups_until,
      erases: recipient?.erases === true,
    };
  });
}
