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
import { chunks } from "../../shared/core/chunks.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { sayLost } from "../../shared/texts/proof/statement.en.ts";
import { resultsBound } from "../dials/canary/bound.ts";
import { canaryOfDay } from "../dials/canary/figures.ts";
import { bindAsIs, unboundWhere } from "../core/bound-before.ts";
import { record } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { refuseWhere, sql, type Statement as Change } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { disclosuresBound } from "../policy/bound.ts";
import { askedBound } from "../privacy-requests/bound.ts";
import { currentPolicy } from "../policy/current.ts";
import { digestsOf } from "../policy/disclosed.ts";
import { lastSaid } from "../trail/archived/last-said.ts";
import { lostEnds } from "../trail/end.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { linked, noteIn } from "../trail/rows.ts";
import { signedWith, signer } from "../trail/signer.ts";
import { startOf } from "../trail/start.ts";
import { statementsBound } from "./bound.ts";
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
  const { made: before, planted } = await lastMade(env, yesterday, now);
  let last = before;
  let day = last ? daysLater(last.day, 1) : yesterday;
  for (let made = 0; day <= yesterday && made < most; made++, day = daysLater(day, 1)) {
    const [midnight, end] = around(day, undefined, 0, zone);
    const from = last?.endsAt ?? midnight;
    // The policy may have moved to a zone in which this day was over before the last statement's.
    const to = end < from ? from : end;
    if (!last && !(await hasBegun(env.DB, to))) break;
    const about = { day, zone, from, to, previous: last, company: policy.identity.company };
    last = await make(env, about, { over: planted.get(day) ?? null, now });
  }
  if (last) await leave(env, last.day);
}

/** Statements that are looked at for one that the trail has. */
const LOOKED_AT = 60;

/**
 * The newest statement up to a day that the trail has, by the hash that it has of it, and the hashes of those that somebody put there, by
 * the day: of those behind it officers are told, and the day's own takes the place of each. One that somebody altered is told, and stays.
 * One of which an archive may tell counts.
 */
async function lastMade(
  env: Env,
  upTo: string,
  now: number,
): Promise<{ made: Made | null; planted: Map<string, string> }> {
  const columns = "day, ends_at AS endsAt, sha256";
  const { results } = await env.DB.prepare(
    `SELECT * FROM (SELECT ${columns} FROM statements WHERE day > ?1 ORDER BY day LIMIT ${LOOKED_AT})
     UNION ALL SELECT * FROM (SELECT ${columns} FROM statements WHERE day <= ?1 ORDER BY day DESC LIMIT ${LOOKED_AT})`,
  )
    .bind(upTo)
    .all<Made>();
  const planted = await plantedAmong(env, results);
  const hashes = await madeOn(env, [...planted.keys()]);
  const last = results.find((one) => one.day <= upTo && (!planted.has(one.day) || hashes.has(one.day)));
  const made = last ? { ...last, sha256: hashes.get(last.day) ?? last.sha256 } : null;
  const unlike = [...planted.keys()].filter((day) => day >= (made?.day ?? ""));
  await tellUnlike(
    env,
    unlike.map((day) => `${statementsBound.name}/${day}`),
    now,
  );
  return { made, planted };
}

/** The hashes of the statements that the database's trail has of these days, by the day. */
async function madeOn(env: Env, days: readonly string[]): Promise<Map<string, string>> {
  if (days.length === 0) return new Map();
  const { results } = await env.DB.prepare(
    `SELECT ${linked} FROM json_each(?) j CROSS JOIN audit a ON a.subject >= j.value || '/' AND a.subject < j.value || '0'
     WHERE a.subject <> '' AND +a.code = 'statement.made' ORDER BY a.seq`,
  )
    .bind(JSON.stringify(days))
    .all<LinkedRow>();
  const { originOf } = await startOf(env);
  const ours = results.filter((row) => originOf(row) !== "forged");
  return new Map(ours.map(({ subject }) => subject.split("/") as [string, string]));
}

/** Those of these statements, as day and hash, that neither the database's trail has nor any of the times that are archived. */
async function plantedAmong(env: Env, rows: readonly Omit<Made, "endsAt">[]): Promise<Map<string, string>> {
  const subjectOf = ({ day, sha256 }: Omit<Made, "endsAt">) => `${day}/${sha256}`;
  const { said, unreadTo } = await lastSaid(env, rows.map(subjectOf), ["statement.made"], 0);
  return new Map(
    rows.flatMap((row) =>
      said.has(subjectOf(row)) || Date.parse(row.day) <= unreadTo ? [] : [[row.day, row.sha256]],
    ),
  );
}

/** Of these days, those whose statement somebody put there. */
export async function plantedOf(env: Env, days: readonly string[]): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT day, sha256 FROM statements WHERE day IN (SELECT value FROM json_each(?))",
  )
    .bind(JSON.stringify(days))
    .all<Omit<Made, "endsAt">>();
  return [...(await plantedAmong(env, results)).keys()];
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

/** `over`: the hash of one that somebody put there, whose place it takes. */
async function make(
  env: Env,
  { previous, ...about }: About,
  { over, now }: { over: string | null; now: number },
): Promise<Made> {
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
      // Another run was first.
      refuseWhere("(SELECT sha256 FROM statements WHERE day = ?) IS NOT ?", day, over),
      sql(
        "INSERT OR REPLACE INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?, ?, ?, ?, ?, ?)",
        ...[day, to, statement.madeAt, Number(statement.madeLater), sha256, text],
      ),
      ...mails,
      ...(isOver ? await bindDay(env.DB, day) : []),
    ],
  });
  return { day, endsAt: to, sha256 };
}

/** The statements that bind what was sent to whom on a day, about whom systems were asked, and what browsers' tests found. */
async function bindDay(db: D1Database, day: string): Promise<Change[]> {
  const statements: Change[] = [];
  for (const table of [disclosuresBound, askedBound, resultsBound]) {
    const rows = await unboundWhere(db, table, "day = ?", day);
    statements.push(...[...chunks(rows, MOST_BOUND)].flatMap((some) => bindAsIs(table, some)));
  }
  return statements;
}
/** Rows a statement: JSON of so many fits into a parameter. */
const MOST_BOUND = 2000;

/** Puts the newest statements up to a day into the bucket, as far as they are not there: a run may have died before. */
async function leave(env: Env, upTo: string): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT day, sha256, document FROM statements WHERE day <= ? ORDER BY day DESC LIMIT ?",
  )
    .bind(upTo, MOST)
    .all<{ day: string; sha256: string; document: string }>();
  const planted = await plantedAmong(env, results);
  for (const { day, document } of results)
    if (!planted.has(day) && !(await env.ARCHIVE.head(statementKey(day))))
      await env.ARCHIVE.put(statementKey(day), document);
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
