/** Cells with the browser's gate as well, as a company sets it up, in a browser of its own; counted beside the guard alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { handlerOf } from "../../../../shared/dials/browser-gate.ts";
import { openDialler } from "../../kit/dialler.ts";
import { gateBuild } from "../../kit/gate-build.ts";
import { launch, type Launched } from "../../kit/harness.ts";
import { tally } from "../../kit/tally.ts";
import type { Tallied } from "../../kit/tallied.ts";
import { type Cell, encodingOf, sinkOf } from "./axes.ts";
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

/** The gate is the browser's handler of these. */
const isOfGate = ({ encoding }: Cell): boolean => {
  const { write, base = write } = encodingOf(encoding);
  return ["tel:", "sip:"].includes(new URL(base("+441134960001"), "about:blank").protocol);
};

/**
 * Of cells that were tried with the guard alone, those that dial without us. Answers those that must be held and dialled all the
 * same; not those that the guard is known not to hold, by an address of another scheme.
 */
export async function besideGate(
  tried: readonly Tried[],
  url: string,
  isKnown: (cell: Cell) => boolean,
): Promise<Cell[]> {
  const { build, chromium, workerUrl } = inject("e2e");
  const handler = handlerOf(workerUrl);
  const handlers = ["tel", "sip"].map((protocol) => ({ protocol, url: handler, default: true }));
  const dialler = openDialler(chromium, { RegisteredProtocolHandlers: handlers }, { softphone: "callto:" })!;
  const folder = mkdtempSync(join(tmpdir(), "cleardial-beside-"));
  const origins = ["http://localhost/*", "http://127.0.0.1/*"];
  const extension = gateBuild(build, join(folder, "extension"), origins);
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
    const cellsOf = (all: readonly Pick<Ended, "cell">[]) => all.map(({ cell }) => cell);
    const outcomes = [
      ...(await oneByOne(runner, cellsOf(dial.filter(isClear)), () => DIALS_MS)),
      ...(await together(runner, cellsOf(dial.filter((one) => !isClear(one))), isKnown)),
    ];
    const withoutOf = new Map(dial.map(({ cell, without }) => [cell, without]));
    dial.forEach((one) => count("the page's guard", one));
    for (const one of outcomes)
      count("guard and browser's gate", { ...one, without: withoutOf.get(one.cell)! });
    const isExcused = (cell: Cell) => isKnown(cell) && !isOfGate(cell);
    return cellsOf(outcomes.filter((one) => !isClear(one) && one.dialled > 0)).filter(
      (cell) => !isExcused(cell),
    );
  } finally {
    await (browser as Launched | null)?.close();
    dialler.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
