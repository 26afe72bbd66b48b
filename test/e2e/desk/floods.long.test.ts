/** Floods of the public form, on the desk: objections of one are shown, counted and taken back by themselves. */
import { expect, it } from "vitest";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import { answered, ok, withBrowsers } from "./kit.ts";

const browsers = withBrowsers("compliance");

const WAVE = "2026-11-20T10:00:00.000Z";
const objection = (n: number, wave: string | null) => ({
  ...{ id: `r${n}`, reference: `R-${n}`, kind: "objection", channel: "page", state: "held", wave },
  ...{
    name: "D",
    email: null,
    emailProved: false,
    address: null,
    text: null,
    number: `+44207946${1000 + n}`,
  },
  ...{ callDate: null, callTime: null, receivedOn: "2026-11-20", clocks: null, duties: [], assignee: null },
});
const page1 = [...Array(3).keys()].map((n) => objection(n, WAVE));
const list = "GET /v1/requests?kind=objection&state=held";
const answer = (requests: object[], next: string | null = null) => ok({ overdue: 0, requests, next });

it("the flood's are counted, shown alone, and taken back together with a reason, further pages too", async () => {
  const { page, asked } = await answered(browsers.compliance, "#/requests/objections", {
    "GET /v1/requests/waves": [
      ok({ waves: [{ wave: WAVE, held: 4, last: "2026-11-20T10:40:00.000Z" }] }),
      ok({ waves: [] }),
    ],
    [`${list}&limit=200`]: [answer([...page1, objection(9, null)])],
    [`${list}&wave=${encodeURIComponent(WAVE)}&limit=200`]: [answer(page1, "d|r2")],
    [`${list}&wave=${encodeURIComponent(WAVE)}&limit=200&after=d%7Cr2`]: [answer([objection(3, WAVE)])],
    "POST /v1/requests/objections": [ok({ changed: 4 })],
  });
  const rows = page.getByRole("region", { name: "Objections to check" }).locator("tbody tr");
  await expect.poll(() => rows.count()).toBe(4);
  const flood = page.locator(`[data-wave="${WAVE}"]`);
  await flood.getByText("4 objections of one flood wait").waitFor();
  await expectAccessibleInBoth(page);
  await flood.getByRole("button", { name: "Show these alone" }).click();
  await expect.poll(() => rows.count()).toBe(3);
  await shot(page, "desk-requests-flood");

  await flood.getByRole("button", { name: "Take back the whole flood…" }).click();
  const dialog = page.getByRole("dialog", { name: "Take 4 objections back?" });
  await dialog.getByText("There is no way back by one click").waitFor();
  await expectAccessibleInBoth(page);
  await dialog.getByRole("textbox").fill("A script, from one company's address book");
  await dialog.getByRole("button", { name: "Take back" }).click();
  await page.getByText("4 objections were changed.").waitFor();
  expect((await asked()).filter((one) => one.startsWith("POST"))).toEqual(["POST /v1/requests/objections"]);
  await expect.poll(() => flood.count()).toBe(0);
  // What came without a flood is still there to be checked.
  await expect.poll(() => page.evaluate(() => location.hash)).toBe("#/requests/objections");
});

it("the queue shows those of one flood, open or closed", async () => {
  const { page } = await answered(
    browsers.compliance,
    `#/requests?show=all&wave=${encodeURIComponent(WAVE)}`,
    {
      "GET /v1/requests/waves": [ok({ waves: [] })],
      [`GET /v1/requests?show=all&wave=${encodeURIComponent(WAVE)}&limit=50`]: [answer(page1)],
    },
  );
  await expect.poll(() => page.getByRole("region", { name: "Requests" }).locator("tbody tr").count()).toBe(3);
  // It is settled, and the filter still names it.
  await expect.poll(() => page.getByLabel("Flood").inputValue()).toBe(WAVE);
  await expectAccessibleInBoth(page);
});
