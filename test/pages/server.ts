/** Serves the fixture pages: bundled ones, and plain ones that it renders itself, as CRMs on servers do. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { writtenNumber } from "../e2e/kit/model.ts";
import { HydratedApp } from "./apps/hydrate-app.ts";
import { contacts } from "./apps/steps.ts";
import { hostilePage } from "./hostile.ts";
import { layouts, layoutsPage } from "./record-layouts.ts";
import { recordRows } from "./record-rows.ts";
import { recordsPage } from "./records.ts";

export interface Pages {
  /** `http://localhost:PORT` */
  url: string;
  /** The same pages from another site, so that frames from it run in a process of their own. */
  otherUrl: string;
  stop: () => Promise<void>;
}

export async function servePages(built: string): Promise<Pages> {
  const servers = [await listen(built), await listen(built)] as const;
  const port = (server: Server) => (server.address() as AddressInfo).port;
  return {
    url: `http://localhost:${port(servers[0])}`,
    otherUrl: `http://127.0.0.1:${port(servers[1])}`,
    stop: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
        await once(server, "close");
      }
    },
  };
}

async function listen(built: string): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    try {
      const [type, body] = answer(url, built);
      response
        .writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" })
        .end(body);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      response.writeHead(missing ? 404 : 500).end(missing ? "" : String(error));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const types: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };

function answer({ pathname, searchParams }: URL, built: string): [type: string, body: string | Buffer] {
  const number = (name: string, usual: number) => Number(searchParams.get(name) ?? usual);
  switch (pathname) {
    case "/rows.json":
      return ["application/json", JSON.stringify(rows(number("count", 10_000)))];
    case "/plain":
      return ["text/html", plain()];
    case "/records":
      return ["text/html", recordsPage];
    case "/record-layouts":
      return ["text/html", layoutsPage(layouts)];
    case "/record-rows":
      return ["text/html", layoutsPage(recordRows)];
    case "/hostile":
      return ["text/html", hostilePage(number("many", 0))];
    case "/frames":
      return ["text/html", frames(searchParams.get("other") ?? "")];
    case "/frame":
      return ["text/html", document("A frame", list(number("from", 0), number("count", 4)))];
    case "/apps/hydrate":
      return ["text/html", app("hydrate", renderToString(hydrated))];
    case "/apps/strict":
    case "/apps/vue":
    case "/apps/svelte":
    case "/apps/inplace":
    case "/apps/datatables":
    case "/apps/aggrid":
    case "/apps/editor":
      return ["text/html", app(pathname.slice("/apps/".length), "")];
    case "/lwc/synthetic":
      return ["text/html", lwc('<script src="/lwc/synthetic-shadow.js"></script>')];
    case "/lwc/native":
      return ["text/html", lwc("")];
  }
  const file = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
  return [types[file.split(".").pop() ?? ""] ?? "text/plain", readFileSync(join(built, file))];
}

const first = [
  "Ada",
  "Ben",
  "Cleo",
  "Dan",
  "Ela",
  "Finn",
  "Gwen",
  "Hugo",
  "Ivy",
  "Jon",
  "Kaya",
  "Liam",
  "Mona",
];
const last = [
  "Abbot",
  "Brook",
  "Carver",
  "Dale",
  "Ember",
  "Frost",
  "Grove",
  "Heath",
  "Irwin",
  "Joiner",
  "Keats",
];
const nameOf = (i: number) => `${first[i % first.length]} ${last[(i * 3) % last.length]}`;

function rows(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    id: i,
    name: nameOf(i),
    phone: writtenNumber(i),
    note: `Invoice INV-2026-${16_329 + i} due 24/11/2026, total ${(i * 37) % 900}.00`,
  }));
}

const document = (title: string, body: string, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
<style>body{font:14px/1.5 sans-serif;margin:12px}td,th{padding:3px 8px;text-align:left}</style>${head}</head><body>${body}</body></html>`;

const list = (from: number, count: number) =>
  `<ul>${Array.from({ length: count }, (_, i) => `<li>${nameOf(from + i)}: ${writtenNumber(from + i)}</li>`).join("")}</ul>`;

/** Cells shortened by an ellipsis, links, lists of numbers, fields, one number in two elements, and traps. */
function plain(): string {
  const cells = Array.from({ length: 24 }, (_, i) => {
    const phone = writtenNumber(i);
    return `<tr><td>${nameOf(i)}</td><td><a href="tel:${phone.replace(/[^\d+]/g, "")}">${phone}</a></td>
<td class="cut">${writtenNumber(i + 24)}</td><td class="cut wide">Call ${writtenNumber(i + 48)} or ${writtenNumber(i + 72)} after six</td></tr>`;
  });
  return document(
    "Plain contacts",
    `<h1>Contacts</h1>
<p id="pair">Either of ${writtenNumber(0)}, ${writtenNumber(2)}; else ${writtenNumber(14)}.</p>
<p id="split">Split: <b>0113</b> <i>496 0</i>008, and at once <span>020 7946</span><span> 0508</span>.</p>
<p id="traps">Order 4471-0098213 of 24/11/2026 14:30, invoice INV-2026-016329, VAT GB 123 4567 89, 10.0.112.114,
  550e8400-e29b-41d4-a716-446655440000, 1700000000, sort code 20-45-17.</p>
<p><label>Direct <input type="tel" id="field" size="30" value="${writtenNumber(4)}"></label>
  <label>Other <input type="tel" id="other" size="30" value="${writtenNumber(1)}"></label></p>
<table>${cells.join("")}</table>`,
    `<style>.cut{max-width:96px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.wide{max-width:260px}</style>`,
  );
}

/** Frames from its own origin and from another, one written by a script, and closed shadow roots. */
function frames(other: string): string {
  return document(
    "Frames",
    `<p>Here: ${writtenNumber(0)} and ${writtenNumber(1)}</p>
<iframe src="/frame?from=20&count=4" width="420" height="150" title="same origin"></iframe>
<iframe src="${other}/frame?from=40&count=4" width="420" height="150" title="other origin"></iframe>
<iframe srcdoc="<p>Written: ${writtenNumber(61)}, ${writtenNumber(62)}</p>" width="420" height="70" title="written"></iframe>
<div id="closed"></div>
<script>
  // Closed roots, which the test finds here.
  window.fixtureRoots = new Map();
  const host = document.getElementById("closed");
  const root = host.attachShadow({ mode: "closed" });
  fixtureRoots.set(host, root);
  root.innerHTML = '<p>Closed: ${writtenNumber(81)}</p><div></div>';
  const inner = root.querySelector("div").attachShadow({ mode: "closed" });
  fixtureRoots.set(root.querySelector("div"), inner);
  inner.innerHTML = '<p>Deeper: ${writtenNumber(84)}, ${writtenNumber(85)}</p>';
</script>`,
  );
}

const lwc = (before: string) =>
  document(
    "Lightning contacts",
    `<div id="root"></div>${before}<script type="module" src="/lwc/bundle.js"></script>`,
    '<link rel="stylesheet" href="/lwc/page.css">',
  );

const app = (name: string, rendered: string) =>
  document(
    `Contacts: ${name}`,
    `<div id="root">${rendered}</div><script type="module" src="/apps/${name}.js"></script>`,
  );
const hydrated = createElement(HydratedApp, { initial: contacts(12), use: () => undefined });
