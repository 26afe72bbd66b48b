/** The repository contains no secret, and installs exactly the chosen packages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

/** The forms of secrets, by issuer. */
const secrets: Record<string, RegExp> = {
  "a private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}/,
  "a token of ours": /\bcd[tir]_[\w-]{43}\b/,
  "a key of Amazon's": /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  "a token of GitHub's": /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b/,
  "a token of npm's": /\bnpm_[A-Za-z0-9]{36}\b/,
  "a key of Google's": /\bAIza[\w-]{35}\b/,
  "a key of Stripe's": /\b[rs]k_live_[A-Za-z0-9]{20,}\b/,
  "a token of Slack's": /\bxox[abprs]-[\w-]{20,}/,
  "a key of Resend's": /\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}\b/,
  "a key of Twilio's": /\bSK[0-9a-f]{32}\b/,
  "a JSON web token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  "something that is called a secret":
    /(?:secret|token|password|passwd|api_?key|auth)\w*["']?\s*[:=]\s*["'`](?=[^"'`]*\d)(?=[^"'`]*[A-Za-z])[\w+/=-]{28,}["'`]/i,
};

const ignored = new Set(
  readFileSync(at(".gitignore"), "utf8")
    .split("\n")
    .map((line) => line.replace(/\/$/, "")),
);
function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(at(folder), { withFileTypes: true })) {
    if (ignored.has(entry.name) || entry.name === ".git" || entry.name.startsWith(".env")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (!/\.(png|ico|woff2?|tsbuildinfo)$/.test(entry.name)) yield path;
  }
}
const found = (text: string): string[] =>
  Object.entries(secrets).flatMap(([what, pattern]) => (pattern.test(text) ? [what] : []));

describe("secrets", () => {
  it("stand in no file", () => {
    const all = [...filesIn(".")].flatMap((file) =>
      found(readFileSync(at(file), "utf8")).map((what) => `${file}: ${what}`),
    );
    expect(all).toEqual([]);
  });

  it("would be found", () => {
    // Composed here, so that this file contains none itself.
    const some = (n: number) => "a1B2c3D4e5F6g7H8".repeat(9).slice(0, n);
    const each = [
      `-----BEGIN ${"PRIVATE KEY"}-----\n${some(40)}`,
      `cdt_${some(43)}`,
      `AKIA${some(16).toUpperCase()}`,
      `ghp_${some(36)}`,
      `npm_${some(36)}`,
      `AIza${some(35)}`,
      `sk_live_${some(24)}`,
      `xoxb-${some(24)}`,
      `re_${some(8)}_${some(24)}`,
      `SK${"0123456789abcdef".repeat(2)}`,
      `eyJ${some(20)}.eyJ${some(20)}.${some(30)}`,
      `AUDIT_SECRET = "${some(40)}"`,
    ];
    expect(each.map((text) => found(text)[0])).toEqual(Object.keys(secrets));
  });
});

describe.each([".", "test/pages", "test/softphones"])("package-lock.json in %s", (folder) => {
  interface Locked {
    version: string;
    resolved?: string;
    integrity?: string;
    hasInstallScript?: boolean;
  }
  const { packages } = JSON.parse(readFileSync(at(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const own = JSON.parse(readFileSync(at(folder, "package.json"), "utf8")) as Record<
    string,
    Record<string, unknown>
  >;
  const others = Object.entries(packages).filter(([path]) => path !== "");

  it("says of each package what its bytes are, and none comes from elsewhere than npm's registry", () => {
    const wrong = others.filter(
      ([, { integrity = "", resolved }]) =>
        !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ||
        (resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/")),
    );
    expect(others.length).toBeGreaterThan(100);
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it("has the versions that package.json names, each exactly", () => {
    const named = { ...own["dependencies"], ...own["devDependencies"] };
    expect(Object.keys(named).length).toBeGreaterThan(10);
    for (const [name, version] of Object.entries(named))
      expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
  });

  it("runs no package's own script that nobody allowed", () => {
    const scripts = others.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = scripts.map(([path]) => path.replace(/^.*node_modules\//, ""));
    expect([...new Set(names)].filter((name) => !(name in (own["allowScripts"] ?? {})))).toEqual([]);
  });
});

it.each(["test/pages", "test/softphones"])(
  "%s brings no second runtime, bundler of ours or React",
  (folder) => {
    const { packages } = JSON.parse(readFileSync(at(folder, "package-lock.json"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    for (const name of ["wrangler", "workerd", "miniflare", "esbuild", "plasmo", "react", "react-dom"])
      expect(Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`))).toEqual([]);
  },
);
