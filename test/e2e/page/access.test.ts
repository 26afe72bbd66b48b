/** What a person's access decides in a page: it ends there without a touch, and a manager's card leads to the desk. */
import { afterEach, expect, inject, it } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import type { PersonAnswer } from "../../../shared/people/api.ts";
import { findPerson } from "../desk/kit.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, inOurWorld, modal, says } from "../kit/modal.ts";
import { dialled, fill, linkTo } from "./dialog-kit.ts";

const { pagesUrl, workerUrl, tokens } = inject("e2e");
const CLEAR = "0113 496 0001";
const SECOND = 1000;

let browser: Launched;
afterEach(() => browser.close());

async function show(joined: "agent" | "manager") {
  browser = await launch({ joined });
  const { page } = browser;
  await page.goto(`${pagesUrl}/frame?count=0`);
  await fill(page, `<p>${linkTo(CLEAR)}</p>`);
  await expectVerdicts(page, { [CLEAR]: "clear" });
  return page;
}

it("access that was ended changes badge and guard within a minute, on a page that nobody touches", async () => {
  const page = await show("agent");
  await page.click("#link");
  await expect.poll(() => dialled(page)).toEqual(["link"]);
  const { id } = (await findPerson("The agent"))!;
  const { devices } = await call<PersonAnswer>(workerUrl, tokens.admin, "GET", `/v1/people/${id}`);
  // The newest one is this browser.
  const mine = devices.reduce((a, b) => (a.createdAt > b.createdAt ? a : b));
  await call(workerUrl, tokens.admin, "DELETE", `/v1/tokens/${mine.id}`);

  // The product's clocks, in the page and behind it, go on by less than a minute, together with what passes meanwhile.
  const began = performance.now();
  const ahead = 50 * SECOND;
  const turn = (ms: number) => {
    const real = Date.now;
    Date.now = () => real() + ms;
  };
  await browser.worker.evaluate(turn, ahead);
  await inOurWorld(page, turn, ahead);
  await expectVerdicts(page, { [CLEAR]: "unknown" });
  expect(ahead + performance.now() - began).toBeLessThan(60 * SECOND);
  await page.click("#link");
  await says(page, "You are not signed in to ClearDial");
  expect(await dialled(page)).toEqual(["link"]);
  expect((await modal(page))!.buttons).not.toContain("Call");
  await page.keyboard.press("Escape");
  await closed(page);
});

it("a manager opens a number's page in the desk from its card, an agent is not offered it", async () => {
  const page = await show("manager");
  const card = () =>
    inOurWorld(
      page,
      () => {
        const host = document.querySelector<HTMLElement>("cleardial-host");
        const root = host && chrome.dom.openOrClosedShadowRoot(host);
        return root?.querySelector<HTMLElement>("dialog[open]")?.innerText ?? "";
      },
      null,
    );
  const tabTo = async (name: string) => {
    const at = () =>
      inOurWorld(
        page,
        () => {
          const host = document.querySelector<HTMLElement>("cleardial-host")!;
          return chrome.dom.openOrClosedShadowRoot(host)!.activeElement?.textContent ?? "";
        },
        null,
      );
    for (let n = 0; n < 20 && (await at()) !== name; n++) await page.keyboard.press("Tab");
    expect(await at()).toBe(name);
  };
  // The key goes from icon to icon, and icons are placed a moment after numbers are painted.
  await expect
    .poll(async () => {
      if ((await card()) === "") await page.keyboard.press("Alt+Shift+C");
      return card();
    })
    .toContain("No bar found");
  await tabTo("History");
  await page.keyboard.press("Enter");
  await expect.poll(card).toContain("Open in the desk");
  const opened = browser.context.waitForEvent("page");
  await tabTo("Open in the desk");
  await page.keyboard.press("Enter");
  const desk = await opened;
  await desk.waitForURL(/tabs\/desk\.html#/);
  // No dial of it needs to be on record.
  const number = desk.getByLabel("Number", { exact: true });
  await expect
    .poll(() => number.inputValue().then((value) => value.replace(/\s/g, "")))
    .toBe("+441134960001");
});
