/**
 * What the browser's gate adds to a call that may be made: from the act to the start of the softphone, beside two browsers
 * without ClearDial. In one the telephone link starts it by itself; in the other a simple handler of the bench takes such
 * links, and starts the softphone's own address whatever the number. Differences are of the percentiles, not of single calls.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import {
  type Browser,
  grantedCopy,
  joinTeam,
  launchBrowser,
  openExtensionPage,
  send,
  turnOn,
} from "../../../scripts/lib/browser.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { invite } from "../../../scripts/lib/seed.ts";
import { DIAL_PATH, handlerOf } from "../../../shared/dials/browser-gate.ts";
import { gateBuild } from "../../e2e/kit/gate-build.ts";
import { EXTENSION_ID, policiesPossible, underPolicy } from "../../e2e/kit/under-policy.ts";
import { untilMarked, withWorker } from "../both-sides.ts";
import { ms, quantile, titled } from "../table.ts";

/** Dials of each way, on each side: of fewer, the 95th percentile is chance. More than 120 a minute are held. */
const DIALS = 100;
const APART_MS = 550;
const LONGEST_MS = 10_000;

const ways = [
  "a link, on a site that is on",
  "a server's redirect, on a site that is on",
  "a link, on another site",
] as const;
type Way = (typeof ways)[number];
/** `managed`: ClearDial's gate by policies; `turnedOn`: as a person turns it on, with the service worker of the Worker's page. */
const sides = ["without", "handler", "managed", "turnedOn"] as const;
type Side = (typeof sides)[number];
const label: Record<Side, string> = {
  without: "without",
  handler: "simple handler",
  managed: "by policies",
  turnedOn: "turned on by a person",
};
const isOurs = (side: Side): boolean => side === "managed" || side === "turnedOn";

/** Clear ones: every third of these is listed. */
const numbers = Array.from({ length: DIALS }, (_, i) => `+44207946${String(i * 3 + 1).padStart(4, "0")}`);
const html = `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">
<style>a { position: fixed; left: 4px; top: 4px } div { margin-top: 40px; columns: 4 } p { margin: 2px }</style>
<a href="#">Call</a><div>${numbers.map((number) => `<p>${number}</p>`).join("")}</div><script>
  window.began = 0;
  addEventListener("click", ({ timeStamp }) => { began = performance.timeOrigin + timeStamp; }, true);
  if (location.search === "?handler") new EventSource("/told").onmessage = ({ data }) => {
    const link = document.createElement("a");
    link.href = data;
    link.click();
  };
</script>`;
interface Timed {
  began: number;
}

/** A softphone, as the system starts one: it writes down when. */
function softphoneIn(folder: string) {
  const [log, bin] = [join(folder, "started.txt"), join(folder, "bin")];
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/bash\nprintf '%s %s\\n' "$EPOCHREALTIME" "$1" >> ${log}\n`;
  writeFileSync(join(bin, "xdg-open"), script, { mode: 0o700 });
  // Chromium runs it before each dial, and the real one is slow.
  writeFileSync(join(bin, "xdg-settings"), "#!/bin/sh\necho no\n", { mode: 0o700 });
  return {
    bin,
    /** When it was started for a number, in milliseconds since the epoch; null where it was not. */
    async startedFor(number: string, before: number): Promise<number | null> {
      for (const until = Date.now() + LONGEST_MS; Date.now() < until; await pause(5)) {
        const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(before, -1) : [];
        const line = lines.find((one) => one.includes(number));
        if (line !== undefined) return Number(line.split(" ")[0]) * 1000;
      }
      return null;
    },
    lines: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0),
  };
}

/** Null where no Chromium can be had that hands addresses on without asking a person. */
export async function browserGate(): Promise<string | null> {
  const took = Object.fromEntries(ways.map((way) => [way, sides.map(() => [] as number[])]));
  /** The page beside the bench's own handler. */
  let told: ServerResponse | null = null;
  const server = createServer(({ url = "" }, response) => {
    const [, dialled] = /^\/dial\?u=(.*)$/.exec(url) ?? [];
    if (dialled !== undefined) {
      told?.write(`data: ${decodeURIComponent(dialled).replace("tel:", "callto:")}\n\n`);
      return void response.writeHead(204).end();
    }
    if (url === "/told")
      return void (told = response.writeHead(200, { "content-type": "text/event-stream" }));
    const [, to] = /^\/to\?(.*)$/.exec(url) ?? [];
    if (to !== undefined) response.writeHead(302, { location: decodeURIComponent(to) }).end();
    else response.setHeader("content-type", "text/html").end(html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [site, elsewhere] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  let possible = true;
  /** Dials of links for which a guard started the softphone itself. */
  let byPage = DIALS;
  try {
    await withWorker(async ({ chromium, directory, folder, url, token }) => {
      possible = policiesPossible(chromium);
      if (!possible) return;
      const open = async (side: Side) => {
        const own = join(folder, side);
        const softphone = softphoneIn(own);
        const policy = {
          AutoLaunchProtocolsFromOrigins: ["tel", "callto"].map((protocol) => ({
            protocol,
            allowed_origins: ["*"],
          })),
          ...(side === "managed" && {
            "3rdparty": { extensions: { [EXTENSION_ID]: { softphone: "callto:" } } },
          }),
        };
        const address = side === "managed" ? handlerOf(url) : `${elsewhere}${DIAL_PATH}?u=%s`;
        const handler = { protocol: "tel", url: address, default: true };
        const isGiven = side === "handler" || side === "managed";
        const recommended = isGiven ? { RegisteredProtocolHandlers: [handler] } : {};
        const build = isOurs(side) ? gateBuild : grantedCopy;
        const browser: Browser = await launchBrowser({
          executablePath: underPolicy(chromium, own, policy, softphone.bin, recommended),
          extension: build(directory, join(own, "extension"), ["http://localhost/*"]),
          profile: join(own, "profile"),
          headless: true,
          size: { width: 1280, height: 900 },
        });
        const ours = await openExtensionPage(browser);
        const tab = await browser.context.newPage();
        if (isOurs(side)) {
          const agent = { name: "Gate", email: `${side.toLowerCase()}@example.com`, role: "agent" } as const;
          await joinTeam(ours, url, await invite(url, token, agent));
          await turnOn(ours, [site]);
          if (side === "turnedOn") await askChrome(ours, tab);
          await findOn(ours);
        }
        await tab.bringToFront();
        return { browser, tab, softphone };
      };
      const opened = {
        without: await open("without"),
        handler: await open("handler"),
        managed: await open("managed"),
        turnedOn: await open("turnedOn"),
      };
      let detours = 0;
      opened.managed.browser.context.on("request", (request) => {
        if (request.url().startsWith(`${url}${DIAL_PATH}`)) detours++;
      });
      for (const way of ways) {
        const at = way === "a link, on another site" ? elsewhere : site;
        for (const side of sides) await opened[side].tab.goto(side === "handler" ? `${at}/?handler` : at);
        for (const side of sides) if (at === site && isOurs(side)) await untilMarked(opened[side].tab, DIALS);
        for (const [n, number] of numbers.entries())
          // Each is first as often as the others: a dial may feel what the one before left to do.
          for (const side of [...sides.slice(n % sides.length), ...sides.slice(0, n % sides.length)]) {
            const { tab, softphone } = opened[side];
            const before = softphone.lines();
            const began = await dial(tab, way, number, at);
            const started = await softphone.startedFor(number, before);
            // Each has to go out: a call that is held would be no call.
            if (started === null) throw new Error(`${way}, ${label[side]}: ${number} did not go out`);
            took[way]![sides.indexOf(side)]!.push(started - began);
            await pause(APART_MS / (sides.length - 1));
          }
        if (way === "a link, on a site that is on") byPage -= detours;
      }
      // Redirects go there: where no request is seen, nothing tells who started the softphone.
      if (detours === DIALS - byPage) throw new Error(`No request for ${DIAL_PATH} was seen`);
      for (const { browser } of Object.values(opened)) await browser.close();
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  if (!possible) return null;
  const table = titled(
    `From the act to the start of the softphone, of calls to clear numbers by the browser's gate (${DIALS} each)`,
    [
      [
        "",
        ...[label.without, label.handler, "with ClearDial"].flatMap((head) => [`${head} p50`, "p95"]),
        ...["beyond without p50", "p95"],
        ...["beyond the handler p50", "p95"],
      ],
      ...ways.flatMap((way) => {
        const quantiles = took[way]!.map((times) => [0.5, 0.95].map((q) => quantile(times, q)));
        const [without, handler] = quantiles as [number[], number[]];
        return sides.filter(isOurs).map((side) => {
          const own = quantiles[sides.indexOf(side)]!;
          const beside = (other: number[]) => own.map((time, i) => time - other[i]!);
          const cells = [...without, ...handler, ...own, ...beside(without), ...beside(handler)];
          return [`${way}; ${label[side]}`, ...cells.map(ms)];
        });
      }),
    ],
  );
  return `${table}\n\nOf the links on a site that is on, by policies, the page's guard started the softphone itself for ${byPage} of ${DIALS}.`;
}

/** Turns the gate on as a person does, by one click on the Worker's page and Chrome's question, and waits for its service worker. */
async function askChrome(options: Page, tab: Page): Promise<void> {
  const { page } = (await send(options, { kind: "ui.gate", on: true, softphone: "callto:" })) as {
    page: string;
  };
  await tab.goto(page);
  const session = await tab.context().newCDPSession(tab);
  await session.send("Page.setRPHRegistrationMode", { mode: "autoAccept" });
  await tab.getByRole("button", { name: "Open telephone links with ClearDial" }).click();
  await tab.getByText("Chrome has been asked.").waitFor();
  await tab.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await options.bringToFront();
}

/** Has the gate tried by the options' button: guards start the softphone once it was found to work. */
async function findOn(options: Page): Promise<void> {
  await options.reload();
  await options.getByRole("button", { name: "Test" }).and(options.locator("#gate ~ div button")).click();
  await options.getByText("On: telephone links of the whole browser").waitFor();
}

/** Does what a person or a page does; answers when, in milliseconds since the epoch. */
async function dial(tab: Page, way: Way, number: string, site: string): Promise<number> {
  if (way === "a server's redirect, on a site that is on") {
    // Chromium lets a page dial once for each act of its user.
    await tab.keyboard.press("Shift");
    return tab.evaluate(
      (to) => {
        const now = performance.timeOrigin + performance.now();
        location.href = to;
        return now;
      },
      `${site}/to?${encodeURIComponent(`tel:${number}`)}`,
    );
  }
  await tab.evaluate((to) => (document.querySelector("a")!.href = to), `tel:${number}`);
  await tab.click("a");
  return tab.evaluate(() => (window as unknown as Timed).began);
}
