/** A task's records as lines of the page and of its file: what the system holds of each, and what a look could not tell. */
import type { HeldWhat } from "../../../../shared/privacy-requests/api-systems.ts";
import type { SystemTaskAnswer } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import type { CsvColumn } from "../../tables/csv.ts";
import { sayProblem, sayRegion } from "./left.ts";

/**
 * `what`: empty where a look found that it is not there any more; null where nobody looked. `region`, `problem`: of the look that it
 * is from, in words.
 */
export interface Line {
  object: string;
  id: string;
  link: string | null;
  what: readonly HeldWhat[] | null;
  region: string;
  problem: string;
}

export const sayWhat = (what: readonly HeldWhat[]): string =>
  what.length === 0 ? text.tasks.gone : what.map((one) => text.what[one]).join(", ");

/** The records of a task from a place on, as far as one look goes, with their calls; by an older Worker, which has no looks, all of them. */
export function linesOf({ task, links, held }: SystemTaskAnswer, from: number): Line[] {
  if (task.unread)
    return [{ ...{ object: "", id: "", link: null, what: null, region: "" }, problem: text.tasks.unread }];
  const look = {
    region: held ? sayRegion(held.region) : "",
    problem: held && held.problem !== null ? sayProblem(held.problem) : "",
  };
  const all = task.records.map(([object, id], n): Line => ({
    ...{ object, id },
    ...{ link: links[n] ?? null, what: null, ...look },
  }));
  if (!held) return all;
  const keyOf = ({ object, id }: Pick<Line, "object" | "id">) => JSON.stringify([object, id]);
  const there = new Map(held.records.map((one) => [keyOf(one), { ...one, ...look }]));
  const own = all.slice(from, held.next ?? undefined).map((line): Line => {
    const found = there.get(keyOf(line));
    there.delete(keyOf(line));
    return found ?? { ...line, link: null, what: [] };
  });
  return [...own, ...there.values()];
}

/** A file's columns: whoever works by it reads of each record where it is, and what was not read. */
export const lineColumns: CsvColumn<Line>[] = [
  ...(["object", "id", "link"] as const).map((key) => ({
    header: text.tasks.columns[key],
    value: (line: Line) => line[key],
  })),
  { header: text.tasks.columns.what, value: ({ what }) => (what === null ? "" : sayWhat(what)) },
  ...(["region", "problem"] as const).map((key) => ({
    header: text.tasks.columns[key],
    value: (line: Line) => line[key],
  })),
];
