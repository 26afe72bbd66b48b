/**
 * What of screenings the trail binds: whose and what each is, and with its end what came of it; each part: by what state its numbers were judged, and how many got which
 * verdict; and a list of the part's rows in `screened`, which number got which.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64 } from "../../shared/registers/blocks.ts";
import { boundTable, type BoundTable, ownColumns } from "../core/bound.ts";
import { dueUntil, goneWith } from "../trail/erased.ts";
import { AFTER, closedLists } from "./closed/lists.ts";
import type { Screened } from "./screened.ts";

const over: NonNullable<BoundTable["erased"]> = async ({ DB }, lost, now) => {
  const due = await dueUntil(DB, now, "screeningMonths");
  return lost.filter(({ at }) => Date.parse(at) < due).map(({ key }) => key);
};
const ending = ["state", "finished_at", "rows", "invalid", "duplicates"];
const counts = ["numbers", "clear", "caution", "blocked", "unknown"];
const ended = { high: "ended_high", low: "ended_low", code: "ended_code" };

export const screeningsBound = boundTable({
  name: "screenings",
  columns: ["id", "source", "name", "purpose", "by", "at"],
  unbound: {
    num: "a short name for its parts, which bind it",
    ...Object.fromEntries(
      [...ending, ...counts, ...Object.values(ended)].map((column) => [
        column,
        "bound by themselves, at its end",
      ]),
    ),
  },
  at: "r.at",
  adoption: "facts",
  // Those of before stay as they are: nothing is bound of what they judged.
  whole: false,
  erased: over,
});

/** How it ended, and what was counted by then: nothing of it changes any more. */
export const endsBound = boundTable({
  name: "screening_ends",
  of: { table: "screenings", own: { ...ownColumns, ...ended } },
  columns: ["id", ...ending, ...counts],
  when: "r.state <> 'open'",
  at: "COALESCE(r.finished_at, '')",
  adoption: "ends",
  erased: goneWith("screenings"),
});

const ofPart = {
  columns: ["screening", "part"],
  sql: "(r.screening || '/' || r.part)",
  named: `(r.screening, r.part) IN (SELECT CAST(value AS INTEGER),
      CAST(substr(value, instr(value, '/') + 1) AS INTEGER) FROM json_each(?1))`,
};

export const partsBound = boundTable({
  name: "screening_parts",
  columns: [
    ...[
      "screening",
      "part",
      "at",
      "seq",
      "policy",
      "lists",
      "sha256",
      "numbers",
      "clear",
      "caution",
      "blocked",
    ],
    ...["unknown", "reasons"],
  ],
  keyOf: ofPart,
  unbound: { num: "a short name for its numbers" },
  at: "r.at",
  adoption: "facts",
  whole: false,
  erased: over,
});

/** The lists of parts. A part without one is from before; none of them is. */
export const screenedBound = boundTable({
  name: "screened_bound",
  columns: ["screening", "part", "at", "n", "rows"],
  keyOf: ofPart,
  at: "r.at",
  whole: true,
  most: 20,
  places: { place: "CAST(r.rowid AS TEXT)", after: `r.rowid > ${AFTER}`, order: "r.rowid" },
  closed: () => closedLists,
  erased: over,
});

/** Characters of a row's name in a list, and of its hash. */
const NAME = 8;
const HASH = 16;

const nameOf = ({ block, verdict }: Omit<Screened, "data">): string =>
  (block * 4 + verdict).toString(36).padStart(NAME, "0");
const hashOf = (name: string, data: string): string =>
  toBase64(sha256(utf8ToBytes(`${name}:${data}`)).subarray(0, (HASH / 4) * 3));

/** What of a list is about blocks from one up to another: a list that is in order, as `listOf` writes it. */
export function within(list: string, first: number, last: number): string {
  const size = NAME + HASH;
  const [from, to] = [nameOf({ block: first, verdict: 0 }), nameOf({ block: last + 1, verdict: 0 })];
  const below = (name: string): number => {
    let [low, high] = [0, Math.floor(list.length / size)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list.slice(middle * size, middle * size + NAME) < name) low = middle + 1;
      else high = middle;
    }
    return low * size;
  };
  return list.slice(below(from), below(to));
}

/** The list of a part's rows, in the order of their ids. */
export const listOf = (rows: readonly Screened[]): string =>
  rows
    .map((row) => `${nameOf(row)}${hashOf(nameOf(row), row.data)}`)
    .sort()
    .join("");

/** A list by its rows' names; what is no list, as somebody altered it, has as many as can be read. */
export const namesIn = (list: string): Map<string, string> =>
  new Map(
    Array.from({ length: Math.floor(list.length / (NAME + HASH)) }, (_, n) => {
      const from = n * (NAME + HASH);
      return [list.slice(from, from + NAME), list.slice(from + NAME, from + NAME + HASH)] as const;
    }),
  );
/** What a list has of a row: the same, another, or none. */
export function isIn(list: ReadonlyMap<string, string>, row: Screened): "same" | "other" | "none" {
  const hash = list.get(nameOf(row));
  if (hash === undefined) return "none";
  return hash === hashOf(nameOf(row), row.data) ? "same" : "other";
}
/** The block and the verdict that a name in a list says. */
export function nameRead(name: string): Omit<Screened, "data"> {
  const value = Number.parseInt(name, 36);
  return { block: Math.floor(value / 4), verdict: value % 4 };
}
