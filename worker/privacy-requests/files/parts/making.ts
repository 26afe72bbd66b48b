/**
 * Makes a copy in parts: each by a message of its own, as one request can make only so many calls. The rows say what is left:
 * whoever takes a part has it until a time, and one that is not made by then is made again. The requester gets none before all
 * are there; then they come in one step, as a copy in one file does.
 */
import { pauseAfter } from "../../../../shared/core/retry.ts";
import { HOUR, MINUTE } from "../../../../shared/core/time.ts";
import { record } from "../../../core/commit.ts";
import { Problem } from "../../../core/errors.ts";
import { messagesOf, sendAll } from "../../../core/queue.ts";
import { sql, type Statement } from "../../../core/sql.ts";
import type { Env } from "../../../env.ts";
import { disclosed } from "../../../policy/disclosed.ts";
import { copyEnds, endCopies, fileCame, fileComes, newCopy, putFile, wantFileStore } from "../store.ts";
import { momentOf, wantRequest } from "../../rows.ts";
import { takeStepLater } from "../../take-step.ts";
import { type Failed, type Made, type Part, TRIES } from "./rows.ts";
import type { Planned } from "./plan.ts";
import { grantedOf, type Looking } from "../../export/recordings.ts";
import { zipOf } from "../../export/zip.ts";

/** Longer than Cloudflare lets a message be worked on, which is 15 minutes. */
const LEASE = 20 * MINUTE;
/** What is still due then is sent again: its message was lost. */
const LOST = HOUR;
const PAUSE = [5 * MINUTE, HOUR] as const;

const iso = (ms: number): string => new Date(ms).toISOString();

/** The statement that asks for these parts. */
export function partsAsked(
  request: string,
  parts: readonly Planned[][],
  { by, origin, at }: { by: string; origin: string; at: string },
): Statement {
  const copy = crypto.randomUUID();
  const rows = parts.map((some, n) => ({
    ...{ id: crypto.randomUUID(), part: n + 1, refs: some.map(({ item }) => item.ref) },
    ...{ first: some[0]!.item.at, last: some.at(-1)!.item.at },
  }));
  return sql(
    `INSERT INTO copy_parts (id, request, copy, part, parts, refs, first_at, last_at, by, origin, at, due)
     SELECT value ->> 'id', ?1, ?2, value ->> 'part', ?3, value -> 'refs', value ->> 'first', value ->> 'last', ?4, ?5, ?6, ?6
     FROM json_each(?7)`,
    ...[request, copy, rows.length, by, origin, at, JSON.stringify(rows)],
  );
}

/** The statement that has parts that failed made again: those of the ids (JSON). */
export const partsAgain = (ids: string, at: string): Statement =>
  sql(
    `UPDATE copy_parts SET due = ?2, tries = 0, queued_until = NULL
     WHERE id IN (SELECT value FROM json_each(?1)) AND made IS NULL AND due IS NULL`,
    ...[ids, at],
  );

/** Scheduled every five minutes, and called where a copy was just asked for: sends what is due to the queue. */
export async function sendParts(env: Env, now: number): Promise<void> {
  const db = env.DB;
  // Whoever made the last part was killed before the copy came, or another step was in between.
  const { results: whole } = await db
    .prepare(
      "SELECT copy FROM copy_parts INDEXED BY copy_parts_coming WHERE came_at IS NULL GROUP BY copy HAVING COUNT(*) = COUNT(made)",
    )
    .all<{ copy: string }>();
  for (const { copy } of whole) await come(env, copy, now);
  await giveUp(env, now);
  const { results: due } = await db
    .prepare(
      `UPDATE copy_parts SET queued_until = ?2 WHERE came_at IS NULL AND made IS NULL AND due <= ?1
         AND (queued_until IS NULL OR queued_until <= ?1) RETURNING id, at, part`,
    )
    .bind(iso(now), iso(now + LOST))
    .all<Pick<Part, "id" | "at" | "part">>();
  const marked = due
    .sort((a, b) => (a.at === b.at ? a.part - b.part : a.at < b.at ? -1 : 1))
    .map(({ id }) => id);
  if (marked.length === 0 || (await sendAll(env.COPYING, messagesOf("copies", marked, 1)))) return;
  await db
    .prepare("UPDATE copy_parts SET queued_until = NULL WHERE id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(marked))
    .run();
  // One is as much as a run of the clock can do beside its other work.
  await makeParts(env, marked.slice(0, 1), () => now);
}

/** Parts whose makers were killed too often. */
async function giveUp(env: Env, now: number): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT * FROM copy_parts WHERE came_at IS NULL AND made IS NULL AND due <= ?1 AND tries >= ${TRIES}`,
  )
    .bind(iso(now))
    .all<Part>();
  for (const part of results) await fail(env, part, { code: "internal", recording: null }, now);
}

/** A message: makes these parts, where they are still due. */
export async function makeParts(env: Env, ids: readonly string[], clock: () => number): Promise<void> {
  for (const id of ids) {
    const part = await claim(env.DB, id, clock());
    if (part === null) continue;
    let looking: string | null = null;
    try {
      await make(env, part, clock(), (recording) => (looking = recording));
    } catch (error) {
      if (!(error instanceof Problem)) console.error("copy", part.copy, part.part, error);
      const code = error instanceof Problem ? error.code : "internal";
      await fail(env, part, { code, recording: looking }, clock());
      continue;
    }
    await come(env, part.copy, clock());
  }
}

/** Only one can have it. A try counts when it begins, as a maker that is killed says nothing. */
const claim = (db: D1Database, id: string, now: number): Promise<Part | null> =>
  db
    .prepare(
      `UPDATE copy_parts SET due = ?3, tries = tries + 1, queued_until = NULL
       WHERE id = ?1 AND came_at IS NULL AND made IS NULL AND due <= ?2 AND tries < ${TRIES} RETURNING *`,
    )
    .bind(id, iso(now), iso(now + LEASE))
    .first<Part>();

const ofCopy = async (db: D1Database, copy: string): Promise<Part[]> =>
  (await db.prepare("SELECT * FROM copy_parts WHERE copy = ? ORDER BY part").bind(copy).all<Part>()).results;

const said = ({ part, parts }: Pick<Part, "part" | "parts">) => ({ part, parts });

async function make(env: Env, part: Part, now: number, looking: Looking): Promise<void> {
  const moment = await momentOf(env.DB, now);
  const row = await wantRequest(env.DB, part.request, moment);
  const refs = new Set(JSON.parse(part.refs) as string[]);
  const items = (await grantedOf(env.DB, row.id)).filter(({ ref }) => refs.has(ref));
  const { kind, store } = wantFileStore(env, moment.policy, "export");
  const all = await ofCopy(env.DB, part.copy);
  const before = all
    .filter((one) => one.part < part.part)
    .reduce((sum, { refs: some }) => sum + (JSON.parse(some) as string[]).length, 0);
  const made = await zipOf(env, row, moment, items, { part, all, before }, looking);
  const { stream, size, unread, silenced, lost } = made;
  const file = newCopy(row.id, { store: kind, bytes: size, by: part.by }, moment);
  await fileComes(env, file, moment.today);
  const kept: Made = { file, as: await putFile(store, file, stream), unread, silenced, lost };
  await record(env, {
    actor: part.by,
    event: {
      code: "request.copy-part",
      subject: part.request,
      payload: {
        ...said(part),
        file: file.id,
        recordings: items.length,
        from: part.first_at,
        to: part.last_at,
      },
    },
    statements: [
      sql(
        `UPDATE copy_parts SET made = ?2, file = ?3, due = NULL, error = NULL WHERE id = ?1 AND made IS NULL`,
        ...[part.id, JSON.stringify(kept), file.id],
      ),
      // Until all parts are there nobody sees it; but it is kept for them.
      sql(
        "UPDATE request_files SET erase_after = ?2 WHERE id = ?1 AND EXISTS (SELECT 1 FROM copy_parts WHERE file = ?1)",
        ...[file.id, file.erase_after],
      ),
    ],
  });
  // What is in it has changed meanwhile, or another maker was faster.
  const wanted = await env.DB.prepare("SELECT 1 FROM copy_parts WHERE file = ?").bind(file.id).first();
  if (!wanted) await store.erase(file.object);
}

/** While the archived trail is being read, nothing has failed. */
async function fail(env: Env, part: Part, failed: Failed, now: number): Promise<void> {
  const waits = failed.code === "copy-reads";
  const over = !waits && part.tries >= TRIES;
  const update = sql(
    "UPDATE copy_parts SET due = ?2, error = ?3, tries = tries - ?4 WHERE id = ?1 AND made IS NULL",
    ...[part.id, over ? null : iso(now + pauseAfter(waits ? 1 : part.tries, ...PAUSE))],
    ...[waits ? null : JSON.stringify(failed), Number(waits)],
  );
  await record(env, {
    actor: "system",
    event: {
      code: "request.copy-part-failed",
      subject: part.request,
      payload: { ...said(part), ...failed, over },
    },
    statements: [update],
  });
}

/** The requester gets the copy, where all of its parts are made. */
async function come(env: Env, copy: string, now: number): Promise<void> {
  const parts = await ofCopy(env.DB, copy);
  const first = parts[0];
  if (first === undefined || parts.some(({ made, came_at }) => made === null || came_at !== null)) return;
  const made = parts.map((part) => JSON.parse(part.made!) as Made);
  const { request, by, origin } = first;
  const unread = [...new Set(made.flatMap((one) => one.unread))];
  const sum = (of: (one: (typeof made)[number]) => number) => made.reduce((all, one) => all + of(one), 0);
  const silenced = {
    seconds: sum((one) => one.silenced.seconds),
    recordings: sum((one) => one.silenced.recordings),
  };
  const lost = made.flatMap((one) => one.lost ?? []);
  const taker = { env, actor: by, req: { url: origin } };
  await takeStepLater(taker, request, "export", now, (_, moment) => ({
    statements: [
      endCopies(request, moment.today),
      ...made.map(({ file, as }) => fileCame({ ...file, erase_after: copyEnds(moment) }, as, moment.at)),
      sql("UPDATE copy_parts SET came_at = ? WHERE copy = ?", moment.at, copy),
      disclosed("export", "", "copy", 1, moment.now),
    ],
    detail: {
      ...{ bytes: sum(({ file }) => file.bytes), parts: parts.length },
      ...(unread.length === 0 ? {} : { unread }),
      ...(silenced.recordings === 0 ? {} : { silenced }),
      ...(lost.length === 0 ? {} : { lost }),
    },
  })).catch((error: unknown) =>
    // The next run of the clock tries it again.
    console.error("copy", copy, error instanceof Error ? error.message : error),
  );
}
