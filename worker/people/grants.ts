/**
 * Roles above agent wait for a second person: an administrator alone could otherwise invite the person who approves what
 * they propose. Until then a new person is an agent, and a known one keeps their role. So does the code for another browser of
 * a known person where no mail service brings it to them alone: whoever holds it becomes them.
 */
import type { Context } from "hono";
import type { GrantProposed, Role } from "../../shared/people/api.ts";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { HOUR } from "../../shared/core/time.ts";
import { isMore } from "../../shared/policy/sign-in.ts";
import { sayRoleChange } from "../../shared/texts/policy/proposals.en.ts";
import { peopleBound } from "../core/access-bound.ts";
import { changeBound } from "../core/states.ts";
import { Problem } from "../core/errors.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { isSetUpDay, type Made, propose } from "../policy/propose.ts";
import { endInvites, stateOf } from "./access.ts";
import { bindRole, INVITE_HOURS } from "./invite-bound.ts";
import { codeHolders } from "./one.ts";

/** Whether `to` is a role above agent that allows more than `from`. Null: no access yet. */
export const isGrant = (from: Role | null, to: Role): boolean => to !== "agent" && isMore(from, to);

/** Of a known person, in the hands of whoever made the invite: it waits whatever the role. */
export const isBrowser = (path: string): boolean => path.startsWith("browser.");

interface Granted {
  /** `person.<id>`, `invite.<id>`, or `browser.<id>` of an invite for another browser. */
  path: string;
  name: string;
  email: string;
  from: Role | null;
  to: Role;
}

/**
 * The proposal of a role, and the role to give meanwhile; null where the role can be given at once. `set-up-day`: it can, for
 * that reason alone.
 */
export async function grant(
  c: Context<App>,
  { path, name, email, from, to }: Granted,
  now: number,
): Promise<{ statements: Statement[]; meanwhile: Role; proposed: GrantProposed } | "set-up-day" | null> {
  const more = isGrant(from, to);
  if (!more && !isBrowser(path)) return null;
  const db = c.env.DB;
  const known = await db
    .prepare(
      `SELECT (SELECT value FROM marks WHERE name = 'setup') AS setUp,
         (SELECT COUNT(*) FROM people WHERE active = 1 AND role = ?1) AS holders,
         ${codeHolders("?2")} AS codeOf`,
    )
    .bind(to, path.replace("person.", ""))
    .first<{ setUp: string | null; holders: number; codeOf: string | null }>();
  if (isSetUpDay(known?.setUp ?? null, now)) return "set-up-day";
  const meanwhile = more ? (from ?? "agent") : to;
  const { version: base } = await currentPolicy(db);
  const change: PolicyChange = { path, from: meanwhile, to };
  const made: Made = {
    kind: "role",
    base,
    changes: [change],
    effect: [{ path, n: known?.holders ?? 0 }],
    why: "",
    roles: ["admin"],
    what: sayRoleChange(change, {
      ...{ name, email },
      codeOf: path.startsWith("invite.") ? c.get("actor")!.name : (known?.codeOf ?? null),
    }),
  };
  const { row, statements } = await propose(c, c.get("actor")!, made, now);
  return { statements, meanwhile, proposed: { id: row.id, role: to, countsAt: row.countsAt } };
}

/** The statements that give the role of an approved proposal. Throws proposal-moved where the person has another role by now. */
export async function carryOutGrant(
  db: D1Database,
  { path, from, to }: PolicyChange,
  at: string,
): Promise<Statement[]> {
  const [what = "", id = ""] = path.split(".");
  if (isBrowser(path)) return openBrowser(db, id, to as Role, at);
  const invite = what === "invite";
  const found = await db
    .prepare(
      invite
        ? `SELECT p.id, COALESCE(p.role, i.role) AS role, COALESCE(p.active, 1) AS active FROM invites i
           LEFT JOIN people p ON i.used_at IS NOT NULL AND p.email = i.email COLLATE NOCASE AND p.kind = 'person'
           WHERE i.id = ?`
        : "SELECT id, role, active FROM people WHERE id = ?",
    )
    .bind(id)
    .first<{ id: string | null; role: Role; active: number }>();
  if (!found || found.role !== from || found.active === 0) throw new Problem("proposal-moved");
  // Whose code is used at this moment refuses the change (conflict): they are in `people` then, and get the role there.
  if (found.id === null)
    return [
      bindRole(
        sql("UPDATE invites SET role = ?, by = IIF(used_at IS NULL, by, NULL) WHERE id = ?", to as Role, id),
        id,
        to as Role,
      ),
    ];
  const before = await stateOf(db, found.id);
  return [
    changeBound(peopleBound, before, { role: to as Role, role_by: "admin" }, at),
    endInvites(found.id, at),
  ];
}

/** The code works from now on. Not where the person has changed since: it would bring back the old role, or the person. */
async function openBrowser(db: D1Database, id: string, role: Role, at: string): Promise<Statement[]> {
  const found = await db
    .prepare(
      `SELECT 1 FROM invites i JOIN people p ON p.email = i.email AND p.kind = 'person'
       WHERE i.id = ? AND i.used_at IS NULL AND COALESCE(p.changed_at, '') <= i.created_at`,
    )
    .bind(id)
    .first();
  if (!found) throw new Problem("proposal-moved");
  const until = new Date(Date.parse(at) + INVITE_HOURS * HOUR).toISOString();
  return [
    bindRole(sql("UPDATE invites SET role = ?, expires_at = ? WHERE id = ?", role, until, id), id, role),
  ];
}
