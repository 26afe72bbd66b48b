/**
 * The rows of a number that are not as the trail's last event of each says, as somebody altered them, put them back to an earlier
 * state or brought them back. A proof names each, and tells of it only where it is as it was at the end of the proof's period.
 */
import type { AlteredRow, ProofEvent } from "../../shared/proof/api-events.ts";
import { boundBy } from "../../shared/proof/bound-row.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { callsBound } from "../call-logs/bound.ts";
import { BOUND, type BoundTable, stateIn } from "../core/bound.ts";
import { consentsBound, suppressionsBound } from "../do-not-call/bound.ts";
import type { Env } from "../env.ts";
import { alteredIn, type Kept } from "../trail/altered.ts";
import { broughtBack } from "../trail/erased.ts";
import { type Known } from "../trail/start.ts";
import { changeOf, type States, statesSaid } from "../trail/states.ts";
import type { Claim } from "./near.ts";

/** Entries and consents of any time, as one may have been dated out of the period. */
const tables: readonly [table: BoundTable, where: string][] = [
  [suppressionsBound, "r.number = ?1"],
  [consentsBound, "r.number = ?1"],
  [callsBound, "r.number = ?1 AND r.started_at >= ?2 AND r.started_at < ?3"],
];

export interface Altered {
  rows: AlteredRow[];
  /** Archived rows of the trail that may say more: first and last. */
  unread: [number, number][];
  /** Where on the trail what it says last is. */
  claims: Claim[];
}

/** `period` is from `start` until `end`, `now` a moment: all in ISO 8601. Throws Unreadable. */
export async function alteredOf(
  env: Env,
  known: Known,
  e164: string,
  { start, end, now }: { start: string; end: string; now: string },
): Promise<Altered> {
  const read = async () =>
    (
      await env.DB.batch<Kept>(
        tables.map(([{ select }, where]) => {
          const all = [numberOf(e164), start, end];
          return env.DB.prepare(`${select} WHERE ${where}`).bind(
            ...(where.includes("?2") ? all : all.slice(0, 1)),
          );
        }),
      )
    ).map(({ results }) => results);
  // First what the trail says: a row that changes meanwhile is then further than that, never behind.
  const names = (await read()).flatMap((rows, i) => rows.map(({ key }) => `${tables[i]![0].name}/${key}`));
  const states = await statesSaid(env, known, names, known.rows?.at ?? "");
  const back = await broughtBack(env, known, names, now);
  const found: Altered = { rows: [], unread: states.unread, claims: [] };
  for (const [i, rows] of (await read()).entries())
    for (const row of rows) {
      const table = tables[i]![0];
      const how = howAltered(table, row, states, { end, gone: back.get(`${table.name}/${row.key}`) });
      if (how === null || !names.includes(`${table.name}/${row.key}`)) continue;
      const { seq, ...said } = how;
      const event = seq === null ? null : await changeOf(env, seq);
      const of = { seq, at: event?.at ?? null, code: event?.code ?? null };
      found.rows.push({ table: table.name, ref: row.key, ...said, ...of });
      if (seq !== null && event !== null)
        found.claims.push({ codes: [BOUND], subjects: [], seq, from: event.at, to: event.at });
    }
  return found;
}

/** Null where it is as the trail says. `gone`: the row of the trail that says that it was erased. */
function howAltered(
  table: BoundTable,
  row: Kept,
  { of, unread }: States,
  { end, gone }: { end: string; gone: number | undefined },
): Pick<AlteredRow, "how" | "told" | "seq"> | null {
  const states = of.get(`${table.name}/${row.key}`) ?? [];
  const last = states.at(-1);
  if (gone !== undefined && gone > (last?.seq ?? 0)) return { how: "erased", told: false, seq: gone };
  if (!last) {
    // From before rows were bound; or what binds it may be where nobody looked.
    if (row.code === null || unread.length > 0) return null;
    return { how: "unknown", told: false, seq: null };
  }
  const fits = (event: LinkedRow) => alteredIn(table, row, { ...event, salt: null, payload: null }) === null;
  if (fits(last)) return null;
  const isEarlier = stateIn(row.subject) < stateIn(last.subject);
  const then = states.findLast(({ at }) => at < end);
  const told =
    isEarlier && then !== undefined && stateIn(then.subject) === stateIn(row.subject) && fits(then);
  return { how: isEarlier ? "earlier" : "other", told, seq: last.seq };
}

export const isOf = (event: ProofEvent, { table, ref }: AlteredRow): boolean =>
  boundBy(event.what) === table && event.ref === ref;
/** Whether a proof tells of this fact, and whether it quotes its row. */
export const isTold = (event: ProofEvent, { rows }: Altered): boolean =>
  !rows.some((row) => !row.told && isOf(event, row));
export const isQuoted = (event: ProofEvent, { rows }: Altered): boolean =>
  !rows.some((row) => row.how === "erased" && isOf(event, row));
