/** Ends a proposal: carries it out for the second person who approves it, or, where there is none, when it counts. */
import type { Proposal } from "../../shared/policy/api.ts";
import { clauseValue, type PolicyChange } from "../../shared/policy/clauses.ts";
import { withChanges } from "../../shared/policy/loosened.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { roleSchema } from "../../shared/people/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { sayClause } from "../../shared/texts/policy/clauses.en.ts";
import { proposalsEn } from "../../shared/texts/policy/proposals.en.ts";
import { insertBound } from "../core/bound.ts";
import { changed, record } from "../core/commit.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changeBound, statesOf } from "../core/states.ts";
import type { Env } from "../env.ts";
import { peopleWith } from "../mail/officers.ts";
import { mail } from "../mail/outbox.ts";
import { carryOutGrant } from "../people/grants.ts";
import { endVouched } from "../people/one.ts";
import { carryOutRegister, isOfRegister } from "../registers/loosened.ts";
import { recheckPolicy } from "../watching/recheck.ts";
import { policiesBound, proposalsBound } from "./bound.ts";
import { refuseFaults } from "./checks.ts";
import { currentPolicy, docOf } from "./current.ts";
import {
  changesOf,
  countsFrom,
  namesIn,
  type ProposalRow,
  sayIn,
  selectProposals,
  toldOf,
} from "./proposal-rows.ts";
import { namesOf } from "./egress.ts";
import { saysDescribed } from "./taken-over.ts";
import { isProposed } from "./proposed.ts";

/** A new version of the policy: its row, and who must hear of it. */
export function newVersion(
  version: number,
  policy: Policy,
  { at, by, why }: { at: string; by: string; why: string },
  changes: readonly PolicyChange[],
): Statement[] {
  const moved = movedNames(policy, changes);
  return [
    // Of two concurrent saves, the key on policies.version refuses the second.
    insertBound(policiesBound, [{ version, doc: docOf(policy), at, by, why }]),
    changed("policy", String(version)),
    // Once described, a recipient of before is one as long as the policy names it.
    {
      ...sql(
        `UPDATE recipients_before SET described_at = ?1
         WHERE described_at IS NULL AND kind || ' ' || host IN (SELECT value FROM json_each(?2))`,
        ...[at, JSON.stringify([...namesOf(policy.recipients), ...moved])],
      ),
      binds: moved.map(saysDescribed),
    },
    ...recheckPolicy(changes, at),
  ];
}

/** The recipients that these changes bring or take away, by kind and host. One that was named has been described. */
function movedNames(policy: Policy, changes: readonly PolicyChange[]): string[] {
  const change = changes.find(({ path }) => path === "recipients");
  if (!change) return [];
  const before = new Set(namesOf(change.from as Policy["recipients"]));
  const after = new Set(namesOf(policy.recipients));
  return [...new Set([...before, ...after])].filter((name) => !before.has(name) || !after.has(name));
}

/**
 * The statements that carry a proposal out, and the version that it becomes. Throws proposal-moved where what it changes
 * has another value by now.
 */
async function carryOut(
  db: D1Database,
  row: ProposalRow,
  now: number,
): Promise<{ statements: Statement[]; version: number | null }> {
  const changes = changesOf(row);
  const at = new Date(now).toISOString();
  if (row.kind === "role")
    return {
      statements: (await Promise.all(changes.map((change) => carryOutGrant(db, change, at)))).flat(),
      version: null,
    };
  if (changes.some(isOfRegister))
    return { statements: await carryOutRegister(db, changes, at), version: null };
  const current = await currentPolicy(db);
  const moved = changes.filter(
    ({ path, from }) => JSON.stringify(clauseValue(current.policy, path)) !== JSON.stringify(from),
  );
  if (moved.length > 0)
    throw new Problem(
      "proposal-moved",
      moved.map(({ path }) => sayClause(path)).join("; "),
      moved.map(({ path }) => ({ path: `policy.${path}`, message: proposalsEn.moved })),
    );
  const next = withChanges(current.policy, changes);
  refuseFaults(current.policy, next, now);
  const version = current.version + 1;
  // The version is the proposer's; who approved it stands in the proposal.
  return { statements: newVersion(version, next, { at, by: row.by, why: row.why }, changes), version };
}

type End = Exclude<Proposal["state"], "open">;

/** Throws proposal-moved where it is not as somebody made it. The statements that end a proposal, its event, and the version that it became. A trigger lets each end only once. */
export async function settle(
  env: Env,
  row: ProposalRow,
  state: End,
  { by, byName = "", now }: { by: string | null; byName?: string; now: number },
) {
  const db = env.DB;
  const at = new Date(now).toISOString();
  const done = state === "approved" || state === "counted";
  if (done && !(await isProposed(env, row))) throw new Problem("proposal-moved", proposalsEn.notMade);
  const [before] = await statesOf(db, proposalsBound, "id = ?", row.id);
  const { statements, version } = done ? await carryOut(db, row, now) : { statements: [], version: null };
  return {
    version,
    at,
    event: {
      code: `proposal.${state}`,
      subject: row.id,
      payload: {
        ...{ kind: row.kind, why: row.why, changes: changesOf(row), version },
        // Who could have refused it.
        ...(state === "counted" && { told: toldOf(row).map(({ person, how, at }) => ({ person, how, at })) }),
      },
    },
    statements: [
      changeBound(proposalsBound, before!, { state, settled_by: by, settled_at: at, version }, at),
      ...statements,
      // With the role they say who it is, by the address that they read.
      ...(state === "approved" && row.kind === "role"
        ? (await Promise.all(changesOf(row).map(({ path }) => endVouched(db, path, row.by, by!, at)))).flat()
        : []),
      ...(await news(db, row, state, byName)),
    ],
  };
}

/** The mails that tell how it ended: to whoever proposed it, and to everyone where no second person approved it. */
async function news(db: D1Database, row: ProposalRow, state: End, name: string): Promise<Statement[]> {
  if (state === "withdrawn") return [];
  const names = await namesIn(db, [row]);
  const what = changesOf(row)
    .map((change) => sayIn(row, names, change))
    .join("; ");
  const values = { what, how: fill(proposalsEn.settled[state], { name }) };
  const { results } = await peopleWith(db, roleSchema.options).all<{ id: string; email: string }>();
  return results
    .filter(({ id }) => state === "counted" || id === row.by)
    .map(({ id, email: to }) =>
      mail({ template: "proposal-settled", values, to, key: `proposal-settled:${row.id}:${id}` }),
    );
}

/**
 * Scheduled every five minutes: expires proposals, and lets those count that nobody else could approve. Throws once all were
 * tried, with those that failed.
 */
export async function settleDue(env: Env, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  const { results } = await env.DB.prepare(`${selectProposals} WHERE r.state = 'open' ORDER BY r.at`)
    .bind(at)
    .all<ProposalRow>();
  const failed: string[] = [];
  for (const row of results) {
    const counts = countsFrom(row);
    const state = row.expiresAt <= at ? "expired" : counts !== null && counts <= at ? "counted" : null;
    if (state === null) continue;
    try {
      const { event, statements } = await settle(env, row, state, { by: null, now });
      await record(env, { actor: "system", event, statements });
    } catch (error) {
      // What it changes has another value by now, or somebody settled it at this moment: it stays until it expires.
      if (!problemOf(error))
        failed.push(`${row.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  // The others are settled; the run fails as a whole, so that it is told.
  if (failed.length > 0) throw new Error(`proposals ${failed.join("; ")}`);
}
