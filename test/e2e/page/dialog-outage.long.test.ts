/** Dials while the server is away: what was clear goes on for a while, and records of calls wait. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import type { DialsState } from "../../../extension/carried.ts";
import { joinTeam, launchBrowser, openExtensionPage, send, turnOn } from "../../../scripts/lib/browser.ts";
import { invite } from "../../../scripts/lib/seed.ts";
import { expectVerdicts } from "../kit/harness.ts";
import { closed, inOurWorld, says } from "../kit/modal.ts";
import { emailOf } from "../kit/setup.ts";
import { shot } from "../kit/shots.ts";
import { actions, dialled, dialsOf, fill, linkTo } from "./dialog-kit.ts";

const { pagesUrl, workerUrl, tokens, chromium, granted } = inject("e2e");

/** A proxy before the Worker that can be shut down, or lose the answers to requests that it passed on. */
async function gateway() {
  let losing = false;
  let server: Server | null = null;
  let port = 0;
  const seen: string[] = [];
  async function up(): Promise<void> {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const headers = { ...request.headers } as Record<string, string>;
        for (const name of ["host", "connection", "content-length"]) delete headers[name];
        const sent = parts.length > 0 ? { body: Buffer.concat(parts) } : {};
        void fetch(workerUrl + request.url, { method: request.method!, headers, ...sent })
          .then(async (answer) => {
            const body = Buffer.from(await answer.arrayBuffer());
            if (request.url === "/v1/dials") seen.push(headers["idempotency-key"] ?? "");
            if (losing && request.url === "/v1/dials") return response.destroy();
            const said = Object.fromEntries([...answer.headers].filter(([n]) => n !== "content-encoding"));
            delete said["content-length"];
            delete said["transfer-encoding"];
            response.writeHead(answer.status, said).end(body);
          })
          .catch(() => response.destroy());
      });
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  }
  async function down(): Promise<void> {
    server?.closeAllConnections();
    server?.close();
    if (server) await once(server, "close");
    server = null;
  }
  await up();
  return { url: `http://127.0.0.1:${port}`, up, down, seen, lose: (yes: boolean) => (losing = yes) };
}

describe("without an answer", () => {
  it("a page that opens meanwhile lets go on what was clear, and holds what it never asked about", async () => {
    const way = await gateway();
    const profile = mkdtempSync(join(tmpdir(), "cleardial-profile-"));
    const options = { executablePath: chromium, extension: granted, profile, headless: true } as const;
    const open = await launchBrowser(options);
    const asked = "0113 496 0041"; // clear
    const never = "0113 496 0051"; // clear as well
    const had = (await dialsOf(asked)).length;
    try {
      const own = await openExtensionPage(open);
      const who = { name: "The agent", email: emailOf("agent"), role: "agent" } as const;
      await joinTeam(own, way.url, await invite(workerUrl, tokens.admin, who));
      await turnOn(own, [pagesUrl]);
      const tab = await open.context.newPage();
      await tab.goto(`${pagesUrl}/frame?count=0`);
      await fill(tab, `<p>${linkTo(asked)}</p>`);
      await expectVerdicts(tab, { [asked]: "clear" });
      // The last word is ten minutes old: more than a clear number needs, and less than policy allows in an outage.
      await open.context.serviceWorkers()[0]!.evaluate((ago) => {
        const real = Date.now;
        Date.now = () => real() - ago;
      }, 600_000);
      await send(own, { kind: "page.poll", seq: 0 });
      await way.down();
      await tab.reload();
      await fill(tab, `<p>${linkTo(asked)} ${linkTo(never, "never")}</p>`);
      await expectVerdicts(tab, { [asked]: "clear", [never]: "unknown" });
      await tab.keyboard.press("Alt+Shift+C");
      const card = () =>
        inOurWorld(
          tab,
          () => {
            const host = document.querySelector<HTMLElement>("cleardial-host")!;
            const root = chrome.dom.openOrClosedShadowRoot(host)!;
            return root.querySelector<HTMLElement>("dialog[open]")?.innerText ?? "";
          },
          null,
        );
      await expect.poll(card).toContain("Checked before the server went away");
      await shot(tab, "card-outage");
      await tab.keyboard.press("Escape");
      await tab.click("#link");
      await expect.poll(() => dialled(tab)).toEqual(["link"]);
      await tab.click("#never");
      await says(tab, "Not known: do not call yet");
      await tab.keyboard.press("Escape");
      await closed(tab);
      expect(await dialled(tab)).toEqual(["link"]);
      await way.up();
      expect(await actions(asked, had, 1)).toEqual(["passed"]);
      // It stood by the outage alone, says so, and was judged again by the Worker.
      const [dial] = await dialsOf(asked);
      expect(dial).toMatchObject({ agrees: true, workerVerdict: "clear" });
      expect(dial!.reasons.map(({ code }) => code)).toContain("outage");
    } finally {
      await open.close();
      await way.down();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it("records wait over a restart of the browser, and each is sent once", async () => {
    const way = await gateway();
    const profile = mkdtempSync(join(tmpdir(), "cleardial-profile-"));
    const options = { executablePath: chromium, extension: granted, profile, headless: true } as const;
    const number = "0113 496 0040"; // on the TPS
    const had = (await dialsOf(number)).length;
    const state = async (own: Page) =>
      ((await send(own, { kind: "ui.state", tabId: 999_999 })) as { dials: DialsState }).dials;
    let open = await launchBrowser(options);
    try {
      let own = await openExtensionPage(open);
      const who = { name: "The agent", email: emailOf("agent"), role: "agent" } as const;
      await joinTeam(own, way.url, await invite(workerUrl, tokens.admin, who));
      await turnOn(own, [pagesUrl]);
      const tab = await open.context.newPage();
      await tab.goto(`${pagesUrl}/frame?count=0`);
      await fill(tab, `<p>${linkTo(number)}</p>`);
      await expectVerdicts(tab, { [number]: "blocked" });

      // The Worker stores it, but the answer is lost.
      way.lose(true);
      await tab.click("#link");
      await says(tab, "Do not call");
      await expect.poll(() => way.seen.length).toBeGreaterThan(0);
      await tab.keyboard.press("Escape");
      await closed(tab);
      await way.down();
      await tab.click("#link");
      await says(tab, "Do not call");
      await tab.keyboard.press("Escape");
      await closed(tab);
      expect((await state(own)).waiting).toBe(2);
      const popup = await openExtensionPage(open, "popup.html");
      await popup.getByText("2 records of calls wait for the server.").waitFor();
      await shot(popup, "popup-dials-wait");
      await open.close();

      way.lose(false);
      await way.up();
      open = await launchBrowser(options);
      own = await openExtensionPage(open);
      await expect.poll(async () => (await state(own)).waiting, { timeout: 20_000 }).toBe(0);
      expect(await actions(number, had, 2)).toEqual(["held", "held"]);
      // The first one was sent more than once, each time under the same key.
      expect(new Set(way.seen).size).toBe(2);
      expect(way.seen.length).toBeGreaterThan(2);
    } finally {
      await open.close();
      await way.down();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
