/**
 * Daily reminders by mail: registers that grow old or were never loaded, the policy's next review, reviews of legal
 * holds, privacy requests, their files that a store has not erased, and a database that grows full.
 */
import type { Role } from "../../shared/people/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { reviewersOf } from "../../shared/policy/reviewers.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf, monthsLater } from "../../shared/core/calendar.ts";
import { gigabytes, levelOf, percentOf } from "../../shared/overview/database.ts";
import { ageInDays, isTooOld, maxAgeOf } from "../../shared/registers/age.ts";
import { english, sayDate } from "../../shared/texts/language.ts";
import type { MailValues } from "../../shared/texts/mail/mail.en.ts";
import { record } from "../core/commit.ts";
import type { Env } from "../env.ts";
import { waitingOf } from "../do-not-call/waiting.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";
import { officers } from "../mail/officers.ts";
import { mail } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { sizeOf } from "../overview/size.ts";
import { freeKeysEnd, withoutPrefix } from "../recordings/objects.ts";
import { requestsDue } from "../privacy-requests/requests-due.ts";
import { requestsOver } from "../privacy-requests/files/over.ts";
import { DAY } from "../../shared/core/time.ts";

/** A mail that waits longer is dropped. Sent mails leave the outbox after as long, and then the reminder is repeated. */
const USEFUL = 30 * DAY;
const REVIEW_NOTICE = 30 * DAY;
const FREE_KEYS_NOTICE = 30 * DAY;
/** Days before a register's copy is too old on which the second reminder is sent. */
const LATE = 3;
/** Most reminders a run, each a commit of its own. The next day's run continues. */
const MOST = 200;

/** `about` names the occasion: a second mail of the same occasion is not sent to the same person. */
type Reminded =
  | "consents-review"
  | "database-size"
  | "duties-due"
  | "files-left"
  | "free-keys"
  | "hold-review"
  | "list-age"
  | "objections-scope"
  | "request-due"
  | "review-due";
type Reminder = { about: string; roles?: readonly Role[] } & {
  [T in Reminded]: { template: T; values: MailValues[T] };
}[Reminded];

/** Sends each officer one mail for each occasion (`about`). Occasions already mailed do not count towards MOST. */
export async function remind(env: Env, now: number): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  const { results: lists } = await env.DB.prepare(selectHeads).all<HeadRow>();
  const due: Reminder[] = [
    ...registersDue(lists, policy, now),
    ...reviewsDue(policy, now),
    ...(await holdsDue(env.DB, policy, now)),
    ...(await filesDue(env.DB, policy, now)),
    ...(await freeKeysDue(env, now)),
    ...(await sizeDue(env.DB, now)),
    ...(await entriesDue(env.DB, policy, now)),
    ...(await requestsDue(env.DB, policy, now)),
  ];
  if (due.length === 0) return;
  const { results: people } = await env.DB.prepare(
    "SELECT id, email, role FROM people WHERE active = 1 AND kind = 'person'",
  ).all<{ id: string; email: string; role: Role }>();
  const { results: keys } = await env.DB.prepare("SELECT key FROM outbox").all<{ key: string }>();
  const known = new Set(keys.map(({ key }) => key));

  let said = 0;
  for (const { about, roles: named, ...letter } of due) {
    const roles: readonly Role[] = named ?? officers[letter.template];
    const mails = people
      .filter((p) => roles.includes(p.role) && !known.has(`${about}:${p.id}`))
      .map((p) =>
        mail({
          ...letter,
          to: p.email,
          key: `${about}:${p.id}`,
          until: new Date(now + USEFUL).toISOString(),
        }),
      );
    if (mails.length === 0) continue;
    if (++said > MOST) return;
    await record(env, {
      actor: "system",
      event: { code: "reminder.sent", subject: about, payload: { mails: mails.length } },
      statements: mails,
    });
  }
}

/** One mail a day while anything waits. */
async function entriesDue(db: D1Database, policy: Policy, now: number): Promise<Reminder[]> {
  const { consents, scopes } = await waitingOf(db);
  const day = dayOf(now, zoneOfPolicy(policy));
  const due: Reminder[] = [
    {
      about: `consents-review:${day}`,
      template: "consents-review",
      values: { n: consents },
      roles: reviewersOf(policy.consents.recordedBy),
    },
    { about: `objections-scope:${day}`, template: "objections-scope", values: { n: scopes } },
  ];
  return due.filter((_, i) => [consents, scopes][i]! > 0);
}

function registersDue(lists: HeadRow[], policy: Policy, now: number): Reminder[] {
  return lists.map(toHead).flatMap((list): Reminder[] => {
    // A register by lookup has no copy that could grow old.
    if (policy.registers[list.id] === "off" || list.lookup !== undefined) return [];
    const { asOf } = list;
    const max = maxAgeOf(list, policy);
    const days = asOf === null ? 0 : ageInDays(asOf, now);
    const stage = asOf === null ? "never" : ageStage(asOf, max, policy.screening.warnListAgeDays, now);
    if (stage === null) return [];
    const values = {
      stage,
      list: list.name,
      date: asOf === null ? "" : sayDate(english, asOf),
      days,
      max,
    } as const;
    return [
      {
        about: `list-age:${list.id}:${list.version}:${stage}`,
        template: "list-age",
        values,
      },
    ];
  });
}

/** With policy's defaults: "soon" from 21 days, "late" from 25, "last" at 28, "old" after that. */
function ageStage(asOf: string, max: number, warn: number, now: number) {
  if (isTooOld(asOf, max, now)) return "old";
  const days = ageInDays(asOf, now);
  if (days === max) return "last";
  if (days < warn) return null;
  return days >= max - LATE ? "late" : "soon";
}

function reviewsDue(policy: Policy, now: number): Reminder[] {
  const { lastReviewed, everyMonths } = policy.review;
  const date = lastReviewed === null ? null : monthsLater(lastReviewed, everyMonths);
  if (date !== null && now < Date.parse(date) - REVIEW_NOTICE) return [];
  const stage = date === null ? "never" : now < Date.parse(date) ? "soon" : "due";
  return [
    {
      about: `review-due:${date ?? "never"}:${stage}`,
      template: "review-due",
      values: { stage, date: date === null ? "" : sayDate(english, date) },
    },
  ];
}

/** Files that were due for erasure more than a day ago. */
async function filesDue(db: D1Database, policy: Policy, now: number): Promise<Reminder[]> {
  const left = await requestsOver(db, now - 2 * DAY);
  if (left.length === 0) return [];
  const references = left.join(", ");
  return [
    {
      about: `files-left:${dayOf(now, zoneOfPolicy(policy))}`,
      template: "files-left",
      values: { references },
    },
  ];
}

/**
 * From thirty days before the day from which on who has no prefix registers no keys, once; and once more on that day. Where the day is gone
 * from the database, they register none already: it is today.
 */
async function freeKeysDue(env: Env, now: number): Promise<Reminder[]> {
  const [day, n] = await Promise.all([freeKeysEnd(env.DB), withoutPrefix(env)]);
  const end = day || new Date(now).toISOString().slice(0, 10);
  if (n === 0 || now < Date.parse(end) - FREE_KEYS_NOTICE) return [];
  const stage = now < Date.parse(end) ? "soon" : "due";
  return [
    { about: `free-keys:${day}:${stage}`, template: "free-keys", values: { n, date: sayDate(english, end) } },
  ];
}

/** At each level once, and again each month as long as it is there; at the last each week. */
async function sizeDue(db: D1Database, now: number): Promise<Reminder[]> {
  const size = await sizeOf(db);
  const level = size && levelOf(size);
  if (level === null) return [];
  const values = { percent: percentOf(size!), size: gigabytes(size!.bytes) };
  const about = `database-size:${level}${level === 90 ? `:${Math.floor(now / (7 * DAY))}` : ""}`;
  return [{ about, template: "database-size", values }];
}

/** One mail for each review day, not for each legal hold: one claim may hold hundreds of recordings. */
async function holdsDue(db: D1Database, policy: Policy, now: number): Promise<Reminder[]> {
  const { results } = await db
    .prepare(
      "SELECT DISTINCT review_on AS reviewOn FROM recording_holds WHERE released_at IS NULL AND review_on <= ?",
    )
    .bind(dayOf(now, zoneOfPolicy(policy)))
    .all<{ reviewOn: string }>();
  return results.map(({ reviewOn }) => ({
    about: `hold-review:${reviewOn}`,
    template: "hold-review",
    values: { reviewOn: sayDate(english, reviewOn) },
  }));
}
