/** Watched numbers judged anew, by the same `decide` as everything else, and what is written of those that turned. */
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import type { Facts, Reason, Verdict } from "../../shared/check/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { type Context, decide, type Decision } from "../../shared/check/verdict.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import { factsOf } from "../check/facts.ts";
import { DAY } from "../../shared/time.ts";

export type Turned = [
  number: number,
  from: Verdict,
  to: Verdict,
  reason: string,
  list: string | null,
  version: number | null,
  asOf: string | null,
];

/** A register's pass: its numbers may have turned by the version beside them. */
export interface Cause {
  list: string;
  version: (number: number) => number;
}

/** Those of the numbers that turned, and the days on which some are to be looked at again. */
export async function judge(
  db: D1Database,
  numbers: readonly number[],
  cause: Cause | null,
  now: number,
): Promise<{ turned: Turned[]; again: [day: string, number: number][] }> {
  // What was told last is what people believe of a number; of one that nobody was told of, what it was screened as.
  const { results } = await db
    .prepare(
      `SELECT w.number, s.purpose,
         (SELECT to_verdict FROM turned t WHERE t.number = w.number ORDER BY t.num DESC LIMIT 1) AS told
       FROM json_each(?) j CROSS JOIN watched w ON w.number = j.value
       LEFT JOIN screenings s ON s.num = w.screening`,
    )
    .bind(JSON.stringify(numbers))
    .all<{ number: number; purpose: Campaign | null; told: Verdict | null }>();
  const turned: Turned[] = [];
  const again: [string, number][] = [];
  if (results.length === 0) return { turned, again };
  const { stamp, policy, facts } = await factsOf(
    db,
    results.map(({ number }) => e164Of(number)),
  );
  const lasting = withoutHours(policy);
  for (const { number, purpose, told } of results) {
    const own = facts(e164Of(number));
    const context: Context = { policy: lasting, lists: stamp.lists, now, purpose: purpose ?? undefined };
    const decision = decide(own, context);
    again.push(...graceOver(decision, number));
    // A copy that is too old says neither that it may be called again: until one does, it is asked daily.
    if (decision.verdict === "unknown" && told === "blocked")
      again.push([new Date(now + DAY).toISOString().slice(0, 10), number]);
    if (decision.verdict === "unknown" || (decision.verdict === "blocked") === (told === "blocked")) continue;
    const { code, list = null, asOf = null } = reasonOf(decision, policy, cause);
    const version =
      list === null
        ? null
        : list === cause?.list
          ? cause.version(number)
          : (stamp.lists.find(({ id }) => id === list)?.version ?? null);
    const from = told ?? before(own, code, list, context, cause);
    turned.push([number, from, decision.verdict, code, list, version, asOf]);
  }
  return { turned, again };
}

/** Of several reasons the one by the register that is looked at, where that is among those that decide. */
function reasonOf({ verdict, reasons }: Decision, policy: Policy, cause: Cause | null): Reason {
  const own = reasons.find(({ list }) => list !== undefined && list === cause?.list);
  const decides = own && (verdict === "clear" || (verdict === "blocked" && bars(own, policy)));
  return decides ? own : reasons[0]!;
}
const bars = ({ code, list }: Reason, { registers }: Policy): boolean =>
  code === list && (registers[code] ?? "hold") === "hold";

/** The day from which a listing counts that is let go until then. */
export const graceOver = ({ reasons }: Decision, number: number): [day: string, number: number][] =>
  reasons.flatMap(({ code, asOf }) => (code === "grace" && asOf !== undefined ? [[asOf, number]] : []));

/** Nobody has turned because it is night where they live. */
const withoutHours = (policy: Policy): Policy => ({ ...policy, hours: {}, holidays: [] });

/** What a number was that is blocked for the first time: clear, or a caution that somebody was shown. */
function before(
  facts: Facts,
  code: string,
  list: string | null,
  context: Context,
  cause: Cause | null,
): Verdict {
  // No register moved: a consent, or days of grace, have let it be called until now.
  if (cause === null && (list !== null || code === "needs-consent")) return "caution";
  const { registers } = context.policy;
  const without = { ...facts, suppressions: [] };
  const bare = { ...without, lists: facts.lists.filter(({ id }) => registers[id] === "warn") };
  return [without, bare].some((then) => decide(then, context).verdict === "caution") ? "caution" : "clear";
}

/** Statements for `record`: `seq` is that row of the trail. */
export const writeTurned = (turned: readonly Turned[], now: number): Statement[] =>
  inChunks([...turned], (rows) =>
    sql(
      `INSERT INTO turned (number, from_verdict, to_verdict, reason, list, version, as_of, seq, at)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         (SELECT MAX(seq) FROM audit), ?2 FROM json_each(?1)`,
      rows,
      new Date(now).toISOString(),
    ),
  );

export const writeAgain = (again: readonly [string, number][]): Statement[] =>
  inChunks([...again], (rows) =>
    sql(
      "INSERT OR IGNORE INTO watch_again (day, number) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
      rows,
    ),
  );
