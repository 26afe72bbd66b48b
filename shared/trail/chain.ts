/** The links of the audit trail: what a row's hash is over, and what can be wrong with one. Pure. */
import { sha256Hex } from "../sha256.ts";

/** A row of the chain. It holds no personal data: `commitment` is SHA-256(salt || payload). */
export interface ChainRow {
  seq: number;
  at: string;
  actor: string;
  code: string;
  subject: string;
  commitment: string;
  prev: string;
}
export interface LinkedRow extends ChainRow {
  hash: string;
}
/** With its payload as JSON; both null once it was erased. */
export interface KeptRow extends LinkedRow {
  salt: string | null;
  payload: string | null;
}

export const commitmentOf = (salt: string, payload: string): string => sha256Hex(salt + payload);

/** SHA-256 over the row's fields in this order, as a JSON array. */
export const rowHash = (r: ChainRow): string =>
  sha256Hex(JSON.stringify([r.seq, r.at, r.actor, r.code, r.subject, r.commitment, r.prev]));

export type LinkFault = "missing" | "link" | "hash" | "payload";

/** What keeps `row` from following the row `seq` with that hash; null where it follows. */
export function faultOf(seq: number, hash: string, row: LinkedRow & Partial<KeptRow>): LinkFault | null {
  if (row.seq !== seq + 1) return "missing";
  if (row.hash !== rowHash(row)) return "hash";
  if (row.prev !== hash) return "link";
  if (typeof row.payload === "string" && row.commitment !== commitmentOf(row.salt ?? "", row.payload))
    return "payload";
  return null;
}
