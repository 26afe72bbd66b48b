/** Compares all tables with the trail, step by step, for the command line and the desk. */
import type { DeepAnswer } from "./api.ts";
import { ALL_TABLES, comparedTableNames, summedTableNames, toldTableNames } from "./bound-tables.ts";

/** Where a walk goes on; `after` is "" at the beginning of a pass. */
export interface Place {
  table: (typeof comparedTableNames)[number] | typeof ALL_TABLES;
  pass: "events" | "rows";
  after: string;
}
const passOver =
  (pass: Place["pass"]) =>
  (table: Place["table"]): Place => ({ table, pass, after: "" });
/** The trail is read last, and once. */
const places: readonly Place[] = [
  ...comparedTableNames.map(passOver("rows")),
  ...[...summedTableNames, ALL_TABLES].map(passOver("events")),
];
/** A Worker of before reads it for each table. */
const ofBefore: readonly Place[] = toldTableNames.map(passOver("events"));

const isAt =
  ({ table, pass }: Place) =>
  (place: Place): boolean =>
    place.table === table && place.pass === pass;
/** Null: it was the last. */
const behind = (place: Place): Place | null => {
  const plan = places.some(isAt(place)) ? places : ofBefore;
  return plan[plan.findIndex(isAt(place)) + 1] ?? null;
};
/** How many passes there are, and the number of one. */
export const PASSES = places.length;
export const passOf = (place: Place): number => places.findIndex(isAt(place)) + 1 || PASSES;

/** As `cleardial verify --deep --from` takes it: `suppressions/rows/1234`. Null: no such place. */
export function readPlace(text: string): Place | null {
  const [table = "", pass, ...after] = text.split("/");
  const place = [...places, ...ofBefore].find((one) => one.table === table && one.pass === pass);
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

/** The code of a problem, as the command line and the desk have it in what they throw. */
const codeOf = (error: unknown): unknown => {
  const { code, problem } = Object(error) as { code?: unknown; problem?: { code?: unknown } | null };
  return problem?.code ?? code;
};

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
    const asked = new URLSearchParams({ table, pass, ...(after !== "" && { after }) }).toString();
    const step = await ask(asked).catch((error: unknown) => {
      if (table === ALL_TABLES && codeOf(error) === "invalid") return null;
      throw error;
    });
    if (step === null) {
      place = ofBefore[0]!;
      continue;
    }
    to.findings.push(...step.findings.slice(0, Math.max(0, most - to.findings.length)));
    to.found += step.findings.length;
    to.checked.set(table, (to.checked.get(table) ?? 0) + step.checked);
    for (const how of ["every", "some", "none"] as const) to.bound[how] += step.bound?.[how] ?? 0;
    for (const by of ["request", "retention", "returned"] as const) to.excused[by] += step.excused?.[by] ?? 0;
    place = step.next === null ? behind(place) : { table, pass, after: step.next };
    yield { table, next: place };
  }
}
