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
import { type Cell, verdictOf } from "./table.ts";

declare const guardRoutes: { begin: typeof begin };

export interface Row {
  route: Route;
  verdict: Verdict;
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
const american = ["876", "809", "829", "849", "787", "939", "658", "784"].flatMap((area) =>
  Array.from({ length: 100 }, (_, i) => `+1${area}55501${String(i).padStart(2, "0")}`),
);
type Stock = Record<Verdict, Iterator<string, undefined>>;
const toCall: Stock = {
  clear: stock(null),
  caution: stock("consented"),
  blocked: stock("tps"),
  unknown: american.values(),
};
/**
 * Registers say nothing of a message: without consent it is barred. With evidenced consent it passes, by the default
 * policy.
 */
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

/** `before`: a code that is dialled before the number. */
export const rowOf = (route: Route, verdict: Verdict, before = ""): Row => {
  const number = takeNumber(verdict, route.message);
  const written = before ? before + number.replace("+44", "0") : number;
  return { route, verdict, number, address: route.address?.(written) ?? `tel:${written}` };
};
export const rowsOf = (routes: readonly Route[], verdict: Verdict): Row[] =>
  routes.map((route) => rowOf(route, verdict));
export const rowIn = ({ route, as }: Cell): Row =>
  rowOf(route, verdictOf(as), as === "withheld" ? "141" : "");

type Spot = NonNullable<ReturnType<typeof begin>>;

/** Runs in the page: whether a point becomes free of our dialog, under which everything is inert, or is covered by it. */
async function becomes({ x, y, free }: Spot & { free: boolean }): Promise<boolean> {
  const covered = [undefined, "HTML", "BODY", "CLEARDIAL-HOST"];
  for (const until = performance.now() + 20_000; performance.now() < until;) {
    await new Promise((done) => requestAnimationFrame(done));
    if (covered.includes(document.elementFromPoint(x, y)?.tagName) === free) continue;
    await new Promise((done) => requestAnimationFrame(done));
    return true;
  }
  return false;
}

export class Drive {
  readonly #page: Page;
  readonly #dialler: Dialler;
  readonly #url: string;
  #frame: Frame;
  /** What was dialled, decoded: read on from where it was read last. */
  readonly #read: string[] = [];

  constructor(page: Page, dialler: Dialler, url: string) {
    this.#page = page;
    this.#dialler = dialler;
    this.#url = url;
    this.#frame = page.mainFrame();
  }

  /** Opens the page in its place, and waits until the numbers that it shows have their verdicts. */
  async open(context: Context, rows: readonly Row[] = []): Promise<void> {
    // Badges are about calls.
    const shown = rows.filter(({ route }) => !route.message);
    const numbers = shown.map((row) => row.number).join();
    await this.#page.goto(`${this.#url}/?context=${context}&numbers=${encodeURIComponent(numbers)}`);
    this.#frame = this.#page.frames()[1] ?? this.#page.mainFrame();
    await inFront(this.#page);
    await this.#frame.waitForFunction(() => "place" in window && "guardRoutes" in window);
    const unknown = async () => {
      const marks = new Map((await marksOf(this.#page)).map(({ text, verdict }) => [text, verdict]));
      return shown.filter((row) => marks.get(row.number) !== row.verdict).map((row) => row.number);
    };
    await expect.poll(unknown, { timeout: 20_000, interval: 50 }).toEqual([]);
  }

  /** No badge reads what rows add from now on, so that nobody asks about a number before it is dialled. */
  unread = (): Promise<void> =>
    this.#frame.evaluate(() =>
      (window as unknown as { place: Element }).place.setAttribute("data-cleardial", "off"),
    );

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
  async #reachable(spot: Spot): Promise<void> {
    await this.#page.evaluate(becomes, { ...spot, free: true });
    if (this.#frame !== this.#page.mainFrame()) await this.#frame.evaluate(becomes, { ...spot, free: true });
  }

  /** Does what a person does for one row. Chromium lets a page dial once for each act of its user. */
  async begin(row: Row): Promise<Spot | null> {
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
    return spot;
  }

  /** How often the page's own handlers heard a click, by address, since the page was opened. */
  heard = (): Promise<Record<string, number>> =>
    this.#frame.evaluate(() => (window as unknown as { heard: Record<string, number> }).heard);

  /** How often a row's number was dialled, however it was written. */
  count = ({ number }: Row): number => {
    const digits = number.replace(/^\+(44)?/, "");
    for (const address of this.#dialler.dialled().slice(this.#read.length))
      this.#read.push(decodeURIComponent(address).normalize("NFKC"));
    return this.#read.filter((address) => address.includes(digits)).length;
  };

  /** Tabs whose first request went out before Playwright could hear of it, as some by the middle button: it was not counted. */
  missed = (): number =>
    this.#page
      .context()
      .pages()
      .filter((page) => /^(chrome-error|https):/.test(page.url())).length;

  /**
   * Waits until a row that should dial has dialled, for `ms` at most. A dial that came after the wait would take the next
   * row's permission.
   */
  async dials(row: Row, ms = 20_000): Promise<boolean> {
    for (const until = Date.now() + ms; Date.now() < until; await pause(5))
      if (this.count(row) > 0) return true;
    return false;
  }

  /** Does what a person does for one row, waits until the agent is asked, and refuses. */
  async refuse(row: Row): Promise<void> {
    const spot = await this.begin(row);
    if (!spot || !(await this.#page.evaluate(becomes, { ...spot, free: false })))
      throw new Error(`Nobody is asked: ${row.route.name}`);
    await this.#page.keyboard.press("Escape");
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

/** Runs in a page: a call in an object. */
export const putObject = (address: string): void =>
  document.body.append(Object.assign(document.createElement("object"), { data: address }));

/** Begins a call by SIP through a port and on a channel: those by which it arrives, within `ms` at most. */
export const posted = (page: Page, number: string, ms = 300): Promise<string[]> =>
  page.evaluate(
    async ([to, most]) => {
      const came: string[] = [];
      const { port1, port2 } = new MessageChannel();
      const [mine, others] = [new BroadcastChannel("sip"), new BroadcastChannel("sip")];
      port2.onmessage = () => came.push("a port");
      others.onmessage = () => came.push("a channel");
      const invite = (id: string) =>
        `INVITE sip:${to}@pbx.example SIP/2.0\r\nTo: <sip:${to}@pbx.example>\r\nCall-ID: ${id}\r\nCSeq: 1 INVITE\r\n\r\n`;
      port1.postMessage(invite("a"));
      mine.postMessage({ send: invite("b") });
      for (const until = Date.now() + most; came.length < 2 && Date.now() < until;)
        await new Promise((done) => setTimeout(done, 20));
      return came.sort();
    },
    [number, ms] as const,
  );

/** Rows that did not dial as often as `wanted`: name, and both counts. */
export const wrong = (drive: Drive, rows: readonly Row[], wanted: (row: Row) => number): string[] =>
  rows
    .map((row) => ({ name: row.route.name, times: drive.count(row), wanted: wanted(row) }))
    .filter(({ times, wanted }) => times !== wanted)
    .map(({ name, times, wanted }) => `${name}: ${times}, not ${wanted}`);
