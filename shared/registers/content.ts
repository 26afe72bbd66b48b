/**
 * Sums that identify a register's content, and that nobody can forge by altering several blocks at once, as they could the sums
 * of digests (blocks.ts): LtHash with 256 lanes of 16 bits (Lewi, Kim, Maykov and Weis, 2019). Each entry is hashed to 512
 * bytes (BLAKE3), and the lanes are added modulo 2^16: a changed block leaves the sum and comes back in, whatever else there is.
 */
import { blake3 } from "@noble/hashes/blake3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { fromBase64, toBase64 } from "./blocks.ts";

const LANES = 256;
export type ContentSum = Uint16Array;

export const emptyContent = (): ContentSum => new Uint16Array(LANES);

function add(sum: ContentSum, entry: string, sign: 1 | -1): void {
  const lanes = new DataView(blake3(utf8ToBytes(entry), { dkLen: 2 * LANES }).buffer);
  for (let i = 0; i < LANES; i++) sum[i]! += sign * lanes.getUint16(2 * i, true);
}

/** Adds a block to the sum over what is in force, or takes it away. An empty block does not count. */
export function addContent(sum: ContentSum, block: number, data: string, sign: 1 | -1 = 1): void {
  if (data !== "") add(sum, `${block}:${data}`, sign);
}

/** Adds a block's undo to the sum over all undo of a version. */
export const addUndo = (sum: ContentSum, block: number, ver: number, data: string): void =>
  add(sum, `${block}@${ver}:${data}`, 1);

/** Adds a sum to another. */
export function addSum(to: ContentSum, sum: ContentSum): void {
  for (let i = 0; i < LANES; i++) to[i]! += sum[i]!;
}

/** As text: base64 of the lanes, the lower byte first. */
export function sumText(sum: ContentSum): string {
  const bytes = new DataView(new ArrayBuffer(2 * LANES));
  sum.forEach((lane, i) => bytes.setUint16(2 * i, lane, true));
  return toBase64(new Uint8Array(bytes.buffer));
}

/** Throws a RangeError for anything that `sumText` cannot have written. */
export function sumOf(text: string): ContentSum {
  const bytes = fromBase64(text);
  if (bytes.length !== 2 * LANES) throw new RangeError("not a sum");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Uint16Array.from({ length: LANES }, (_, i) => view.getUint16(2 * i, true));
}
