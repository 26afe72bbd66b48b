/**
 * Makes a request of each objection that staff put on the do-not-call list as it came in a letter or an e-mail: it is owed an answer
 * (UK GDPR art 12(3)), and an entry of the list has no day for that. One that was said in a call is answered there.
 */
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { requestsEn } from "../../shared/texts/privacy-requests/steps.en.ts";
import { record } from "../core/commit.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { isReplaced } from "../do-not-call/refusals.ts";
import type { Env } from "../env.ts";
import { isKept } from "../trail/events.ts";
import { planRequest } from "../privacy-requests/new-request.ts";
import { momentOf } from "../privacy-requests/rows.ts";

/** In `marks`: the last entry that was looked at, as JSON: when it was made, and its id. */
const MARK = "letters-listed";
/** Entries a run. */
const MOST = 100;
/** Whoever made a younger one may still undo it, or another may still be written that is older. */
const SETTLED = 2 * MINUTE;

interface Entry {
  id: string;
  number: number;
  reason: string;
  by: string;
  at: string;
  said: string;
}

/** For how long before the first run what was listed counts: that run comes minutes after an upgrade, and this has the time between. */
const FIRST = 10 * MINUTE;

/** Moves the mark on, where it is still what was read; else another run was first, and it writes nothing of what it is part of. */
const moved = (from: string, to: string): Statement =>
  sql("UPDATE marks SET value = IIF(value = ?1, ?2, NULL) WHERE name = ?3", from, to, MARK);

/** Scheduled every five minutes. Throws an Error with the database's words; the next run goes on. */
export async function answerLetters(env: Env, now: number): Promise<void> {
  const until = new Date(now - SETTLED).toISOString();
  const {
    seen,
    at: newest,
    id: last,
  } = (await env.DB.prepare(
    `SELECT (SELECT value FROM marks WHERE name = ?1) AS seen, s.at, s.id FROM (SELECT 1)
     LEFT JOIN (SELECT at, id FROM suppressions WHERE at <= ?2 ORDER BY at DESC, id DESC LIMIT 1) s`,
  )
    .bind(MARK, until)
    .first<{ seen: string | null; at: string | null; id: string | null }>())!;
  // Of what was listed before, officers were told to answer it without a day.
  if (seen === null) {
    const first = JSON.stringify([new Date(now - FIRST).toISOString(), ""]);
    await prepare(env.DB, sql("INSERT OR IGNORE INTO marks (name, value) VALUES (?, ?)", MARK, first)).run();
    return;
  }
  const from = JSON.parse(seen) as [at: string, id: string];
  if (newest === null || last === null || [newest, last].join() <= from.join()) return;
  const { results } = await env.DB.prepare(
    // Each letter has a request of its own: another of the number may be another writer's. An import brings old ones, too, whose
    // letters were answered: only what was entered one by one has an event of its own.
    `SELECT s.id, s.number, s.reason, s.by, s.at, COALESCE(s.heard_at, s.at) AS said FROM suppressions s
     WHERE (s.at, s.id) > (?1, ?2) AND s.at <= ?3 AND s.kind = 'objection' AND s.origin IS NULL
       AND substr(s.source, 1, length(?4)) = ?4 AND (s.ended_at IS NULL OR ${isReplaced("s")})
       AND ${isKept("suppression.added", "s.id")}
       AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.number = s.number AND r.suppression = s.id)
     ORDER BY s.at, s.id LIMIT ${MOST}`,
  )
    .bind(...from, until, entriesEn.from.letter)
    .all<Entry>();
  const moment = await momentOf(env.DB, now);
  let read = seen;
  for (const { id, number, reason, by, at, said } of results) {
    const to = JSON.stringify([at, id]);
    // A time that somebody altered to none stops no other letter.
    const received = [said, at].map(Date.parse).find((time) => !Number.isNaN(time)) ?? now;
    const { event, statements } = await planRequest(
      // Nobody gets its link.
      { env, req: { url: "https://localhost/" } },
      { kind: "objection", name: requestsEn.writer, number: e164Of(number), text: reason },
      { channel: "post", receivedOn: dayOf(received, zoneOfPolicy(moment.policy)), by, entry: id },
      moment,
    );
    await record(env, { actor: "system", event, statements: [moved(read, to), ...statements] });
    read = to;
  }
  const end = JSON.stringify([newest, last]);
  if (results.length < MOST && read !== end) await prepare(env.DB, moved(read, end)).run();
}
