/** What became of calls, by route and layer: a line of JSON for each that a test counted, and the table that they make. */

/** Names the file for the lines, in the environment. */
export const TALLY = "TALLY";

const layers = [
  "the page's guard",
  "the call protocol",
  "guard and browser's gate",
  "the telephone system's gate",
] as const;
/** `passed`: a call that may be made went out; `escaped`: one that must be held; `lost`: one that may be made did not go out. */
const ends = ["held", "passed", "escaped", "lost"] as const;
export interface Tallied {
  route: string;
  layer: (typeof layers)[number];
  ends: Partial<Record<(typeof ends)[number], number>>;
}

export const talliedIn = (lines: string): Tallied[] =>
  lines
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Tallied);

/** The rows of the table, with their head: by route, then by layer, in the order in which they were counted. */
export function rowsOf(all: readonly Tallied[]): string[][] {
  const byRoute = Map.groupBy(all, ({ route }) => route);
  const say = (n: number) => n.toLocaleString("en-GB");
  return [
    ["route", "layer", "tried", "held", "passed rightly", "escaped", "lost"],
    ...[...byRoute].flatMap(([route, its]) =>
      layers.flatMap((layer) => {
        const counts = its.filter((one) => one.layer === layer);
        if (counts.length === 0) return [];
        const sums = ends.map((end) => counts.reduce((sum, one) => sum + (one.ends[end] ?? 0), 0));
        return [[route, layer, say(sums.reduce((sum, n) => sum + n, 0)), ...sums.map(say)]];
      }),
    ),
  ];
}
