/** Finding logged calls, in the database and in files of closed months: those are in the lines of the dials that they were made by. */
import type * as z from "zod";
import type { callsQuery } from "../../shared/call-logs/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { numberFilter, numberTest } from "../core/numbers.ts";
import { APART, type ClosedCall } from "../dials/closed/calls.ts";
import { CALLS_FROM_LINES, dialsKind, type Line } from "../dials/closed/lines.ts";
import { closedDials, recall } from "../dials/closed/read.ts";
import { inWords } from "../dials/closed/words.ts";
import { dialAfter, dialFrom, dialTime } from "../dials/row-number.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import type { Env } from "../env.ts";
import { undisturbed } from "../storage/closed/read.ts";
import { rowsOf } from "../storage/closed/verified.ts";
import { began, beganBefore, beganFrom, lowOf, numOf } from "./began.ts";
import { findingIs, isCurrent, type Row, selectCalls } from "./rows.ts";
import { isUnseen } from "./unseen.ts";

type Query = z.infer<typeof callsQuery>;
type Condition = [condition: string, ...params: (string | number)[]];

/** Only the filters that were asked for, so that SQLite finds an index for them. */
function conditions(query: Query, policy: Policy): Condition[] {
  const { finding, number, person, agent, direction, unseen, from, to, after } = query;
  const found: Condition[] = [[unrestricted("call", "c.id")], [isCurrent]];
  if (finding !== undefined) found.push([findingIs[finding]]);
  if (number !== undefined)
    found.push(numberFilter(number, policy.numbers.defaultRegion, "c.number", ["calls"]));
  // Fewer have a number or a finding than are anybody's, and a person has several names in logs: then theirs is the index.
  const narrow = number !== undefined || finding !== undefined;
  if (person !== undefined)
    found.push([`${narrow || agent !== undefined ? "+" : ""}c.person_num = ${numOf("?")}`, person]);
  if (agent !== undefined)
    found.push([`${narrow ? "+" : ""}c.agent_low = ${lowOf("?")}`, agent.toLowerCase()]);
  // Spelt out, as the index of inbound calls has it.
  if (direction !== undefined) found.push([`c.direction = '${direction}'`]);
  if (unseen !== undefined) found.push([narrow ? `(${isUnseen}) = 1` : isUnseen]);
  if (from !== undefined) found.push([beganFrom("?"), from, from]);
  // The last day is inclusive: `2026-11-30T…` sorts below `2026-11-30U`.
  if (to !== undefined) found.push([beganBefore("?"), `${to}U`, `${to}U`]);
  const [at, id] = after?.split("|") ?? [];
  if (at && id) found.push([`${began} <= unixepoch(?) AND (c.started_at, c.id) < (?, ?)`, at, at, id]);
  return found;
}

async function inDatabase(db: D1Database, query: Query, policy: Policy): Promise<Row[]> {
  const wanted = conditions(query, policy);
  const { results } = await db
    .prepare(
      `${selectCalls} WHERE ${wanted.map(([condition]) => `(${condition})`).join(" AND ")}
       ORDER BY ${began} DESC, c.started_at DESC, c.id DESC LIMIT ?`,
    )
    .bind(...wanted.flatMap(([, ...params]) => params), query.limit)
    .all<Row>();
  return results;
}

/** Closed calls were made by a dial and clear, and logs say nothing that one could contradict. */
const mayBeClosed = ({ finding, direction, unseen }: Query): boolean =>
  finding === undefined && direction !== "inbound" && unseen === undefined;

type Place = Pick<Row, "startedAt" | "id">;
const order = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
const newestFirst = (a: Place, b: Place): number => order(a.startedAt, b.startedAt) || order(a.id, b.id);
const placeOf = ({ startedAt, id }: Place): string => `${startedAt}|${id}`;
/** Of a page before; undefined where what was sent is none. */
function placeIn(after: string | undefined): Place | undefined {
  const [startedAt = "", id = ""] = after?.split("|") ?? [];
  return id !== "" && !Number.isNaN(Date.parse(startedAt)) ? { startedAt, id } : undefined;
}

/**
 * One page, newest first. Closed calls of one number come back into the database first; of other filters they are read where they are, down to
 * a moment, before which the next page goes on: it may be short.
 */
export async function pageOfCalls(env: Env, query: Query, policy: Policy) {
  const { DB } = env;
  const { limit } = query;
  const hotPage = (rows: Row[]) => ({ rows, next: rows.length === limit ? placeOf(rows.at(-1)!) : null });
  const number = query.number === undefined ? null : numberTest(query.number, policy.numbers.defaultRegion);
  if (!mayBeClosed(query)) return hotPage(await inDatabase(DB, query, policy));
  const span = spanOf(query);
  const matches = matching(query, number);
  return undisturbed(DB, dialsKind, span, async (files) => {
    if (number?.whole) await recall(env, [number.whole], [span.lower, span.upper - 1]);
    const hot = await inDatabase(DB, query, policy);
    if (files.length === 0 || number?.whole) return hotPage(hot);
    const lowest =
      hot.length === limit ? Math.max(span.lower, dialAt(hot.at(-1)!.startedAt, -APART)) : span.lower;
    const lines: Line[] = [];
    let upper = span.upper;
    // The moment down to which all of them were read, whatever their dials' order.
    const whole = () => (upper > lowest ? dialTime(upper) + APART + 1 : -Infinity);
    const place = placeIn(query.after);
    const before = place ? Date.parse(place.startedAt) : Infinity;
    // One read, and more only where the next page would begin no further back.
    do {
      const page = await closedDials(env, { lower: lowest, upper, matches }, limit);
      lines.push(...page.lines);
      upper = page.reached;
    } while (upper > lowest && whole() >= before);
    const reached = whole();
    const isRead = ({ startedAt }: Place) => Date.parse(startedAt) >= reached;
    // Read once more, as one may have come back meanwhile; and each once.
    const rest = [...(await rowsOfLines(DB, lines)), ...(await inDatabase(DB, query, policy))];
    const all = new Map([...hot, ...rest].map((row) => [row.id, row]));
    const rows = [...all.values()].filter(isRead).sort(newestFirst).slice(0, limit);
    const next =
      rows.length === limit
        ? placeOf(rows.at(-1)!)
        : reached === -Infinity
          ? null
          : `${new Date(reached).toISOString()}|0`;
    return { rows, next };
  });
}

const dialAt = (at: string, ms: number): number => dialFrom(new Date(Date.parse(at) + ms).toISOString());

/** The row numbers of dials whose calls may be wanted. */
function spanOf({ from, to, after }: Query): { lower: number; upper: number } {
  const apart = dialFrom(new Date(APART).toISOString());
  const place = placeIn(after);
  const ends = [
    ...(to === undefined ? [] : [dialAfter(to)]),
    ...(place ? [dialAt(place.startedAt, 0) + 1] : []),
  ];
  return {
    lower: from === undefined ? 0 : Math.max(0, dialFrom(from) - apart),
    upper: Math.min(Number.MAX_SAFE_INTEGER, ...ends.map((end) => end + apart)),
  };
}

function matching(
  { person, agent, from, to, after }: Query,
  number: ReturnType<typeof numberTest> | null,
): (line: Line) => boolean {
  const low = agent?.toLowerCase();
  const place = placeIn(after);
  const wants = (call: ClosedCall): boolean =>
    (person === undefined || call.person === person) &&
    (low === undefined || call.agent?.toLowerCase() === low) &&
    (number === null || number.whole !== null || number.test(call.number)) &&
    (from === undefined || call.startedAt >= from) &&
    (to === undefined || call.startedAt < `${to}U`) &&
    (!place || newestFirst(place, call) < 0);
  return ({ call }) => call !== null && wants(call);
}

/** Closed calls as those of the database are shown: each with its dial. */
const rowsOfLines = (db: D1Database, lines: readonly Line[]): Promise<Row[]> =>
  rowsOf<Row>(db, `${CALLS_FROM_LINES}, dials_in_words AS MATERIALIZED ${inWords} ${selectCalls}`, lines);
