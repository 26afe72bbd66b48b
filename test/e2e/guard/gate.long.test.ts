/**
 * The browser's gate: what no script of a page can hold (escapes.ts), the browser gives to the gate, which holds it. Turned
 * on as a person does it, on the Worker's page. Only what reaches the system's own handler counts as dialled.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { CanaryState } from "../../../shared/canary/api.ts";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { openDialler } from "../kit/dialler.ts";
import { withGate } from "../kit/gate.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, inOurWorld, modal, refuseIn, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";
import { Drive, posted, putObject, type Row, rowsOf } from "./drive.ts";
import { escapeIn, tallyRows } from "./kinds.ts";
import { answerRoutes } from "./pages.ts";
import { contexts, type Route, routes } from "./routes.ts";

const { chromium, workerUrl, tokens } = inject("e2e");
const dialler = openDialler(chromium);
const folder = mkdtempSync(join(tmpdir(), "cleardial-gate-"));

const named = (...names: string[]): Route[] => routes.filter((r) => names.includes(r.name));

let extension = "";
let browser: Launched;
let drive: Drive;
let url = "";
/** Of a site that is not turned on. */
let elsewhere = "";
let stop = () => {};
beforeAll(async () => {
  if (!dialler) return;
  const { port, close } = await serve(answerRoutes);
  stop = close;
  url = `http://localhost:${port}`;
  elsewhere = `http://127.0.0.1:${port}`;
  extension = withGate(folder);
  browser = await launch({ sites: [url], extension, chromium: dialler.executablePath });
  await dialler.watch(browser.context);
  drive = new Drive(browser.page, dialler, url);
});
afterAll(async () => {
  await browser?.close();
  stop();
  dialler?.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(({ skip }) =>
  skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

const recorded = async (number: string): Promise<Pick<Dial, "action" | "layer" | "host">[]> =>
  (await call<DialsAnswer>(workerUrl, tokens.admin, "GET", "/v1/dials?limit=500")).dials
    .filter((d) => d.number === number)
    .map(({ action, layer, host }) => ({ action, layer, host }))
    .reverse();
const dialled = (number: string) =>
  dialler!.dialled().filter((address) => decodeURIComponent(address).includes(number.slice(3)));
const gate = async () =>
  ((await browser.ask({ kind: "ui.options" })) as { gate: { on: boolean; found: string | null } }).gate;

describe("turned on", () => {
  it("not without a softphone, and not by one whose calls would come back", async () => {
    for (const softphone of [undefined, "tel:", "sip:", "https://phone.example/"])
      expect(await browser.ask({ kind: "ui.gate", on: true, softphone })).toEqual({ ok: false });
  });

  it("by one click on the Worker's page, and Chrome's question; “Test” says so", async () => {
    const { own, page } = browser;
    const set = (await browser.ask({ kind: "ui.gate", on: true, softphone: "callto:" })) as {
      page: string;
    };
    await own.reload();
    await own.getByText("Not tested yet.").waitFor();
    await own.getByRole("button", { name: "Test" }).and(own.locator("#gate ~ div button")).click();
    await own.getByText("Not held: telephone links do not come to ClearDial.").waitFor();
    expect(dialler!.dialled()).toEqual([]);

    await page.goto(set.page);
    const session = await browser.context.newCDPSession(page);
    await session.send("Page.setRPHRegistrationMode", { mode: "autoAccept" });
    await page.getByRole("button", { name: "Open telephone links with ClearDial" }).click();
    await page.getByText("Chrome has been asked.").waitFor();
    const works = () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/dial"))?.active?.state);
    await expect.poll(works).toBe("activated");
    // What the service worker asks never reaches the Worker: no call waits for it.
    const answer = () =>
      page.evaluate(() =>
        fetch("/dial").then(
          ({ status }) => status,
          () => "stopped",
        ),
      );
    expect(await answer()).toBe("stopped");
    await own.bringToFront();
    await own.getByRole("button", { name: "Test" }).and(own.locator("#gate ~ div button")).click();
    await own.getByText("On: telephone links of the whole browser come to ClearDial first.").waitFor();
    expect(dialler!.dialled()).toEqual([]);
    expect(await gate()).toMatchObject({ on: true, found: "on", granted: true, full: true });
  });
});

describe("on a site that is turned on", () => {
  const asked = async (row: Row) => {
    await says(browser.page, "Do not call");
    await browser.page.keyboard.press("Escape");
    await closed(browser.page);
    expect(drive.count(row), row.route.name).toBe(0);
  };

  it.each(contexts.filter((context) => escapeIn(context).length > 0))(
    "what escapes the guard is held, shown and recorded: %s",
    async (context) => {
      const rows = rowsOf(escapeIn(context), "blocked");
      // Of the frame's own site nothing of ours runs.
      await drive.open(context, context === "other" ? [] : rows);
      const address = browser.page.url();
      for (const row of rows) {
        await drive.begin(row);
        await browser.page.bringToFront();
        await asked(row).catch((error: unknown) => {
          throw new Error(`${row.route.name}: ${String(error)}`);
        });
        await drive.tidy();
      }
      expect(browser.page.url()).toBe(address);
      await pause(300);
      expect(rows.filter((row) => drive.count(row) > 0).map((row) => row.route.name)).toEqual([]);
      for (const row of rows)
        await expect
          .poll(() => recorded(row.number), { message: row.route.name })
          .toEqual([{ action: "held", layer: "browser", host: new URL(url).host }]);
      tallyRows("guard and browser's gate", context, rows);
    },
  );

  it("what is clear goes out once, by the softphone's own scheme", async () => {
    const rows = rowsOf(
      named("a link, tel:", "an answer that leads there", "a blank window's location, at once"),
      "clear",
    );
    await drive.open("top", rows);
    for (const row of rows) {
      await drive.begin(row);
      expect(await drive.dials(row), row.route.name).toBe(true);
      await drive.tidy();
    }
    await pause(300);
    expect(rows.map(({ number }) => dialled(number))).toEqual(rows.map(({ number }) => [`callto:${number}`]));
    const layers = async () =>
      (await Promise.all(rows.map(({ number }) => recorded(number))))
        .flat()
        .map((d) => `${d.action} ${d.layer}`)
        .sort();
    // The guard saw the link, and its word counts.
    await expect.poll(layers).toEqual(["passed browser", "passed browser", "passed page"]);
    tallyRows("guard and browser's gate", "top", rows);
  });

  it("it is tried once a day with the canary, without a dial", async () => {
    const { own, page } = browser;
    const today = async () => (await call<CanaryState>(workerUrl, tokens.admin, "GET", "/v1/canary")).today;
    // It is due, as on another day, though a page of before may have been left in the middle of its try.
    await own.evaluate(
      async (day) => {
        await chrome.storage.session.remove("canary");
        await chrome.storage.session.set({ "canary-tried": day });
      },
      (await today()).day,
    );
    const session = await browser.context.newCDPSession(own);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
    const before = dialler!.dialled();
    await inOurWorld(
      page,
      () => chrome.runtime.sendMessage<unknown, unknown>({ kind: "page.poll", seq: 0 }),
      null,
    );
    await expect.poll(() => own.evaluate(() => chrome.storage.session.get("canary-tried"))).toEqual({});
    // Of other files' browsers, too, none let it pass.
    const { tried = 0, held } = (await today()).layers.find(({ layer }) => layer === "browser") ?? {};
    expect([tried > 0, held]).toEqual([true, tried]);
    expect([dialler!.dialled(), await modal(page)]).toEqual([before, null]);
  });

  it("an agent is asked once about what the guard asked already", async () => {
    const [row] = rowsOf(named("a link, tel:"), "caution") as [Row];
    await drive.open("top", [row]);
    await drive.begin(row);
    await says(browser.page, "Read before you call");
    await drive.call(row);
    expect(await drive.dials(row)).toBe(true);
    await pause(300);
    expect(await modal(browser.page)).toBeNull();
    expect(dialled(row.number)).toEqual([`callto:${row.number}`]);
  });

  it("a call by SIP to a worker is held, through a port and on a channel", async () => {
    const [row] = rowsOf(named("a link, tel:"), "blocked") as [Row];
    await drive.open("top", [row]);
    expect(await posted(browser.page, row.number)).toEqual([]);
    await says(browser.page, "Do not call");
    await browser.page.keyboard.press("Escape");
    await closed(browser.page);
    await expect
      .poll(() => recorded(row.number))
      .toEqual([1, 2].map(() => ({ action: "held", layer: "protocol", host: new URL(url).host })));
  });

  it("the page stays where it is while no network answers, and the call is held", async () => {
    const [row] = rowsOf(named("a blank window's location, at once"), "blocked") as [Row];
    await drive.open("top", [row]);
    const address = browser.page.url();
    await browser.context.setOffline(true);
    try {
      await drive.begin(row);
      await browser.page.bringToFront();
      await asked(row);
      expect(browser.page.url()).toBe(address);
    } finally {
      await browser.context.setOffline(false);
      await drive.tidy();
    }
  });
});

describe("on a site that is not turned on", () => {
  const heldWindow = async (): Promise<Page> => {
    const find = () => browser.context.pages().find((p) => p.url().endsWith("/tabs/held.html"));
    await expect.poll(() => find() !== undefined).toBe(true);
    return find()!;
  };

  it("a small window asks, and the record has no host; what is clear leaves none", async () => {
    const { page } = browser;
    const [barred, clear] = [
      ...rowsOf(named("location ="), "blocked"),
      ...rowsOf(named("location ="), "clear"),
    ] as [Row, Row];
    await page.goto(`${elsewhere}/empty`);
    const dial = (to: string) => page.evaluate((address) => void (location.href = address), to);
    await dial(barred.address);
    const window = await heldWindow();
    await says(window, "Do not call");
    await refuseIn(window);
    expect(page.url()).toBe(`${elsewhere}/empty`);
    await expect
      .poll(() => recorded(barred.number))
      .toEqual([{ action: "held", layer: "browser", host: "" }]);
    await dial(clear.address);
    await expect.poll(() => dialled(clear.number)).toEqual([`callto:${clear.number}`]);
    await pause(500);
    expect([dialled(barred.number), await recorded(clear.number)]).toEqual([[], []]);
  });

  it("a link in an object goes out as well, of which Chrome tells by its navigation alone", async () => {
    const { page } = browser;
    const [clear] = rowsOf(named("an object"), "clear") as [Row];
    await page.goto(`${elsewhere}/empty`);
    await page.keyboard.press("Shift");
    await page.evaluate(putObject, clear.address);
    await expect.poll(() => dialled(clear.number)).toEqual([`callto:${clear.number}`]);
  });

  it("an emergency number goes out at once", async () => {
    // Chromium lets a page dial once for each act of its user.
    await browser.page.keyboard.press("Shift");
    await browser.page.evaluate(() => void (location.href = "tel:999"));
    await expect.poll(() => dialler!.dialled().at(-1)).toBe("callto://999");
  });
});

it("turned off, dials stay held, and the page says what to do", async () => {
  const { page } = browser;
  const [row] = rowsOf(named("a link, tel:"), "clear") as [Row];
  await drive.open("top", [row]);
  await browser.ask({ kind: "ui.gate", on: false });
  const before = dialler!.dialled().length;
  // A page that was open hears of it: its guard starts no softphone any more.
  await drive.begin(row);
  await page.getByRole("heading", { name: "This call was held" }).waitFor();
  await page.goto(`${elsewhere}/empty`);
  await page.evaluate(() => void (location.href = "tel:+441632960001"));
  await page.getByRole("heading", { name: "This call was held" }).waitFor();
  await page.getByRole("link").click();
  await page.getByRole("button", { name: "Give telephone links back" }).click();
  await page.getByText("Telephone links go to the browser's own handler again.").waitFor();
  expect(await page.evaluate(() => fetch("/dial").then(({ status }) => status))).toBe(200);
  await page.goto(`${elsewhere}/empty`);
  await page.evaluate(() => void (location.href = "tel:+441632960002"));
  await expect.poll(() => dialler!.dialled().slice(before)).toEqual(["tel:+441632960002"]);
});
