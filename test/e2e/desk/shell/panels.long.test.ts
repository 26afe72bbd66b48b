/**
 * Nothing is modal that is not dangerous: a form or a question stands beside its page, which is used meanwhile by mouse and by keyboard.
 * What takes something away is modal.
 */
import { beforeAll, expect, it } from "vitest";
import { daysAgo } from "../../../../scripts/lib/seed.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import { overflows } from "../kit.ts";
import { button, desk, dialog, openDesk, own, post, row, view, withOwnWorker } from "../own-worker.ts";

withOwnWorker();
let request = "";
beforeAll(async () => {
  await post("/v1/suppressions", { number: "+441632960920", kind: "house", reason: "Asked for it" });
  ({ id: request } = await post<{ id: string }>("/v1/requests/entries", {
    ...{
      kind: "access",
      channel: "post",
      name: "Ann Asker",
      address: "1 High Street",
      number: "+441632960921",
    },
    receivedOn: daysAgo(1),
  }));
  await post("/v1/consents", {
    ...{ number: "+441632960922", kind: "notification", giver: "subscriber", givenBy: "Ann Asker" },
    ...{ givenAt: new Date().toISOString(), words: "You may ring me", how: "web", proof: "form 7" },
  });
  await openDesk();
});

/** The tables are there, and no column of theirs has to be scrolled for. */
const fits = () =>
  desk
    .locator(".desk-scroll")
    .evaluateAll(
      (all) => all.length > 0 && all.every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
    );
const isInside = () => desk.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null);

it("a form beside its page: the page scrolls, filters and takes the focus, and the form keeps what was typed", async () => {
  await view("/do-not-call", "Do-not-call");
  await button("Add a number").click();
  const panel = dialog();
  await panel.waitFor();
  await expect.poll(() => panel.getAttribute("aria-modal")).toBeNull();
  await expect
    .poll(() =>
      panel.getByRole("textbox", { name: "Number" }).evaluate((field) => field === document.activeElement),
    )
    .toBe(true);
  await panel.getByLabel("Reason").fill("Rang us");
  // The page's own filter, by mouse: nothing lies over it.
  await desk.getByRole("search", { name: "Filters" }).getByLabel("Number").fill("01632 960920");
  await expect.poll(() => row("1632 960920").count()).toBe(1);
  await expect.poll(() => panel.getByLabel("Reason").inputValue()).toBe("Rang us");
  for (const [width, height] of [
    [1280, 900],
    [1920, 1080],
  ] as const) {
    await desk.setViewportSize({ width, height });
    await shot(desk, `desk-panel-${width}`);
    await expect.poll(() => overflows(desk)).toBe(false);
    await expect.poll(fits).toBe(true);
  }
  await desk.setViewportSize({ width: 1280, height: 900 });
  await expectAccessibleInBoth(desk);
  // Escape in the page is the page's.
  await desk.keyboard.press("Escape");
  await panel.waitFor();
  // By keyboard the panel can be left, and is closed from within.
  await panel.getByRole("textbox", { name: "Number" }).focus();
  for (let n = 0; n < 20 && (await isInside()); n++) await desk.keyboard.press("Shift+Tab");
  expect(await isInside()).toBe(false);
  await panel.getByLabel("Reason").focus();
  await desk.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  await expect
    .poll(() => button("Add a number").evaluate((opener) => opener === document.activeElement))
    .toBe(true);
});

it.each([
  ["/requests", "Requests", "Enter a request…"],
  ["/people", "People", "Invite…"],
  ["/lists", "Lists", "Declare a register…"],
  ["/consents", "Consents", "Record a consent"],
])("beside the panel of %s no column of the table is out of sight", async (path, heading, opens) => {
  await view(path, heading);
  await button(opens).click();
  await dialog().waitFor();
  for (const width of [1200, 1280, 1440, 1920]) {
    await desk.setViewportSize({ width, height: 900 });
    await expect.poll(fits, { message: `at ${width}` }).toBe(true);
    if (width === 1280) await shot(desk, `desk-panel${path.replace("/", "-")}`);
    // Where it shows times, it names their zone.
    const times = desk.locator("main .desk-scroll time[datetime*=T]");
    const zones = desk.getByText("Times are by this device’s clock");
    const alike = async () => (await times.count()) > 0 === (await zones.count()) > 0;
    await expect.poll(alike, { message: path }).toBe(true);
  }
  await desk.setViewportSize({ width: 1280, height: 900 });
  await desk.keyboard.press("Escape");
});

it("what takes something away is modal", async () => {
  await view("/do-not-call", "Do-not-call");
  await row("1632 960920").getByRole("button", { name: /^End/ }).first().click();
  await dialog().waitFor();
  await expect.poll(() => dialog().getAttribute("aria-modal")).toBe("true");
  await shot(desk, "desk-modal");
  await desk.keyboard.press("Escape");
  await dialog().waitFor({ state: "hidden" });
});

it("a question is no longer asked once its page was left, and never answered for another", async () => {
  await view(`/requests/case/${request}`, "Access ");
  await desk.locator("details.desk-more summary").click();
  await button("Note…").click();
  await expect.poll(() => dialog().getAttribute("aria-modal")).toBeNull();
  // The page beside it has one column now: no button is too narrow for its words.
  const labels = desk.locator("main .mantine-Button-label");
  const shortened = () =>
    labels.evaluateAll((all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
    );
  await shot(desk, "desk-panel-request");
  await expect.poll(shortened).toEqual([]);
  await dialog().getByRole("textbox").fill("For this request");
  await desk.getByRole("link", { name: "People" }).click();
  await desk.getByRole("heading", { level: 1, name: "People" }).waitFor();
  await expect.poll(() => dialog().count()).toBe(0);
  expect(own.browser.errors).toEqual([]);
});
