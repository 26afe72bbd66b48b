/**
 * Verifies tables against the trail. One pass goes from the events to the rows that they bind, and finds rows that were
 * altered or are gone; the other goes from the rows to their events, and finds rows that no event tells of. It holds a page
 * of rows and one archived object in memory at the most.
 */
import { type DeepAnswer, deepAnswer, deepQuery, type DeepQuery } from "../../shared/trail/api.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import { BOUND, type BoundTable, dayIn, type Lost, stateIn } from "../core/bound.ts";
import { json, room, route } from "../core/route.ts";
import { verifyHeads, verifySums } from "../registers/summed.ts";
import { dialsBound } from "../dials/bound.ts";
import type { Env } from "../env.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { alteredIn, type Kept } from "./altered.ts";
import { erasedOf } from "./erased.ts";
import {
  type Archive,
  archiveColumns,
  linked,
  pages,
  payloads,
  readObject,
  Unreadable,
  withPayloads,
} from "./rows.ts";
import { type Known, startOf } from "./start.ts";
import { boundTables } from "./tables.ts";

type Finding = DeepAnswer["findings"][number];
type TellingRow = KeptRow & { key: string };

/** Most bound rows a request, most rows of the trail that it looks through, and most archived objects that it reads. */
const BOUNDS = { most: 10_000, objects: 20 };
/** Blocks take longer: each is hashed twice. */
const BLOCKS = 5000;
const ROWS = 20_000;
/** A commit is dated after what it writes, and clocks differ. */
const NEAR = 2 * MINUTE;
/** And a run of the clock or of a queue, which may take 15 minutes, dates what it writes by its start. */
const RUN = 15 * MINUTE + NEAR;

/** From the events after row `after` of the trail to their rows. An archive that cannot be read is a finding. */
async function eventsPass(
  env: Env,
  table: BoundTable,
  after: number,
  { most, now }: { most: number; now: number },
): Promise<DeepAnswer> {
  const findings: Finding[] = [];
  const excused = { request: 0, retention: 0, returned: 0 };
  const known = await startOf(env);
  const excuse: Excuse = async (lost) => {
    const { keys, unread } = await erasedIn(env, known, table, lost, now);
    findings.push(...unread.map((archive) => broken(table, archive)));
    for (const by of keys.values()) excused[by]++;
    return [...keys.keys()];
  };
  let [checked, last] = [0, after];
  for (;;) {
    try {
      for await (const { rows, ends } of pages(env, last)) {
        if (ends?.intact === false) findings.push(broken(table, ends.archive));
        const told = toldIn(table, rows);
        const forged = new Set(told.filter((row) => known.originOf(row) === "forged"));
        for (const { key, seq } of forged)
          findings.push({ table: table.name, key, seq, what: "forged", columns: [] });
        const ours = told.filter((row) => !forged.has(row));
        findings.push(...(await findingsOf(env.DB, table, ours, excuse)));
        checked += told.length;
        last = rows.at(-1)?.seq ?? last;
        if (checked >= most || last - after >= ROWS)
          return { checked, findings, next: String(last), excused };
      }
      return { checked, findings, next: null, excused };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      findings.push(broken(table, error.archive));
      last = error.archive.lastSeq;
    }
  }
}

const broken = ({ name }: BoundTable, { key, firstSeq }: Archive): Finding => ({
  ...{ table: name, key, seq: firstSeq, what: "unreadable", columns: [] },
});

/** Which of these rows are gone as they may be, and why; and the archives that may say so and cannot be read. */
async function erasedIn(env: Env, known: Known, table: BoundTable, lost: readonly Lost[], now: number) {
  const rows = lost.map(({ key }) => `${table.name}/${key}`);
  const { found, unread } = await erasedOf(env, known, rows, new Date(now).toISOString());
  const keys = new Map(
    lost.flatMap(({ key }) => {
      const by = found.get(`${table.name}/${key}`);
      return by === undefined ? [] : [[key, by] as const];
    }),
  );
  const left = lost.filter(({ key }) => !keys.has(key));
  const over = left.length === 0 ? [] : ((await table.erased?.(env, left, now)) ?? []);
  for (const key of over) keys.set(key, "retention");
  return { keys, unread };
}

/** The events among these rows that bind a row of the table, with its key. */
const toldIn = ({ codes, keyOf }: BoundTable, rows: readonly KeptRow[]): TellingRow[] =>
  rows.flatMap((row) => {
    const key = codes.includes(row.code) ? keyOf(row.subject) : null;
    return key === null ? [] : [{ ...row, key }];
  });

/** Of rows that are gone, the keys of those that may be. */
type Excuse = (lost: readonly Lost[]) => Promise<readonly string[]> | readonly string[];

async function findingsOf(
  db: D1Database,
  table: BoundTable,
  told: readonly TellingRow[],
  excuse: Excuse,
): Promise<Finding[]> {
  if (told.length === 0) return [];
  const keys = JSON.stringify(told.map(({ key }) => key));
  const { results } = await db.prepare(`${table.select} WHERE ${table.named}`).bind(keys).all<Kept>();
  const rows = new Map(results.map((row) => [row.key, row]));
  const lost = told
    .filter(({ key }) => !rows.has(key))
    .map(({ key, subject, at }): Lost => ({ key, state: stateIn(subject), at: dayIn(subject) ?? at }));
  const excused = new Set(lost.length === 0 ? [] : await excuse(lost));
  return told.flatMap((event): Finding[] => {
    const { key, seq } = event;
    const row = rows.get(key);
    const of = { table: table.name, key, seq };
    if (!row) return excused.has(key) ? [] : [{ ...of, what: "missing", columns: [] }];
    const columns = alteredIn(table, row, event);
    return columns === null ? [] : [{ ...of, what: "altered", columns }];
  });
}

/**
 * Of these rows of the trail, which bind dials that were altered since; and how many bind one. For verify.ts, as a dial's
 * row is the only place where its event's payload is.
 */
export async function alteredSince(
  db: D1Database,
  rows: readonly KeptRow[],
): Promise<{ checked: number; altered: Set<number> }> {
  // One that has its payload is compared with it.
  const told = toldIn(dialsBound, rows).filter(({ payload }) => payload === null);
  const findings = await findingsOf(db, dialsBound, told, (lost) => lost.map(({ key }) => key));
  return {
    checked: told.length,
    altered: new Set(findings.flatMap(({ seq, what }) => (what === "altered" ? [seq!] : []))),
  };
}

/** From the rows after place `after` to their events. */
async function rowsPass(
  env: Env,
  table: BoundTable,
  after: string,
  { most, objects }: typeof BOUNDS,
): Promise<DeepAnswer> {
  const { results } = await env.DB.prepare(
    `${table.select} WHERE ${table.after} ORDER BY ${table.order} LIMIT ?2`,
  )
    .bind(after, most)
    .all<Kept>();
  const known = await startOf(env);
  const told = await toldRows(env, table, results, known, objects);
  const rows = results.slice(0, told.done);
  const lowest = rows.length === 0 ? null : await lowestBound(env.DB, table);
  const findings = rows
    .filter((row) => !told.has(row) || (row.code === null && lowest !== null && Number(row.key) > lowest))
    .map(({ key }): Finding => ({ table: table.name, key, seq: null, what: "extra", columns: [] }));
  const count = (is: (row: Kept) => boolean) => rows.filter(is).length;
  // Of an earlier release: what became of such a row since is not bound.
  const inPart = ({ old }: Kept) => old === 1 && table.states?.each === false;
  return {
    checked: rows.length,
    findings: [...told.broken.map((archive) => broken(table, archive)), ...findings],
    next: results.length < most && rows.length === results.length ? null : rows.at(-1)!.place,
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
    isUnbound(row) && known.returned.some(({ from, to }) => from <= row.at && row.at <= to);
  const counts = (row: Kept): boolean =>
    isUnbound(row)
      ? start === null || (!table.whole && row.at < start.at) || isReturned(row)
      : (told.get(row.subject) ?? []).some(
          ({ time, payload }) =>
            time === null ||
            (row.bare === 0
              ? Math.abs(time - Date.parse(row.at)) <= RUN
              : Math.abs(time - Date.parse(row.at)) <= NEAR && (table.isSaid?.(row.fields, payload) ?? true)),
        );
  const { results } = await env.DB.prepare(
    `SELECT ${linked}, p.payload FROM json_each(?1) j CROSS JOIN audit a ON a.subject = j.value ${payloads}
     WHERE a.subject <> '' AND a.code IN (SELECT value FROM json_each(?2))`,
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
    const about = [row.at, ...(start ? [start.at] : [])].map((at) => Date.parse(at));
    const near = counts(row)
      ? []
      : archives.filter(({ from, to }) => about.some((at) => from <= at + RUN && to >= at - RUN));
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
    (await withPayloads(env.DB, some)).forEach(note);
  }
  // What an archive that cannot be read may tell of is not taken for what nothing tells of.
  const hidden = ({ at }: Kept) =>
    unread.some(({ from, to }) => from <= Date.parse(at) + RUN && to >= Date.parse(at) - RUN);
  return { has: (row) => counts(row) || hidden(row), isReturned, done, broken: unread };
}

const archivesOf = async (db: D1Database): Promise<(Archive & { from: number; to: number })[]> => {
  const { results } = await db
    .prepare(
      `SELECT ${archiveColumns}, first_at AS firstAt, last_at AS lastAt FROM audit_archives ORDER BY first_seq`,
    )
    .all<Archive & { firstAt: string; lastAt: string }>();
  return results.map((archive) => ({
    ...archive,
    from: Date.parse(archive.firstAt),
    to: Date.parse(archive.lastAt),
  }));
};

/** One step. `bounds` and `now` for tests. */
export async function verifyDeep(
  env: Env,
  { table: name, pass, after }: DeepQuery,
  bounds = BOUNDS,
  now = Date.now(),
): Promise<DeepAnswer> {
  if (name === "blocks" || name === "block_undo")
    return pass === "events"
      ? verifyHeads(env, name, now)
      : verifySums(env, name, after ?? "", Math.min(bounds.most, BLOCKS));
  const table = boundTables.find((t) => t.name === name)!;
  return pass === "events"
    ? await eventsPass(env, table, Number(after ?? 0), { most: bounds.most, now })
    : await rowsPass(env, table, after ?? "", bounds);
}

export const deepVerification = room();

deepVerification.openapi(
  route({
    method: "get",
    path: "/v1/audit/deep",
    roles: ["compliance", "admin"],
    summary:
      "Verifies a table against the trail, up to 10,000 rows a request: rows that were altered, are gone, or that no event " +
      "tells of",
    request: { query: deepQuery },
    responses: { 200: json(deepAnswer) },
  }),
  async (c) => c.json(await verifyDeep(c.env, c.req.valid("query")), 200),
);
