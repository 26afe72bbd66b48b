/** Verifying a table against the trail, from the events that say of rows that they went: finds those that somebody brought back. */
import { sha256Hex } from "../../../shared/core/sha256.ts";
import type { DeepAnswer } from "../../../shared/trail/api.ts";
import { commitmentTo, openingOf } from "../../../shared/trail/bound.ts";
import type { KeptRow } from "../../../shared/trail/chain.ts";
import { BOUND, type BoundTable } from "../../core/bound.ts";
import type { Env } from "../../env.ts";
import type { Kept } from "../altered.ts";
import { broughtBack, type Erased, subjectOf } from "../erased.ts";
import { type Archive, noteIn, rowAt } from "../rows.ts";
import type { Known } from "../start.ts";

/**
 * Of a table's rows that are there, those of which one of these rows of the trail says that they went, and the table `erased` says nothing of
 * it that the trail bears out: the pass from rows, which goes by that table once the trail's row has left the database, does not find
 * them. What may go later, or is kept as a proof alone, stays until a sweep takes it.
 */
export async function hiddenBack(
  env: Env,
  known: Known,
  table: BoundTable,
  { rows, now }: { rows: readonly KeptRow[]; now: string },
): Promise<DeepAnswer["findings"]> {
  const of = subjectOf(`${table.name}/`);
  const last = new Map(
    rows.flatMap(({ code, subject, seq }, place): [string, { seq: number; place: number }][] =>
      // Of a single state others come after it.
      code === BOUND && subject.startsWith(of) && !subject.includes("@")
        ? [[subject.slice(of.length), { seq, place }]]
        : [],
    ),
  );
  for (const [key, { place }] of last) if (known.originOf(rows[place]!) === "forged") last.delete(key);
  // Rows of a batch are named one by one from their side alone.
  if (last.size === 0 || table.batch) return [];
  const { results: there } = await env.DB.prepare(`${table.select} WHERE ${table.named}`)
    .bind(JSON.stringify([...last.keys()]))
    .all<Kept>();
  const nameOf = (key: string) => `${table.name}/${key}`;
  const names = there.map(({ key }) => nameOf(key));
  if (names.length === 0) return [];
  const told = await broughtBack(env, known, names, now);
  const { results: lines } = await env.DB.prepare(
    `SELECT row, since, seq FROM erased WHERE row IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(names))
    .all<Erased & { seq: number }>();
  const { results: kept } = await env.DB.prepare(
    `SELECT kind || 's/' || ref AS row FROM restricted WHERE kind || 's/' || ref IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(names))
    .all<{ row: string }>();
  const proofs = new Set(kept.map(({ row }) => row));
  const findings: DeepAnswer["findings"] = [];
  for (const { key } of there) {
    const name = nameOf(key);
    if (told.has(name) || proofs.has(name)) continue;
    const { seq } = last.get(key)!;
    const line = lines.find(({ row }) => row === name);
    if (line && line.seq >= seq && (await isBorneOut(env, known, line))) continue;
    findings.push({ table: table.name, key, seq, what: "back", columns: [] });
  }
  return findings;
}

/** Whether the trail says it so; also where an archive may that cannot be read, which is a finding of its own. */
async function isBorneOut(
  env: Env,
  { originOf }: Known,
  { row, since, seq }: Erased & { seq: number },
): Promise<boolean> {
  const unread: Archive[] = [];
  const said = await rowAt(env, seq).catch(noteIn(unread));
  if (said === null) return unread.length > 0;
  return (
    said.code === BOUND &&
    said.subject === subjectOf(row) &&
    said.commitment === commitmentTo(openingOf(null, [sha256Hex(since)])) &&
    originOf(said) !== "forged"
  );
}
