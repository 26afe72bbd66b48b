/** The keys that the Worker has, and from which row of the trail on its own is in force. */
import { type AuditKey, auditSecrets, readOnce } from "../core/audit-key.ts";
import { ledgerOf } from "../core/commit.ts";
import { KEYED } from "../core/written.ts";
import type { Env } from "../env.ts";
import { rowHash, type LinkedRow } from "../../shared/trail/chain.ts";
import type { HeadDocument } from "./head-files.ts";
import { sifted } from "./archived/sieves.ts";
import { type Archive, archiveColumns, linked, noteIn, readObject, Unreadable } from "./rows.ts";

export interface Keys {
  /** The Worker's own, if it has one; and all that it has, its own first. */
  own: AuditKey | null;
  keys: readonly AuditKey[];
}

export async function keysOf(env: Env): Promise<Keys> {
  const [own = null, ...before] = await Promise.all(auditSecrets(env).map(readOnce));
  return { own, keys: [own, ...before].filter((key) => key !== null) };
}

/**
 * From which row on, at the latest, this key is in force; null: not yet. The event says so, which may be archived or taken away,
 * but neither what the Ledger remembers nor a head in the bucket that the key signed.
 */
export async function inForceFrom(
  env: Env,
  own: AuditKey,
  head: HeadDocument | null,
): Promise<number | null> {
  const says = (row: LinkedRow) =>
    row.code === KEYED.code && row.subject === own.thumbprint && row.mac === own.mac(rowHash(row));
  const { results } = await env.DB.prepare(
    `SELECT ${linked} FROM audit a WHERE a.code = ? AND a.subject = ? ORDER BY a.seq`,
  )
    .bind(KEYED.code, own.thumbprint)
    .all<LinkedRow>();
  const here = results.find(says);
  if (here) return here.seq;
  const signed = head !== null && head.signature === (await own.sign(head.signed));
  const latest = (await ledgerOf(env).written())?.keyed[own.thumbprint] ?? (signed ? head.seq : null);
  if (latest === null) return null;
  // An archive that cannot be read is a finding of each verification.
  return (await archivedRow(env, KEYED.code, says).catch(noteIn([])))?.seq ?? latest;
}

/** The first archived row of this code that is such. Throws Unreadable: what cannot be read may have it. */
export async function archivedRow(
  env: Env,
  code: string,
  is: (row: LinkedRow) => boolean,
): Promise<LinkedRow | null> {
  const { results } = await env.DB.prepare(
    `SELECT ${archiveColumns} FROM audit_archives ORDER BY first_seq`,
  ).all<Archive>();
  for (const archive of await sifted(env, results, { codes: [code] })) {
    const object = await readObject(env, archive);
    if (!object?.rows) throw new Unreadable("object-missing", archive);
    const row = object.rows.find((one) => one.code === code && is(one));
    if (row) return row;
  }
  return null;
}
