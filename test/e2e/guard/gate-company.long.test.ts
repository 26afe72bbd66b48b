/**
 * The browser's gate as a company sets it up: by policies, without a person's click, with as little as Chrome must grant,
 * and with every softphone's protocol switched off.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { protocols } from "../../../extension/page/protocols/all.ts";
import { handled, handlerOf } from "../../../shared/dials/browser-gate.ts";
import { openDialler } from "../kit/dialler.ts";
import { withGate } from "../kit/gate.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";
import { Drive, posted, type Row, rowOf, rowsOf } from "./drive.ts";
import { answerRoutes } from "./pages.ts";
import { type Route, routes } from "./routes.ts";

const { chromium, workerUrl } = inject("e2e");
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
