/** What is over in the packed index of closed dials and calls. */
import { type BlockKind, dropped, monthsWith, sifted } from "../../../storage/closed/blocks.ts";
import { prepare, sql } from "../../../core/sql.ts";
import { ALL_KINDS, dayOf, endOf, firstOf, LAST_DIGITS, listedIn, NUMBERS } from "./entries.ts";

/** In `marks`: from which row number on the oldest month has what counts. */
export const SIFTED = "dials-sifted";

/** What is over leaves the blocks: a month with its last file; of the oldest, numbers whose dials are before its first. */
export async function forgetOver(db: D1Database, isTime: () => boolean): Promise<void> {
  const months = new Set<number>();
  for (const kind of ALL_KINDS) for (const month of await monthsWith(db, kind)) months.add(month);
  for (const month of [...months].sort((a, b) => a - b)) {
    if (!isTime()) return;
    const least = await firstIn(db, month);
    if (least === null) await dropMonth(db, month);
    else return sift(db, month, least, isTime);
  }
}

/** The first dial that files of a month have; null where none is left. */
async function firstIn(db: D1Database, month: number): Promise<number | null> {
  return (await db
    .prepare("SELECT MIN(f.members ->> '$[0][0]') AS least FROM closed_files f WHERE f.first BETWEEN ? AND ?")
    .bind(firstOf(month), endOf(month))
    .first<number | null>("least"))!;
}
export async function dropMonth(
  db: D1Database,
  month: number,
  kinds: readonly BlockKind[] = ALL_KINDS,
): Promise<void> {
  for (const kind of kinds)
    for (let changes = 1; changes > 0;) ({ changes } = (await prepare(db, dropped(kind, month)).run()).meta);
}

async function sift(db: D1Database, month: number, least: number, isTime: () => boolean): Promise<void> {
  const mark = JSON.stringify([month, least]);
  const done = await db.prepare("SELECT value FROM marks WHERE name = ?").bind(SIFTED).first<string>("value");
  if (done === mark) return;
  const stays: [BlockKind, Parameters<typeof sifted>[4]][] = [
    [NUMBERS, (entry) => listedIn({ month, ...entry }).num >= least],
    [LAST_DIGITS, ({ value }) => value >= dayOf(least)],
  ];
  for (const [kind, isKept] of stays)
    for (let from: number | null = -1; from !== null;) {
      if (!isTime()) return;
      const step: Awaited<ReturnType<typeof sifted>> = await sifted(db, kind, month, from, isKept);
      if (step.statements.length > 0)
        await db.batch(step.statements.map((statement) => prepare(db, statement)));
      from = step.next;
    }
  await prepare(db, sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", SIFTED, mark)).run();
}
