/**
 * Long texts, and pages that are hard to read: each number gets its mark, and the work for a byte does not grow with how many there are. Work is counted in calls of what reads the page and its layout, never in time.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { inOurWorld } from "../kit/modal.ts";
import { growsTo, launch, type Launched, marksOf } from "../kit/harness.ts";

const { pagesUrl } = inject("e2e");
let browser: Launched;
let page: Page;
beforeAll(async () => {
  browser = await launch({ viewport: { width: 1000, height: 700 } });
  page = browser.page;
});
afterAll(() => browser.close());
beforeEach(() => page.goto(`${pagesUrl}/frame?count=0`));

/** How much more a byte may take where there are many times as many. What is quadratic takes as many times. */
const STEEP = 2.4;

interface Work {
  /** Calls that ask where something is, or how it looks. */
  measures: number;
  /** Calls that walk the page. */
  reads: number;
  /** Of the measures, those that ask what is at a point. */
  hits: number;
  /** What is put on a list. */
  notes: number;
}
/** Counts from now on, in our own world of the page. */
const count = () =>
  inOurWorld(
    page,
    () => {
      const work = ((globalThis as { work?: Work }).work = { measures: 0, reads: 0, hits: 0, notes: 0 });
      const counted = <T extends object>(of: T, name: keyof T, what: keyof Work) => {
        const native = of[name] as (...args: unknown[]) => unknown;
        of[name] = function (this: unknown, ...args: unknown[]) {
          work[what]++;
          return native.apply(this, args);
        } as T[typeof name];
      };
      for (const of of [Element.prototype, Range.prototype] as Element[]) {
        counted(of, "getBoundingClientRect", "measures");
        counted(of, "getClientRects", "measures");
      }
      counted(Element.prototype, "checkVisibility", "measures");
      counted(globalThis, "getComputedStyle", "measures");
      for (const name of ["elementFromPoint", "caretPositionFromPoint"] as const) {
        counted(Document.prototype, name, "measures");
        counted(Document.prototype, name, "hits");
      }
      counted(Set.prototype, "add", "notes");
      counted(Element.prototype, "matches", "reads");
      counted(Element.prototype, "closest", "reads");
      counted(Element.prototype, "querySelector", "reads");
      counted(TreeWalker.prototype, "nextNode", "reads");
      for (const name of ["addedNodes", "removedNodes"]) {
        const native = Object.getOwnPropertyDescriptor(MutationRecord.prototype, name)!;
        Object.defineProperty(MutationRecord.prototype, name, {
          get(this: MutationRecord) {
            work.reads++;
            return native.get!.call(this) as unknown;
          },
        });
      }
      counted(Node.prototype, "getRootNode", "reads");
      counted(Node.prototype, "contains", "reads");
    },
    null,
  );
const worked = () => inOurWorld(page, () => (globalThis as unknown as { work: Work }).work, null);
const badges = () =>
  inOurWorld(
    page,
    () =>
      (
        globalThis as unknown as { cleardialOverlay: { badges: () => { written: string }[] } }
      ).cleardialOverlay
        .badges()
        .map(({ written }) => written),
    null,
  );
const marked = () => marksOf(page).then((marks) => marks.length);
/** Waits until so many numbers are decided, and then that icons had their time. */
async function untilMarked(wanted: number): Promise<void> {
  await expect.poll(decided, { timeout: 300_000 }).toBe(wanted);
  await page.waitForTimeout(1500);
}

const FIRST = "0113 496 0000";

describe("the work for one text node", () => {
  /** Fills the page with one text of `bytes`, with `numbers` of them in it, and answers what was done for it. */
  async function work(bytes: number, numbers: number, unit: string): Promise<Work> {
    await page.goto(`${pagesUrl}/frame?count=0`);
    await count();
    await page.evaluate(
      ([bytes, numbers, unit]) => {
        const each = Math.floor(bytes / numbers);
        const filler = unit.repeat(Math.ceil(each / unit.length));
        const text = Array.from({ length: numbers }, (_, i) => {
          const number = `0113 496 0${String(i % 1000).padStart(3, "0")}`;
          return `${filler.slice(0, each - number.length - 2)} ${number} `;
        }).join("");
        // With room for icons, whatever fonts there are.
        document.body.replaceChildren(
          Object.assign(document.createElement("div"), {
            textContent: text,
            style: "white-space: pre-wrap; word-spacing: 18px",
          }),
        );
      },
      [bytes, numbers, unit] as const,
    );
    await untilMarked(numbers);
    return worked();
  }
  const kB = 1024;

  it.each([
    ["lines", "and so on and so forth\n"],
    ["no line's end", "and so on and so forth "],
  ])("grows with it, from 64 kB to 1 MB: %s", async (_, unit) => {
    const short = await work(64 * kB, 16, unit);
    const long = await work(1024 * kB, 256, unit);
    expect(long.reads / 256 / (short.reads / 16)).toBeLessThan(STEEP);
    expect(long.measures / 256 / (short.measures / 16)).toBeLessThan(STEEP);
  });

  it("is not done for numbers that are far away: 3,000 in 100 kB", async () => {
    const few = await work(10 * kB, 300, "on ");
    const many = await work(100 * kB, 3000, "on ");
    await expect.poll(async () => (await badges()).length, { timeout: 20_000 }).toBeGreaterThan(20);
    expect(await badges()).toContain(FIRST);
    expect(many.reads / 3000 / (few.reads / 300)).toBeLessThan(STEEP);
    // Besides one question for each whether its element has a box.
    expect((many.measures - 3000) / 3000).toBeLessThan((few.measures - 300) / 300 / 2);
    // Those that come into view have their icons then, and the others none.
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight / 2 }));
    await expect.poll(async () => (await badges()).length, { timeout: 20_000 }).toBeGreaterThan(20);
    expect(await badges()).not.toContain(FIRST);
  });
});

/** A text of lines, or of long lines, with a number in every so many bytes, in the page. */
const fillWith = (bytes: number, each: number, html: string, unit = "and so on and so forth\n") =>
  page.evaluate(
    ([bytes, each, html, unit]) => {
      document.body.innerHTML = html;
      const filler = unit.repeat(Math.ceil(each / unit.length)).slice(0, each - 16);
      const numbers = Array.from(
        { length: Math.floor(bytes / each) },
        (_, i) => `0113 496 0${String(i % 1000).padStart(3, "0")}\n${filler}\n`,
      );
      const of = document.body.firstElementChild as HTMLTextAreaElement;
      if (of.tagName === "TEXTAREA") of.value = numbers.join("");
      else of.textContent = numbers.join("");
    },
    [bytes, each, html, unit] as const,
  );
interface Badge {
  written: string;
  all: string[];
}
const allBadges = () =>
  inOurWorld(
    page,
    () =>
      (globalThis as unknown as { cleardialOverlay: { badges: () => Badge[] } }).cleardialOverlay
        .badges()
        .map(({ written, all }) => ({ written, all })),
    null,
  );
const inField = async () => (await allBadges()).map(({ all }) => all.length);

describe("a long field", () => {
  it("has one icon for all its numbers, however many, and follows what is typed", async () => {
    await fillWith(200_000, 2000, `<textarea rows="5" cols="60"></textarea>`);
    await expect.poll(inField, { timeout: 20_000 }).toEqual([100]);
    await page.locator("textarea").focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText("0113 496 0999 and ");
    await expect.poll(inField).toEqual([101]);
    expect((await allBadges())[0]!.all).toContain("0113 496 0999");
    await page.evaluate(() => (document.querySelector("textarea")!.value = ""));
    await expect.poll(inField).toEqual([]);
  });
});

describe("an editor of megabytes that changes twenty times a second", () => {
  it("has marks meanwhile, the first at once, and those in view their icons", async () => {
    await fillWith(
      3 * 1024 * 1024,
      2 * 1024,
      `<pre style="height:400px;overflow:auto;contain:strict"></pre>`,
      // Of long lines, so that several numbers are in view.
      "and so on and so forth ",
    );
    await page.evaluate(() => {
      const node = document.querySelector("pre")!.firstChild as Text;
      let at = 0;
      // A clock beside a number, and a log that grows.
      setInterval(() => {
        node.replaceData(20, 3, String(100 + (at++ % 900)));
        if (at % 10 === 0) node.appendData("and so on\n");
      }, 50);
    });
    const inView = [FIRST, "0113 496 0002", "0113 496 0005"];
    await expect.poll(badges, { timeout: 30_000 }).toEqual(expect.arrayContaining(inView));
    const seen = await decided();
    // They stay, and more come, while it goes on.
    for (let i = 0; i < 5; i++) {
      await page.waitForTimeout(120);
      expect(await decided()).toBeGreaterThanOrEqual(seen);
      expect(await badges()).toEqual(expect.arrayContaining(inView));
    }
    await expect.poll(decided, { timeout: 20_000 }).toBeGreaterThan(Math.min(seen, 1535));
  });
});

/** The numbers that are found and decided: in a very long text those near the viewport alone are painted. */
const decided = () =>
  inOurWorld(
    page,
    () => {
      const { cleardialOverlay } = globalThis as unknown as {
        cleardialOverlay: { marks: () => Iterable<{ decision: unknown }> };
      };
      return [...cleardialOverlay.marks()].filter(({ decision }) => decision).length;
    },
    null,
  );

describe("the time for a byte, from the change to the paint, grows no more, from 64 kB to 8 MB", () => {
  const kB = 1024;
  const EACH = 4 * kB;
  /** Of the shape with many elements. */
  const EACH_ELEMENT = 80;
  /** Fills the page with so many bytes, with a number in each 4 kB, or in as many as are named. */
  const shapes: [name: string, fill: (bytes: number) => Promise<void>, each?: number][] = [
    [
      "lines in one text",
      (bytes) => fillWith(bytes, EACH, `<pre style="height:400px;overflow:auto;contain:strict"></pre>`),
    ],
    [
      "one line",
      (bytes) =>
        page.evaluate(
          ([numbers, each]) => {
            const filler = "and so on and so forth ".repeat(200).slice(0, each - 15);
            document.body.innerHTML = `<pre style="height:400px;overflow:auto;contain:strict"></pre>`;
            document.querySelector("pre")!.textContent = Array.from(
              { length: numbers },
              (_, i) => `0113 496 0${String(i % 1000).padStart(3, "0")} ${filler} `,
            ).join("");
          },
          [bytes / EACH, EACH] as const,
        ),
    ],
    ["a text area", (bytes) => fillWith(bytes, EACH, `<textarea rows="5" cols="60"></textarea>`)],
    [
      "elements with a number each, 100,000 of them",
      (bytes) =>
        page.evaluate(
          ([numbers, each]) => {
            const filler = "and so on and so forth ".repeat(4).slice(0, each - 7 - 14);
            const div = document.createElement("div");
            div.style.cssText = "height:400px;overflow:auto;contain:strict";
            div.innerHTML = Array.from(
              { length: numbers },
              (_, i) => `<p>0113 496 0${String(i % 1000).padStart(3, "0")} ${filler}</p>`,
            ).join("");
            document.body.replaceChildren(div);
          },
          [Math.floor(bytes / EACH_ELEMENT), EACH_ELEMENT] as const,
        ),
      EACH_ELEMENT,
    ],
  ];
  it.each(shapes)("%s", async (_, fill, each = EACH) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    /** Seconds of the page's main thread, which other programs do not stretch. */
    const spent = async () =>
      (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")!
        .value;
    async function secondsFor(kilobytes: number): Promise<number> {
      await fillWith(0, 1, "<pre></pre>");
      await expect.poll(decided).toBe(0);
      const before = await spent();
      await fill(kilobytes * kB);
      await expect
        .poll(decided, { timeout: 300_000, interval: 200 })
        .toBe(Math.floor((kilobytes * kB) / each));
      await expect.poll(async () => (await badges()).length, { timeout: 60_000 }).toBeGreaterThan(0);
      return (await spent()) - before;
    }
    // The best of some of each, as other programs take the processor's cache from one of them.
    const best = async (kilobytes: number, times: number) => {
      let least = Infinity;
      for (let i = 0; i < times; i++) least = Math.min(least, await secondsFor(kilobytes));
      return least / kilobytes;
    };
    const short = await best(64, 3);
    expect((await best(8 * kB, 2)) / short).toBeLessThan(STEEP);
  });

  it("in a text of 8 MB what is in view has icons, and what comes into it, and none is painted: the page would stand still", async () => {
    await fillWith(8 * kB * kB, 256, `<pre style="height:400px;overflow:auto;contain:strict"></pre>`);
    await expect.poll(decided, { timeout: 300_000 }).toBe(32 * kB);
    await expect.poll(badges, { timeout: 60_000 }).toContain(FIRST);
    await page.evaluate(() => (document.querySelector("pre")!.scrollTop = 1e6));
    // The numbers in view, as the page knows them.
    const inView = await page.evaluate(() => {
      const pre = document.querySelector("pre")!;
      const { left, top } = pre.getBoundingClientRect();
      const { offset } = document.caretPositionFromPoint(left + 5, top + 5)!;
      return [...pre.textContent.slice(offset, offset + 1000).matchAll(/0113 496 0\d{3}/g)].map(String);
    });
    expect(inView[0]).toBeDefined();
    await expect.poll(badges, { timeout: 60_000 }).toContain(inView[0]);
    expect(await badges()).not.toContain(FIRST);
    expect(await marksOf(page)).toEqual([]);
  });
});

describe("the work for one number grows no more", () => {
  /** What was done for each of so many numbers of a page that `build` makes. */
  async function workFor(
    numbers: number,
    build: (count: number) => void,
  ): Promise<Pick<Work, "reads" | "measures">> {
    await page.goto(`${pagesUrl}/frame?count=0`);
    await count();
    await page.evaluate(build, numbers);
    await untilMarked(numbers);
    const { reads, measures } = await worked();
    return { reads: reads / numbers, measures: measures / numbers };
  }

  it("where shadow roots are nested, from 150 to 1,500 of them", async () => {
    const nest = (count: number) => {
      let at: Element | ShadowRoot = document.body;
      for (let i = 0; i < count; i++) {
        const div: HTMLElement = document.createElement("div");
        div.textContent = `0113 496 0${String(i % 1000).padStart(3, "0")}`;
        const host: HTMLElement = document.createElement("div");
        at.append(div, host);
        at = host.attachShadow({ mode: i % 2 === 0 ? "open" : "closed" });
      }
    };
    const few = await workFor(150, nest);
    const many = await workFor(1500, nest);
    expect(many.reads / few.reads).toBeLessThan(STEEP);
    expect(many.measures / few.measures).toBeLessThan(STEEP);
  });

  it("where rows of a name and a value are read, from 1,000 of them in a table, and in lists, to 4,000", async () => {
    const rows = (count: number) => {
      const row = (name: string, value: string) =>
        `<div role=row><i role=cell>${name}</i><b role=cell>${value}</b></div>`;
      const country = row("Country", "USA");
      const numbers = Array.from({ length: count }, (_, i) => `415555${String(i).padStart(4, "0")}`);
      document.body.innerHTML =
        `<div role=table>${numbers
          .slice(count / 2)
          .map((number, i) => row(`Phone ${i}`, number))
          .join("")}${country}</div>` +
        Array.from(
          { length: count / 2 / 25 },
          (_, k) =>
            `<div role=table>${numbers
              .slice(25 * k, 25 * k + 25)
              .map((number, i) => row(`Phone ${i}`, number))
              .join("")}${country}</div>`,
        ).join("");
    };
    const few = await workFor(1000, rows);
    const many = await workFor(4000, rows);
    expect(many.reads / few.reads).toBeLessThan(STEEP);
    expect(many.measures / few.measures).toBeLessThan(STEEP);
  });

  it("where a page has many records, from 300 to 3,000 of them", async () => {
    const list = (count: number) => {
      const rows = Array.from(
        { length: count },
        (_, i) =>
          `<tr><td>Ada Abbot ${i}</td><td>415555${String(i % 10_000).padStart(4, "0")}</td><td>${i % 2 ? "London" : "Chicago"}</td><td>United States</td></tr>`,
      );
      document.body.innerHTML = `<table><thead><tr><th>Name<th>Phone<th>City<th>Country</thead>${rows.join("")}</table>`;
    };
    const few = await workFor(300, list);
    const many = await workFor(3000, list);
    expect(many.reads / few.reads).toBeLessThan(STEEP);
    expect(many.measures / few.measures).toBeLessThan(STEEP);
  });
});

interface Ours {
  work: Work;
  cleardialOverlay: { root: ShadowRoot };
}
describe("rows that come and go while a grid scrolls", () => {
  /** Fills the page with a grid of a number in each row of 30 pixels, of which eight are there. */
  const grid = (rows: "in it" | "over it" | "written" | "one by one") => {
    document.body.innerHTML = `<div style="position:relative;height:300px">
      <div id="scrolls" style="position:absolute;inset:0;overflow:auto"><p style="position:relative;height:90000px"></p></div>
      <div id="rows" style="position:absolute;inset:0;overflow:hidden;pointer-events:none"></div></div>`;
    const at = (id: string) => document.getElementById(id)!;
    const [scrolls, all] = [at("scrolls"), at("rows")];
    const areInIt = rows === "in it" || rows === "one by one";
    if (areInIt) scrolls.querySelector("p")!.append(all);
    const make = () => {
      const { scrollTop } = scrolls;
      if (rows === "one by one")
        for (let i = 0; i < 8; i++) {
          all.firstChild?.remove();
          while (all.childElementCount < 8) all.append(document.createElement("p"));
        }
      else if (rows !== "written" || !all.firstChild)
        all.replaceChildren(...Array.from({ length: 8 }, () => document.createElement("p")));
      for (const [i, row] of ([...all.children] as HTMLElement[]).entries()) {
        row.textContent = `0113 496 0${String((Math.floor(scrollTop / 30) + i) % 1000).padStart(3, "0")}`;
        row.style.cssText = `position:absolute;left:20px;top:${i * 30 + (areInIt ? scrollTop : 0)}px;margin:0;pointer-events:auto`;
      }
    };
    scrolls.addEventListener("scroll", make);
    make();
  };
  /** Scrolls for a second, and answers what was asked for each row: of one that is there at the end its link is looked for. */
  const scrolled = () =>
    inOurWorld(
      page,
      async () => {
        const { work, cleardialOverlay } = globalThis as unknown as Ours;
        const scrolls = document.getElementById("scrolls")!;
        const until = performance.now() + 1000;
        let rows = 0;
        Object.assign(work, { reads: 0, measures: 0, notes: 0 });
        for (; performance.now() < until; rows += 8) {
          scrolls.scrollTop += 240;
          await new Promise(requestAnimationFrame);
        }
        return {
          reads: Math.floor(work.reads / rows),
          measures: Math.floor(work.measures / rows),
          notes: Math.floor(work.notes / rows),
          // At each frame a canvas that is shown costs more than all else.
          isDrawn: !cleardialOverlay.root.querySelector("canvas")!.hidden,
        };
      },
      null,
    );
  it.each([
    ["lie in what scrolls", "in it"],
    ["lie over it, as over a canvas", "over it"],
    ["are written again", "written"],
    ["come and go one by one", "one by one"],
  ] as const)("wait until it rests, where they %s", async (_, how) => {
    await page.evaluate(grid, how);
    await expect.poll(async () => (await badges()).length).toBe(8);
    await count();
    // On a machine with much else to do the page may rest in between.
    const nothing = { reads: 0, measures: 0, isDrawn: false, ...(how === "written" && { notes: 0 }) };
    await expect.poll(scrolled, { timeout: 30_000 }).toMatchObject(nothing);
    await expect.poll(marked).toBe(8);
    await expect.poll(async () => (await badges()).length).toBe(8);
  });

  it("are read where one that was written again has elements at last", async () => {
    await page.evaluate(grid, "written" as const);
    await expect.poll(async () => (await badges()).length).toBe(8);
    await page.evaluate(async () => {
      const rows = document.getElementById("rows")!;
      for (let i = 0; i < 9; i++) {
        document.getElementById("scrolls")!.scrollTop += 240;
        await new Promise(requestAnimationFrame);
      }
      for (const row of rows.children) {
        row.textContent = "No number";
        const [part, input] = [document.createElement("div"), document.createElement("input")];
        row.replaceChildren("Either ", part, input);
        [part.textContent, input.value] = ["0113 496 0001", "0113 496 0010"];
      }
    });
    await expect.poll(decided).toBe(16);
  });
});

it("the blocks around numbers without room for an icon are looked at once, in however many frames these are placed", async () => {
  const cells = (row: number) =>
    Array.from({ length: 4 }, (_, i) => `<td>0113 496 0${String(row * 4 + i).padStart(3, "0")}</td>`);
  const rows = Array.from({ length: 12 }, (_, i) => `<tr>${cells(i).join("")}</tr>`);
  await page.evaluate(
    (html) => {
      document.body.innerHTML = html;
    },
    `<style>td { padding: 0 }</style><table style="border-collapse:collapse">${rows.join("")}</table>`,
  );
  await expect.poll(decided).toBe(48);
  await page.waitForTimeout(1500);
  await count();
  // It is late after each number.
  const late = () => {
    let at = performance.now();
    performance.now = () => (at += 9);
  };
  await inOurWorld(page, late, null);
  await page.evaluate(() => dispatchEvent(new Event("resize")));
  let hits = -1;
  await expect
    .poll(
      async () => {
        const before = hits;
        ({ hits } = await worked());
        return hits > 0 && hits === before;
      },
      { interval: 700 },
    )
    .toBe(true);
  // Looked at in each frame, they take twice as many.
  expect(hits / 48).toBeLessThan(80);
});

describe("pages that are hard to read", () => {
  // By the fixtures' rule.
  const [CLEAR, TPS] = ["0113 496 0001", "0113 496 0010"];
  const fill = (html: string) =>
    page.evaluate(
      (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
      html,
    );

  it("one that takes away what is being read", async () => {
    await fill(`<main></main>`);
    await page.evaluate(
      ([a, b]) => {
        const main = document.querySelector("main")!;
        const row = (i: number) => {
          const div = document.createElement("div");
          for (const [tag, text] of [
            ["b", "Row"],
            ["i", "of many"],
            ["span", i % 2 ? a! : b!],
          ] as const)
            div.append(Object.assign(document.createElement(tag), { textContent: text }), " ");
          return div;
        };
        main.replaceChildren(...Array.from({ length: 3000 }, (_, i) => row(i)));
        let turns = 0;
        const churn = setInterval(() => {
          for (let i = 0; i < 1500; i += 3) main.children[i]!.replaceWith(row(i));
          if (++turns === 20) clearInterval(churn);
        }, 20);
      },
      [CLEAR, TPS],
    );
    const painted = () =>
      page.evaluate(() => {
        const nodes = new Set<Node>();
        CSS.highlights.forEach((h) => h.forEach((range) => nodes.add(range.startContainer)));
        return [...document.querySelectorAll("main span")].filter((s) => nodes.has(s.firstChild!)).length;
      });
    await page.waitForTimeout(800);
    await growsTo(3000, painted);
  });

  it("a very long text, a script's text and a title", async () => {
    await fill(`<pre></pre><style></style>`);
    await page.evaluate(
      ([a, b]) => {
        document.title = `Call ${a}`;
        document.querySelector("style")!.textContent = `.x { content: "${a}" }`;
        document.querySelector("pre")!.textContent =
          `the log of a day in which nothing was said\n`.repeat(8000) + `at last ${b}\n`;
      },
      [CLEAR, TPS],
    );
    // So far down it has its icon once it is scrolled to.
    await expect.poll(decided, { timeout: 20_000 }).toBe(1);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect.poll(badges).toEqual([TPS]);
    expect(await marksOf(page)).toEqual([]);
  });
});
