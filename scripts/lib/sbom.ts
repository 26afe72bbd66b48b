/**
 * The bill of materials of what is shipped, in CycloneDX 1.6: the packages whose code is in the extension or in the Worker,
 * as package-lock.json describes them. (`npm sbom` cannot tell what is shipped, and leaves out what tests use as well, such
 * as React.) Nothing of the machine or of the moment is in it, so the same commit gives the same bytes.
 * https://cyclonedx.org/docs/1.6/json/, https://github.com/package-url/purl-spec
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as esbuild from "esbuild";
import { at, root } from "./paths.ts";
import { Plain } from "./processes.ts";

const PARTS = ["extension", "worker"] as const;
type Part = (typeof PARTS)[number];
/** Code of Plasmo's bundler, which it puts in itself: its loader, and its `process` for browsers. */
const BUNDLER = ["node_modules/@parcel/runtime-js", "node_modules/@plasmohq/parcel-resolver"];
/** What no import names. The Worker serves some files as they are (`buildAssets`). */
const ADDED: Record<Part, string[]> = { extension: BUNDLER, worker: ["node_modules/swagger-ui-dist"] };

interface Locked {
  version: string;
  integrity: string;
  license?: string;
  dev?: boolean;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
export interface Lock {
  packages: Record<string, Locked>;
}

/** The document's bytes. Throws if something is shipped that package.json calls a development dependency. */
export async function sbomOf(version: string): Promise<string> {
  const lock = JSON.parse(readFileSync(at("package-lock.json"), "utf8")) as Lock;
  const inputs = await Promise.all(PARTS.map(async (part) => [part, await inputsOf(part)] as const));
  return bomOf(version, lock, new Map(inputs));
}

/** `inputs`: the paths, from the root, of all files that each part is made of. */
export function bomOf(version: string, lock: Lock, inputs: ReadonlyMap<Part, readonly string[]>): string {
  const shipped = new Map<string, Part[]>();
  for (const [part, paths] of inputs)
    for (const folder of foldersOf(paths)) shipped.set(folder, [...(shipped.get(folder) ?? []), part]);
  const folders = [...shipped.keys()].sort();
  const dev = folders.filter((folder) => lock.packages[folder]?.dev && !BUNDLER.includes(folder));
  if (dev.length > 0)
    throw new Plain(`These are shipped, so they belong in package.json's dependencies: ${dev.join(", ")}`);

  const refOf = (folder: string) => `${nameOf(folder)}@${lock.packages[folder]!.version}`;
  const own = `cleardial@${version}`;
  const dependsOn = (folder: string): string[] => {
    const { dependencies, peerDependencies } = lock.packages[folder]!;
    const names = Object.keys({ ...dependencies, ...peerDependencies });
    const found = names.map((name) => resolved(lock, folder, name));
    return [
      ...new Set(found.filter((path) => path !== null && shipped.has(path)).map((path) => refOf(path!))),
    ];
  };
  // Two folders may hold the same version of a package.
  const once = new Map(folders.map((folder) => [refOf(folder), folder]));
  const doc = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": own, name: "cleardial", version } },
    components: [...once].map(([ref, folder]) =>
      component(ref, folder, lock.packages[folder]!, shipped.get(folder)!),
    ),
    dependencies: [
      { ref: own, dependsOn: dependsOn("") },
      ...[...once].map(([ref, folder]) => ({ ref, dependsOn: dependsOn(folder).sort() })),
    ],
  };
  return `${JSON.stringify(doc, null, 2)}\n`;
}

function component(ref: string, folder: string, { version, integrity, license }: Locked, parts: Part[]) {
  const name = nameOf(folder);
  return {
    type: "library",
    "bom-ref": ref,
    name,
    version,
    hashes: [
      { alg: "SHA-512", content: Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex") },
    ],
    ...(license !== undefined && {
      licenses: [license.includes(" ") ? { expression: license } : { license: { id: license } }],
    }),
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    properties: parts.map((value) => ({ name: "cleardial:shipped-in", value })),
  };
}

const nameOf = (folder: string) => folder.replace(/^.*node_modules\//, "");

/** The folder of a dependency, as Node finds it from the folder of the package that wants it. */
function resolved({ packages }: Lock, from: string, name: string): string | null {
  for (let above = from; ; above = above.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, "")) {
    const folder = `${above === "" ? "" : `${above}/`}node_modules/${name}`;
    if (folder in packages) return folder;
    if (above === "") return null;
  }
}

/** The packages' folders that these files are in. */
const foldersOf = (paths: readonly string[]): Set<string> =>
  new Set(paths.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));

/** All files that a part's bundles read, by esbuild's own account, and what no import names. */
async function inputsOf(part: Part): Promise<string[]> {
  const entries = part === "worker" ? ["worker/index.ts"] : sourcesOf("extension");
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    stdin: { contents: entries.map((path) => `import "./${path}";\n`).join(""), resolveDir: root },
    bundle: true,
    write: false,
    metafile: true,
    outdir: "build",
    format: "esm",
    external: ["node:*", "cloudflare:*"],
    plugins: [{ name: "url", setup: addresses }],
    logLevel: "silent",
  });
  return [...Object.keys(metafile.inputs), ...ADDED[part]];
}

const sourcesOf = (folder: string): string[] =>
  readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

/** `url:` is Plasmo's: an import of the address of a bundle of its own, which is among the entry points anyway. */
function addresses(build: esbuild.PluginBuild): void {
  build.onResolve({ filter: /^url:/ }, ({ path }) => ({ path, namespace: "url" }));
  build.onLoad({ filter: /./, namespace: "url" }, () => ({ contents: 'export default ""' }));
}
