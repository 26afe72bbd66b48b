/** A proposal's row, and how it is read. */
import type { Proposal } from "../../shared/policy/api.ts";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import type { Role } from "../../shared/people/api.ts";
import { sayChange } from "../../shared/texts/policy/clauses.en.ts";
import { sayEffect, sayRoleChange } from "../../shared/texts/policy/proposals.en.ts";

export interface ProposalRow {
  id: string;
  kind: Proposal["kind"];
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
  countsAt: string | null;
  state: Proposal["state"];
  settledBy: string | null;
  settledByName: string | null;
  settledAt: string | null;
  version: number | null;
}

/**
 * SQL: nobody but `by` holds one of the roles, or has lost it within a week, so that nobody takes the second person's
 * role away first. `by`, `roles` (a JSON array) and `now` (ISO 8601) are SQL expressions.
 */
export const isAlone = (by: string, roles: string, now: string): string => `(NOT EXISTS (
    SELECT 1 FROM people o WHERE o.id <> ${by} AND o.active = 1 AND o.kind = 'person'
      AND o.role IN (SELECT value FROM json_each(${roles})))
  AND NOT EXISTS (
    SELECT 1 FROM people_left l WHERE l.person <> ${by} AND l.role IN (SELECT value FROM json_each(${roles}))
      AND l.at > strftime('%Y-%m-%dT%H:%M:%fZ', ${now}, '-7 days')))`;

/** `countsAt` only while nobody else could approve it. `?1` is now. */
export const selectProposals = `SELECT r.id, r.kind, r.base, r.changes, r.effect, r.why, r.by, b.name AS byName,
    IIF(b.active = 1, b.email, NULL) AS byEmail, r.roles, r.at, r.expires_at AS expiresAt,
    IIF(r.counts_at IS NULL OR (r.state = 'open' AND NOT ${isAlone("r.by", "r.roles", "?1")}), NULL, r.counts_at) AS countsAt,
    r.state, r.settled_by AS settledBy, s.name AS settledByName, r.settled_at AS settledAt, r.version
  FROM proposals r JOIN people b ON b.id = r.by LEFT JOIN people s ON s.id = r.settled_by`;

export const changesOf = (row: Pick<ProposalRow, "changes">) => JSON.parse(row.changes) as PolicyChange[];
export const rolesOf = (row: Pick<ProposalRow, "roles">) => JSON.parse(row.roles) as Role[];

type Names = ReadonlyMap<string, string>;

/** The names of the people whose roles are proposed, by `person.<id>` and `invite.<id>`. An old invite is erased. */
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
      `SELECT path, name FROM (SELECT 'person.' || id AS path, name FROM people
         UNION ALL SELECT 'invite.' || id, name FROM invites)
       WHERE path IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(paths))
    .all<{ path: string; name: string }>();
  return new Map(results.map(({ path, name }) => [path, name]));
}

/** One change of a proposal in words. */
export const sayIn = ({ kind }: Pick<ProposalRow, "kind">, names: Names, change: PolicyChange): string =>
  kind === "role" ? sayRoleChange(change, names.get(change.path)) : sayChange(change);

export function toProposal({ byEmail: _, ...row }: ProposalRow, names: Names): Proposal {
  const changes = changesOf(row);
  const effect = JSON.parse(row.effect) as { path: string; n: number }[];
  return {
    ...row,
    roles: rolesOf({ roles: row.roles }),
    changes: changes.map((change) => ({ ...change, text: sayIn(row, names, change) })),
    effect: effect.map(({ path, n }) => {
      const change = changes.find((one) => one.path === path)!;
      return { path, n, text: sayEffect(change, n) };
    }),
  };
}
