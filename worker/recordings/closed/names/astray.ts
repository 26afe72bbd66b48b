/** Lines whose names are packed, as verifying compares them with the blocks: in the order of keys, each block once for many of them. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { chunks } from "../../../../shared/core/chunks.ts";
import { blockOf, keyIn, monthOf, type Packed, type Place, placeIn, partOf } from "./hits.ts";
import { ENDINGS, endingOf } from "./numbers.ts";
import { unpack } from "./packed.ts";

/** Rows of an index. */
type Rows = readonly (readonly [name: string, num: number])[];
interface Key {
  month: number;
  key: number;
}
/** By month and key: what the blocks have of it. */
type Led = Map<number, Map<number, Set<number>>>;

/** Keys of one statement, which answers as many blocks at the most: two kilobytes each as text. */
const SOME = 1000;

/** Of rows of the index, the numbers of those that the blocks of their months have not, or that lead elsewhere in them. */
export async function astray(db: D1Database, kind: Packed, rows: Rows): Promise<number[]> {
  const its = rows.map(([name, num]) => ({ num, month: monthOf(num), key: keyIn(kind, name) }));
  const led = await ledBy(db, kind, its);
  const { results } = await db
    .prepare(
      `SELECT p.month, p.place, p.first, p.last FROM json_each(?) j CROSS JOIN closed_places p
         ON p.kind = ${kind.kind} AND p.month = j.value WHERE p.gone = 0 ORDER BY p.first`,
    )
    .bind(JSON.stringify([...led.keys()]))
    .all<Place>();
  return its.flatMap(({ num, month, key }) => {
    const file = placeIn(results, num);
    const isLed =
      file &&
      led
        .get(month)!
        .get(key)!
        .has(file.place * kind.parts + partOf(kind, file, num));
    return isLed ? [] : [num];
  });
}

/** Of rows of the index of telephone numbers, the numbers of those that their last digits do not lead to. */
export async function withoutEnding(db: D1Database, rows: Rows): Promise<number[]> {
  const its = rows.map(([number, num]) => ({ num, month: monthOf(num), key: endingOf(Number(number)) }));
  const led = await ledBy(db, { kind: ENDINGS }, its);
  return its.flatMap(({ num, month, key }) => (led.get(month)!.get(key)!.size > 0 ? [] : [num]));
}

async function ledBy(db: D1Database, kind: Pick<Packed, "kind">, keys: readonly Key[]): Promise<Led> {
  const led: Led = new Map();
  for (const { month, key } of keys) {
    if (!led.has(month)) led.set(month, new Map());
    led.get(month)!.set(key, new Set());
  }
  const asked = [...led].flatMap(([month, its]) => [...its.keys()].map((key) => [month, key] as const));
  asked.sort(([month, key], [otherMonth, otherKey]) => month - otherMonth || key - otherKey);
  for (const some of chunks(asked, SOME)) {
    const { results } = await db
      .prepare(
        `SELECT b.month, b.first, hex(b.entries) AS entries FROM closed_blocks b
         WHERE b.rowid IN (SELECT ${blockOf(kind, "j.value ->> 0", "j.value ->> 1")} FROM json_each(?) j)`,
      )
      .bind(JSON.stringify(some))
      .all<{ month: number; first: number; entries: string }>();
    for (const { month, first, entries } of results) {
      const its = led.get(month)!;
      for (const { key, place } of unpack(first, hexToBytes(entries))) its.get(key)?.add(place);
    }
  }
  return led;
}
