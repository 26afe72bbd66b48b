/** Closed recordings come back into the database, where whoever asks reads them as all others. */
import { chunks } from "../../../shared/core/chunks.ts";
import { portions, refuseWhere } from "../../storage/closed/kind.ts";
import { lostFile } from "../../storage/closed/files.ts";
import { closedLinesIn, type Reading, TRIES } from "../../storage/closed/read.ts";
import { rowsOf } from "../../storage/closed/verified.ts";
import { record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import {
  FROM_LINES,
  keptKind,
  type Line,
  nameOfId,
  nameOfObject,
  nameOfRef,
  putBack,
  uncount,
  unlist,
} from "./lines.ts";

/** Which recordings: by their ids, references, objects (store and key), or numbers as `numberOf` has them. */
export interface Wanted {
  ids?: readonly string[];
  refs?: readonly string[];
  objects?: readonly (readonly [store: string, object: string])[];
  numbers?: readonly number[];
}

const INDEXED = `SELECT CAST(c.name AS TEXT) AS name, c.num FROM json_each(?1) j
    CROSS JOIN closed_kept c ON c.name = CAST(j.value AS INTEGER)
  UNION SELECT '', n.num FROM json_each(?2) j CROSS JOIN closed_kept_numbers n ON n.number = j.value`;

/** What the index has of some; of a name that others have as well, these too. `name`: as `closed_kept` has it; '' of a number's. */
export async function indexOf(
  { DB }: Pick<Reading, "DB">,
  { ids = [], refs = [], objects = [], numbers = [] }: Wanted,
): Promise<{ name: string; num: number }[]> {
  const names = [
    ...ids.map(nameOfId),
    ...refs.map(nameOfRef),
    ...objects.map(([store, object]) => nameOfObject(store, object)),
  ];
  if (names.length + numbers.length === 0) return [];
  const { results } = await DB.prepare(INDEXED)
    .bind(JSON.stringify([...new Set(names)]), JSON.stringify([...new Set(numbers)]))
    .all<{ name: string; num: number }>();
  return results;
}

const numsOf = (index: readonly { num: number }[]): number[] => [...new Set(index.map(({ num }) => num))];

/** The lines of some, and the files that cannot be read, with the row numbers that they may have. */
export async function namedLines(env: Reading, wanted: Wanted) {
  const index = await indexOf(env, wanted);
  if (index.length === 0) return { lines: [], unread: new Map<string, number[]>(), index };
  const found = await closedLinesIn(env, keptKind, numsOf(index));
  return { ...found, index };
}

/** Throws the Problem `archive-broken` where one of these files is not lost, and could only not be read right now. */
export async function wantLost(env: Reading, files: readonly string[]): Promise<void> {
  for (const key of files)
    if (!(await lostFile(env, keptKind, key))) throw new Problem("archive-broken", key);
}

/** Puts closed recordings back into `recordings`. Throws the Problem `archive-broken` where their file cannot be read. */
export async function recallKept(env: Env, wanted: Wanted): Promise<void> {
  const { files } = await recallReadable(env, wanted);
  if (files.length > 0) throw new Problem("archive-broken", files[0]);
}

/** What did not come back: files that cannot be read, and their recordings that were asked for, by number. */
interface Unread {
  files: string[];
  nums: number[];
}

/** The same, where a lost file stops nothing; one that only does not answer right now still does. */
export async function recallSome(env: Env, wanted: Wanted): Promise<Unread> {
  const unread = await recallReadable(env, wanted);
  await wantLost(env, unread.files);
  return unread;
}

async function recallReadable(env: Env, wanted: Wanted): Promise<Unread> {
  for (let n = 1; ; n++) {
    const { lines, unread, index } = await namedLines(env, wanted);
    if (index.length === 0) return { files: [], nums: [] };
    try {
      await backAgain(env, lines);
    } catch (error) {
      // Somebody else asked for the same ones.
      if (n === TRIES) throw error;
      continue;
    }
    // One whose line is nowhere cannot come back: `verify --deep` names it.
    return { files: [...unread.keys()], nums: [...unread.values()].flat() };
  }
}

/** Puts lines back into the database, as they are now. */
export async function backAgain(env: Env, lines: readonly Line[]): Promise<void> {
  for (const some of portions(lines)) await back(env, some);
}

const back = (env: Env, lines: readonly Line[]): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "audit.recordings-recalled", subject: "", payload: { recordings: lines.length } },
    statements: [
      // First, as a recording that is listed arrives no second time.
      ...unlist(lines),
      ...putBack(lines),
      ...uncount(lines),
      ...countOut(lines),
    ],
  });

/** Lines that count no more in their files. */
export const countOut = (lines: readonly Line[]): Statement[] => [
  sql(
    "INSERT INTO closed_kept_out (num, id) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
    JSON.stringify(lines.map(({ num, id }) => [num, id])),
  ),
];

/** What a statement that reads `recordings` answers of closed ones, which stay where they are. Throws the Problem `archive-broken`. */
export async function keptRows<Row>(
  env: Reading,
  wanted: Wanted,
  matches: (line: Line) => boolean,
  select: string,
): Promise<Row[]> {
  const { lines, unread } = await namedLines(env, wanted);
  const its = lines.filter(matches);
  const [key] = unread.keys();
  if (its.length === 0 && key !== undefined) throw new Problem("archive-broken", key);
  return rowsOf<Row>(env.DB, `${FROM_LINES} ${select}`, its);
}

/** Refuses the batch (`conflict`) unless these recordings, which it names or changes, are in the database: one may close once it was read. */
export const wantHere = (ids: readonly string[]): Statement => {
  const all = [...new Set(ids)];
  return refuseWhere(
    "(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN recordings r ON r.id = j.value) <> ?",
    ...[JSON.stringify(all), all.length],
  );
};

/** Refuses the batch (`conflict`) if one of these objects is a closed recording's: no two share one. */
export const wantFree = (objects: readonly (readonly [store: string, object: string])[]): Statement =>
  refuseWhere(
    `EXISTS (SELECT 1 FROM json_each(?) j CROSS JOIN closed_kept c ON c.name = CAST(j.value AS INTEGER))`,
    JSON.stringify(objects.map(([store, object]) => nameOfObject(store, object))),
  );

/** Which of these objects a closed recording has. */
export async function keptObjects(
  { DB }: Pick<Reading, "DB">,
  objects: readonly (readonly [store: string, object: string])[],
): Promise<(readonly [store: string, object: string])[]> {
  const index = await indexOf({ DB }, { objects });
  const names = new Set(index.map(({ name }) => name));
  return objects.filter(([store, object]) => names.has(nameOfObject(store, object)));
}

/** Which of these references a closed recording has. No file is read: what is lost arrives no second time either. */
export async function keptRefs({ DB }: Pick<Reading, "DB">, refs: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of chunks(refs, 1000)) {
    const { results } = await DB.prepare(
      `SELECT j.value ->> 0 AS ref FROM json_each(?) j
       WHERE EXISTS (SELECT 1 FROM closed_kept c WHERE c.name = CAST(j.value ->> 1 AS INTEGER))`,
    )
      .bind(JSON.stringify(some.map((ref) => [ref, nameOfRef(ref)])))
      .all<{ ref: string }>();
    found.push(...results.map(({ ref }) => ref));
  }
  return found;
}
