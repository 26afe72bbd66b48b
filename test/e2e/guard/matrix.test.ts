/**
 * No dial leaves by any cell of the generated matrix (matrix/axes.ts). What counts is what reaches the system's own
 * handler. The suite has pairs of values in cells that must be held; `npm run soak:guard` runs all cells, or one.
 */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { openDialler } from "../kit/dialler.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { serve } from "../popup/extension-kit.ts";
import { cellEscapes, cellException } from "./escapes.ts";
import { type Cell, cellOf, nameOf } from "./matrix/axes.ts";
import {
  browserRefuses,
  otherWitnesses,
  plainCell,
  sinkWitnesses,
  soakCells,
  suiteCells,
} from "./matrix/cells.ts";
import { MatrixDrive } from "./matrix/drive.ts";
import { answerMatrix } from "./matrix/pages.ts";
import { oneByOne, type Outcome, together } from "./matrix/run.ts";

const { chromium } = inject("e2e");
const dialler = openDialler(chromium);
beforeEach(({ skip }) =>
  skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

const { MATRIX_SEED: seed, MATRIX_CELL: only, MATRIX_REPORT: report } = process.env;
const { MATRIX_SKIP: first, MATRIX_LIMIT: limit } = process.env;
const isSoak = report !== undefined;

describe("the generated matrix", { timeout: isSoak ? 14_400_000 : 300_000 }, () => {
  let browser: Launched;
  let drive: MatrixDrive;
  let url = "";
  let stop = () => {};
  beforeAll(async () => {
    if (!dialler) return;
    const { port, close } = await serve(answerMatrix);
    stop = close;
    url = `http://localhost:${port}`;
    browser = await launch({
      sites: [],
      chromium: dialler.executablePath,
      // Cells that share a key may each open a window.
      flags: ["--disable-popup-blocking"],
    });
    drive = new MatrixDrive(browser.page, dialler, url);
  });
  afterAll(async () => {
    if (!dialler) return;
    await browser.close();
    stop();
    dialler.remove();
  });

  const cells = only
    ? only.split("\n").map(cellOf)
    : isSoak
      ? soakCells(Number(seed)).slice(Number(first), Number(first) + Number(limit))
      : suiteCells();
  const clear = cells.filter(({ verdict }) => verdict === "clear");
  const mustBeHeld = cells.filter(({ verdict }) => verdict !== "clear");
  const progress = isSoak ? (done: number) => console.log(`${done} of ${cells.length}`) : () => {};
  /** How often each cell dials where nothing of ours runs. */
  const without = new Map<Cell, number>();

  /** Only where it is asked for: no test is skipped. */
  const when = (is: boolean, name: string, test: () => Promise<void>) => void (is && it(name, test));

  when(only === undefined, "every sink dials where nothing of ours runs", async () => {
    const witnesses = [...sinkWitnesses(), ...(isSoak ? otherWitnesses() : [])];
    const outcomes = await oneByOne({ drive, on: false, progress }, witnesses, () => 4000);
    const refused = ({ cell }: Outcome) => browserRefuses.some((part) => nameOf(cell).includes(part));
    const other = outcomes.filter((outcome) => outcome.dialled > 0 === refused(outcome));
    expect(other.map(({ cell, error, dialled }) => `${nameOf(cell)}: ${dialled}, ${error}`)).toEqual([]);
  });

  when(isSoak, "dials where nothing of ours runs", async () => {
    for (const { cell, dialled } of await oneByOne({ drive, on: false, progress }, cells, () => 400))
      without.set(cell, dialled);
    // The browser itself refuses the others.
    if (!only) expect([...without.values()].filter((n) => n > 0).length).toBeGreaterThan(without.size / 3);
  });

  describe("where a site is turned on", () => {
    beforeAll(async () => {
      if (dialler) await browser.turnOn(url, url.replace("localhost", "127.0.0.1"));
    });
    const on = () => ({ drive, on: true, progress });

    when(isSoak, "clear: dials as often as without us", async () => {
      const possible = clear.filter((cell) => without.get(cell)! > 0);
      const outcomes = await oneByOne(on(), possible, () => 4000);
      const other = outcomes.filter(({ cell, dialled }) => dialled !== without.get(cell));
      const said = other.map(({ cell, dialled }) => `${nameOf(cell)}: ${dialled}, not ${without.get(cell)}`);
      console.log(
        `Of ${possible.length} clear cells ${other.length} dialled otherwise than without us:\n${said.slice(0, 20).join("\n")}`,
      );
    });

    it("blocked, caution and unknown: held", async () => {
      const isKnown = (cell: Cell) => cellException(cell) !== undefined;
      const tried = isSoak ? mustBeHeld : mustBeHeld.filter((cell) => !isKnown(cell));
      const outcomes = await together(on(), tried, isKnown);
      const escaped = outcomes.filter(({ dialled }) => dialled > 0);
      if (isSoak) return tell(outcomes, escaped);
      // What the page could not do holds nothing: where the browser refuses a cell, or a document is gone.
      const undone = outcomes.filter(({ error }) => error !== null);
      const said = undone.map(({ cell, error }) => `${nameOf(cell)}: ${error}`).join("\n");
      expect(undone.length, said).toBeLessThan(outcomes.length / 10);
      expect(escaped.map(({ cell }) => nameOf(cell))).toEqual([]);
    });

    it("what nobody can hold dials: each reason is still one", async () => {
      const known = cellEscapes.map(({ sinks, methods, realms }) =>
        plainCell(sinks[0]!, methods?.[0], realms?.[0]),
      );
      const outcomes = await oneByOne(on(), known, () => 4000);
      const stale = outcomes.filter(({ dialled }) => dialled === 0).map(({ cell }) => nameOf(cell));
      expect(stale).toEqual([]);
    });
  });

  function tell(outcomes: Outcome[], escaped: Outcome[]): void {
    const known = escaped.filter(({ cell }) => cellException(cell));
    const open = escaped.filter(({ cell }) => !cellException(cell));
    const refused = outcomes.filter(({ cell, dialled }) => dialled === 0 && !without.get(cell));
    const names = open.map(({ cell }) => nameOf(cell));
    const numbers = {
      tried: outcomes.length,
      held: outcomes.length - escaped.length - refused.length,
      escaped: open.length,
      known: known.length,
      refused: refused.length,
    };
    writeFileSync(report!, JSON.stringify({ numbers, names }, null, 1));
  }
});
