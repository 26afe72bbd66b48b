/**
 * Compares closed numbers with the lists of their parts, for `verify --deep`: some lists of a month at once, with one of its files after the
 * other, as each part has numbers in most of them. Until they have left, lists are in the database; of what no file covers, rows are.
 */
import type { DeepAnswer } from "../../../shared/trail/api.ts";
import { Problem } from "../../core/errors.ts";
import { isNamed, type Member, allLinesIn } from "../../storage/closed/files.ts";
import { nameRead, namesIn, within } from "../bound.ts";
import { screenedId, type Screened, verdictOfScreened } from "../screened.ts";
import { atOnce, type Finding, finding, unlike } from "../unlike.ts";
import { FILES, keyOfList, type List, listLine, readList, readRow } from "./lines.ts";
import { listFileAfter } from "./lists.ts";
import type { Reading } from "./read.ts";

/** Files of rows that a step reads at the most, and lists of the database that it compares with them. */
const MOST = { files: 10, lists: 15 };

/** Some lists of a month, and the block up to which its files were compared with them: `~202608/F/12/442079`. */
interface Place {
  month: number;
  /** The lists of the file that begins with part `first`; those behind that part in the database; or the month has none. */
  of: "F" | "D" | "N";
  first: number;
  block: number;
}
/** Before each block. */
const START = -1;
const placeText = ({ month, of, first, block }: Place): string => `~${month}/${of}/${first}/${block}`;
export const isClosedPlace = (text: string): boolean => text.startsWith("~");
function placeIn(text: string): Place {
  const [month, of, first, block] = text.slice(1).split("/");
  return { month: Number(month), of: of as Place["of"], first: Number(first), block: Number(block) };
}

/** Where comparing begins; null where no month is closed. */
export async function firstPlace(db: D1Database, after = 0): Promise<string | null> {
  const month = await db
    .prepare("SELECT MIN(month) AS month FROM closed_screenings WHERE month > ?")
    .bind(after)
    .first<number | null>("month");
  if (month === null) return null;
  const none: Place = { month, of: "N", first: 0, block: START };
  return placeText((await listsBehind(db, none)) ?? none);
}

/** The lists of a month behind some: those of files come first. */
async function listsBehind(db: D1Database, { month, of, first }: Place, last = 0): Promise<Place | null> {
  const file = of === "D" ? null : await listFileAfter(db, month, 0, of === "F" ? first : 0);
  if (file) return { month, of: "F", first: file.first, block: START };
  const [more] = await listsHere(db, month, last, 1);
  return more ? { month, of: "D", first: last, block: START } : null;
}

/** Lists of a month's parts that are in the database still. */
async function listsHere(db: D1Database, month: number, after: number, most: number): Promise<List[]> {
  const { results } = await db
    .prepare(
      `SELECT ${listLine} AS line FROM closed_parts c CROSS JOIN screening_parts p ON p.num = c.num
       CROSS JOIN screened_bound r ON r.screening = p.screening AND r.part = p.part
       WHERE c.month = ? AND c.num > ? ORDER BY c.num LIMIT ?`,
    )
    .bind(month, after, most)
    .all<{ line: string }>();
  return results.map(({ line }) => readList(line));
}

/** One step. `due` (ISO 8601): lists of before are over. */
export async function verifyClosed(
  env: Reading,
  after: string,
  { most, due }: { most: number; due: string },
): Promise<DeepAnswer> {
  const place = placeIn(after);
  const { month, block } = place;
  const all = await listsAt(env, place);
  const lists = all.filter(({ at }) => at >= due);
  const findings: Finding[] = [];
  const files = await filesOf(env.DB, month, block);
  if (block === START && place.of === "F") findings.push(...(await beside(env.DB, month, lists)));
  const isFirst = await isFirstOf(env.DB, place);
  let [checked, read, upTo] = [0, 0, block];
  for (const file of files) {
    try {
      const rows = Map.groupBy(await allLinesIn(env, { readLine: readRow }, file), ({ part }) => part);
      for (const list of lists) {
        const its = namesIn(within(list.rows, file.first, file.last));
        findings.push(...unlike(keyOfList(list), its, rows.get(list.num) ?? []));
        checked += its.size;
      }
      read += file.rows;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Once of each file; one that came back meanwhile, or went, is none.
      if (isFirst && (await isNamed(env.DB, FILES, file.key))) findings.push(finding(file.key, "unreadable"));
    }
    upTo = file.last;
    if (read >= most) break;
  }
  const isDone = files.length < MOST.files && upTo === (files.at(-1)?.last ?? block);
  const next = isDone
    ? await listsBehind(env.DB, place, place.of === "D" ? (all.at(-1)?.num ?? place.first) : 0)
    : { ...place, block: upTo };
  const isOver = next === null || place.of === "N";
  return {
    checked,
    findings: atOnce(findings),
    next: isDone && isOver ? await firstPlace(env.DB, month) : placeText(next!),
  };
}

/** Where a file of lists cannot be read, comparing the lists names it: here it has none. */
async function listsAt(env: Reading, { month, of, first }: Place): Promise<List[]> {
  if (of === "N") return [];
  if (of === "D") return listsHere(env.DB, month, first, MOST.lists);
  const file = await listFileAfter(env.DB, month, 0, first - 1);
  if (file?.month !== month || file.first !== first) return [];
  return allLinesIn(env, { readLine: readList }, file).catch((error: unknown) => {
    if (error instanceof Problem) return [];
    throw error;
  });
}

const isFirstOf = async (db: D1Database, { month, of, first }: Place): Promise<boolean> => {
  if (of === "D" && first > 0) return false;
  const before = of === "F" ? "first < ?2" : "?2 = ?2";
  const row = await db
    .prepare(`SELECT 1 FROM closed_screened WHERE month = ?1 AND lists = 1 AND ${before} LIMIT 1`)
    .bind(month, first)
    .first();
  return row === null;
};

interface File {
  first: number;
  last: number;
  key: string;
  rows: number;
  members: Member[];
}
async function filesOf(db: D1Database, month: number, after: number): Promise<File[]> {
  const { results } = await db
    .prepare(
      `SELECT first, last, key, rows, members FROM closed_screened
       WHERE month = ? AND lists = 0 AND first > ? ORDER BY first LIMIT ?`,
    )
    .bind(month, after, MOST.files)
    .all<Omit<File, "members"> & { members: string }>();
  return results.map((file) => ({ ...file, members: JSON.parse(file.members) as Member[] }));
}

/** Of closed lists, what no file of their month covers: one is lost that came back in part, or somebody took rows away before. */
async function beside(db: D1Database, month: number, lists: readonly List[]): Promise<Finding[]> {
  const { results } = await db
    .prepare("SELECT first, last FROM closed_screened WHERE month = ? AND lists = 0 ORDER BY first")
    .bind(month)
    .all<Span>();
  const isCovered = among(results);
  const findings: Finding[] = [];
  for (const list of lists) {
    const names = namesIn(list.rows);
    if ([...names.keys()].every((name) => isCovered(nameRead(name).block))) continue;
    const its = await uncovered(db, list.num, names);
    findings.push(...unlike(keyOfList(list), its.list, its.here));
  }
  return findings;
}

/**
 * Of a part's list what no file covers, and the rows that the database has of that. In one batch, as they may leave meanwhile.
 */
export async function uncovered(
  db: D1Database,
  part: number,
  names: ReadonlyMap<string, string>,
): Promise<{ list: Map<string, string>; here: Screened[] }> {
  const blocks = new Set([...names.keys()].map((name) => nameRead(name).block));
  const [files, rows] = await db.batch([
    db
      .prepare(
        `SELECT f.first, f.last FROM closed_parts c CROSS JOIN closed_screened f ON f.month = c.month AND f.lists = 0
         WHERE c.num = ? ORDER BY f.first`,
      )
      .bind(part),
    db
      .prepare(
        `SELECT d.id >> 24 AS block, ${verdictOfScreened("d.id")} AS verdict, d.data
         FROM json_each(?1) j JOIN screened d
           ON d.id BETWEEN ${screenedId("j.value", "?2", "0")} AND ${screenedId("j.value", "?2", "3")}`,
      )
      .bind(JSON.stringify([...blocks].filter(Number.isSafeInteger)), part),
  ]);
  const isCovered = among(files!.results as unknown as Span[]);
  return {
    list: new Map([...names].filter(([name]) => !isCovered(nameRead(name).block))),
    here: (rows!.results as unknown as Screened[]).filter(({ block }) => !isCovered(block)),
  };
}

interface Span {
  first: number;
  last: number;
}
/** Whether a block is in one of these spans, which follow each other. */
function among(spans: readonly Span[]): (block: number) => boolean {
  return (block) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle]!.last < block) low = middle + 1;
      else high = middle;
    }
    return low < spans.length && spans[low]!.first <= block;
  };
}
