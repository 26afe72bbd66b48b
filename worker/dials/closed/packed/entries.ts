/**
 * The index of closed dials and calls, of which months that are over are packed (`closed_blocks`): by number, by last digits, by the
 * reference and the id of a call. Readers ask the tables first: what leaves them is in the blocks by then.
 */
import { chunks } from "../../../../shared/core/chunks.ts";
import { SECOND } from "../../../../shared/core/time.ts";
import {
  type BlockKind,
  changed,
  entriesFrom,
  entriesOf,
  type Found,
  monthAt,
  monthsWith,
  startOf,
} from "../../../storage/closed/blocks.ts";
import { countsIn } from "../../../storage/closed/files.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import type { Entry } from "../../../storage/closed/pack.ts";
import type { Within } from "../../../storage/closed/read.ts";
import { ID_BITS, NAME_BITS } from "../../../storage/closed/sizes.ts";
import { ENDS } from "../../../core/numbers.ts";
import type { Statement } from "../../../core/sql.ts";
import { dialFrom, dialTime } from "../../row-number.ts";
import { dialsKind } from "../lines.ts";

/** By number: the dial, and whether its line has a call. */
export const NUMBERS: BlockKind = { kind: 1, valueBits: 39 };
/** By last digits: on which day of the month it was last dialled. Some that it has lead to no dial any more. */
export const LAST_DIGITS: BlockKind = { kind: 2, valueBits: 5, greatest: true };
/** By 48 bits of a call's reference, and by 32 of its id: about when its dial was. Others may have the same: a line says whose it is. */
export const REFS: BlockKind = { kind: 3, valueBits: 13 };
export const IDS: BlockKind = { kind: 4, valueBits: 13 };
/** In the order in which they may go: a month is packed as long as it has numbers. */
export const ALL_KINDS = [LAST_DIGITS, REFS, IDS, NUMBERS];

/** In `marks`: up to which month entries began to be packed. */
export const PACKING = "dials-packing";
/** That month; and refuses the batch (`conflict`) where it is another since: names that were asked for in the table have left it. */
export const begunPacking = async (db: D1Database): Promise<string> =>
  (await db.prepare("SELECT value FROM marks WHERE name = ?").bind(PACKING).first<string>("value")) ?? "";
export const wantPacked = (begun: string): Statement =>
  refuseWhere("COALESCE((SELECT value FROM marks WHERE name = ?), '') <> ?", PACKING, begun);

/** A dial that the index has. */
export interface Listed {
  number: number;
  num: number;
  calls: number;
}

const fromStart = (num: number): { month: number; more: number } => {
  const month = monthAt(dialTime(num));
  return { month, more: num - firstOf(month) };
};
/** The first row number of a month. */
export const firstOf = (month: number): number => dialFrom(new Date(startOf(month)).toISOString());
/** And its last. */
export const endOf = (month: number): number => firstOf(month % 100 === 12 ? month + 89 : month + 1) - 1;

/** The month of a dial, and its entry by number. */
export function numberEntry({ number, num, calls }: Listed): Found {
  const { month, more } = fromStart(num);
  return { month, key: number, value: more * 2 + calls };
}
export const listedIn = ({ month, key, value }: Found): Listed => ({
  number: key,
  num: firstOf(month) + Math.floor(value / 2),
  calls: value % 2,
});

/** More than a number has before its last digits. */
const BEFORE = 1e10;
const LAST = 10 ** ENDS;
const endKey = (number: number): number => (number % LAST) * BEFORE + Math.floor(number / LAST);
const numberIn = (key: number): number => (key % BEFORE) * LAST + Math.floor(key / BEFORE);
export const endEntry = ({ number, num }: Pick<Listed, "number" | "num">): Found => ({
  ...{ month: monthAt(dialTime(num)), key: endKey(number) },
  value: dayOf(num),
});
/** On which day of its month. */
export const dayOf = (num: number): number => new Date(dialTime(num)).getUTCDate();

/** A part of a month: there are 8,117 of it at the most. */
const PART = 330 * SECOND * 64;
const partEntry = (key: number, num: number): Found => {
  const { month, more } = fromStart(num);
  return { month, key, value: Math.floor(more / PART) };
};
/** In which row numbers its dial is. */
const within = ({ month, value }: Found): Within => {
  const from = firstOf(month) + value * PART;
  return [from, from + PART - 1];
};

/** By the name that `closed_logged` has, as text. */
export const refEntry = (name: string, num: number): Found => partEntry(top(name, NAME_BITS), num);
export const idEntry = (name: string, num: number): Found => partEntry(top(name, ID_BITS), num);
const top = (name: string, bits: number): number =>
  Number(BigInt.asUintN(64, BigInt(name)) >> BigInt(64 - bits));

/** In which row numbers the dials of calls may be, by their names as `closed_logged` has them. */
export async function placesOf(
  db: D1Database,
  kind: BlockKind,
  names: readonly string[],
): Promise<Map<string, Within[]>> {
  const bits = kind === REFS ? NAME_BITS : ID_BITS;
  const byKey = Map.groupBy(new Set(names), (name) => top(name, bits));
  const places = new Map<string, Within[]>();
  for (const found of await entriesOf(db, kind, [...byKey.keys()]))
    for (const name of byKey.get(found.key)!) places.set(name, [...(places.get(name) ?? []), within(found)]);
  return places;
}

type Span = readonly [from: number, to: number];
const ANY: Span = [0, Number.MAX_SAFE_INTEGER];
const monthsOf = ([from, to]: Span): Span => [monthAt(dialTime(from)), monthAt(dialTime(to))];

/** The closed dials of some numbers that arrived between two row numbers, inclusive; each once. */
export async function listedOf(
  db: D1Database,
  numbers: readonly number[],
  [from, to]: Span = ANY,
): Promise<Listed[]> {
  const { results } = await db
    .prepare(
      `SELECT c.number, c.num, c.calls FROM json_each(?) j
       CROSS JOIN closed_numbers c ON c.number = j.value AND c.num BETWEEN ? AND ?`,
    )
    .bind(JSON.stringify([...new Set(numbers)]), from, to)
    .all<Listed>();
  const packed = (await entriesOf(db, NUMBERS, numbers, monthsOf([from, to])))
    .map(listedIn)
    .filter(({ num }) => num >= from && num <= to);
  const all = [...results, ...(await counting(db, packed))];
  return [...new Map(all.map((one) => [one.num, one])).values()];
}

/** Row numbers of one statement. */
const PORTION = 50_000;

/** Those that count: a line that came back, or has gone, is in its month's blocks until these are written again. */
async function counting(db: D1Database, packed: readonly Listed[]): Promise<Listed[]> {
  const counts = new Set<number>();
  for (const some of chunks(packed, PORTION)) {
    const { results } = await db
      .prepare(`SELECT j.value AS num FROM json_each(?) j WHERE ${countsIn(dialsKind, "j.value")}`)
      .bind(JSON.stringify(some.map(({ num }) => num)))
      .all<{ num: number }>();
    for (const { num } of results) counts.add(num);
  }
  return packed.filter(({ num }) => counts.has(num));
}

/** Numbers of packed dials in a span of numbers, the smallest first: so many at the most. */
export async function packedFrom(db: D1Database, [least, most]: Span, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (let next: number | null = least; next !== null && found.size < limit;) {
    const page: Awaited<ReturnType<typeof entriesFrom>> = await entriesFrom(db, NUMBERS, next, most);
    for (const { number } of await counting(db, page.entries.map(listedIn))) found.add(number);
    next = page.next;
  }
  return [...found].sort((a, b) => a - b).slice(0, limit);
}

/** Candidates whose dials are looked at together. */
const SOME = 50;

/** The same of those that end with some digits, five at least. */
export async function packedEnding(db: D1Database, digits: string, limit: number): Promise<number[]> {
  const candidates = new Set<number>();
  const least = Number(digits.slice(-ENDS)) * BEFORE;
  for (let next: number | null = least; next !== null;) {
    const page: Awaited<ReturnType<typeof entriesFrom>> = await entriesFrom(
      db,
      LAST_DIGITS,
      next,
      least + BEFORE - 1,
    );
    for (const { key } of page.entries) {
      const number = numberIn(key);
      if (number % 10 ** digits.length === Number(digits)) candidates.add(number);
    }
    next = page.next;
  }
  const sorted = [...candidates].sort((a, b) => a - b);
  const found: number[] = [];
  for (let at = 0; at < sorted.length && found.length < limit; at += SOME) {
    const some = sorted.slice(at, at + SOME);
    const there = new Set((await listedOf(db, some)).map(({ number }) => number));
    found.push(...some.filter((number) => there.has(number)));
  }
  return found.slice(0, limit);
}

/** Which of these lines the blocks have, by number as by last digits. */
export async function packedAmong(
  db: D1Database,
  lines: readonly { num: number; number: number; call: object | null }[],
): Promise<Set<number>> {
  if (lines.length === 0) return new Set();
  const nameOf = ({ month, key, value }: Found) => `${month} ${key} ${value}`;
  const entryOf = ({ num, number, call }: (typeof lines)[number]) =>
    numberEntry({ number, num, calls: Number(call !== null) });
  const nums = lines.map(({ num }) => num);
  const span = monthsOf([Math.min(...nums), Math.max(...nums)]);
  const numbers = new Set(
    (
      await entriesOf(
        db,
        NUMBERS,
        lines.map(({ number }) => number),
        span,
      )
    ).map(nameOf),
  );
  const ends = await entriesOf(
    db,
    LAST_DIGITS,
    lines.map(({ number }) => endKey(number)),
    span,
  );
  const lastDay = new Map(ends.map(({ month, key, value }) => [`${month} ${key}`, value]));
  const isListed = (line: (typeof lines)[number]): boolean => {
    const { month, key } = endEntry(line);
    return numbers.has(nameOf(entryOf(line))) && (lastDay.get(`${month} ${key}`) ?? 0) >= dayOf(line.num);
  };
  return new Set(lines.filter(isListed).map(({ num }) => num));
}

/**
 * The statements by which dials leave the blocks by number; and their numbers those by last digits, where a month has no other of them, be
 * it packed or not yet.
 */
export async function unpackNumbers(
  db: D1Database,
  dials: readonly Pick<Listed, "number" | "num">[],
): Promise<Statement[]> {
  const gone = new Set(dials.map(({ num }) => num));
  const numbers = dials.map(({ number }) => number);
  const nums = dials.map(({ num }) => num).sort((a, b) => a - b);
  const span = monthsOf([nums[0] ?? 0, nums.at(-1) ?? 0]);
  if ((await monthsWith(db, LAST_DIGITS, span)).length === 0) return [];
  const found = await entriesOf(db, NUMBERS, numbers, span);
  const leave = found.filter((entry) => gone.has(listedIn(entry).num));
  const { results: listed } = await db
    .prepare(
      "SELECT c.number, c.num FROM json_each(?) j CROSS JOIN closed_numbers c ON c.number = j.value AND c.num BETWEEN ? AND ?",
    )
    .bind(JSON.stringify([...new Set(numbers)]), firstOf(span[0]), endOf(span[1]))
    .all<Pick<Listed, "number" | "num">>();
  const nameOf = (one: Pick<Listed, "number" | "num">) => `${endEntry(one).month} ${one.number}`;
  const stay = new Set(
    [...found.map(listedIn), ...listed].flatMap((one) => (gone.has(one.num) ? [] : [nameOf(one)])),
  );
  const left = new Set(dials.map(nameOf).filter((name) => !stay.has(name)));
  const ends = (await entriesOf(db, LAST_DIGITS, numbers.map(endKey), span)).filter(({ month, key }) =>
    left.has(`${month} ${numberIn(key)}`),
  );
  const statements: Statement[] = [];
  for (const [kind, its] of [
    [NUMBERS, leave],
    [LAST_DIGITS, ends],
  ] as const)
    for (const [month, remove] of byMonth(its))
      statements.push(...(await changed(db, kind, month, { remove })));
  return statements;
}

/** Entries by month, without it. */
export const byMonth = (found: readonly Found[]): Map<number, Entry[]> =>
  new Map(
    [...Map.groupBy(found, ({ month }) => month)].map(([month, its]) => [
      month,
      its.map(({ key, value }) => ({ key, value })),
    ]),
  );
