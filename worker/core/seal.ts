/**
 * Encrypts secrets that must be kept in the database: an administrator enters them on the desk, and some change by
 * themselves, as refresh tokens do. AES-GCM under CONNECTOR_KEY; the purpose is authenticated, so that a sealed value
 * copied into another row cannot be opened there.
 */
import type { Env } from "../env.ts";
import { Problem } from "./errors.ts";

const IV = 12;
const encoder = new TextEncoder();

/** True if CONNECTOR_KEY is set, and is 32 bytes in base64. */
export const canSeal = (env: Env): boolean => rawKey(env) !== null;

/** Seals a secret as base64. Throws connector-key where no valid key is configured. */
export async function seal(env: Env, purpose: string, secret: Record<string, string>): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: encoder.encode(purpose) },
    await keyOf(env, "encrypt"),
    encoder.encode(JSON.stringify(secret)),
  );
  const both = new Uint8Array(IV + sealed.byteLength);
  both.set(iv);
  both.set(new Uint8Array(sealed), IV);
  return btoa(String.fromCharCode(...both));
}

/** Opens a sealed secret. Null if it was sealed under another key or for another purpose, or is none. Throws connector-key. */
export async function unseal(
  env: Env,
  purpose: string,
  sealed: string,
): Promise<Record<string, string> | null> {
  const key = await keyOf(env, "decrypt");
  try {
    const both = bytesOf(sealed);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: both.subarray(0, IV), additionalData: encoder.encode(purpose) },
      key,
      both.subarray(IV),
    );
    return JSON.parse(new TextDecoder().decode(opened)) as Record<string, string>;
  } catch {
    return null;
  }
}

/** `seal` as base64url (RFC 4648, 5), for an address. */
export const sealInAddress = async (...of: Parameters<typeof seal>): Promise<string> =>
  (await seal(...of)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export const unsealInAddress = async (
  env: Env,
  purpose: string,
  sealed: string,
): Promise<Record<string, string> | null> =>
  /^[\w-]+$/.test(sealed) ? unseal(env, purpose, sealed.replaceAll("-", "+").replaceAll("_", "/")) : null;

async function keyOf(env: Env, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const raw = rawKey(env);
  if (!raw) throw new Problem("connector-key");
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, [use]);
}

function rawKey({ CONNECTOR_KEY = "" }: Env): Uint8Array<ArrayBuffer> | null {
  try {
    const raw = bytesOf(CONNECTOR_KEY);
    return raw.length === 32 ? raw : null;
  } catch {
    return null;
  }
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
