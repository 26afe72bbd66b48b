/**
 * The overlay in a page: what it follows and shows, and that the page never notices. `/frame?count=0` is an empty page
 * that each test fills as a CRM would.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { expectAccessibleInside } from "../kit/axe-inside.ts";
import { Clicks, Keys } from "../kit/clicks.ts";
import { shot } from "../kit/shots.ts";
import { inOurWorld as runInOurWorld, modal, wrongAtFocus } from "../kit/modal.ts";
import { expectVerdicts, launch, type Launched, marksOf, spokenOn } from "../kit/harness.ts";

const { pagesUrl, workerUrl, tokens } = inject("e2e");
let browser: Launched;
let page: Page;

// By the fixtures' rule: clear, on the TPS, consented, and one of an unknown country.
const CLEAR = "0113 496 0001";
const TPS = "0113 496 0010";
const CONSENTED = "0113 496 0061";
// Of Jamaica, whose law is not known here.
const AMERICAN = "876 555 0134";

beforeAll(async () => {
  browser = await launch({ viewport: { width: 1000, height: 700 } });
  page = browser.page;
});
afterAll(() => browser.close());
beforeEach(async () => {
  await page.emulateMedia({ media: null, forcedColors: null, colorScheme: null });
  await page.goto(`${pagesUrl}/frame?count=0`);
  browser.errors.length = 0;
});

const fill = (html: string) =>
  page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html,
  );

interface Badge {
  written: string;
  verdict: string;
  box: { left: number; top: number; right: number; bottom: number };
}
/**
 * Runs a function in the extension's own world of the page, where closed roots can be read. It cannot use variables of
 * this file.
 */
const inOurWorld = <T>(run: () => T | Promise<T>): Promise<T> => runInOurWorld(page, run, null);
declare const cleardialOverlay: { badges: () => Badge[] } | undefined;

const badges = () =>
  inOurWorld(() => (typeof cleardialOverlay === "undefined" ? [] : cleardialOverlay.badges()));
const card = () =>
  inOurWorld(() => {
    const host = document.querySelector<HTMLElement>("cleardial-host");
    const root = host && chrome.dom.openOrClosedShadowRoot(host);
    return root?.querySelector<HTMLElement>("dialog[open]")?.innerText ?? null;
  });
/** Clicks a button of the card. */
async function pressInCard(what: string): Promise<void> {
  const placeOf = () =>
    runInOurWorld(
      page,
      (what) => {
        const host = document.querySelector<HTMLElement>("cleardial-host")!;
        const all = chrome.dom.openOrClosedShadowRoot(host)!.querySelectorAll("dialog[open] button");
        const box = [...all].find((b) => b.textContent === what)?.getBoundingClientRect();
        return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : null;
      },
      what,
    );
  await expect.poll(placeOf, { message: what }).not.toBeNull();
  const { x, y } = (await placeOf())!;
  // On its way it stays on the card.
  await page.mouse.move(x, y, { steps: 8 });
  await page.mouse.click(x, y);
}
/** Only what can be seen: a list that is clipped gives no reasons. */
const reasons = () =>
  inOurWorld(() => {
    const root = chrome.dom.openOrClosedShadowRoot(document.querySelector<HTMLElement>("cleardial-host")!);
    const items = root!.querySelectorAll<HTMLElement>("dialog[open] li");
    return [...items].map((li) => li.clientWidth > 100 && li.innerText);
  });
const host = () =>
  inOurWorld(() => {
    const host = document.querySelector("cleardial-host");
    return host && { display: getComputedStyle(host).display, top: host.matches(":popover-open") };
  });
const shown = async () => Object.fromEntries((await badges()).map((b) => [b.written, b.verdict]));
const expectBadges = (wanted: Record<string, string>) => expect.poll(shown).toEqual(wanted);
async function hover(written: string): Promise<void> {
  await expect.poll(async () => Object.keys(await shown())).toContain(written);
  const { box } = (await badges()).find((b) => b.written === written)!;
  await page.mouse.move((box.left + box.right) / 2, (box.top + box.bottom) / 2, { steps: 3 });
}

describe("follows the page", () => {
  it("numbers that come late, change in place, and go", async () => {
    await fill(`<ul id="rows"></ul>`);
    await page.evaluate(
      ([a, b]) => {
        const rows = document.getElementById("rows")!;
        for (const text of [a!, b!])
          rows.append(Object.assign(document.createElement("li"), { textContent: text }));
      },
      [CLEAR, TPS],
    );
    await expectVerdicts(page, { [CLEAR]: "clear", [TPS]: "blocked" });
    // The old verdict is gone within the same task in which the text changes.
    const left = await page.evaluate(
      async ([a, c]) => {
        const node = document.querySelector("#rows li")!.firstChild as Text;
        node.data = c!;
        await Promise.resolve();
        let painted = 0;
        CSS.highlights.forEach((h) =>
          h.forEach((range) => (painted += Number(range.startContainer === node))),
        );
        return [painted, a];
      },
      [CLEAR, CONSENTED],
    );
    expect(left[0]).toBe(0);
    await expectVerdicts(page, { [CLEAR]: null, [CONSENTED]: "caution", [TPS]: "blocked" });
    await page.evaluate(() => document.querySelector("#rows li")!.remove());
    await expectVerdicts(page, { [CONSENTED]: null, [TPS]: "blocked" });
  });

  it("a closed root that is attached late, and what changes in it", async () => {
    await fill(`<div id="host"></div>`);
    await page.waitForTimeout(600);
    await page.evaluate((text) => {
      const root = document.getElementById("host")!.attachShadow({ mode: "closed" });
      root.append(Object.assign(document.createElement("p"), { textContent: text }));
      (window as { kept?: ShadowRoot }).kept = root;
    }, TPS);
    await expectVerdicts(page, { [TPS]: "blocked" });
    await expectBadges({ [TPS]: "blocked" });
    // It has its line from the document's root, whatever the page's styles reset.
    expect(
      await page.evaluate(() => {
        const text = (window as { kept?: ShadowRoot }).kept!.querySelector("p")!;
        text.style.cssText = "all: initial";
        return getComputedStyle(text, "::highlight(cleardial-blocked)").textDecorationStyle;
      }),
    ).toBe("double");
    await page.evaluate(
      (text) => void ((window as { kept?: ShadowRoot }).kept!.querySelector("p")!.textContent = text),
      CLEAR,
    );
    await expectVerdicts(page, { [TPS]: null, [CLEAR]: "clear" });
  });

  it("form fields, typed into or set by a script", async () => {
    await fill(
      `<input id="a" size="30" value="${TPS}"><input id="b" size="30"><input type="date" value="2026-11-24">`,
    );
    await expectBadges({ [TPS]: "blocked" });
    await page.locator("#b").pressSequentially(CLEAR);
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear" });
    await page.evaluate(
      (text) => void ((document.getElementById("a") as HTMLInputElement).value = text),
      CONSENTED,
    );
    await expectBadges({ [CONSENTED]: "caution", [CLEAR]: "clear" });
    await expect.poll(() => page.locator("#b").inputValue()).toBe(CLEAR);
  });

  it("several numbers in one field each bear their own verdict", async () => {
    await fill(`<input size="60" value="${CLEAR} / ${TPS}">`);
    await expectBadges({ [CLEAR]: "clear", [TPS]: "blocked" });
  });

  it("several numbers in one field have their badges in their order, in wide and in narrow ones", async () => {
    const inOrder = async () =>
      (await badges()).toSorted((a, b) => a.box.left - b.box.left).map(({ written }) => written);
    for (const size of [60, 34, 16]) {
      await fill(`<p style="margin:40px"><input size="${size}" value="${TPS} / ${CLEAR}; ${CONSENTED}"></p>`);
      await expect.poll(inOrder, { message: `size ${size}` }).toEqual([TPS, CLEAR, CONSENTED]);
      await shot(page, `field-${size}`);
    }
    // Typed one after the other, the second time the same number.
    await fill(`<p style="margin:40px"><input size="60"></p>`);
    await page.locator("input").pressSequentially(CLEAR);
    await expectBadges({ [CLEAR]: "clear" });
    await page.locator("input").pressSequentially(`, ${TPS}, ${CLEAR}`);
    await expect.poll(inOrder).toEqual([CLEAR, TPS, CLEAR]);
  });

  it("links without a number in their text, once where the text shows one", async () => {
    await fill(`<p><a href="tel:${TPS.replaceAll(" ", "")}"><svg width="16" height="16"></svg></a></p>
      <p><a href="tel:01134960999">${CLEAR}</a></p><p><a href="callto:+441134960061">Call Ann</a></p>`);
    await expectBadges({
      [TPS.replaceAll(" ", "")]: "blocked",
      [CLEAR]: "clear",
      "+441134960061": "caution",
    });
  });

  it("hidden duplicates get no second badge; what is covered or scrolled away has none", async () => {
    await fill(`<p>${TPS}</p><div style="width:0;height:0;overflow:hidden">tel:${TPS}</div>
      <p style="visibility:hidden">${TPS}</p>
      <div style="height:60px;overflow:auto"><div style="height:200px"></div><p>${CLEAR}</p></div>
      <div style="position:relative"><p>${CONSENTED}</p><div style="position:absolute;inset:0;background:#fff"></div></div>`);
    await expectVerdicts(page, { [TPS]: "blocked", [CONSENTED]: "caution" });
    await expectBadges({ [TPS]: "blocked" });
    expect(await badges()).toHaveLength(1);
    await page.evaluate(() => document.querySelector("div[style*=auto]")!.scrollTo({ top: 500 }));
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear" });
  });

  it("a modal of the page: what it covers loses its badge, what it shows has one", async () => {
    await fill(`<p>${TPS}</p><dialog><p>${CLEAR}</p></dialog>`);
    await expectBadges({ [TPS]: "blocked" });
    await page.evaluate(() => document.querySelector("dialog")!.showModal());
    await expectBadges({ [CLEAR]: "clear" });
    await page.evaluate(() => document.querySelector("dialog")!.close());
    await expectBadges({ [TPS]: "blocked" });
  });
});

describe("an icon never stands where its number is not", () => {
  it("follows in the same frame when what is above goes", async () => {
    await fill(`<p id="first">${TPS}</p><p id="second">${CLEAR}</p>`);
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear" });
    const off = await inOurWorld(async () => {
      document.getElementById("first")!.remove();
      // The frame in which it is drawn, and its end.
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
      const number = document.createRange();
      number.selectNodeContents(document.getElementById("second")!);
      const { right, top, bottom } = number.getBoundingClientRect();
      return cleardialOverlay!.badges().map(({ written, box }) => ({
        written,
        dx: box.left - right,
        dy: (box.top + box.bottom - top - bottom) / 2,
      }));
    });
    expect(off).toEqual([
      { written: CLEAR, dx: expect.closeTo(2, 0) as number, dy: expect.closeTo(0, 0) as number },
    ]);
  });

  it("follows what scrolls within a closed root", async () => {
    await fill(`<div id="host"></div>`);
    await page.evaluate((text) => {
      const root = document.getElementById("host")!.attachShadow({ mode: "closed" });
      root.innerHTML = `<div style="height:200px;overflow:auto"><p style="height:90px"></p><p>${text}</p><p style="height:900px"></p></div>`;
    }, TPS);
    await expectBadges({ [TPS]: "blocked" });
    const moved = await inOurWorld(async () => {
      const list = chrome.dom.openOrClosedShadowRoot(document.getElementById("host")!)!.firstElementChild!;
      const before = cleardialOverlay!.badges()[0]!.box.top;
      list.scrollTop = 40;
      // The frame in which it is drawn, and its end.
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
      return before - cleardialOverlay!.badges()[0]!.box.top;
    });
    expect(moved).toBe(40);
  });

  it("goes when a menu of the page's opens over its number, and when a class hides it", async () => {
    await fill(`<style>.off { visibility: hidden }</style>
      <div style="position:relative"><p>${TPS}</p></div><p id="b" class="off">${CLEAR}</p>`);
    await expectBadges({ [TPS]: "blocked" });
    await page.evaluate(() => {
      const menu = document.createElement("div");
      menu.id = "menu";
      menu.style.cssText = "position:absolute;inset:0;background:#eee;z-index:9";
      document.querySelector("p")!.parentElement!.append(menu);
    });
    await expectBadges({});
    await page.evaluate(() => {
      document.getElementById("menu")!.remove();
      document.getElementById("b")!.classList.remove("off");
    });
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear" });
    await page.evaluate(() => document.getElementById("b")!.classList.add("off"));
    await expectBadges({ [TPS]: "blocked" });
  });

  it("a number over several elements loses its verdict when a piece is put between", async () => {
    await fill(`<p><span>0113 496</span><span> 0010</span></p>`);
    await expect
      .poll(() => marksOf(page).then((m) => m.map((x) => x.verdict)))
      .toEqual(["blocked", "blocked"]);
    const painted = await page.evaluate(async () => {
      document.querySelector("span")!.after("1");
      await Promise.resolve();
      let n = 0;
      CSS.highlights.forEach((h) => h.forEach(() => n++));
      return n;
    });
    expect(painted).toBe(0);
  });

  it("text in an element without a box of its own", async () => {
    await fill(`<p><span style="display:contents">${TPS}</span></p><div id="host"></div>`);
    await page.evaluate((text) => {
      const root = document.getElementById("host")!.attachShadow({ mode: "open" });
      root.append(Object.assign(document.createElement("slot"), { textContent: text }));
    }, CLEAR);
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear" });
  });
});

describe("what scrolls all the time", () => {
  /** Scrolls an element to and fro, at each frame or so often, from now on. */
  const scrollOn = (every: number) =>
    page.evaluate((every) => {
      const at = document.getElementById("scrolls")!;
      let turn = 0;
      const step = () => {
        at.scrollTo({ top: ++turn % 6, left: turn % 6 });
        if (every > 0) setTimeout(step, every);
        else requestAnimationFrame(step);
      };
      step();
    }, every);
  const ticker = `<div id="scrolls" style="width:300px;overflow:auto;white-space:nowrap">${"News ".repeat(99)}</div>`;
  const add = (text: string, to = "body") =>
    page.evaluate(
      ([text, to]) =>
        document
          .querySelector(to!)!
          .append(Object.assign(document.createElement("p"), { textContent: text! })),
      [text, to],
    );

  it("keeps no number beside it from its icon and its card", async () => {
    await fill(ticker);
    await scrollOn(0);
    await add(TPS);
    await expectBadges({ [TPS]: "blocked" });
    await hover(TPS);
    await expect.poll(card).toContain("Do not call");
    await page.mouse.move(900, 650);
    await expect.poll(card).toBeNull();
    await page.keyboard.press("Alt+Shift+C");
    await expect.poll(card).toContain("Do not call");
  });

  it("makes no icon beside it go when the page changes", async () => {
    await fill(`${ticker}<i>1</i>`);
    await add(TPS);
    await expectBadges({ [TPS]: "blocked" });
    await scrollOn(100);
    const shown = await inOurWorld(async () => {
      const clock = document.querySelector("i")!.firstChild as Text;
      const seen: number[] = [];
      for (let frame = 0; frame < 60; frame++) {
        clock.data = `at ${frame}`;
        await new Promise(requestAnimationFrame);
        seen.push(cleardialOverlay!.badges().length);
      }
      return seen;
    });
    expect(new Set(shown)).toEqual(new Set([1]));
  });

  it("shows the icons of the numbers in it, two seconds later", async () => {
    await fill(`<div id="scrolls" style="height:90px;overflow:auto"><p style="height:300px"></p></div>`);
    await scrollOn(0);
    await page.evaluate(
      (text) => void (document.querySelector("#scrolls p")!.textContent = `Call ${text}`),
      CLEAR,
    );
    await expectBadges({ [CLEAR]: "clear" });
  });
});

describe("the card", () => {
  it("goes when the pointer leaves the window", async () => {
    await fill(`<p>${TPS}</p>`);
    await hover(TPS);
    await expect.poll(card).toContain("Do not call");
    await page.mouse.move(-20, 300);
    await expect.poll(card).toBeNull();
  });

  it("opens on hover, says what is known, and goes", async () => {
    await fill(`<p>${TPS}</p><p style="margin:0 0 0 500px">${CLEAR}</p>`);
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear" });
    await hover(TPS);
    await expect.poll(card).toContain("+44 113 496 0010");
    expect(await card()).toContain("Do not call");
    expect(await reasons()).toEqual([expect.stringMatching(/^On TPS \(list of \d+ \w+ \d{4}\)\.$/)]);
    // What to say is for a call that may be made.
    expect(await card()).not.toContain("Say who is calling");
    await shot(page, "card-blocked");
    await expectAccessibleInside(page, "dialog[open]");
    await hover(CLEAR);
    await expect.poll(card).toContain("No bar found: TPS and CTPS as of");
    await expect.poll(card).toContain("Say who is calling");
    // What the law wants to be said, and the number that they see.
    expect(await card()).toContain("say first: your name or the company’s.");
    expect(await card()).toContain("which address or freephone number you give if they ask");
    expect(await card()).toContain("which number they will see");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "card-clear-dark");
    await expectAccessibleInside(page, "dialog[open]");
    await page.emulateMedia({ colorScheme: null });
    await hover(TPS);
    await expect.poll(card).toContain("Do not call");
    await pressInCard("Why?");
    await expect.poll(card).toMatch(/PECR 2003 reg 21.* looked up on \d+ \w+ \d{4}/);
    expect(await card()).toContain("www.legislation.gov.uk");
    expect(await reasons()).toHaveLength(2);
    await shot(page, "card-why");
    await expectAccessibleInside(page, "dialog[open]");
    await page.mouse.move(900, 650, { steps: 3 });
    await expect.poll(card).toBeNull();
    // The icon takes nothing from the page: a click on it is the page's.
    const { box } = (await badges())[0]!;
    const hit = await page.evaluate(
      ([x, y]) => document.elementFromPoint(x!, y!)?.tagName,
      [box.left + 5, box.top + 5],
    );
    expect(hit).not.toBe("CLEARDIAL-HOST");
  });

  it("opens over the number itself, moves to the next one straight below, and takes no place over a field", async () => {
    await fill(
      `<p style="margin:8px">${TPS}</p><p style="margin:8px">${CLEAR}</p><input size="30" value="${CONSENTED}">`,
    );
    await expectBadges({ [TPS]: "blocked", [CLEAR]: "clear", [CONSENTED]: "caution" });
    const number = (await page.locator("p").first().boundingBox())!;
    await page.mouse.move(number.x + 20, number.y + number.height / 2, { steps: 2 });
    await expect.poll(card).toContain("Do not call");
    await page.mouse.move(number.x + 20, number.y + number.height * 1.5 + 8, { steps: 4 });
    await expect.poll(card).toContain("No bar found");
    // From icon to icon as well.
    await hover(TPS);
    await expect.poll(card).toContain("Do not call");
    const { box } = (await badges()).find((b) => b.written === TPS)!;
    const { box: below } = (await badges()).find((b) => b.written === CLEAR)!;
    await page.mouse.move((box.left + box.right) / 2, (below.top + below.bottom) / 2, { steps: 4 });
    await expect.poll(card).toContain("No bar found");
    await page.locator("input").hover({ position: { x: 20, y: 10 } });
    await expect.poll(card).toBeNull();
    await page.waitForTimeout(600);
    expect(await card()).toBeNull();
  });

  it("by keyboard: walks the badges, puts a number on the do-not-call list, gives the focus back", async () => {
    await fill(`<button id="page">Page</button><p>${CLEAR}</p><p>0113 496 0002</p>`);
    await expectBadges({ [CLEAR]: "clear", "0113 496 0002": "clear" });
    const keys: string[] = [];
    await page.exposeFunction("typed", (key: string) => keys.push(key));
    await page.evaluate(() =>
      addEventListener(
        "keydown",
        (e) => void (window as unknown as { typed: (k: string) => void }).typed(e.key),
      ),
    );
    await page.locator("#page").focus();
    await page.keyboard.press("Alt+Shift+C");
    await expect.poll(card).toContain("+44 113 496 0001");
    await page.keyboard.press("Alt+Shift+C");
    await expect.poll(card).toContain("+44 113 496 0002");
    // Close, why, history, copy, do-not-call.
    for (let i = 0; i < 5; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(card).toContain("Who said so?");
    keys.length = 0;
    await page.keyboard.press("Enter");
    await expect.poll(card).toContain("Say who said so.");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await expect.poll(card).toContain("Write what they said.");
    await page.keyboard.type("Please stop");
    // Whom it closes: unsaid, until it is said.
    await page.keyboard.press("Tab");
    for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowDown");
    await shot(page, "card-do-not-call");
    await expectAccessibleInside(page, "dialog[open]");
    await page.keyboard.press("Enter");
    await expect.poll(card).toContain("It is on the list.");
    expect(keys).toEqual([]); // the page's own shortcuts heard nothing of it
    await expectVerdicts(page, { "0113 496 0002": "blocked", [CLEAR]: "clear" });
    await page.keyboard.press("Escape");
    await expect.poll(card).toBeNull();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("page");
    const { suppressions } = await call<{ suppressions: { reason: string }[] }>(
      workerUrl,
      tokens.manager,
      "GET",
      "/v1/suppressions?number=01134960002",
    );
    expect(suppressions).toMatchObject([
      { reason: "Please stop", kind: "objection", scope: "person", source: "said by the called person" },
    ]);
  });

  it("job: put a number on the list from its card, in six steps, and undo it in one", async () => {
    const [number, e164] = ["0113 496 0007", "+441134960007"];
    await fill(`<p>${number}</p>`);
    await expectBadges({ [number]: "clear" });
    // What it offers first is nothing that bars the number for everybody.
    await hover(number);
    await expect.poll(card).toContain("No bar found");
    const mains = () =>
      inOurWorld(() => {
        const root = chrome.dom.openOrClosedShadowRoot(document.querySelector("cleardial-host")!);
        return [...root!.querySelectorAll("dialog[open] button.main")].map((b) => b.textContent);
      });
    expect(await mains()).toEqual([]);
    const [clicks, keys] = [new Clicks(), new Keys(page)];
    // To point at the number is a step, too.
    clicks.count = 1;
    await clicks.does(() => pressInCard("Put on our do-not-call list"));
    await keys.press("ArrowDown"); // a colleague passed it on
    await keys.press("Tab");
    await keys.type("Told Ben never to ring");
    await keys.press("Enter");
    await expect.poll(card).toContain("It is on the list.");
    await expectVerdicts(page, { [number]: "blocked" });
    expect(clicks.count + keys.count).toBe(6);
    await shot(page, "card-undo");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "card-undo-dark");
    await page.emulateMedia({ colorScheme: null });
    await expectAccessibleInside(page, "dialog[open]");
    // The second click of a double click does nothing.
    await page.waitForTimeout(700);
    await clicks.does(() => pressInCard("Undo"));
    expect(clicks.count + keys.count).toBe(7);
    await expect.poll(card).toContain("Undone.");
    await expectVerdicts(page, { [number]: "clear" });
    const { suppressions } = await call<{ suppressions: { source: string; endedReason: string }[] }>(
      workerUrl,
      tokens.manager,
      "GET",
      `/v1/suppressions?number=${encodeURIComponent(e164)}`,
    );
    expect(suppressions).toMatchObject([
      { source: "passed on by a colleague", endedReason: expect.stringMatching(/^Undone/) as string },
    ]);
    await page.mouse.move(900, 650, { steps: 3 });
    await expect.poll(card).toBeNull();
  });

  it("job: say to a person who asks where their number comes from, in two steps", async () => {
    await fill(`<p>${CLEAR}</p>`);
    await expectBadges({ [CLEAR]: "clear" });
    const clicks = new Clicks();
    await clicks.does(() => hover(CLEAR));
    await clicks.does(() => pressInCard("History"));
    await expect.poll(card).toContain("We have it from");
    expect(clicks.count).toBe(2);
    for (const line of ["Last called", "Last held", "Objections", "no connected CRM"])
      expect(await card()).toContain(line);
    // Above what to say and what to do: nobody scrolls for it while the line is ringing.
    expect(await card()).toMatch(/We have it from[^]*Say who is calling[^]*do-not-call list/);
    expect(await card()).not.toContain("Open in the desk");
    await shot(page, "card-history");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "card-history-dark");
    await page.emulateMedia({ colorScheme: null });
    await expectAccessibleInside(page, "dialog[open]");
    await pressInCard("Copy number");
    await expect.poll(card).toMatch(/Copied|does not let it be copied/);
    await page.mouse.move(900, 650, { steps: 3 });
    await expect.poll(card).toBeNull();
  });

  it("what is on the list is not offered to be put there", async () => {
    await fill(`<p>0113 496 0002</p>`);
    await expectBadges({ "0113 496 0002": "blocked" });
    await hover("0113 496 0002");
    await expect.poll(card).toContain("They told us not to call");
    await expect.poll(card).toContain("Not a phone number");
    expect(await card()).not.toContain("do-not-call list");
    await page.mouse.move(900, 650, { steps: 3 });
    await expect.poll(card).toBeNull();
  });

  it("“not now” holds the number until the day that they named, for everybody", async () => {
    const [number, e164] = ["0113 496 0004", "+441134960004"];
    await fill(`<p>${number}</p>`);
    await expectBadges({ [number]: "clear" });
    await page.keyboard.press("Alt+Shift+C");
    await expect.poll(card).toContain("+44 113 496 0004");
    await pressInCard("Not now: ring on another day");
    await expect.poll(card).toContain("Which day?");
    await pressInCard("Note the day");
    await expect.poll(card).toContain("Write today or a later day, such as 26/11/2026.");
    // The focus is where something is missing, or wrong.
    const year = new Date().getFullYear() + 1;
    for (const written of [`31/02/${year}`, `2 Mar ${year - 2}`, "tomorrow"]) {
      await page.keyboard.press("Control+A");
      await page.keyboard.type(written);
      await pressInCard("Note the day");
      await expect.poll(() => wrongAtFocus(page)).toContain("Write today or a later day");
    }
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(`2nd Mar ${year}`);
    // Space chooses the first of whose words they are.
    for (const text of ["Ada Abbot", " ", "Ring me in the spring"]) {
      await pressInCard("Note the day");
      await page.keyboard.type(text);
    }
    await shot(page, "card-call-back");
    await expectAccessibleInside(page, "dialog[open]");
    await page.keyboard.press("Enter");
    await expect.poll(card).toContain("Noted.");
    await expectVerdicts(page, { [number]: "blocked" });
    await page.keyboard.press("Escape");
    const list = <T>(what: string) =>
      call<T>(workerUrl, tokens.manager, "GET", `/v1/${what}?number=${encodeURIComponent(e164)}`);
    const { consents } = await list<{ consents: { id: string; day: string }[] }>("consents");
    expect(consents).toMatchObject([
      {
        ...{ kind: "solicited", givenBy: "Ada Abbot", giver: "subscriber" },
        ...{ words: "Ring me in the spring", state: "review" },
      },
    ]);
    expect(consents[0]!.day).toBe(`${year}-03-02`);
    await call(workerUrl, tokens.manager, "POST", `/v1/consents/${consents[0]!.id}/withdraw`);
    await call(workerUrl, tokens.manager, "DELETE", `/v1/suppressions/${e164}`, { reason: "Only a test" });
  });

  it("what rests on an evidenced consent passes without a question, with a line on the card", async () => {
    const [number, e164] = ["0113 496 0006", "+441134960006"]; // on the TPS
    const { id } = await call<{ id: string }>(workerUrl, tokens.manager, "POST", "/v1/consents", {
      ...{
        number: e164,
        kind: "notification",
        giver: "subscriber",
        givenBy: "Ada Abbot",
        givenAt: new Date().toISOString(),
      },
      ...{ words: "You may ring me", how: "web", proof: "form 7" },
    });
    const link = `<a id="link" href="tel:${e164}" onclick="event.preventDefault(); this.dataset.n = 1">${number}</a>`;
    await fill(`<p>${link}</p>`);
    await expectBadges({ [number]: "caution" });
    await hover(number);
    await expect.poll(card).toContain("Consent is on record, and counts over TPS");
    await shot(page, "card-agreed");
    await page.mouse.move(900, 650, { steps: 3 });
    await page.click("#link");
    expect(await page.evaluate(() => document.getElementById("link")!.dataset["n"])).toBe("1");
    expect(await modal(page)).toBeNull();
    const dials = () =>
      call<DialsAnswer>(workerUrl, tokens.admin, "GET", `/v1/dials?number=${encodeURIComponent(e164)}`);
    await expect.poll(async () => (await dials()).dials.length).toBe(1);
    expect((await dials()).dials[0]).toMatchObject({ action: "passed", verdict: "caution", agrees: true });
    await call(workerUrl, tokens.manager, "POST", `/v1/consents/${id}/withdraw?because=mistake`);
  });

  it("can be used over a modal of the page's", async () => {
    await fill(`<dialog style="margin:20px"><button id="own">Own</button><p>${CONSENTED}</p></dialog>`);
    await page.evaluate(() => document.querySelector("dialog")!.showModal());
    await expectBadges({ [CONSENTED]: "caution" });
    await hover(CONSENTED);
    await expect.poll(card).toContain("Not a phone number");
    const { box } = (await badges())[0]!;
    const button = await inOurWorld(() => {
      const root = chrome.dom.openOrClosedShadowRoot(
        document.querySelector("cleardial-host") as HTMLElement,
      )!;
      const { left, top, width, height } = root
        .querySelector("dialog .actions > button")!
        .getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    await page.mouse.move(box.left + 8, box.bottom + 10, { steps: 4 });
    await page.mouse.move(button.x, button.y, { steps: 8 });
    await page.mouse.click(button.x, button.y);
    await expect.poll(card).toContain("What did they say?");
    await page.keyboard.type("x");
    await page.keyboard.press("Escape");
    await expect.poll(card).toBeNull();
    expect(
      await page.evaluate(() => [
        document.querySelector("dialog")!.matches(":modal"),
        document.activeElement?.id,
      ]),
    ).toEqual([true, "own"]);
  });

  it("says that a country is unclear, and takes one for this number", async () => {
    await fill(`<p>${AMERICAN}</p>`);
    await expectBadges({ [AMERICAN]: "unknown" });
    await hover(AMERICAN);
    await expect.poll(card).toContain("could belong to more than one country");
    await expect.poll(card).toContain("+1 876");
    await shot(page, "card-unclear");
    await browser.ask({
      kind: "page.rule",
      host: new URL(pagesUrl).host,
      written: AMERICAN,
      ruling: { country: "JM", wholeSite: false },
    });
    await page.reload();
    await fill(`<p>${AMERICAN}</p>`);
    await expectBadges({ [AMERICAN]: "unknown" });
    await hover(AMERICAN);
    await expect.poll(card).toContain("ClearDial does not know the law of this country.");
    await browser.ask({
      kind: "page.rule",
      host: new URL(pagesUrl).host,
      written: AMERICAN,
      ruling: { forget: true },
    });
  });

  it("“not a phone number” takes the badge away, on this site, until it is taken back", async () => {
    await fill(`<p>${CLEAR}</p>`);
    await expectBadges({ [CLEAR]: "clear" });
    await hover(CLEAR);
    await expect.poll(card).toContain("Not a phone number");
    await page.keyboard.press("Alt+Shift+C"); // the same badge, by keyboard: now it has the focus
    for (let i = 0; i < 8; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expectBadges({});
    expect(await marksOf(page)).toEqual([]);
    await browser.ask({
      kind: "page.rule",
      host: new URL(pagesUrl).host,
      written: CLEAR,
      ruling: { forget: true },
    });
    await expectBadges({ [CLEAR]: "clear" });
  });
});

describe("while the server is away", () => {
  /** Makes every request of the background fail, as without a network, or succeed again. */
  const cut = async (away: boolean) => {
    const background = browser.context.serviceWorkers()[0]!;
    await background.evaluate((away) => {
      const g = globalThis as unknown as { realFetch?: typeof fetch };
      g.realFetch ??= fetch;
      globalThis.fetch = away ? () => Promise.reject(new TypeError("no network")) : g.realFetch;
    }, away);
  };

  it("a number is unknown, with the reason, and finds its verdict by itself when the server is back", async () => {
    const [known, fresh] = [TPS, "0114 496 0001"];
    await fill(`<p>${known}</p>`);
    await expectBadges({ [known]: "blocked" });
    await cut(true);
    try {
      await page.evaluate((text) => document.body.append(text), fresh);
      await expectVerdicts(page, { [fresh]: "unknown", [known]: "blocked" });
      await expect.poll(() => spokenOn(page).then((s) => s.join())).toContain("cannot be reached");
    } finally {
      await cut(false);
    }
    await expect
      .poll(async () => (await marksOf(page)).find((m) => m.text === fresh)?.verdict, { timeout: 45_000 })
      .toBe("clear");
  });
});

describe("the page never notices", () => {
  it("no node and no attribute of it is touched; the one thing added is our host", async () => {
    await browser.context.addInitScript(() => {
      const seen: string[] = [];
      (window as { touched?: string[] }).touched = seen;
      const watch = (root: Node) =>
        new MutationObserver((records) => {
          for (const r of records)
            for (const what of r.type === "childList" ? [...r.addedNodes, ...r.removedNodes] : [r.target])
              seen.push(`${r.type} ${r.attributeName ?? ""} ${what.nodeName}`);
        }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      addEventListener("DOMContentLoaded", () => watch(document));
    });
    const fresh = await browser.context.newPage();
    try {
      await fresh.goto(`${pagesUrl}/plain`);
      await expect.poll(() => marksOf(fresh).then((m) => m.length)).toBeGreaterThan(80);
      await fresh.mouse.move(300, 300, { steps: 5 });
      await fresh.keyboard.press("Alt+Shift+C");
      await fresh.waitForTimeout(1000);
      const touched = await fresh.evaluate(() => (window as { touched?: string[] }).touched!);
      expect([...new Set(touched)].filter((t) => t !== "childList  CLEARDIAL-HOST")).toEqual([]);
      expect(await fresh.evaluate(() => document.querySelectorAll("cleardial-host").length)).toBe(1);
      expect(await fresh.evaluate(() => document.querySelector("cleardial-host")!.shadowRoot)).toBeNull();
    } finally {
      await fresh.close();
    }
  });

  it("nothing is printed, and in forced colours the icons speak alone", async () => {
    await fill(`<p>${TPS}</p>`);
    await expectBadges({ [TPS]: "blocked" });
    expect(await host()).toEqual({ display: "block", top: true });
    await page.emulateMedia({ media: "print" });
    expect(await host()).toMatchObject({ display: "none" });
    await page.emulateMedia({ media: null, forcedColors: "active" });
    await expect.poll(() => page.evaluate(() => CSS.highlights.size)).toBe(0);
    await expectBadges({ [TPS]: "blocked" });
    await page.emulateMedia({ forcedColors: null });
    await expectVerdicts(page, { [TPS]: "blocked" });
  });

  it("a screen reader hears each number once", async () => {
    await fill(`<p>${TPS}</p><p>${TPS}</p><p>${CLEAR}</p>`);
    await expect
      .poll(() => spokenOn(page))
      .toEqual([
        expect.stringMatching(/^\+44 113 496 0010: Do not call\. On TPS/) as string,
        expect.stringMatching(
          /^\+44 113 496 0001: No bar found: TPS and CTPS as of \d+ \w+ \d+\.$/,
        ) as string,
      ]);
  });

  it("what a script of the page takes away comes back", async () => {
    await fill(`<p>${TPS}</p>`);
    await expectBadges({ [TPS]: "blocked" });
    await page.evaluate(() => {
      CSS.highlights.clear();
      document.querySelector("cleardial-host")!.remove();
      document.adoptedStyleSheets = [];
    });
    await expectVerdicts(page, { [TPS]: "blocked" });
    await expect.poll(() => host()).toEqual({ display: "block", top: true });
    await expect.poll(() => page.evaluate(() => document.adoptedStyleSheets.length)).toBe(1);
  });

  it("turned off, everything is taken down at once, and turned on again it is back", async () => {
    await fill(`<p>${TPS}</p><div id="host"></div>`);
    await expectBadges({ [TPS]: "blocked" });
    await browser.ask({ kind: "ui.site", tabId: -1, origins: [pagesUrl], on: false });
    await expect.poll(() => marksOf(page)).toEqual([]);
    expect(
      await page.evaluate(() => [
        document.querySelectorAll("cleardial-host").length,
        CSS.highlights.size,
        document.adoptedStyleSheets.length,
      ]),
    ).toEqual([0, 0, 0]);
    await browser.turnOn(pagesUrl);
    await expectBadges({ [TPS]: "blocked" });
    expect(browser.errors).toEqual([]);
  });
});
