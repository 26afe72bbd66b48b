/** Compares all tables with the trail, step by step, for the command line and the desk. */
import type { DeepAnswer } from "./api.ts";
import { comparedTableNames, summedTableNames } from "./bound-tables.ts";

const passes = ["events", "rows"] as const;
/** Where a walk goes on; `after` is "" at the beginning of a pass. */
export interface Place {
  table: (typeof comparedTableNames)[number];
  pass: (typeof passes)[number];
  after: string;
}
const places: readonly Place[] = comparedTableNames.flatMap((table) =>
  passes.map((pass) => ({ table, pass, after: "" })),
);
/** How many passes there are, and the number of one. */
export const PASSES = places.length;
export const passOf = ({ table, pass }: Place): number =>
  places.findIndex((place) => place.table === table && place.pass === pass) + 1;

/** As `cleardial verify --deep --from` takes it: `suppressions/rows/1234`. Null: no such place. */
export function readPlace(text: string): Place | null {
  const [table = "", pass, ...after] = text.split("/");
  const place = places.find((one) => one.table === table && one.pass === pass);
  return place ? { ...place, after: after.join("/") } : null;
}
/** A place in a table of sums has one of two kilobytes: to go on from its register's beginning is short enough to type. */
export const sayPlace = ({ table, pass, after }: Place): string =>
  `${table}/${pass}/${summedTableNames.some((name) => name === table) ? after.split("/")[0]! : after}`;

/** What a walk found so far. */
export interface Compared {
  /** Rows of each table, in the events and in the tables. */
  checked: Map<string, number>;
  /** The first ones, and how many there are. */
  findings: DeepAnswer["findings"];
  found: number;
  bound: NonNullable<DeepAnswer["bound"]>;
  excused: NonNullable<DeepAnswer["excused"]>;
}
export const nothingCompared = (): Compared => ({
  ...{ checked: new Map(), findings: [], found: 0 },
  bound: { every: 0, some: 0, none: 0 },
  excused: { request: 0, retention: 0, returned: 0 },
});

/**
 * One step after the other: adds each to `to`, and answers where the walk goes on; null at its end. `ask` asks the Worker.
 * `most` findings are kept.
 */
export async function* walkTables(
  ask: (query: string) => Promise<DeepAnswer>,
  to: Compared,
  from: Place = places[0]!,
  most = Infinity,
): AsyncGenerator<{ table: string; next: Place | null }> {
  for (let place: Place | null = from; place !== null;) {
    const { table, pass, after }: Place = place;
    const step = await ask(new URLSearchParams({ table, pass, ...(after !== "" && { after }) }).toString());
    to.findings.push(...step.findings.slice(0, Math.max(0, most - to.findings.length)));
    to.found += step.findings.length;
    to.checked.set(table, (to.checked.get(table) ?? 0) + step.checked);
    for (const how of ["every", "some", "none"] as const) to.bound[how] += step.bound?.[how] ?? 0;
    for (const by of ["request", "retention", "returned"] as const) to.excused[by] += step.excused?.[by] ?? 0;
    place = step.next === null ? (places[passOf(place)] ?? null) : { table, pass, after: step.next };
    yield { table, next: place };
  }
}
