/** Judges watched numbers again, by the same `decide` as everything else, and writes their status changes. */
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import type { Facts, Reason, Verdict } from "../../shared/check/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { blocks, type Context, decide, type Decision } from "../../shared/check/verdict.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import { factsOf } from "../check/facts.ts";
import type { Env } from "../env.ts";
import { DAY } from "../../shared/core/time.ts";
import { insertTurned } from "./bound.ts";

/** A watched number that was clear (or a caution) and is blocked now, or the other way round. A row of `turned`. */
export type StatusChange = [
  number: number,
  from: Verdict,
  to: Verdict,
  reason: string,
  list: string | null,
  version: number | null,
  asOf: string | null,
];

/** A register whose new versions are being looked at, and the version that changed each number. */
export interface Cause {
  list: string;
  version: (number: number) => number;
}

/** A day (YYYY-MM-DD) on which a number must be judged again. */
export type Recheck = [day: string, number: number];

/** The status changes among some numbers, and the days on which some must be judged again. `now` in milliseconds. */
export async function judge(
  env: Env,
  numbers: readonly number[],
  cause: Cause | null,
  now: number,
): Promise<{ changes: StatusChange[]; rechecks: Recheck[] }> {
  // People believe what they were told last; where nothing was told yet, what the screening said.
  const { results } = await env.DB.prepare(
    `SELECT w.number, s.purpose,
         (SELECT to_verdict FROM turned t WHERE t.number = w.number ORDER BY t.num DESC LIMIT 1) AS told
       FROM json_each(?) j CROSS JOIN watched w ON w.number = j.value
       LEFT JOIN screenings s ON s.num = w.screening`,
  )
    .bind(JSON.stringify(numbers))
    .all<{ number: number; purpose: Campaign | null; told: Verdict | null }>();
  const changes: StatusChange[] = [];
  const rechecks: Recheck[] = [];
  if (results.length === 0) return { changes, rechecks };
  const { stamp, policy, facts } = await factsOf(
    env,
    results.map(({ number }) => e164Of(number)),
  );
  for (const { number, purpose, told } of results) {
    const own = facts(e164Of(number));
    const context: Context = {
      policy,
      lists: stamp.lists,
      now,
      purpose: purpose ?? undefined,
      anyTime: true,
    };
    const decision = decide(own, context);
    rechecks.push(...graceEnds(decision, number));
    // An old copy does not say that a blocked number may be called again: ask daily until a fresh one does.
    if (decision.verdict === "unknown" && told === "blocked")
      rechecks.push([new Date(now + DAY).toISOString().slice(0, 10), number]);
    if (decision.verdict === "unknown" || (decision.verdict === "blocked") === (told === "blocked")) continue;
    const { code, list = null, asOf = null } = reasonOf(decision, policy, cause);
    const version =
      list === null
        ? null
        : list === cause?.list
          ? cause.version(number)
          : (stamp.lists.find(({ id }) => id === list)?.version ?? null);
    const from = told ?? screenedAs(own, code, list, context, cause);
    changes.push([number, from, decision.verdict, code, list, version, asOf]);
  }
  return { changes, rechecks };
}

/** The reason to report: the one by the register being looked at, if it is one of those that decide; else the first. */
function reasonOf({ verdict, reasons }: Decision, policy: Policy, cause: Cause | null): Reason {
  const own = reasons.find(({ list }) => list !== undefined && list === cause?.list);
  const decides = own && (verdict === "clear" || (verdict === "blocked" && blocks(own, policy)));
  return decides ? own : reasons[0]!;
}

/** When days of grace end: from that day the listing blocks. */
export const graceEnds = ({ reasons }: Decision, number: number): Recheck[] =>
  reasons.flatMap(({ code, asOf }): Recheck[] =>
    code === "grace" && asOf !== undefined ? [[asOf, number]] : [],
  );

/** The verdict that people saw on a number that is blocked for the first time: `clear`, or `caution`. */
function screenedAs(
  facts: Facts,
  code: string,
  list: string | null,
  context: Context,
  cause: Cause | null,
): Verdict {
  // No register changed: a consent, or days of grace, let the number be called until now.
  if (cause === null && (list !== null || code === "needs-consent")) return "caution";
  const { registers } = context.policy;
  const without = { ...facts, suppressions: [] };
  const bare = { ...without, lists: facts.lists.filter(({ id }) => registers[id] === "warn") };
  return [without, bare].some((past) => decide(past, context).verdict === "caution") ? "caution" : "clear";
}

/** Statements for `record`. */
export const writeStatusChanges = (changes: readonly StatusChange[], now: number): Statement[] =>
  insertTurned(
    changes.map(([number, from_verdict, to_verdict, reason, list, version, as_of]) => ({
      ...{ number, from_verdict, to_verdict, reason, list, version, as_of },
    })),
    new Date(now).toISOString(),
  );

export const scheduleRechecks = (rechecks: readonly Recheck[]): Statement[] =>
  inChunks(rechecks, (rows) =>
    sql(
      "INSERT OR IGNORE INTO watch_again (day, number) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
      rows,
    ),
  );
