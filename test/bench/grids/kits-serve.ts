/** The pages of `npm run bench -- kits` and `npm run soak:pages`: one application for each interface kit. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import * as esbuild from "esbuild";
import { Plain } from "../../../scripts/lib/processes.ts";
import { at } from "../../../scripts/lib/paths.ts";

interface Kit {
  title: string;
  /** Addresses of its views, where they are not as in test/kits/pages/app.js. */
  record?: (id: number) => string;
  edit?: (id: number) => string;
  list?: string;
  search?: (query: string) => string;
}
/** By the script in test/kits/pages. */
export const kits = {
  antd: { title: "Ant Design" },
  mui: { title: "MUI, X Data Grid" },
  fluent: { title: "Fluent UI" },
  primereact: { title: "PrimeReact" },
  angular: { title: "Angular Material, CDK" },
  element: { title: "Element Plus" },
  tabulator: { title: "Tabulator" },
  slickgrid: { title: "SlickGrid" },
  shoelace: { title: "Shoelace" },
  "react-admin": {
    title: "react-admin",
    list: "#/contacts",
    record: (id) => `#/contacts/${id}/show`,
    edit: (id) => `#/contacts/${id}`,
    search: (query) => `#/contacts?filter=${encodeURIComponent(JSON.stringify({ q: query }))}`,
  },
} satisfies Record<string, Kit>;
export type KitName = keyof typeof kits;
export const kitNames = Object.keys(kits) as KitName[];

/** The addresses of a kit's views, as hashes. */
export function addressesOf(name: KitName) {
  const { list, record, edit, search }: Kit = kits[name];
  return {
    list: list ?? "#/list",
    record: record ?? ((id: number) => `#/record/${id}`),
    edit: edit ?? ((id: number) => `#/edit/${id}`),
    search: search ?? ((query: string) => `#/search/${encodeURIComponent(query)}`),
  };
}

/** Serves the applications of some kits: `/antd` and so on. Any other path is a page with one number. */
export async function serveKits(names: readonly KitName[]) {
  if (!existsSync(at("test/kits/node_modules")))
    throw new Plain("The kits are not installed: begin this by npm run, which installs them.");
  const built = await esbuild.build({
    entryPoints: names.map((name) => at("test/kits/pages", `${name}.js`)),
    outdir: "/",
    format: "esm",
    bundle: true,
    minify: true,
    write: false,
    jsx: "automatic",
    conditions: ["style", "module"],
    alias: { vue: at("test/kits/node_modules/vue/dist/vue.esm-bundler.js") },
    define: {
      "process.env.NODE_ENV": '"production"',
      ...{ __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    loader: { ".js": "jsx", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".eot": "dataurl" },
    logLevel: "error",
  });
  const files = new Map(built.outputFiles.map(({ path, contents }) => [path, contents]));
  const html = (name: string) =>
    files.has(`/${name}.js`)
      ? `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">
    ${files.has(`/${name}.css`) ? `<link rel="stylesheet" href="/${name}.css">` : ""}
    <style>body { margin: 0; font: 14px sans-serif }</style><div id="root"></div><script type="module" src="/${name}.js"></script>`
      : `<!doctype html><meta charset="utf-8"><title>A number</title><link rel="icon" href="data:,"><p>020 7946 0991</p>`;
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0]!;
    const type = path.endsWith(".css") ? "text/css" : path.endsWith(".js") ? "text/javascript" : "text/html";
    response
      .writeHead(200, { "content-type": `${type}; charset=utf-8` })
      .end(files.get(path) ?? html(path.slice(1)));
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
