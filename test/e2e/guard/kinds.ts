/** The kinds of ways to dial, as figures have them, and those that escape the guard. */
import { type Context, contexts, type Route, routes } from "./routes.ts";
import { escapes, exception, refused } from "./escapes.ts";
import type { Row } from "./drive.ts";
import type { Tallied } from "../kit/tallied.ts";
import { tally } from "../kit/tally.ts";
import { tricks } from "./tricks.ts";

function kindOf({ name, by }: Route): string {
  if (tricks.some((trick) => trick.name === name)) return "a page: in disguise";
  if (/answer|refresh/.test(name)) return "a page: a server's answer, a refresh";
  if (by === undefined) return "a page: windows, locations, frames, markup";
  return name.startsWith("a link, ") ? "a page: a link, of each scheme" : "a page: links, buttons, forms";
}

/** Each route that escapes the guard, in the first place where it does. */
export const escapeIn = (context: Context): Route[] =>
  [...routes, ...tricks].filter(
    ({ name }) =>
      contexts.find((at) => !exception(refused, name, at) && exception(escapes, name, at)) === context,
  );
/** Counts rows that ended as they should: those of escapes.ts went out where the guard is alone. */
export function tallyRows(layer: Tallied["layer"], context: Context, rows: readonly Row[]): void {
  const isAlone = layer === "the page's guard";
  for (const { route, verdict, address } of rows) {
    if (exception(refused, route.name, context) !== null) continue;
    const isClear = verdict === "clear" && !address.startsWith("tel:141");
    const escaped = !isClear && isAlone && exception(escapes, route.name, context) !== null;
    tally(kindOf(route), layer, isClear ? { passed: 1 } : escaped ? { escaped: 1 } : { held: 1 });
  }
}
