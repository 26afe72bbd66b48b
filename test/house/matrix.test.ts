/** What the guard's generated matrix has: in the suite, in the soak, and in docs/figures.md. */
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { table } from "../bench/table.ts";
import { cellEscapes, cellException, untried } from "../e2e/guard/escapes.ts";
import {
  type Axis,
  axes,
  axisNames,
  type Cell,
  cellOf,
  fits,
  nameOf,
  sinkOf,
  whyNot,
} from "../e2e/guard/matrix/axes.ts";
import {
  allPairs,
  canBeHeld,
  clearCells,
  isFirst,
  plainCell,
  sharedSlices,
  soakSlices,
  suiteCells,
} from "../e2e/guard/matrix/cells.ts";
import { cellWith, missing, pairsIn, valuePairs } from "../e2e/guard/matrix/cover.ts";
import { encodings } from "../e2e/guard/matrix/encodings.ts";
import { documentOf, type RealmName } from "../e2e/guard/matrix/inside/realms.ts";
import { openMemory } from "../e2e/guard/matrix/memory.ts";
import { partOf, partsIn, rowsOf, type Tried, worst } from "../e2e/guard/matrix/report.ts";
import { oneByOne, openPace, portions, type Runner, together } from "../e2e/guard/matrix/run.ts";
import { Hung, HUNG, type Trial } from "../e2e/guard/matrix/trial.ts";
import { routes } from "../e2e/guard/routes.ts";
import { writings } from "../e2e/guard/table.ts";
import { gestures, tricks } from "../e2e/guard/tricks.ts";

const suite = suiteCells();
const figures = readFileSync(at("docs/figures.md"), "utf8");
/** The document's numbers: cells, clear ones, pairs in them of the first axes, of all, all pairs, and cells that no row names. */
const [, ...said] =
  /runs ([\d,]+) cells that must be held and ([\d,]+) that are clear.*?: ([\d,]+) pairs.*?\. They have ([\d,]+) of the ([\d,]+) pairs.*?; ([\d,]+) of them/s.exec(
    figures,
  ) ?? [];
const say = (n: number) => n.toLocaleString("en-GB");

const pairs = allPairs(8);

describe("the cells of the suite", () => {
  it("are cells, each once, and none that nobody can hold", () => {
    expect(suite.filter((cell) => !fits(cell))).toEqual([]);
    expect(suite.filter((cell) => cellException(cell))).toEqual([]);
    expect(new Set(suite.map(nameOf)).size).toBe(suite.length);
    for (const cell of suite) expect(cellOf(nameOf(cell))).toEqual(cell);
  });

  it("ask nothing of a repeated click's microtasks, which come after it has opened", () => {
    const late = cellOf(
      "a link | method: setAttribute | realm: same site | timing: in a microtask | target: _self | gesture: left | verdict: clear",
    );
    expect(fits(late)).toBe(false);
    for (const other of [{ realm: "top" }, { verdict: "blocked" }, { timing: "at once" }, { gesture: "key" }])
      expect(fits({ ...late, ...other })).toBe(true);
  });
  /** Why no cell has these two values; null where one should. */
  const whyNone = (pair: Partial<Cell>) =>
    whyNot(pair) ?? (cellWith(pair) ? null : "no third value goes with both");

  it("are some of those of the soak, which have every two values but those that go into no cell, for a reason", () => {
    const none = missing(pairs);
    expect(none.filter((pair) => whyNone(pair) === null)).toEqual([]);
    const reasons = Map.groupBy(none, whyNone);
    const rows = [...reasons].map(([why, { length }]) => [why ?? "", say(length)]);
    const all = ["any two values of any two axes", say(valuePairs().length)];
    expect(figures, "docs/figures.md, Ways to dial").toContain(table([["", "pairs"], ...rows, all]));
  });
  it("would be found to lack two values", () => {
    const less = pairs.filter(({ sink, encoding }) => sink !== "a link" || encoding !== "capitals");
    const lost = missing(less).filter((pair) => whyNone(pair) === null);
    expect(lost).toContainEqual({ sink: "a link", encoding: "capitals" });
  });

  it("have every value of every axis that must be held and can be", () => {
    const isHeld = (axis: Axis, value: string) => {
      if (axis === "verdict") return value !== "clear";
      if (axis !== "sink") return true;
      const escapes = cellEscapes.filter(({ sinks }) => sinks.includes(value));
      return escapes.every(({ realms, methods }) => realms || methods);
    };
    for (const axis of axisNames) {
      const values = new Set(suite.map((cell) => cell[axis]));
      expect(axes[axis].filter((value) => isHeld(axis, value) && !values.has(value))).toEqual([]);
    }
  });

  /** Cells whose number is written as in no row of the table; by that alone, as all rows write it in one of a few ways. */
  function unnamed(): Cell[] {
    const number = "+441134960001";
    const dialled = [number, "01134960001", "14101134960001"];
    const named = new Set([
      ...[...routes, ...tricks, ...gestures.map(({ route }) => route)].flatMap(({ address }) =>
        dialled.map((written) => address?.(written) ?? `tel:${written}`),
      ),
      ...writings.map(({ write }) => write(number)),
    ]);
    const others = encodings.filter(({ write, base }) => !base && !named.has(write(number)));
    return suite.filter(({ encoding }) => others.some(({ name }) => name === encoding));
  }

  const clear = clearCells();
  it("have all pairs of the first axes that go together, but those that nobody can hold", () => {
    expect(clear.every((cell) => cell.verdict === "clear" && fits(cell))).toBe(true);
    const none = missing([...suite, ...clear]).filter((pair) => (Object.keys(pair) as Axis[]).every(isFirst));
    const open = none.filter((pair) => whyNot(pair) === null);
    expect(open.filter(({ verdict }) => verdict === "clear")).toEqual([]);
    expect(open.filter((pair) => cellWith(pair, canBeHeld))).toEqual([]);
    // A sink that is in none of the suite's cells is one that nobody can hold.
    expect(
      open.every(({ sink }) => sink !== undefined && cellEscapes.some((e) => e.sinks.includes(sink))),
    ).toBe(true);
  });

  it("are at least a hundred that no row names, and most of the pairs, as the document says", () => {
    // A few values go together two by two, but with nothing else.
    const { all: open, covered: all } = pairsIn(pairs);
    expect(open - all).toBeLessThan(10);
    const both = [...suite, ...clear];
    const { covered } = pairsIn(both);
    expect(covered / all).toBeGreaterThan(0.8);
    const others = unnamed().length;
    expect(others).toBeGreaterThanOrEqual(100);
    const first = pairsIn(both, isFirst).covered;
    const numbers = [suite.length, clear.length, first, covered, all, others];
    expect(said, "docs/figures.md, Ways to dial").toEqual(numbers.map(say));
  });

  it("have fields with numbers", () => {
    expect(suite.filter(({ sink }) => sinkOf(sink).field).length).toBeGreaterThanOrEqual(10);
  });
});

describe("the cells of the soak", () => {
  const slices = soakSlices(8);
  const names = (of: string, from = slices) =>
    from.filter((slice) => slice.of === of).flatMap(({ cells }) => cells.map(nameOf));

  it("come in another order by another seed, all pairs first", () => {
    expect(new Set(names("pairs"))).toEqual(new Set(pairs.map(nameOf)));
    expect(slices.findLastIndex(({ of }) => of === "pairs")).toBe(
      slices.findIndex(({ of }) => of !== "pairs") - 1,
    );
    const parts = (name: string) =>
      name.split(" | ").filter((part, i) => i === 0 || /^(realm|timing)/.test(part));
    const order = (of = slices) => names("products", of).map((name) => parts(name).join());
    const [one, other] = [order(), order(soakSlices(9))];
    expect(one.toSorted()).toEqual(other.toSorted());
    expect(one.slice(0, 50)).not.toEqual(other.slice(0, 50));
  });

  it("have each sink and realm in the first tenth of the products", () => {
    const first = names("products")
      .slice(0, names("products").length / 10)
      .map(cellOf);
    for (const axis of ["sink", "realm", "timing"] as const)
      expect(axes[axis].filter((value) => !first.some((cell) => cell[axis] === value))).toEqual([]);
  });

  it("are shared by processes, and those that one left are another's, however many there are", () => {
    const at = (share: string, done: number[] = []) =>
      sharedSlices(slices, share, done).map((slice) => slice.at);
    const all = slices.map((slice) => slice.at);
    expect([...at("1/3"), ...at("2/3"), ...at("3/3")].toSorted((a, b) => a - b)).toEqual(all);
    const done = [...at("1/2").slice(0, 5), ...at("2/2").slice(0, 9)];
    expect(at("1/1", done)).toEqual(all.filter((one) => !done.includes(one)));
  });
});

describe("the cells of several browsers", () => {
  it("are each one's alone, a few pages at a time, by their documents", () => {
    const shares = portions(suite, 4);
    expect(shares.flat().map(nameOf).toSorted()).toEqual(suite.map(nameOf).toSorted());
    expect(Math.max(...shares.map(({ length }) => length))).toBeLessThanOrEqual(120);
    const documents = (cells: readonly Cell[]) =>
      new Set(cells.map(({ realm }) => documentOf(realm as RealmName))).size;
    // As many as there are, and one more for each portion that begins within another's.
    const all = shares.reduce((sum, cells) => sum + documents(cells), 0);
    expect(all).toBeLessThan(documents(suite) + shares.length);
  });
  it("are few enough at the end that no browser waits for one that has them all", () => {
    expect(portions(suite.slice(0, 100), 4).map(({ length }) => length)).toEqual([25, 25, 25, 25]);
    expect(portions([], 4)).toEqual([]);
  });
  it("have numbers that no other browser takes from them: none comes again sooner than with one alone", async () => {
    const runner = (): Runner => ({
      on: false,
      drive: {
        ...{ count: () => 0, dialled: () => 0, dials: () => Promise.resolve(true) },
        ...{ renew: () => Promise.resolve(), open: () => Promise.resolve(), run: () => Promise.resolve() },
        ...{ together: () => Promise.resolve(true), quiet: () => Promise.resolve(true) },
      },
    });
    const numbers = async () => (await oneByOne(runner(), suite.slice(0, 150))).map(({ number }) => number);
    const alone = await numbers();
    expect(await Promise.all([numbers(), numbers()])).toEqual([alone, alone]);
  });
});

it("a cell whose key says nothing is tried again with a few others, and only then by itself", async () => {
  const cells = suite.filter(({ gesture, realm }) => gesture === "key" && realm === "top").slice(0, 40);
  const bad = cells[37]!;
  const [shared, alone]: [number[], string[]] = [[], []];
  const drive: Runner["drive"] = {
    ...{ count: () => 0, dialled: () => 0, dials: () => Promise.resolve(true) },
    ...{ renew: () => Promise.resolve(), open: () => Promise.resolve(), quiet: () => Promise.resolve(true) },
    // It leads the document away.
    together(trials) {
      shared.push(trials.length);
      return Promise.resolve(trials.every(({ cell }) => cell !== bad));
    },
    run({ cell }) {
      alone.push(nameOf(cell));
      return Promise.resolve();
    },
  };
  const outcomes = await together({ drive, on: true }, cells, () => false);
  expect(outcomes.map(({ cell }) => nameOf(cell)).toSorted()).toEqual(cells.map(nameOf).toSorted());
  expect(shared).toEqual([20, 20, 4, 4, 4, 4, 4]);
  // Beside what says that the page still dials.
  const few = alone.filter((name) => !name.includes("verdict: clear"));
  expect(few).toHaveLength(4);
  expect(few).toContain(nameOf(bad));
});

it("a cell that is known to dial does so before the next begins, which would lose its permission to it", async () => {
  const under: Trial[] = [];
  const [dialled, lost] = [new Set<Trial>(), new Set<Trial>()];
  const drive: Runner["drive"] = {
    ...{ count: () => 0, dialled: (trial) => Number(dialled.has(trial)) },
    ...{ renew: () => Promise.resolve(), open: () => Promise.resolve() },
    ...{ together: () => Promise.resolve(true), quiet: () => Promise.resolve(true) },
    async run(trial) {
      await Promise.resolve();
      for (const earlier of under.splice(0)) lost.add(earlier);
      under.push(trial);
    },
    async dials(trial) {
      await Promise.resolve();
      if (!lost.has(trial)) dialled.add(trial);
      under.splice(0);
      return dialled.has(trial);
    },
  };
  const known = cellEscapes.map(({ sinks, methods, realms }) =>
    plainCell(sinks[0]!, methods?.[0], realms?.[0]),
  );
  const outcomes = await together({ drive, on: true }, known, () => true);
  expect(outcomes.filter((outcome) => outcome.dialled === 0)).toEqual([]);
  expect(outcomes).toHaveLength(known.length);
});

describe("how long a cell is waited for", () => {
  it("is as long as dials took of late, three times over", () => {
    const { took, patience } = openPace();
    for (let i = 0; i < 9; i++) took(20);
    expect(patience()).toBe(1200);
    took(60);
    expect(patience()).toBe(180);
    for (let i = 0; i < 30; i++) took(10);
    expect(patience()).toBe(120);
    took(300);
    expect(patience()).toBe(900);
    took(500);
    expect(patience()).toBe(1200);
  });
});

it("a way that no test tries is in the limits, by its name", () => {
  const limits = readFileSync(at("docs/limits.md"), "utf8");
  for (const { name } of untried) expect(limits).toContain(`\`${name}\``);
});

describe("what the soak found", () => {
  const cell = (verdict: string, sink = "a link"): Cell => ({
    ...plainCell(sink),
    verdict,
  });
  const tried = (verdict: string, without: number, dialled: number, sink?: string): Tried => ({
    ...{ cell: cell(verdict, sink), without, dialled, error: null },
  });
  const found = [
    tried("blocked", 1, 0),
    tried("blocked", 0, 0),
    tried("caution", 1, 1),
    tried("blocked", 1, 2),
    tried("unknown", 1, 1, "a frame of data"),
    tried("clear", 1, 1),
    tried("clear", 1, 0),
    tried("clear", 0, 0),
    { ...tried("blocked", 1, 0), error: "TypeError" },
    { ...tried("blocked", 1, 0), error: HUNG },
    { ...tried("clear", 1, 1), error: HUNG },
    // Whatever else it did.
    { ...tried("blocked", 1, 1), error: HUNG },
    { ...tried("caution", 0, 0), without: null },
  ];
  const part = partOf("pairs", found, 7);
  it("is counted by how it ended", () => {
    expect(part.at).toBe(7);
    expect(part.counts).toEqual({
      ...{ held: 1, refused: 2, escaped: 3, known: 1, passed: 1, lost: 1, undone: 1 },
      ...{ hung: 2, "hung without": 1 },
    });
    expect(rowsOf([part, part, { ...part, of: "products" }], { pairs: 2262, products: 20254 })).toEqual([
      [
        ...["", "cells", "tried", "held", "passed", "refused", "undone", "hung without"],
        ...["known", "escaped", "lost", "hung"],
      ],
      ["pairs", "2,262", "26", "2", "2", "4", "2", "2", "2", "6", "2", "4"],
      ["products", "20,254", "13", "1", "1", "2", "1", "1", "1", "3", "1", "2"],
    ]);
  });
  it("has its worst by name, what escaped first, and is read again as it was written", () => {
    expect(partsIn(`${JSON.stringify(part)}\n`)).toEqual([part]);
    expect(worst([part]).map((line) => line.replace(/\|.*verdict/, "| verdict"))).toEqual([
      "escaped: a link | verdict: blocked",
      "escaped: a link | verdict: blocked",
      "escaped: a link | verdict: caution",
      "lost: a link | verdict: clear",
      "hung: a link | verdict: blocked",
      "hung: a link | verdict: clear",
      "known: a frame of data | verdict: unknown",
      "hung without: a link | verdict: caution",
    ]);
    expect(worst(Array.from({ length: 30 }, () => part))).toHaveLength(20);
  });
});

describe("a cell that hangs its page", () => {
  beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  /** A drive without a browser: a page hangs as soon as one of these runs, or at the end, where nobody knows by which. */
  function driven(hangs: (cell: Cell) => boolean, isSlow: boolean) {
    let [isHung, pages, browsers] = [false, 0, 0];
    const answer = async () => {
      await Promise.resolve();
      if (isHung) throw new Hung();
    };
    const begin = async (trials: readonly Trial[]) => {
      isHung ||= trials.some(({ cell }) => hangs(cell));
      if (isHung && !isSlow) throw new Hung(trials.map(({ cell }) => cell));
      await Promise.resolve();
    };
    const dialled = ({ cell }: Trial) => Number(cell.verdict === "clear");
    const drive: Runner["drive"] = {
      ...{ count: () => 0, dialled, dials: () => Promise.resolve(true) },
      async renew() {
        await Promise.resolve();
        browsers++;
        isHung = false;
      },
      async open() {
        await answer();
        pages++;
      },
      run: (trial) => begin([trial]),
      together: (trials) => begin(trials).then(() => true),
      quiet: () => answer().then(() => true),
    };
    return { runner: { drive, on: false }, spent: () => ({ pages, browsers }) };
  }
  const cells = [...axes.realm]
    .flatMap((realm) => axes.encoding.map((encoding) => ({ ...plainCell("a frame"), realm, encoding })))
    .filter(fits);
  const bad = cells[137]!;
  const nameError = (all: readonly { cell: Cell; error: string | null }[]) =>
    all.filter(({ error }) => error !== null).map(({ cell, error }) => `${nameOf(cell)}: ${error}`);

  it.each([
    ["one by one, at once", false, oneByOne],
    ["one by one, late", true, oneByOne],
    ["together, at once", false, (runner: Runner, all: Cell[]) => together(runner, all, () => false)],
    ["together, late", true, (runner: Runner, all: Cell[]) => together(runner, all, () => false)],
  ] as const)("is named, and each other is tried: %s", async (_, isSlow, run) => {
    const { runner, spent } = driven((cell) => cell === bad, isSlow);
    const outcomes = await run(runner, cells);
    expect(nameError(outcomes)).toEqual([`${nameOf(bad)}: ${HUNG}`]);
    expect(outcomes.map(({ cell }) => nameOf(cell)).sort()).toEqual(cells.map(nameOf).sort());
    // By halves: no cell costs a browser but the one that hangs.
    expect(spent().browsers).toBeLessThan(12);
    expect(spent().pages).toBeLessThan(40);
  });

  it("ends where every one does", async () => {
    const { runner } = driven(() => true, false);
    const outcomes = await oneByOne(runner, cells.slice(0, 9));
    expect(nameError(outcomes)).toHaveLength(9);
  });
});

describe("what dialled where nothing of ours runs", () => {
  const [dials, refused, failed] = ["a link", "a frame", "an object"].map((sink) => plainCell(sink));
  const of = (cell: Cell | undefined, dialled: number, error: string | null = null) => {
    return { cell: cell!, number: "+441134960001", dialled, error };
  };

  it("is known the next time, but not what a page could not do", () => {
    const file = join(mkdtempSync(join(tmpdir(), "cleardial-memory-")), "without.ndjson");
    const memory = openMemory(file);
    memory.add([of(dials, 1), of(failed, 0, "no answer")]);
    memory.add([of(refused, 0)]);
    const known = () => [dials!, refused!, failed!].map((cell) => openMemory(file).of(cell));
    // It may have been slow.
    expect(known()).toEqual([1, undefined, undefined]);
    appendFileSync(file, '{"cut');
    appendFileSync(file, "\n");
    memory.add([of(refused, 0)]);
    expect(known()).toEqual([1, 0, undefined]);
  });

  it("is not known without a file", () => {
    const memory = openMemory(undefined);
    memory.add([of(dials, 1)]);
    expect(memory.of(dials!)).toBeUndefined();
  });
});
