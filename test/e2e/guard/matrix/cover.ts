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

/** Which pairs of values are in no cell yet. */
class Pairs {
  readonly #place = new Map<string, number>();
  readonly #open: Uint8Array;
  /** Each pair that goes together. */
  readonly all: Given[] = [];
  left = 0;

  constructor(wanted: Wanted) {
    const values = axisNames.map((axis) => (axes[axis] as readonly string[]).filter((v) => wanted(axis, v)));
    for (const [i, axis] of axisNames.entries())
      for (const value of values[i]!) this.#place.set(`${axis} ${value}`, this.#place.size);
    this.#open = new Uint8Array(this.#place.size ** 2);
    for (const [i, a] of axisNames.entries())
      for (const b of axisNames.slice(i + 1))
        for (const x of values[i]!)
          for (const y of values[axisNames.indexOf(b)]!) {
            const given = { [a]: x, [b]: y };
            if (!fits(given)) continue;
            this.all.push(given);
            this.#set(this.places(given), 1);
          }
  }

  /** The values of a cell that are wanted. */
  places(cell: Given): number[] {
    const places: number[] = [];
    for (const axis of axisNames) {
      const place = cell[axis] === undefined ? undefined : this.#place.get(`${axis} ${cell[axis]}`);
      if (place !== undefined) places.push(place);
    }
    return places;
  }
  placeOf = (axis: Axis, value: string): number | undefined => this.#place.get(`${axis} ${value}`);

  /** How many pairs of one value with others are open. */
  with(place: number, others: readonly number[]): number {
    let open = 0;
    for (const other of others) open += this.#open[this.#at(place, other)]!;
    return open;
  }
  /** How many open pairs are in a cell. */
  within(cell: Given): number {
    const places = this.places(cell);
    return places.reduce((sum, place, i) => sum + this.with(place, places.slice(i + 1)), 0);
  }
  take = (cell: Given): void => this.#set(this.places(cell), 0);

  #at = (a: number, b: number): number => (a < b ? a * this.#place.size + b : b * this.#place.size + a);
  #set(places: readonly number[], to: 0 | 1): void {
    for (const [i, a] of places.entries())
      for (const b of places.slice(i + 1)) {
        const at = this.#at(a, b);
        this.left += to - this.#open[at]!;
        this.#open[at] = to;
      }
  }
}
type Wanted = (axis: Axis, value: string) => boolean;

/** Any two values, of any two axes. */
export const valuePairs = (): Given[] =>
  axisNames.flatMap((a, i) =>
    axisNames
      .slice(i + 1)
      .flatMap((b) => axes[a].flatMap((x) => axes[b].map((y): Given => ({ [a]: x, [b]: y })))),
  );
/** Two values that are in none of the cells, whether they go together or not. */
export function missing(cells: readonly Cell[]): Given[] {
  const named = new Set(
    cells.flatMap((cell) =>
      axisNames.flatMap((a, i) => axisNames.slice(i + 1).map((b) => `${a} ${cell[a]}, ${b} ${cell[b]}`)),
    ),
  );
  return valuePairs().filter((pair) => {
    const [[a, x], [b, y]] = Object.entries(pair) as [[string, string], [string, string]];
    return !named.has(`${a} ${x}, ${b} ${y}`);
  });
}
/** A cell that has these values; null where there is none. */
export const cellWith = (given: Given, isUseful?: (cell: Given) => boolean): Cell | null =>
  isUseful?.(given) === false ? null : fill(given, order, () => 0, randomOf(1), isUseful);

/** How many pairs of values go together, and how many of these are in the cells. */
export function pairsIn(
  cells: readonly Cell[],
  wanted: Wanted = () => true,
): { all: number; covered: number } {
  const pairs = new Pairs(wanted);
  const all = pairs.left;
  for (const cell of cells) pairs.take(cell);
  return { all, covered: all - pairs.left };
}

/** Fills in the axes that are not given, those that are `left`, by what `worth` prefers; null where nothing goes together. */
function fill(
  given: Given,
  left: readonly Axis[],
  worth: (axis: Axis, value: string, cell: Given) => number,
  random: () => number,
  isUseful: (cell: Given) => boolean = () => true,
): Cell | null {
  const [axis, ...rest] = left;
  if (axis === undefined) return given as Cell;
  if (given[axis] !== undefined) return fill(given, rest, worth, random, isUseful);
  const values = shuffled(axes[axis] as readonly string[], random)
    .map((value) => ({ value, worth: worth(axis, value, given) }))
    .sort((a, b) => b.worth - a.worth);
  for (const { value } of values) {
    const next = { ...given, [axis]: value };
    if (!fits(next) || !isUseful(next)) continue;
    const cell = fill(next, rest, worth, random, isUseful);
    if (cell) return cell;
  }
  return null;
}

interface Covering {
  seed: number;
  wanted: Wanted;
  /** What a value is worth where no pair wants it. */
  prefer: (axis: Axis, value: string) => number;
  /** Of cells that are alike by the pairs that are wanted, the one with the most of these is taken. */
  also?: Wanted;
  /** What is in these is covered already. */
  before?: readonly Cell[];
  /** No cell that is none. Asked of cells in the making, too. */
  isUseful?: (cell: Given) => boolean;
  /** The most cells. */
  most?: number;
  /** Of so many the one with the most pairs is taken. */
  tries?: number;
}

/** Cells with all pairs of the values that are `wanted`, or with as many of them as `most` cells can have. */
export function pairs(covering: Covering): Cell[] {
  const { seed, wanted, prefer, before = [], also = () => false } = covering;
  const { isUseful = () => true, most = Infinity, tries = 1 } = covering;
  const random = randomOf(seed);
  const open = new Pairs(wanted);
  const others = new Pairs(also);
  for (const cell of before) for (const all of [open, others]) all.take(cell);
  const worth = (axis: Axis, value: string, cell: Given) => {
    const place = open.placeOf(axis, value);
    const other = others.placeOf(axis, value);
    const more = other === undefined ? 0 : others.with(other, others.places(cell));
    if (place === undefined) return more + prefer(axis, value) - 1;
    return open.with(place, open.places(cell)) + prefer(axis, value) + more / 1000;
  };
  const cells: Cell[] = [];
  const givens = shuffled(open.all, random);
  while (givens.length > 0 && cells.length < most) {
    let best: Cell | null = null;
    const rest: Given[] = [];
    for (let n = 0; n < tries && givens.length > 0;) {
      const given = givens.pop()!;
      if (open.within(given) === 0) continue;
      n++;
      const cell = isUseful(given) ? fill(given, order, worth, random, isUseful) : null;
      if (!cell) continue;
      if (best === null || open.within(cell) > open.within(best)) best = cell;
      rest.push(given);
    }
    givens.unshift(...rest);
    if (best === null) continue;
    cells.push(best);
    for (const all of [open, others]) all.take(best);
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
