/** A proposal's row, and how it is read. */
import type { Proposal } from "../../shared/policy/api.ts";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import type { Role } from "../../shared/people/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { codeHolders, oneWith } from "../people/one.ts";
import { sayChange } from "../../shared/texts/policy/clauses.en.ts";
import { isOfRegister } from "../registers/loosened.ts";
import { sayEffect, sayRegisterChange, sayRoleChange } from "../../shared/texts/policy/proposals.en.ts";

export interface ProposalRow {
  id: string;
  /** A register's is a policy's by its row: its paths tell them apart. */
  kind: "policy" | "role";
  base: number;
  changes: string;
  effect: string;
  why: string;
  by: string;
  byName: string;
  /** Of who proposed it; null where that person has left. */
  byEmail: string | null;
  roles: string;
  at: string;
  expiresAt: string;
  /** The earliest, where nobody else could approve it: `countsFrom` has when. */
  countsAt: string | null;
  alone: number;
  toldAt: string | null;
  /** JSON. */
  told: string;
  state: Proposal["state"];
  settledBy: string | null;
  settledByName: string | null;
  settledAt: string | null;
  version: number | null;
}

/**
 * SQL: nobody but `by`, and people who may be one with them, holds one of the roles, or has lost it within a week, so that nobody
 * takes the second person's role away first; nor has everybody who could refuse lost their role or their access within a week, nor
 * every agent who could have heard of it. An agent's leaving counts for nothing while somebody else hears.
 * `by`, `roles` (a JSON array) and `now` (ISO 8601) are SQL expressions.
 */
export const isAlone = (by: string, roles: string, now: string): string => {
  const others = `SELECT 1 FROM people o WHERE o.id <> ${by} AND o.active = 1 AND o.kind = 'person'`;
  const among = `IN (SELECT value FROM json_each(${roles}))`;
  const one = `IN (${oneWith(by, now)})`;
  const another = `NOT o.id ${one}`;
  return `(NOT EXISTS (${others} AND o.role ${among} AND ${another})
  AND NOT EXISTS (
    SELECT 1 FROM people_left l WHERE l.person <> ${by}
      AND l.at > strftime('%Y-%m-%dT%H:%M:%fZ', ${now}, '-7 days')
      AND (l.role ${among} OR NOT EXISTS (${others}
        AND IIF(l.role = 'agent', l.person ${one} OR ${another}, o.role <> 'agent' AND ${another})))))`;
};

/** Where nobody else holds the role: everyone has this long to object. */
export const ALONE = DAY;

/** SQL: since when somebody else has heard of the proposal `r` that counts by itself (migration 0057). */
const told = `IIF(r.counts_at IS NULL, NULL, (SELECT h.at FROM proposals_heard h WHERE h.proposal = r.id))`;

/** `waitsAlone`: nobody else could approve it. It counts a day after `toldAt`. `?1` is now. */
export const selectProposals = `SELECT r.id, r.kind, r.base, r.changes, r.effect, r.why, r.by, b.name AS byName,
    IIF(b.active = 1, b.email, NULL) AS byEmail, r.roles, r.at, r.expires_at AS expiresAt, r.counts_at AS countsAt,
    r.counts_at IS NOT NULL AND (r.state <> 'open' OR ${isAlone("r.by", "r.roles", "?1")}) AS alone, ${told} AS toldAt,
    (SELECT json_group_array(json_object('person', t.person, 'name', p.name, 'how', t.how, 'at', t.at))
     FROM (SELECT * FROM proposals_told WHERE proposal = r.id ORDER BY at) t JOIN people p ON p.id = t.person) AS told,
    r.state, r.settled_by AS settledBy, s.name AS settledByName, r.settled_at AS settledAt, r.version
  FROM proposals r JOIN people b ON b.id = r.by LEFT JOIN people s ON s.id = r.settled_by`;

/** When a proposal counts by itself (ISO 8601): null where somebody else could approve it, or nobody was told of it yet. */
export function countsFrom({ alone, countsAt, toldAt }: Pick<ProposalRow, "alone" | "countsAt" | "toldAt">) {
  if (alone === 0 || countsAt === null || toldAt === null) return null;
  const heard = new Date(Date.parse(toldAt) + ALONE).toISOString();
  return heard > countsAt ? heard : countsAt;
}

export const changesOf = (row: Pick<ProposalRow, "changes">) => JSON.parse(row.changes) as PolicyChange[];
export const toldOf = (row: Pick<ProposalRow, "told">) => JSON.parse(row.told) as Proposal["told"];
export const rolesOf = (row: Pick<ProposalRow, "roles">) => JSON.parse(row.roles) as Role[];

/** `codeOf`: who has the code of an invite that nobody has used, or by whose code a person came in. */
type Names = ReadonlyMap<string, { name: string; email: string; codeOf: string | null }>;

/** The people whose roles are proposed, by `person.<id>`, `invite.<id>` and `browser.<id>`. An old invite is erased. */
export async function namesIn(
  db: D1Database,
  rows: readonly Pick<ProposalRow, "kind" | "changes">[],
): Promise<Names> {
  const paths = rows.flatMap(({ kind, changes }) =>
    kind === "role" ? changesOf({ changes }).map(({ path }) => path) : [],
  );
  if (paths.length === 0) return new Map();
  const { results } = await db
    .prepare(
      `SELECT path, name, email, codeOf FROM (SELECT 'person.' || p.id AS path, p.name, p.email, ${codeHolders("p.id")} AS codeOf FROM people p
         UNION ALL SELECT 'invite.' || i.id, i.name, i.email, IIF(i.used_at IS NULL, (SELECT name FROM people WHERE id = i.by), NULL) FROM invites i
         UNION ALL SELECT 'browser.' || i.id, p.name, p.email, NULL FROM invites i JOIN people p ON p.email = i.email)
       WHERE path IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(paths))
    .all<{ path: string; name: string; email: string; codeOf: string | null }>();
  return new Map(results.map(({ path, ...known }) => [path, known]));
}

/** One change of a proposal in words. */
export function sayIn(
  { kind, state }: Pick<ProposalRow, "kind" | "state">,
  names: Names,
  change: PolicyChange,
): string {
  if (isOfRegister(change)) return sayRegisterChange(change);
  if (kind !== "role") return sayChange(change);
  const known = names.get(change.path);
  const open = state === "open";
  return sayRoleChange(
    change,
    known
      ? {
          name: known.name,
          email: open ? known.email : null,
          codeOf: open ? known.codeOf : null,
        }
      : null,
  );
}

export function toProposal({ byEmail: _, toldAt, ...row }: ProposalRow, names: Names): Proposal {
  const changes = changesOf(row);
  const effect = JSON.parse(row.effect) as { path: string; n: number }[];
  return {
    ...row,
    kind: changes.some(isOfRegister) ? "register" : row.kind,
    alone: row.alone === 1,
    countsAt: countsFrom({ ...row, toldAt }),
    told: toldOf(row),
    roles: rolesOf({ roles: row.roles }),
    changes: changes.map((change) => ({ ...change, text: sayIn(row, names, change) })),
    effect: effect.map(({ path, n }) => {
      const change = changes.find((one) => one.path === path)!;
      return { path, n, text: sayEffect(change, n) };
    }),
  };
}
