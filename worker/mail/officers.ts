/** Which roles get which mail. Only here, so that one look tells who hears of what. */
import type { Role } from "../../shared/people/api.ts";
import type { Template } from "../../shared/texts/mail/mail.en.ts";

export const officers = {
  budget: ["admin", "compliance"],
  "canary-missing": ["admin"],
  "canary-passed": ["admin"],
  "canary-probed": ["admin"],
  "calls-blocked": ["manager", "compliance", "admin"],
  "clock-jobs": ["admin"],
  "connector-failed": ["admin"],
  "database-size": ["admin"],
  // Those who may record consents by policy: jobs/reminders.ts.
  "consents-review": ["manager", "compliance"],
  "duties-due": ["compliance", "admin"],
  "erasure-failed": ["compliance", "admin"],
  "recording-missing": ["compliance", "admin"],
  "files-left": ["compliance", "admin"],
  "free-keys": ["admin", "compliance"],
  head: ["admin", "compliance"],
  "hold-review": ["compliance"],
  "list-age": ["admin"],
  lookup: ["admin"],
  // By the service of before: mail/changed.ts.
  "mail-service": ["admin", "compliance"],
  "objection-ended": ["compliance", "admin"],
  "much-told": ["admin", "compliance"],
  "objection-scoped": ["compliance", "admin"],
  "objections-taken-back": ["compliance", "admin"],
  "objections-scope": ["compliance", "admin"],
  "recording-outside": ["compliance", "admin"],
  "recordings-lost": ["compliance", "admin"],
  "recordings-refused": ["admin"],
  "register-freed": ["compliance", "admin"],
  "request-due": ["compliance", "admin"],
  "request-flood": ["compliance", "admin"],
  "request-many": ["compliance", "admin"],
  "request-slowed": ["compliance", "admin"],
  "request-withdrawn": ["compliance", "admin"],
  "review-due": ["manager", "admin"],
  statement: ["admin", "compliance"],
  "erasures-unread": ["compliance", "admin"],
  "rows-kept-back": ["compliance", "admin"],
  "rows-unlike": ["compliance", "admin"],
  sync: ["admin"],
  "webhook-off": ["admin"],
  "set-up-again": ["admin", "compliance"],
  "trail-cut": ["admin", "compliance"],
  "trail-found": ["admin", "compliance"],
  "work-late": ["compliance", "admin"],
} as const satisfies Partial<Record<Template, readonly Role[]>>;

/** Active people with one of these roles, without integrations: rows of `{ id, email }`. */
export const peopleWith = (db: D1Database, roles: readonly Role[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT id, email FROM people WHERE active = 1 AND kind = 'person' AND role IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(roles));
