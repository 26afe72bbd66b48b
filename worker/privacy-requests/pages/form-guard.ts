/**
 * Keeps bots off a public form without scripts or puzzles: a field that people do not see, and the signed time at which the
 * form was sent out. A form that comes back within a second, or after a day, must be sent again.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { hmac, sameSecret } from "../../core/hmac.ts";
import { DAY } from "../../../shared/core/time.ts";

export const SOONEST = 1_000;
const LATEST = DAY;
/** The invisible field. Bots fill it in because of its name. */
export const TRAP = "website";

/** HMAC-SHA256 with the key that migration 0008 put into `marks`. */
export async function formHmac(db: D1Database, text: string): Promise<Uint8Array> {
  const row = await db.prepare("SELECT value FROM marks WHERE name = 'form-key'").first<{ value: string }>();
  return hmac("SHA-256", new Uint8Array(hexToBytes(row!.value)), text);
}
/** Of a time, in hex. */
const signed = async (db: D1Database, at: string): Promise<string> => bytesToHex(await formHmac(db, at));

/** The signed time for a form: milliseconds, a full stop and the signature. */
export async function stamp(db: D1Database, now: number): Promise<string> {
  return `${now}.${await signed(db, String(now))}`;
}

/** True where we signed the time, and it is between a second and a day ago. */
export async function isInTime(db: D1Database, said: string, now: number): Promise<boolean> {
  const [at = "", signature = ""] = said.split(".");
  if (!/^\d{1,15}$/.test(at) || !sameSecret(signature, await signed(db, at))) return false;
  const age = now - Number(at);
  return age >= SOONEST && age <= LATEST;
}
