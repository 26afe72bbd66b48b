/** Which cells run in the suite, and which in the soak. */
import { cellException } from "../escapes.ts";
import { type Axis, axes, type Cell, cellOf, fits, isScripted, nameOf, sinkOf, sinks } from "./axes.ts";
import { pairs, products, randomOf, shuffled } from "./cover.ts";

/** The most dangerous verdict, and what is quick to run. */
const usual = ["blocked", "key", "script", "string", "own", "plain"];
const prefer = (_: Axis, value: string) => (usual.includes(value) ? 0.5 : 0);
const SEED = 16;
/** The axes whose pairs are all in the suite. */
export const firstAxes: readonly Axis[] = ["sink", "encoding", "realm", "timing", "target", "verdict"];
export const isFirst = (axis: Axis): boolean => firstAxes.includes(axis);
/** A person's acts, which run one by one. */
const acts = ["left", "middle", "ctrl", "shift", "Enter"];
const MOST_ACTED = 40;
/** Also of cells in the making. */
export const canBeHeld = (cell: Partial<Cell>): boolean => cellException(cell as Cell) === undefined;
const isOfScripts = (cell: Partial<Cell>): boolean =>
  cell.verdict !== "clear" && !acts.includes(cell.gesture ?? "") && canBeHeld(cell);

/**
 * Cells that must be held, and that we can hold: all pairs of the first axes, by scripts, which share their keys; and as
 * many other pairs as there is time for in cells that a person acts in. test/house/matrix.test.ts counts them.
 */
export function suiteCells(): Cell[] {
  const scripted = pairs({
    ...{ seed: SEED, prefer, isUseful: isOfScripts },
    wanted: (axis, value) => isFirst(axis) && value !== "clear",
    also: (axis, value) => value !== "clear" && (axis !== "gesture" || !acts.includes(value)),
  });
  const acted = pairs({
    ...{ seed: SEED, before: scripted, most: MOST_ACTED, prefer, isUseful: canBeHeld, tries: 4 },
    wanted: (axis, value) => value !== "clear" && (axis !== "gesture" || acts.includes(value)),
  });
  return [...scripted, ...acted];
}

/** Clear cells, one for each value of the first axes beside the usual ones: each dials where nothing of ours runs. */
export const clearCells = (): Cell[] => {
  const others = otherWitnesses().filter(
    (cell) => isScripted(cell) && cell.natives === "own" && cell.argument === "string",
  );
  const clear = [...sinkWitnesses(), ...others].map((cell): Cell => ({ ...cell, verdict: "clear" }));
  const isRefused = (cell: Cell) => browserRefuses.some((part) => nameOf(cell).includes(part));
  const fine = clear.filter((cell) => fits(cell) && !isRefused(cell));
  return [...new Map(fine.map((cell) => [nameOf(cell), cell])).values()];
};

/** A cell that the soak found dialling, and what was in its field: the plus was dropped with the mark behind it. */
export const onceEscaped = {
  cell: cellOf(
    "a form's field | method: outerHTML | encoding: separators | realm: sandboxed | timing: after a timeout | target: _blank | gesture: script | verdict: unknown | shown: not shown | argument: object",
  ),
  field: "+-(187)-655.50100",
};

/** All pairs of all values. */
export const allPairs = (seed: number): Cell[] => pairs({ seed, wanted: () => true, prefer });
/** Cells that are tried, and written down, together. `at`: its place among all, by which processes share them. */
export interface Slice {
  at: number;
  of: "pairs" | "products";
  cells: Cell[];
}
const SLICE = 240;
/**
 * The soak: all pairs, and every sink in every realm at every time; each in any order, so that whatever was tried when it
 * stops is a sample.
 */
export function soakSlices(seed: number): Slice[] {
  const all = { pairs: allPairs(seed), products: products(seed, ["sink", "realm", "timing"]) };
  const slices = (["pairs", "products"] as const).flatMap((of) => {
    const cells = shuffled(all[of], randomOf(seed));
    const { length } = cells;
    return Array.from({ length: Math.ceil(length / SLICE) }, (_, i) => ({
      ...{ of, cells: cells.slice(i * SLICE, (i + 1) * SLICE) },
    }));
  });
  return slices.map((slice, at) => ({ at, ...slice }));
}
/** Those of process K of N ("K/N") that no process has tried. */
export function sharedSlices(slices: readonly Slice[], share: string, done: readonly number[]): Slice[] {
  const [k, n] = share.split("/").map(Number) as [number, number];
  return slices.filter(({ at }) => at % n === k - 1 && !done.includes(at));
}

/** So many of all pairs' cells, in any order; always the same. */
export const sample = (most: number): Cell[] => shuffled(allPairs(SEED), randomOf(SEED)).slice(0, most);

/** A plain cell of a sink. */
export function plainCell(name: string, method = "property", realm = "top"): Cell {
  const { bare, targets, people } = sinkOf(name);
  const parts = [
    ...(bare ? [`method: ${method}`] : []),
    `realm: ${realm}`,
    ...(targets ? ["target: _self"] : []),
    ...(people === "Enter" ? ["gesture: Enter"] : []),
  ];
  return cellOf([name, ...parts, "verdict: blocked"].join(" | "));
}
/** Where a sink's plain cell does not dial without us, none of its cells proves anything. */
export const sinkWitnesses = (): Cell[] => sinks.map(({ name }) => plainCell(name));

const FRAME = "a frame | verdict: blocked | method: property";
const LINK = "a link | verdict: blocked | method: property | gesture: left";
const HERE = `${LINK} | target: _self`;
/** The same for each value of the other axes: a frame by a script, and a link by a person. */
export const otherWitnesses = (): Cell[] => {
  const each = (axis: Axis, ...from: string[]) =>
    axes[axis]
      // An object that answers otherwise the second time leads the browser to another number.
      .filter((value) => value !== "-" && value !== "changing object")
      .flatMap((value) => from.map((plain) => `${plain} | ${axis}: ${value}`));
  return [
    ...each("method", FRAME, HERE),
    ...each("encoding", FRAME, HERE),
    ...each("realm", FRAME, HERE),
    ...each("timing", `${FRAME} | gesture: script`, HERE),
    ...each("target", LINK),
    ...axes.target.slice(1).flatMap((target) => each("gesture", `${LINK} | target: ${target}`)),
    ...each("natives", `${FRAME} | method: setAttribute`),
    ...each("argument", `${FRAME} | method: innerHTML`),
  ]
    .map(cellOf)
    .filter(fits);
};

/** Cells that the browser itself refuses, in part of what their names say. */
export const browserRefuses: readonly string[] = [
  // It lets a page dial once for each thing that its user does.
  "timing: after a clear dial |",
  // A link that can be edited is not followed.
  "a link | method: insertHTML | target: _self | gesture: left",
];
