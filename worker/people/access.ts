/** Shared by the routes that give and take access: a new person's answer, and the statements that end access. */
import type { Person } from "../../shared/people/api.ts";
import { linesBound, ownersBound, peopleBound, tokensBound } from "../core/access-bound.ts";
import { isAlive } from "../core/auth.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { Problem } from "../core/errors.ts";
import { sql, type Statement } from "../core/sql.ts";
import { rowsBelow } from "../recordings/erasing/by-index.ts";

type Given = Pick<Person, "id" | "name" | "email" | "role"> & Partial<Person>;

/** A person who joins at `at`, for the answer: active, and not seen yet. */
export const newcomer = (at: string, given: Given): Person => ({
  kind: "person",
  scopes: null,
  active: true,
  createdAt: at,
  lastSeenAt: null,
  ...given,
});

/**
 * Expires the open invites to and by a person. Include it in every change of role and every end of access: such an
 * invite would bring back the old role, or the person.
 */
export const endInvites = (person: string, at: string): Statement =>
  sql(
    `UPDATE invites SET expires_at = ?1 WHERE used_at IS NULL AND expires_at > ?1
     AND (by = ?2 OR email = (SELECT email FROM people WHERE id = ?2) COLLATE NOCASE)`,
    at,
    person,
  );

/** An integration's keys are those below the prefix. One that overlaps with another's is refused (prefix-taken). */
export const insertOwner = (id: string, prefix: string, at: string): Statement =>
  insertBound(ownersBound, [{ id, prefix, at }]);

/** An integration's line is there, for the gate. */
export const insertLine = (integration: string, region: string, at: string): Statement =>
  insertBound(linesBound, [{ integration, region, at }]);

/** SQL: owner `id` (a parameter) has a prefix that an upgrade guessed, and nothing below it. */
export const isGuessed = (
  id: string,
): string => `EXISTS (SELECT 1 FROM owners o JOIN owners_guessed g ON g.id = o.id
  WHERE o.id = ${id} AND NOT EXISTS (SELECT 1 FROM (${rowsBelow("o.prefix", "x.source")}) r
      CROSS JOIN recording_sources s ON s.num = r.source WHERE s.by = o.id)
    AND NOT EXISTS (SELECT 1 FROM closed_kept_folders k WHERE k.by = o.id
      AND k.folder >= o.prefix AND k.folder < substr(o.prefix, 1, length(o.prefix) - 1) || '0'))`;

/** Gives an owner its prefix: where it has none, or in the place of one that an upgrade guessed. Once. */
export async function givePrefix(
  db: D1Database,
  id: string,
  prefix: string,
  at: string,
): Promise<Statement[]> {
  const [guessed] = await statesOf(db, ownersBound, `id = ?1 AND ${isGuessed("?1")}`, id);
  return [
    guessed
      ? changeBound(ownersBound, guessed, { prefix, at }, at, [isGuessed("?"), id])
      : insertOwner(id, prefix, at),
    sql("DELETE FROM owners_guessed WHERE id = ?", id),
  ];
}

/**
 * Revokes all tokens of a person, or those of the people that a condition names, with its parameter. One that is made meanwhile
 * refuses the change (conflict), which then ends that one too.
 */
export async function endTokens(
  db: D1Database,
  whose: string,
  at: string,
  where = "?1",
): Promise<Statement[]> {
  const alive = `revoked_at IS NULL AND person IN (${where})`;
  const tokens = await statesOf(db, tokensBound, alive, whose);
  return [
    ...tokens.map((token) => changeBound(tokensBound, token, { revoked_at: at }, at)),
    sql(`UPDATE tokens SET rev = NULL WHERE ${alive}`, whose),
  ];
}

/**
 * Revokes those tokens of a person that came by a code which somebody else was shown, as they come in by a way that is theirs
 * alone: from then on they may be a second person.
 */
export async function endHeld(db: D1Database, person: string, at: string): Promise<Statement[]> {
  const held = "revoked_at IS NULL AND person = ? AND id IN (SELECT token FROM tokens_held)";
  const tokens = await statesOf(db, tokensBound, held, person);
  return tokens.map((token) => changeBound(tokensBound, token, { revoked_at: at }, at));
}

/** A person's row as it is, to change it by `changeBound`. Throws not-found. */
export async function stateOf(db: D1Database, id: string): Promise<NewRow> {
  const [row] = await statesOf(db, peopleBound, "id = ?", id);
  if (!row) throw new Problem("not-found");
  return row;
}

/** A new person, active. */
export const insertPerson = (
  { id, name, email, role }: Pick<Person, "id" | "name" | "role"> & { email: string },
  at: string,
  more: NewRow = {},
): Statement =>
  insertBound(peopleBound, [
    {
      ...{ id, kind: "person", name, email, role, role_by: "admin", scopes: null, active: 1 },
      ...{ issuer: null, subject: null, created_at: at, ...more },
    },
  ]);

/** Inserts a person, or makes the one with this id active with this role; the provider's account is bound again at a sign-in. */
export async function putPerson(
  db: D1Database,
  { id, name, email, role }: Person,
  at: string,
): Promise<Statement> {
  const [known] = await statesOf(db, peopleBound, "id = ?", id);
  const given = { name, role, role_by: "admin", active: 1, issuer: null, subject: null };
  return known
    ? changeBound(peopleBound, known, given, at)
    : insertPerson({ id, name, email: email!, role }, at);
}

/** SQL: the ids of administrators with a valid token. `now` is a parameter's name. */
export const adminsIn = (now: string): string =>
  `SELECT a.id FROM people a JOIN tokens t ON t.person = a.id WHERE a.role = 'admin' AND a.active = 1 AND ${isAlive(now)}`;

/**
 * The last statement of a change that takes an administrator away. If no administrator with a valid token would be left,
 * it violates `marks.value NOT NULL`, and so refuses the whole batch (last-admin).
 */
export const requireAdmin = (at: string): Statement =>
  sql(`UPDATE marks SET value = NULL WHERE name = 'setup' AND NOT EXISTS (${adminsIn("?1")})`, at);
