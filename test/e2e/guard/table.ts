/** Which rows run where, and as what: each row and each place as everything. */
import type { Verdict } from "../../../shared/check/api.ts";
import { exception, refused } from "./escapes.ts";
import { type Context, contexts, type Route, routes } from "./routes.ts";

/** What a dialled number is; "withheld": clear, but behind a code that hides the caller. */
export const cases = ["clear", "blocked", "unknown", "withheld"] as const;
export type Case = (typeof cases)[number];

export interface Cell {
  route: Route;
  context: Context;
  as: Case;
}

/** What the page shows of the number itself. */
export const verdictOf = (as: Case): Verdict => (as === "withheld" ? "clear" : as);

/** Such a code goes before a number that is dialled as digits. */
const casesOf = ({ address }: Route): readonly Case[] =>
  address ? cases.filter((as) => as !== "withheld") : cases;

/**
 * Each row as each of its cases, in places that take turns; `whole`: in each place. Where the browser refuses a row, only
 * a clear number shows that it is the browser.
 */
export function cells(whole: boolean): Cell[] {
  return routes.flatMap((route, i): Cell[] => {
    const all = casesOf(route);
    const isRefused = (context: Context) => exception(refused, route.name, context) !== null;
    const open = contexts.filter((context) => !isRefused(context));
    const turns = whole
      ? open.flatMap((context) => all.map((as) => ({ route, context, as })))
      : all.map((as, turn) => ({ route, context: open[(i + turn) % open.length]!, as }));
    const shut = contexts.filter(isRefused).map((context) => ({ route, context, as: "clear" as const }));
    return [...turns, ...shut];
  });
}

/** What may be dialled, and what may not: the cases that are tried first, and where the browser refuses a row. */
export const isFirst = ({ as }: Cell): boolean => as === "clear" || as === "blocked";

/** Pairs of a row and a case, and of a place and a case, that are in no cell. */
export function missing(from: readonly Cell[]): string[] {
  const rows = routes.flatMap((route) =>
    casesOf(route)
      .filter((as) => !from.some((cell) => cell.route === route && cell.as === as))
      .map((as) => `${route.name}: ${as}`),
  );
  const places = contexts.flatMap((context) =>
    cases
      .filter((as) => !from.some((cell) => cell.context === context && cell.as === as))
      .map((as) => `${context}: ${as}`),
  );
  return [...rows, ...places];
}

/** Ways in which real pages write one number. */
const wide = (text: string) => text.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)));
export const writings: { name: string; write: (number: string) => string }[] = [
  { name: "+44 (0) with an extension", write: (n) => `tel:+44(0)${n.slice(3)};ext=12` },
  { name: "%2B44", write: (n) => `tel:%2B${n.slice(1)}` },
  { name: "one between marks of direction", write: (n) => `tel:\u202b0${n.slice(3)}\u202c` },
  { name: "full-width digits", write: (n) => `tel:${wide(`0${n.slice(3)}`)}` },
];
