/** What the built extension asks Chrome for, and what it does not. */
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Script, createContext } from "node:vm";
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { buildExtension } from "../../scripts/build.ts";

let directory = "";
let manifest: Record<string, unknown> = {};

beforeAll(async () => {
  ({ directory } = await buildExtension());
  manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")) as typeof manifest;
});

const files = (end: string) =>
  readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(end));
const read = (file: string) => readFileSync(join(directory, file), "utf8");
const only = (pattern: RegExp) => {
  const found = files(".js").filter((f) => pattern.test(f));
  expect(found).toHaveLength(1);
  return read(found[0] ?? "");
};

it("runs on no site at install, and asks for each when it is turned on", () => {
  expect(manifest["manifest_version"]).toBe(3);
  for (const key of [
    "content_scripts",
    "host_permissions",
    "web_accessible_resources",
    "externally_connectable",
  ])
    expect(manifest, key).not.toHaveProperty(key);
  expect(manifest["optional_host_permissions"]).toEqual(["https://*/*", "http://*/*"]);
});

it("has the permissions it uses, and no other", () => {
  const always = ["storage", "scripting", "activeTab", "identity", "contextMenus"];
  expect(manifest["permissions"]).toEqual([...always, "declarativeNetRequestWithHostAccess"]);
  // Asked for where the browser's gate is turned on.
  expect(manifest["optional_permissions"]).toEqual(["webRequest", "webNavigation"]);
});

describe("docs/permissions.md", () => {
  const sections = readFileSync("docs/permissions.md", "utf8")
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const part = (name: string) => new RegExp(`^\\*\\*${name}\\.\\*\\* (.*)$`, "m").exec(text)?.[1] ?? "";
      return {
        name: /^`(.*)`$/m.exec(text)?.[1] ?? "",
        why: part("Why"),
        never: part("Never"),
        where: [...part("Where").matchAll(/`(extension\/[^`]+)`/g)].map(([, path = ""]) => path),
      };
    });

  it("has each permission of the built manifest, and no other", () => {
    const kinds = ["permissions", "optional_permissions", "host_permissions", "optional_host_permissions"];
    const asked = kinds.flatMap((kind) => (manifest[kind] as string[] | undefined) ?? []);
    expect(sections.map(({ name }) => name).toSorted()).toEqual(asked.toSorted());
  });

  it("says of each why, within the length of Chrome's form, and what it is never used for", () => {
    for (const { name, why, never } of sections) {
      expect(why.length, name).toBeGreaterThan(40);
      expect(why.length, name).toBeLessThanOrEqual(1000);
      expect(never.length, name).toBeGreaterThan(10);
    }
  });

  it("names each place in the code that uses it, and none that does not", () => {
    const sources = globSync("extension/**/*.{ts,tsx}").map((path) => ({
      path,
      code: readFileSync(path, "utf8").replace(/^\s*(?:\/\/|\/\*\*|\*).*$/gm, ""),
    }));
    const uses = (call: string) => sources.filter(({ code }) => code.includes(call)).map(({ path }) => path);
    const calls: [name: string, call: string][] = [
      ["storage", "chrome.storage"],
      ["scripting", "chrome.scripting"],
      ["identity", "chrome.identity"],
      ["contextMenus", "contextMenus"],
      ["declarativeNetRequestWithHostAccess", "chrome.declarativeNetRequest."],
      ["webRequest", "webRequest"],
      ["webNavigation", "webNavigation"],
      ["https://*/*", "chrome.permissions.request"],
    ];
    for (const [name, call] of calls) {
      const { where } = sections.find((section) => section.name === name)!;
      const used = uses(call);
      expect(used.length, name).toBeGreaterThan(0);
      expect(
        used.filter((path) => !where.some((place) => path.startsWith(place))),
        name,
      ).toEqual([]);
      if (call !== "chrome.permissions.request")
        expect(
          where.filter((place) => !used.some((path) => path.startsWith(place))),
          name,
        ).toEqual([]);
    }
  });
});

it("tells Chrome what an administrator's policy may say", () => {
  const { managed_schema: file } = manifest["storage"] as { managed_schema: string };
  const schema = JSON.parse(read(file)) as { type: string; properties: Record<string, { type: string }> };
  expect(schema.type).toBe("object");
  // Of JSON Schema's rules that matter here, Chrome knows only types.
  expect(Object.entries(schema.properties).map(([name, { type }]) => `${name}: ${type}`)).toEqual([
    "workerUrl: string",
    "token: string",
    "sites: array",
    "locked: array",
    "protocolsOff: array",
    "softphone: string",
  ]);
});

it("has one id everywhere: the one that the Worker lets in", () => {
  const hash = createHash("sha256")
    .update(Buffer.from(String(manifest["key"]), "base64"))
    .digest("hex");
  const id = hash.slice(0, 32).replace(/./g, (digit) => "abcdefghijklmnop"[parseInt(digit, 16)] ?? "");
  expect(id).toBe("gjfncemgbmfcpbjhhncdmgalholdbemp");
  expect(readFileSync("wrangler.toml", "utf8")).toContain(id);
});

it("keeps Chrome's strict policy for extension pages", () => {
  expect(manifest).not.toHaveProperty("content_security_policy");
  for (const page of files(".html")) {
    expect(read(page), page).not.toMatch(/<script(?![^>]*\bsrc=")[^>]*>|<style|\son\w+=/i);
    expect(read(page), page).not.toMatch(/(src|href)="(https?:)?\/\//i);
  }
  for (const script of files(".js")) expect(read(script), script).not.toMatch(/\beval\(|new Function\(/);
});

it("wants a Chrome that knows what is used", () =>
  expect(Number(manifest["minimum_chrome_version"])).toBeGreaterThanOrEqual(123));

it("names only files that were built", () => {
  const named = [...JSON.stringify(manifest).matchAll(/"([\w./-]+\.(?:js|html|png|css|json))"/g)].map(
    (m) => m[1] ?? "",
  );
  expect(named.length).toBeGreaterThan(5);
  const built = files("");
  for (const file of named) expect(built).toContain(file);
});

it("leaves no name in the worlds that page scripts share", () => {
  for (const name of [/^main-world\./, /^guard\./, /^overlay\./, /^card\./]) {
    const context = createContext({});
    // The scripts fail here without a page. Any global name that they add before that, they would add there too.
    try {
      new Script(only(name)).runInContext(context);
    } catch {
      // No document.
    }
    expect(Object.getOwnPropertyNames(context).filter((n) => n.length < 4 || n === "define")).toEqual([]);
  }
});

it("brings no schema library into pages", () => {
  for (const script of files(".js")) expect(read(script), script).not.toMatch(/ZodError|_zod/);
});
