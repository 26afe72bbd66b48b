/**
 * Takes telephone numbers out of blocks that lead nowhere any more: of recordings that came back one by one, and of files that came back whole or
 * whose time is over. Each batch leaves all others where they are.
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import { eachByItself } from "../../../../shared/core/each.ts";
import { isSpent } from "../../../storage/closed/calls.ts";
import { prepare, sql, type Statement } from "../../../core/sql.ts";
import type { Env } from "../../../env.ts";
import { RUN } from "../../../storage/closed/close.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { changedBlocks, inBlocks } from "./changed.ts";
import { monthOf, packedNumbers, partOf } from "./hits.ts";
import { ENDINGS, endingOf } from "./numbers.ts";
import { type Entry, unpackWhole } from "./packed.ts";

/** Recordings of a batch; and blocks. */
const BOUNDS = { some: 100, blocks: 50 };
const TRIES = 3;
const { kind, parts } = packedNumbers;

interface ForTests {
  clock?: () => number;
  some?: number;
  blocks?: number;
}

/** Runs daily, before files are written without what was erased: these keep their lines until no block has their numbers. */
export async function siftNumbers(env: Env, { clock = Date.now, ...own }: ForTests = {}): Promise<void> {
  const { DB } = env;
  const until = clock() + RUN;
  const { some, blocks } = { ...BOUNDS, ...own };
  const again = async (slice: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; clock() < until && !isSpent(env);)
      try {
        if (!(await slice())) return;
        tries = 0;
      } catch (error) {
        // Another run was first, or a file went: then others are there.
        if (++tries === TRIES) throw error;
      }
  };
  const { results: months } = await DB.prepare(
    `SELECT DISTINCT g.month FROM closed_places g WHERE g.kind = ${kind} AND g.gone = 1 AND EXISTS (
       SELECT 1 FROM closed_places l WHERE l.kind = ${kind} AND l.month = g.month AND l.gone = 0)`,
  ).all<{ month: number }>();
  const siftGone = async (month: number): Promise<void> => {
    const { results } = await DB.prepare(
      `SELECT place FROM closed_places WHERE kind = ${kind} AND month = ? AND gone = 1`,
    )
      .bind(month)
      .all<{ place: number }>();
    const gone = results.map(({ place }) => place);
    let after: number | null = -1;
    await again(async () => {
      after = await siftMonth(DB, month, new Set(gone), after!, blocks);
      return after !== null;
    });
    if (after === null)
      await prepare(
        DB,
        sql(
          `DELETE FROM closed_places WHERE kind = ${kind} AND month = ? AND gone = 1 AND place IN (SELECT value FROM json_each(?))`,
          ...[month, JSON.stringify(gone)],
        ),
      ).run();
  };
  const gone = months.map(({ month }) => siftGone.bind(null, month));
  await eachByItself([() => again(() => siftSome(DB, some)), ...gone]);
}

const sameEntry = (a: Entry, b: Entry): boolean => a.key === b.key && a.place === b.place;

/** Of some that came back, one by one. False: there are no more. */
async function siftSome(db: D1Database, most: number): Promise<boolean> {
  const { results } = await db
    .prepare(
      `SELECT o.num, o.number AS key, p.month, p.place, p.first, p.last FROM (
         SELECT num, number FROM closed_kept_out WHERE number IS NOT NULL ORDER BY number LIMIT ?) o
       LEFT JOIN closed_places p ON p.kind = ${kind} AND p.gone = 0 AND p.first = (
         SELECT MAX(w.first) FROM closed_places w WHERE w.kind = ${kind} AND w.gone = 0 AND w.first <= o.num)`,
    )
    .bind(most)
    .all<{ num: number; key: number; month: number | null; place: number; first: number; last: number }>();
  if (results.length === 0) return false;
  const its = results.flatMap((row) =>
    row.month === null || row.last < row.num
      ? []
      : [
          {
            month: row.month,
            key: Math.abs(row.key),
            // Of one that was not packed yet (below zero) no entry goes.
            place: row.key < 0 ? -1 : row.place * parts + partOf(packedNumbers, row, row.num),
          },
        ],
  );
  const found = await inBlocks(db, packedNumbers, its);
  const left = found.filter(({ block }) => block === null).map(({ month, key }) => ({ month, key }));
  const statements = await changedBlocks(
    db,
    packedNumbers,
    found.filter(({ block }) => block !== null),
    (old, gone, month) => {
      const stays = [...old];
      for (const one of gone) {
        const at = stays.findIndex((entry) => sameEntry(entry, one));
        if (at !== -1) stays.splice(at, 1);
        if (stays.every(({ key }) => key !== one.key)) left.push({ month, key: one.key });
      }
      return stays;
    },
  );
  const nums = JSON.stringify(results.map(({ num }) => num));
  const isWaiting = "number IS NOT NULL AND num IN (SELECT value FROM json_each(?))";
  await write(db, [
    refuseWhere(`(SELECT COUNT(*) FROM closed_kept_out WHERE ${isWaiting}) <> ?`, nums, results.length),
    ...statements,
    ...(await withoutEndings(db, left)),
    sql(`UPDATE closed_kept_out SET number = NULL WHERE ${isWaiting}`, nums),
  ]);
  return true;
}

/** Of some blocks of a month, those of files that went. The block behind which others follow; null: there are none. */
async function siftMonth(
  db: D1Database,
  month: number,
  gone: ReadonlySet<number>,
  after: number,
  most: number,
): Promise<number | null> {
  const { results } = await db
    .prepare(
      `SELECT b.first, b.n, hex(b.entries) AS entries FROM closed_blocks b WHERE b.kind = ${kind} AND b.month = ? AND b.first > ?
       ORDER BY b.first LIMIT ?`,
    )
    .bind(month, after, most)
    .all<{ first: number; n: number; entries: string }>();
  const isGone = ({ place }: Entry) => gone.has(Math.floor(place / parts));
  const found = results.flatMap((block) =>
    unpackWhole({ ...block, bytes: hexToBytes(block.entries) })
      .filter(isGone)
      .map((entry) => ({ ...entry, month, block: block.first })),
  );
  if (found.length > 0) {
    const left: { month: number; key: number }[] = [];
    const statements = await changedBlocks(db, packedNumbers, found, (old, its) => {
      const stays = old.filter((entry) => !isGone(entry));
      const keys = new Set(stays.map(({ key }) => key));
      for (const { key } of its) if (!keys.has(key)) left.push({ month, key });
      return stays;
    });
    await write(db, [...statements, ...(await withoutEndings(db, left))]);
  }
  return results.length < most ? null : results.at(-1)!.first;
}

/** The statements that take numbers, which a month has no more, from those by their last digits. */
async function withoutEndings(
  db: D1Database,
  left: readonly { month: number; key: number }[],
): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      "SELECT n.number, n.num FROM json_each(?) j CROSS JOIN closed_kept_numbers n ON n.number = j.value",
    )
    .bind(JSON.stringify([...new Set(left.map(({ key }) => key))]))
    .all<{ number: number; num: number }>();
  // Others of the month are packed later.
  const waiting = new Set(results.map(({ number, num }) => `${monthOf(num)} ${number}`));
  const asked = left.flatMap(({ month, key }) =>
    waiting.has(`${month} ${key}`) ? [] : [{ month, key: endingOf(key), place: 0 }],
  );
  const found = await inBlocks(db, { kind: ENDINGS }, asked);
  return changedBlocks(
    db,
    { kind: ENDINGS },
    found.filter(({ block }) => block !== null),
    (old, its) => {
      const gone = new Set(its.map(({ key }) => key));
      return old.filter(({ key }) => !gone.has(key));
    },
  );
}

const write = (db: D1Database, statements: readonly Statement[]) =>
  db.batch(statements.map((one) => prepare(db, one)));
