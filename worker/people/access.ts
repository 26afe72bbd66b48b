/** What the rooms that let people in and out share: a person who is let in, and what ends with a role or with access. */
import type { Person } from "../../shared/people/api.ts";
import { sql, type Statement } from "../core/sql.ts";
import { isAlive } from "../core/auth.ts";

type Given = Pick<Person, "id" | "name" | "email" | "role"> & Partial<Person>;

/** A person who is let in at `at`, as the answer shows them: an active one, seen nowhere yet. */
export const letIn = (at: string, given: Given): Person => ({
  kind: "person",
  active: true,
  createdAt: at,
  lastSeenAt: null,
  ...given,
});

/**
 * An invite that is still out would bring an old role back, or the person; so would one that they made. Goes with every
 * change of a role and with every end of access.
 */
export const endInvites = (person: string, at: string): Statement =>
  sql(
    `UPDATE invites SET expires_at = ?1 WHERE used_at IS NULL AND expires_at > ?1
     AND (by = ?2 OR email = (SELECT email FROM people WHERE id = ?2) COLLATE NOCASE)`,
    at,
    person,
  );

export const endTokens = (person: string, at: string): Statement =>
  sql("UPDATE tokens SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL", at, person);

/** Administrators who can get in: with a token that is alive. `now` is a parameter's name. */
export const adminsIn = (now: string): string =>
  `SELECT a.id FROM people a JOIN tokens t ON t.person = a.id WHERE a.role = 'admin' AND a.active = 1 AND ${isAlive(now)}`;

/**
 * For a change that takes an administrator away, behind its other statements: where none would be left who can get in,
 * the whole batch is refused (last-admin), as `marks` holds no NULL.
 */
export const wantAdmin = (at: string): Statement =>
  sql(`UPDATE marks SET value = NULL WHERE name = 'setup' AND NOT EXISTS (${adminsIn("?1")})`, at);
