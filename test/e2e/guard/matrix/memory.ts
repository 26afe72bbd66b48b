/**
 * What cells did where nothing of ours runs: no change of the guard changes that, so that the soak asks a Chromium once. What
 * a page could not do, or what hung, is tried again each time.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { type Cell, nameOf } from "./axes.ts";
import type { Outcome } from "./run.ts";

type Line = Record<string, number>;

/** `file`: a line for each slice that was tried. Without one nothing is remembered. */
export function openMemory(file: string | undefined) {
  const lines = file && existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  const dialled = new Map(lines.flatMap((line) => Object.entries(JSON.parse(line) as Line)));
  return {
    /** How often it dialled; undefined where nobody knows. */
    of: (cell: Cell): number | undefined => dialled.get(nameOf(cell)),
    add(outcomes: readonly Outcome[]): void {
      const sure = outcomes.filter(({ error }) => error === null);
      if (!file || sure.length === 0) return;
      const line: Line = Object.fromEntries(sure.map((one) => [nameOf(one.cell), one.dialled]));
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  };
}
