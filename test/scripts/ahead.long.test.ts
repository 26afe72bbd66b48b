/**
 * Rows of large tables are copied ahead of the migrations that rebuild them, while the Worker of before writes: in D1 itself. What comes of it
 * is what the migrations make of the same database in one go.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ask, undoAhead } from "../../scripts/ahead/copy.ts";
import {
  ahead,
  apply,
  back,
  contents,
  type Database,
  files,
  FIRST,
  killing,
  lies,
  older,
  read,
  schema,
  stop,
  writes,
} from "./ahead-kit.ts";

const N = 500;
let one: Database;
let other: Database;
/** What a copy ahead, or a migration, has only meanwhile. */
const left = async ({ db }: Database) =>
  (await schema(db)).filter((line) =>
    /^\w+ (?:\w+_ahead\b|\w+_ahead_|(?:recordings|audit|calls)_(?:slices|before)\b)/.test(line),
  );

/** False where its process was killed. */
const over = (act: Promise<void>): Promise<boolean> =>
  act.then(
    () => true,
    (error: Error) => {
      if (error.message !== "killed") throw error;
      return false;
    },
  );

beforeAll(async () => {
  one = await older("one", N);
  other = await older("two", N);
});
afterAll(stop);

it("is interrupted at each statement and goes on, beside all that the Worker of before writes; then it is as migrated in one go", async () => {
  const [here, there] = [writes(N), writes(N)];
  const ask = killing(one.ask);
  const said: string[] = [];
  let turns = 0;
  for (; turns < 400; turns++) {
    const isOver = await over(ahead({ ask }, { say: (line) => said.push(line) }));
    await here(one.db);
    await there(other.db);
    if (turns % 40 === 0) expect(await contents(one.db)).toEqual(await contents(other.db));
    if (isOver) break;
  }
  expect(turns).toBeGreaterThan(80);
  expect(turns).toBeLessThan(400);
  // It went on where it was.
  expect(said.filter((line) => line.includes("taken away"))).toEqual([]);
  // Copies, the last rows too; and as many writes again between this and the migration, of rows that were copied and new ones.
  await ahead(one);
  for (let k = 0; k < 60; k++) {
    await here(one.db);
    await there(other.db);
  }
  for (const { db } of [one, other]) await apply(db, (name) => name >= FIRST);
  expect(await contents(one.db)).toEqual(await contents(other.db));
  expect(await lies(one.db)).toEqual(await lies(other.db));
  expect(await schema(one.db)).toEqual(await schema(other.db));
  expect(await left(one)).toEqual([]);
  expect((await one.db.prepare("PRAGMA foreign_key_check").all()).results).toEqual([]);
});

it("going back and up again: as it was, with and without copies ahead", async () => {
  const before = await contents(one.db);
  for (const { db } of [one, other])
    for (const { queries } of back.toSorted((a, b) => (a.name < b.name ? 1 : -1)))
      await db.batch(queries.map((query) => db.prepare(query)));
  const had = (await one.db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>()).results;
  const again = files.filter((file) => had.every(({ name }) => name !== file));
  expect(again.map((file) => file.slice(0, 4))).toEqual(["0165", "0166", "0176"]);
  const said: string[] = [];
  await ahead(one, { say: (line) => said.push(line) });
  expect(said.filter((line) => /^ {2}copied \d+ (?:recordings|rows) .*ahead of/.test(line))).toHaveLength(2);
  for (const { db } of [one, other]) await apply(db, (name) => again.includes(name));
  expect(await contents(one.db)).toEqual(before);
  expect(await contents(other.db)).toEqual(before);
  expect(await schema(one.db)).toEqual(await schema(other.db));
  expect(await left(one)).toEqual([]);
});

it("given up, at whichever statement, the Worker of before goes on; and one that resumes trusts no copy that was let go", async () => {
  const it = await older("three", 200);
  const [was, write] = [await schema(it.db), writes(200)];
  const undo = (ask: Ask) => undoAhead({ ask, files, read, say: () => undefined });
  await ahead(it);
  expect(await left(it)).not.toEqual([]);
  // As a process that is gone after the first trigger went: what was copied is kept as it is no more.
  const once: Ask = async (statements) => {
    const answers = await it.ask(statements);
    if (statements[0]!.startsWith("DROP")) throw new Error("killed");
    return answers;
  };
  await expect(undo(once)).rejects.toThrow("killed");
  for (let k = 0; k < 22; k++) await write(it.db);
  await expect(apply(it.db, (name) => name.startsWith("0165"))).rejects.toThrow(
    "What was copied of recordings was given up: npm run deploy copies them again",
  );
  const said: string[] = [];
  await ahead(it, { say: (line) => said.push(line) });
  expect(said[0]).toContain("recordings is not kept as it is any more");
  const ask = killing(it.ask);
  for (let turn = 0; turn < 200; turn++) {
    const isOver = await over(undo(ask));
    await write(it.db);
    if (isOver) break;
  }
  expect(await schema(it.db)).toEqual(was);
  await ahead(it);
  await undo(it.ask);
  expect(await schema(it.db)).toEqual(was);
  const before = await contents(it.db);
  await apply(it.db, (name) => name >= FIRST);
  expect(await contents(it.db)).toEqual(before);
});

it("does not go on where a copy is lost, nor does the migration", async () => {
  const it = await older("four", 200);
  await ahead(it);
  await it.db.exec("DELETE FROM recording_rows WHERE num = 7");
  await expect(ahead(it)).rejects.toThrow("200 recordings, but 199 copies");
  const was = await schema(it.db);
  await expect(apply(it.db, (name) => name.startsWith("0165"))).rejects.toThrow(
    "recordings: not all were moved",
  );
  expect(await schema(it.db)).toEqual(was);
});

it("little is left to the migrations; more than they can move they refuse, before anything has changed", async () => {
  const it = await older("five", 250_001);
  await ahead(it, { few: 250_002 });
  expect(await left(it)).toEqual([]);
  const was = await schema(it.db);
  for (const [file, what] of Object.entries({
    "0165": "recordings",
    "0166": "rows of the audit trail",
    "0168": "calls",
  }))
    await expect(
      apply(it.db, (name) => name.startsWith(file)),
      what,
    ).rejects.toThrow(`There are more than 250,000 ${what} to move: npm run deploy copies them first`);
  expect(await schema(it.db)).toEqual(was);
  await ahead(it);
  await apply(it.db, (name) => name >= FIRST);
  expect(await it.db.prepare("SELECT COUNT(*) AS n FROM recordings").first("n")).toBe(250_001);
});

it("a database whose indexes have their first names is the same afterwards", async () => {
  const it = await older("six", 20);
  await apply(it.db, (name) => name >= FIRST);
  const was = await schema(it.db);
  const { results } = await it.db
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name GLOB '*_rows_*' AND tbl_name IN ('recording_rows', 'call_rows')",
    )
    .all<{ name: string; sql: string }>();
  expect(results).toHaveLength(29);
  for (const { name, sql } of results) {
    const first = name.replace("recording_rows_", "recordings_").replace("call_rows_", "calls_");
    await it.db.batch([`DROP INDEX ${name}`, sql.replace(name, first)].map((one) => it.db.prepare(one)));
  }
  expect(await schema(it.db)).not.toEqual(was);
  await apply(it.db, (name) => name.startsWith("0176"));
  expect(await schema(it.db)).toEqual(was);
});
