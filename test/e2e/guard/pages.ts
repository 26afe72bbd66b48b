/** The page of the dial routes, in each of the places where a page may be. */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as esbuild from "esbuild";
import { at } from "../../../scripts/lib/paths.ts";

const page = (body: string, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Routes</title><link rel="icon" href="data:,">${head}
<style>body{font:7px/1.1 sans-serif;margin:40px 4px 4px}#numbers{columns:6}#numbers div{white-space:nowrap}
#place,.place{position:fixed;left:4px;top:4px;height:30px;font:14px sans-serif}iframe{width:60px;height:20px}
iframe.all{position:fixed;inset:0;width:100%;height:100%;border:0}dialog{width:90%;height:90%}</style></head><body>${body}</body></html>`;

/** A page that Chrome's back/forward cache may keep. */
const kept = (number: string) =>
  `<!doctype html><meta charset="utf-8"><title>Kept</title><link rel="icon" href="data:,">
<style>#place{position:fixed;left:4px;top:4px}p{margin-top:60px}</style><div id="place"></div><p>${number}</p>
<script>addEventListener("pageshow", (event) => (document.title = "shown " + event.persisted))</script>`;

/** The frame fills the window, as on pages that are one frame: positions in it are positions in the window. */
const SANDBOX = "allow-scripts allow-popups allow-top-navigation-by-user-activation";
const frame = (attributes: string) => page(`<iframe class="all" ${attributes}></iframe>`);
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

function inner(numbers: string[], context: string): string {
  const list = `<div id="numbers">${numbers.map((n) => `<div>${n}</div>`).join("")}</div>`;
  const place = {
    closed: `<div id="host"></div><script>{
      const root = document.getElementById("host").attachShadow({ mode: "closed" });
      window.place = root.appendChild(document.createElement("div"));
      place.style.cssText = "position:fixed;left:4px;top:4px";
    }</script>`,
    modal: `<dialog id="theirs">${list}<div id="place"></div></dialog><script>
      document.getElementById("theirs").showModal();
      window.place = document.getElementById("place");
    </script>`,
  }[context];
  const usual = `<div id="place"></div><script>window.place = document.getElementById("place");</script>`;
  return page(
    (context === "modal" ? "" : list) + (place ?? usual),
    `<script>window.heard = {}</script><script src="/routes.js"></script>`,
  );
}

let script: string | undefined;
const routesScript = () =>
  (script ??= esbuild.buildSync({
    entryPoints: [at("test/e2e/guard/begin.ts")],
    bundle: true,
    format: "iife",
    globalName: "guardRoutes",
    write: false,
  }).outputFiles[0]!.text);

/** `numbers` are shown by the page, so that the extension knows them before they are dialled. */
export function answerRoutes(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, `http://${request.headers.host}`);
  const to = url.searchParams.get("to") ?? "";
  const context = url.searchParams.get("context") ?? "top";
  const numbers = (url.searchParams.get("numbers") ?? "").split(",").filter(Boolean);
  const html = (text: string) =>
    void response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" }).end(text);
  const inside = `/inner?numbers=${encodeURIComponent(numbers.join())}`;
  const other = `http://${url.hostname === "localhost" ? "127.0.0.1" : "localhost"}:${url.port}`;

  if (url.pathname === "/routes.js")
    response.writeHead(200, { "content-type": "text/javascript" }).end(routesScript());
  else if (url.pathname === "/302") response.writeHead(302, { location: to }).end();
  else if (url.pathname === "/refresh")
    html(page("Wait", `<meta http-equiv="refresh" content="0;url=${escaped(to)}">`));
  else if (url.pathname === "/markup") html(page(`<iframe src="${escaped(to)}"></iframe>`));
  else if (url.pathname === "/xml")
    response
      .writeHead(200, { "content-type": "text/xml" })
      .end(`<div xmlns="http://www.w3.org/1999/xhtml"><iframe src="${escaped(to)}"/></div>`);
  else if (url.pathname === "/picture")
    response
      .writeHead(200, { "content-type": "image/svg+xml" })
      .end(
        `<svg xmlns="http://www.w3.org/2000/svg"><a href="${escaped(to)}"><rect width="300" height="150"/></a></svg>`,
      );
  else if (url.pathname === "/drawn")
    response.writeHead(200, { "content-type": "image/svg+xml" }).end(
      `<svg xmlns="http://www.w3.org/2000/svg"><g/><rect width="300" height="150"/><script><![CDATA[
          document.querySelector("rect").onclick = () => {
            document.querySelector("g").innerHTML = '<iframe xmlns="http://www.w3.org/1999/xhtml" src="${escaped(to)}"/>';
          };
        ]]></script></svg>`,
    );
  else if (url.pathname === "/feed")
    response
      .writeHead(200, { "content-type": "text/xml" })
      .end(
        `<html xmlns="http://www.w3.org/1999/xhtml"><body><a href="${escaped(to)}" style="display:block;height:150px">Call</a></body></html>`,
      );
  else if (url.pathname === "/kept")
    response.writeHead(200, { "content-type": "text/html" }).end(kept(url.search.slice(1)));
  else if (url.pathname === "/empty") html(page(""));
  else if (url.pathname === "/based")
    html(page(to && `<script>open(${JSON.stringify(to)})</script>`, '<base href="tel://x/">'));
  else if (url.pathname === "/inner") html(inner(numbers, "top"));
  else if (context === "same") html(frame(`src="${inside}"`));
  else if (context === "other") html(frame(`src="${other}${inside}"`));
  else if (context === "opaque") html(frame(`sandbox="${SANDBOX}" src="${inside}"`));
  else if (context === "srcdoc")
    html(frame(`sandbox="${SANDBOX}" srcdoc="${escaped(inner(numbers, "top"))}"`));
  else html(inner(numbers, context));
}
