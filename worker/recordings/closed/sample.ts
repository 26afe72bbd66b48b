/** Closed recordings of a period drawn at random, of those that are said to be announced. */
import { type Query, query } from "../../core/batch.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { closedPage } from "../../storage/closed/read.ts";
import { keptKind, QUARTER } from "./lines.ts";

/** Which: those that began from a moment until another (ISO 8601, of a whole quarter of an hour), in some regions (JSON). */
export interface Announced {
  start: string;
  end: string;
  regions: string;
}

interface Quarter {
  quarter: number;
  region: string;
  n: number;
}

/** How many there are, by quarter of an hour and region. */
export const announcedIn = ({ start, end, regions }: Announced): Query<Quarter> =>
  query<Quarter>(
    `SELECT quarter, region, began AS n FROM closed_kept_quarters
     WHERE quarter >= unixepoch(?) * 1000 / ${QUARTER} AND quarter < unixepoch(?) * 1000 / ${QUARTER} AND announced = 1 AND began > 0
       AND region IN (SELECT value FROM json_each(?)) ORDER BY 1, 2`,
    start,
    end,
    regions,
  );

/** Whole numbers below `n`, as many as there are up to `most`, each once. */
export function someBelow(n: number, most: number): number[] {
  const found = new Set<number>();
  while (found.size < Math.min(n, most)) found.add(Math.floor(Math.random() * n));
  return [...found];
}

/**
 * The ids of those at some places among all, in the order of quarters and regions. Throws the Problems `archive-broken`, and `conflict` where
 * one came back meanwhile.
 */
export async function idsAt(
  env: Env,
  quarters: readonly Quarter[],
  places: readonly number[],
): Promise<string[]> {
  const ids: string[] = [];
  let before = 0;
  for (const { quarter, region, n } of quarters) {
    const its = places.filter((place) => place >= before && place < before + n);
    if (its.length > 0) {
      const [lower, upper] = [quarter, quarter + 1].map((one) => keptKind.numAt(one * QUARTER)) as [
        number,
        number,
      ];
      const matches = (line: { announced: number | null; region: string }) =>
        line.announced === 1 && line.region === region;
      const lines: { id: string }[] = [];
      for (let span = { lower, upper, matches }; span.upper > lower;) {
        const page = await closedPage(env, keptKind, span, n);
        lines.push(...page.lines);
        span = { ...span, upper: page.reached };
      }
      for (const place of its) {
        const line = lines[place - before];
        if (line === undefined) throw new Problem("conflict");
        ids.push(line.id);
      }
    }
    before += n;
  }
  return ids;
}
