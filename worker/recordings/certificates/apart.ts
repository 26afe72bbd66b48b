/**
 * What is kept apart of rows of the trail that have left the database, where it follows from what is kept anyway (`followingOf`): of every
 * recording and each erasure there is such a row, for years. It goes, as readers work it out; and it comes back before an older Worker
 * is deployed, which does not.
 */
import { DAY } from "../../../shared/core/time.ts";
import { inChunks, prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { isReopened, sinceReopened } from "../../storage/closed/close.ts";
import { dueUntil } from "../../trail/erased.ts";
import { type Archive, archiveColumns, followingOf, wholeObject } from "../../trail/rows.ts";

/** In `marks`: up to which row of the trail it has gone. */
const GONE = "apart-gone";
const gone = `COALESCE((SELECT CAST(value AS INTEGER) FROM marks WHERE name = '${GONE}'), 0)`;

/** Objects a run: each takes about a tenth of a second. Of years of before the upgrade there may be thousands. */
const OBJECTS = 5;

/** Runs every five minutes. Of an object that cannot be read it stays, for its time. `now` in milliseconds. */
export async function letApartGo(env: Env, now: number, most = OBJECTS): Promise<void> {
  const closing = `NOT ${isReopened}`;
  const since = sinceReopened(now);
  for (let n = 0; n < most; n++) {
    const archive = await env.DB.prepare(
      `SELECT ${archiveColumns} FROM audit_archives WHERE first_seq > ${gone} AND ${closing} ORDER BY first_seq LIMIT 1`,
    )
      .bind(...since)
      .first<Archive>();
    if (!archive) return;
    const following = await followingOf(env.DB, (await wholeObject(env, archive)) ?? []);
    const statements: Statement[] = [
      // What somebody altered stays, and verifying names it.
      ...inChunks([...following], (rows) =>
        sql(
          `DELETE FROM audit_payload WHERE seq BETWEEN ? AND ? AND payload = 'null'
             AND (seq, salt) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) AND ${closing}`,
          ...[archive.firstSeq, archive.lastSeq, rows, ...since],
        ),
      ),
      sql(
        `INSERT OR REPLACE INTO marks (name, value) SELECT ?, ? WHERE ${closing}`,
        ...[GONE, String(archive.lastSeq), ...since],
      ),
    ];
    await env.DB.batch(statements.map((one) => prepare(env.DB, one)));
  }
}

/** In `marks`: the first rows of objects that are lost: those that were tried, and those to be tried again. */
const LOST = "apart-lost";
interface Tries {
  lost: number[];
  again: number[];
}

/**
 * Puts it back, of the newest objects of which it went, and says of how many rows, how many objects are left, and which are lost: once all
 * others are through, the next call tries these again. What is over stays away. `now` in milliseconds.
 */
export async function putApartBack(
  env: Env,
  now: number,
  most = OBJECTS,
): Promise<{ rows: number; objects: number; lost: string[] }> {
  // A day more than may be missed: verifying asks for none of it.
  const due = new Date((await dueUntil(env.DB, now, "auditPayloadMonths")) - DAY).toISOString();
  const left = `(last_seq <= ${gone} OR first_seq IN (SELECT value FROM json_each(?))) AND last_at >= ?`;
  const next = (again: readonly number[]) =>
    env.DB.prepare(
      `SELECT ${archiveColumns} FROM audit_archives WHERE ${left} ORDER BY first_seq DESC LIMIT 1`,
    )
      .bind(JSON.stringify(again), due)
      .first<Archive>();
  const value = await env.DB.prepare("SELECT value FROM marks WHERE name = ?")
    .bind(LOST)
    .first<string>("value");
  let { lost, again }: Tries = value === null ? { lost: [], again: [] } : (JSON.parse(value) as Tries);
  if ((await next(again)) === null) [again, lost] = [lost, []];
  let rows = 0;
  for (let n = 0; n < most; n++) {
    const archive = await next(again);
    const all = archive && (await wholeObject(env, archive));
    if (archive) {
      const others = (firsts: readonly number[]) => firsts.filter((first) => first !== archive.firstSeq);
      [again, lost] = [others(again), [...others(lost), ...(all ? [] : [archive.firstSeq])]];
    }
    const following = await followingOf(env.DB, all ?? []);
    const back = (all ?? [])
      .filter(({ seq }) => following.has(seq))
      .map(({ seq, at }) => [seq, at, following.get(seq)!]);
    const statements = [
      ...inChunks(back, (some) =>
        sql(
          `INSERT OR IGNORE INTO audit_payload (seq, at, salt, payload)
           SELECT value ->> 0, value ->> 1, value ->> 2, 'null' FROM json_each(?)`,
          some,
        ),
      ),
      // Should this Worker stay, it goes again. One that is tried again lies above.
      sql(
        `INSERT OR REPLACE INTO marks (name, value) SELECT ?, MIN(${gone}, ?)`,
        GONE,
        (archive?.firstSeq ?? 1) - 1,
      ),
      again.length + lost.length === 0
        ? sql("DELETE FROM marks WHERE name = ?", LOST)
        : sql(
            "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)",
            LOST,
            JSON.stringify({ lost, again } satisfies Tries),
          ),
    ];
    await env.DB.batch(statements.map((one) => prepare(env.DB, one)));
    if (!archive) break;
    rows += back.length;
  }
  const [count, keys] = await env.DB.batch<{ n: number; key: string }>([
    env.DB.prepare(`SELECT COUNT(*) AS n FROM audit_archives WHERE ${left}`).bind(JSON.stringify(again), due),
    env.DB.prepare(
      `SELECT key FROM audit_archives WHERE first_seq IN (SELECT value FROM json_each(?)) AND last_at >= ? ORDER BY first_seq`,
    ).bind(JSON.stringify(lost), due),
  ]);
  return { rows, objects: count!.results[0]!.n, lost: keys!.results.map(({ key }) => key) };
}
