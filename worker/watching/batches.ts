/**
 * Rows that were bound many at once: one event is over the roots of all of them, which a table of batches keeps, also those of rows
 * that are gone, as the others are proved by them.
 */
import { chunks } from "../../shared/core/chunks.ts";
import { commitmentTo, openingOf, rootOf } from "../../shared/trail/bound.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import { BOUND, type BoundTable, dayIn, type Lost } from "../core/bound.ts";
import { rootsIn } from "../core/states.ts";
import { alteredIn, type Kept } from "../trail/altered.ts";

/** Batches that are read at once: one may have a hundred kilobytes. */
const SOME = 20;

/** The batch that the key of a row begins with, and its place there. */
export function placeIn(key: string): { batch: string; place: number } {
  const [batch = "", place] = key.split("/");
  return { batch, place: Number(place) };
}

/** The roots of these batches, by their names; what is no list of them, as somebody altered it, has none. */
export async function rootsOf(
  db: D1Database,
  { batch }: BoundTable,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  if (!batch || names.length === 0) return new Map();
  const { results } = await db
    .prepare(`SELECT id, roots FROM ${batch} WHERE id IN (SELECT value FROM json_each(?))`)
    .bind(JSON.stringify([...new Set(names)]))
    .all<{ id: string; roots: string }>();
  return new Map(results.map(({ id, roots }) => [id, rootsIn(roots) ?? []]));
}

const opening = (root: string): string => commitmentTo(openingOf(null, [root]));

/** The event of a batch as one that binds its row of this key alone; as it is where the batch's roots are other ones. */
export function aloneOf<E extends { commitment: string }>(
  event: E,
  roots: readonly string[],
  key: string,
): E {
  const root = roots[placeIn(key).place];
  return root !== undefined && opening(rootOf(roots)) === event.commitment
    ? { ...event, commitment: opening(root) }
    : event;
}

/** What of a batch's rows is not as its event says, but for what they hold: a batch that is altered, and keys without a row. */
export async function missingIn(
  db: D1Database,
  table: BoundTable,
  told: readonly (KeptRow & { key: string })[],
): Promise<{ altered: typeof told; lost: (Lost & { seq: number })[] }> {
  const altered: (typeof told)[number][] = [];
  const lost: (Lost & { seq: number })[] = [];
  for (const events of chunks(told, SOME)) {
    const names = events.map(({ key }) => key);
    const roots = await rootsOf(db, table, names);
    const { results } = await db
      .prepare(
        `SELECT batch AS id, json_group_array(place) AS places FROM ${table.table}
         WHERE batch IN (SELECT value FROM json_each(?)) GROUP BY batch`,
      )
      .bind(JSON.stringify(names))
      .all<{ id: string; places: string }>();
    const there = new Map(results.map(({ id, places }) => [id, new Set(JSON.parse(places) as number[])]));
    for (const event of events) {
      const { key, seq, subject } = event;
      const at = dayIn(subject) ?? event.at;
      const own = roots.get(key);
      if (!own) lost.push({ key, seq, state: 0, at });
      else if (opening(rootOf(own)) !== event.commitment) altered.push(event);
      else
        for (const place of own.keys())
          if (!there.get(key)?.has(place)) lost.push({ key: `${key}/${place}`, seq, state: 0, at });
    }
  }
  return { altered, lost };
}

/** The rows of batches that name another row of the trail than their change's own. Where that is not at hand, it is in the database. */
export async function unlikeBeside(
  db: D1Database,
  { table, beside }: BoundTable,
  told: readonly (KeptRow & { key: string; own?: number })[],
): Promise<{ key: string; seq: number }[]> {
  if (beside === undefined || told.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT r.batch || '/' || r.place AS key, j.value ->> 2 AS seq FROM json_each(?1) j CROSS JOIN ${table} r ON r.batch = j.value ->> 0
       WHERE r.${beside} IS NOT COALESCE(j.value ->> 1,
         (SELECT a.seq FROM audit a WHERE a.seq > j.value ->> 2 AND a.code <> ?2 ORDER BY a.seq LIMIT 1))`,
    )
    .bind(JSON.stringify(told.map(({ key, own, seq }) => [key, own ?? null, seq])), BOUND)
    .all<{ key: string; seq: number }>();
  return results;
}

/** Of these rows, those that are not as their batch says, with the columns that may differ; null: they are at no place of it. */
export async function unlikeIn(
  db: D1Database,
  table: BoundTable,
  rows: readonly Kept[],
): Promise<{ key: string; columns: string[] | null }[]> {
  const found: { key: string; columns: string[] | null }[] = [];
  const bound = Map.groupBy(
    rows.filter(({ code }) => code !== null),
    ({ key }) => placeIn(key).batch,
  );
  for (const some of chunks([...bound], SOME)) {
    const roots = await rootsOf(
      db,
      table,
      some.map(([batch]) => batch),
    );
    for (const [batch, its] of some)
      for (const row of its) {
        const { key, subject } = row;
        const root = roots.get(batch)?.[placeIn(key).place];
        const event = { subject, commitment: opening(root ?? ""), salt: null, payload: null };
        const columns = root === undefined ? null : alteredIn(table, row, event);
        if (root === undefined || columns !== null) found.push({ key, columns });
      }
  }
  return found;
}
