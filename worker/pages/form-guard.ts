/**
 * What keeps machines from a public form without a script or a puzzle: a field that people do not see, and the time at
 * which the form was given out, signed: whoever sends it at once, or a day later, is asked to press the button again.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { sameSecret } from "../core/auth.ts";

const SOONEST = 1_000;
const LATEST = 24 * 3_600_000;
/** The field that people do not see. A name that forms are filled by. */
export const TRAP = "website";

const keyOf = async (db: D1Database): Promise<Uint8Array> => {
  const row = await db.prepare("SELECT value FROM marks WHERE name = 'form-key'").first<{ value: string }>();
  return hexToBytes(row!.value);
};
const signed = (key: Uint8Array, at: string): string => bytesToHex(hmac(sha256, key, utf8ToBytes(at)));

/** The time as it stands in the form. */
export async function stamp(db: D1Database, now: number): Promise<string> {
  return `${now}.${signed(await keyOf(db), String(now))}`;
}

/** True where a form was given out by us, and not just now or yesterday. */
export async function isInTime(db: D1Database, said: string, now: number): Promise<boolean> {
  const [at = "", signature = ""] = said.split(".");
  if (!/^\d{1,15}$/.test(at) || !sameSecret(signature, signed(await keyOf(db), at))) return false;
  const age = now - Number(at);
  return age >= SOONEST && age <= LATEST;
}
