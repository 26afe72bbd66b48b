/**
 * The sweep of rows of which none may be missing: the trail says of each that it goes. So each is compared with the trail first,
 * or whoever owns the database could write an old date into a row, and have the sweep excuse its absence for good.
 */
import { alteredOf } from "../connectors/checks/bound.ts";
import { tokensBound } from "../core/access-bound.ts";
import type { BoundTable } from "../core/bound.ts";
import { idIn, idIs, prepare, sql, type Statement } from "../core/sql.ts";
import { consentsBound, partiesBound, suppressionsBound } from "../do-not-call/bound.ts";
import { wantedOn } from "../do-not-call/uses.ts";
import type { Env } from "../env.ts";
import { unlikeSettings } from "../mail/settings.ts";
import { compareTakenOver } from "../policy/taken-over.ts";
import { unlikeOf } from "../policy/in-force.ts";
import { statesBound } from "../privacy-requests/bound.ts";
import { plantedOf } from "../proof/statement.ts";
import { holdsBound } from "../recordings/bound.ts";
import { borneOut } from "../recordings/erasing/borne-out.ts";
import { foldersOf } from "../recordings/erasing/folders.ts";
import { holdsUnlike } from "../recordings/erasing/held.ts";
import { type Agreed, agreedOf } from "../trail/agreed.ts";
import { erasedOf, sayErased } from "../trail/erased.ts";
import { keptBack } from "../trail/kept-back.ts";
import { startOf } from "../trail/start.ts";
import { boundTables } from "../trail/tables.ts";
import { movedOf } from "../webhooks/secret.ts";

/** A table, its key, the condition of the rows to erase, and the value of `?1` in it. */
export type Over = [table: string, key: string, where: string, until: string | number];
export interface Due {
  kind: string;
  n: number;
  statements: Statement[];
  /** It filled its step: there may be more of its table, which is `of` where `kind` is not. */
  full?: boolean;
  of?: string;
}
/** Rows a step: each is compared, and has a row of the trail. */
const ROWS = 1000;

const said: Readonly<Record<string, BoundTable>> = {
  suppressions: suppressionsBound,
  consents: consentsBound,
  tokens: tokensBound,
  parties: partiesBound,
  recording_holds: holdsBound,
  // Its days and what became of it: what never changes of a request decides nothing here.
  requests: statesBound,
};
/** What `kept_back` has before the name of a row that goes as a proof. */
const RESTRICTED = "restricted";
export const isSaid = (table: string): boolean => table in said;
/** A check may have met rows of others. */
const boundOf = (table: string): BoundTable | undefined =>
  said[table] ?? boundTables.find(({ name }) => name === table);

/** SQL: no row that was kept back. `row` is its name, as `erased` has it. */
const notKept = (row: string): string => `NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = ${row})`;

/** Rows beside the trail. A consent whose proof law wants, by what the trail binds, is not as it has it where it is to go. */
async function compared(env: Env, table: string, ids: readonly string[], now: number): Promise<Agreed> {
  const found = await agreedOf(env, boundOf(table)!, ids);
  if (table !== "consents") return found;
  const wanted = await wantedOn(env.DB, ids, new Date(now).toISOString().slice(0, 10));
  const isFree = (id: string) => !wanted.has(id);
  return {
    agreed: new Map([...found.agreed].filter(([id]) => isFree(id))),
    unbound: found.unbound.filter(isFree),
    not: [...new Set([...found.not, ...wanted])],
    later: found.later.filter(isFree),
  };
}

/** As `erasure` of housekeeping.ts: those that are as the trail has them go; the others stay, and officers are told. */
export async function saidErasure(
  env: Env,
  [table, , where, until]: Over,
  rows: number,
  now: number,
): Promise<Due[]> {
  const most = Math.min(rows, ROWS);
  const { results } = await env.DB.prepare(
    `SELECT id FROM ${table} WHERE ${where} AND ${notKept(`'${table}/' || ${table}.id`)} LIMIT ${most}`,
  )
    .bind(until)
    .all<{ id: string }>();
  const found = await compared(
    env,
    table,
    results.map(({ id }) => id),
    now,
  );
  const since = new Date(now).toISOString();
  const going = [
    ...[...found.agreed].map(([id, state]) => ({ row: `${table}/${id}`, since: `${since}@${state}` })),
    ...found.unbound.map((id) => ({ row: `${table}/${id}`, since })),
  ];
  const named = table === "calls" ? idIn("id", "?2") : "id IN (SELECT value FROM json_each(?2))";
  const ids = JSON.stringify([...found.agreed.keys(), ...found.unbound]);
  const statements = [
    ...sayErased(going),
    sql(`DELETE FROM ${table} WHERE ${where} AND ${named}`, until, ids),
    // One that is to be kept by now: the next run plans again.
    sql(`UPDATE ${table} SET rev = NULL WHERE ${named.replaceAll("?2", "?1")}`, ids),
  ];
  const full = results.length >= most && found.later.length === 0;
  return [
    ...(going.length > 0 ? [{ kind: table, n: going.length, full, statements }] : []),
    ...(found.unbound.length > 0
      ? [{ kind: `${table}Unbound`, n: found.unbound.length, statements: [] }]
      : []),
    ...(await keepBack(env, table, found.not, { now, full, of: table })),
  ];
}

/** SQL: what is restricted is there; a consent also goes no sooner than law wants its proof. `?1` is today. */
const isThere = {
  dial: "EXISTS (SELECT 1 FROM dials WHERE num = CAST(restricted.ref AS INTEGER))",
  call: `EXISTS (SELECT 1 FROM calls WHERE ${idIs("id", "restricted.ref")})`,
  consent: "EXISTS (SELECT 1 FROM consents WHERE id = restricted.ref AND COALESCE(keep_until, '') < ?1)",
};

/** What an erasure left as a proof alone goes on its day, if the trail has the decision that says so. */
export async function proofErasure(
  env: Env,
  kind: keyof typeof isThere,
  rows: number,
  now: number,
): Promise<Due[]> {
  const table = `${kind}s`;
  const most = Math.min(rows, ROWS);
  const { results } = await env.DB.prepare(
    `SELECT ref FROM restricted WHERE until < ?1 AND kind = ?2
       AND ${notKept(`'${RESTRICTED}/${table}/' || ref`)} AND ${isThere[kind]} LIMIT ${most}`,
  )
    .bind(new Date(now).toISOString().slice(0, 10), kind)
    .all<{ ref: string }>();
  const refs = results.map(({ ref }) => ref);
  const said = await saidByRequests(
    env,
    refs.map((ref) => `${table}/${ref}`),
    now,
  );
  const going = refs.filter((ref) => said.has(`${table}/${ref}`));
  const staying = refs.filter((ref) => !said.has(`${table}/${ref}`));
  const full = results.length >= most;
  const named = {
    dial: "num IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    call: idIn("id", "?1"),
    consent: "id IN (SELECT value FROM json_each(?1))",
  }[kind];
  const since = new Date(now).toISOString();
  const statements = [
    // When it went, as it might be brought back.
    ...(isSaid(table) ? sayErased(going.map((ref) => ({ row: `${table}/${ref}`, since }))) : []),
    sql(`DELETE FROM ${table} WHERE ${named}`, JSON.stringify(going)),
  ];
  return [
    ...(going.length > 0 ? [{ kind: table, n: going.length, full, statements }] : []),
    ...(await keepBack(env, `${RESTRICTED}/${table}`, staying, { now, full, of: table })),
  ];
}

/** Those of these rows that the trail says a request erases by now; none of which it cannot be read. */
async function saidByRequests(env: Env, rows: readonly string[], now: number): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { found } = await erasedOf(env, await startOf(env), rows, new Date(now).toISOString());
  return new Set([...found].flatMap(([row, { by }]) => (by === "request" ? [row] : [])));
}

/** Notes rows that stay, with a mail that names them: one a day at the most, and none of rows that were told before. */
async function keepBack(
  env: Env,
  table: string,
  keys: readonly string[],
  { now, ...due }: { now: number } & Pick<Due, "full" | "of">,
): Promise<Due[]> {
  if (keys.length === 0) return [];
  const rows = keys.map((key) => `${table}/${key}`);
  const statements = await keptBack(env.DB, rows, now);
  return [{ kind: `${due.of}KeptBack`, n: rows.length, statements, ...due }];
}

/** Legal holds that are not as the trail has them: whatever goes by them stays, and officers hear of it before its day. */
export async function bentHolds(env: Env, now: number): Promise<Due[]> {
  const { holds, recordings } = await holdsUnlike(env);
  const rows = [...holds.map((id) => `recording_holds/${id}`), ...recordings.map((id) => `recordings/${id}`)];
  if (rows.length === 0) return [];
  return [{ kind: "holdsKeptBack", n: rows.length, statements: await keptBack(env.DB, rows, now) }];
}

/** Up to which row of `kept_back` the sweep looked, and how often a step goes on where none of its rows may go. */
const LOOKED = "kept-back-looked";
const PAGES = 10;

/**
 * A step: rows that were kept back and are as the trail has them by now, or are gone, are swept as any. It goes on where the last one
 * ended, or rows that stay would be in the way of those behind them.
 */
export async function letGo(env: Env, now: number): Promise<Due[]> {
  for (let page = 0; page < PAGES; page++) {
    const { results } = await env.DB.prepare(
      `SELECT row FROM kept_back WHERE row > COALESCE((SELECT value FROM marks WHERE name = ?), '')
       ORDER BY row LIMIT ${ROWS}`,
    )
      .bind(LOOKED)
      .all<{ row: string }>();
    const { stay, later } = await stayOf(env, results, now);
    // One that took too many archives is the first of the next step; the first of all is told at once.
    const open = results.findIndex(({ row }, n) => n > 0 && later.has(row));
    const seen = results.slice(0, open > 0 ? open : ROWS);
    const isEnd = seen.length < ROWS && open <= 0;
    const over = seen.flatMap(({ row }) => (stay.has(row) ? [] : [row]));
    const looked = isEnd
      ? sql("DELETE FROM marks WHERE name = ?", LOOKED)
      : sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", LOOKED, seen.at(-1)!.row);
    if (over.length > 0) {
      const named = JSON.stringify(over);
      const gone = sql("DELETE FROM kept_back WHERE row IN (SELECT value FROM json_each(?))", named);
      return [{ kind: "letGo", n: over.length, full: !isEnd, statements: [gone, looked] }];
    }
    await prepare(env.DB, looked).run();
    if (isEnd) return [];
  }
  return [];
}

/** Those of these rows that stay, and of which further runs tell. */
async function stayOf(env: Env, rows: readonly { row: string }[], now: number) {
  const [stay, later] = [new Set<string>(), new Set<string>()];
  for (const [table, its] of Map.groupBy(rows, ({ row }) => row.split("/")[0]!)) {
    const keys = its.map(({ row }) => row.slice(table.length + 1));
    const left =
      table === RESTRICTED
        ? { not: await unsaid(env, keys, now), later: [] }
        : await unlike(env, table, keys, now);
    for (const key of [...left.not, ...left.later]) stay.add(`${table}/${key}`);
    for (const key of left.later) later.add(`${table}/${key}`);
  }
  return { stay, later };
}

/** Of what no row of a table of `boundOf` says alone: those of these keys that are not as the trail has them still. */
const others: Readonly<
  Record<string, (env: Env, keys: readonly string[], now: number) => Promise<string[]>>
> = {
  webhooks: movedOf,
  connectors: alteredOf,
  recipients_before: (env, keys) => takenOverUnlike(env, "recipients_before", keys),
  recipients_marks: (env, keys) => takenOverUnlike(env, "recipients_marks", keys),
  mail_service: async (env) => (await unlikeSettings(env, true)).map((row) => row.split("/")[1]!),
  // Also a young version that nothing binds.
  policies: async (env, keys, now) => {
    const { results } = await env.DB.prepare(
      "SELECT version, at FROM policies WHERE version IN (SELECT value FROM json_each(?))",
    )
      .bind(JSON.stringify(keys.map(Number)))
      .all<{ version: number; at: string }>();
    return [...(await unlikeOf(env, results, now))].map(String);
  },
  statements: plantedOf,
  // A payload that an erasure left is told once, as long as it is there.
  audit_payload: async (env, keys) => {
    const { results } = await env.DB.prepare(
      "SELECT CAST(seq AS TEXT) AS key FROM audit_payload WHERE seq IN (SELECT value FROM json_each(?))",
    )
      .bind(JSON.stringify(keys.map(Number)))
      .all<{ key: string }>();
    return results.map(({ key }) => key);
  },
  // Also one whose row is gone.
  owners: async (env, keys) => {
    const { bent } = await foldersOf(env);
    return keys.filter((key) => bent.has(key));
  },
};

async function takenOverUnlike(env: Env, table: string, keys: readonly string[]): Promise<string[]> {
  const rows = new Set((await compareTakenOver(env)).unlike);
  return keys.filter((key) => rows.has(`${table}/${key}`));
}

async function unlike(
  env: Env,
  table: string,
  keys: readonly string[],
  now: number,
): Promise<Pick<Agreed, "not" | "later">> {
  if (table === "recordings") return borneOut(env, keys);
  const other = others[table];
  if (other) return { not: await other(env, keys, now), later: [] };
  return boundOf(table) ? compared(env, table, keys, now) : { not: [], later: [] };
}

async function unsaid(env: Env, rows: readonly string[], now: number): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT j.value AS row FROM json_each(?) j CROSS JOIN restricted
     ON kind = substr(j.value, 1, instr(j.value, '/') - 2) AND ref = substr(j.value, instr(j.value, '/') + 1)`,
  )
    .bind(JSON.stringify(rows))
    .all<{ row: string }>();
  const going = await saidByRequests(env, rows, now);
  return results.flatMap(({ row }) => (going.has(row) ? [] : [row]));
}
