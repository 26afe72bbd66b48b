/** Bundles the fixture pages that need it, once: .cache keeps the result under a hash of its sources. */
import lwc from "@lwc/rollup-plugin";
import replace from "@rollup/plugin-replace";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { compile } from "svelte/compiler";
import { at } from "../../scripts/lib/paths.ts";

const source = (...parts: string[]) => at("test/pages", ...parts);

/** Builds the pages, unless they are in the cache. Returns the folder. */
export async function buildPages(): Promise<string> {
  const done = at(".cache/pages", hashOfSources());
  if (existsSync(done)) return done;
  const out = `${done}.${process.pid}`;
  mkdirSync(out, { recursive: true });
  try {
    await Promise.all([
      buildReact(join(out, "react")),
      buildLwc(join(out, "lwc")),
      buildApps(join(out, "apps")),
    ]);
    // Another run may have been faster.
    if (!existsSync(done)) renameSync(out, done);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  return done;
}

function hashOfSources(): string {
  const hash = createHash("sha256")
    .update(readFileSync(at("package-lock.json")))
    .update(readFileSync(source("package-lock.json")));
  for (const folder of ["react", "lwc", "apps"]) {
    for (const entry of readdirSync(source(folder), { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) hash.update(file.slice(source().length)).update(readFileSync(file));
    }
  }
  // Numbers of the fixtures, which the pages show.
  hash.update(readFileSync(at("test/e2e/kit/model.ts")));
  return hash
    .update(readFileSync(source("build.ts")))
    .digest("hex")
    .slice(0, 16);
}

async function buildReact(out: string): Promise<void> {
  await esbuild.build({
    entryPoints: [source("react/app.tsx")],
    outfile: join(out, "bundle.js"),
    bundle: true,
    format: "esm",
    jsx: "automatic",
    target: "chrome123",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  cpSync(source("react/index.html"), join(out, "index.html"));
}

/** One bundle for each application, with the frameworks' development builds, which complain about foreign changes. */
async function buildApps(out: string): Promise<void> {
  const names = ["strict.tsx", "hydrate.tsx", "vue.ts", "svelte.js", "inplace.ts", "datatables.ts"];
  await esbuild.build({
    entryPoints: [...names, "aggrid.ts", "editor.ts"].map((name) => source("apps", name)),
    outdir: out,
    bundle: true,
    format: "esm",
    jsx: "automatic",
    target: "chrome123",
    conditions: ["browser", "development"],
    define: {
      "process.env.NODE_ENV": '"development"',
      ...{ __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    plugins: [svelte],
    logLevel: "error",
  });
}

const svelte: esbuild.Plugin = {
  name: "svelte",
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, "utf8"), { filename: path, dev: true, generate: "client" }).js
        .code,
      loader: "js",
    }));
  },
};

/**
 * Salesforce's base components and our page with them, in one script. It runs in native shadow by itself, and in synthetic
 * shadow if the polyfill, a script of its own, was loaded before.
 */
async function buildLwc(out: string): Promise<void> {
  const bundle = await rollup({
    input: source("lwc/main.js"),
    plugins: [
      replace({
        preventAssignment: true,
        values: { "import.meta.env.SSR": "false", "process.env.NODE_ENV": '"production"' },
      }),
      lwc({
        rootDir: source("lwc"),
        enableDynamicComponents: true,
        modules: [{ dir: source("lwc/modules") }, { npm: "lightning-base-components" }],
      }),
    ],
    // We cannot fix the components' own circular imports and deprecated templates.
    onwarn: () => undefined,
  });
  await bundle.write({ file: join(out, "bundle.js"), format: "es", inlineDynamicImports: true });
  await bundle.close();
  await esbuild.build({
    stdin: { contents: 'import "@lwc/synthetic-shadow";', resolveDir: source() },
    outfile: join(out, "synthetic-shadow.js"),
    bundle: true,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  cpSync(source("lwc/page.css"), join(out, "page.css"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPages();
