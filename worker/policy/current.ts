/** The policy as the other rooms read it: the current one, and those of a past period. */
import type { Role } from "../../shared/people/api.ts";
import { defaultPolicy, type Policy, policySchema } from "../../shared/policy/policy.ts";

export const latestPolicy = "SELECT version, doc, at, by FROM policies ORDER BY version DESC LIMIT 1";
export interface PolicyRow {
  version: number;
  doc: string;
  at: string;
  by: string;
}

/** Version 0 is the defaults. */
export const readPolicy = (row: PolicyRow | null | undefined): { version: number; policy: Policy } =>
  row ? { version: row.version, policy: readDoc(row.doc) } : { version: 0, policy: defaultPolicy };

/** A clause that came with a later release takes its default; one that a later release gave up is left out. */
export function readDoc(doc: string): Policy {
  const stored = JSON.parse(doc) as Record<string, unknown>;
  const read = policySchema.safeParse(stored);
  if (read.success) return read.data;
  for (const issue of read.error.issues) {
    // A register's id that no register can have says nothing, either.
    if (issue.code === "invalid_key") drop(stored, issue.path);
    else if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) drop(stored, [...issue.path, key]);
  }
  return policySchema.parse(stored);
}

type Fields = Record<PropertyKey, unknown>;
function drop(document: Fields, path: PropertyKey[]): void {
  const at = path.slice(0, -1).reduce((value, key) => value[key] as Fields, document);
  delete at[path.at(-1)!];
}

/** Who signs in, and as what, names people and groups: nobody needs it who neither keeps the policy nor watches over it. */
export const policyFor = (role: Role, policy: Policy): Policy =>
  role === "agent" ? { ...policy, access: defaultPolicy.access } : policy;

export const currentPolicy = async (db: D1Database) =>
  readPolicy(await db.prepare(latestPolicy).first<PolicyRow>());

/** Every policy that was in force at any time since then, with when it came into force; the oldest first. */
export async function policyHistory(
  db: D1Database,
  since: string,
): Promise<{ from: string; policy: Policy }[]> {
  const { results } = await db
    .prepare(
      `SELECT version, doc, at, by FROM policies
       WHERE at >= ?1 OR version = (SELECT MAX(version) FROM policies WHERE at < ?1) ORDER BY version`,
    )
    .bind(since)
    .all<PolicyRow>();
  const saved = results.map((row) => ({ from: row.at, policy: readDoc(row.doc) }));
  // Until the first save the defaults are in force.
  return saved[0] && saved[0].from < since ? saved : [{ from: "", policy: defaultPolicy }, ...saved];
}

/** The same without the times. */
export const policiesSince = async (db: D1Database, since: string): Promise<Policy[]> =>
  (await policyHistory(db, since)).map(({ policy }) => policy);
