/**
 * Publishes the head of the trail, its newest row, once a day: signed, timestamped where a service is configured, to the
 * archive bucket and by mail. Anyone who has a head can tell whether an earlier row was changed afterwards, even by the
 * database's owner.
 */
import * as z from "zod";
import { type Head, headsAnswer, headSchema } from "../../shared/trail/api.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { disclosing } from "../policy/disclosed.ts";
import { wantRecipient } from "../policy/egress.ts";
import { json, room, route } from "../core/route.ts";
import { type HeadDocument, headIn, headKey } from "./head-files.ts";
import { rowAt } from "./rows.ts";
import { startToPublish } from "./start.ts";
import { signer } from "./signer.ts";
import { timestampOf } from "./timestamp.ts";
import { DAY } from "../../shared/core/time.ts";

/** For this long a missing timestamp is asked for again, and an unsent mail is kept. */
const PATIENCE = 7 * DAY;

/**
 * Runs daily. Publishes the day's head once, and asks again for timestamps that failed in the last days. Publishes without
 * signature or timestamp if need be, and throws at the end if the key or the service failed. `now` in milliseconds.
 */
export async function publishHead(env: Env, now: number): Promise<void> {
  const day = new Date(now).toISOString().slice(0, 10);
  const troubles: unknown[] = [];
  const tolerate = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      troubles.push(error);
      return null;
    }
  };
  const stamp = (line: string) =>
    env.TSA_URL ? tolerate(() => stampedBy(env, env.TSA_URL!, line)) : Promise.resolve(null);

  const { results: untimed } = await env.DB.prepare(
    "SELECT day, signed FROM heads WHERE timestamp IS NULL AND day >= ?",
  )
    .bind(new Date(now - PATIENCE).toISOString().slice(0, 10))
    .all<{ day: string; signed: string }>();
  for (const late of untimed) {
    const timestamp = await stamp(late.signed);
    if (timestamp !== null) await addTimestamp(env, late.day, timestamp);
  }

  if (!(await env.DB.prepare("SELECT 1 FROM heads WHERE day = ?").bind(day).first())) {
    const key = await tolerate(() => signer(env));
    // If a crash followed the upload, that document is the day's head: do not publish a second one.
    const document =
      (await leftBehind(env, day, key)) ??
      (await (async () => {
        const bare = await newestRow(env, day, now);
        const signature = key && (await tolerate(() => key.sign(bare.signed)));
        const signed = signature !== null && key !== null;
        return {
          ...bare,
          signature,
          key: signed ? key.thumbprint : null,
          publicKey: signed ? key.publicKey : null,
          timestamp: await stamp(bare.signed),
          start: await startToPublish(env),
        };
      })());
    await release(env, document, now);
  }
  if (troubles.length > 0) throw troubles[0];
}

async function stampedBy(env: Env, url: string, line: string): Promise<string> {
  const { host } = new URL(url);
  await wantRecipient(env, "timestamp", host);
  await disclosing(env.DB, "timestamp", host, "hash", 1, Date.now()).run();
  return timestampOf(url, line);
}

/** The document in the bucket, if it is ours: its row is in the trail, and our key, if there is one, signed its line. */
async function leftBehind(
  env: Env,
  day: string,
  key: Awaited<ReturnType<typeof signer>>,
): Promise<HeadDocument | null> {
  const left = await headIn(env, day);
  if (left === null || left.day !== day) return null;
  const row = await rowAt(env, left.seq);
  const line = ` ${day} ${left.seq} ${left.hash} ${left.at}`;
  const ours = key === null ? left.signature === null : (await key.sign(left.signed)) === left.signature;
  return row?.hash === left.hash && left.signed.endsWith(line) && ours ? left : null;
}

async function newestRow(env: Env, day: string, now: number) {
  const { policy } = await currentPolicy(env.DB);
  const row = (await env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<{
    seq: number;
    hash: string;
  }>())!;
  const at = new Date(now).toISOString();
  // Encoded to one word, as spaces separate the fields of the line.
  const name = encodeURIComponent(policy.identity.company) || "-";
  return { day, ...row, at, signed: `cleardial-head v1 ${name} ${day} ${row.seq} ${row.hash} ${at}` };
}

async function release(env: Env, head: HeadDocument, now: number): Promise<void> {
  await env.ARCHIVE.put(headKey(head.day), JSON.stringify(head, null, 2));
  const mails = await mailOfficers(env.DB, {
    template: "head",
    values: { day: head.day, seq: head.seq, document: JSON.stringify(head, null, 2) },
    key: `head:${head.day}`,
    until: new Date(now + PATIENCE).toISOString(),
  });
  await record(env, {
    actor: "system",
    event: { code: "head.published", subject: head.day, payload: { seq: head.seq, hash: head.hash } },
    statements: [
      sql(
        "INSERT INTO heads (day, seq, hash, at, signed, signature, key, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        head.day,
        head.seq,
        head.hash,
        head.at,
        head.signed,
        head.signature,
        head.key,
        head.timestamp,
      ),
      ...mails,
    ],
  });
}

async function addTimestamp(env: Env, day: string, timestamp: string): Promise<void> {
  const left = await env.ARCHIVE.get(headKey(day));
  if (left)
    await env.ARCHIVE.put(
      headKey(day),
      JSON.stringify({ ...(await left.json<object>()), timestamp }, null, 2),
    );
  await record(env, {
    actor: "system",
    event: { code: "head.timestamped", subject: day, payload: null },
    statements: [sql("UPDATE heads SET timestamp = ? WHERE day = ? AND timestamp IS NULL", timestamp, day)],
  });
}

export const heads = room();
const columns = "day, seq, hash, at, signed, signature, key";

heads.openapi(
  route({
    method: "get",
    path: "/v1/audit/heads",
    roles: ["compliance", "admin"],
    summary: "The heads of the last 500 days, newest first, and the public key that signs them now",
    responses: { 200: json(headsAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      `SELECT ${columns}, timestamp IS NOT NULL AS timestamped FROM heads ORDER BY day DESC LIMIT 500`,
    ).all<Omit<Head, "timestamp"> & { timestamped: number }>();
    const key = await signer(c.env).catch(() => null);
    return c.json(
      {
        heads: results.map((h) => ({ ...h, timestamped: h.timestamped === 1 })),
        publicKey: key?.publicKey ?? null,
      },
      200,
    );
  },
);

heads.openapi(
  route({
    method: "get",
    path: "/v1/audit/heads/{day}",
    roles: ["compliance", "admin"],
    summary: "The head of one day, with its timestamp",
    request: { params: z.object({ day: z.string().max(10) }) },
    responses: { 200: json(headSchema) },
  }),
  async (c) => {
    const head = await c.env.DB.prepare(`SELECT ${columns}, timestamp FROM heads WHERE day = ?`)
      .bind(c.req.valid("param").day)
      .first<Head>();
    if (!head) throw new Problem("not-found");
    return c.json(head, 200);
  },
);
