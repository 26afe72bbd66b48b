/**
 * The daily statement for the company's file: signed figures of each day, bound to the trail by an event that names its hash,
 * in the bucket and by mail as the trail's heads are. What is made is never made again.
 */
import * as z from "zod";
import { date } from "../../shared/api.ts";
import {
  type Statement,
  type StatementDocument,
  statementDocument,
  type StatementsAnswer,
  statementsAnswer,
} from "../../shared/proof/statement.ts";
import { around, dayOf, daysLater } from "../../shared/core/calendar.ts";
import { DAY, HOUR } from "../../shared/core/time.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import { sayLost } from "../../shared/texts/proof/statement.en.ts";
import { canaryOfDay } from "../dials/canary/figures.ts";
import type { NewRow } from "../core/bound.ts";
import { bindAsIs, canBeBound } from "../core/bound-before.ts";
import { record } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { sql, type Statement as Change } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { disclosuresBound } from "../policy/bound.ts";
import { currentPolicy } from "../policy/current.ts";
import { digestsOf } from "../policy/disclosed.ts";
import { lostEnds } from "../trail/end.ts";
import { noteIn } from "../trail/rows.ts";
import { signedWith, signer } from "../trail/signer.ts";
import { startOf } from "../trail/start.ts";
import { erasuresOfDay } from "./statement-erasures.ts";
import { figuresOfDay } from "./statement-figures.ts";

/** Most days that one run makes up for, and puts into the bucket. */
const MOST = 7;
/** The day's own run is the first daily one after its end. */
const IN_TIME = DAY + HOUR;

export const statementKey = (day: string): string => `statements/${day}.json`;

interface Made {
  day: string;
  endsAt: string;
  sha256: string;
}

/**
 * Runs daily. Makes the statements of the days that have ended since the last one, the oldest first; the first one is of
 * yesterday. Throws where the key cannot be read, and makes none: they are made, and say so, when it can. `now` in
 * milliseconds; `most` for tests.
 */
export async function makeStatements(env: Env, now: number, most = MOST): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  const zone = zoneOfPolicy(policy);
  const yesterday = daysLater(dayOf(now, zone), -1);
  let last = await env.DB.prepare(
    "SELECT day, ends_at AS endsAt, sha256 FROM statements ORDER BY day DESC LIMIT 1",
  ).first<Made>();
  let day = last ? daysLater(last.day, 1) : yesterday;
  for (let made = 0; day <= yesterday && made < most; made++, day = daysLater(day, 1)) {
    const [midnight, end] = around(day, undefined, 0, zone);
    const from = last?.endsAt ?? midnight;
    // The policy may have moved to a zone in which this day was over before the last statement's.
    const to = end < from ? from : end;
    if (!last && !(await hasBegun(env.DB, to))) break;
    last = await make(env, { day, zone, from, to, previous: last, company: policy.identity.company }, now);
  }
  await leave(env);
}

/** Whether the deployment existed before a moment. */
const hasBegun = async (db: D1Database, before: string): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM audit_archives)
         OR (SELECT at FROM audit ORDER BY seq LIMIT 1) < ?`,
    )
    .bind(before)
    .first()) !== null;

async function trailFrom(env: Env): Promise<Statement["trail"]> {
  const { rows, keyed } = await startOf(env);
  return { boundFrom: rows?.seq ?? null, keyedFrom: keyed };
}

type About = Pick<Statement, "day" | "zone" | "from" | "to" | "company"> & { previous: Made | null };

async function make(env: Env, { previous, ...about }: About, now: number): Promise<Made> {
  const key = await signer(env);
  const { day, from, to } = about;
  // What was sent on it changes no more.
  const isOver = Date.parse(day) + DAY <= now;
  const head = (await env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<
    Statement["head"]
  >())!;
  const statement: Statement = {
    format: "cleardial-statement v1",
    ...about,
    madeAt: new Date(now).toISOString(),
    madeLater: now - Date.parse(to) > IN_TIME,
    head,
    trail: await trailFrom(env),
    lost: await lostEnds(env).catch(noteIn([])),
    previous: previous && { day: previous.day, sha256: previous.sha256 },
    figures: {
      ...(await figuresOfDay(env.DB, from, to)),
      erasures: await erasuresOfDay(env.DB, about),
      canary: await canaryOfDay(env.DB, day),
      ...(isOver && { disclosures: (await digestsOf(env.DB, [day]))(day) }),
    },
  };
  const document: StatementDocument = { statement, ...(await signedWith(key, canonical(statement))) };
  const { sha256 } = document;
  const text = canonical(document);
  const { barred, over28Days, erasures } = statement.figures;
  const mails = await mailOfficers(env.DB, {
    template: "statement",
    values: {
      ...{ day, barred: barred.dials, over28Days: over28Days.dials },
      ...{ unerased: erasures?.waiting ?? 0, lost: sayLost(statement.lost), document: text },
    },
    key: `statement:${day}`,
    until: new Date(now + 7 * DAY).toISOString(),
  });
  await record(env, {
    actor: "system",
    // In the subject, as payloads are erased and the chain stays.
    event: {
      code: "statement.made",
      subject: `${day}/${sha256}`,
      payload: { day, sha256, madeLater: statement.madeLater },
    },
    statements: [
      sql(
        "INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?, ?, ?, ?, ?, ?)",
        ...[day, to, statement.madeAt, Number(statement.madeLater), sha256, text],
      ),
      ...mails,
      ...(isOver ? await bindSent(env.DB, day) : []),
    ],
  });
  return { day, endsAt: to, sha256 };
}

/** The statements that bind what was sent to whom on a day. */
async function bindSent(db: D1Database, day: string): Promise<Change[]> {
  const { results } = await db
    .prepare(
      `SELECT ${disclosuresBound.columns.join(", ")} FROM disclosures
       WHERE day = ? AND code IS NULL AND ${canBeBound(disclosuresBound)}`,
    )
    .bind(day)
    .all<NewRow>();
  return results.length === 0 ? [] : bindAsIs(disclosuresBound, results);
}

/** Puts the newest statements into the bucket, as far as they are not there: a run may have died before. */
async function leave(env: Env): Promise<void> {
  const { results } = await env.DB.prepare("SELECT day, document FROM statements ORDER BY day DESC LIMIT ?")
    .bind(MOST)
    .all<{ day: string; document: string }>();
  for (const { day, document } of results)
    if (!(await env.ARCHIVE.head(statementKey(day)))) await env.ARCHIVE.put(statementKey(day), document);
}

export const statements = room();

statements.openapi(
  route({
    method: "get",
    path: "/v1/statements",
    roles: ["compliance", "admin"],
    summary: "The daily statements of the last 500 days, newest first",
    responses: { 200: json(statementsAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      "SELECT day, sha256, made_at AS madeAt, later FROM statements ORDER BY day DESC LIMIT 500",
    ).all<Omit<StatementsAnswer["statements"][number], "madeLater"> & { later: number }>();
    return c.json(
      { statements: results.map(({ later, ...row }) => ({ ...row, madeLater: later === 1 })) },
      200,
    );
  },
);

statements.openapi(
  route({
    method: "get",
    path: "/v1/statements/{day}",
    roles: ["compliance", "admin"],
    summary:
      "A day's statement for the company's file: signed, and bound to the trail by the event `statement.made`",
    request: { params: z.object({ day: date }) },
    responses: { 200: json(statementDocument, "In its canonical form (RFC 8785)") },
  }),
  async (c) => {
    const row = await c.env.DB.prepare("SELECT document FROM statements WHERE day = ?")
      .bind(c.req.valid("param").day)
      .first<{ document: string }>();
    if (!row) throw new Problem("not-found");
    return c.body(row.document, 200, { "content-type": "application/json" }) as never;
  },
);
