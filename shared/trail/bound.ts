/**
 * The commitment of an event that binds rows, version 2: SHA-256 over its opening, a line with the hash of the salted
 * payload and the root of the rows' roots. To a verifier of version 1 the opening is a payload without a salt, so it
 * checks these events as well. A payload may be erased and leave its hash: the rows still prove. Pure.
 */
import { sha256Hex } from "../core/sha256.ts";
import { commitmentOf } from "./chain.ts";

/** The event that binds one row, beside the event of the change that wrote it: its subject is the table and the key. */
export const BOUND = "audit.bound";

export const payloadHash = (salt: string, payload: string): string => sha256Hex(`p${salt}${payload}`);

/** `payload`: by `payloadHash`, or null where the rows say everything. `roots`: of the rows, in their order. */
export const openingOf = (payload: string | null, roots: readonly string[]): string =>
  JSON.stringify({ payload, rows: rootOf(roots) });

/** Of version 1 no commitment is over such a text: there a salt comes first. */
export const commitmentTo = (opening: string): string => commitmentOf("", opening);

const node = (left: string, right: string): string => sha256Hex(`m${left}${right}`);
/** The largest power of two below `n`: a tree of any size has one shape (as in RFC 6962, 2.1). */
const splitOf = (n: number): number => 2 ** (31 - Math.clz32(n - 1));

/** The root of a Merkle tree; of one row, its own. Linear in time. */
export function rootOf(roots: readonly string[]): string {
  if (roots.length <= 1) return roots[0] ?? sha256Hex("m");
  const middle = splitOf(roots.length);
  return node(rootOf(roots.slice(0, middle)), rootOf(roots.slice(middle)));
}

/** What shows that the row at `place` is under the root: the roots beside its way up, from below. */
export function besideOf(roots: readonly string[], place: number): string[] {
  if (roots.length <= 1) return [];
  const middle = splitOf(roots.length);
  return place < middle
    ? [...besideOf(roots.slice(0, middle), place), rootOf(roots.slice(middle))]
    : [...besideOf(roots.slice(middle), place - middle), rootOf(roots.slice(0, middle))];
}

/** The root by one row's root, its place among `n`, and what is beside its way; null where these do not fit together. */
export function rootBy(root: string, place: number, n: number, beside: readonly string[]): string | null {
  if (place < 0 || place >= n) return null;
  if (n === 1) return beside.length === 0 ? root : null;
  const last = beside.at(-1);
  if (last === undefined) return null;
  const middle = splitOf(n);
  const rest = beside.slice(0, -1);
  if (place < middle) {
    const left = rootBy(root, place, middle, rest);
    return left && node(left, last);
  }
  const right = rootBy(root, place - middle, n - middle, rest);
  return right && node(last, right);
}
