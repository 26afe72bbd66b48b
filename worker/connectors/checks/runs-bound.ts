/** What of a connector's run the trail binds once it has ended; and that its runs go with the connector. */
import { MONTH } from "../../../shared/core/time.ts";
import { boundTable, type NewRow, ownColumns } from "../../core/bound.ts";
import { bindAsIs } from "../../core/bound-before.ts";
import type { Statement } from "../../core/sql.ts";
import { erasedOf, sayErased } from "../../trail/erased.ts";
import { startOf } from "../../trail/start.ts";

const ended = { high: "ended_high", low: "ended_low", code: "ended_code" };
const work = "of the work on its slices: nothing goes by it once the run has ended";
/** A run, after its end. */
const RUN_KEPT = 24 * MONTH;

export const runsBound = boundTable({
  name: "connector_runs",
  of: { table: "connector_runs", own: { ...ownColumns, ...ended } },
  columns: [
    ...["connector", "id", "trial", "reads", "screening", "by", "at", "state", "finished_at"],
    ...["contacts", "numbers", "clear", "caution", "blocked", "unknown", "none", "invalid"],
    ...["written", "refused", "refusal", "kinds", "error"],
  ],
  unbound: {
    num: "the order in which they began, which their times have",
    ...Object.fromEntries(
      ["slice", "cursor", "lease", "due", "failures", "moved_at"].map((column) => [column, work]),
    ),
  },
  keyOf: {
    columns: ["connector", "id"],
    sql: "(r.connector || '/' || r.id)",
    named: `(r.connector, r.id) IN (SELECT CAST(value AS INTEGER), substr(value, instr(value, '/') + 1) FROM json_each(?1))`,
  },
  // When its time is over follows from its end, however late it was bound.
  day: "finished_at",
  when: "r.state <> 'running'",
  at: "COALESCE(r.finished_at, '')",
  adoption: "ends",
  erased: async (env, lost, now) => {
    const of = (key: string) => goneOf(key.split("/")[0]!);
    const gone = await erasedOf(
      env,
      await startOf(env),
      [...new Set(lost.map(({ key }) => of(key)))],
      new Date(now).toISOString(),
    );
    return lost.flatMap(({ key, at }) =>
      Date.parse(at) < now - RUN_KEPT || gone.found.has(of(key)) || gone.hidden.has(of(key)) ? [key] : [],
    );
  },
});

const goneOf = (connector: number | string): string => `connectors/${connector}`;
/** The statements that say that a connector, and with it its runs, may be gone. */
export const sayRemoved = (connector: number, at: string): Statement[] =>
  sayErased([{ row: goneOf(connector), since: at }]);

/** The statements that end a run (`RunRow` of rows.ts): refused (conflict) where it is no longer as it was read. `then`: what the same batch changes first. */
export const endRun = (
  { finishedAt, ...run }: { finishedAt: string | null },
  to: { state: "done" | "failed" | "stopped"; finished_at: string },
  then: NewRow = {},
): Statement[] => bindAsIs(runsBound, [{ ...run, finished_at: finishedAt, ...then }], to);
