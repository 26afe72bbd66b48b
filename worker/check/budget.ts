/**
 * An agent's hourly limit of numbers (policy `access.numbersPerHour`). The answer to a check says whether a number is
 * on a register, and nobody should read a whole register out by asking about every number. An agent who asks about more
 * is refused, and the administrators and compliance officers get a mail. Other roles work with whole registers anyway.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import type { Context } from "hono";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { dialFrom } from "../dials/rows.ts";
import type { Actor, App } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { DAY } from "../../shared/core/time.ts";

const USEFUL = 7 * DAY;

const budget = `COALESCE((SELECT json_extract(doc, '$.access.numbersPerHour')
  FROM policies ORDER BY version DESC LIMIT 1), ${defaultPolicy.access.numbersPerHour})`;

/** Counts the numbers of a check. Throws `too-many-numbers` where an agent has fewer left in this hour. */
export async function spend(c: Context<App>, numbers: number): Promise<void> {
  const actor = c.get("actor")!;
  if (actor.role !== "agent") return;
  const hour = new Date().toISOString().slice(0, 13);
  // A refused check is not counted: a smaller one may still be answered.
  const counted = await c.env.DB.prepare(
    `INSERT INTO asked (person, hour, numbers) VALUES (?1, ?2, ?3)
     ON CONFLICT (person, hour) DO UPDATE SET numbers = numbers + ?3 WHERE numbers + ?3 <= ${budget}
     RETURNING numbers`,
  )
    .bind(actor.id, hour, numbers)
    .first();
  if (counted) return;
  await tell(c, actor, hour);
  throw new Problem("too-many-numbers", details.moreNumbers);
}

/** The answer to a dial also says whether its number is blocked, so an agent's dials in an hour have the same limit. */
export async function spendDial(c: Context<App>): Promise<void> {
  const actor = c.get("actor")!;
  if (actor.role !== "agent") return;
  const hour = new Date().toISOString().slice(0, 13);
  const { made, most } = (await c.env.DB.prepare(
    `SELECT ${budget} AS most, (SELECT COUNT(*) FROM dials
       WHERE by = (SELECT num FROM people WHERE id = ?) AND num >= ?) AS made`,
  )
    .bind(actor.id, dialFrom(`${hour}:00:00Z`))
    .first<{ made: number; most: number }>())!;
  if (made >= most) await spend(c, most);
}

/** Logs the excess and mails the officers, once for each person and hour. */
async function tell(c: Context<App>, { id, name }: Actor, hour: string): Promise<void> {
  const db = c.env.DB;
  const row = await db
    .prepare(`SELECT told, numbers, ${budget} AS most FROM asked WHERE person = ? AND hour = ?`)
    .bind(id, hour)
    .first<{ told: number; numbers: number; most: number }>();
  if (!row || row.told === 1) return;
  const { numbers, most } = row;
  const mails = await mailOfficers(db, {
    template: "budget",
    values: { name, most },
    key: `budget:${id}:${hour}`,
    until: new Date(Date.now() + USEFUL).toISOString(),
  });
  const change = {
    actor: id,
    event: { code: "check.over-budget", subject: id, payload: { hour, numbers, most } },
    statements: [
      // Of two requests at once the second is refused: a constraint keeps `told` at 1.
      sql("UPDATE asked SET told = told + 1 WHERE person = ? AND hour = ?", id, hour),
      ...mails,
    ],
  };
  try {
    await record(c.env, change);
  } catch (error) {
    if (!String(error).includes("CHECK constraint failed: told")) throw error;
  }
  sendSoon(c);
}
