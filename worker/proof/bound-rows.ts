/**
 * The rows that a proof quotes field by field, each with the event that binds it: dials, entries, consents and calls, and the
 * versions of registers.
 */
import type { ProofEvent } from "../../shared/proof/api-events.ts";
import type { ProofRegister } from "../../shared/proof/api.ts";
import type { ProofRow } from "../../shared/proof/api-trail.ts";
import { boundBy, openingBy } from "../../shared/proof/bound-row.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import { saltsOf } from "../../shared/trail/leaves.ts";
import { callsBound } from "../call-logs/bound.ts";
import { type BoundTable, BOUND, columnsOf, type Leafy } from "../core/bound.ts";
import { dialsBound } from "../dials/bound.ts";
import { consentsBound, suppressionsBound } from "../do-not-call/bound.ts";
import { versionsBound } from "../registers/bound.ts";
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
}
/** By the subject of the event that binds the row as it is. */
export type Quotes = ReadonlyMap<string, Quote>;

/** The rows of facts and of versions, as they are now. */
export async function quotesOf(
  db: D1Database,
  events: readonly ProofEvent[],
  registers: readonly ProofRegister[],
): Promise<Quotes> {
  const quotes = new Map<string, Quote>();
  for (const table of [suppressionsBound, consentsBound, callsBound]) {
    const keys = events.flatMap(({ what, ref }) => (boundBy(what) === table.name ? [ref] : []));
    for (const row of await rowsOf(db, table, keys))
      if (row.code !== null && row.erased === null) quotes.set(row.subject, { table, row });
  }
  const versions = registers.flatMap(({ list, versions: all }) => all.map((v) => `${list}/${v.version}`));
  // One that lost its code shows nothing, which the proof's reader is told.
  for (const row of await rowsOf(db, versionsBound, versions))
    if (row.code !== null) quotes.set(row.subject, { table: versionsBound, row });
  return quotes;
}

const rowsOf = async (
  db: D1Database,
  { select, named }: BoundTable,
  keys: readonly string[],
): Promise<Kept[]> =>
  keys.length === 0
    ? []
    : (await db.prepare(`${select} WHERE ${named}`).bind(JSON.stringify(keys)).all<Kept>()).results;

/** Where on the trail to look for the event that binds the row of a fact; null where there is none. */
export function claimOf(quotes: Quotes, { what, ref }: ProofEvent): Claim | null {
  const quote = [...quotes.values()].find(
    ({ table, row }) => table.name === boundBy(what) && row.key === ref,
  );
  return quote ? { codes: [BOUND], subjects: [quote.row.subject], ...near(quote.row.at) } : null;
}

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

function boundOf({ table, row }: Quote): NonNullable<ProofRow["bound"]> {
  const saltOf = saltsOf(row.seed);
  const values = JSON.parse(row.fields) as string[];
  const fields = columnsOf(table, row).map((name, i): [string, string, string] => [
    name,
    saltOf(name),
    values[i]!,
  ]);
  return { table: table.name, code: row.code!, fields };
}
