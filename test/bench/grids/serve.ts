/** The pages of `npm run bench -- grids`: one grid each, from real packages. */
import { once } from "node:events";
import { createServer } from "node:http";
import * as esbuild from "esbuild";
import { at } from "../../../scripts/lib/paths.ts";

/** How each grid recycles its rows, by its script in test/pages/grids. */
export const grids = {
  "aggrid.ts": "AG Grid: moved by transforms",
  "react.tsx": "TanStack Virtual: rendered again",
  "slickgrid.ts": "SlickGrid: nodes replaced",
  "table.js": "regular-table: a table's cells written again",
  "canvas.ts": "Cheetah Grid: a canvas, links over it",
} as const;
export type Grid = keyof typeof grids;
export const scripts = Object.keys(grids) as Grid[];
/** The address of a grid's page. */
export const pathOf = (grid: Grid): string => `/${grid.replace(/\.\w+$/, "")}`;

export async function serveGrids() {
  const built = await esbuild.build({
    entryPoints: scripts.map((name) => at("test/pages/grids", name)),
    outdir: "/",
    format: "esm",
    bundle: true,
    minify: true,
    write: false,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".css": "css" },
    logLevel: "error",
  });
  const files = new Map(built.outputFiles.map(({ path, contents }) => [path, contents]));
  const html = (
    name: string,
  ) => `<!doctype html><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">
    ${files.has(`/${name}.css`) ? `<link rel="stylesheet" href="/${name}.css">` : ""}
    <style>body { margin: 0; font: 14px sans-serif } #grid { position: relative; width: 1150px; height: 600px }</style>
    <div id="grid"></div><script type="module" src="/${name}.js"></script>`;
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const file = files.get(path);
    const type = path.endsWith(".css") ? "text/css" : path.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(file ?? html(path.slice(1)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    site: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
