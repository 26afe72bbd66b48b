/** What of closed recordings the database, or another file, has besides: by D1's time travel, or since an index lacked it. */
import type { Reading } from "../../storage/closed/read.ts";
import { certificatesKind } from "../certificates/lines.ts";
import { joinObject, refIs } from "../erasing/by-index.ts";
import { keptKind, type Line, nameOfId, nameOfObject, nameOfRef } from "./lines.ts";
import { byName, hitsOf, monthOf, packedErased, packedKept } from "./names/hits.ts";
import { linesAt } from "./names/lines.ts";
import { idIs } from "../../core/sql.ts";

/** By what a line is in the database besides: it came back, or was erased; another has its audio; or only its reference. */
export type Taken = "id" | "object" | "ref";
const elsewhere = "c.num NOT IN (SELECT value ->> 0 FROM json_each(?1))";
const TAKEN = `SELECT num, CASE
    WHEN EXISTS (SELECT 1 FROM recordings r WHERE ${idIs("r.id", "l.id")})
      OR EXISTS (SELECT 1 FROM closed_recordings c WHERE c.name = l.of_id)
      OR EXISTS (SELECT 1 FROM closed_kept c WHERE c.name = l.of_id AND ${elsewhere}) THEN 'id'
    WHEN EXISTS (SELECT 1 FROM (SELECT l.store AS store, l.object AS object) o ${joinObject("o.store", "o.object")})
      OR EXISTS (SELECT 1 FROM closed_kept c WHERE c.name = l.of_object AND ${elsewhere}) THEN 'object'
    WHEN EXISTS (SELECT 1 FROM recordings r WHERE ${refIs("r.ref", "l.ref")})
      OR EXISTS (SELECT 1 FROM closed_recordings c WHERE c.name = l.of_ref)
      OR EXISTS (SELECT 1 FROM closed_kept c WHERE c.name = l.of_ref AND ${elsewhere}) THEN 'ref'
  END AS taken
  FROM (SELECT value ->> 0 AS num, value ->> 1 AS id, value ->> 2 AS ref, value ->> 3 AS store, value ->> 4 AS object,
    CAST(value ->> 5 AS INTEGER) AS of_id, CAST(value ->> 6 AS INTEGER) AS of_ref, CAST(value ->> 7 AS INTEGER) AS of_object
    FROM json_each(?1)) l`;

/** Of lines that the database has besides, or another file, by what; by their row numbers. */
export async function takenBy(env: Reading, lines: readonly Line[]): Promise<Map<number, Taken>> {
  const { results } = await env.DB.prepare(`SELECT * FROM (${TAKEN}) WHERE taken IS NOT NULL`)
    .bind(
      JSON.stringify(
        lines.map(({ num, id, ref, store, object }) => [
          ...[num, id, ref, store, object],
          ...[nameOfId(id), nameOfRef(ref), nameOfObject(store, object)],
        ]),
      ),
    )
    .all<{ num: number; taken: Taken }>();
  const taken = new Map(results.map((row) => [row.num, row.taken]));
  const rest = lines.filter(({ num }) => !taken.has(num));
  for (const [num, by] of await takenInBlocks(env, rest)) taken.set(num, by);
  return taken;
}

/** The same of what is packed, but for the lines themselves. */
async function takenInBlocks(env: Reading, lines: readonly Line[]): Promise<Map<number, Taken>> {
  const by = lines.flatMap((line) => [
    { line, taken: "id" as const, name: nameOfId(line.id) },
    { line, taken: "object" as const, name: nameOfObject(line.store, line.object) },
    { line, taken: "ref" as const, name: nameOfRef(line.ref) },
  ]);
  const numsOf = Map.groupBy(by, ({ name }) => name);
  const own = new Set(lines.map(({ num }) => num));
  const kept = await hitsOf(
    env.DB,
    packedKept,
    by.map(({ name, line }) => byName(name, monthOf(line.num))),
  );
  // Once each is its own.
  const others = kept.filter(({ name, lo, hi }) => {
    const its = numsOf.get(name)!;
    const place = its.findIndex(({ line: { num } }) => num >= lo && num <= hi);
    if (place !== -1) numsOf.set(name, its.toSpliced(place, 1));
    return place === -1;
  });
  const all = await linesAt(env, keptKind, others, ({ num }) => !own.has(num));
  const isId = new Set(lines.map(({ id }) => id));
  const isRef = new Set(lines.map(({ ref }) => ref));
  const gone = await linesAt(
    env,
    certificatesKind,
    await hitsOf(
      env.DB,
      packedErased,
      [...[...isId].map(nameOfId), ...[...isRef].map(nameOfRef)].map((name) => byName(name)),
    ),
    ({ id, ref }) => isId.has(id) || isRef.has(ref),
  );
  // Of a lost file, whatever led there.
  const unread = new Set([...all.unread.values(), ...gone.unread.values()].flat().map(({ name }) => name));
  const names = {
    id: new Set([...all.lines, ...gone.lines].map(({ id }) => id)),
    object: new Set(all.lines.map(({ store, object }) => `${store}\n${object}`)),
    ref: new Set([...all.lines, ...gone.lines].map(({ ref }) => ref)),
  };
  const found = new Map<number, Taken>();
  for (const { line, taken, name } of by) {
    const own = { id: line.id, ref: line.ref, object: `${line.store}\n${line.object}` };
    if (!found.has(line.num) && (unread.has(name) || names[taken].has(own[taken])))
      found.set(line.num, taken);
  }
  return found;
}
