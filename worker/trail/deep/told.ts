/** Verifying a table against the trail, from its rows to the events that tell of them: finds rows that none tells of. */
import type { DeepAnswer } from "../../../shared/trail/api.ts";
import type { KeptRow } from "../../../shared/trail/chain.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { BOUND, type BoundTable } from "../../core/bound.ts";
import { isInPart } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { isOfBefore, type Kept } from "../altered.ts";
import { unlikeIn } from "../../watching/batches.ts";
import { broughtBack } from "../erased.ts";
import { type Archive, archivesOf, linked, payloads, readObject, withPayloads } from "../rows.ts";
import { boundLate, isOfReturned } from "../closed.ts";
import { type Known, startOf } from "../start.ts";

/** A commit is dated after what it writes, and clocks differ. */
const NEAR = 2 * MINUTE;
/** And a run of the clock or of a queue, which may take 15 minutes, dates what it writes by its start. */
const RUN = 15 * MINUTE + NEAR;

type Finding = DeepAnswer["findings"][number];

/** An archive that cannot be read, as a finding. */
export const broken = ({ name }: Pick<BoundTable, "name">, { key, firstSeq }: Archive): Finding => ({
  ...{ table: name, key, seq: firstSeq, what: "unreadable", columns: [] },
});

/** A file of closed rows that cannot be read, as a finding. */
export const unreadFile = ({ name }: Pick<BoundTable, "name">, key: string): Finding => ({
  ...{ table: name, key, seq: null, what: "unreadable", columns: [] },
});

/** The index of closed rows has entries that none of them has. */
const beyond = ({ name, closed }: BoundTable): Finding => ({
  ...{ table: name, key: closed!.index, seq: null, what: "extra", columns: [] },
});

/** From the rows after place `after` to their events. */
export async function rowsPass(
  env: Env,
  table: BoundTable,
  after: string,
  { most, objects, now }: { most: number; objects: number; now: number },
): Promise<DeepAnswer> {
  const counted = table.closed?.counted;
  if (counted && after.startsWith("~")) {
    const { extra, next } = await counted(env, after);
    const excused = { request: 0, retention: 0, returned: 0 };
    return { checked: 0, findings: extra ? [beyond(table)] : [], next, excused };
  }
  const here = await env.DB.prepare(`${table.select} WHERE ${table.after} ORDER BY ${table.order} LIMIT ?2`)
    .bind(after, most)
    .all<Kept>();
  const closed = await table.closed?.after?.(env, after, most);
  const results = closed
    ? [...new Map([...here.results, ...(closed.rows as Kept[])].map((row) => [row.key, row])).values()]
        .sort((a, b) => table.closed!.order(a.place, b.place))
        .slice(0, most)
    : here.results;
  const known = await startOf(env);
  const told = await toldRows(env, table, results, known, objects);
  const rows = results.slice(0, told.done);
  const lowest = rows.length === 0 ? null : await lowestBound(env.DB, table);
  const findings = rows
    .filter((row) => !told.has(row) || (row.code === null && lowest !== null && Number(row.key) > lowest))
    .map(({ key }): Finding => ({ table: table.name, key, seq: null, what: "extra", columns: [] }));
  const unlike = (table.batch ? await unlikeIn(env.DB, table, rows) : [])
    .filter(({ key, columns }) => columns !== null || !findings.some((finding) => finding.key === key))
    .map(({ key, columns }): Finding => {
      const of = { table: table.name, key, seq: null };
      return columns === null ? { ...of, what: "extra", columns: [] } : { ...of, what: "altered", columns };
    });
  const follows =
    (await table.follows?.(
      env,
      rows.map(({ key }) => key),
      now,
    )) ?? [];
  unlike.push(
    ...follows.map(({ key, columns }): Finding => {
      return { table: table.name, key, seq: null, what: "altered", columns };
    }),
  );
  // Behind it is for the next step.
  const last = results.length < most ? null : (rows.at(-1)?.place ?? "");
  const isHere = (place: string) => last === null || table.closed!.order(place, last) <= 0;
  const files = new Set((closed?.unread ?? []).flatMap(({ key, first }) => (isHere(first) ? [key] : [])));
  const unlisted = new Set(closed?.unlisted);
  unlike.push(
    ...[...files].map((key) => unreadFile(table, key)),
    ...rows.flatMap(({ key }): Finding[] =>
      unlisted.has(key)
        ? [{ table: table.name, key, seq: null, what: "altered", columns: [table.closed!.index] }]
        : [],
    ),
  );
  const names = rows.map(({ key }) => `${table.name}/${key}`);
  const back = [...(await broughtBack(env, known, names, new Date(now).toISOString()))].map(
    ([name, seq]): Finding => ({
      ...{ table: table.name, key: name.slice(table.name.length + 1), seq, what: "back", columns: [] },
    }),
  );
  // It read so far, and there may be more behind.
  const reached = results.length < most && rows.length === results.length ? closed?.reached : undefined;
  const isDone = reached === undefined && results.length < most && rows.length === results.length;
  const index = (isDone && (await counted?.(env, ""))) || { extra: false, next: null };
  const count = (is: (row: Kept) => boolean) => rows.filter(is).length;
  const inPart = (row: Kept) => isInPart(table, row);
  return {
    checked: rows.length,
    findings: [
      ...told.broken.map((archive) => broken(table, archive)),
      ...[...findings, ...unlike, ...back],
      ...(index.extra ? [beyond(table)] : []),
    ],
    next: isDone ? index.next : (reached ?? rows.at(-1)!.place),
    excused: { request: 0, retention: 0, returned: count(told.isReturned) },
    bound: {
      every: count((row) => row.code !== null && !inPart(row)),
      some: count((row) => (row.code === null ? row.bare === 0 : inPart(row))),
      none: count(({ code, bare }) => code === null && bare === 1),
    },
  };
}

/** Of a table whose keys are numbers in their order, the lowest that is bound: no row above it is from before. */
const lowestBound = async (db: D1Database, { name, columns: [key] }: BoundTable): Promise<number | null> =>
  key === "version"
    ? ((
        await db
          .prepare(`SELECT MIN(${key}) AS n FROM ${name} WHERE code IS NOT NULL`)
          .first<{ n: number | null }>()
      )?.n ?? null)
    : null;

interface ToldRows {
  has: (row: Kept) => boolean;
  /** An older Worker wrote it, as an officer said. */
  isReturned: (row: Kept) => boolean;
  /** How many of the rows were looked for: archives beyond `objects` are for the next step. */
  done: number;
  broken: Archive[];
}

/**
 * Which rows have an event that is of their time and that the Ledger wrote: in the database, or in the archived objects of their
 * time. One of before whose events do not name it must be older than the adoption.
 */
async function toldRows(
  env: Env,
  table: BoundTable,
  rows: readonly Kept[],
  known: Known,
  objects: number,
): Promise<ToldRows> {
  const start = known[table.adoption ?? "rows"];
  const codes = [...table.codes, ...(table.told ?? [])];
  const told = new Map<string, { time: number | null; payload: string | null }[]>();
  const note = (row: KeptRow) => {
    if (known.originOf(row) === "forged") return;
    // What was there before the adoption was bound as it was then.
    const isLate = row.code === BOUND && (start === null || row.seq < start.seq);
    const one = { time: isLate ? null : Date.parse(row.at), payload: row.payload };
    told.set(row.subject, [...(told.get(row.subject) ?? []), one]);
  };
  const isUnbound = ({ code }: Kept): boolean => code === null && table.told === null;
  const isReturned = (row: Kept): boolean =>
    isUnbound(row) && counts(row) && known.returned.some(({ from, to }) => from <= row.at && row.at <= to);
  const counts = (row: Kept): boolean =>
    isUnbound(row)
      ? // Its certificate is compared in its place.
        row.over === 1 || isOfBefore(table, row, known)
      : (told.get(row.subject) ?? []).some(
          ({ time, payload }) =>
            time === null ||
            // Bound since an officer said when it was written.
            (row.code !== null && isOfReturned(known, row.at)) ||
            (row.bare === 0
              ? Math.abs(time - Date.parse(row.at)) <= RUN
              : Math.abs(time - Date.parse(row.at)) <= NEAR && (table.isSaid?.(row.fields, payload) ?? true)),
        );
  const { results } = await env.DB.prepare(
    `SELECT ${linked}, p.payload FROM json_each(?1) j CROSS JOIN audit a ON a.subject = j.value ${payloads}
     WHERE a.subject <> '' AND +a.code IN (SELECT value FROM json_each(?2))`,
  )
    .bind(JSON.stringify(rows.map(({ subject }) => subject)), JSON.stringify(codes))
    .all<KeptRow>();
  results.forEach(note);
  // Read after the rows of the database: what was archived in between is found here.
  const archives = rows.every(counts) ? [] : await archivesOf(env.DB);
  const wanted = new Map<string, Archive>();
  let done = 0;
  for (const row of rows) {
    // A policy of before has its event at the adoption.
    const about = [row.at, ...(start ? [start.at] : [])].map((at) => [Date.parse(at), Date.parse(at)]);
    const times = [...about, ...boundLate(known, row.at)] as [number, number][];
    const near = counts(row)
      ? []
      : archives.filter(({ from, to }) =>
          times.some(([since, until]) => from <= until + RUN && to >= since - RUN),
        );
    if (done > 0 && new Set([...wanted.keys(), ...near.map(({ key }) => key)]).size > objects) break;
    for (const archive of near) wanted.set(archive.key, archive);
    done++;
  }
  const unread: (Archive & { from: number; to: number })[] = [];
  const subjects = new Set(rows.map(({ subject }) => subject));
  for (const archive of wanted.values()) {
    const object = await readObject(env, archive);
    if (!object?.rows || !object.intact) unread.push(archives.find(({ key }) => key === archive.key)!);
    const some = (object?.rows ?? []).filter((row) => codes.includes(row.code) && subjects.has(row.subject));
    (await withPayloads(env, some)).forEach(note);
  }
  // What an archive that cannot be read may tell of is not taken for what nothing tells of.
  const hidden = ({ at }: Kept) =>
    unread.some(({ from, to }) => from <= Date.parse(at) + RUN && to >= Date.parse(at) - RUN);
  return { has: (row) => counts(row) || hidden(row), isReturned, done, broken: unread };
}
