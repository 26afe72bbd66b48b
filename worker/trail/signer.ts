/** The key that signs heads of the audit trail, proofs and daily statements. */
import { calculateJwkThumbprint } from "jose";
import { sha256Hex } from "../core/hash.ts";
import type { Env } from "../env.ts";

/**
 * Signs with AUDIT_KEY (Ed25519, PKCS #8 as base64). Null where none is configured. `thumbprint` is the public key's
 * (RFC 7638); `sign` answers in base64. Throws where the key cannot be read.
 */
export async function signer(env: Env) {
  if (!env.AUDIT_KEY) return null;
  const pkcs8 = Uint8Array.from(atob(env.AUDIT_KEY), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { kty, crv, x } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  const publicKey = { kty: kty, crv: crv!, x: x! };
  return {
    publicKey,
    thumbprint: await calculateJwkThumbprint(publicKey),
    sign: async (line: string): Promise<string> => {
      const bytes = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(line));
      return btoa(String.fromCharCode(...new Uint8Array(bytes)));
    },
  };
}

/** What signs a document by its canonical text. Without a key, `signature` is null. */
export async function signedWith(key: Awaited<ReturnType<typeof signer>>, text: string) {
  return {
    sha256: sha256Hex(text),
    signature: key ? await key.sign(text) : null,
    key: key?.thumbprint ?? null,
    publicKey: key?.publicKey ?? null,
  };
}
