/**
 * A register's new version, looked at by blocks: those that hold a watched number are leapt to one after the other, and of
 * each the version's undo is read by its key, so that it costs what is watched, however large the register is. Where
 * there is no undo (of a first version, or once it was erased) what stands in force is read of each watched block.
 */
import { holder, offsetOf } from "../../shared/registers/blocks.ts";
import { sql } from "../core/sql.ts";
import { iso, judgeAll, type Run, SETTLE, step } from "./run.ts";

interface Watched {
  num: number;
  id: string;
  head: number;
  historyFrom: number;
  committedAt: string;
  done: number;
  seen: number;
  upto: number | null;
  block: number;
  began: string | null;
}

/** Registers with a version that was not looked at, or was too young when it was. */
async function due(run: Run): Promise<Watched[]> {
  const { results } = await run.env.DB.prepare(
    `SELECT l.num, l.id, l.head, l.history_from AS historyFrom, v.committed_at AS committedAt,
       COALESCE(w.done, 0) AS done, COALESCE(w.seen, 0) AS seen, w.upto, COALESCE(w.block, -1) AS block, w.began
     FROM lists l JOIN versions v ON v.list = l.num AND v.ver = l.head LEFT JOIN watch_lists w ON w.list = l.num
     WHERE l.head > COALESCE(w.seen, 0) OR (l.head > w.done AND v.committed_at <= ?) OR w.upto IS NOT NULL`,
  )
    .bind(iso(run.now - SETTLE))
    .all<Watched>();
  return results;
}

/** While nothing is watched there is nothing to look at: what is watched later was screened under these versions. */
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

export async function watchLists(run: Run): Promise<void> {
  for (let [list] = await due(run); list && run.left > 0; [list] = await due(run)) {
    const { upto, began } = list;
    // A pass that was cut off goes on to the version that it went to, whatever came since.
    if (upto !== null && began !== null) await watchList(run, { ...list, upto, began });
    else await watchList(run, { ...list, upto: list.head, block: -1, began: iso(run.now) });
  }
}

type Pass = Watched & { upto: number; began: string };

async function watchList(run: Run, pass: Pass): Promise<void> {
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

/** Leaps from one block that holds a watched number to the next, from behind `?1`, at most `?2` of them. */
const watchedBlocks = `WITH RECURSIVE held(block, n) AS (
  SELECT (SELECT number / 10000 FROM watched WHERE number >= (?1 + 1) * 10000 ORDER BY number LIMIT 1), 1
  UNION ALL
  SELECT (SELECT number / 10000 FROM watched WHERE number >= (block + 1) * 10000 ORDER BY number LIMIT 1), n + 1
  FROM held WHERE block IS NOT NULL AND n < ?2)`;

/** Watched numbers of the next blocks that may have turned, by the version that changed them; and how far that goes. */
async function nextSlice(
  run: Run,
  { num, block, done, upto, historyFrom }: Pass,
): Promise<{ last: number | null; numbers: Map<number, number> }> {
  const db = run.env.DB;
  const whole = done === 0 || done < historyFrom;
  const most = whole ? run.bounds.whole : run.bounds.changed;
  const read = whole
    ? db
        .prepare(
          `${watchedBlocks} SELECT h.block, ?4 AS ver, b.data FROM held h CROSS JOIN blocks b ON b.id = h.block * 64 + ?3
           WHERE h.block IS NOT NULL`,
        )
        .bind(block, most, num, upto)
    : db
        .prepare(
          `${watchedBlocks} SELECT h.block, u.id & 1048575 AS ver, u.data FROM held h
           CROSS JOIN block_undo u ON u.id > (h.block << 26) + (?3 << 20) + ?4 AND u.id <= (h.block << 26) + (?3 << 20) + ?5
           WHERE h.block IS NOT NULL ORDER BY u.id`,
        )
        .bind(block, most, num, done, upto);
  const [reached, changed] = (await db.batch([
    db.prepare(`${watchedBlocks} SELECT MAX(block) AS last, COUNT(block) AS n FROM held`).bind(block, most),
    read,
  ])) as [
    D1Result<{ last: number | null; n: number }>,
    D1Result<{ block: number; ver: number; data: string }>,
  ];
  const { last, n } = reached.results[0]!;
  const numbers = new Map<number, number>();
  if (last === null) return { last, numbers };
  const held = await numbersIn(db, [...new Set(changed.results.map((row) => row.block))]);
  for (const { block: at, ver, data } of changed.results) {
    const holds = holder(data);
    for (const number of held.get(at) ?? []) if (holds(offsetOf(number))) numbers.set(number, ver);
  }
  // Where no undo says what has left the register, those that were told of are asked about.
  if (whole) for (const number of await toldIn(db, block, last)) numbers.set(number, upto);
  return { last: n < most ? null : last, numbers };
}

async function numbersIn(db: D1Database, blocks: number[]): Promise<Map<number, number[]>> {
  const { results } = await db
    .prepare(
      `SELECT value AS block, (SELECT json_group_array(number) FROM watched
         WHERE number BETWEEN value * 10000 AND value * 10000 + 9999) AS numbers FROM json_each(?)`,
    )
    .bind(JSON.stringify(blocks))
    .all<{ block: number; numbers: string }>();
  return new Map(results.map((row) => [row.block, JSON.parse(row.numbers) as number[]]));
}

/** Numbers of the blocks behind `after` up to `last` that somebody was told of. */
async function toldIn(db: D1Database, after: number, last: number): Promise<number[]> {
  const { results } = await db
    .prepare("SELECT DISTINCT number FROM turned WHERE number >= ? AND number < ?")
    .bind((after + 1) * 10_000, (last + 1) * 10_000)
    .all<{ number: number }>();
  return results.map(({ number }) => number);
}
