/** Closed recordings by telephone number, of months that are packed: whole numbers, their beginnings, and their last digits. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { ENDS } from "../../../core/numbers.ts";
import { type Hit, hitsOf, type Packed, packedNumbers } from "./hits.ts";
import { unpack } from "./packed.ts";

/** Numbers by their last digits, one each, in `closed_blocks`. */
export const ENDINGS = 24;
const [HERE, ABOVE] = [10 ** ENDS, 10 ** 10];
/** The key of a number there, and back: its last digits come first. */
export const endingOf = (number: number): number => (number % HERE) * ABOVE + Math.floor(number / HERE);
export const numberAt = (ending: number): number => (ending % ABOVE) * HERE + Math.floor(ending / ABOVE);

/** Entries of numbers whose recordings did not come back. `name`: the number. */
export async function numberHits(db: D1Database, numbers: readonly number[]): Promise<Hit[]> {
  const all = [...new Set(numbers)];
  const hits = await hitsOf(
    db,
    packedNumbers,
    all.map((number) => ({ name: String(number), key: number })),
  );
  if (hits.length === 0) return [];
  // Behind the blocks: what came back meanwhile is there no more.
  const { results } = await db
    .prepare(
      "SELECT o.number, o.num FROM json_each(?) j CROSS JOIN closed_kept_out o ON o.number = j.value WHERE o.number IS NOT NULL",
    )
    .bind(JSON.stringify(all))
    .all<{ number: number; num: number }>();
  for (const { number, num } of results) {
    const place = hits.findIndex(({ name, lo, hi }) => name === String(number) && lo <= num && num <= hi);
    if (place !== -1) hits.splice(place, 1);
  }
  return hits;
}

/** Of these numbers, those that have any. */
async function there(db: D1Database, numbers: readonly number[]): Promise<number[]> {
  const found = new Set((await numberHits(db, numbers)).map(({ name }) => Number(name)));
  return numbers.filter((number) => found.has(number));
}

/** Numbers from one to another that have any, in order, at most `limit`. */
export const numbersFrom = (
  db: D1Database,
  range: readonly [least: number, most: number],
  limit: number,
): Promise<number[]> => some(db, packedNumbers.kind, range, limit, (key) => key);

/** Numbers with these last digits, at least five. */
export const numbersEnding = (db: D1Database, digits: string, limit: number): Promise<number[]> => {
  const first = Number(digits.slice(-ENDS)) * ABOVE;
  return some(db, ENDINGS, [first, first + ABOVE - 1], limit, (key) => {
    const number = numberAt(key);
    return number % 10 ** digits.length === Number(digits) ? number : null;
  });
};

async function some(
  db: D1Database,
  kind: number,
  [least, most]: readonly [number, number],
  limit: number,
  numberOf: (key: number) => number | null,
): Promise<number[]> {
  const found: number[] = [];
  for (let from: number | null = least; from !== null && found.length < limit;) {
    const { keys, next }: { keys: number[]; next: number | null } = await keysFrom(db, kind, from, most);
    found.push(
      ...(await there(
        db,
        keys.flatMap((key) => numberOf(key) ?? []),
      )),
    );
    from = next;
  }
  return found.slice(0, limit);
}

/** Keys of all months, as far as the first block of each goes; and from where on there may be more. */
async function keysFrom(
  db: D1Database,
  kind: Packed["kind"],
  least: number,
  most: number,
): Promise<{ keys: number[]; next: number | null }> {
  const its = "FROM closed_blocks w WHERE w.kind = ?1 AND w.month = m.month";
  const { results } = await db
    .prepare(
      `SELECT b.first, hex(b.entries) AS entries, (SELECT MIN(w.first) ${its} AND w.first > b.first) AS next
       FROM closed_place_months m CROSS JOIN closed_blocks b ON b.kind = ?1 AND b.month = m.month
         AND b.first = COALESCE((SELECT MAX(w.first) ${its} AND w.first <= ?2), (SELECT MIN(w.first) ${its}))
       WHERE m.kind = ${packedNumbers.kind} AND b.first <= ?3`,
    )
    .bind(kind, least, most)
    .all<{ first: number; entries: string; next: number | null }>();
  const next = Math.min(...results.map((row) => row.next ?? Infinity));
  const keys = results.flatMap(({ first, entries }) =>
    unpack(first, hexToBytes(entries)).flatMap(({ key }) =>
      key >= least && key <= most && key < next ? [key] : [],
    ),
  );
  return { keys: [...new Set(keys)].sort((a, b) => a - b), next: next <= most ? next : null };
}

/** How many closed recordings of a number are packed, where connected CRMs have it: for the commit that erases one of it. */
export async function packedOf(db: D1Database, number: number | null): Promise<number> {
  if (number === null) return 0;
  const isKnown = await db
    .prepare("SELECT 1 FROM connector_numbers WHERE number = ? LIMIT 1")
    .bind(number)
    .first();
  return isKnown ? (await numberHits(db, [number])).length : 0;
}

/** What a search by number looks for: whole numbers, beginnings (first and last), or last digits. */
export interface Part {
  whole: number | null;
  ranges: readonly (readonly [least: number, most: number])[];
  ends: string | null;
}

/** Numbers that a search looks at one by one; beyond that it reads files, page by page. */
const MANY = 500;

/** Entries of the numbers that a search means; null where these are too many. */
export async function hitsFor(db: D1Database, { whole, ranges, ends }: Part): Promise<Hit[] | null> {
  const numbers = new Set(whole === null ? [] : [whole]);
  for (const range of ranges)
    for (const number of await numbersFrom(db, range, MANY + 1)) numbers.add(number);
  if (ends !== null) for (const number of await numbersEnding(db, ends, MANY + 1)) numbers.add(number);
  return numbers.size > MANY ? null : numberHits(db, [...numbers]);
}
