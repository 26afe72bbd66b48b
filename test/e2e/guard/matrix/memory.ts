/**
 * What cells did where nothing of ours runs: no change of the guard changes that, so that the soak need not ask a Chromium each
 * time. What a page could not do, or what hung, is tried again each time, and what did not dial once more: it may have been
 * slow.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { type Cell, nameOf } from "./axes.ts";
import type { Outcome } from "./run.ts";

type Line = Record<string, number>;

/** Nothing of a line that a kill cut short. */
function told(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}

/** `file`: a line for each slice that was tried. Without one nothing is remembered. */
export function openMemory(file: string | undefined) {
  const dialled = new Map<string, number[]>();
  for (const line of file && existsSync(file) ? readFileSync(file, "utf8").split("\n") : [])
    for (const [name, times] of Object.entries(told(line)))
      dialled.set(name, [...(dialled.get(name) ?? []), times]);
  return {
    /** How often it dialled; undefined where nobody knows. */
    of(cell: Cell): number | undefined {
      const all = dialled.get(nameOf(cell)) ?? [];
      return all.find((times) => times > 0) ?? (all.length > 1 ? 0 : undefined);
    },
    add(outcomes: readonly Outcome[]): void {
      const sure = outcomes.filter(({ error }) => error === null);
      if (!file || sure.length === 0) return;
      const line: Line = Object.fromEntries(sure.map((one) => [nameOf(one.cell), one.dialled]));
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  };
}
