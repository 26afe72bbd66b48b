/** What every signed document shares, a proof or a daily statement: its form, its digest, its signature, and the keys that may sign. */
import { createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { calculateJwkThumbprint, type JWK } from "jose";
import type { ProofDocument } from "../../../shared/proof/api.ts";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { trailCliEn } from "../../../shared/texts/cli/trail.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { proofCheckEn as t } from "../../../shared/texts/proof/check.en.ts";
import { Refusal } from "../client.ts";

type Signed = Pick<ProofDocument, "sha256" | "signature" | "key" | "publicKey">;
/**
 * `own`: signed with a key that was given. `stated`: no key was given; it matches the key in the document. `none`: not
 * signed. `wrong`: the signature does not match. `other`: not signed with a key that was given.
 */
export type Worth = "own" | "stated" | "none" | "wrong" | "other";
export interface SigningCheck {
  check: "form" | "digest" | "signature";
  ok: boolean;
  text: string;
}

/** One of a proof's checks. */
export interface Check {
  check: SigningCheck["check"] | "rows" | "links" | "heads" | "facts" | "altered";
  ok: boolean;
  /** Where it holds, and there is something to look at all the same. */
  said?: "note";
  text: string;
}

/** A key from another source: its thumbprint (RFC 7638), and the key itself if it was given. */
export interface Key {
  thumbprint: string;
  jwk: JWK | null;
}

export const read = (file: string): Promise<Buffer> =>
  readFile(file).catch(() => {
    throw new Refusal("no-file", fill(trailCliEn.notRead, { file }));
  });

/** Reads a key from a JWK, a PEM file, a published head, or a file with a thumbprint. Throws a Refusal. */
export async function readKey(file: string): Promise<Key> {
  const text = (await read(file)).toString("utf8").trim();
  if (/^[\w-]{43}$/.test(text)) return { thumbprint: text, jwk: null };
  try {
    const json = text.startsWith("{") ? (JSON.parse(text) as JWK & { publicKey?: JWK }) : null;
    const key = createPublicKey(json ? { key: json.publicKey ?? json, format: "jwk" } : text);
    if (key.asymmetricKeyType !== "ed25519") throw new Error("another kind of key");
    const jwk = key.export({ format: "jwk" }) as JWK;
    return { thumbprint: await calculateJwkThumbprint(jwk), jwk };
  } catch {
    throw new Refusal("not-a-key", fill(t.notAKey, { file }));
  }
}

/** Ed25519 over the text. A signature in a non-canonical base64 form is refused. */
export function holds(jwk: JWK, text: string, signature: string): boolean {
  try {
    const bytes = Buffer.from(signature, "base64");
    return (
      bytes.toString("base64") === signature &&
      verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: "jwk" }), bytes)
    );
  } catch {
    return false;
  }
}

async function signatureOf(
  { signature, key, publicKey }: Signed,
  said: string,
  given: readonly Key[],
): Promise<{ worth: Worth; known: Map<string, JWK> }> {
  const known = new Map(given.flatMap(({ thumbprint, jwk }) => (jwk ? [[thumbprint, jwk] as const] : [])));
  if (signature === null && key === null && publicKey === null)
    return { worth: given.length > 0 ? "other" : "none", known };
  const own = publicKey && (await calculateJwkThumbprint(publicKey).catch(() => null));
  if (!signature || !publicKey || !own || own !== key || !holds(publicKey, said, signature))
    return { worth: "wrong", known };
  known.set(own, publicKey);
  if (given.length === 0) return { worth: "stated", known };
  return { worth: given.some(({ thumbprint }) => thumbprint === own) ? "own" : "other", known };
}

/** The checks of a file's `text`, which is `document`, whose signature is over `signed`; and the keys that are known from it. */
export async function signingOf(text: string, document: Signed, signed: unknown, keys: readonly Key[]) {
  const said = canonical(signed);
  const { worth, known } = await signatureOf(document, said, keys);
  const form = canonical(document) === text;
  const digest = sha256Hex(said) === document.sha256;
  const checks: SigningCheck[] = [
    { check: "form", ok: form, text: form ? t.form.holds : t.form.fails },
    {
      check: "digest",
      ok: digest,
      text: digest ? fill(t.digest.holds, { sha256: document.sha256 }) : t.digest.fails,
    },
    {
      check: "signature",
      ok: worth !== "wrong" && worth !== "other",
      text: fill(t.signature[worth], { key: document.key ?? "" }),
    },
  ];
  return { worth, known, checks };
}
