/**
 * AUDIT_KEY, a secret of the platform: it signs what leaves, and gives each row of the trail its code. Who owns the database
 * can compute hashes and append rows that follow; without the key, none with a code. Nor can they add a digest to somebody's token.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { calculateJwkThumbprint } from "jose";
import type { Env } from "../env.ts";
import type { CodedToken } from "./change.ts";

export interface AuditKey {
  publicKey: { kty: string; crv: string; x: string };
  /** The public key's (RFC 7638). */
  thumbprint: string;
  /** Ed25519 over a line, in base64. */
  sign: (line: string) => Promise<string>;
  /** HMAC-SHA256, its first 16 bytes in hex. */
  mac: (text: string) => string;
}

/** The deployment's secrets, the one in force first: AUDIT_KEY_3 replaced AUDIT_KEY_2, and that AUDIT_KEY. */
export function auditSecrets(env: Env): string[] {
  const place = (name: string) => Number(/^AUDIT_KEY(?:_(\d+))?$/.exec(name)?.[1] ?? 1);
  return Object.entries(env)
    .flatMap(([name, value]): [number, string][] =>
      /^AUDIT_KEY(_\d+)?$/.test(name) && typeof value === "string" && value !== ""
        ? [[place(name), value]]
        : [],
    )
    .sort(([a], [b]) => b - a)
    .map(([, value]) => value);
}

/** `secret`: an Ed25519 key, PKCS #8 as base64. Null where there is none. Throws where it cannot be read. */
export async function auditKey(secret: string | undefined): Promise<AuditKey | null> {
  if (secret === undefined) return null;
  const pkcs8 = Uint8Array.from(atob(secret), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { kty, crv, x, d } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  const publicKey = { kty: kty, crv: crv!, x: x! };
  // A key of its own for this purpose, from the private key alone: the same in whatever form that was given.
  const keyed = hmac.create(sha256, hmac(sha256, utf8ToBytes(d!), utf8ToBytes("cleardial trail row v1")));
  return {
    publicKey,
    thumbprint: await calculateJwkThumbprint(publicKey),
    sign: async (line) => {
      const bytes = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(line));
      return btoa(String.fromCharCode(...new Uint8Array(bytes)));
    },
    mac: (text) => bytesToHex(keyed.clone().update(utf8ToBytes(text)).digest().subarray(0, 16)),
  };
}

/*
 * The code on what lets somebody in. The digests in the database are plain, and who owns it can add one to any person's row, but
 * not the code that belongs to it: over the row, its person and the digest.
 */

/** Of this isolate: reading a key takes longer than using it. */
const read = new Map<string, Promise<AuditKey | null>>();
export const readOnce = (secret: string): Promise<AuditKey | null> => {
  const known = read.get(secret) ?? auditKey(secret).catch(() => null);
  read.set(secret, known);
  return known;
};

const textOf = ({ id, person, hash }: Omit<CodedToken, "mac">): string =>
  `token v1 ${JSON.stringify([id, person, hash])}`;

/** The code of a text under the key in force; null where the Worker has none, or none that can be read. */
export async function macOf(env: Env, text: string): Promise<string | null> {
  const [secret] = auditSecrets(env);
  return (secret === undefined ? null : await readOnce(secret))?.mac(text) ?? null;
}

/** Likewise of a token. */
export const codeOf = (env: Env, token: Omit<CodedToken, "mac">): Promise<string | null> =>
  macOf(env, textOf(token));

/**
 * Whether a token has its code: under the key in force, which is enough; under one that was replaced, which whoever learnt it can
 * make too; or none. Without a key nothing has one.
 */
export async function codedBy(env: Env, token: CodedToken): Promise<"key" | "older" | "none" | "keyless"> {
  const keys = await Promise.all(auditSecrets(env).map(readOnce));
  if (!keys[0]) return "keyless";
  const place = keys.findIndex((key) => key !== null && key.mac(textOf(token)) === token.mac);
  return place === 0 ? "key" : place > 0 ? "older" : "none";
}
