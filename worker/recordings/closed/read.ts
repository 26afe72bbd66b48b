/** Closed recordings come back into the database, where whoever asks reads them as all others. */
import { asJson, portions, refuseWhere } from "../../storage/closed/kind.ts";
import { lostFile } from "../../storage/closed/files.ts";
import { type Reading, TRIES } from "../../storage/closed/read.ts";
import { rowsOf } from "../../storage/closed/verified.ts";
import { byName, type Hit, hitsOf, packedKept, packedNumbers, whole } from "./names/hits.ts";
import { linesAt } from "./names/lines.ts";
import { numberHits } from "./names/numbers.ts";
import { type Taken, takenBy } from "./taken.ts";
import { record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { idIs, sql, type Statement } from "../../core/sql.ts";
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

/** What leads to some, and to others. `name`: as `closed_kept` has it; '' of a number's. */
export async function indexOf(
  { DB }: Pick<Reading, "DB">,
  { ids = [], refs = [], objects = [], numbers = [] }: Wanted,
): Promise<Hit[]> {
  const names = [
    ...ids.map(nameOfId),
    ...refs.map(nameOfRef),
    ...objects.map(([store, object]) => nameOfObject(store, object)),
  ];
  if (names.length + numbers.length === 0) return [];
  const all = [...new Set(names)];
  const { results } = await DB.prepare(INDEXED)
    .bind(JSON.stringify(all), JSON.stringify([...new Set(numbers)]))
    .all<{ name: string; num: number }>();
  const rows = results.map(({ name, num }) => whole(name, num));
  // Behind the table, out of which entries are packed.
  const packed = await hitsOf(
    DB,
    packedKept,
    all.map((name) => byName(name)),
  );
  const ofNumbers = await numberHits(DB, numbers);
  return [...rows, ...packed, ...ofNumbers.map(({ lo, hi }) => ({ name: "", lo, hi }))];
}

/** Whether a line is one of those. */
function isWanted({ ids = [], refs = [], objects = [], numbers = [] }: Wanted): (line: Line) => boolean {
  const isId = new Set(ids);
  const isRef = new Set(refs);
  const isObject = new Set(objects.map(([store, object]) => `${store}\n${object}`));
  const isNumber = new Set(numbers);
  return ({ id, ref, store, object, number }) =>
    isId.has(id) ||
    isRef.has(ref) ||
    isObject.has(`${store}\n${object}`) ||
    (number !== null && isNumber.has(number));
}

/** The lines of some, and the files that cannot be read, with what led there. */
export async function namedLines(env: Reading, wanted: Wanted) {
  const index = await indexOf(env, wanted);
  if (index.length === 0) return { lines: [], unread: new Map<string, Hit[]>(), index };
  const found = await linesAt(env, keptKind, index, isWanted(wanted));
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

/** What did not come back: files that cannot be read, and what led to their recordings. */
interface Unread {
  files: string[];
  hits: Hit[];
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
    if (index.length === 0) return { files: [], hits: [] };
    try {
      await backAgain(env, lines);
    } catch (error) {
      // Somebody else asked for the same ones.
      if (n === TRIES) throw error;
      continue;
    }
    // One whose line is nowhere cannot come back: `verify --deep` names it.
    return { files: [...unread.keys()], hits: [...new Set([...unread.values()].flat())] };
  }
}

/**
 * Puts lines back into the database, as they are now, a portion a commit. What somebody brought there besides keeps no other of them. Throws
 * at the end where the reference of one is another's, and its audio is nobody's else: it stays in its file, which says where that is.
 */
export async function backAgain(env: Env, lines: readonly Line[], actor = "system"): Promise<void> {
  const stay: string[] = [];
  for (const some of portions(lines)) {
    const there = await takenBy(env, some);
    const isTaken = (line: Line, ...by: Taken[]) => by.includes(there.get(line.num)!);
    stay.push(...some.filter((line) => isTaken(line, "ref")).map(({ id }) => id));
    const rest = some.filter((line) => !isTaken(line, "ref"));
    if (rest.length > 0)
      await back(env, actor, {
        new: rest.filter(({ num }) => !there.has(num)),
        // It came back before: nothing counts it.
        again: rest.filter((line) => isTaken(line, "id")),
        double: rest.filter((line) => isTaken(line, "object")),
      });
  }
  if (stay.length > 0) throw new Error(`their references are others': ${stay.join(", ")}`);
}

/**
 * SQL: the number of a line, where the entry of it is in a block and no row any more; less than zero where only its last digits may be in one, as
 * its month is being packed.
 */
const inBlocks = (number: string, num: string): string =>
  `(SELECT IIF(EXISTS (SELECT 1 FROM closed_kept_numbers n WHERE n.number = ${number} AND n.num = ${num}), -1, 1) * ${number}
    FROM closed_places p WHERE p.kind = ${packedNumbers.kind} AND p.gone = 0 AND p.last >= ${num} AND p.first = (
      SELECT MAX(w.first) FROM closed_places w WHERE w.kind = ${packedNumbers.kind} AND w.gone = 0 AND w.first <= ${num}))`;

/** Some lines of one commit. */
type Coming = Record<"new" | "again" | "double", Line[]>;

function back(env: Env, actor: string, { new: rows, again, double }: Coming): Promise<void> {
  const all = [...rows, ...again, ...double];
  const besides = [...again, ...double].map(({ id }) => id);
  return record(env, {
    actor,
    event: {
      code: "audit.recordings-recalled",
      subject: "",
      payload: { recordings: rows.length, ...(besides.length > 0 && { besides }) },
    },
    statements: [
      // Another that brought one back meanwhile refuses the batch here.
      sql(
        `INSERT INTO closed_kept_out (num, id, gone, number)
         SELECT value ->> 0, value ->> 1, 0, ${inBlocks("value ->> 2", "value ->> 0")} FROM json_each(?)`,
        JSON.stringify(all.map(({ num, id, number }) => [num, id, number])),
      ),
      // First, as a recording that is listed arrives no second time.
      ...unlist(all),
      ...putBack(rows),
      ...uncount([...rows, ...double]),
      sql(
        `UPDATE closed_kept_out SET gone = 1 WHERE num IN (SELECT value ->> 0 FROM json_each(?1)) AND NOT EXISTS (
           SELECT 1 FROM recordings r WHERE ${idIs("r.id", "closed_kept_out.id")} AND r.state <> 'erased')`,
        asJson(all),
      ),
    ],
  });
}

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
    `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN recordings r ON ${idIs("r.id", "j.value")}) <> ?`,
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
  env: Reading,
  objects: readonly (readonly [store: string, object: string])[],
): Promise<(readonly [store: string, object: string])[]> {
  const { names, lines } = await known(env, { objects });
  const found = new Set(lines.map(({ store, object }) => `${store}\n${object}`));
  return objects.filter(
    ([store, object]) => found.has(`${store}\n${object}`) || names.has(nameOfObject(store, object)),
  );
}

/** Which of these references a closed recording has: what is lost arrives no second time either. */
export async function keptRefs(env: Reading, refs: readonly string[]): Promise<string[]> {
  const { names, lines } = await known(env, { refs });
  const found = new Set(lines.map(({ ref }) => ref));
  return refs.filter((ref) => found.has(ref) || names.has(nameOfRef(ref)));
}

/** The names that the index has whole, or that led to lost files; and the lines of those that are packed, which others may be beside. */
async function known(env: Reading, wanted: Wanted): Promise<{ names: Set<string>; lines: Line[] }> {
  const index = await indexOf(env, wanted);
  const packed = index.filter(({ isWhole }) => !isWhole);
  const { lines, unread } = await linesAt(env, keptKind, packed, isWanted(wanted));
  const rows = index.filter(({ isWhole }) => isWhole);
  return { names: new Set([...rows, ...[...unread.values()].flat()].map(({ name }) => name)), lines };
}
