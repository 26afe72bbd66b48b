/** What finds closed recordings by a name, where it is packed: in which part of which file one may be, whose lines say whether it is. */
import { chunks } from "../../../../shared/core/chunks.ts";
import { hexToBytes } from "@noble/hashes/utils.js";
import { monthAt } from "../../../storage/closed/blocks.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { NAME_BITS } from "../../../storage/closed/sizes.ts";
import type { Statement } from "../../../core/sql.ts";
import { lastOf, unpack } from "./packed.ts";

/** A kind whose names are packed. */
export interface Packed {
  name: "recordings" | "certificates" | "numbers";
  files: "closed_kept_files" | "closed_certificates";
  /** The table of its index, and the column of names. */
  index: "closed_kept" | "closed_recordings" | "closed_kept_numbers";
  column: "name" | "number";
  /** In `closed_blocks`. */
  kind: number;
  /** Into so many parts a file's row numbers are divided, of which an entry says one. */
  parts: number;
}
export const packedKept: Packed = {
  ...{
    name: "recordings",
    kind: 21,
    files: "closed_kept_files",
    index: "closed_kept",
    column: "name",
    parts: 16,
  },
};
export const packedErased: Packed = {
  ...{
    name: "certificates",
    kind: 22,
    files: "closed_certificates",
    index: "closed_recordings",
    column: "name",
    parts: 4,
  },
};

/** Telephone numbers: they are their own keys. */
export const packedNumbers: Packed = {
  ...packedKept,
  ...{ name: "numbers", kind: 23, index: "closed_kept_numbers", column: "number" },
};
export const keyIn = ({ column }: Packed, name: string): number =>
  column === "number" ? Number(name) : keyOf(name);

/** Where one of this name may be: its row number is from `lo` to `hi`. */
export interface Hit {
  name: string;
  lo: number;
  hi: number;
  /** Of a row of the index: all of its name, and the very row number. */
  isWhole?: true;
}
export const whole = (name: string, num: number): Hit => ({ name, lo: num, hi: num, isWhole: true });

/** The first 48 bits of a name, in the order of names: these are of 64 bits, with a sign. */
export const keyOf = (name: string): number =>
  Number(BigInt(name) >> BigInt(64 - NAME_BITS)) + 2 ** (NAME_BITS - 1);
/** The month of a row number, which is a millisecond times 1,024 and a place, of both kinds. */
export const monthOf = (num: number): number => monthAt(num / 1024);

/** A file's row numbers, as its place has them. */
interface Span {
  first: number;
  last: number;
}
/** In which part of its file a row number is, and the row numbers of a part. */
export const partOf = ({ parts }: Packed, { first, last }: Span, num: number): number =>
  Math.floor(((num - first) * parts) / (last - first + 1));
export function rangeOf({ parts }: Packed, { first, last }: Span, part: number): { lo: number; hi: number } {
  const from = (n: number) => first + Math.ceil(((last - first + 1) * n) / parts);
  return { lo: from(part), hi: from(part + 1) - 1 };
}

export interface Place extends Span {
  month: number;
  place: number;
}
/** Of places in the order of files, which do not overlap, the one that has a row number. */
export function placeIn(places: readonly Place[], num: number): Place | undefined {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (places[middle]!.last < num) from = middle + 1;
    else to = middle;
  }
  const place = places[from];
  return place && place.first <= num ? place : undefined;
}

/** SQL: the row of the block of a kind and month that may have a key. */
export const blockOf = ({ kind }: Pick<Packed, "kind">, month: string, key: string): string =>
  `(SELECT w.rowid FROM closed_blocks w WHERE w.kind = ${kind} AND w.month = ${month} AND w.first <= ${key}
    ORDER BY w.first DESC LIMIT 1)`;
/** SQL: whether a block `b` may have a key with these last digits. */
const mayHave = (last: string): string => `instr(b.entries, unhex(${last})) > 0`;
/** SQL: the same, twice. */
const mayHaveTwice = (last: string): string =>
  `instr(substr(b.entries, 1 + instr(b.entries, unhex(${last}))), unhex(${last})) > 0`;
/** SQL: whether the blocks of a month have a key, but for one in ten thousand blocks that has others. */
export const isPacked = (kind: Pick<Packed, "kind">, month: string, key: string, last: string): string =>
  `EXISTS (SELECT 1 FROM closed_blocks b WHERE b.rowid = ${blockOf(kind, month, key)} AND ${mayHave(last)})`;

/** JSON: rows of an index, `[name, num]`, with what `isPacked` takes of them: as `NAMED` says of a row `j`. */
export const withKeys = (rows: string, kind: Packed = packedKept): string =>
  JSON.stringify(
    (JSON.parse(rows) as [string, number][]).map(([name, num]) => {
      const key = keyIn(kind, name);
      return [name, num, monthOf(num), key, lastOf(key)];
    }),
  );
export const NAMED = ["j.value ->> 2", "j.value ->> 3", "j.value ->> 4"] as const;

/** Names of one statement. */
const SOME = 1000;

/** A name, and its key in blocks; where `own` is given, of that month only entries that are there twice count. */
export interface Asked {
  name: string;
  key: number;
  own?: number;
}
export const byName = (name: string, own?: number): Asked => ({
  ...{ name, key: keyOf(name) },
  ...(own !== undefined && { own }),
});

/** What blocks have of names. */
export async function hitsOf(db: D1Database, kind: Packed, asked: readonly Asked[]): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const some of chunks(asked, SOME)) {
    const { results } = await db
      .prepare(
        `SELECT j.key AS n, m.month, b.first, hex(b.entries) AS entries FROM json_each(?1) j
         CROSS JOIN closed_place_months m ON m.kind = ${kind.kind}
         CROSS JOIN closed_blocks b ON b.rowid = ${blockOf(kind, "m.month", "j.value ->> 0")}
         WHERE ${mayHave("j.value ->> 1")} AND (m.month <> j.value ->> 2 OR ${mayHaveTwice("j.value ->> 1")})`,
      )
      .bind(JSON.stringify(some.map(({ key, own = 0 }) => [key, lastOf(key), own])))
      .all<{ n: number; month: number; first: number; entries: string }>();
    const found = results.flatMap(({ n, month, first, entries }) => {
      const { name, key } = some[n]!;
      return unpack(first, hexToBytes(entries)).flatMap((entry) =>
        entry.key === key ? [{ name, month, entry: entry.place }] : [],
      );
    });
    if (found.length > 0) hits.push(...(await placed(db, kind, found)));
  }
  return hits;
}

/** Those of files that are there. */
async function placed(
  db: D1Database,
  kind: Packed,
  found: readonly { name: string; month: number; entry: number }[],
): Promise<Hit[]> {
  const placeOf = (entry: number) => Math.floor(entry / kind.parts);
  const { results } = await db
    .prepare(
      `SELECT DISTINCT p.month, p.place, p.first, p.last FROM json_each(?) j CROSS JOIN closed_places p
         ON p.kind = ${kind.kind} AND p.month = j.value ->> 0 AND p.place = j.value ->> 1
       WHERE p.gone = 0`,
    )
    .bind(JSON.stringify(found.map(({ month, entry }) => [month, placeOf(entry)])))
    .all<Place>();
  const files = new Map(results.map((row) => [`${row.month} ${row.place}`, row]));
  return found.flatMap(({ name, month, entry }) => {
    const file = files.get(`${month} ${placeOf(entry)}`);
    return file ? [{ name, ...rangeOf(kind, file, entry % kind.parts) }] : [];
  });
}

/**
 * The statement that refuses the batch (`conflict`) if one of these names is in a block that is in none now: between looking for it and the
 * commit it was packed. One that may be in a block already is read there.
 */
export async function wantUnpacked(
  db: D1Database,
  kind: Packed,
  names: readonly string[],
): Promise<Statement> {
  const inAny = `EXISTS (SELECT 1 FROM closed_place_months m WHERE m.kind = ${kind.kind}
    AND ${isPacked(kind, "m.month", "j.value ->> 0", "j.value ->> 1")})`;
  const asked = names.map((name) => [keyOf(name), lastOf(keyOf(name))]);
  const { results } = await db
    .prepare(`SELECT j.value AS asked FROM json_each(?) j WHERE NOT ${inAny}`)
    .bind(JSON.stringify(asked))
    .all<{ asked: string }>();
  return refuseWhere(
    `EXISTS (SELECT 1 FROM json_each(?) j WHERE ${inAny})`,
    `[${results.map((row) => row.asked).join()}]`,
  );
}
