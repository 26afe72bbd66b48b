/**
 * What leaves the browser while an agent works, read off the wire: telephone numbers, codes, and what was typed into
 * our own forms. Never a page's words, title or address; of the page of a dial, only the host.
 */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { bodies } from "./leaves-list.ts";
import { closed, inOurWorld, press, says } from "../kit/modal.ts";
import { openWire, type Sent, type Wire } from "../kit/wire.ts";

const { workerUrl } = inject("e2e");

// Their verdicts follow the fixtures' rule.
const CLEAR = "0141 496 0001";
const TPS = "0141 496 0010";
const HOUSE = "0141 496 0508";
const ASKED = "0141 496 0005";
/** No other test uses it. */
const FOREIGN = "+1 809 555 0123";

/** Words of the page, its title and its address: they must be in no request of ours. */
const words = [
  ..."Zebedee Quillfeather Marzipan Terrace Wolverhampton wombat haberdashery grevillea kestrel quandary".split(
    " ",
  ),
  ...["1979-03-14", "WV9 9ZZ", "AC-77310"],
];
const path = "/grevillea/Quillfeather%20Z?kestrel=quandary";
const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Zebedee Quillfeather: haberdashery</title>
<link rel="icon" href="data:,"><body><h1>Zebedee Quillfeather</h1>
<dl><dt>Address<dd>12 Marzipan Terrace, Wolverhampton WV9 9ZZ<dt>Born<dd>1979-03-14<dt>Account<dd>AC-77310</dl>
<p>Note: keeps a wombat. Rang from ${FOREIGN}.</p>
${[CLEAR, TPS, HOUSE]
  .map((number, i) => `<p><a id="n${i}" href="tel:${number.replaceAll(" ", "")}">${number}</a></p>`)
  .join("")}
<p><a id="sip" href="sip:zebedee.quillfeather@wombat.example">Call Zebedee</a></p>
<script>addEventListener("click", (event) => event.target.closest("a") && event.preventDefault())</script></body></html>`;

let wire: Wire;
let browser: Launched;
let crm: Server;
let host = "";

beforeAll(async () => {
  crm = createServer((_, to) => to.writeHead(200, { "content-type": "text/html" }).end(html)).listen(0);
  await once(crm, "listening");
  host = `localhost:${(crm.address() as AddressInfo).port}`;
  wire = await openWire();
  browser = await launch({ sites: [`http://${host}`], proxy: wire.server });
});
afterAll(async () => {
  await browser?.close();
  wire?.close();
  crm?.close();
});

const typed = ["The parcel of Friday", "Asked by telephone"];
/** Headers that we set ourselves, and the form of their values. */
const headers: Record<string, RegExp> = {
  authorization: /^Bearer cdt_[\w-]+$/,
  "content-type": /^application\/json$/,
  "idempotency-key": /^[0-9a-f-]{32,36}$/,
  origin: /^chrome-extension:\/\/[a-p]{32}$/,
  "access-control-request-headers": /^[a-z,-]+$/,
  "access-control-request-method": /^[A-Z]+$/,
};
const chromes =
  /^(host|proxy-connection|connection|pragma|cache-control|content-length|accept(-language|-encoding)?|user-agent|sec-[a-z-]+|priority)$/;

/** Hosts that Chromium itself asks for updates and the like. */
const CHROMIUMS = /(^|\.)(google|googleapis|gvt1)\.com$/;

/** The page's words that are in a request, in any encoding. */
function wordsIn({ url, headers, body }: Sent): string[] {
  const all = `${url.href} ${decodeURIComponent(url.href)} ${JSON.stringify(headers)} ${body}`.toLowerCase();
  return words.filter((word) => all.includes(word.toLowerCase()));
}

/** What is wrong with a request of ours; empty if nothing is. */
function faultsOf(sent: Sent): string[] {
  const { method, url, body } = sent;
  const name = `${method} ${url.pathname}`;
  const said = (what: string) => `${name}: ${what}`;
  const faults = wordsIn(sent).map((word) => said(`holds ${word}`));
  if (url.origin !== workerUrl) faults.push(said(`goes to ${url.origin}`));
  if (method !== "OPTIONS") {
    const schema = bodies(host, typed)[name];
    if (!schema) faults.push(said("is not on the list"));
    const read = schema?.safeParse(body === "" ? undefined : JSON.parse(body));
    if (read && !read.success) faults.push(said(`${z.prettifyError(read.error)} in ${body}`));
  }
  if (url.search && !(url.pathname === "/v1/changes" && /^\?since=\d+$/.test(url.search)))
    faults.push(said(`asks ${url.search}`));
  for (const [header, value] of Object.entries(sent.headers))
    if (!(headers[header]?.test(String(value)) ?? chromes.test(header)))
      faults.push(said(`has ${header}: ${String(value)}`));
  return faults;
}

declare const cleardialOverlay: { badges: () => unknown[] };
const cardSays = (text: string) =>
  expect
    .poll(() =>
      inOurWorld(
        browser.page,
        () => {
          const host = document.querySelector<HTMLElement>("cleardial-host")!;
          const root = chrome.dom.openOrClosedShadowRoot(host);
          return root?.querySelector<HTMLElement>("dialog[open]")?.innerText;
        },
        null,
      ),
    )
    .toContain(text);

it("nothing leaves but numbers, codes and what was typed into our own forms", async () => {
  const { page } = browser;
  const named = new Set<string>();
  browser.context.on("request", (request) => named.add(new URL(request.url()).host));
  await page.goto(`http://${host}${path}#wombat`);
  await expectVerdicts(page, {
    [CLEAR]: "clear",
    [TPS]: "blocked",
    [HOUSE]: "blocked",
    [FOREIGN]: "unknown",
  });

  await page.click("#n0");
  await page.click("#n1");
  await says(page, "Do not call");
  await page.keyboard.press("Escape");
  await closed(page);
  await page.click("#sip");
  await says(page, "not a telephone number");
  await page.keyboard.press("Escape");
  await closed(page);
  await page.click("#n2");
  await press(page, "Call for another reason…");
  await says(page, "Why may this call be made?");
  await press(page, "It is a service call to a customer, not marketing");
  await press(page, "What is it about?");
  await page.keyboard.type("The parcel of Friday");
  await press(page, "Call for this reason");
  await closed(page);

  // Puts the first badge's number on the do-not-call list, by its card. The dialog had hidden the icons.
  await expect.poll(() => inOurWorld(page, () => cleardialOverlay.badges().length, null)).toBe(5);
  await page.keyboard.press("Alt+Shift+C");
  await cardSays("+1 809 555 0123");
  // Past "close", "why", the history and the copy.
  for (const key of ["Tab", "Tab", "Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  await cardSays("What did they say?");
  for (const key of ["Space", "Tab"]) await page.keyboard.press(key);
  await page.keyboard.type("Asked by telephone");
  await page.keyboard.press("Enter");
  await cardSays("It is on the list.");
  await expectVerdicts(page, { [FOREIGN]: "blocked" });
  await page.keyboard.press("Escape");
  await browser.ask({ kind: "page.rule", host, written: TPS, ruling: { notNumber: true } });
  await expectVerdicts(page, { [TPS]: null });
  // Checks a text that a person selected, and polls as an open page does.
  await browser.ask({ kind: "ui.check", text: `Zebedee, keeper of the wombat: ${ASKED}` });
  await browser.ask({ kind: "page.poll", seq: 0 });
  // Asked by the page, it has the browser try whether calls are held: once the Worker has answered.
  const poll = () =>
    inOurWorld(
      page,
      () => chrome.runtime.sendMessage<unknown, { ok: boolean }>({ kind: "page.poll", seq: 0 }),
      null,
    );
  await expect.poll(async () => (await poll()).ok).toBe(true);

  const ours = () => wire.sent.filter(({ url }) => url.host !== host && !CHROMIUMS.test(url.host));
  const sent = (name: string) => ours().filter(({ method, url }) => `${method} ${url.pathname}` === name);
  await expect.poll(() => sent("POST /v1/dials").length).toBe(5);
  // The policy is asked for on its own only after it has changed.
  const wanted = Object.keys(bodies(host, typed)).filter((name) => name !== "GET /v1/policy");
  await expect.poll(() => wanted.filter((name) => sent(name).length === 0)).toEqual([]);
  expect(ours().flatMap(faultsOf)).toEqual([]);
  // Neither a page nor a service worker causes Chromium's own requests.
  expect([...named].sort()).toEqual([host, new URL(workerUrl).host].sort());
  const asked = sent("POST /v1/check").flatMap(
    ({ body }) => (JSON.parse(body) as { numbers: string[] }).numbers,
  );
  expect(asked).toContain("+441414960005");

  // The same reader does find forbidden words: in the page's own requests, and planted in one of ours.
  expect(wire.sent.filter(({ url }) => url.host === host).flatMap(wordsIn)).toContain("grevillea");
  const [dial] = sent("POST /v1/dials");
  const planted = [
    { body: dial!.body.replace(host, `${host}/grevillea`) },
    { body: dial!.body.replace('"action"', '"title":"Mr Q","action"') },
    { headers: { ...dial!.headers, referer: `http://${host}/` } },
    { url: new URL("?page=1", dial!.url) },
    { url: new URL("http://elsewhere.example/v1/dials") },
  ].map((change) => faultsOf({ ...dial!, ...change }));
  expect(planted.filter((faults) => faults.length === 0)).toEqual([]);
});
