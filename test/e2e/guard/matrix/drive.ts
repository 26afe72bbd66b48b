/** Runs cells in a browser, and counts what each really dialled. */
import type { Frame, Page } from "playwright-core";
import { expect } from "vitest";
import type { Verdict } from "../../../../shared/check/api.ts";
import { pause } from "../../../../scripts/lib/processes.ts";
import type { Dialler } from "../../kit/dialler.ts";
import { inFront, marksOf } from "../../kit/harness.ts";
import { type Cell, encodingOf, isScripted } from "./axes.ts";
import { digitsOf } from "./encodings.ts";
import type { arm, armAll, isFree, Plan, wasHeard } from "./inside/perform.ts";
import { documentOf, type RealmName } from "./inside/realms.ts";
import { framed } from "./pages.ts";
import { Hung, type Trial } from "./trial.ts";

declare const matrix: {
  arm: typeof arm;
  armAll: typeof armAll;
  wasHeard: typeof wasHeard;
  isFree: typeof isFree;
};

export interface Opened {
  /** A clear number that the page shows. */
  decoy: string;
  shown: readonly string[];
  /** What the numbers get, which is waited for; null where nothing of ours runs. */
  verdictOf: ((number: string) => Verdict | null) | null;
  popup: boolean;
}
interface Place {
  page: Page;
  frame: Frame;
  x: number;
  y: number;
}

/** Whether it came to a good end in time. */
const within = (ms: number, work: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    work.then(
      () => true,
      () => false,
    ),
    pause(ms).then(() => false),
  ]);
const isReady = () => "matrix" in window && document.readyState === "complete";

/** A busy machine is slow: what takes longer is asked whether it answers at all. In milliseconds. */
const OPENS = 60_000;
const ACTS = 15_000;
const ANSWERS = 10_000;

export class MatrixDrive {
  readonly #launch: () => Promise<Page>;
  readonly #dialler: Dialler;
  #page!: Page;
  /** Where the pages are that it opens. */
  url = "";
  #popup: Page | null = null;
  readonly #frames = new Map<string, Place>();
  /** Tabs that are to close the next time. */
  readonly #seen = new Set<Page>();
  /** Tabs that were told to close. */
  readonly #left = new Set<Page>();
  readonly #read = { length: 0, counts: new Map<string, number>() };
  #decoy = "";
  #again = async () => {};

  /** `launch`: a page of a new browser, for `renew`, with which all begins. */
  constructor(launch: () => Promise<Page>, dialler: Dialler) {
    this.#launch = launch;
    this.#dialler = dialler;
  }

  /** Goes on in a new browser: what hangs has ended with the one before. */
  async renew(): Promise<void> {
    this.#page = await this.#launch();
    this.#popup = null;
    for (const all of [this.#frames, this.#seen, this.#left]) all.clear();
  }

  /** Loads the page: in another browser, where what the page before did keeps it from loading. Throws Hung. */
  async open(what: Opened): Promise<void> {
    this.#again = () => this.open(what);
    if (await this.#inTime(OPENS, this.#load(what)).catch(() => false)) return;
    await this.renew();
    const late = pause(OPENS).then(() => Promise.reject(new Hung()));
    await Promise.race([this.#load(what), late]);
  }

  async #load({ decoy, shown, verdictOf, popup }: Opened): Promise<void> {
    this.#decoy = decoy;
    this.#popup = null;
    for (const _ of [1, 2]) await this.tidy();
    const numbers = [decoy, ...shown];
    await this.#go(`${this.url}/?numbers=${encodeURIComponent(numbers.join())}`);
    await inFront(this.#page);
    this.#frames.clear();
    this.#frames.set("top", { page: this.#page, frame: this.#page.mainFrame(), x: 0, y: 0 });
    for (const [i, name] of framed.entries()) {
      const frame = this.#page.frames().find((f) => f.name() === name);
      if (frame) this.#frames.set(name, { page: this.#page, frame, x: i * 210, y: 50 });
    }
    await Promise.all([...this.#frames.values()].map(({ frame }) => frame.waitForFunction(isReady)));
    if (verdictOf) {
      const unknown = async () => {
        const marks = await marksOf(this.#page);
        return numbers.filter((n) => !marks.some((m) => m.text === n && m.verdict === verdictOf(n)));
      };
      await expect.poll(unknown, { timeout: 20_000, interval: 50 }).toEqual([]);
    }
    if (!popup) return;
    // By its address, not as the next window: those of earlier cells may still come.
    const name = `/realm?${Math.random()}`;
    await this.#page.evaluate((name) => void window.open(name, name), name);
    const found = () =>
      this.#page
        .context()
        .pages()
        .find((page) => page.url().endsWith(name));
    await expect.poll(found, { interval: 20 }).toBeDefined();
    this.#popup = found()!;
    await this.#popup.waitForFunction(isReady);
    await inFront(this.#popup);
    this.#frames.set("popup", { page: this.#popup, frame: this.#popup.mainFrame(), x: 0, y: 0 });
  }

  /** What a cell began may still lead the page away. */
  async #go(url: string): Promise<void> {
    for (let attempt = 1; ; attempt++)
      try {
        return void (await this.#page.goto(url));
      } catch (error) {
        if (attempt === 4 || !/interrupted|ERR_ABORTED|crashed/.test(String(error))) throw error;
        // Seldom Chromium ends a renderer that does such things: its cells are tried again, in another tab.
        if (/crashed/.test(String(error))) {
          const crashed = this.#page;
          this.#page = await crashed.context().newPage();
          await crashed.close();
        }
      }
  }

  /** The page in front. */
  get #front(): Page {
    return this.#popup ?? this.#page;
  }

  /** Where a cell runs. A cell before may have closed the popup, or led the page away. */
  async #placeOf({ realm }: Cell): Promise<Place> {
    const lost =
      this.#popup?.isClosed() ||
      [...this.#frames.values()].some(({ frame }) => frame.isDetached()) ||
      !this.#page.url().includes("?numbers=");
    if (lost) await this.#again();
    return this.#frames.get(documentOf(realm as RealmName))!;
  }

  #plan({ cell, number, decoy = this.#decoy }: Trial): Plan {
    const { write, base } = encodingOf(cell.encoding);
    return { cell, address: write(number), decoy: `tel:${decoy}`, base: base?.(number) ?? null };
  }

  /** True where the work ends well and in time. Throws Hung where it takes long and the page answers nothing. */
  async #inTime(ms: number, work: Promise<unknown>, trials: readonly Trial[] = []): Promise<boolean> {
    const ended = work.then(
      () => true,
      () => false,
    );
    const late = pause(ms).then(() => null);
    const isGood = await Promise.race([ended, late]);
    if (isGood !== null) return isGood;
    const asked = [...this.#frames.values()].map(({ frame }) => frame.evaluate("0").catch(() => 0));
    if (await within(ANSWERS, Promise.all(asked))) return false;
    throw new Hung(trials.map(({ cell }) => cell));
  }

  /** One cell. Chromium lets a page dial once for each thing that its user does. Throws Hung. */
  async run(trial: Trial): Promise<void> {
    const place = await this.#placeOf(trial.cell);
    const work = isScripted(trial.cell) ? this.#script([trial], place) : this.#act(trial, place);
    if (await this.#inTime(ACTS, work, [trial])) return;
    trial.error ??= "no answer";
    await this.#again();
  }

  /**
   * Cells of one document in which no person acts, after one key. False where one of them led the document away. Throws
   * Hung.
   */
  async together(trials: readonly Trial[]): Promise<boolean> {
    const place = await this.#placeOf(trials[0]!.cell);
    let answered = false;
    const work = this.#script(trials, place).then((is) => (answered = is));
    return (await this.#inTime(ACTS, work, trials)) && answered;
  }

  async #script(trials: readonly Trial[], { page, frame }: Place): Promise<boolean> {
    await page.keyboard.press("Shift");
    let answered = true;
    const errors = await frame
      .evaluate(
        (plans) => matrix.armAll(plans),
        trials.map((trial) => this.#plan(trial)),
      )
      .catch((error: unknown) => {
        answered = false;
        return trials.map(() => String(error));
      });
    trials.forEach((trial, i) => (trial.error = errors[i] ?? null));
    await this.tidy();
    return answered;
  }

  async #act(trial: Trial, { page, frame, x, y }: Place): Promise<void> {
    const { gesture } = trial.cell;
    const { keyboard, mouse } = page;
    // What is asked about the cell before may come in between.
    for (let attempt = 0; attempt < 4; attempt++) {
      await this.#free(page);
      const { spot, error } = await frame.evaluate((plan) => matrix.arm(plan), this.#plan(trial));
      trial.error = error;
      if (!spot) break;
      const held = { ctrl: "Control", shift: "Shift" }[gesture];
      if (held) await keyboard.down(held);
      if (gesture === "Enter") await keyboard.press("Enter");
      else {
        // A timeout from the press comes before the click; later where the page was too busy for that.
        const delay = trial.cell.timing === "after a timeout" ? 20 + 60 * attempt : 0;
        const button = gesture === "middle" ? "middle" : "left";
        await mouse.click(x + spot.x, y + spot.y, { button, delay });
      }
      if (held) await keyboard.up(held);
      if (await frame.evaluate(() => matrix.wasHeard()).catch(() => true)) break;
      trial.error = "the page did not hear of it";
    }
    await this.tidy();
  }

  /** Says no to what is asked: under a modal dialog everything is inert. */
  async #free(page: Page, quiet = 1): Promise<void> {
    const until = Date.now() + 10_000;
    for (let free = 0; free < quiet && Date.now() < until;) {
      free = (await page.evaluate(() => matrix.isFree()).catch(() => true)) ? free + 1 : 0;
      if (free === 0) await page.keyboard.press("Escape");
      else if (free < quiet) await pause(40);
    }
  }
  /** Until nothing is asked any more: the next question comes a moment after the last. Throws Hung. */
  quiet = () => this.#inTime(ACTS, this.#free(this.#front, 8));

  /** How often a number was dialled, in whatever writing. */
  count = (number: string): number => {
    const all = this.#dialler.dialled();
    const { counts } = this.#read;
    for (const address of all.slice(this.#read.length)) {
      const digits = digitsOf(address);
      for (const key of new Set(Array.from(digits, (_, i) => digits.slice(i, i + 10))))
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    this.#read.length = all.length;
    return counts.get(number.slice(-10)) ?? 0;
  };
  dialled = ({ number, before }: Trial): number => this.count(number) - before;

  /** Waits until a cell has dialled; not for ever. */
  async dials(trial: Trial, ms: number): Promise<boolean> {
    for (const until = Date.now() + ms; Date.now() < until; await pause(5))
      if (this.dialled(trial) > 0) return true;
    return false;
  }

  /** Closes what cells before the last have opened: what the last has opened may be about to dial. */
  async tidy(): Promise<void> {
    const opened = this.#page
      .context()
      .pages()
      .filter((page) => page !== this.#page && page !== this.#popup)
      .filter((page) => !this.#left.has(page) && !page.url().startsWith("chrome-extension:"));
    if (opened.length === 0) return;
    const old = opened.filter((page) => this.#seen.has(page));
    for (const page of opened) (this.#seen.has(page) ? this.#left : this.#seen).add(page);
    // A tab that closes by itself at this moment never says so.
    await within(1500, Promise.all(old.map((page) => page.close())));
    await within(1500, this.#front.bringToFront());
  }
}
