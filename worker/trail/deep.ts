/**
 * Verifies tables against the trail. One pass goes from the events to the rows that they bind, and finds rows that were
 * altered or are gone; the other goes from the rows to their events, and finds rows that no event tells of. It holds a page
 * of rows and one archived object in memory at the most.
 */
import { type DeepAnswer, deepAnswer, deepQuery, type DeepQuery } from "../../shared/trail/api.ts";
import { ALL_TABLES, toldTableNames } from "../../shared/trail/bound-tables.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import { BOUND, type BoundTable, dayIn, type Lost, stateIn } from "../core/bound.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { verifyHeads, verifySums } from "../registers/summed.ts";
import { verifyCounts, verifyLists } from "../screening/compared.ts";
import { dialsBound } from "../dials/bound.ts";
import type { Env } from "../env.ts";
import { chunks } from "../../shared/core/chunks.ts";
import { alteredIn, type Kept } from "./altered.ts";
import { verifySalts } from "../recordings/certificates/salts.ts";
import { compareTakenOver } from "../policy/taken-over.ts";
import { missingIn, unlikeBeside } from "../watching/batches.ts";
import { erasedOf } from "./erased.ts";
import { pages, Unreadable } from "./rows.ts";
import { type Known, startOf } from "./start.ts";
import { tableOf } from "./tables.ts";
import { hiddenBack } from "./deep/back.ts";
import { broken, rowsPass, unreadFile } from "./deep/told.ts";

type Finding = DeepAnswer["findings"][number];
/** `own`: the number of the next row that binds nothing, which is that of its change, where it is at hand. */
type TellingRow = KeptRow & { key: string; own?: number };

/** Most bound rows a request, most rows of the trail that it looks through, and most archived objects that it reads. */
const BOUNDS: { most: number; objects: number; members?: number } = { most: 10_000, objects: 20 };
const NONE = { request: 0, retention: 0, returned: 0 };
/** Blocks take longer: each is hashed twice. */
const BLOCKS = 5000;
const ROWS = 20_000;
/** Most members of files of closed rows: Cloudflare lets a request make a thousand calls. */
const MEMBERS = 300;
/** Of all tables at once, each of which asks the database for itself. */
const ROWS_OF_ALL = ROWS / 2;

/**
 * From the events after row `after` of the trail to their rows, of these tables. An archive that cannot be read is a finding of `name`.
 */
async function eventsPass(
  env: Env,
  { name, tables }: { name: string; tables: readonly BoundTable[] },
  after: number,
  { most, now, members = MEMBERS }: { most: number; now: number; members?: number },
): Promise<DeepAnswer> {
  const findings: Finding[] = [];
  const excused = { request: 0, retention: 0, returned: 0 };
  const known = await startOf(env);
  const compare = async (table: BoundTable, told: readonly TellingRow[]): Promise<void> => {
    const excuse: Excuse = async (lost) => {
      const { keys, unread } = await erasedIn(env, known, table, lost, now);
      findings.push(...unread.map((archive) => broken(table, archive)));
      for (const by of keys.values()) excused[by]++;
      return [...keys.keys()];
    };
    const forged = new Set(told.filter((row) => known.originOf(row) === "forged"));
    for (const { key, seq } of forged)
      findings.push({ table: table.name, key, seq, what: "forged", columns: [] });
    const ours = told.filter((row) => !forged.has(row));
    const found = await findingsOf(env, table, ours, excuse);
    const accounted = await accountedOf(env, known, ours, { found, now });
    excused.returned += accounted.size;
    findings.push(...found.filter(({ seq }) => !accounted.has(seq!)));
  };
  const enough = tables.length > 1 ? ROWS_OF_ALL : ROWS;
  let [checked, last] = [0, after];
  for (;;) {
    try {
      for await (const { rows: page, ends } of pages(env, last)) {
        const { upTo, read } = await reachOf(env, tables, page, members);
        members -= read;
        const rows = page.slice(0, upTo);
        const isCut = rows.length < page.length;
        if (!isCut && ends && !(ends.intact && ends.isDated)) findings.push(broken({ name }, ends.archive));
        for (const table of tables) {
          const told = toldIn(table, rows);
          if (told.length > 0) await compare(table, told);
          findings.push(...(await hiddenBack(env, known, table, { rows, now: new Date(now).toISOString() })));
          checked += told.length;
        }
        last = rows.at(-1)?.seq ?? last;
        if (isCut || checked >= most || last - after >= enough)
          return { checked, findings, next: String(last), excused };
      }
      return { checked, findings, next: null, excused };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      findings.push(broken({ name }, error.archive));
      last = error.archive.lastSeq;
    }
  }
}

/** Which of these rows are gone as they may be, and why; and the archives that may say so and cannot be read. */
async function erasedIn(env: Env, known: Known, table: BoundTable, lost: readonly Lost[], now: number) {
  const rows = lost.map(({ key }) => `${table.name}/${key}`);
  const { found, hidden, unread } = await erasedOf(env, known, rows, new Date(now).toISOString());
  // What an archive that cannot be read may excuse is no finding beside it.
  const saidOf = (key: string) =>
    hidden.has(`${table.name}/${key}`)
      ? ({ by: "request", upTo: Infinity } as const)
      : found.get(`${table.name}/${key}`);
  const keys = new Map(
    lost.flatMap(({ key }) => {
      const said = saidOf(key);
      return said === undefined ? [] : [[key, said.by] as const];
    }),
  );
  // It was put back to an earlier state first.
  for (const { key, state } of lost) if (state > (saidOf(key)?.upTo ?? Infinity)) keys.delete(key);
  const left = lost.filter(({ key }) => !keys.has(key));
  const over = left.length === 0 ? [] : ((await table.erased?.(env, left, now)) ?? []);
  for (const key of over) keys.set(key, "retention");
  return { keys, unread };
}

/** By their numbers, those of these events whose state is no longer there, as an older Worker changed it and an officer said so. */
async function accountedOf(
  env: Env,
  known: Known,
  told: readonly TellingRow[],
  { found, now }: { found: readonly Finding[]; now: number },
): Promise<Set<number>> {
  const altered = new Set(found.flatMap(({ what, seq }) => (what === "altered" ? [seq!] : [])));
  const events = told.filter(({ seq, subject }) => altered.has(seq) && subject.includes("@"));
  if (events.length === 0) return new Set();
  const states = events.map(({ subject }) => subject);
  const { found: gone } = await erasedOf(env, known, states, new Date(now).toISOString());
  return new Set(events.flatMap(({ seq, subject }) => (gone.get(subject)?.by === "returned" ? [seq] : [])));
}

/**
 * How many of a page's rows, from the first on, bind rows that lie in so many members of files at the most, and in how many these do. What lies in
 * another order than it was told of would otherwise be of as many files as rows.
 */
async function reachOf(env: Env, tables: readonly BoundTable[], page: readonly KeptRow[], most: number) {
  const wanted = new Map<number, string[]>();
  for (const table of tables) {
    const told = table.closed?.members ? toldIn(table, page) : [];
    if (told.length === 0) continue;
    const its = await table.closed!.members!(
      env,
      told.map(({ key }) => key),
    );
    for (const { key, seq } of told)
      if (its.has(key)) wanted.set(seq, [...(wanted.get(seq) ?? []), `${table.name} ${its.get(key)!}`]);
  }
  const read = new Set<string>();
  for (const [place, { seq }] of page.entries()) {
    const more = (wanted.get(seq) ?? []).filter((member) => !read.has(member));
    if (read.size + more.length > most) return { upTo: place, read: read.size };
    for (const member of more) read.add(member);
  }
  return { upTo: page.length, read: read.size };
}

/** The events among these rows that bind a row of the table, with its key. */
const toldIn = ({ codes, keyOf, beside }: BoundTable, rows: readonly KeptRow[]): TellingRow[] =>
  rows.flatMap((row, place) => {
    const key = codes.includes(row.code) ? keyOf(row.subject) : null;
    if (key === null) return [];
    const own = beside === undefined ? undefined : rows.find(({ code }, n) => n > place && code !== BOUND);
    return [{ ...row, key, ...(own && { own: own.seq }) }];
  });

/** Of rows that are gone, the keys of those that may be. */
type Excuse = (lost: readonly Lost[]) => Promise<readonly string[]> | readonly string[];

async function findingsOf(
  env: Env,
  table: BoundTable,
  told: readonly TellingRow[],
  excuse: Excuse,
): Promise<Finding[]> {
  if (told.length === 0) return [];
  if (table.batch) return batchFindings(env.DB, table, told, excuse);
  if (table.most !== undefined && told.length > table.most) {
    const findings: Finding[] = [];
    for (const some of chunks(told, table.most))
      findings.push(...(await findingsOf(env, table, some, excuse)));
    return findings;
  }
  const keys = JSON.stringify(told.map(({ key }) => key));
  const rows = new Map<string, Kept>();
  const here = async () => {
    const select = env.DB.prepare(`${table.select} WHERE ${table.named}`);
    for (const row of (await select.bind(keys).all<Kept>()).results) rows.set(row.key, row);
  };
  await here();
  const elsewhere = told.flatMap(({ key }) => (rows.has(key) ? [] : [key]));
  const closed = elsewhere.length === 0 ? undefined : await table.closed?.named(env, elsewhere);
  for (const row of (closed?.rows ?? []) as Kept[]) rows.set(row.key, row);
  // One that came back into the database meanwhile.
  if (closed && closed.rows.length < elsewhere.length) await here();
  const unread = closed?.unread ?? [];
  // What a file that cannot be read may have is no finding beside it.
  const hidden = new Set(unread.flatMap(({ rows: its }) => its));
  const lost = told
    .filter(({ key }) => !rows.has(key) && !hidden.has(key))
    .map(({ key, subject, at }): Lost => ({ key, state: stateIn(subject), at: dayIn(subject) ?? at }));
  const excused = new Set(lost.length === 0 ? [] : await excuse(lost));
  const found = told.flatMap((event): Finding[] => {
    const { key, seq } = event;
    const row = rows.get(key);
    const of = { table: table.name, key, seq };
    if (!row) return excused.has(key) || hidden.has(key) ? [] : [{ ...of, what: "missing", columns: [] }];
    const columns = alteredIn(table, row, event);
    return columns === null ? [] : [{ ...of, what: "altered", columns }];
  });
  return [...unread.map(({ key }) => unreadFile(table, key)), ...found];
}

/** Of batches: their rows are compared from the rows' side (told.ts). */
async function batchFindings(
  db: D1Database,
  table: BoundTable,
  told: readonly TellingRow[],
  excuse: Excuse,
): Promise<Finding[]> {
  const { altered, lost } = await missingIn(db, table, told);
  const besides = await unlikeBeside(db, table, told);
  const excused = new Set(lost.length === 0 ? [] : await excuse(lost));
  const { name } = table;
  return [
    ...altered.map(({ key, seq }): Finding => ({
      table: name,
      key,
      seq,
      what: "altered",
      columns: ["roots"],
    })),
    ...besides.map(({ key, seq }): Finding => ({
      ...{ table: name, key, seq, what: "altered", columns: [table.beside!] },
    })),
    ...lost
      .filter(({ key }) => !excused.has(key))
      .map(({ key, seq }): Finding => ({ table: name, key, seq, what: "missing", columns: [] })),
  ];
}

/**
 * Of these rows of the trail, which bind dials that were altered since; and how many bind one. For verify.ts, as a dial's
 * row is the only place where its event's payload is.
 */
export async function alteredSince(
  env: Env,
  rows: readonly KeptRow[],
): Promise<{ checked: number; altered: Set<number> }> {
  // One that has its payload is compared with it.
  const told = toldIn(dialsBound, rows).filter(({ payload }) => payload === null);
  const findings = await findingsOf(env, dialsBound, told, (lost) => lost.map(({ key }) => key));
  return {
    checked: told.length,
    altered: new Set(findings.flatMap(({ seq, what }) => (what === "altered" ? [seq!] : []))),
  };
}

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
  if (name === "screened")
    return pass === "events"
      ? verifyLists(env, after ?? "", { most: bounds.most, now })
      : verifyCounts(env, after ?? "", { most: bounds.most, now });
  if (name === "recipients_before") {
    const { [pass]: findings, checked } = await compareTakenOver(env);
    return { checked, findings, next: null, excused: NONE };
  }
  // No event tells of a key: from the events there is nothing to compare.
  if (name === "erasure_salts")
    return pass === "rows" ? verifySalts(env.DB) : { checked: 0, findings: [], next: null, excused: NONE };
  if (name === ALL_TABLES) {
    if (pass === "rows") throw new Problem("invalid");
    const tables = toldTableNames.map((one) => tableOf(one)!);
    return eventsPass(env, { name, tables }, Number(after ?? 0), { ...bounds, now });
  }
  const table = tableOf(name)!;
  return pass === "events"
    ? await eventsPass(env, { name, tables: [table] }, Number(after ?? 0), { ...bounds, now })
    : await rowsPass(env, table, after ?? "", {
        ...bounds,
        most: Math.min(bounds.most, table.most ?? Infinity),
        now,
      });
}

export const deepVerification = room();

deepVerification.openapi(
  route({
    method: "get",
    path: "/v1/audit/deep",
    roles: ["compliance", "admin"],
    summary:
      "Verifies a table, or all, against the trail, up to 10,000 rows a request: rows that were altered, are gone, or that no event " +
      "tells of",
    request: { query: deepQuery },
    responses: { 200: json(deepAnswer) },
  }),
  async (c) => c.json(await verifyDeep(c.env, c.req.valid("query")), 200),
);
