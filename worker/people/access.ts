/** Shared by the routes that give and take access: a new person's answer, and the statements that end access. */
import type { Person } from "../../shared/people/api.ts";
import { sql, type Statement } from "../core/sql.ts";
import { isAlive } from "../core/auth.ts";

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
  sql("INSERT INTO owners (id, prefix, at) VALUES (?, ?, ?)", id, prefix, at);

/** Revokes all tokens of a person. */
export const endTokens = (person: string, at: string): Statement =>
  sql("UPDATE tokens SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL", at, person);

/** SQL: the ids of administrators with a valid token. `now` is a parameter's name. */
export const adminsIn = (now: string): string =>
  `SELECT a.id FROM people a JOIN tokens t ON t.person = a.id WHERE a.role = 'admin' AND a.active = 1 AND ${isAlive(now)}`;

/**
 * The last statement of a change that takes an administrator away. If no administrator with a valid token would be left,
 * it violates `marks.value NOT NULL`, and so refuses the whole batch (last-admin).
 */
export const requireAdmin = (at: string): Statement =>
  sql(`UPDATE marks SET value = NULL WHERE name = 'setup' AND NOT EXISTS (${adminsIn("?1")})`, at);
