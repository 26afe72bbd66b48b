/** No address of the desk has a telephone number, as Chrome keeps each address in its history; back, forward, reload and new tabs work. */
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { button, desk, openDesk, own, post, rowsOf, view, withOwnWorker } from "../own-worker.ts";

withOwnWorker();
const [ONE, OTHER] = ["+441632960931", "+441632960932"] as const;
/** All addresses that the page had. */
const seen: string[] = [];
const hear = (page: Page) =>
  page.on("framenavigated", (frame) => void (frame === page.mainFrame() && seen.push(frame.url())));

beforeAll(async () => {
  for (const number of [ONE, OTHER])
    await post("/v1/suppressions", { number, kind: "house", reason: "Theirs" });
  await openDesk();
  hear(desk);
});

const box = () => desk.getByRole("searchbox", { name: "Look everywhere" });
const find = async (number: string) => {
  await box().fill(number);
  await box().press("Enter");
};
const found = (number: string) =>
  expect
    .poll(async () => (await desk.locator("main table tbody").textContent())?.replace(/\s/g, ""))
    .toContain(number);

it("two numbers are found, back and forward, and after a reload: the address never has one", async () => {
  await view("/", "Overview");
  await find(ONE);
  await found(ONE);
  await find(OTHER);
  await found(OTHER);
  await desk.goBack();
  await found(ONE);
  await expect.poll(() => box().inputValue()).toBe(ONE);
  await desk.goForward();
  await found(OTHER);
  await desk.reload();
  await found(OTHER);
  // A link to its rows, as a click and as a new tab.
  const link = desk
    .locator("main table")
    .getByRole("link", { name: /^Do-not-call/ })
    .first();
  const opening = own.browser.context.waitForEvent("page");
  await link.click({ modifiers: ["ControlOrMeta"] });
  const tab = await opening;
  hear(tab);
  await expect.poll(() => rowsOf(tab, "Do-not-call entries").count()).toBe(1);
  expect(tab.url()).not.toMatch(/handed|9609/);
  await tab.reload();
  await expect.poll(() => rowsOf(tab, "Do-not-call entries").count()).toBe(1);
  seen.push(tab.url());
  await tab.close();
  await link.click();
  await expect.poll(() => rowsOf(desk, "Do-not-call entries").count()).toBe(1);
  await expect
    .poll(() => desk.getByRole("search", { name: "Filters" }).getByLabel("Number").inputValue())
    .toBe(OTHER);
  await button("Clear filters").click();
  await expect.poll(() => rowsOf(desk, "Do-not-call entries").count()).toBe(2);
  await desk.goBack();
  await expect.poll(() => rowsOf(desk, "Do-not-call entries").count()).toBe(1);
  seen.push(desk.url(), ...(await historyOf()));
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.filter((url) => /9609\d\d/.test(url))).toEqual([]);
});

/** What the browser itself keeps of this tab. */
async function historyOf(): Promise<string[]> {
  const session = await own.browser.context.newCDPSession(desk);
  const { entries } = await session.send("Page.getNavigationHistory");
  await session.detach();
  return entries.map(({ url }) => url);
}
