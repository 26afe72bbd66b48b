/** The policy as the other rooms read it: the current one, or all of a past period. */
import type { Role } from "../../shared/people/api.ts";
import { defaultPolicy, type Policy, policySchema } from "../../shared/policy/policy.ts";

export const latestPolicy = "SELECT version, doc, at, by FROM policies ORDER BY version DESC LIMIT 1";
export interface PolicyRow {
  version: number;
  doc: string;
  at: string;
  by: string;
}

/** The policy in a row; without a row, version 0: the defaults. */
export const readPolicy = (row: PolicyRow | null | undefined): { version: number; policy: Policy } =>
  row ? { version: row.version, policy: readDoc(row.doc) } : { version: 0, policy: defaultPolicy };

/** Reads a document of any release: a clause added since takes its default, a clause removed since is dropped. */
export function readDoc(doc: string): Policy {
  const stored = JSON.parse(doc) as Record<string, unknown>;
  const read = policySchema.safeParse(stored);
  if (read.success) return read.data;
  for (const issue of read.error.issues) {
    // A register id that the schema no longer allows is dropped, too.
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

/** Agents get the policy without its sign-in rules, which name people and groups. */
export const policyFor = (role: Role, policy: Policy): Policy =>
  role === "agent" ? { ...policy, access: defaultPolicy.access } : policy;

export const currentPolicy = async (db: D1Database) =>
  readPolicy(await db.prepare(latestPolicy).first<PolicyRow>());

/** Every policy in force at any time since `since` (ISO 8601), oldest first. `from`: when it came into force. */
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
  // The defaults are in force until the first save.
  return saved[0] && saved[0].from < since ? saved : [{ from: "", policy: defaultPolicy }, ...saved];
}

/** `policyHistory` without the times. */
export const policiesSince = async (db: D1Database, since: string): Promise<Policy[]> =>
  (await policyHistory(db, since)).map(({ policy }) => policy);
