/**
 * That all rows of a time which an officer named (returned.ts) are bound is said by the trail, once, and by the records that left with
 * the heads: an older record without that end, which the database's owner puts back, opens no such time again.
 */
import type { LinkedRow } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { linked } from "./rows.ts";

export const CLOSED = { code: "evidence.returned-bound" } as const;

/** As start.ts keeps it. */
interface Range {
  first: number;
  last: number;
  from: string;
  to: string;
  said?: number;
  bound?: Closed;
}
interface Closed {
  since: string;
  until: string | null;
  policy?: number;
  said?: number;
}

/** The subject of its event: it has the newest version of the policy by then. */
export const closedAs = ({ first, last }: Pick<Range, "first" | "last">, policy: number): string =>
  `${first}-${last}@${policy}`;
const beginOf = ({ first, last }: Range): string => `${first}-${last}@`;

/**
 * These times, each with its end where the Worker's own row of the trail says it, or one of the same saying among `elsewhere`, which is
 * read where the trail has none.
 */
export async function closedIn<R extends Range>(
  env: Env,
  ranges: readonly R[],
  isOurs: (row: LinkedRow) => boolean,
  elsewhere: () => Promise<readonly Range[]>,
): Promise<R[]> {
  if (ranges.every(({ bound }) => bound?.said !== undefined)) return [...ranges];
  const { results } = await env.DB.prepare(`SELECT ${linked} FROM audit a WHERE a.code = ? ORDER BY a.seq`)
    .bind(CLOSED.code)
    .all<LinkedRow>();
  const ours = results.filter(isOurs);
  const closed = ranges.map((range): R => {
    const event = ours.findLast(
      ({ seq, subject }) => seq > (range.said ?? range.last) && subject.startsWith(beginOf(range)),
    );
    if (event === undefined || range.bound?.said !== undefined) return range;
    const policy = Number(event.subject.slice(beginOf(range).length));
    const bound = { since: event.at, ...range.bound, until: range.bound?.until ?? event.at };
    return { ...range, bound: { ...bound, policy, said: event.seq } };
  });
  if (closed.every(({ bound }) => bound?.until)) return closed;
  const others = await elsewhere();
  return closed.map((range): R => {
    const same = others.find((one) => one.from === range.from && one.to === range.to);
    return range.bound?.until || !same?.bound?.until || same.said !== range.said
      ? range
      : { ...range, bound: same.bound };
  });
}

/** Whether a row of this moment (ISO 8601) was written in a time that an officer named, or may have been, as it has no moment. */
export const isOfReturned = ({ returned }: { returned: readonly Range[] }, at: string): boolean =>
  returned.some((one) => isIn(one, at));
const isIn = ({ from, to }: Range, at: string): boolean => at === "" || (from <= at && at <= to);

/** When a row of this moment was bound, if an older Worker had written it: since an officer said so, in milliseconds. */
export const boundLate = (
  { returned }: { returned: readonly Range[] },
  at: string,
): [from: number, to: number][] =>
  returned.flatMap((one): [number, number][] =>
    one.bound && isIn(one, at)
      ? [[Date.parse(one.bound.since), one.bound.until === null ? Infinity : Date.parse(one.bound.until)]]
      : [],
  );
