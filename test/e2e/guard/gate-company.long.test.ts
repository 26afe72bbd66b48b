/**
 * The browser's gate as a company sets it up: by policies, without a person's click, with as little as Chrome must grant,
 * and with every softphone's protocol switched off.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { protocols } from "../../../extension/page/protocols/all.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { handled, handlerOf } from "../../../shared/dials/browser-gate.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { openDialler } from "../kit/dialler.ts";
import { withGate } from "../kit/gate.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";
import { Drive, posted, type Row, rowOf, rowsOf } from "./drive.ts";
import { answerRoutes } from "./pages.ts";
import { type Route, routes } from "./routes.ts";

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
let stop = () => {};
beforeAll(async () => {
  if (!fleet) return;
  const { port, close } = await serve(answerRoutes);
  stop = close;
  const url = `http://localhost:${port}`;
  const extension = withGate(folder, ["webNavigation"]);
  managed = await launch({ sites: [url], extension, chromium: fleet.executablePath });
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
  /** What a link does when it is clicked, and how often it dials: by the page itself, or by the gate's detour. */
  const clicks = {
    "": "page",
    "on a child": "page",
    "in a closed root": "page",
    "by Enter": "page",
    "with separators": "page",
    "taken out of the page by its handler": "page",
    "beside a form that its handler sends": "page",
    "given its number by its handler": "page",
    "stopped by its handler": "gate",
    "made by a script": "gate",
    "with the shift key": "gate",
    "to another window": "gate",
    "in a frame": "gate",
    "that downloads": "gate",
    "in digits that a line completes": "gate",
    "cancelled by its handler": "nobody",
    "cancelled at the window": "nobody",
    "cancelled by who hears of navigations": "nobody",
    "cancelled by who hears of navigations since the click": "nobody",
  } as const;
  type Click = keyof typeof clicks;
  const [link] = named("a link, tel:") as [Route];
  const detours: string[] = [];
  let rows = new Map<Click, Row>();
  let first: Row;
  let forms = 0;

  const put = (how: Click, address: string) =>
    managed.page.evaluate(
      ([name, to]) => {
        const { place, navigation } = window as unknown as { place: HTMLElement; navigation: EventTarget };
        const made = document.createElement("a");
        Object.assign(made, { href: to, innerHTML: "<b>Call me</b>" });
        if (name !== "on a child") made.textContent = "Call me";
        const clicked = (run: (event: Event) => void, at: EventTarget = made) =>
          at.addEventListener("click", run, { once: true });
        const prevents = (event: Event) => event.preventDefault();
        const hears = () => navigation.addEventListener("navigate", prevents, { once: true });
        place.replaceChildren(made);
        const ways: Partial<Record<typeof name, () => unknown>> = {
          "in a closed root": () =>
            place.appendChild(document.createElement("i")).attachShadow({ mode: "closed" }).append(made),
          "with separators": () => (made.href = to.replace(/(\d{2})(\d{3})(\d{3})/, "$1-$2.$3-")),
          "taken out of the page by its handler": () => clicked(() => made.remove()),
          "beside a form that its handler sends": () =>
            clicked(() => {
              const form = Object.assign(document.createElement("form"), {
                action: "/empty",
                target: "sent",
              });
              place.append(form);
              form.submit();
            }),
          "given its number by its handler": () => ((made.href = "#"), clicked(() => (made.href = to))),
          "stopped by its handler": () => clicked((event) => event.stopPropagation()),
          "made by a script": () => {
            const button = document.createElement("button");
            button.textContent = "Call me";
            place.replaceChildren(button);
            clicked(() => made.click(), button);
          },
          "to another window": () => (made.target = "_blank"),
          "in a frame": () => {
            const frame = document.createElement("iframe");
            place.replaceChildren(frame);
            frame.contentDocument!.body.style.margin = "0";
            frame.contentDocument!.body.append(made);
          },
          "that downloads": () => (made.download = ""),
          "in digits that a line completes": () => (made.href = to.replace("+44", "0")),
          "cancelled by its handler": () => clicked(prevents),
          "cancelled at the window": () => clicked(prevents, window),
          "cancelled by who hears of navigations": hears,
          "cancelled by who hears of navigations since the click": () => clicked(hears),
        };
        ways[name]?.();
        if (name === "by Enter") made.focus();
      },
      [how, address] as const,
    );
  async function click(how: Click, row = rows.get(how)!): Promise<void> {
    const { page } = managed;
    await page.bringToFront();
    await put(how, row.address);
    if (how === "by Enter") await page.keyboard.press("Enter");
    else {
      if (how === "with the shift key") await page.keyboard.down("Shift");
      await page.mouse.click(12, 14);
      if (how === "with the shift key") await page.keyboard.up("Shift");
    }
    if (clicks[how] === "nobody") await pause(500);
    else expect(await drive.dials(row), how).toBe(true);
    await drive.tidy();
  }
  /** By whom a number was dialled, each time; and at last what went out. */
  const by = (row: Row) => {
    const digits = row.number.slice(3);
    const dialled = fleet!.dialled().filter((address) => address.includes(digits));
    const came = detours.filter((url) => decodeURIComponent(url).includes(digits)).length;
    return [dialled, came] as const;
  };

  beforeAll(async () => {
    if (!fleet) return;
    managed.context.on("request", (request) => {
      if (request.url().startsWith(`${workerUrl}/dial`)) detours.push(request.url());
      if (request.url().includes("/empty?")) forms++;
    });
    rows = new Map((Object.keys(clicks) as Click[]).map((how) => [how, rowOf(link, "clear")]));
    first = rowOf(link, "clear");
    await drive.open("top", [first, ...rows.values()]);
  });

  it("not before", async () => {
    // What the daily test may have found counts no longer.
    await managed.ask({ kind: "ui.gate", on: true, softphone: "callto:" });
    await click("", first);
    await pause(300);
    expect(by(first)).toEqual([[`callto:${first.number}`], 1]);
  });

  it("what opens nothing dials nothing, and all others dial once: what is not plain by the detour", async () => {
    const { own } = managed;
    await own.bringToFront();
    await own.reload();
    await own.getByRole("button", { name: "Test" }).and(own.locator("#gate ~ div button")).click();
    await own.getByText("On: telephone links of the whole browser come to ClearDial first.").waitFor();
    // The page has been open since before that.
    for (const how of rows.keys()) await click(how);
    await pause(500);
    const wanted = [...rows].map(([how, row]) => {
      const address = `callto:${how === "in digits that a line completes" ? row.number.replace("+44", "0") : row.number}`;
      return [how, clicks[how] === "nobody" ? [] : [address], clicks[how] === "gate" ? 1 : 0];
    });
    expect([...rows].map(([how, row]) => [how, ...by(row)])).toEqual(wanted);
    expect(forms).toBe(1);
  });

  it("each leaves the guard's record alone, and lets no other dial of the number out", async () => {
    const row = rows.get("on a child")!;
    const layers = async () =>
      (await call<DialsAnswer>(workerUrl, tokens.admin, "GET", "/v1/dials?limit=500")).dials
        .filter(({ number }) => number === row.number)
        .map(({ action, layer }) => `${action} ${layer}`)
        .reverse();
    await expect.poll(layers).toEqual(["passed page"]);
    const again = rowOf(link, "clear");
    rows.set("on a child", again);
    await drive.open("top", [again]);
    await click("on a child");
    // Within the time in which the gate would take it for the same dial.
    await drive.begin({ ...again, route: named("an answer that leads there")[0]! });
    await expect.poll(() => by(again)[0]).toHaveLength(2);
    row.number = again.number;
    await expect.poll(layers).toEqual(["passed page", "passed browser"]);
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
        const note = (event: Event) =>
          seen.push(`${event.type} ${event.defaultPrevented} ${document.activeElement?.localName}`);
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
    expect([by(plain)[1], by(other)[1]]).toEqual([0, 1]);
  });
});

it("removed, the extension leaves dials held, and a page says so and what to do", async () => {
  const before = fleet!.dialled().length;
  const page = await managed.context.newPage();
  // It takes its own page with it.
  await managed.own.evaluate(() => chrome.management.uninstallSelf()).catch(() => undefined);
  await page.goto(`${workerUrl}/policy`);
  await page.evaluate(() => void (location.href = "tel:+441632960001"));
  await page.getByRole("heading", { name: "This call was held" }).waitFor();
  expect(fleet!.dialled()).toHaveLength(before);
});
