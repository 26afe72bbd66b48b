/** The hash chain of the audit trail: how a row's hash is computed, and how a row can fail to follow. Pure. */
import { sha256Hex } from "../core/sha256.ts";

/** A row of the chain, without its hash. It contains no personal data: `commitment` is SHA-256(salt || payload). */
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
  /** The Ledger's code over `hash`, under a key that is not in the database. Absent or null: from before. */
  mac?: string | null;
}
/** A row with its payload as JSON and the salt; both null once erased. */
export interface KeptRow extends LinkedRow {
  salt: string | null;
  payload: string | null;
  /** JSON: what a row is about whose event says nothing, as it, or one beside it, binds that row field by field (bound.ts). */
  said: string | null;
}

export const commitmentOf = (salt: string, payload: string): string => sha256Hex(salt + payload);

/** The commitment of an event that says nothing: there is nothing to guess, so that it needs no salt. */
export const SAYS_NOTHING = commitmentOf("", "null");

/** SHA-256 over the row's fields in this order, as a JSON array. */
export const rowHash = (r: ChainRow): string =>
  sha256Hex(JSON.stringify([r.seq, r.at, r.actor, r.code, r.subject, r.commitment, r.prev]));

export type LinkFault = "missing" | "link" | "hash" | "payload";

/** Why `row` does not follow the row `seq` with this `hash`; null if it does. */
export function faultOf(seq: number, hash: string, row: LinkedRow & Partial<KeptRow>): LinkFault | null {
  if (row.seq !== seq + 1) return "missing";
  if (row.hash !== rowHash(row)) return "hash";
  if (row.prev !== hash) return "link";
  if (typeof row.payload === "string" && row.commitment !== commitmentOf(row.salt ?? "", row.payload))
    return "payload";
  return null;
}
