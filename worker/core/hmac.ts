/** HMAC and constant-time comparison, for every shared secret that the Worker signs with or checks. */
import { sha256Hex } from "./hash.ts";

/** HMAC over a text. A secret that is a string counts as its UTF-8 bytes. */
export async function hmac(
  hash: "SHA-1" | "SHA-256",
  secret: string | Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const raw = typeof secret === "string" ? encoder.encode(secret) : secret;
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

/** Compares two texts in constant time. Hashing them first makes them equally long. */
export function sameSecret(a: string, b: string): boolean {
  const bytes = (text: string) => new TextEncoder().encode(sha256Hex(text));
  return crypto.subtle.timingSafeEqual(bytes(a), bytes(b));
}
