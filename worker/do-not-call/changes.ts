/** Changes of entries that are there: each binds the entry's whole new state, and what spreads from one that ends, ends with it. */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import type { NewRow } from "../core/bound.ts";
import { changedNumbers } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changeRows, type RowChange, statesOf } from "../core/states.ts";
import { suppressionsBound } from "./bound.ts";

/** When, by whom and why an entry ended. */
export const endOf = (at: string, by: string, reason: string): NewRow => ({
  ...{ ended_at: at, ended_by: by, ended_reason: reason },
});

/** The same change of some entries, as they are now. */
export const changesOf = async (
  db: D1Database,
  to: NewRow,
  where: string,
  ...params: (string | number | null)[]
): Promise<RowChange[]> =>
  (await statesOf(db, suppressionsBound, where, ...params)).map((before) => ({ before, to }));

/** Entries that were said again as they are: a change, so that nobody undoes the second word with the first. */
export const saidAgain = (db: D1Database, ids: readonly string[]): Promise<RowChange[]> =>
  changesOf(db, {}, "ended_at IS NULL AND id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));

/** Ends those that are live. */
export async function endsOf(
  db: D1Database,
  end: NewRow,
  ids: readonly (string | null | undefined)[],
): Promise<RowChange[]> {
  const some = ids.filter((id) => id);
  const live = "ended_at IS NULL AND id IN (SELECT value FROM json_each(?))";
  return some.length === 0 ? [] : await changesOf(db, end, live, JSON.stringify(some));
}

/** The statements; several changes of one entry are one. Refuses (conflict) where one is no longer as it was read. */
export async function changeEntries(
  db: D1Database,
  changes: readonly RowChange[],
  at: string,
): Promise<Statement[]> {
  const all = new Map<string, RowChange>();
  const add = ({ before, to }: RowChange) => {
    const id = String(before["id"]);
    all.set(id, { before, to: { ...all.get(id)?.to, ...to } });
  };
  changes.forEach(add);
  const ending = changes.filter(
    ({ before, to }) =>
      before["origin"] === null && before["ended_at"] === null && to["ended_at"] !== undefined,
  );
  const ends = new Map(ending.map(({ before, to }) => [before["id"], to]));
  const ids = JSON.stringify([...ends.keys()]);
  const live = "ended_at IS NULL AND origin IN (SELECT value FROM json_each(?))";
  const spread = ends.size === 0 ? [] : await statesOf(db, suppressionsBound, live, ids);
  // One that goes on under another entry does not end.
  const left = spread.filter(({ id }) => all.get(String(id))?.to["origin"] === undefined);
  for (const before of left) add({ before, to: ends.get(before["origin"])! });
  const whole = [...all.values()];
  const isOwn = ({ before }: RowChange) => before["origin"] === null;
  return [
    ...changeRows(
      suppressionsBound,
      whole.filter((change) => !isOwn(change)),
      at,
    ),
    // One that spread meanwhile would end with it, and no event would bind its end.
    ...(ends.size === 0 ? [] : [sql(`UPDATE suppressions SET rev = NULL WHERE ${live}`, ids)]),
    ...changeRows(suppressionsBound, whole.filter(isOwn), at),
    ...(left.length === 0
      ? []
      : [changedNumbers(left.map(({ number }) => ({ e164: e164Of(Number(number)) })))]),
  ];
}

/** For an event of many entries: those that these make on further numbers, if any. */
export const saySpread = (
  spread: readonly Suppression[],
): { spread?: Pick<Suppression, "id" | "number" | "origin">[] } =>
  spread.length === 0 ? {} : { spread: spread.map(({ id, number, origin }) => ({ id, number, origin })) };
