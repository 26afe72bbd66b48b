/** The page of the generated matrix: all documents in which a cell's script may run, side by side. */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as esbuild from "esbuild";
import { at } from "../../../../scripts/lib/paths.ts";

const SANDBOX = "allow-scripts allow-popups allow-forms allow-top-navigation-by-user-activation";
const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const quoted = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");

const page = (server: string, frames = "", body = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Matrix</title><link rel="icon" href="data:,">
<style>body{font:7px/1.1 sans-serif;margin:0}.cell{position:fixed;left:0;top:0;width:200px;height:40px;overflow:hidden;font:12px sans-serif;background:#fff}
#documents{position:fixed;top:0;left:0;background:#eee;width:100%;height:100px}#documents iframe{position:absolute;top:50px;width:200px;height:44px;border:0}
#numbers{columns:6;padding-top:104px}#numbers div{white-space:nowrap}</style>
<script>window.matrixServer=${quoted(server)}</script><script src="${server}/matrix.js"></script></head><body><div id="documents">${frames}</div>${body}<div id="cells"></div></body></html>`;

let script: string | undefined;
const matrixScript = () =>
  (script ??= esbuild.buildSync({
    entryPoints: [at("test/e2e/guard/matrix/inside/perform.ts")],
    bundle: true,
    format: "iife",
    globalName: "matrix",
    // Assigned, as a `var` of a document's script is not in every world of tests.
    footer: { js: "window.matrix = matrix;" },
    write: false,
  }).outputFiles[0]!.text);

/** The frames' documents by their names in `realms`; `popup` and `top` have pages of their own. */
export const framed = ["same site", "other site", "sandboxed", "sandboxed srcdoc", "srcdoc"] as const;

function host(server: string, other: string, numbers: string[]): string {
  const sources: Record<(typeof framed)[number], string> = {
    "same site": `src="${server}/realm"`,
    "other site": `src="${other}/realm"`,
    sandboxed: `sandbox="${SANDBOX}" src="${server}/realm"`,
    "sandboxed srcdoc": `sandbox="${SANDBOX}" srcdoc="${escaped(page(server))}"`,
    srcdoc: `srcdoc="${escaped(page(server))}"`,
  };
  const frames = framed.map(
    (name, i) => `<iframe name="${name}" style="left:${i * 210}px" ${sources[name]}></iframe>`,
  );
  const list = numbers.map((n) => `<div>${n}</div>`).join("");
  return page(server, frames.join(""), `<div id="numbers">${list}</div>`);
}

export function answerMatrix(request: IncomingMessage, response: ServerResponse): void {
  const server = `http://${request.headers.host}`;
  const url = new URL(request.url!, server);
  const to = url.searchParams.get("to") ?? "";
  const other = `http://${url.hostname === "localhost" ? "127.0.0.1" : "localhost"}:${url.port}`;
  const html = (text: string, headers: Record<string, string> = {}) =>
    void response
      .writeHead(200, { "content-type": "text/html", "cache-control": "no-store", ...headers })
      .end(text);
  switch (url.pathname) {
    case "/matrix.js":
      return void response
        .writeHead(200, { "content-type": "text/javascript", "access-control-allow-origin": "*" })
        .end(matrixScript());
    case "/302":
      return void response.writeHead(302, { location: encodeURI(to).replaceAll("%25", "%") }).end();
    case "/refresh-header":
      return html("Wait", { refresh: `0;url=${encodeURI(to).replaceAll("%25", "%")}` });
    case "/script":
      return html(`<script>location=${quoted(to)}</script>`);
    case "/pieces":
      return html(
        `<script>for (const piece of [${quoted("<ifra")},${quoted('me src="')},${quoted(escaped(to))},'"></iframe>']) document.write(piece)</script>`,
      );
    case "/sheet.xml":
      return html(
        `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="/sheet.xsl?to=${encodeURIComponent(to)}"?><r/>`,
        {
          "content-type": "application/xml",
        },
      );
    case "/sheet.xsl":
      return html(
        `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="html"/><xsl:template match="/"><html><body><iframe src="${escaped(to)}"/></body></html></xsl:template></xsl:stylesheet>`,
        { "content-type": "application/xml" },
      );
    case "/empty":
      return html("<!doctype html><title>Empty</title><body style='margin:0'>");
    case "/realm":
      return html(page(server));
    default:
      return html(host(server, other, (url.searchParams.get("numbers") ?? "").split(",").filter(Boolean)));
  }
}
