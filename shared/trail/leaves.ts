/**
 * What binds each field of a row by itself: a salted hash a field (its leaf), and a root over them that an event of the
 * trail commits to (bound.ts). A field can be erased and leave its leaf: the other fields still prove, and nobody finds
 * the erased one by trying values. Pure.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { sha256Hex } from "../core/sha256.ts";

/** What a column holds. An integer above 2^53 is a bigint. */
export type Stored = string | number | bigint | null;
/** The fields of a row in their declared order: the order is bound as well. */
export type Fields = readonly (readonly [name: string, value: Stored])[];

/** A value with its type, so that 1 is not "1", and null is not "". The database writes the same text (core/bound.ts). */
export function typed(value: Stored): string {
  if (value === null) return "n";
  if (typeof value === "string") return `t${value}`;
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new RangeError(`${value} is no integer, or too large for a number`);
  return `i${value}`;
}

/** The fields' own salts, from which neither the seed nor another field's salt follows. `seed`: 16 bytes in hex. */
export function saltsOf(seed: string): (name: string) => string {
  const keyed = hmac.create(sha256, hexToBytes(seed));
  return (name) => bytesToHex(keyed.clone().update(utf8ToBytes(name)).digest().subarray(0, 16));
}

/** `value` is as `typed` writes it. Salts have 32 digits and names no line feed, so no two fields give one text. */
export const leafOf = (salt: string, name: string, value: string): string =>
  sha256Hex(`f${salt}${name}\n${value}`);

/** `leaves` by the order of the columns, `code` by `codeOf`. */
export const rowRoot = (table: string, leaves: readonly string[], code: string): string =>
  sha256Hex(`r${table}\n${code}\n${leaves.join("")}`);

/** A row as it is bound: its root goes to the event, its code and its seed into the row. */
export interface BoundRow {
  leaves: string[];
  code: string;
  root: string;
}

/** Binds leaves: some may be of erased fields. `few`: those that the code alone is over. */
export function bindLeaves(table: string, leaves: string[], few: readonly string[] = []): BoundRow {
  const code = codeOf([...leaves, ...few]);
  return { leaves, code, root: rowRoot(table, leaves, code) };
}

/**
 * `seed`: 16 random bytes in hex, of this row alone. `few`: fields of few values, which a release before did not bind. The code is
 * over them as well, and the root over the code: so such a release goes on verifying the row. Another value has the same sums once
 * in 2^27 times, and the salts leave nothing to try.
 */
export function bindRow(table: string, seed: string, fields: Fields, few: Fields = []): BoundRow {
  const saltOf = saltsOf(seed);
  const leavesOf = (some: Fields) => some.map(([name, value]) => leafOf(saltOf(name), name, typed(value)));
  return bindLeaves(table, leavesOf(fields), leavesOf(few));
}

/*
 * The code says which column was altered, in eight bytes a row. It is seven sums of nine bits; each column goes into three
 * of them, no two columns into the same three. One altered column changes its three sums; more than three changed sums
 * are more than one column. A sum stays the same by chance once in 512 times: then several columns are candidates.
 */
const SUMS = 7;
const BITS = 9n;
const triples: readonly (readonly number[])[] = Array.from({ length: 1 << SUMS }, (_, set) =>
  Array.from({ length: SUMS }, (_sum, n) => n).filter((n) => (set >> n) & 1),
).filter((set) => set.length === 3);
/** The most columns of a bound row. */
export const MOST_COLUMNS = triples.length;

const sumMask = (n: number): bigint => ((1n << BITS) - 1n) << (BigInt(n) * BITS);
const masks = triples.map((triple) => triple.reduce((mask, n) => mask | sumMask(n), 0n));

/** The code in decimal: 63 bits. It tells nothing that the leaves do not. */
export function codeOf(leaves: readonly string[]): string {
  if (leaves.length > MOST_COLUMNS) throw new RangeError(`more than ${MOST_COLUMNS} columns`);
  return leaves
    .reduce((code, leaf, place) => code ^ (BigInt(`0x${leaf.slice(0, 16)}`) & masks[place]!), 0n)
    .toString();
}

/**
 * The places of the columns that may have been altered, from the stored code and the one by the leaves of now. One place:
 * it is this one. None: the codes are the same. All, where what is stored is no code.
 */
export function alteredPlaces(stored: string, now: string, columns: number): number[] {
  const all = Array.from({ length: columns }, (_, place) => place);
  if (!isCode(stored)) return all;
  const sums = changedSums(stored, now);
  if (sums.length === 0) return [];
  const within = (some: readonly number[], all: readonly number[]) => some.every((n) => all.includes(n));
  const found = all.filter((place) =>
    sums.length <= 3 ? within(sums, triples[place]!) : within(triples[place]!, sums),
  );
  return found.length > 0 ? found : all;
}

/**
 * The same of a row that releases bound differently: `codes` has the code of now by each of them. One column changes three sums at
 * the most, and the code that does not count is of a further column: so the one with the fewest changed sums counts, or several.
 */
export function alteredByAny(stored: string, codes: readonly string[], columns: number): number[] {
  if (!isCode(stored)) return alteredPlaces(stored, "0", columns);
  const changed = codes.map((now) => changedSums(stored, now).length);
  const counts = codes.filter((_, n) => changed[n] === Math.min(...changed));
  const all = counts.map((now) => alteredPlaces(stored, now, columns));
  // One that fits no column says nothing beside one that does.
  const fitting = all.filter(({ length }) => length < columns);
  const places = (fitting.length > 0 ? fitting : all).flat();
  return [...new Set(places)].sort((a, b) => a - b);
}

const isCode = (stored: string): boolean => /^-?\d+$/.test(stored);

function changedSums(stored: string, now: string): number[] {
  const differs = BigInt(stored) ^ BigInt(now);
  return Array.from({ length: SUMS }, (_, n) => n).filter((n) => (differs & sumMask(n)) !== 0n);
}
