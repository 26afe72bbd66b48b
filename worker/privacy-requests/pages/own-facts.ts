/**
 * Whether the requester may be called, why and since when: of a request whose requester is known. It goes by
 * the registers and by what is theirs alone. Others on the same line change nothing of it (UK GDPR art 15(4)).
 */
import type { Context } from "hono";
import type { Facts, Verdict } from "../../../shared/check/api.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { consentCodes } from "../../../shared/check/consent.ts";
import { type Context as Judging, decide, usesOf } from "../../../shared/check/verdict.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { factsOf } from "../../check/facts.ts";
import type { App, Env } from "../../env.ts";
import { registersOf } from "../../proof/registers.ts";
import { given } from "../export/data.ts";
import { confirmedBy, notedOf, theirRequests } from "../export/requests.ts";
import { type Handed, toldStanding } from "../links.ts";
import type { Moment, Row } from "../rows.ts";
import { stepInputOf } from "../summary.ts";
import { callsOf, type OwnCalls } from "./own-calls.ts";

/** `date`: since when it is so (YYYY-MM-DD); null where nothing says. `list`: of a register. */
export interface Why {
  code: string;
  list?: string | undefined;
  date: string | null;
}
export interface OwnFacts {
  number: string;
  verdict: Verdict;
  why: Why[];
  lists: RegisterHead[];
}
/** `early`: what was found is not judged yet. */
export type Standing = { is: "early" } | { is: "told"; facts: OwnFacts | null; found: OwnCalls };

/** The requester of a request has shown who they are. */
export const isKnown = ({ verified_at, state }: Row): boolean =>
  verified_at !== null && (state === "verified" || state === "decided" || state === "closed");

/** What their page tells, once it is on the trail that it does; null where it tells nothing and promises nothing. */
export async function standingOf(
  c: Context<App>,
  row: Row,
  handed: Handed | null,
  moment: Moment,
): Promise<Standing | null> {
  const { env } = c;
  // A stranger may have been taken for the requester until it was refused.
  if (row.decision === "deny") return null;
  // Until an officer has said of each what is theirs, nothing is. Once it is decided nobody may look any more.
  if (!stepInputOf(row, moment).searched || row.proposed > 0)
    return row.state === "verified" ? { is: "early" } : null;
  await toldStanding(c, row, handed);
  // Of an erasure that its requester narrowed, entries and consents were searched for one day alone.
  const whole = row.kind === "access" || row.narrowed === null;
  const [facts, found] = await Promise.all([
    row.number === null || !whole ? null : factsOn(env, row, e164Of(row.number), moment),
    callsOf(env.DB, row),
  ]);
  return { is: "told", facts, found };
}

/** Null where the answer would rest on something that the decision refuses. */
async function factsOn(
  env: Env,
  row: Row,
  number: string,
  { policy, now }: Moment,
): Promise<OwnFacts | null> {
  const [read, theirs, asked, { registers }] = await Promise.all([
    factsOf(env, [number]),
    env.DB.prepare(
      `SELECT ref, ${given} AS told FROM request_items
       WHERE request = ?1 AND verdict = 'confirmed' AND kind IN ('suppression', 'consent')`,
    )
      .bind(row.id)
      .all<{ ref: string; told: number }>(),
    askedOf(env.DB, row, number),
    registersOf(env.DB, number, "1970-01-01T00:00:00.000Z", "9999"),
  ]);
  const own = new Map(theirs.results.map(({ ref, told }) => [ref, told === 1]));
  let refused = false;
  // Calls and refusals of the line may be another's.
  const { contacts: _, ...facts } = read.facts(number, (id) => {
    refused ||= own.get(id) === false;
    return own.has(id);
  });
  if (refused) return null;
  const its: Facts = { ...facts, suppressions: [...facts.suppressions, ...asked] };
  const others = new Set<Facts["suppressions"][number]>(asked.filter(({ isOwn }) => !isOwn));
  const { lists } = read.stamp;
  const context: Judging = { policy, lists, now, anyTime: true };
  const decision = decide(its, context);
  const zone = zoneOfPolicy(policy);
  // Days as the page says all others. What is a day already is one in that zone.
  const dayThere = (at: string) => (at.length > 10 ? dayOf(at, zone) : at);
  const [agreed] = usesOf(decision, its, context)
    .map(({ givenAt }) => dayThere(givenAt))
    .sort();
  const why = decision.reasons.map(({ code, list, asOf = null }): Why => {
    if (consentCodes.has(code)) return { code, date: agreed ?? null };
    const said = its.suppressions.find(({ kind, at }) => kind === code && at.slice(0, 10) === asOf);
    if (said) return others.has(said) ? { code: "barred", date: null } : { code, date: dayThere(said.at) };
    if (code !== list) return { code, list, date: asOf };
    const versions = registers.find((one) => one.list === list)?.versions ?? [];
    const before = versions.findLastIndex(({ listed }) => listed !== true);
    return { code: "listed", list, date: versions[before + 1]?.asOf ?? asOf };
  });
  return { number, verdict: decision.verdict, why, lists };
}

/**
 * What was asked of the number by their requests, as entries: to be called no more, and to be erased, after which the number stays
 * barred. Such a request makes no entry where the number has one, so it counts while any closes the number. Of others from the
 * address that both confirmed it says that the number is barred, and neither why nor since when: they may be a colleague's.
 */
async function askedOf(db: D1Database, row: Row, number: string): Promise<Asked[]> {
  const { same } = await notedOf(db, row.id);
  const own = await theirRequests(db, row, same, [number]);
  const { results } = await db
    .prepare(
      `SELECT IIF(r.kind = 'objection' AND o.value IS NOT NULL, 'objection', 'house') AS kind, COALESCE(r.decided_on, r.at) AS at,
         o.value IS NOT NULL AS own
       FROM requests r LEFT JOIN json_each(?1) o ON o.value = r.id
       WHERE r.number = ?2 AND (r.id IN (SELECT value FROM json_each(?1)) OR ?4 AND ${confirmedBy("?3")})
         AND (r.kind = 'objection' AND r.outcome IS NOT 'taken-back'
           OR r.kind = 'erasure' AND r.decision IN ('comply', 'partial'))
         AND EXISTS (SELECT 1 FROM suppressions s WHERE s.number = ?2 AND s.ended_at IS NULL AND s.keeps_line = 0)
       ORDER BY r.at`,
    )
    .bind(JSON.stringify(own), row.number, row.email, Number(row.proved_at !== null))
    .all<{ kind: "objection" | "house"; at: string; own: number }>();
  return results.map(({ kind, at, own }) => ({ kind, reason: "", at, until: null, isOwn: own === 1 }));
}
type Asked = Facts["suppressions"][number] & { isOwn: boolean };
