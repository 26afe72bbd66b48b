/** Making a proposal: its row, and the mails that tell of it. */
import type { Context } from "hono";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { type Role, roleSchema } from "../../shared/people/api.ts";
import type { Second } from "../../shared/policy/second.ts";
import { proposalsEn } from "../../shared/texts/policy/proposals.en.ts";
import { DAY } from "../../shared/core/time.ts";
import { english, sayDate } from "../../shared/texts/language.ts";
import { insertBound } from "../core/bound.ts";
import { Problem } from "../core/errors.ts";
import type { Statement } from "../core/sql.ts";
import type { Actor, App } from "../env.ts";
import { peopleWith } from "../mail/officers.ts";
import { mail } from "../mail/outbox.ts";
import { proposalsBound } from "./bound.ts";
import { ALONE, isAlone, type ProposalRow, rolesOf } from "./proposal-rows.ts";
import { saidOfProposal } from "./proposed.ts";

/** A proposal that nobody has settled expires. */
const EXPIRES = 7 * DAY;
/** Until then the first administrator, who is alone, gives roles and loosens the policy at once. */
const SET_UP = DAY;

/** Who could approve what this person proposes. */
export async function secondOf(db: D1Database, by: string, now: number): Promise<Second> {
  const known = await db
    .prepare(
      `SELECT ${isAlone("?1", "'[\"admin\"]'", "?2")} AS noAdmin, ${isAlone("?1", "'[\"compliance\"]'", "?2")} AS noOfficer,
         (SELECT value FROM marks WHERE name = 'setup') AS setUp`,
    )
    .bind(by, new Date(now).toISOString())
    .first<{ noAdmin: number; noOfficer: number; setUp: string | null }>();
  return {
    others: [
      ...(known?.noAdmin ? [] : ["admin" as const]),
      ...(known?.noOfficer ? [] : ["compliance" as const]),
    ],
    setUpDay: isSetUpDay(known?.setUp ?? null, now),
  };
}

/** `setUp`: the mark of that name. */
export const isSetUpDay = (setUp: string | null, now: number): boolean =>
  setUp !== null && now < Date.parse(setUp) + SET_UP;

/** Whether somebody may approve what they made themselves: a day has gone by, and nobody else could. */
export async function mayAlone(
  db: D1Database,
  { by, at, roles }: { by: string; at: string; roles: readonly Role[] },
  now: number,
): Promise<boolean> {
  if (Date.parse(at) > now - ALONE) return false;
  const found = await db
    .prepare(`SELECT ${isAlone("?1", "?2", "?3")} AS alone`)
    .bind(by, JSON.stringify(roles), new Date(now).toISOString())
    .first<{ alone: number }>();
  return found?.alone === 1;
}

export interface Made {
  kind: ProposalRow["kind"];
  base: number;
  changes: readonly PolicyChange[];
  effect: readonly { path: string; n: number }[];
  why: string;
  roles: readonly Role[];
  /** The changes in words, for the mails. */
  what: string;
}

/** The statements of a proposal for a commit, and its row as they make it. Call `sendSoon` after the commit. */
export async function propose(
  c: Context<App>,
  { id: by, kind: who, name }: Actor,
  made: Made,
  now: number,
): Promise<{ row: ProposalRow; statements: Statement[] }> {
  // Whoever made an integration could approve what it proposes.
  if (who === "integration") throw new Problem("role-not-allowed");
  const db = c.env.DB;
  const iso = (ms: number) => new Date(ms).toISOString();
  const roles = JSON.stringify(made.roles);
  const alone = await db
    .prepare(
      `SELECT ${isAlone("?1", "?2", "?3")} AS alone,
         EXISTS (SELECT 1 FROM people WHERE id <> ?1 AND active = 1 AND kind = 'person') AS others`,
    )
    .bind(by, roles, iso(now))
    .first<{ alone: number; others: number }>();
  const row: ProposalRow = {
    ...{ id: crypto.randomUUID(), kind: made.kind, base: made.base, why: made.why, roles, by, byName: name },
    ...{ changes: JSON.stringify(made.changes), effect: JSON.stringify(made.effect), at: iso(now) },
    ...{ expiresAt: iso(now + EXPIRES), countsAt: alone?.alone === 1 ? iso(now + ALONE) : null },
    // Nobody has heard of it yet, unless there is nobody else.
    ...{ alone: alone?.alone ?? 0, toldAt: alone?.others === 0 ? iso(now) : null, told: "[]" },
    ...{ state: "open", settledBy: null, settledByName: null, settledAt: null, version: null, byEmail: null },
  };
  const { id, kind, base, changes, effect, why, at } = row;
  const inserted = insertBound(proposalsBound, [
    {
      ...{ id, kind, base, changes, effect, why, by, roles, at, state: "open" },
      ...{ expires_at: row.expiresAt, counts_at: row.countsAt },
    },
  ]);
  return {
    row,
    statements: [
      { ...inserted, binds: [...inserted.binds!, saidOfProposal(row)] },
      ...(await news(db, row, made.what)),
    ],
  };
}

/** The id of an open proposal of the same changes by the same person, or null. */
export const openLike = (db: D1Database, by: string, changes: readonly PolicyChange[], now: number) =>
  db
    .prepare("SELECT id FROM proposals WHERE state = 'open' AND by = ? AND changes = ? AND expires_at > ?")
    .bind(by, JSON.stringify(changes), new Date(now).toISOString())
    .first<string>("id");

/** The mails that tell of a proposal: to whoever may approve it, or, where it counts by itself, to everyone. */
async function news(db: D1Database, row: ProposalRow, what: string): Promise<Statement[]> {
  const alone = row.countsAt;
  const roles = alone === null ? rolesOf(row) : roleSchema.options;
  const { results } = await peopleWith(db, roles).all<{ id: string; email: string }>();
  const said = { what, why: row.why || proposalsEn.noReason, by: row.byName };
  return (
    results
      // Whoever proposed what counts by itself is told as well: their account may have been taken over.
      .filter(({ id }) => alone !== null || id !== row.by)
      .map(({ id, email }) => {
        const letter = { to: email, key: `proposal:${row.id}:${id}`, until: row.expiresAt };
        return alone === null
          ? mail({
              ...letter,
              template: "proposal",
              values: { ...said, date: sayMoment(row.expiresAt) },
            })
          : mail({ ...letter, template: "proposal-alone", values: { ...said, date: sayMoment(alone) } });
      })
  );
}

/**
 * The mails to everyone that somebody alone loosened something on the day of set-up, their own among them: their account may
 * have been taken over. `key` names the occasion. Call `sendSoon` after the commit.
 */
export async function tellSetUpDay(
  db: D1Database,
  { key, ...values }: { key: string; what: string; why: string; by: string },
  now: number,
): Promise<Statement[]> {
  const { results } = await peopleWith(db, roleSchema.options).all<{ id: string; email: string }>();
  const until = new Date(now + EXPIRES).toISOString();
  return results.map(({ id, email }) =>
    mail({ template: "set-up-day", to: email, key: `set-up-day:${key}:${id}`, until, values }),
  );
}

/** `28 Nov 2026, 15:04 UTC`. */
const sayMoment = (at: string): string => `${sayDate(english, at.slice(0, 10))}, ${at.slice(11, 16)} UTC`;
