/** A number's screenings, wherever their rows are. */
import type { Stamp, Verdict } from "../../shared/check/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import type { ScreeningAnswer } from "../../shared/screening/api.ts";
import { type InFile, inFiles, type Reading, rowsIn, wholly } from "./closed/read.ts";
import {
  partOfScreened,
  type Screened,
  screenedInBlock,
  verdictCodes,
  verdictOfScreened,
} from "./screened.ts";

/** One screening of a number: when, with what result, and by which policy, registers and row of the trail. */
export interface PastScreening {
  screening: string;
  /** What the trail names its part by. */
  key: string;
  /** The number's row, without that. */
  row: Screened;
  name: string;
  source: ScreeningAnswer["source"];
  byName: string | null;
  part: number;
  at: string;
  verdict: Verdict;
  seq: number;
  policy: number;
  lists: Pick<Stamp["lists"][number], "id" | "version" | "asOf">[];
}

type Told = Omit<PastScreening, "verdict" | "lists" | "row"> & { num: number; lists: string };
const told = `s.id AS screening, s.num || '/' || p.part AS key, s.name, s.source, w.name AS byName, p.part, p.at, p.seq, p.policy, p.lists, p.num`;
const parts = "screening_parts p JOIN screenings s ON s.num = p.screening LEFT JOIN people w ON w.id = s.by";

/**
 * All screenings of a number (E.164), newest first, of closed months too (closed/README.md). Of files that are lost, `lost` gets the keys.
 * Throws the Problem `archive-broken` where the store fails.
 */
export async function pastScreenings(
  env: Reading,
  e164: string,
  lost = new Set<string>(),
): Promise<PastScreening[]> {
  const n = numberOf(e164);
  const block = blockOf(n);
  const { rows } = await wholly(env, lost, async () => {
    const [here, files] = await env.DB.batch([
      env.DB.prepare(
        `SELECT ${partOfScreened("d.id")} AS part, ${verdictOfScreened("d.id")} AS verdict, d.data FROM screened d
         WHERE d.id BETWEEN ${screenedInBlock("?1")}`,
      ).bind(block),
      inFiles(env.DB, [{ block, since: 0 }]),
    ]);
    const closed = await rowsIn(env, files!.results as unknown as InFile[]);
    const all = [...(here!.results as { part: number; verdict: number; data: string }[]), ...closed.rows];
    const its = all.filter(({ data }) => has(data, offsetOf(n)));
    // One that somebody put back into the database is there twice.
    const once = new Map(its.map((row) => [`${row.part}/${row.verdict}/${row.data}`, row]));
    return { rows: [...once.values()], unread: closed.unread };
  });
  if (rows.length === 0) return [];
  // What is over has no part any more.
  const { results } = await env.DB.prepare(
    `SELECT ${told} FROM json_each(?1) j CROSS JOIN ${parts} WHERE p.num = j.value`,
  )
    .bind(JSON.stringify([...new Set(rows.map(({ part }) => part))]))
    .all<Told>();
  const of = new Map(results.map((one) => [one.num, one]));
  return rows
    .flatMap(({ part, verdict, data }) => {
      const one = of.get(part);
      return one ? [{ one, row: { block, verdict, data } }] : [];
    })
    .sort((a, b) => b.one.at.localeCompare(a.one.at) || b.one.num - a.one.num)
    .map(({ one: { num: _, lists, ...one }, row }) => ({
      ...one,
      row,
      verdict: verdictCodes[row.verdict]!,
      lists: JSON.parse(lists) as PastScreening["lists"],
    }));
}
