/**
 * What keeps machines from a public form without a script or a puzzle: a field that people do not see, and the time at
 * which the form was given out, signed: whoever sends it at once, or a day later, is asked to press the button again.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { hmac, sameSecret } from "../core/hmac.ts";
import { DAY } from "../../shared/time.ts";

const SOONEST = 1_000;
const LATEST = DAY;
/** The field that people do not see. A name that forms are filled by. */
export const TRAP = "website";

/** HMAC-SHA256 over the time, by the key that migration 0008 put into `marks`. */
async function signed(db: D1Database, at: string): Promise<string> {
  const row = await db.prepare("SELECT value FROM marks WHERE name = 'form-key'").first<{ value: string }>();
  return bytesToHex(await hmac("SHA-256", new Uint8Array(hexToBytes(row!.value)), at));
}

/** The time as it stands in the form. */
export async function stamp(db: D1Database, now: number): Promise<string> {
  return `${now}.${await signed(db, String(now))}`;
}

/** True where a form was given out by us, and not just now or yesterday. */
export async function isInTime(db: D1Database, said: string, now: number): Promise<boolean> {
  const [at = "", signature = ""] = said.split(".");
  if (!/^\d{1,15}$/.test(at) || !sameSecret(signature, await signed(db, at))) return false;
  const age = now - Number(at);
  return age >= SOONEST && age <= LATEST;
}
