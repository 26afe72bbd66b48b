/** Runs many cells, a page's worth after the other, and says what each dialled. */
import type { Verdict } from "../../../../shared/check/api.ts";
import { pause } from "../../../../scripts/lib/processes.ts";
import { allNumbers, standingOf, verdictOf } from "../../kit/model.ts";
import { type Cell, cellOf, isScripted } from "./axes.ts";
import type { MatrixDrive } from "./drive.ts";
import { documentOf, type RealmName } from "./inside/realms.ts";
import { Hung, HUNG, type Trial } from "./trial.ts";

/** Pages that dial without end are held for that alone: no more cells than these before a page is loaded again. */
const PAGE = 60;
/** How many share a key, and then those of a key that says nothing. What dials takes its permission from the others. */
const GROUPS = [20, 4];
/**
 * How long a cell that should dial is waited for, in milliseconds. The dial itself ends the wait; one that came after it
 * would also take the next cell's permission.
 */
export const DIALS_MS = 20_000;
/** How long one is waited for that the browser itself refuses, or that is known to dial. In milliseconds. */
export const REFUSED_MS = 2000;
const KNOWN_MS = 1000;

/**
 * How long a cell is waited for that may not dial: three times as long as the last dials took, and these take longer beside
 * other browsers. In milliseconds.
 */
export function openPace(least = 120, most = 1200) {
  const last: number[] = [];
  return {
    took: (ms: number): void => {
      last.push(ms);
      if (last.length > 30) last.shift();
    },
    patience: () => (last.length < 10 ? most : Math.min(most, Math.max(least, 3 * Math.max(...last)))),
  };
}

/** Numbers on record so, over and over: a page's worth has no number twice. */
function* around(numbers: readonly string[]): Generator<string, never> {
  for (;;) yield* numbers;
}
const british = allNumbers()
  // Other tests change what is on record about these.
  .filter((n) => !n.startsWith("0113"))
  .map((n) => ({ number: `+44${n.slice(1)}`, standing: standingOf(n) }));
const withStanding = (standing: string | null) =>
  around(british.filter((n) => n.standing === standing).map((n) => n.number));
const openStock = (): Record<Verdict, Generator<string, never>> => ({
  clear: withStanding(null),
  caution: withStanding("consented"),
  blocked: withStanding("tps"),
  unknown: around(
    ["876", "809", "829", "849", "787", "939", "658", "784"].flatMap((area) =>
      Array.from({ length: 100 }, (_, i) => `+1${area}55501${String(i).padStart(2, "0")}`),
    ),
  ),
});
/** Each browser's own, as what each dials is. */
const stocks = new WeakMap<Runner["drive"], ReturnType<typeof openStock>>();
function take(drive: Runner["drive"], verdict: Verdict): string {
  const stock = stocks.get(drive) ?? openStock();
  stocks.set(drive, stock);
  return stock[verdict].next().value;
}

export interface Outcome {
  cell: Cell;
  number: string;
  /** How often its number reached the system's handler. */
  dialled: number;
  error: string | null;
}
export interface Runner {
  drive: Pick<MatrixDrive, "renew" | "open" | "run" | "together" | "quiet" | "count" | "dialled" | "dials">;
  /** The extension is on here: numbers that a page shows get verdicts, which are waited for. */
  on: boolean;
}

/** For so many browsers: what one tries before it takes more, a few pages at most, with cells of one document together. */
export function portions(cells: readonly Cell[], browsers: number): Cell[][] {
  const sorted = byDocument(cells);
  return [...parts(sorted, Math.min(2 * PAGE, Math.ceil(cells.length / browsers)))];
}

const docOf = ({ realm }: Cell) => documentOf(realm as RealmName);
const byDocument = (cells: readonly Cell[]) =>
  cells.toSorted((a, b) => (docOf(a) < docOf(b) ? -1 : docOf(a) > docOf(b) ? 1 : 0));
const isPopup = (cell: Cell) => cell.realm === "popup";

/** Each cell by itself; waits as long as `patience` says for it to dial, and says how long that took. */
export async function oneByOne(
  runner: Runner,
  cells: readonly Cell[],
  patience: (cell: Cell) => number = () => 0,
  took: (ms: number) => void = () => {},
): Promise<Outcome[]> {
  const sorted = cells.toSorted(
    (a, b) => Number(isPopup(a)) - Number(isPopup(b)) || Number(isScripted(b)) - Number(isScripted(a)),
  );
  return inPages(runner, sorted, async (trials, settle) => {
    for (const trial of trials) {
      await runner.drive.run(trial);
      const ms = patience(trial.cell);
      const began = performance.now();
      if (ms > 0 && (await runner.drive.dials(trial, ms))) took(performance.now() - began);
    }
    await settle();
    return trials;
  });
}

/**
 * Cells that should all be held. Those in which no person acts share a key: where anything dialled, or one led the document
 * of the others away, each of that key is tried again with few others and then by itself, and so is one that another of its
 * key has kept from its act. `loose` are known to dial, which is waited for: the next would lose its permission to the dial,
 * and count as held.
 */
export async function together(
  runner: Runner,
  cells: readonly Cell[],
  loose: (cell: Cell) => boolean,
): Promise<Outcome[]> {
  const held: Outcome[] = [];
  let open = byDocument(cells.filter((cell) => isScripted(cell) && !loose(cell)));
  for (const most of GROUPS) {
    const sure = await inPages(runner, open, async (trials, settle) => {
      const groups = [...groupsOf(trials, most)];
      const lost = new Set<Trial[]>();
      for (const group of groups) if (!(await runner.drive.together(group))) lost.add(group);
      await settle();
      const isHeld = (group: Trial[]) =>
        !lost.has(group) && group.every((trial) => runner.drive.dialled(trial) === 0);
      return groups.filter(isHeld).flatMap((group) => group.filter(({ error }) => error === null));
    });
    held.push(...sure);
    const ended = new Set(sure.map(({ cell }) => cell));
    open = open.filter((cell) => !ended.has(cell));
  }
  const alone = [...cells.filter((cell) => !isScripted(cell) || loose(cell)), ...open];
  const patience = (cell: Cell) => (loose(cell) ? KNOWN_MS : 0);
  return [...held, ...(await oneByOne(runner, alone, patience))];
}

function* groupsOf(trials: readonly Trial[], most: number): Generator<Trial[]> {
  let group: Trial[] = [];
  for (const trial of trials) {
    if (group.length === most || (group[0] && docOf(group[0].cell) !== docOf(trial.cell))) {
      yield group;
      group = [];
    }
    group.push(trial);
  }
  if (group.length > 0) yield group;
}

/**
 * A page's worth of cells after the other. A page that hangs is tried again in parts, in a new browser: so the cell that
 * did it has a page for itself in the end, and is named. `work` answers the trials whose end it knows.
 */
async function inPages(
  runner: Runner,
  cells: readonly Cell[],
  work: (trials: Trial[], settle: () => Promise<void>) => Promise<Trial[]>,
): Promise<Outcome[]> {
  const { drive } = runner;
  const outcomes: Outcome[] = [];
  const pages = [cells.filter((cell) => !isPopup(cell)), cells.filter(isPopup)].flatMap((all) => [
    ...parts(all),
  ]);
  for (let page = pages.shift(); page; page = pages.shift()) {
    const trials = page.map((cell): Trial => {
      const number = take(drive, cell.verdict as Verdict);
      return { cell, number, before: drive.count(number), error: null };
    });
    const ended = await onPage(runner, trials, work).catch(async (error: unknown) => {
      if (!(error instanceof Hung)) throw error;
      console.error(`A page of ${page.length} hangs, by one of ${error.cells.length || page.length}.`);
      await drive.renew();
      if (page.length > 1) pages.unshift(...apart(page, error.cells));
      else trials[0]!.error = HUNG;
      return page.length > 1 ? [] : trials;
    });
    for (const trial of ended) {
      const { cell, number, error } = trial;
      outcomes.push({ cell, number, error, dialled: drive.dialled(trial) });
    }
  }
  return outcomes;
}

/** Those that are suspected of something, and the others; halves, where nothing is said against some alone. */
function apart(cells: readonly Cell[], suspects: readonly Cell[]): [Cell[], Cell[]] {
  const others = cells.filter((cell) => !suspects.includes(cell));
  const isSome = suspects.length > 0 && others.length > 0;
  const half = Math.ceil(cells.length / 2);
  return isSome ? [others, [...suspects]] : [cells.slice(0, half), cells.slice(half)];
}

async function onPage(
  runner: Runner,
  trials: Trial[],
  work: (trials: Trial[], settle: () => Promise<void>) => Promise<Trial[]>,
): Promise<Trial[]> {
  const { drive, on } = runner;
  const shown = trials.filter(({ cell }) => cell.shown === "shown").map(({ number }) => number);
  const [decoy, last] = [take(drive, "clear"), take(drive, "clear")];
  const popup = isPopup(trials[0]!.cell);
  await drive.open({ decoy, shown: [last, ...shown], verdictOf: on ? verdictOf : null, popup });
  return work(trials, () => settled(runner, trials, last));
}

function* parts(cells: readonly Cell[], size = PAGE): Generator<Cell[]> {
  for (let i = 0; i < cells.length; i += size) yield cells.slice(i, i + size);
}

const lastCell = cellOf("a link | method: property | target: _self | gesture: left | verdict: clear");
/**
 * What dials now comes after whatever was still under way. It must dial: where it does not, the page is held for what it
 * did before, and says nothing about its cells. Throws Hung.
 */
async function settled({ drive }: Runner, trials: readonly Trial[], number: string): Promise<void> {
  const { realm } = trials[0]!.cell;
  const cell = { ...lastCell, realm: isPopup(trials[0]!.cell) ? realm : "top" };
  const last: Trial = { cell, number, before: drive.count(number), error: null };
  for (let attempt = 0; attempt < 3; attempt++) {
    await drive.quiet();
    await drive.run(last);
    if (await drive.dials(last, 4000)) return pause(150);
  }
  console.error(`A clear number does not dial any more: ${last.error}`);
  throw new Hung();
}
