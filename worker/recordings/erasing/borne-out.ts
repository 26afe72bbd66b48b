/**
 * Whether a recording may be erased by what the trail binds. Its row is as it says. Its day moves, so that no event binds it, but it
 * follows from the day of the call and the policies since, or somebody asked for it; and no hold that the trail has is missing or
 * altered.
 */
import { isOwnStore, type StoreKind } from "../../../shared/recordings/api.ts";
import type { Env } from "../../env.ts";
import { type AsBound, asBound, coveredOf } from "./as-bound.ts";
import { askedFor } from "./asked.ts";
import { type Dated, daysOf } from "./days.ts";
import { foldersOf, ownerOf } from "./folders.ts";
import { bentHolds, heldOnTrail } from "./held.ts";
import { idIn } from "../../core/sql.ts";

/** Ids. Of the others nobody knows yet: further runs tell. */
export interface BorneOut {
  /** They may be erased. */
  good: string[];
  /** How many of these were never bound. */
  unbound: number;
  /** The trail says otherwise. */
  not: string[];
  /** An archive that may say otherwise cannot be read. */
  waits: string[];
  later: string[];
}
type Verdict = Exclude<keyof BorneOut, "unbound">;

interface DueRow extends Dated {
  id: string;
  eraseAfter: string;
  rule: string;
  store: StoreKind;
  object: string;
  by: string;
}

export async function borneOut(env: Env, ids: readonly string[]): Promise<BorneOut> {
  const found: BorneOut = { good: [], unbound: 0, not: [], waits: [], later: [] };
  if (ids.length === 0) return found;
  const { results: rows } = await env.DB.prepare(
    `SELECT id, started_on AS startedOn, started_at AS startedAt, erase_after AS eraseAfter, rule, region, store, object, by, at
     FROM recordings WHERE state <> 'erased' AND ${idIn("id", "?1")}`,
  )
    .bind(JSON.stringify(ids))
    .all<DueRow>();
  const { held, isLater, unreadUpTo } = await heldOnTrail(env, ids);
  if (isLater) {
    for (const { id } of rows) found[held.has(id) ? "not" : "later"].push(id);
    return found;
  }
  const [byHand, byDay] = [rows.filter(isByHand), rows.filter((row) => !isByHand(row))];
  const bent = await bentHolds(env, ids);
  const whole = await asBound(env, ids);
  const isOf = ({ id }: DueRow): Verdict => byRow[whole.get(id)?.is ?? "not"];
  const { asked, ...open } = await askedFor(
    env,
    byHand.map(({ id }) => id),
  );
  const unaskedIs = ({ id }: DueRow): Verdict => {
    const isOpen = ({ lastSeq }: { lastSeq: number }) => lastSeq >= (whole.get(id)?.came ?? 0);
    return open.left.some(isOpen) ? "later" : open.unread.some(isOpen) ? "waits" : "not";
  };
  // An officer's own word on one that is not as the trail has it.
  const covered = await coveredOf(
    env,
    byHand.flatMap((row) => (asked.has(row.id) && isOf(row) !== "good" ? [row.id] : [])),
  );
  const hasCome = await dueBy(env, byDay);
  const isAstray = await astray(env, byDay);
  const verdictOn = (row: DueRow): Verdict => {
    const { id } = row;
    if (held.has(id) || bent.not.has(id)) return "not";
    if (isByHand(row) && !asked.has(id)) return unaskedIs(row);
    const is = covered.has(id) ? "good" : isOf(row);
    if (is === "not") return "not";
    if (is === "later" || bent.later.has(id)) return "later";
    if (is === "waits" || bent.unread.has(id)) return "waits";
    if (isByHand(row)) return "good";
    if (!hasCome(row) || isAstray(row)) return "not";
    // What cannot be read may say that it is held, unless that is older than it: then an officer asks for it.
    return unreadUpTo === 0 || (whole.get(id)!.came ?? 0) > unreadUpTo ? "good" : "waits";
  };
  for (const row of rows) found[verdictOn(row)].push(row.id);
  return { ...found, unbound: found.good.filter((id) => whole.get(id)?.is === "unbound").length };
}

const byRow = {
  ...{ agreed: "good", unbound: "good", not: "not", unread: "waits", later: "later" },
} as const satisfies Record<AsBound["is"], Verdict>;

const isByHand = ({ rule }: DueRow): boolean => rule === "hand";

/** Whose owner has another folder than the trail says, or none any more; or who lies in such a folder. */
async function astray(env: Env, rows: readonly DueRow[]): Promise<(row: DueRow) => boolean> {
  if (!rows.some(({ store }) => isOwnStore(store))) return () => false;
  const folders = await foldersOf(env);
  return ({ store, object, by }) =>
    isOwnStore(store) &&
    [by, ownerOf(folders, object)].some((id) => id !== undefined && folders.bent.has(id));
}

/**
 * Not before the shortest time that a policy had since it arrived; at once where a policy since did not allow its region.
 */
async function dueBy(env: Env, rows: readonly DueRow[]): Promise<(row: DueRow) => boolean> {
  const daysAt = await daysOf(env, rows);
  return (row) => {
    const days = daysAt(row);
    if (days === null) return false;
    return row.rule === "outside-regions" ? days.isOutside : row.eraseAfter >= days.first;
  };
}
