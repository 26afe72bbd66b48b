/** Chooses cells so that any two values, of any two axes, that go together are in one cell: the fewest that a greedy choice finds. */
import { type Axis, axes, axisNames, type Cell, fits } from "./axes.ts";

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
export const shuffled = <T>(all: readonly T[], random: () => number): T[] =>
  all
    .map((one) => [random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

type Given = Partial<Cell>;
/** First what rules out most: a choice that leads nowhere is found early. */
const order: readonly Axis[] = [
  ...(["sink", "gesture", "timing", "method", "argument", "realm"] as const),
  ...(["natives", "target", "verdict", "encoding", "shown"] as const),
];
const keyOf = (a: Axis, x: string, b: Axis, y: string) =>
  a < b ? `${a}=${x}&${b}=${y}` : `${b}=${y}&${a}=${x}`;

/** Fills in the axes that are not given, those that are `left`, by what `worth` prefers; null where nothing goes together. */
function fill(
  given: Given,
  left: readonly Axis[],
  worth: (axis: Axis, value: string, cell: Given) => number,
  random: () => number,
): Cell | null {
  const [axis, ...rest] = left;
  if (axis === undefined) return given as Cell;
  if (given[axis] !== undefined) return fill(given, rest, worth, random);
  const values = shuffled(axes[axis] as readonly string[], random)
    .map((value) => ({ value, worth: worth(axis, value, given) }))
    .sort((a, b) => b.worth - a.worth);
  for (const { value } of values) {
    const next = { ...given, [axis]: value };
    if (!fits(next)) continue;
    const cell = fill(next, rest, worth, random);
    if (cell) return cell;
  }
  return null;
}

/** All pairs of the values that are `wanted`. What a value is worth where no pair wants it says `prefer`. */
export function pairs(
  seed: number,
  wanted: (axis: Axis, value: string) => boolean,
  prefer: (axis: Axis, value: string) => number,
): Cell[] {
  const values = (axis: Axis) => (axes[axis] as readonly string[]).filter((value) => wanted(axis, value));
  const random = randomOf(seed);
  const open = new Set<string>();
  const list: Given[] = [];
  for (const [i, a] of axisNames.entries())
    for (const b of axisNames.slice(i + 1))
      for (const x of values(a))
        for (const y of values(b)) {
          if (!fits({ [a]: x, [b]: y })) continue;
          open.add(keyOf(a, x, b, y));
          list.push({ [a]: x, [b]: y });
        }
  const cells: Cell[] = [];
  for (const given of shuffled(list, random)) {
    const [[a, x], [b, y]] = Object.entries(given) as [[Axis, string], [Axis, string]];
    if (!open.has(keyOf(a, x, b, y))) continue;
    const worth = (axis: Axis, value: string, cell: Given) =>
      Object.entries(cell).filter(([other, with_]) => open.has(keyOf(axis, value, other as Axis, with_)))
        .length + (wanted(axis, value) ? prefer(axis, value) : -1);
    const cell = fill(given, order, worth, random);
    if (!cell) continue;
    cells.push(cell);
    for (const [i, one] of axisNames.entries())
      for (const two of axisNames.slice(i + 1)) open.delete(keyOf(one, cell[one], two, cell[two]));
  }
  return cells;
}

/** Every choice of values of these axes that goes together, once; the other axes take turns. */
export function products(seed: number, all: readonly Axis[]): Cell[] {
  const random = randomOf(seed);
  const used = new Map<string, number>();
  const cells: Cell[] = [];
  const walk = (given: Given, [axis, ...rest]: readonly Axis[]): void => {
    if (axis === undefined) {
      const worth = (on: Axis, value: string) => -(used.get(`${on}=${value}`) ?? 0) + random();
      const cell = fill(given, order, worth, random);
      if (!cell) return;
      cells.push(cell);
      for (const on of axisNames) used.set(`${on}=${cell[on]}`, (used.get(`${on}=${cell[on]}`) ?? 0) + 1);
      return;
    }
    for (const value of axes[axis]) {
      const next = { ...given, [axis]: value };
      if (fits(next)) walk(next, rest);
    }
  };
  walk({}, all);
  return cells;
}
