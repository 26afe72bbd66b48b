/** What the soak found, a part of the cells at a time, as it is kept and as it is told. Pure. */
import { cellException } from "../escapes.ts";
import { type Cell, nameOf } from "./axes.ts";
import type { Slice } from "./cells.ts";
import { HUNG } from "./trial.ts";

export interface Tried {
  cell: Cell;
  /** How often it dialled where nothing of ours runs; null where it hung the page there. And with us. */
  without: number | null;
  dialled: number;
  /** What the page could not do. */
  error: string | null;
}

/**
 * `held`, `passed`: as they should be. `refused`: nothing dials without us either. `undone`: with us the page could not
 * even begin. `hung without`: the page hangs without us. `known`: nobody can hold it (escapes.ts). `escaped`, `lost`, `hung`:
 * faults; `lost` is a lawful dial, and with us the page hung.
 */
const ends = [
  ...(["held", "passed", "refused", "undone", "hung without"] as const),
  ...(["known", "escaped", "lost", "hung"] as const),
] as const;
type End = (typeof ends)[number];

/** Kept as one line. */
export interface Part extends Pick<Slice, "at" | "of"> {
  cells: number;
  counts: Partial<Record<End, number>>;
  /** The names of those that dialled though they must not, or did not though they may. */
  names: Partial<Record<End, string[]>>;
}
const named: readonly End[] = ["escaped", "lost", "hung", "known", "hung without"];
export const faults: readonly End[] = ["escaped", "lost", "hung"];

function endOf({ cell, without, dialled, error }: Tried): End {
  if (without === null) return "hung without";
  if (cell.verdict === "clear") {
    if (without === 0) return "refused";
    if (error === HUNG) return "hung";
    return dialled === without ? "passed" : error === null ? "lost" : "undone";
  }
  if (dialled > 0) return cellException(cell) ? "known" : "escaped";
  if (error === HUNG) return "hung";
  if (without === 0) return "refused";
  return error === null ? "held" : "undone";
}

export function partOf(of: Part["of"], tried: readonly Tried[], at = 0): Part {
  const part: Part = { at, of, cells: tried.length, counts: {}, names: {} };
  for (const one of tried) {
    const end = endOf(one);
    part.counts[end] = (part.counts[end] ?? 0) + 1;
    if (named.includes(end)) (part.names[end] ??= []).push(nameOf(one.cell));
  }
  return part;
}

export const partsIn = (lines: string): Part[] =>
  lines
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Part);

/** The rows of the table: the cells of each kind, how many were tried, and how these ended. */
export function rowsOf(parts: readonly Part[], all: Record<Part["of"], number>): string[][] {
  const count = (of: Part["of"], end: End) =>
    parts.filter((part) => part.of === of).reduce((sum, { counts }) => sum + (counts[end] ?? 0), 0);
  const say = (n: number) => n.toLocaleString("en-GB");
  return [
    ["", "cells", "tried", ...ends],
    ...(["pairs", "products"] as const).map((of) => {
      const counts = ends.map((end) => count(of, end));
      return [of, all[of], counts.reduce((sum, n) => sum + n, 0), ...counts].map((one) =>
        typeof one === "number" ? say(one) : one,
      );
    }),
  ];
}

const VERDICTS = ["blocked", "unknown", "caution", "clear"];
const rankOf = (name: string) => VERDICTS.findIndex((verdict) => name.includes(`verdict: ${verdict}`));

/** The worst by name: what escaped, a blocked number's first; lawful dials that were lost; hung pages; what nobody can hold. */
export function worst(parts: readonly Part[], most = 20): string[] {
  return named
    .flatMap((end) =>
      parts
        .flatMap(({ names }) => names[end] ?? [])
        .toSorted((a, b) => rankOf(a) - rankOf(b))
        .map((name) => `${end}: ${name}`),
    )
    .slice(0, most);
}
