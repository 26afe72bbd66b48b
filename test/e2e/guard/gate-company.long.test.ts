/**
 * The browser's gate as a company sets it up: by policies, without a person's click, with as little as Chrome must grant,
 * and with every softphone's protocol switched off.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { protocols } from "../../../extension/page/protocols/all.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { DIAL_PATH, handled, handlerOf } from "../../../shared/dials/browser-gate.ts";
import { openExtensionPage } from "../../../scripts/lib/browser.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { openDialler } from "../kit/dialler.ts";
import { withGate } from "../kit/gate.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, modal, refuseIn, says } from "../kit/modal.ts";
import { type Click, clicks, putClick } from "../kit/plain-clicks.ts";
import { serve } from "../popup/extension-kit.ts";
import { Drive, posted, putObject, type Row, rowOf, rowsOf } from "./drive.ts";
import { escapeIn } from "./kinds.ts";
import { answerRoutes } from "./pages.ts";
import { contexts, type Route, routes } from "./routes.ts";

const { chromium, workerUrl, tokens } = inject("e2e");
const fleet = openDialler(
  chromium,
  {
    RegisteredProtocolHandlers: handled.map((protocol) => ({
      ...{ protocol, url: handlerOf(workerUrl), default: true },
    })),
  },
  { softphone: "callto:", protocolsOff: protocols.map(({ name }) => name) },
);
const folder = mkdtempSync(join(tmpdir(), "cleardial-company-"));
const named = (...names: string[]): Route[] => routes.filter((r) => names.includes(r.name));

let managed: Launched;
let drive: Drive;
let url = "";
/** Of a site that is not turned on. */
let elsewhere = "";
let stop = () => {};
beforeAll(async () => {
  if (!fleet) return;
  const { port, close } = await serve(answerRoutes);
  stop = close;
  url = `http://localhost:${port}`;
  elsewhere = `http://127.0.0.1:${port}`;
  const extension = withGate(folder, ["webNavigation"]);
  managed = await launch({
    ...{ sites: [url], extension, chromium: fleet.executablePath, backForwardCache: true },
  });
  drive = new Drive(managed.page, fleet, url);
});
afterAll(async () => {
  await managed?.close();
  stop();
  fleet?.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(({ skip }) =>
  skip(!fleet, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

async function held(row: Row, words = "Do not call"): Promise<void> {
  await drive.begin(row);
  await says(managed.page, words);
  await managed.page.keyboard.press("Escape");
  await closed(managed.page);
  expect(drive.count(row), row.route.name).toBe(0);
}

/** Has the gate tried as a person does, who finds that links come to it. */
async function tested(): Promise<void> {
  const { own } = managed;
  await own.bringToFront();
  await own.reload();
  await own.getByRole("button", { name: "Test" }).and(own.locator("#gate ~ div button")).click();
  await own.getByText("On: telephone links of the whole browser come to ClearDial first.").waitFor();
  await managed.page.bringToFront();
}
/** What a test found counts no longer. */
const untested = () => managed.ask({ kind: "ui.gate", on: true, softphone: "callto:" });

it("a policy gives telephone links to it, nobody is asked, and Chrome tells it nothing of the browsing history", async () => {
  const { gate } = (await managed.ask({ kind: "ui.options" })) as { gate: object };
  expect(gate).toMatchObject({ on: true, granted: true, full: false, softphone: "callto:" });
  const [barred] = rowsOf(named("an answer that leads there"), "blocked") as [Row];
  const [clear] = rowsOf(named("an answer that leads there"), "clear") as [Row];
  await drive.open("top", [barred, clear]);
  await held(barred);
  await drive.begin(clear);
  expect(await drive.dials(clear)).toBe(true);
  expect(fleet!.dialled()).toEqual([`callto:${clear.number}`]);
});

describe("addresses of the other schemes that a page may handle come to it as well, past every script", () => {
  const [redirect] = named("an answer that leads there") as [Route];
  const sip: Route = { ...redirect, address: (n) => `sip:${n}@pbx.example` };
  const sms: Route = { ...redirect, address: (n) => `sms:${n}`, message: true };

  it("sip: is held, or goes out by the softphone's own scheme", async () => {
    const [barred, clear] = [rowOf(sip, "blocked"), rowOf(sip, "clear")];
    await drive.open("top", [barred, clear]);
    await held(barred);
    await drive.begin(clear);
    expect(await drive.dials(clear)).toBe(true);
    expect(fleet!.dialled().at(-1)).toBe(`callto:${clear.number}`);
  });

  it("sms: is held; one that may be written goes nowhere where the softphone writes none", async () => {
    const [barred, clear, last] = [rowOf(sms, "blocked"), rowOf(sms, "clear"), rowOf(sip, "clear")];
    await drive.open("top", [last]);
    await held(barred, "Do not send a message");
    await drive.begin(clear);
    // The options come to the front. This dial comes after what was still under way.
    await managed.page.bringToFront();
    await drive.begin(last);
    expect(await drive.dials(last)).toBe(true);
    expect(drive.count(clear)).toBe(0);
  });
});

describe("without “Hear of all of them”", () => {
  /** Ways that open a window for the call. */
  const OPENS = /\b(?:blank|empty) window's location|, in a window$|^an animated link/;
  const SMALL = "/tabs/held.html";
  /** Refuses a barred call wherever the agent is asked about it, and true where that is the page. */
  async function refusedInPage(row: Row): Promise<boolean> {
    const { page, context } = managed;
    let at: Page | undefined;
    const asks = async () => {
      for (const one of context.pages())
        if (one.url().endsWith(SMALL) || (await modal(one).catch(() => null))) return (at = one);
      return null;
    };
    await drive.begin(row);
    await expect.poll(asks, { message: row.route.name }).not.toBeNull();
    const isSmall = at!.url().endsWith(SMALL);
    await says(at!, "Do not call");
    await at!.bringToFront();
    if (isSmall) await refuseIn(at!);
    else await at!.keyboard.press("Escape").then(() => closed(at!));
    await drive.tidy();
    expect(drive.count(row), row.route.name).toBe(0);
    return at === page;
  }

  it.each(contexts.filter((context) => escapeIn(context).length > 0))(
    "what escapes the guard is held, shown and recorded, in the page but where the call opened a window: %s",
    async (context) => {
      const rows = rowsOf(escapeIn(context), "blocked");
      await drive.open(context, context === "other" ? [] : rows);
      const outside: string[] = [];
      for (const row of rows) if (!(await refusedInPage(row))) outside.push(row.route.name);
      const names = rows.map(({ route }) => route.name);
      expect(outside).toEqual(names.filter((name) => OPENS.test(name)));
      const unrecorded = async () => {
        const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", "/v1/dials?limit=500");
        const held = dials.filter(({ action, layer }) => action === "held" && layer === "browser");
        return rows
          .filter((row) => !held.some(({ number }) => number === row.number))
          .map(({ route }) => route.name);
      };
      await expect.poll(unrecorded).toEqual([]);
    },
  );

  it("a call in an object on another site is lost: it goes nowhere, and nobody hears of it", async () => {
    const { page } = managed;
    const [lost, next] = rowsOf(named("an object", "location ="), "clear") as [Row, Row];
    await page.goto(`${elsewhere}/empty`);
    await page.keyboard.press("Shift");
    await page.evaluate(putObject, lost.address);
    await pause(1000);
    await page.keyboard.press("Shift");
    await page.evaluate((address) => void (location.href = address), next.address);
    expect(await drive.dials(next)).toBe(true);
    expect(drive.count(lost)).toBe(0);
  });
});

it("with each softphone's protocol switched off their calls pass, and links are held as before", async () => {
  const ways = [
    ...["a link, tel:", "location.href =", "open", "submit", "a frame in markup"],
    "a click on a link in a closed root",
  ];
  const rows = rowsOf(named(...ways), "blocked");
  expect(rows).toHaveLength(ways.length);
  await drive.open("top", rows);
  expect(await posted(managed.page, rows[0]!.number, 20_000)).toEqual(["a channel", "a port"]);
  for (const row of rows) {
    await held(row);
    await drive.tidy();
  }
});

describe("a person's plain click on a clear number starts the softphone in the page, once the gate was found to work", () => {
  const [link] = named("a link, tel:") as [Route];
  let watch: Page;
  let rows = new Map<Click, Row>();
  let first: Row;
  let forms = 0;

  const put = (how: Click, address: string) => managed.page.evaluate(putClick, [how, address] as const);
  async function click(how: Click, row = rows.get(how)!): Promise<void> {
    const { page } = managed;
    await page.bringToFront();
    await put(how, row.address);
    // Until scripts in the frame are ready, nothing starts there in any case.
    if (how.includes("frame")) await pause(500);
    const isShifted = how === "with the shift key";
    if (isShifted) await page.keyboard.down("Shift");
    if (how === "by Enter") await page.keyboard.press("Enter");
    else await page.mouse.click(12, 14);
    if (isShifted) await page.keyboard.up("Shift");
    if (clicks[how] === "nobody") await pause(500);
    else expect(await drive.dials(row), how).toBe(true);
    await drive.tidy();
  }
  /** What went out to a number, and how many of its dials went by the Worker's page. */
  async function by(row: Row): Promise<[string[], number]> {
    const digits = row.number.slice(3);
    const detours = await watch.evaluate(() => (window as unknown as { detours: string[] }).detours);
    const to = (address: string) => decodeURIComponent(address).includes(digits);
    return [fleet!.dialled().filter(to), detours.filter(to).length];
  }

  beforeAll(async () => {
    if (!fleet) return;
    managed.context.on("request", (request) => {
      if (request.url().includes("/empty?")) forms++;
    });
    // Playwright does not hear of the request with which a window begins that the shift key opens.
    watch = await openExtensionPage(managed);
    await watch.evaluate((page) => {
      const { detours } = Object.assign(window, { detours: [] as string[] });
      chrome.webRequest.onBeforeRequest.addListener(({ url }) => void detours.push(url), { urls: [page] });
    }, `${workerUrl}${DIAL_PATH}*`);
    rows = new Map((Object.keys(clicks) as Click[]).map((how) => [how, rowOf(link, "clear")]));
    first = rowOf(link, "clear");
  });

  it("not before", async () => {
    await drive.open("top", [first, ...rows.values()]);
    await untested();
    await click("", first);
    await pause(300);
    expect(await by(first)).toEqual([[`callto:${first.number}`], 1]);
  });

  it("what opens nothing dials nothing, and all others dial once: what is not plain by the detour", async () => {
    await tested();
    // The page has been open since before that.
    for (const how of rows.keys()) await click(how);
    await pause(500);
    const wanted = [...rows].map(([how, row]) => {
      const address = `callto:${how === "in digits that a line completes" ? row.number.replace("+44", "0") : row.number}`;
      return [how, clicks[how] === "nobody" ? [] : [address], clicks[how] === "gate" ? 1 : 0];
    });
    const came = await Promise.all([...rows].map(async ([how, row]) => [how, ...(await by(row))]));
    expect(came).toEqual(wanted);
    expect(forms).toBe(1);
  });

  it("each leaves the guard's record alone, and lets no other dial of the number out", async () => {
    const recorded = async () => {
      const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", "/v1/dials?limit=500");
      return (row: Row) =>
        dials
          .filter(({ number }) => number === row.number)
          .map(({ action, layer }) => `${action} ${layer}`)
          .reverse();
    };
    const byPages = [...rows].filter(([how]) => clicks[how] === "page");
    const all = async () => {
      const of = await recorded();
      return byPages.map(([how, row]) => [how, ...of(row)]);
    };
    await expect.poll(all).toEqual(byPages.map(([how]) => [how, "passed page"]));
    const again = rowOf(link, "clear");
    rows.set("on a child", again);
    await drive.open("top", [again]);
    await click("on a child");
    // Within the time in which the gate would take it for the same dial.
    await drive.begin({ ...again, route: named("an answer that leads there")[0]! });
    await expect.poll(() => by(again)).toEqual([Array(2).fill(`callto:${again.number}`), 1]);
    await expect.poll(async () => (await recorded())(again)).toEqual(["passed page", "passed browser"]);
  });

  it("a page hears no more of it than of one that goes by the gate", async () => {
    const [plain, other] = [rowOf(link, "clear"), rowOf(link, "clear")];
    await drive.open("top", [plain, other]);
    const heard = async (how: Click, row: Row) => {
      rows.set(how, row);
      await put(how, row.address);
      await managed.page.evaluate(() => {
        const seen: string[] = [];
        const { navigation } = Object.assign(window as unknown as { navigation: EventTarget }, { seen });
        const note = (event: Event) => {
          const { destination } = event as Event & { destination?: { url: string } };
          const scheme = (destination?.url ?? "-").replace(/:.*/, "");
          seen.push(`${event.type} ${scheme} ${event.defaultPrevented} ${document.activeElement?.localName}`);
        };
        for (const type of ["click", "DOMActivate", "focusin", "focusout", "blur", "beforeunload"])
          addEventListener(type, note);
        for (const type of ["navigate", "navigateerror", "navigatesuccess"])
          navigation.addEventListener(type, note);
        new MutationObserver(() => seen.push("changed")).observe(document, {
          ...{ subtree: true, childList: true, attributes: true },
        });
      });
      await managed.page.mouse.click(12, 14);
      expect(await drive.dials(row)).toBe(true);
      await pause(300);
      return managed.page.evaluate(() => [
        ...(window as unknown as { seen: string[] }).seen,
        navigator.userActivation.isActive,
      ]);
    };
    const rest = await heard("in digits that a line completes", other);
    await drive.open("top", [plain, other]);
    const byPage = await heard("", plain);
    const more = byPage.filter(
      (one) => rest.splice(rest.indexOf(one), Number(rest.includes(one))).length === 0,
    );
    expect(more).toEqual([]);
    // What was clicked ends once, as it does by the gate; of our own link nothing is heard.
    const navigations = byPage.filter((one) => String(one).startsWith("navigate"));
    expect(navigations).toEqual(["navigate tel false a", "navigateerror - false a"]);
    expect([(await by(plain))[1], (await by(other))[1]]).toEqual([0, 1]);
  });

  it("not in a page that was open before ClearDial came to it, whose listeners come first", async () => {
    const row = rowOf(link, "clear");
    await managed.ask({ kind: "ui.site", tabId: -1, origins: [url], on: false });
    await managed.page.goto(`${url}/?numbers=${encodeURIComponent(row.number)}`);
    await managed.turnOn(url);
    await managed.page.bringToFront();
    await expectVerdicts(managed.page, { [row.number]: "clear" });
    await click("", row);
    await pause(300);
    expect(await by(row)).toEqual([[`callto:${row.number}`], 1]);
  });

  it("not in a page that comes back from the back/forward cache, which heard of no change", async () => {
    const { page } = managed;
    const row = rowOf(link, "clear");
    await page.goto(`${url}/kept?${row.number}`);
    await expectVerdicts(page, { [row.number]: "clear" });
    await page.goto(`${url}/empty`);
    await untested();
    await page.evaluate("setTimeout(() => history.back())");
    await expect.poll(() => page.title()).toBe("shown true");
    await expectVerdicts(page, { [row.number]: "clear" });
    await click("", row);
    await pause(300);
    expect(await by(row)).toEqual([[`callto:${row.number}`], 1]);
  });
});

it("removed, the extension leaves dials held, and a page says so and what to do", async () => {
  const row = rowOf(named("a link, tel:")[0]!, "clear");
  await tested();
  await drive.open("top", [row]);
  const before = fleet!.dialled().length;
  // It takes its own page with it.
  await managed.own.evaluate(() => chrome.management.uninstallSelf()).catch(() => undefined);
  await drive.begin(row);
  await pause(500);
  expect(fleet!.dialled()).toHaveLength(before);
  const page = await managed.context.newPage();
  await page.goto(`${workerUrl}/policy`);
  await page.evaluate(() => void (location.href = "tel:+441632960001"));
  await page.getByRole("heading", { name: "This call was held" }).waitFor();
  expect(fleet!.dialled()).toHaveLength(before);
});
