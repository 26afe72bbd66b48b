/**
 * The Worker's own code on what lets somebody in. The digests in the database are plain, and who owns it can add one to any
 * person's row, but not the code that belongs to it: HMAC-SHA256 under AUDIT_KEY, over the row, its person and the digest.
 */
import type { Env } from "../env.ts";
import { type AuditKey, auditKey, auditSecrets } from "./audit-key.ts";
import type { CodedToken } from "./change.ts";

/** Of this isolate: reading a key takes longer than using it. */
const read = new Map<string, Promise<AuditKey | null>>();
const readOnce = (secret: string): Promise<AuditKey | null> => {
  const known = read.get(secret) ?? auditKey(secret).catch(() => null);
  read.set(secret, known);
  return known;
};

const textOf = ({ id, person, hash }: Omit<CodedToken, "mac">): string =>
  `token v1 ${JSON.stringify([id, person, hash])}`;

/** The code of a token under the key in force; null where the Worker has none, or none that can be read. */
export async function codeOf(env: Env, token: Omit<CodedToken, "mac">): Promise<string | null> {
  const [secret] = auditSecrets(env);
  return (secret === undefined ? null : await readOnce(secret))?.mac(textOf(token)) ?? null;
}

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
