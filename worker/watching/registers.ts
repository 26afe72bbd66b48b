/**
 * Watches the registers' new versions, block by block: it steps from one block that holds a watched number to the next,
 * and reads each one's undo by primary key, so the cost follows from what is watched, not from the size of the
 * register. Where there is no undo (for a first version, or once it was erased), it reads the watched blocks in force.
 */
import { holder, offsetOf } from "../../shared/registers/blocks.ts";
import { query, runBatch } from "../core/batch.ts";
import { blockId, blockOfNumber, firstOfBlock, undoId, versionOfUndo } from "../registers/block-ids.ts";
import { sql } from "../core/sql.ts";
import { iso, judgeAll, type Run, SETTLE, step } from "./run.ts";

/** A register with how far its watching has come (`watch_lists`). */
interface Progress {
  num: number;
  id: string;
  head: number;
  historyFrom: number;
  committedAt: string;
  /** The version up to which nothing needs to be looked at again. */
  done: number;
  /** The version up to which everything was looked at, perhaps while a screening was under way. */
  seen: number;
  /** The version that a pass under way goes to, the last block it has done, and when it began. */
  upto: number | null;
  block: number;
  began: string | null;
}

/** Registers with a version that was not looked at yet, or was looked at within SETTLE of its commit. */
async function due(run: Run): Promise<Progress[]> {
  const { results } = await run.env.DB.prepare(
    `SELECT l.num, l.id, l.head, l.history_from AS historyFrom, v.committed_at AS committedAt,
       COALESCE(w.done, 0) AS done, COALESCE(w.seen, 0) AS seen, w.upto, COALESCE(w.block, -1) AS block, w.began
     FROM lists l JOIN versions v ON v.list = l.num AND v.ver = l.head LEFT JOIN watch_lists w ON w.list = l.num
     WHERE l.head > COALESCE(w.seen, 0) OR (l.head > w.done AND v.committed_at <= ?) OR w.upto IS NOT NULL`,
  )
    .bind(iso(run.now - SETTLE))
    .all<Progress>();
  return results;
}

/** Marks all versions as done while nothing is watched: numbers that are watched later are screened under them. */
export const passOver = (db: D1Database, now: number) =>
  db
    .prepare(
      `INSERT INTO watch_lists (list, done, seen)
       SELECT l.num, l.head, l.head FROM lists l JOIN versions v ON v.list = l.num AND v.ver = l.head
       LEFT JOIN watch_lists w ON w.list = l.num WHERE v.committed_at <= ? AND l.head > COALESCE(w.done, 0)
       ON CONFLICT DO UPDATE SET done = excluded.done, seen = excluded.seen`,
    )
    .bind(iso(now - SETTLE))
    .run();

export async function watchRegisters(run: Run): Promise<void> {
  for (let [next] = await due(run); next && run.left > 0; [next] = await due(run)) {
    const { upto, began } = next;
    // An interrupted pass resumes towards its own version, even if newer ones have come since.
    if (upto !== null && began !== null) await watchRegister(run, { ...next, upto, began });
    else await watchRegister(run, { ...next, upto: next.head, block: -1, began: iso(run.now) });
  }
}

type Pass = Progress & { upto: number; began: string };

async function watchRegister(run: Run, pass: Pass): Promise<void> {
  const { num, id, upto, began } = pass;
  for (let { block } = pass; run.left > 0; run.left--) {
    const slice = await nextSlice(run, { ...pass, block });
    await judgeAll(
      run,
      [...slice.numbers.keys()],
      {
        list: id,
        version: (number) => slice.numbers.get(number) ?? upto,
      },
      `${id}/${upto}`,
    );
    if (slice.last === null) {
      await step(run, [
        sql(
          `INSERT INTO watch_lists (list, seen, done) VALUES (?1, ?2, ?3)
           ON CONFLICT DO UPDATE SET seen = ?2, done = MAX(done, ?3), upto = NULL, block = -1, began = NULL`,
          ...[
            num,
            upto,
            upto === pass.head && pass.committedAt <= iso(Date.parse(began) - SETTLE) ? upto : 0,
          ],
        ),
      ]);
      return;
    }
    ({ last: block } = slice);
    await step(run, [
      sql(
        `INSERT INTO watch_lists (list, upto, block, began) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET upto = ?2, block = ?3, began = ?4`,
        ...[num, upto, block, began],
      ),
    ]);
  }
}

/** SQL: the first block after `block` that holds a watched number. */
const nextWatched = (block: string): string =>
  `(SELECT ${blockOfNumber("number")} FROM watched WHERE number >= ${firstOfBlock(`${block} + 1`)} ORDER BY number LIMIT 1)`;
/** SQL: steps from one block that holds a watched number to the next, starting after `?1`, at most `?2` of them. */
const watchedBlocks = `WITH RECURSIVE held(block, n) AS (
  SELECT ${nextWatched("?1")}, 1
  UNION ALL
  SELECT ${nextWatched("block")}, n + 1 FROM held WHERE block IS NOT NULL AND n < ?2)`;

/**
 * Watched numbers of the next blocks whose status may have changed, with the version that changed each; `last` is the
 * last of these blocks, null at the end.
 */
async function nextSlice(
  run: Run,
  { num, block, done, upto, historyFrom }: Pass,
): Promise<{ last: number | null; numbers: Map<number, number> }> {
  const db = run.env.DB;
  const whole = done === 0 || done < historyFrom;
  const most = whole ? run.bounds.whole : run.bounds.changed;
  const { reached, changed } = await runBatch(db, {
    reached: query<{ last: number | null; n: number }>(
      `${watchedBlocks} SELECT MAX(block) AS last, COUNT(block) AS n FROM held`,
      ...[block, most],
    ),
    changed: whole
      ? query<Changed>(
          `${watchedBlocks} SELECT h.block, ?4 AS ver, b.data
           FROM held h CROSS JOIN blocks b ON b.id = ${blockId("h.block", "?3")} WHERE h.block IS NOT NULL`,
          ...[block, most, num, upto],
        )
      : query<Changed>(
          `${watchedBlocks} SELECT h.block, ${versionOfUndo("u.id")} AS ver, u.data FROM held h
           CROSS JOIN block_undo u ON u.id > ${undoId("h.block", "?3", "?4")} AND u.id <= ${undoId("h.block", "?3", "?5")}
           WHERE h.block IS NOT NULL ORDER BY u.id`,
          ...[block, most, num, done, upto],
        ),
  });
  const { last, n } = reached[0]!;
  const numbers = new Map<number, number>();
  if (last === null) return { last, numbers };
  const held = await numbersIn(db, [...new Set(changed.map((row) => row.block))]);
  for (const { block: at, ver, data } of changed) {
    const holds = holder(data);
    for (const number of held.get(at) ?? []) if (holds(offsetOf(number))) numbers.set(number, ver);
  }
  // Without undo no row names the numbers that left the register: judge every number whose status change was told.
  if (whole) for (const number of await toldIn(db, block, last)) numbers.set(number, upto);
  return { last: n < most ? null : last, numbers };
}

/** A block, whole or its undo, and the version. */
interface Changed {
  block: number;
  ver: number;
  data: string;
}

/** The watched numbers of some blocks, by block. */
async function numbersIn(db: D1Database, blocks: number[]): Promise<Map<number, number[]>> {
  const { results } = await db
    .prepare(
      `SELECT value AS block, (SELECT json_group_array(number) FROM watched
         WHERE number >= ${firstOfBlock("value")} AND number < ${firstOfBlock("value + 1")}) AS numbers FROM json_each(?)`,
    )
    .bind(JSON.stringify(blocks))
    .all<{ block: number; numbers: string }>();
  return new Map(results.map((row) => [row.block, JSON.parse(row.numbers) as number[]]));
}

/** Numbers in the blocks after `after`, up to `last`, that have had a status change. */
async function toldIn(db: D1Database, after: number, last: number): Promise<number[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT number FROM turned
       WHERE number >= ${firstOfBlock("?1 + 1")} AND number < ${firstOfBlock("?2 + 1")}`,
    )
    .bind(after, last)
    .all<{ number: number }>();
  return results.map(({ number }) => number);
}
