/**
 * The rows of a number that are not as the trail's last event of each says, as somebody altered them, put them back to an earlier
 * state or brought them back. A proof names each, and tells of it only where it is as it was at the end of the proof's period.
 */
import type { AlteredRow, ProofEvent } from "../../shared/proof/api-events.ts";
import { boundAs, tablesOf } from "../../shared/proof/compared.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { BOUND, type BoundTable, stateIn } from "../core/bound.ts";
import type { Env } from "../env.ts";
import { alteredIn, isOfBefore, type Kept } from "../trail/altered.ts";
import { aloneOf, placeIn, rootsOf } from "../watching/batches.ts";
import { broughtBack } from "../trail/erased.ts";
import { eventsArchived } from "../trail/events.ts";
import { type Known } from "../trail/start.ts";
import { turnedBound } from "../watching/bound.ts";
import { changeOf, nameIn, type States, statesSaid } from "../trail/states.ts";
import { factTables } from "./bound-rows.ts";
import { withNumber } from "./here.ts";
import type { Claim } from "./near.ts";

/** Archived objects that are read for rows of which the newer ones have no event. */
const OBJECTS = 20;

export interface Altered {
  rows: AlteredRow[];
  /** Archived rows of the trail that may say more: first and last. */
  unread: [number, number][];
  /** Where on the trail what it says last is. */
  claims: Claim[];
  /** By the row's name, `consents/7312…`, the events that bind its states, as far as they were found; oldest first. */
  states: States["of"];
}

/** The period is from `start` until `end`, `now` a moment: all in ISO 8601. `objects` for tests. Throws Unreadable. */
export async function alteredOf(
  env: Env,
  known: Known,
  e164: string,
  { start, end, now }: { start: string; end: string; now: string },
  objects?: number,
): Promise<Altered> {
  const number = numberOf(e164);
  const readAll = () =>
    env.DB.batch<Kept>(
      factTables.map(([{ select }, where]) =>
        env.DB.prepare(`${select} WHERE ${where}`).bind(
          ...(where.includes("?2") ? [number, start, end] : [number]),
        ),
      ),
    );
  const read = async () =>
    (await withNumber(env, e164, { start, end }, readAll)).flatMap(({ results }, i) => {
      const [table] = factTables[i]!;
      return results.map((row) => ({ table, row, name: boundAs(table.name, row.key) }));
    });
  // First what the trail says: a row that changes meanwhile is then further than that, never behind.
  const before = await read();
  const names = [...new Set(before.map(({ name }) => name))];
  const states = await statesSaid(env, known, names, known.rows?.at ?? "", objects);
  // Of a row that never changes, and of the state that another is in, the event is of its own time.
  const bare =
    states.unread.length === 0
      ? []
      : before.filter(({ name, row }) => row.code !== null && !states.of.has(name));
  const { found: there, passed, unread } = await eventsArchived(env, known, bare, OBJECTS);
  for (const [subject, events] of there)
    states.of.set(
      nameIn(subject),
      events.filter((event) => known.originOf(event) !== "forged"),
    );
  const back = await broughtBack(
    env,
    known,
    before.map(({ table, row }) => `${table.name}/${row.key}`),
    now,
  );
  const inBatches = before.filter(({ table }) => table.batch);
  const roots = await rootsOf(
    env.DB,
    turnedBound,
    inBatches.map(({ row }) => placeIn(row.key).batch),
  );
  const found: Altered = { rows: [], unread: states.unread, claims: [], states: states.of };
  for (const { table, row, name } of await read())
    if (names.includes(name)) {
      // Nothing ever bound it; or what binds it may be where nobody looked.
      const isBare =
        row.code === null
          ? isOfBefore(table, row, known)
          : passed.has(row.subject) || unread.has(row.subject);
      const events = states.of.get(name) ?? [];
      const batch = table.batch ? (roots.get(placeIn(row.key).batch) ?? []) : null;
      const own = batch ? events.map((event) => aloneOf(event, batch, row.key)) : events;
      const gone = back.get(`${table.name}/${row.key}`);
      const how = howAltered(table, row, own, { end, isBare, gone });
      if (how === null) continue;
      const { seq, ...said } = how;
      const event = seq === null ? null : await changeOf(env, seq);
      const of = { seq, at: event?.at ?? null, code: event?.code ?? null };
      found.rows.push({ table: table.name, ref: row.key, ...said, ...of });
      if (seq !== null && event !== null)
        found.claims.push({ codes: [BOUND], subjects: [], seq, from: event.at, to: event.at });
    }
  return found;
}

/** Null where it is as the trail says, or was compared with nothing. `gone`: the row of the trail that says that it was erased. */
function howAltered(
  table: BoundTable,
  row: Kept,
  states: readonly LinkedRow[],
  { end, isBare, gone }: { end: string; isBare: boolean; gone: number | undefined },
): Pick<AlteredRow, "how" | "told" | "seq"> | null {
  const last = states.at(-1);
  if (gone !== undefined && gone > (last?.seq ?? 0)) return { how: "erased", told: false, seq: gone };
  if (!last) return isBare ? null : { how: "unknown", told: false, seq: null };
  const fits = (event: LinkedRow) => alteredIn(table, row, { ...event, salt: null, payload: null }) === null;
  if (fits(last)) return null;
  const isEarlier = stateIn(row.subject) < stateIn(last.subject);
  const then = states.findLast(({ at }) => at < end);
  const told =
    isEarlier && then !== undefined && stateIn(then.subject) === stateIn(row.subject) && fits(then);
  return { how: isEarlier ? "earlier" : "other", told, seq: last.seq };
}

export const isOf = (event: ProofEvent, { table, ref }: AlteredRow): boolean =>
  tablesOf(event.what).includes(table) && event.ref === ref;
/** Whether a proof tells of this fact, and whether it quotes its row. */
export const isTold = (event: ProofEvent, { rows }: Altered): boolean =>
  !rows.some((row) => !row.told && isOf(event, row));
export const isQuoted = (event: ProofEvent, { rows }: Altered): boolean =>
  !rows.some((row) => row.how === "erased" && isOf(event, row));
