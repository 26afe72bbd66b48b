/** Runs the rows of the matrix in a browser, one after the other, and counts what each really dialled. */
import { type Frame, type Page } from "playwright-core";
import { expect } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import type { Dialler } from "../kit/dialler.ts";
import type { begin } from "./begin.ts";
import type { Context, Route } from "./routes.ts";
import { inFront, marksOf } from "../kit/harness.ts";
import { modal, placeOf, press } from "../kit/modal.ts";
import { allNumbers, standingOf } from "../kit/model.ts";

declare const guardRoutes: { begin: typeof begin };

export interface Row {
  route: Route;
  /** Each row has a number of its own, so that the log says which row it was. */
  number: string;
  address: string;
}

/** Unused numbers, in international form. */
const stock = (standing: ReturnType<typeof standingOf>) =>
  allNumbers()
    // Other tests change what is on record about these.
    .filter((n) => !n.startsWith("0113") && standingOf(n) === standing)
    .map((n) => `+44${n.slice(1)}`)
    .values();
const american = ["212", "303", "312", "415", "617", "713", "206", "808"].flatMap((area) =>
  Array.from({ length: 100 }, (_, i) => `+1${area}55501${String(i).padStart(2, "0")}`),
);
type Stock = Record<Verdict, Iterator<string, undefined>>;
const toCall: Stock = {
  clear: stock(null),
  caution: stock("consented"),
  blocked: stock("tps"),
  unknown: american.values(),
};
/** Registers say nothing of a message, and without consent it is not known. */
const toWrite: Stock = {
  clear: toCall.caution,
  caution: [].values(),
  blocked: stock("objection"),
  unknown: toCall.unknown,
};
export const takeNumber = (verdict: Verdict, message = false): string => {
  const next = (message ? toWrite : toCall)[verdict].next();
  if (next.done) throw new Error(`No more numbers that are ${verdict}`);
  return next.value;
};

export const rowsOf = (routes: readonly Route[], verdict: Verdict, before = ""): Row[] =>
  routes.map((route) => {
    const number = takeNumber(verdict, route.message);
    const written = before ? before + number.replace("+44", "0") : number;
    return { route, number, address: route.address?.(written) ?? `tel:${written}` };
  });

/** Decodes an address, and keeps the result: waiting for a row reads all addresses dialled so far, again and again. */
const read = new Map<string, string>();
function plain(address: string): string {
  const had = read.get(address);
  if (had !== undefined) return had;
  const made = decodeURIComponent(address).normalize("NFKC");
  read.set(address, made);
  return made;
}

export class Drive {
  readonly #page: Page;
  readonly #dialler: Dialler;
  readonly #url: string;
  #frame: Frame;

  constructor(page: Page, dialler: Dialler, url: string) {
    this.#page = page;
    this.#dialler = dialler;
    this.#url = url;
    this.#frame = page.mainFrame();
  }

  /** Opens the page in its place, and waits until the numbers that it shows have their verdict. */
  async open(context: Context, shown: string[], verdict: Verdict): Promise<void> {
    await this.#page.goto(`${this.#url}/?context=${context}&numbers=${encodeURIComponent(shown.join())}`);
    this.#frame = this.#page.frames()[1] ?? this.#page.mainFrame();
    await inFront(this.#page);
    await this.#frame.waitForFunction(() => "place" in window && "guardRoutes" in window);
    const known = async () => {
      const marks = await marksOf(this.#page);
      return shown.filter((n) => !marks.some((m) => m.text === n && m.verdict === verdict));
    };
    await expect.poll(known, { timeout: 20_000, interval: 50 }).toEqual([]);
  }

  /** Begins a row, and returns where to click for it. */
  put = ({ route, address }: Row): Promise<ReturnType<typeof begin>> =>
    this.#frame
      .evaluate(([name, to]) => guardRoutes.begin(name, to), [route.name, address] as const)
      // The script of a row throws where the place forbids it.
      .catch(() => null);

  /**
   * Waits until the point can be clicked. Under a modal dialog everything is inert; a frame hears a moment later than
   * the page that the dialog has gone, and the browser sends clicks by the last picture that was drawn.
   */
  async #reachable({ x, y }: { x: number; y: number }): Promise<void> {
    await this.#frame.waitForFunction(
      ([x, y]) => !["HTML", "BODY", undefined].includes(document.elementFromPoint(x, y)?.tagName),
      [x, y] as const,
      { polling: 5 },
    );
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await this.#page.evaluate(drawn);
    await this.#frame.evaluate(drawn);
  }

  /** Does what a person does for one row. Chromium lets a page dial once for each act of its user. */
  async begin(row: Row): Promise<void> {
    const { keyboard, mouse } = this.#page;
    const { by } = row.route;
    if (!by) await keyboard.press("Shift");
    const spot = await this.put(row);
    if (spot) await this.#reachable(spot);
    if (by === "Enter") await keyboard.press("Enter");
    else if (spot) {
      if (by === "control") await keyboard.down("Control");
      await mouse.click(spot.x, spot.y, { button: by === "middle" ? "middle" : "left" });
      if (by === "control") await keyboard.up("Control");
    }
  }

  heard = ({ address }: Row): Promise<number> =>
    this.#frame.evaluate(
      (to) => (window as unknown as { heard: Record<string, number> }).heard[to] ?? 0,
      address,
    );

  /** How often a row's number was dialled, however it was written. */
  count = ({ number }: Row): number => {
    const digits = number.replace(/^\+(44)?/, "");
    return this.#dialler.dialled().filter((address) => plain(address).includes(digits)).length;
  };

  /** Waits until a row has dialled, for `ms` at most. */
  async dials(row: Row, ms = 4000): Promise<boolean> {
    for (const until = Date.now() + ms; Date.now() < until; await pause(5))
      if (this.count(row) > 0) return true;
    return false;
  }

  /** Waits until the agent is asked, and refuses. */
  async refuse({ route }: Row): Promise<void> {
    await expect.poll(() => modal(this.#page), { interval: 20, message: route.name }).not.toBeNull();
    await this.#page.keyboard.press("Escape");
    await expect.poll(() => modal(this.#page), { interval: 20 }).toBeNull();
  }

  /** Refuses until no dialog comes any more: the next one opens a moment after the last. */
  async refuseAll(): Promise<void> {
    for (let quiet = 0; quiet < 8; await pause(40)) {
      // Not by Escape: if our dialog has just gone, it would close the page's own.
      const no = (await placeOf(this.#page, "Don’t call")) ?? (await placeOf(this.#page, "Don’t send"));
      quiet = no ? 0 : quiet + 1;
      if (no) await this.#page.mouse.click(no.x, no.y);
    }
  }

  /**
   * Accepts. A tab that an earlier row opened may come to the front or close
   * itself at any moment, and only a page in front can be clicked, so this one is brought back until the button is
   * pressed.
   */
  async call({ route }: Row): Promise<void> {
    const word = "Call";
    const there = async () => {
      await this.#page.bringToFront();
      return placeOf(this.#page, word);
    };
    try {
      await expect.poll(there, { message: `${word}: ${route.name}` }).not.toBeNull();
    } catch (error) {
      const tabs = this.#page
        .context()
        .pages()
        .map((p) => p.url());
      const hidden = await this.#page.evaluate(() => document.hidden);
      console.error(JSON.stringify({ route: route.name, asked: await modal(this.#page), hidden, tabs }));
      throw error;
    }
    await press(this.#page, word);
  }

  /** Closes the tabs that the rows have opened. */
  async tidy(): Promise<void> {
    const opened = this.#page
      .context()
      .pages()
      .filter((page) => page !== this.#page && !page.url().startsWith("chrome-extension:"));
    if (opened.length === 0) return;
    await Promise.all(opened.map((page) => page.close()));
    await this.#page.bringToFront();
  }
}

/** Rows that did not dial as often as `wanted`: name, and both counts. */
export const wrong = (drive: Drive, rows: readonly Row[], wanted: (row: Row) => number): string[] =>
  rows
    .map((row) => ({ name: row.route.name, times: drive.count(row), wanted: wanted(row) }))
    .filter(({ times, wanted }) => times !== wanted)
    .map(({ name, times, wanted }) => `${name}: ${times}, not ${wanted}`);
