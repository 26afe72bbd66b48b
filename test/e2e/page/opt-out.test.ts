/**
 * A page opts out parts with `data-cleardial="off"`: they are not read and no number in them is checked, but their
 * dials are held.
 */
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { expectVerdicts, launch, type Launched, marksOf, spokenOn } from "../kit/harness.ts";
import { closed, says } from "../kit/modal.ts";
import { openWire, type Wire } from "../kit/wire.ts";

const { pagesUrl } = inject("e2e");
let wire: Wire;
let browser: Launched;

// By the fixtures' rule, each from a range of its own, so that its digits show whether the Worker was asked about it.
const SHOWN = "0131 496 0001";
const BLOCKED = "0131 496 0010";
const CONSENTED = "0131 496 0061";
const FIELD = "0131 496 0020";
const LINK = "0131 496 0030";
const ROOT = "0131 496 0040";
const SPLIT = ["0131 496", " 0050"];

beforeAll(async () => {
  wire = await openWire();
  browser = await launch({ sites: [pagesUrl], proxy: wire.server });
});
afterAll(async () => {
  await browser?.close();
  wire?.close();
});
beforeEach(async () => {
  await browser.page.goto(`${pagesUrl}/frame?count=0`);
  browser.errors.length = 0;
});

const fill = (html: string) =>
  browser.page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html,
  );
const optOut = (value: string | null) =>
  browser.page.evaluate((value) => {
    const part = document.getElementById("part")!;
    if (value === null) part.removeAttribute("data-cleardial");
    else part.setAttribute("data-cleardial", value);
  }, value);
/** The numbers that the Worker was asked about. */
const asked = () => [
  ...new Set(
    wire.sent
      .filter(({ url }) => url.pathname === "/v1/check")
      .flatMap(({ body }) => (JSON.parse(body) as { numbers: string[] }).numbers),
  ),
];
const e164 = (written: string) => `+44${written.replaceAll(" ", "").slice(1)}`;
const painted = async () => (await marksOf(browser.page)).map(({ text }) => text);
const spoken = async () => (await spokenOn(browser.page)).map((line) => line.split(":")[0]!);
const said = (...written: string[]) =>
  written.map((w) => e164(w).replace(/^\+44(131)(496)(\d+)$/, "+44 $1 $2 $3"));

it("nothing in it is read, painted, spoken or asked about; taken back, all is, at once", async () => {
  await fill(`<p>${SHOWN}</p><section id="part" data-cleardial="off"><p>${BLOCKED}</p>
    <input size="30" value="${FIELD}"><a href="tel:${LINK.replaceAll(" ", "")}">Call</a><div id="host"></div></section>
    <p>${SPLIT[0]}<span data-cleardial="off">${SPLIT[1]}</span></p>`);
  await browser.page.evaluate((text) => {
    const root = document.getElementById("host")!.attachShadow({ mode: "closed" });
    root.append(Object.assign(document.createElement("p"), { textContent: text }));
  }, ROOT);
  await expectVerdicts(browser.page, { [SHOWN]: "clear" });
  // The part changes, too: in place, by new nodes, by typing.
  await browser.page.evaluate((text) => {
    const part = document.getElementById("part")!;
    part.querySelector("p")!.firstChild!.nodeValue = `Now ${text}`;
    part.append(Object.assign(document.createElement("p"), { textContent: text }));
  }, BLOCKED);
  await browser.page.locator("input").pressSequentially(" ");
  // Once the text that was added last has been read, so has everything before it.
  await browser.page.evaluate((text) => document.body.append(text), CONSENTED);
  await expectVerdicts(browser.page, { [CONSENTED]: "caution", [SHOWN]: "clear", [BLOCKED]: null });
  expect(await painted()).toEqual(expect.arrayContaining([SHOWN, CONSENTED]));
  expect(await painted()).toHaveLength(2);
  await expect.poll(spoken).toEqual(said(SHOWN, CONSENTED));
  expect(asked().sort()).toEqual([SHOWN, CONSENTED].map(e164).sort());

  await optOut(null);
  await expectVerdicts(browser.page, { [BLOCKED]: "blocked", [ROOT]: "blocked", [SHOWN]: "clear" });
  await expect.poll(spoken).toEqual(expect.arrayContaining(said(BLOCKED, FIELD, LINK, ROOT)));

  // Within the same task the part's verdicts are gone.
  const left = await browser.page.evaluate(async () => {
    const part = document.getElementById("part")!;
    part.setAttribute("data-cleardial", "off");
    await Promise.resolve();
    const ranges = [...CSS.highlights.values()].flatMap((highlight) => [...highlight]);
    return ranges.filter((range) => part.contains(range.startContainer)).length;
  });
  expect(left).toBe(0);
  await expectVerdicts(browser.page, { [BLOCKED]: null, [ROOT]: null, [SHOWN]: "clear" });
  await expect.poll(spoken).toEqual(said(SHOWN, CONSENTED));
  await optOut("on");
  await expectVerdicts(browser.page, { [BLOCKED]: "blocked", [ROOT]: "blocked" });
  expect(browser.errors).toEqual([]);
});

it("what is moved into it loses its badge, and what is moved out has one", async () => {
  await fill(`<section id="part" data-cleardial="off"></section><div id="row"><b>${BLOCKED}</b></div>`);
  await expectVerdicts(browser.page, { [BLOCKED]: "blocked" });
  const move = (to: string) =>
    browser.page.evaluate((to) => document.querySelector(to)!.append(document.getElementById("row")!), to);
  await move("#part");
  await expectVerdicts(browser.page, { [BLOCKED]: null });
  await move("body");
  await expectVerdicts(browser.page, { [BLOCKED]: "blocked" });
});

it("a dial that begins in it is judged like any other", async () => {
  await fill(
    `<div data-cleardial="off"><a id="link" href="tel:${BLOCKED.replaceAll(" ", "")}">${BLOCKED}</a></div>`,
  );
  await browser.page.click("#link");
  await says(browser.page, "Do not call");
  await says(browser.page, said(BLOCKED)[0]!);
  await browser.page.keyboard.press("Escape");
  await closed(browser.page);
  expect(await painted()).toEqual([]);
});
