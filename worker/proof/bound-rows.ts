/**
 * The rows that a proof quotes field by field, each with the event that binds it: those that its facts tell of, and the versions
 * of registers.
 */
import type { ProofEvent } from "../../shared/proof/api-events.ts";
import type { ProofRegister } from "../../shared/proof/api.ts";
import type { ProofRow } from "../../shared/proof/api-trail.ts";
import { openingBy } from "../../shared/proof/bound-row.ts";
import { boundAs, tablesOf } from "../../shared/proof/compared.ts";
import { besideOf } from "../../shared/trail/bound.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import { leafOf, saltsOf } from "../../shared/trail/leaves.ts";
import { callsBound } from "../call-logs/bound.ts";
import { type BoundTable, BOUND, columnsOf, type Leafy } from "../core/bound.ts";
import { fewOf, isInPart } from "../core/states.ts";
import { dialsBound } from "../dials/bound.ts";
import { consentsBound, suppressionsBound } from "../do-not-call/bound.ts";
import { lookupsBound } from "../lookups/bound.ts";
import { requestsBound, statesBound } from "../privacy-requests/bound.ts";
import { recordingsBound } from "../recordings/bound.ts";
import { versionsBound } from "../registers/bound.ts";
import { placeIn, rootsOf } from "../watching/batches.ts";
import type { States } from "../trail/states.ts";
import { turnedBound } from "../watching/bound.ts";
import { type Claim, near } from "./near.ts";

interface Kept extends Leafy {
  key: string;
  subject: string;
  at: string;
  code: string | null;
}
interface Quote {
  table: BoundTable;
  row: Kept;
  /** Where the event binds others as well. */
  beside?: Bound["beside"];
}
type Bound = NonNullable<ProofRow["bound"]>;

/** The tables whose rows facts tell of, beside dials, each with the rows of a number (`?1`) to compare with the trail. */
export const factTables: readonly [table: BoundTable, where: string][] = [
  // Of any time, as one may have been dated out of the proof's period (from `?2` until `?3`).
  [suppressionsBound, "r.number = ?1"],
  [consentsBound, "r.number = ?1"],
  [lookupsBound, "r.number = ?1"],
  [turnedBound, "r.number = ?1"],
  [recordingsBound, "r.number = ?1 AND r.state <> 'erased'"],
  [requestsBound, "r.number = ?1"],
  [statesBound, "r.number = ?1"],
  // There may be many.
  [callsBound, "r.number = ?1 AND r.started_at >= ?2 AND r.started_at < ?3"],
];

/** By the subject of the event that binds the row as it is. */
export type Quotes = ReadonlyMap<string, Quote>;

/** The rows of facts and of versions, as they are now. */
export async function quotesOf(
  db: D1Database,
  events: readonly ProofEvent[],
  registers: readonly ProofRegister[],
): Promise<Quotes> {
  const quotes = new Map<string, Quote>();
  for (const [table] of factTables) {
    const keys = events.flatMap(({ what, ref }) => (tablesOf(what).includes(table.name) ? [ref] : []));
    const rows = await rowsOf(db, table, keys);
    const roots = await rootsOf(
      db,
      table,
      rows.map(({ key }) => placeIn(key).batch),
    );
    for (const row of rows)
      if (row.code !== null && row.erased === null)
        quotes.set(row.subject, { table, row, ...(table.batch && { beside: besideIn(roots, row.key) }) });
  }
  const versions = registers.flatMap(({ list, versions: all }) => all.map((v) => `${list}/${v.version}`));
  // One that lost its code shows nothing, which the proof's reader is told.
  for (const row of await rowsOf(db, versionsBound, versions))
    if (row.code !== null) quotes.set(row.subject, { table: versionsBound, row });
  return quotes;
}

function besideIn(roots: ReadonlyMap<string, string[]>, key: string): Bound["beside"] {
  const { batch, place } = placeIn(key);
  const all = roots.get(batch) ?? [];
  return { place, of: all.length, hashes: besideOf(all, place) };
}

const rowsOf = async (
  db: D1Database,
  { select, named }: BoundTable,
  keys: readonly string[],
): Promise<Kept[]> =>
  keys.length === 0
    ? []
    : (await db.prepare(`${select} WHERE ${named}`).bind(JSON.stringify(keys)).all<Kept>()).results;

/** A fact without what the trail binds nothing of: the kind of a call whose row is of before that was bound. */
export function boundOnly(event: ProofEvent, quotes: Quotes): ProofEvent {
  if (event.what !== "call") return event;
  const quote = [...quotes.values()].find(({ table, row }) => table === callsBound && row.key === event.ref);
  if (quote && !isInPart(quote.table, quote.row)) return event;
  const { campaign: _, judgedAs: __, ...rest } = event;
  return rest;
}

/** Where on the trail to look for the events that bind the rows of a fact. */
export const claimsOf = (quotes: Quotes, states: States["of"], { what, ref }: ProofEvent): Claim[] =>
  [...quotes.values()]
    .filter(({ table, row }) => tablesOf(what).includes(table.name) && row.key === ref)
    .map(({ table, row: { key, subject, at } }) => {
      const event = states.get(boundAs(table.name, key))?.findLast((one) => one.subject === subject);
      return {
        ...{ codes: [BOUND], subjects: [subject], ...near(event?.at ?? at) },
        ...(event && { seq: event.seq }),
      };
    });

/** Those among these rows of the trail that bind a row, with its fields as they are now. */
export async function boundIn(
  db: D1Database,
  rows: readonly KeptRow[],
  quotes: Quotes,
): Promise<Map<number, ProofRow>> {
  const dials = rows.flatMap(({ said, subject }) => (said === null ? [] : [subject]));
  const ofDials = new Map((await rowsOf(db, dialsBound, dials)).map((row) => [row.key, row]));
  return new Map(
    rows.flatMap(({ said, mac: _, ...row }): [number, ProofRow][] => {
      const dial = said === null ? undefined : ofDials.get(row.subject);
      const quote = dial
        ? { table: dialsBound, row: dial }
        : row.code === BOUND
          ? quotes.get(row.subject)
          : undefined;
      if (quote === undefined) return [];
      const bound = boundOf(quote);
      return [[row.seq, { ...row, salt: "", payload: openingBy(bound), bound, withheld: false }]];
    }),
  );
}

/** Sums over a version's blocks: trying would find by them a number of a block with few. */
const untold = ({ name }: BoundTable, column: string): boolean =>
  name === versionsBound.name && (column === "high" || column === "low");

function boundOf({ table, row, beside }: Quote): Bound {
  const saltOf = saltsOf(row.seed);
  const values = JSON.parse(row.fields) as string[];
  const fields = columnsOf(table, row).map((name, i): [string, string, string] => {
    const salt = saltOf(name);
    return untold(table, name) ? [name, "", leafOf(salt, name, values[i]!)] : [name, salt, values[i]!];
  });
  const few = isInPart(table, row)
    ? []
    : fewOf(table, row).map(({ name, value }): [string, string, string] => [name, saltOf(name), value]);
  return {
    ...{ table: table.name, code: row.code!, fields },
    ...(few.length > 0 && { few }),
    ...(beside && { beside }),
  };
}
