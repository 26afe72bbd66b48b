/**
 * Whether a number's verdicts in screenings are as the trail binds them. The document quotes none of what binds them, as that is of other
 * numbers, too: it says that they were compared.
 */
import { chunks } from "../../shared/core/chunks.ts";
import type { AlteredRow } from "../../shared/proof/api-events.ts";
import { BOUND } from "../core/bound.ts";
import type { Env } from "../env.ts";
import { isIn, namesIn, partsBound, screenedBound, screeningsBound } from "../screening/bound.ts";
import { keptOf, keyOfList } from "../screening/closed/lines.ts";
import { listsFor } from "../screening/closed/lists.ts";
import { pastScreenings, type PastScreening } from "../screening/past.ts";
import { agreedOf, compared } from "../trail/agreed.ts";
import { eventsArchived } from "../trail/events.ts";
import type { Known } from "../trail/start.ts";
import { changeOf } from "../trail/states.ts";
import type { Claim } from "./near.ts";

/** Archived objects that are read for lists that are not there. */
const OBJECTS = 20;

/** `isCompared`: with what the trail binds; false of a part from before its numbers were bound, or of an older Worker. */
export type ToldScreening = PastScreening & { isCompared: boolean };

export interface Screenings {
  told: ToldScreening[];
  /** What is not as the trail says, and is not told. */
  altered: AlteredRow[];
  claims: Claim[];
}

/** What is wrong with one: the table and the key of the row that is not as the trail says, and the event that binds it if it is known. */
type Fault = Pick<AlteredRow, "table" | "ref" | "seq">;
const unknown = (table: string, ref: string): Fault => ({ table, ref, seq: null });

/** The screenings of a number from `start` (inclusive) until `end` (exclusive), in ISO 8601. */
export async function screeningsOf(
  env: Env,
  known: Known,
  e164: string,
  { start, end }: { start: string; end: string },
): Promise<Screenings> {
  const lost = new Set<string>();
  const past = (await pastScreenings(env, e164, lost)).filter(({ at }) => at >= start && at < end);
  const found: Screenings = { told: [], altered: [], claims: [] };
  const faults = new Map<string, Fault>();
  // What it may have of the number nobody can read.
  for (const key of lost) faults.set(key, unknown("screened", key));
  // A list may have hundreds of kilobytes.
  for (const some of chunks(past, screenedBound.most!))
    for (const [one, is] of await comparedOf(env, known, some))
      if (typeof is === "boolean") found.told.push({ ...one, isCompared: is });
      else faults.set(`${is.table}/${is.ref}`, is);
  for (const { seq, ...row } of faults.values()) {
    const event = seq === null ? null : await changeOf(env, seq);
    const of = { seq, at: event?.at ?? null, code: event?.code ?? null };
    found.altered.push({ ...row, how: seq === null ? "unknown" : "other", told: false, ...of });
    if (seq !== null && event !== null)
      found.claims.push({ codes: [BOUND], subjects: [], seq, from: event.at, to: event.at });
  }
  return found;
}

async function comparedOf(
  env: Env,
  known: Known,
  some: readonly PastScreening[],
): Promise<[PastScreening, boolean | Fault][]> {
  const keys = [...new Set(some.map(({ key }) => key))];
  const screenings = await agreedOf(env, screeningsBound, [
    ...new Set(some.map(({ screening }) => screening)),
  ]);
  const parts = await agreedOf(env, partsBound, keys);
  let { rows, lists, lost } = await listsOf(env, keys);
  // One that left the database, or came back, between is where it is by now.
  if (!keys.every((key) => lists.rows.has(nameOf(key)))) ({ rows, lists, lost } = await listsOf(env, keys));
  // Of a list that is not there, an event would say that it was.
  const bare = some.filter(
    ({ key }) => !rows.has(key) && !lists.gone.includes(nameOf(key)) && !lost.includes(key),
  );
  const { found } = await eventsArchived(
    env,
    known,
    bare.map(({ key, at }) => ({ table: screenedBound, row: { subject: nameOf(key), at } })),
    OBJECTS,
  );
  const gone = new Set([...lists.gone, ...found.keys(), ...lost.map(nameOf)]);
  return some.map((one): [PastScreening, boolean | Fault] => {
    const { key, screening } = one;
    if (screenings.not.includes(screening)) return [one, unknown("screenings", screening)];
    if (parts.not.includes(key)) return [one, unknown("screening_parts", key)];
    const list = lists.rows.get(nameOf(key));
    if (gone.has(nameOf(key)) || list?.is === "not") return [one, unknown("screened_bound", key)];
    if (list === undefined || typeof list.is !== "number") return [one, false];
    if (isIn(rows.get(key) ?? new Map(), one.row) !== "same")
      return [one, { table: "screened_bound", ref: key, seq: list.seq() }];
    return [one, screenings.agreed.has(screening) && parts.agreed.has(key)];
  });
}

/** The lists with these keys, in the database or in files, with what the trail says of them; and those whose file is lost. */
async function listsOf(env: Env, keys: readonly string[]) {
  const { results } = await env.DB.prepare(
    `SELECT ${screenedBound.keySql} AS key, r.rows FROM screened_bound r WHERE ${screenedBound.named}`,
  )
    .bind(JSON.stringify(keys))
    .all<{ key: string; rows: string }>();
  const here = new Set(results.map(({ key }) => key));
  const { lists: closed, lost } = await listsFor(
    env,
    keys.filter((key) => !here.has(key)),
  );
  const lists = await compared(env, [
    { table: screenedBound, keys, closed: closed.map((list) => keptOf(list, "")) },
  ]);
  const all = [...results, ...closed.map((list) => ({ key: keyOfList(list), rows: list.rows }))];
  return { lists, lost, rows: new Map(all.map(({ key, rows: text }) => [key, namesIn(text)])) };
}

const nameOf = (key: string): string => `screened_bound/${key}`;
