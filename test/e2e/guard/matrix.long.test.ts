/**
 * No dial leaves by any cell of the generated matrix (matrix/axes.ts). What counts is what reaches the system's own
 * handler. The suite has all pairs of the first axes (sink, encoding, realm, timing, target, verdict) that can be held, and as
 * many others as it has time for (test/house/matrix.test.ts counts them); `npm run soak:guard` runs all cells, or one.
 */
import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Dialler, openDialler } from "../kit/dialler.ts";
import { TALLY } from "../kit/tallied.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { serve } from "../popup/extension-kit.ts";
import { verdictOf } from "../kit/model.ts";
import { takeNumber } from "./drive.ts";
import { cellEscapes, cellException } from "./escapes.ts";
import { type Cell, cellOf, encodingOf, nameOf } from "./matrix/axes.ts";
import {
  browserRefuses,
  clearCells,
  onceEscaped,
  otherWitnesses,
  plainCell,
  sample,
  sinkWitnesses,
  sharedSlices,
  soakSlices,
  suiteCells,
} from "./matrix/cells.ts";
import { MatrixDrive } from "./matrix/drive.ts";
import { openMemory } from "./matrix/memory.ts";
import { answerMatrix } from "./matrix/pages.ts";
import { takesRecords } from "./matrix/records.ts";
import { faults, type Part, partOf } from "./matrix/report.ts";
import {
  DIALS_MS,
  oneByOne,
  openPace,
  type Outcome,
  portions,
  REFUSED_MS,
  type Runner,
  together,
} from "./matrix/run.ts";
import { HUNG } from "./matrix/trial.ts";
import { besideGate } from "./matrix/beside-gate.ts";

const { chromium, workerUrl } = inject("e2e");
/** What each browser dials is its own: the others may try the same numbers. */
const first = openDialler(chromium);
beforeEach(({ skip }) =>
  skip(!first, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

// Set by npm run soak:guard: which cells, the file for what is found, that for what dials without us, which slices were tried
// before, when to stop, and how many browsers try them.
const { MATRIX_SEED: seed, MATRIX_CELL: only, MATRIX_REPORT: report } = process.env;
const {
  MATRIX_PART: share = "1/1",
  MATRIX_DONE: done = "[]",
  MATRIX_UNTIL: until = "Infinity",
  MATRIX_BROWSERS: browsers = String(availableParallelism()),
  MATRIX_MEMORY: remembered,
} = process.env;
const isSoak = report !== undefined;
// Set by npm run bench -- routes: what is counted, and of how many cells.
const { [TALLY]: isCounted, MATRIX_CELLS: most = "300" } = process.env;
/** The soak's cells that this process is to try. */
const slices = () =>
  only === undefined
    ? sharedSlices(soakSlices(Number(seed)), share, JSON.parse(done) as number[])
    : [{ at: 0, of: "pairs" as const, cells: only.split("\n").map(cellOf) }];
/** The first to begin tries what says whether the cells say anything. */
const isBegin = only === undefined && done === "[]" && share.startsWith("1/");

describe("the generated matrix", { timeout: isSoak || isCounted ? 86_400_000 : 7_200_000 }, () => {
  const drives: MatrixDrive[] = [];
  const memory = openMemory(remembered);
  /** Nothing of ours runs on the second. */
  const urls: string[] = [];
  const stops: (() => void | Promise<void>)[] = [];
  /** Nothing is answered before. */
  const pace = { until: Promise.resolve() };
  beforeAll(async () => {
    if (!first) return;
    const before = await serve(takesRecords(workerUrl, pace));
    stops.push(before.close);
    const worker = `http://localhost:${before.port}`;
    for (const _ of [1, 2]) {
      const { port, close } = await serve(answerMatrix);
      stops.push(close);
      urls.push(`http://localhost:${port}`);
    }
    const open = async (dialler: Dialler) => {
      let browser: Launched | null = null;
      const close = async () => void (await browser?.close());
      stops.push(() => close().finally(dialler.remove));
      const { executablePath } = dialler;
      const drive = new MatrixDrive(async () => {
        await close();
        // Cells that share a key may each open a window.
        const flags = ["--disable-popup-blocking"];
        browser = await launch({ sites: [], chromium: executablePath, flags, worker });
        await browser.turnOn(urls[0]!, urls[0]!.replace("localhost", "127.0.0.1"));
        return browser.page;
      }, dialler);
      await drive.renew();
      drives.push(drive);
    };
    const others = Array.from({ length: Number(browsers) - 1 }, () => openDialler(chromium)!);
    await Promise.all([first, ...others].map(open));
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const withUs = (on: boolean, drive = drives[0]!): Runner => {
    drive.url = urls[on ? 0 : 1]!;
    return { drive, on };
  };
  /** Each browser takes the next as soon as it has ended one: most cells wait, for a dial or for none. */
  async function sideBySide<T>(all: readonly T[], work: (drive: MatrixDrive, one: T) => Promise<void>) {
    const next = all.values();
    await Promise.all(
      drives.map(async (drive) => {
        for (const one of next) await work(drive, one);
      }),
    );
  }
  async function shared<T>(cells: readonly Cell[], work: (drive: MatrixDrive, some: Cell[]) => Promise<T[]>) {
    const outcomes: T[] = [];
    await sideBySide(
      portions(cells, drives.length),
      async (drive, some) => void outcomes.push(...(await work(drive, some))),
    );
    return outcomes;
  }
  /** What a failure says: the cells themselves, as lists are cut short where failures are summed up. */
  const said = (outcomes: readonly Outcome[]) =>
    outcomes.map(({ cell, dialled, error }) => `${nameOf(cell)}: ${dialled}, ${error}`).join("\n");
  const isKnown = (cell: Cell) => cellException(cell) !== undefined;

  /** Only where it is asked for: no test is skipped. */
  const when = (is: boolean, name: string, test: () => Promise<void>) => void (is && it(name, test));

  when(isBegin, "every sink dials where nothing of ours runs", async () => {
    const witnesses = [...sinkWitnesses(), ...(isSoak ? otherWitnesses() : [])];
    const isRefused = (cell: Cell) => browserRefuses.some((part) => nameOf(cell).includes(part));
    const patience = (cell: Cell) => (isRefused(cell) ? REFUSED_MS : DIALS_MS);
    const outcomes = await shared(witnesses, (drive, some) => oneByOne(withUs(false, drive), some, patience));
    const other = outcomes.filter(({ cell, dialled }) => dialled > 0 === isRefused(cell));
    expect(said(other), said(other)).toBe("");
  });

  // The first of the unknown numbers is the one that it was found with.
  when(!isSoak, "what escaped once is held, and dials where nothing of ours runs", async () => {
    const { cell, field } = onceEscaped;
    const [ours] = await oneByOne(withUs(true), [cell], () => 4000);
    expect(encodingOf(cell.encoding).write(ours!.number)).toBe(`tel:${field}`);
    expect(ours).toMatchObject({ error: null, dialled: 0 });
    const [without] = await oneByOne(withUs(false), [cell], () => DIALS_MS);
    expect(without).toMatchObject({ error: null, dialled: 1 });
  });

  // A person's click leaves time for microtasks before it opens, a script's does not (axes.ts).
  when(!isSoak, "a click that waited opens what it led to, not what a microtask makes of it", async () => {
    const cell = cellOf(
      "a link | method: setAttribute | realm: same site | timing: in a microtask | target: _self | gesture: left | verdict: clear",
    );
    // The page does not show what the link leads to, and the Worker does not say before the click.
    const [shown, decoy, number] = [takeNumber("clear"), takeNumber("clear"), takeNumber("clear")];
    withUs(true);
    const drive = drives[0]!;
    await drive.open({ decoy: shown, shown: [], verdictOf, popup: false });
    const trial = { cell, number, decoy, before: drive.count(number), error: null };
    const before = drive.count(decoy);
    const clicked = Promise.withResolvers<void>();
    pace.until = clicked.promise;
    await drive.run(trial).finally(clicked.resolve);
    expect(trial.error).toBeNull();
    await expect.poll(() => drive.count(decoy) - before).toBe(1);
    expect(drive.dialled(trial)).toBe(0);
  });

  when(!isSoak, "blocked, caution and unknown: held where a site is turned on", async () => {
    const outcomes = await shared(suiteCells(), (drive, some) =>
      together(withUs(true, drive), some, isKnown),
    );
    // What the page could not do holds nothing: where the browser refuses a cell, or a document is gone.
    const undone = outcomes.filter(({ error }) => error !== null);
    const hung = undone.filter(({ error }) => error === HUNG);
    expect(said(hung), said(hung)).toBe("");
    expect(undone.length, said(undone)).toBeLessThan(outcomes.length / 10);
    const escaped = outcomes.filter(({ dialled }) => dialled > 0);
    expect(said(escaped), said(escaped)).toBe("");
  });

  when(!isSoak, "clear: dials once, as where nothing of ours runs", async () => {
    const outcomes = await shared(clearCells(), (drive, some) =>
      oneByOne(withUs(true, drive), some, () => DIALS_MS),
    );
    const other = outcomes.filter(({ dialled, error }) => dialled !== 1 || error !== null);
    expect(said(other), said(other)).toBe("");
  });

  when(isSoak, "as many cells as there is time for", async () => {
    let longest = 0;
    const used = new Set<MatrixDrive>();
    await sideBySide(slices(), async (drive, { at, of, cells }) => {
      const began = Date.now();
      if (began + longest > Number(until)) return;
      // Tabs that cells have left behind would add up: a gigabyte in ten minutes.
      if (used.has(drive)) await drive.renew();
      used.add(drive);
      // What one cell does to the browser must not keep the others from being tried.
      const part = await tried(drive, cells).then(
        (outcomes) => partOf(of, outcomes, at),
        (error: unknown): Part => {
          console.error(error);
          return { at, of, cells: cells.length, counts: { undone: cells.length }, names: {} };
        },
      );
      appendFileSync(report!, `${JSON.stringify(part)}\n`);
      longest = Math.max(longest, Date.now() - began);
      console.log(of, part.counts, ...faults.map((end) => part.names[end] ?? []));
    });
  });

  /** Each cell where nothing of ours runs, and with us: what is clear by itself, the others many to a key. */
  async function tried(drive: MatrixDrive, cells: readonly Cell[]) {
    const without = new Map<Cell, number | null>(cells.map((cell) => [cell, memory.of(cell) ?? null]));
    const { patience, took } = openPace();
    const others = cells.filter((cell) => memory.of(cell) === undefined);
    const alone = await oneByOne(withUs(false, drive), others, patience, took);
    memory.add(alone);
    for (const { cell, dialled, error } of alone) without.set(cell, error === HUNG ? null : dialled);
    const isClear = ({ verdict }: Cell) => verdict === "clear";
    // A clear one says nothing where it does not dial without us; none does that hangs.
    const says = (cell: Cell) => (isClear(cell) ? without.get(cell)! > 0 : without.get(cell) !== null);
    const possible = cells.filter(says);
    const outcomes = [
      ...cells.filter((cell) => !says(cell)).map((cell) => ({ cell, dialled: 0, error: null })),
      ...(await oneByOne(withUs(true, drive), possible.filter(isClear), () => DIALS_MS)),
      ...(await together(
        withUs(true, drive),
        possible.filter((cell) => !isClear(cell)),
        isKnown,
      )),
    ];
    return outcomes.map((outcome) => ({ ...outcome, without: without.get(outcome.cell) ?? null }));
  }

  when(
    isCounted !== undefined,
    "the guard alone, and with the browser's gate: what nobody's script can hold is held",
    async () => {
      const outcomes = await shared(sample(Number(most)), tried);
      const escaped = (await besideGate(outcomes, urls[0]!, isKnown)).map(nameOf).join("\n");
      expect(escaped, escaped).toBe("");
    },
  );

  when(isBegin, "what nobody can hold dials: each reason is still one", async () => {
    const known = cellEscapes.map(({ sinks, methods, realms }) =>
      plainCell(sinks[0]!, methods?.[0], realms?.[0]),
    );
    const outcomes = await shared(known, (drive, some) =>
      oneByOne(withUs(true, drive), some, () => DIALS_MS),
    );
    const stale = outcomes.filter(({ dialled }) => dialled === 0);
    expect(said(stale), said(stale)).toBe("");
  });
});
