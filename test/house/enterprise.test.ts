/** The extension reads what docs/enterprise.md tells administrators to paste. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { handled, handlerOf } from "../../shared/dials/browser-gate.ts";
import { isWayOut } from "../../shared/dials/softphone.ts";
import { readSite } from "../../shared/policy/sites.ts";

const doc = readFileSync(at("docs/enterprise.md"), "utf8");
const { manifest } = JSON.parse(readFileSync(at("package.json"), "utf8")) as {
  manifest: { key: string; permissions: string[]; optional_permissions: string[] };
};
const id = createHash("sha256")
  .update(Buffer.from(manifest.key, "base64"))
  .digest("hex")
  .slice(0, 32)
  .replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));

const schema = JSON.parse(readFileSync(at("assets/managed.json"), "utf8")) as {
  properties: Record<string, object>;
};
const policy = z.fromJSONSchema({ ...schema, additionalProperties: false } as z.core.JSONSchema.JSONSchema);
/** Of an example. Softphones are left alone only where holding their calls breaks them, and the browser's gate is a step of its own. */
const keys = Object.keys(schema.properties)
  .filter((key) => key !== "protocolsOff" && key !== "softphone")
  .sort();

const blocks = (language: string): string[] =>
  [...doc.matchAll(/^( *)```(\w+)\n(.*?)^\1```/gms)].flatMap(([, , of, body]) =>
    of === language ? [body!] : [],
  );
const json = blocks("json").map((block) => JSON.parse(block) as Record<string, never>);
const having = (key: string) => json.filter((block) => key in block).map((block) => block[key] as unknown);

/** Complete, with values of the right kinds and valid sites. */
function expectPolicy(said: unknown): void {
  expect(policy.safeParse(said).error?.issues ?? []).toEqual([]);
  const { sites, locked, ...others } = said as Record<string, string[]>;
  expect(Object.keys({ sites, locked, ...others }).sort()).toEqual(keys);
  for (const site of sites!) expect(readSite(site), site).toBe(site);
}

/** The values of a property list: strings and lists of strings. */
function plist(xml: string): Record<string, unknown> {
  const strings = (part: string) => [...part.matchAll(/<string>(.*?)<\/string>/g)].map(([, text]) => text!);
  const values = xml.matchAll(/<key>(\w+)<\/key>\s*(?:<string>(.*?)<\/string>|<array>(.*?)<\/array>)/gs);
  return Object.fromEntries([...values].map(([, key, one, list]) => [key!, one ?? strings(list!)]));
}

/** Names and values by their key, as in a registry. */
function registry(entries: [under: string, name: string, value: string][]): Record<string, unknown> {
  const said: Record<string, string | string[]> = {};
  for (const [under, name, value] of entries)
    if (under === "") said[name] = value;
    else said[under] = [...(said[under] ?? []), value];
  return said;
}

describe("docs/enterprise.md", () => {
  it("names one extension: ours", () => {
    const named = [...doc.matchAll(/\b[a-p]{32}\b/g)].map(([found]) => found);
    expect(new Set(named)).toEqual(new Set([id]));
  });

  it("its file and its console's policy are what the extension reads", () => {
    const [file] = having("3rdparty") as { extensions: Record<string, unknown> }[];
    expectPolicy(file!.extensions[id]);
    const consoles = json.filter((block) => "workerUrl" in block) as unknown as Record<
      string,
      { Value: unknown }
    >[];
    expect(consoles).toHaveLength(1);
    expectPolicy(Object.fromEntries(Object.entries(consoles[0]!).map(([key, { Value }]) => [key, Value])));
  });

  it("its policies of the browser's gate name our handler and a softphone that is a way out", () => {
    const [named] = having("softphone") as string[];
    expect(isWayOut(named!)).toBe(true);
    const [handlers] = having("RegisteredProtocolHandlers") as { protocol: string; url: string }[][];
    const ours = handlerOf("https://cleardial.example.com");
    expect(handlers!.map(({ url }) => url)).toEqual(handlers!.map(() => ours));
    expect(handled).toEqual(expect.arrayContaining(handlers!.map(({ protocol }) => protocol)));
    const [launched] = having("AutoLaunchProtocolsFromOrigins") as { protocol: string }[][];
    expect(launched!.map(({ protocol }) => `${protocol}://`)).toEqual([named]);
    const [permissions] = having("permissions");
    const { permissions: must, optional_permissions: may } = manifest;
    expect(permissions).toEqual([...must, ...may]);
  });

  it("and so are the registry's file, the script and the property list", () => {
    const [reg] = blocks("reg");
    const entries: [string, string, string][] = [];
    let under = "";
    for (const line of reg!.split("\n")) {
      under = /^\[HKEY_LOCAL_MACHINE\\.*\\policy\\?(\w*)\]$/.exec(line)?.[1] ?? under;
      const value = /^"(\w+)"="(.*)"$/.exec(line);
      if (value) entries.push([under, value[1]!, value[2]!]);
    }
    expectPolicy(registry(entries));
    const [script] = blocks("powershell");
    const set = /-Path (?:\$policy|"\$policy\\(\w+)") -Name '(\w+)' -Value '(.*)'/g;
    expectPolicy(
      registry([...script!.matchAll(set)].map(([, key = "", name, value]) => [key, name!, value!])),
    );
    const lists = blocks("xml").filter((block) => block.includes("<key>workerUrl</key>"));
    expect(lists).toHaveLength(1);
    expectPolicy(plist(lists[0]!));
  });

  it("what it says of the extension are settings that Chrome has", () => {
    const settings = z.record(
      z.literal(id),
      z.strictObject({
        installation_mode: z.literal("force_installed"),
        update_url: z.url(),
        toolbar_pin: z.literal("force_pinned"),
        // Hosts without a path, for any scheme.
        runtime_allowed_hosts: z.array(z.string().regex(/^\*:\/\/(\*\.)?[a-z0-9.-]+$/)),
      }),
    );
    expect(having("ExtensionSettings").map((said) => settings.safeParse(said).error?.issues ?? [])).toEqual([
      [],
    ]);
    for (const hosts of having("host_permissions") as string[][])
      for (const host of hosts) expect(readSite(host), host).toBe(host.slice(0, -2));
  });
});
