/** A page of the trail from archived objects: it opens those that may have a row of it, by their sieves. */
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { type Archive, archiveColumns, readObject } from "../rows.ts";
import { sifted, type Sought } from "./sieves.ts";

/** What a page is asked for; `from` and `until`: days or moments, ISO 8601. A code that ends with a dot is all codes that begin so. */
export interface Wants {
  code: string | null;
  actor: string | null;
  subject: string | null;
  from: string;
  until: string;
}

/** Objects that are opened for a page while none has a row: each takes about a tenth of a second. */
const OPENED = 10;
/** Objects whose sieves are asked at a time, and how often for a page. */
const SIFTED = { objects: 1000, times: 5 };

/** Newest first, before row `before`. It may be short, or empty, with more to come. Throws `archive-broken`. */
export async function archivedPage(
  env: Env,
  want: Wants,
  before: number,
  limit: number,
  { opened = OPENED, asked = SIFTED }: { opened?: number; asked?: typeof SIFTED } = {},
): Promise<{ rows: LinkedRow[]; next: number | null }> {
  const sought = soughtIn(want);
  const most = Object.keys(sought).length === 0 ? opened : asked.objects;
  for (let n = 0; n < asked.times; n++) {
    const { results } = await env.DB.prepare(
      `SELECT ${archiveColumns} FROM audit_archives WHERE first_seq < ? AND last_at >= ? AND first_at < ?
       ORDER BY first_seq DESC LIMIT ${most}`,
    )
      .bind(before, want.from, want.until)
      .all<Archive>();
    for (const archive of await sifted(env, results, sought)) {
      if (opened-- === 0) return { rows: [], next: Math.min(before, archive.lastSeq + 1) };
      const object = await readObject(env, archive);
      if (!object?.rows || !object.intact) throw new Problem("archive-broken", archive.key);
      const rows = object.rows
        .filter((row) => row.seq < before && isWanted(row, want))
        .reverse()
        .slice(0, limit);
      if (rows.length === 0) continue;
      const next = rows.length === limit ? rows.at(-1)!.seq : archive.firstSeq;
      return { rows, next: next > 1 ? next : null };
    }
    if (results.length < most) return { rows: [], next: null };
    before = results.at(-1)!.firstSeq;
  }
  return { rows: [], next: before };
}

const soughtIn = ({ code, actor, subject }: Wants): Sought => ({
  ...(code !== null && { codes: [code] }),
  ...(actor !== null && { actors: [actor] }),
  ...(subject !== null && { subjects: [subject] }),
});

const isWanted = (row: LinkedRow, { code, actor, subject, from, until }: Wants): boolean =>
  (code === null || row.code === code || (code.endsWith(".") && row.code.startsWith(code))) &&
  (actor === null || row.actor === actor) &&
  (subject === null || row.subject === subject) &&
  row.at >= from &&
  row.at < until;
