/**
 * The card and the dialog that holds a dial, by keyboard alone and in Windows' forced colours: the order of their stops is kept
 * in page.txt, which a change of it must touch (`-u` writes it). Each stop has a name and is seen to have the focus. A form begins
 * in its first field and gives the focus back; the dialog keeps it; Escape closes, and the page has it again.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { call, type Role } from "../../../scripts/lib/seed.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { inOurWorld } from "../kit/our-world.ts";
import { changePolicy } from "../kit/policy.ts";
import { shot } from "../kit/shots.ts";
import { fill, linkTo } from "../page/dialog-kit.ts";
import { focusInside, stopsInside } from "./stops.ts";

const { pagesUrl, workerUrl, tokens } = inject("e2e");

// Their verdicts follow the fixtures' rule.
const CLEAR = "0118 496 0117";
const TPS = "0118 496 0120";
const LISTED_HERE = "0118 496 0130"; // on the TPS
const OBJECTED = "0118 496 0108";
const HOUSE = "0118 496 0508";
const CONSENTED = "0118 496 0161";
// Of Jamaica, whose law is not known here.
const AMERICAN = "876 555 0157";

let browser: Launched;
let page: Page;
const order: string[] = [];

/** What our closed root shows: the card, or the dialog. */
const shown = () =>
  inOurWorld(
    page,
    () => {
      const host = document.querySelector("cleardial-host");
      const root = host && chrome.dom.openOrClosedShadowRoot(host as HTMLElement);
      const dialog = root?.querySelector<HTMLElement>("dialog[open]");
      if (!dialog) return null;
      const at = root!.activeElement;
      return {
        text: dialog.innerText,
        // What lets a dial go on is ready a moment later.
        isReady: dialog.querySelector("button:disabled") === null,
        isFirstField: at !== null && at === at.closest("form")?.querySelector("input, select, textarea"),
      };
    },
    null,
  );
const says = (text: string) => expect.poll(async () => (await shown())?.text ?? "").toContain(text);
const ready = () => expect.poll(async () => (await shown())?.isReady).toBe(true);

/** Presses Tab until what has that name has the focus. */
async function tabTo(name: string): Promise<void> {
  const seen: string[] = [];
  for (let n = 0; n < 40; n++) {
    const at = await focusInside(page);
    if (at.includes(`“${name}”`)) return;
    seen.push(at);
    await page.keyboard.press("Tab");
  }
  throw new Error(`No stop is called ${name}: ${seen.join(", ")}`);
}
async function press(name: string): Promise<void> {
  await tabTo(name);
  await page.keyboard.press("Enter");
}

/** Keeps the stops, from the one that has the focus. */
async function keep(what: string, isRound: boolean): Promise<void> {
  await ready();
  await shot(page, `forced-${what.replace(/\W+/g, "-").toLowerCase()}`);
  const walked = await stopsInside(page);
  expect(walked.isRound, `${what}: ${walked.stops.join(", ")}`).toBe(isRound);
  if (isRound) {
    await page.keyboard.press("Shift+Tab");
    expect(await focusInside(page), what).toBe(walked.stops.at(-1));
  }
  order.push(`# ${what}`, ...walked.stops, "");
}

/** Keeps a form's stops; it is left by `leave`, and the focus is then on `back`. */
async function keepForm(
  what: string,
  { opens, leave, back, isRound }: { opens: string; leave: string; back: string; isRound: boolean },
): Promise<void> {
  await press(opens);
  await expect.poll(async () => (await shown())?.isFirstField, { message: what }).toBe(true);
  await keep(what, isRound);
  await press(leave);
  await expect.poll(() => focusInside(page), { message: what }).toContain(`“${back}”`);
}

/** Escape closes, and what had the focus before has it again. */
async function escape(before: string): Promise<void> {
  await page.keyboard.press("Escape");
  await expect.poll(shown).toBeNull();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe(before);
}

async function open(role: Role): Promise<void> {
  browser = await launch({ joined: role, viewport: { width: 1000, height: 760 } });
  page = browser.page;
}
async function show(html: string, verdicts: Record<string, Verdict>): Promise<void> {
  // In forced colours no number is painted.
  await page.emulateMedia({ forcedColors: null });
  await fill(page, html);
  await expectVerdicts(page, verdicts);
  await page.emulateMedia({ forcedColors: "active" });
}

beforeAll(() => open("agent"));
afterAll(() => browser.close());
beforeEach(async () => {
  await page.bringToFront();
  await page.goto(`${pagesUrl}/frame?count=0`);
});

describe("the card", () => {
  async function card(number: string, verdict: Verdict): Promise<void> {
    await show(`<button id="own">Own</button><p>${number}</p>`, { [number]: verdict });
    await page.focus("#own");
    // The icons are drawn again in the new colours, and walked by the key once they are there.
    const press = async () => {
      if ((await shown()) === null) await page.keyboard.press("Alt+Shift+C");
      return (await shown())?.text ?? "";
    };
    await expect.poll(press, { interval: 300 }).toContain("Not a phone number");
  }
  const form = { leave: "Cancel", isRound: false };

  it.each<[string, string, Verdict]>([
    ["clear", CLEAR, "clear"],
    ["barred", TPS, "blocked"],
    ["on our list", HOUSE, "blocked"],
    ["objected", OBJECTED, "blocked"],
    ["consent", CONSENTED, "caution"],
    ["unknown", AMERICAN, "unknown"],
  ])("%s", async (what, number, verdict) => {
    await card(number, verdict);
    await keep(`Card: ${what}`, false);
    await escape("own");
  });

  it("its forms, what is behind the reasons, and the history", async () => {
    await card(TPS, "blocked");
    for (const [what, opens] of [
      ["do-not-call entry", "Put on our do-not-call list"],
      ["call back", "Not now: ring on another day"],
      ["which country", "Wrong country?"],
    ] as const)
      await keepForm(`Card: ${what}`, { ...form, opens, back: opens });
    await press("Why?");
    await says("looked up on");
    await press("History");
    await says("We have it from");
    await tabTo("Close");
    await keep("Card: all unfolded", false);
    await escape("own");
  });

  it("what was put on the list", async () => {
    await card(LISTED_HERE, "blocked");
    await press("Put on our do-not-call list");
    await page.keyboard.press("Space");
    await tabTo("What did they say?");
    await page.keyboard.type("Never again");
    await page.keyboard.press("Enter");
    await says("It is on the list.");
    // The form is gone, and the focus stays in the card.
    await expect.poll(() => focusInside(page)).not.toBe("");
    await keep("Card: put on the list", false);
    await tabTo("Undo");
    // The second click of a double click does nothing.
    await page.waitForTimeout(700);
    await page.keyboard.press("Enter");
    await says("Undone.");
    await expect.poll(() => focusInside(page)).not.toBe("");
    await escape("own");
  });

  it("a call back that was noted", async () => {
    const e164 = "+441184960117";
    await card(CLEAR, "clear");
    await press("Not now: ring on another day");
    await page.keyboard.type(`2/3/${new Date().getFullYear() + 1}`);
    await tabTo("Who asked?");
    await page.keyboard.type("Ada Abbot");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await tabTo("What did they say?");
    await page.keyboard.type("Ring me in the spring");
    await page.keyboard.press("Enter");
    await says("Noted.");
    await expect.poll(() => focusInside(page)).not.toBe("");
    await escape("own");
    await card(CLEAR, "blocked");
    await keep("Card: call back", false);
    await escape("own");
    const { consents } = await call<{ consents: { id: string }[] }>(
      workerUrl,
      tokens.manager,
      "GET",
      `/v1/consents?number=${encodeURIComponent(e164)}`,
    );
    await call(workerUrl, tokens.manager, "POST", `/v1/consents/${consents[0]!.id}/withdraw`);
    await call(workerUrl, tokens.manager, "DELETE", `/v1/suppressions/${e164}`, { reason: "Only a test" });
  });
});

describe("the dialog", () => {
  async function held(html: string, verdicts: Record<string, Verdict>, title: string): Promise<void> {
    await show(html, verdicts);
    await page.focus("#link");
    await page.keyboard.press("Enter");
    await says(title);
    await ready();
  }
  const link = (number: string, verdict: Verdict, title: string) =>
    held(`<p>${linkTo(number)}</p>`, { [number]: verdict }, title);
  const form = { back: "Don’t call", isRound: true };

  it.each<[string, string, Verdict, string]>([
    ["barred", TPS, "blocked", "Do not call"],
    ["on our list", HOUSE, "blocked", "On our do-not-call list since"],
    ["objected", OBJECTED, "blocked", "They told us not to call"],
    ["consent", CONSENTED, "caution", "Read before you call"],
    ["unknown", AMERICAN, "unknown", "Not known: do not call yet"],
  ])("%s", async (what, number, verdict, title) => {
    await link(number, verdict, title);
    await keep(`Dialog: ${what}`, true);
    await escape("link");
  });

  it("its forms", async () => {
    await link(TPS, "blocked", "Do not call");
    for (const [what, opens, leave] of [
      ["another reason", "Call for another reason…", "Back"],
      ["what they agreed to", "They agreed, or asked for it…", "Back"],
      ["do-not-call entry", "Put on our do-not-call list", "Cancel"],
      ["call back", "Not now: ring on another day", "Cancel"],
    ] as const)
      await keepForm(`Dialog: ${what}`, { ...form, opens, leave });
    await press("Why?");
    await says("looked up on");
    await tabTo("Don’t call");
    await keep("Dialog: why", true);
    // As are the sources.
    expect(order.slice(order.indexOf("# Dialog: why"))).toContain("link “www.legislation.gov.uk”");
    await escape("link");
    await link(AMERICAN, "unknown", "Not known: do not call yet");
    await keepForm("Dialog: which country", { ...form, opens: "Which country?", leave: "Cancel" });
    await escape("link");
  });

  it("a message, and a hidden number", async () => {
    await held(
      `<p>${linkTo(TPS, "link", `sms:${TPS.replaceAll(" ", "")}`)}</p>`,
      {},
      "Do not send a message",
    );
    await keep("Dialog: message", true);
    await escape("link");
    await held(`<p>${linkTo(`141 ${CLEAR}`, "link")}</p>`, {}, "This would hide our number");
    await keep("Dialog: hidden number", true);
    await escape("link");
  });

  it("a server that cannot be reached", async () => {
    await page.context().setOffline(true);
    try {
      // Not asked about before.
      await link("0118 496 0173", "unknown", "ClearDial's server cannot be reached");
      await keep("Dialog: no server", true);
      await escape("link");
    } finally {
      await page.context().setOffline(false);
    }
  });

  /** In a browser of their own, on an empty page. */
  async function as(role: Role): Promise<void> {
    await browser.close();
    await open(role);
    await page.goto(`${pagesUrl}/frame?count=0`);
  }

  it("what an office records after an objection", async () => {
    await as("manager");
    await link(OBJECTED, "blocked", "They told us not to call");
    const opens = "They have agreed since…";
    await keepForm("Dialog: agreed since", { ...form, opens, leave: "Back" });
    await escape("link");
  });

  it("digits that would ring another number than is meant", async () => {
    const telephonesIn = (lineRegion: string | null) =>
      changePolicy(workerUrl, { saves: tokens.manager, approves: tokens.admin }, (policy) => ({
        ...policy,
        numbers: { ...policy.numbers, lineRegion },
      }));
    await telephonesIn("DE");
    try {
      await as("agent");
      await held(`<p>${linkTo(CLEAR)}</p>`, {}, "would ring +49 1184960117");
      await keep("Dialog: two numbers", true);
      await escape("link");
    } finally {
      await telephonesIn(null);
    }
  });
});

it("in the order that is kept", () => expect(`${order.join("\n").trim()}\n`).toMatchFileSnapshot("page.txt"));
