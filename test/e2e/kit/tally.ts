/** Counts what became of calls, by their route and the layers that were there, for `npm run bench -- routes`. */
import { appendFileSync } from "node:fs";
import { TALLY, type Tallied } from "./tallied.ts";

/** Nothing is counted where nobody asks for it. `ends`: how many calls ended so. */
export function tally(route: string, layer: Tallied["layer"], ends: Tallied["ends"]): void {
  const file = process.env[TALLY];
  if (file !== undefined)
    appendFileSync(file, `${JSON.stringify({ route, layer, ends } satisfies Tallied)}\n`);
}
