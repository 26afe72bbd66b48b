/** The policy as the other rooms read it: the current one, or all of a past period. Never below the law's floor. */
import { makes } from "../../shared/check/verdict.ts";
import { DAY } from "../../shared/core/time.ts";
import type { Role } from "../../shared/people/api.ts";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { belowFloor } from "../../shared/policy/floor.ts";
import { withChanges } from "../../shared/policy/loosened.ts";
import { heldBefore } from "../../shared/policy/older.ts";
import { type Campaign, defaultPolicy, type Policy, policySchema } from "../../shared/policy/policy.ts";
import { Problem } from "../core/errors.ts";

/** A policy with a shorter retention takes effect this long after its save, so that it can be noticed and taken back. */
export const SECOND_THOUGHTS = 7 * DAY;

/** SQL: the deployment is older than the defaults of some clauses, and keeps what it had (migration 0022). */
export const LEGACY = "(SELECT COUNT(*) FROM marks WHERE name = 'legacy-defaults') AS legacy";

/** SQL: what the newest clauses were last (migration 0043), for a policy that a Worker of before saved without them. */
export const NEWEST = "(SELECT value FROM marks WHERE name = 'newest-clauses') AS newest";

/** The newest policy; one row of nulls where none was saved. */
export const latestPolicy = `SELECT version, doc, at, by, ${LEGACY}, ${NEWEST}
  FROM (SELECT 1) LEFT JOIN (SELECT version, doc, at, by FROM policies ORDER BY version DESC LIMIT 1)`;
export interface PolicyRow {
  version: number | null;
  doc: string | null;
  at: string | null;
  by: string | null;
  legacy: number;
  /** Only of the newest policy. */
  newest?: string | null;
}

/** The policy in a row; version 0, the defaults, where none was saved. */
export const readPolicy = (row: PolicyRow | null | undefined): { version: number; policy: Policy } => ({
  version: row?.version ?? 0,
  policy: readOnce(row?.doc ?? null, row?.legacy === 1, row?.newest ?? null),
});

/**
 * What was read last, by what it was read from: every request reads the policy, and reading it again takes a tenth of a call's
 * time. Frozen, as requests share it.
 */
let last: { from: string; policy: Policy } | null = null;
function readOnce(doc: string | null, legacy: boolean, newest: string | null): Policy {
  const from = JSON.stringify([doc, legacy, newest]);
  if (last?.from !== from) last = { from, policy: frozen(readStored(doc, legacy, newest).policy) };
  return last.policy;
}

function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

/** What a clause without a value means in a deployment from before the clause came: what the Worker did then. */
const before = [
  ["screening", "offlineMinutes", 2],
  ["consents", "amber", "dialog"],
  ["parties", "from", []],
] as const;

type Fields = Record<PropertyKey, unknown>;

/** The clauses that a Worker of before this release does not know, as they are without it. */
interface Newest {
  recipients: Policy["recipients"];
  openedFrom: Policy["recording"]["openedFrom"];
  /** Null: nobody has saved any yet. */
  heldRegions?: Policy["screening"]["heldRegions"] | null;
  /** The further hosts of recipients, by kind and host. */
  also?: Record<string, string[]>;
}
/** A document, with these clauses where it does not name them. */
function withNewest(doc: Fields, { recipients, openedFrom, heldRegions, also = {} }: Newest): Fields {
  const described =
    doc["recipients"] === undefined
      ? { ...doc, recipients, recording: { openedFrom, ...(doc["recording"] as Fields) } }
      : doc;
  // Emptied, they are named; a Worker of before names none.
  for (const one of described["recipients"] as Fields[])
    one["also"] ??= also[`${String(one["kind"])} ${String(one["host"])}`];
  return heldRegions
    ? { ...described, screening: { heldRegions, ...(doc["screening"] as Fields) } }
    : described;
}

/**
 * Reads a document of any release: a clause added since takes its default, a clause or a value removed since is dropped,
 * and what is below the law's floor is raised to it. `raised`: those values, and what they count as.
 */
export function readStored(
  doc: string | null,
  legacy: boolean,
  newest: string | null = null,
): { policy: Policy; raised: PolicyChange[] } {
  const written = JSON.parse(doc ?? "{}") as Fields;
  const stored = newest === null ? written : withNewest(written, JSON.parse(newest) as Newest);
  if (legacy)
    for (const [group, key, value] of [...before, ["screening", "heldRegions", heldBefore(stored)] as const])
      stored[group] = { [key]: value, ...(stored[group] as Fields) };
  const dropped: PolicyChange[] = [];
  const read = policySchema.safeParse(stored);
  if (!read.success)
    for (const issue of read.error.issues) {
      // A register id that the schema no longer allows is dropped, too.
      if (issue.code === "invalid_key") drop(stored, issue.path);
      else if (issue.code === "unrecognized_keys")
        for (const key of issue.keys) drop(stored, [...issue.path, key]);
      // Of the clauses that a save could loosen once, and the law now locks.
      else dropped.push({ path: issue.path.join("."), from: drop(stored, issue.path), to: undefined });
    }
  const policy = policySchema.parse(stored);
  for (const one of policy.recipients) if (!one.also?.length) delete one.also;
  const low = belowFloor(policy);
  const now = (path: string) => path.split(".").reduce<unknown>((at, key) => (at as Fields)[key], policy);
  return {
    policy: withChanges(policy, low),
    raised: [...dropped.map((change) => ({ ...change, to: now(change.path) })), ...low],
  };
}

/** A document as it is kept: each recipient names its further hosts, also where it has none (migration 0103). */
export const docOf = (policy: Policy): string =>
  JSON.stringify({
    ...policy,
    recipients: policy.recipients.map((one) => ({ ...one, also: one.also ?? [] })),
  });

/** So many versions before a page of them tell what those of a Worker of before leave out. */
export const VERSIONS_BEFORE = 20;

/**
 * Versions that follow each other, newest first, each with the clauses that a Worker of before left out of it as they were in the
 * version before, as `newest-clauses` has them for the newest.
 */
export function withLeftOut<Row extends PolicyRow>(rows: readonly Row[]): Row[] {
  let newest: string | null = null;
  let isHeld = false;
  const read = (row: Row): Row => {
    const whole = { ...row, newest };
    const { recipients, recording, screening } = readStored(row.doc, row.legacy === 1, newest).policy;
    isHeld ||= row.doc?.includes('"heldRegions"') === true;
    newest = JSON.stringify({
      ...{ recipients, openedFrom: recording.openedFrom, heldRegions: isHeld ? screening.heldRegions : null },
      also: Object.fromEntries(recipients.map(({ kind, host, also = [] }) => [`${kind} ${host}`, also])),
    } satisfies Newest);
    return whole;
  };
  return rows.toReversed().map(read).toReversed();
}

export const readDoc = (doc: string | null, legacy: boolean): Policy => readStored(doc, legacy).policy;

/** Removes a value from the document, and answers it. */
function drop(document: Fields, path: PropertyKey[]): unknown {
  const at = path.slice(0, -1).reduce((value, key) => value[key] as Fields, document);
  const value = at[path.at(-1)!];
  delete at[path.at(-1)!];
  return value;
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
): Promise<{ version: number; from: string; policy: Policy }[]> {
  // The defaults, version 0, are in force until the first save.
  const { results } = await db
    .prepare(
      `SELECT version, doc, at, by, ${LEGACY}, ${NEWEST} FROM (
         SELECT version, doc, at, by FROM policies UNION ALL SELECT 0, NULL, '', NULL)
       WHERE at >= ?1 OR version = (SELECT COALESCE(MAX(version), 0) FROM policies WHERE at < ?1) ORDER BY version`,
    )
    .bind(since)
    .all<PolicyRow>();
  // The newest is the last: it reads here as in `currentPolicy`.
  return results.map(({ version, at, doc, legacy, newest }, i) => ({
    version: version ?? 0,
    from: at ?? "",
    policy: readStored(doc, legacy === 1, i === results.length - 1 ? newest : null).policy,
  }));
}

/** `policyHistory` without the times. */
export const policiesSince = async (db: D1Database, since: string): Promise<Policy[]> =>
  (await policyHistory(db, since)).map(({ policy }) => policy);

/** Throws `kind-not-made` where a call is said to be of a kind that the company does not make: whatever it says of itself, it is another. */
export function wantKind(policy: Policy, kind: Campaign | undefined): void {
  if (kind !== undefined && !makes(policy, kind)) throw new Problem("kind-not-made");
}
