/** The pages of `npm run bench -- page`. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { at } from "../../scripts/lib/paths.ts";
import { serveSockets } from "../e2e/kit/socket-server.ts";
import { buildPages } from "../pages/build.ts";

const thousand = Array.from(
  { length: 1000 },
  (_, i) => `<p>Contact number ${i}: 020 7946 0${String(i).padStart(3, "0")}, last call 24/11/2026</p>`,
).join("");
const idle = `<article>${"<p>Nobody telephones from this page. It has words, links and a list, and no number at all.</p>".repeat(400)}</article>`;

export async function servePages() {
  const pages = await buildPages();
  const app = esbuild.buildSync({
    entryPoints: [at("test/bench/page/app.tsx")],
    bundle: true,
    minify: true,
    write: false,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  }).outputFiles[0]!.text;
  const script = (name: string) =>
    esbuild.buildSync({
      entryPoints: [at("test/bench/page", name)],
      bundle: true,
      minify: true,
      write: false,
    }).outputFiles[0]!.text;
  const [markup, sends] = [script("markup.ts"), script("sends.ts")];
  const html = (body: string) =>
    `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">${body}`;
  const rows = Array.from({ length: 10_000 }, (_, i) => ({
    ...{ id: i, name: `Contact ${i}`, note: "Seen on 24/11/2026" },
    phone: `020 7946 0${String(i % 1000).padStart(3, "0")}`,
  }));
  const bodies: Record<string, () => [type: string, body: string | Buffer]> = {
    "/empty": () => ["text/html", html("")],
    "/idle": () => ["text/html", html(idle)],
    "/thousand": () => ["text/html", html(thousand)],
    "/react": () => ["text/html", html(`<div id="root"></div><script>${app}</script>`)],
    "/markup": () => [
      "text/html",
      html(`<script>addEventListener("DOMContentLoaded", () => {${markup}})</script>`),
    ],
    "/sends": () => ["text/html", html(`<script>${sends}</script>`)],
    "/grid/": () => ["text/html", readFileSync(join(pages, "react/index.html"))],
    "/grid/bundle.js": () => ["text/javascript", readFileSync(join(pages, "react/bundle.js"))],
    "/rows.json": () => ["application/json", JSON.stringify(rows)],
  };
  const server = createServer((request, response) => {
    const found = bodies[request.url?.split("?")[0] ?? ""]?.();
    response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" }).end(found?.[1]);
  });
  serveSockets(server, () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { site: `http://127.0.0.1:${(server.address() as { port: number }).port}`, stop };
}
