/** Cells with the browser's gate as well, as a company sets it up, in a browser of its own; counted beside the guard alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { handlerOf } from "../../../../shared/dials/browser-gate.ts";
import { openDialler } from "../../kit/dialler.ts";
import { withGate } from "../../kit/gate.ts";
import { launch, type Launched } from "../../kit/harness.ts";
import { tally } from "../../kit/tally.ts";
import type { Tallied } from "../../kit/tallied.ts";
import { type Cell, sinkOf } from "./axes.ts";
import { MatrixDrive } from "./drive.ts";
import { calls } from "./inside/sinks-calls.ts";
import { forms } from "./inside/sinks-forms.ts";
import type { Tried } from "./report.ts";
import { DIALS_MS, oneByOne, together } from "./run.ts";

function kindOf({ sink }: Cell): string {
  const { name } = sinkOf(sink);
  if (calls.some((one) => one.name === name)) return "generated cells: functions";
  return forms.some((one) => one.name === name) ? "generated cells: forms" : "generated cells: elements";
}

interface Ended extends Pick<Tried, "cell" | "dialled" | "error"> {
  without: number;
}
function count(layer: Tallied["layer"], { cell, dialled, error, without }: Ended): void {
  // What the page could not do tells nothing.
  if (error !== null) return;
  const isRight = cell.verdict === "clear" ? dialled === without : dialled === 0;
  const end = cell.verdict === "clear" ? (isRight ? "passed" : "lost") : isRight ? "held" : "escaped";
  tally(kindOf(cell), layer, { [end]: 1 });
}

/**
 * Of cells that were tried with the guard alone, those that dial without us. Answers those that must be held and dialled all the
 * same.
 */
export async function besideGate(
  tried: readonly Tried[],
  url: string,
  isKnown: (cell: Cell) => boolean,
): Promise<Cell[]> {
  const { chromium, workerUrl } = inject("e2e");
  const handler = handlerOf(workerUrl);
  const handlers = ["tel", "sip"].map((protocol) => ({ protocol, url: handler, default: true }));
  const dialler = openDialler(chromium, { RegisteredProtocolHandlers: handlers }, { softphone: "callto:" })!;
  const folder = mkdtempSync(join(tmpdir(), "cleardial-beside-"));
  const extension = withGate(folder);
  let browser: Launched | null = null;
  const drive = new MatrixDrive(async () => {
    await browser?.close();
    const flags = ["--disable-popup-blocking"];
    browser = await launch({ sites: [], chromium: dialler.executablePath, extension, flags });
    await browser.turnOn(url, url.replace("localhost", "127.0.0.1"));
    return browser.page;
  }, dialler);
  try {
    await drive.renew();
    drive.url = url;
    const runner = { drive, on: true };
    const dial = tried.flatMap((one): Ended[] =>
      one.without !== null && one.without > 0 ? [{ ...one, without: one.without }] : [],
    );
    const isClear = ({ cell }: Pick<Ended, "cell">) => cell.verdict === "clear";
    const cellsOf = (all: readonly Ended[]) => all.map(({ cell }) => cell);
    const outcomes = [
      ...(await oneByOne(runner, cellsOf(dial.filter(isClear)), () => DIALS_MS)),
      ...(await together(runner, cellsOf(dial.filter((one) => !isClear(one))), isKnown)),
    ];
    const withoutOf = new Map(dial.map(({ cell, without }) => [cell, without]));
    dial.forEach((one) => count("the page's guard", one));
    for (const one of outcomes)
      count("guard and browser's gate", { ...one, without: withoutOf.get(one.cell)! });
    return outcomes.filter((one) => !isClear(one) && one.dialled > 0).map(({ cell }) => cell);
  } finally {
    await (browser as Launched | null)?.close();
    dialler.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
