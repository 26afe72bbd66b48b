/**
 * Copies rows of large tables ahead of the migrations that rebuild them, in slices, while the Worker of before answers: D1 gives all of a
 * migration 30 seconds. Where it was interrupted it resumes at the newest row that was copied.
 */
import { Plain } from "../lib/processes.ts";
import { type Move, moves, type Steps, stepsOf } from "./moves.ts";

/** What D1 said of each statement: its rows, the milliseconds it took there, and the size of the database, if it says so. */
interface Answer {
  rows: Record<string, unknown>[];
  ms: number;
  size?: number;
}
/** Runs statements in their order, each whole or not at all. Wrangler takes seconds to start: what can go together does. */
export type Ask = (statements: readonly string[]) => Promise<Answer[]>;

export interface Ahead {
  ask: Ask;
  say: (line: string) => void;
  /** The migrations, and the text of each. */
  files: readonly string[];
  read: (file: string) => string;
  /** So many rows a migration moves by itself. */
  few?: number;
  /** Rows of the first slice. */
  first?: number;
}

/** A migration refuses more than 250,000. */
const FEW = 100_000;
const FIRST = 2_000;
/** How long a slice should take in D1, in ms: others wait as long. */
const AIM = 700;
const [LEAST, MOST] = [500, 20_000];
/** D1 ends at 10 GB; a Worker that cannot write is worse than an upgrade that waits. */
const ROOM = 9_700_000_000;
/** How many rows there are between two words on how far it is. */
const WORD = 100_000;

const quoted = (names: Iterable<string>): string => [...names].map((name) => `'${name}'`).join(", ");
const number = (n: number): string => n.toLocaleString("en-GB");
const one = async (ask: Ask, statement: string): Promise<Record<string, unknown>[]> =>
  (await ask([statement]))[0]!.rows;
const flat = (sql: string): string =>
  sql.replace(/^(CREATE (?:UNIQUE )?\w+) IF NOT EXISTS/, "$1").replaceAll(/["\s]+/g, " ");

/** Migrations that the database has had. */
async function applied(ask: Ask): Promise<Set<unknown>> {
  const there = await one(ask, "SELECT name FROM sqlite_schema WHERE name = 'd1_migrations'");
  if (there.length === 0) return new Set();
  return new Set((await one(ask, "SELECT name FROM d1_migrations")).map(({ name }) => name));
}

/** Asks what of a move is in the database. An index of this name may be that of a table of before. */
const thereIn = ({ made, tables }: Steps): string =>
  `SELECT name, sql FROM sqlite_schema WHERE name IN (${quoted(made.keys())})
   AND (type <> 'index' OR tbl_name IN (${quoted(tables)}))`;
/** What it answers: SQL by name. */
const byName = (rows: readonly Record<string, unknown>[]): Map<string, string> =>
  new Map(rows.map(({ name, sql }) => [String(name), String(sql)]));

/** Copies what the migrations to come would move. */
export async function copyAhead(own: Ahead): Promise<void> {
  const { ask, files, read } = own;
  const had = await applied(ask);
  if (had.size === 0) return;
  const open = moves.filter(({ file }) => files.includes(file) && !had.has(file));
  for (const move of open) {
    const steps = stepsOf(move, read(move.file));
    const missing = files.filter((file) => file < moves[0]!.file && !had.has(file));
    if (missing.length > 0) {
      const isThere = `type = 'table' AND name = '${move.from}'`;
      const table = await one(ask, `SELECT 1 FROM sqlite_schema WHERE ${isThere}`);
      const [{ n } = { n: 0 }] =
        table.length === 0 ? [] : await one(ask, `SELECT COUNT(*) AS n FROM ${move.from}`);
      if (Number(n) <= FEW) continue;
      throw new Plain(
        `This database has ${number(Number(n))} ${move.what} and lacks ${missing[0]}: deploy the release before ${move.file} first (docs/deploy.md).`,
      );
    }
    await copy(own, move, steps);
  }
}

async function copy({ ask, say, few = FEW, first = FIRST }: Ahead, move: Move, steps: Steps): Promise<void> {
  const [schema, counted] = await ask([
    thereIn(steps),
    `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${move.from} LIMIT ${few + 1})`,
  ]);
  let there = byName(schema!.rows);
  if (await isStale(ask, steps, there)) {
    say(`  What was copied of ${move.what} is not kept as it is any more: it is taken away first.`);
    await takeAway(ask, steps);
    there = new Map();
  }
  if (there.size === 0 && Number(counted!.rows[0]!["n"]) <= few) return;
  // All at once, as indexes are made on empty tables: none of them takes long. What is not made of them is made when this resumes.
  const missing = [...steps.made].filter(([name]) => !there.has(name)).map(([, sql]) => sql);
  const began = (await ask([...missing, steps.mark(null)])).at(-1)!;

  let size = first;
  let behind = began.rows[0]!["mark"] as number | null;
  let said = 0;
  let copied = 0;
  for (;;) {
    const [slice, marked, compared] = await ask([steps.slice(size), steps.mark(behind), steps.wrong(behind)]);
    const { mark, last, came } = marked!.rows[0] as {
      mark: number | null;
      last: number | null;
      came: number;
    };
    const wrong = Number(compared!.rows[0]!["wrong"]);
    if (wrong > 0)
      throw new Plain(
        `${number(wrong)} of ${number(size)} ${move.what} behind number ${behind ?? 0} did not come over as they are. Nothing has changed for the Worker; take the copy away by npm run deploy -- --undo-ahead, and report this.`,
      );
    if ((slice!.size ?? 0) > ROOM)
      throw new Plain(
        `The database has no room for a second copy of its ${move.what}: ${number(slice!.size!)} bytes. Nothing has changed for the Worker; take the copy away by npm run deploy -- --undo-ahead, and see docs/deploy.md.`,
      );
    copied += came;
    if (copied - said >= WORD) {
      said = copied;
      say(`  copied ${move.what} up to number ${number(mark ?? 0)} of ${number(last ?? 0)}`);
    }
    // What comes meanwhile is the migration's.
    if (came < size) break;
    behind = mark;
    const ms = Math.max(slice!.ms + compared!.ms, 1);
    size = Math.round(Math.min(Math.max((size * AIM) / ms, LEAST), MOST, size * 4));
  }
  const [{ before, now }] = (await one(ask, steps.counts)) as [{ before: number; now: number }];
  if (before !== now)
    throw new Plain(
      `${number(before)} ${move.what}, but ${number(now)} copies. Nothing has changed for the Worker; take them away by npm run deploy -- --undo-ahead, and report this.`,
    );
  say(`  copied ${number(now)} ${move.what} ahead of ${move.file}`);
}

/** Whether there are copies that no trigger keeps, or that another version of the migration began. */
async function isStale(ask: Ask, steps: Steps, there: Map<string, string>): Promise<boolean> {
  if ([...there].some(([name, sql]) => flat(sql) !== flat(steps.made.get(name)!))) return true;
  if (!there.has(steps.tables[0]!) || steps.mirrors.every((name) => there.has(name))) return false;
  return (await one(ask, `SELECT 1 FROM ${steps.tables[0]} LIMIT 1`)).length > 0;
}

/** Takes away what was copied ahead of migrations that were not applied. The Worker of before goes on. */
export async function undoAhead({ ask, files, read, say }: Omit<Ahead, "few" | "first">): Promise<void> {
  const had = await applied(ask);
  let isAny = false;
  for (const move of moves.filter(({ file }) => files.includes(file) && !had.has(file))) {
    const steps = stepsOf(move, read(move.file));
    if ((await one(ask, thereIn(steps))).length === 0) continue;
    isAny = true;
    await takeAway(ask, steps);
    say(`  took away the copies of ${move.what}`);
  }
  if (!isAny) say("Nothing was copied ahead.");
}

/** The triggers of the table of before go first, as its writes would fail without what they write to; a statement each, none of them long. */
async function takeAway(ask: Ask, { made, mirrors, tables, view }: Steps): Promise<void> {
  for (const name of mirrors) await ask([`DROP TRIGGER IF EXISTS ${name}`]);
  if (view !== null) await ask([`DROP VIEW IF EXISTS ${view}`]);
  const indexes = await one(
    ask,
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name IN (${quoted(tables)}) AND name IN (${quoted(made.keys())})`,
  );
  for (const { name } of indexes) await ask([`DROP INDEX ${String(name)}`]);
  for (const name of tables) await ask([`DROP TABLE IF EXISTS ${name}`]);
}
