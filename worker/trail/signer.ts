/** The key that signs heads of the audit trail, proofs and daily statements. */
import { type AuditKey, auditKey, auditSecrets } from "../core/audit-key.ts";
import { sha256Hex } from "../core/hash.ts";
import type { Env } from "../env.ts";

/** Null where none is configured. Throws where the key cannot be read. */
export const signer = (env: Env): Promise<AuditKey | null> => auditKey(auditSecrets(env)[0]);

/** What signs a document by its canonical text. Without a key, `signature` is null. */
export async function signedWith(key: AuditKey | null, text: string) {
  return {
    sha256: sha256Hex(text),
    signature: key ? await key.sign(text) : null,
    key: key?.thumbprint ?? null,
    publicKey: key?.publicKey ?? null,
  };
}
