/** A release: the same bytes again, a bill of what is shipped alone, and a signature that a buyer's own tools check. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { root, at } from "../../scripts/lib/paths.ts";
import { writeRelease } from "../../scripts/lib/release.ts";
import { bomOf, type Lock, sbomOf } from "../../scripts/lib/sbom.ts";

const page = readFileSync(at("docs/verify.md"), "utf8");
/** The commands of the page's section, as a buyer would paste them. */
const commandsOf = (section: string): string[] =>
  page
    .split(`## ${section}\n`)[1]!
    .match(/^```\n([\s\S]*?)^```$/m)![1]!
    .trim()
    .split("\n");

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "cleardial-release-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
const sh = (cwd: string, command: string) => {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd, encoding: "utf8" });
  return { ok: status === 0, said: stdout + stderr };
};
const artefacts = [
  { name: "cleardial-1.2.3.zip", bytes: Buffer.from([1, 2, 3]) },
  { name: "cleardial-1.2.3.cdx.json", bytes: "{}\n" },
];

describe("the commands of docs/verify.md", () => {
  beforeEach(({ skip }) => skip(spawnSync("ssh-keygen").error !== undefined, "ssh-keygen is not installed"));

  const [makeKey, signersLine] = commandsOf("For publishers: signing") as [string, string];
  const checks = commandsOf("Checking the signature and the files");

  /** A release and its publisher's line beside it, as a buyer has them. */
  function signed() {
    const release = join(folder(), "release");
    const home = folder();
    expect(sh(home, `${makeKey} -q -N ""`)).toEqual({ ok: true, said: "" });
    expect(writeRelease(release, artefacts, join(home, "release-key"))).toContain("SHA256SUMS is signed");
    writeFileSync(join(release, "allowed_signers"), sh(home, signersLine).said);
    return { release, home };
  }
  const buyer = (release: string) => checks.map((command) => sh(release, command));

  it("pass for what the publisher signed", () => {
    const { release } = signed();
    const said = buyer(release);
    expect(
      said.map(({ ok }) => ok),
      JSON.stringify(said),
    ).toEqual([true, true]);
    expect(said[0]!.said).toContain('Good "cleardial-release" signature');
    for (const { name } of artefacts) expect(said[1]!.said).toContain(`${name}: OK`);
  });

  it("fail for a file, a sum or a key that is another, and for a signature that meant something else", () => {
    const { release, home } = signed();
    appendFileSync(join(release, artefacts[0]!.name), "x");
    expect(buyer(release).map(({ ok }) => ok)).toEqual([true, false]);

    const sums = readFileSync(join(release, "SHA256SUMS"), "utf8");
    writeFileSync(
      join(release, "SHA256SUMS"),
      sums.replace(/^./, (c) => (c === "0" ? "1" : "0")),
    );
    expect(buyer(release)[0]!.ok).toBe(false);

    writeFileSync(join(release, "SHA256SUMS"), sums);
    expect(buyer(release)[0]!.ok).toBe(true);
    const line = readFileSync(join(release, "allowed_signers"), "utf8");
    writeFileSync(join(release, "allowed_signers"), readFileSync(join(signed().release, "allowed_signers")));
    expect(buyer(release)[0]!.ok).toBe(false);

    writeFileSync(join(release, "allowed_signers"), line);
    rmSync(join(release, "SHA256SUMS.sig"));
    expect(sh(release, `ssh-keygen -q -Y sign -n git -f ${join(home, "release-key")} SHA256SUMS`).ok).toBe(
      true,
    );
    expect(buyer(release)[0]!.ok).toBe(false);
  });

  it("a release without a key says that it is unsigned, and has no signature of an earlier one", () => {
    const { release } = signed();
    expect(writeRelease(release, artefacts, undefined)).toMatch(/^UNSIGNED: /m);
    expect(existsSync(join(release, "SHA256SUMS.sig"))).toBe(false);
    expect(() => writeRelease(release, artefacts, join(release, "no-key"))).toThrow("There is no key");
  });
});

describe("the bill of materials", () => {
  interface Bom {
    components: {
      name: string;
      purl: string;
      hashes: unknown[];
      licenses: unknown[];
      properties: { value: string }[];
    }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  }

  it("has what the bundles contain, and nothing that only builds, tests or administers", async () => {
    const one = await sbomOf("0.1.0");
    const bom = JSON.parse(one) as Bom;
    const parts = new Map(bom.components.map((c) => [c.name, c.properties.map(({ value }) => value)]));
    expect(parts.get("react-dom")).toEqual(["extension"]);
    expect(parts.get("uplot")).toEqual(["extension"]);
    expect(parts.get("@parcel/runtime-js")).toEqual(["extension"]);
    expect(parts.get("hono")).toEqual(["worker"]);
    expect(parts.get("swagger-ui-dist")).toEqual(["worker"]);
    expect(parts.get("papaparse")).toEqual(["extension", "worker"]);
    for (const name of ["plasmo", "wrangler", "vitest", "typescript", "commander", "ssh2-sftp-client"])
      expect([...parts.keys()]).not.toContain(name);
    for (const { name, purl, hashes, licenses } of bom.components)
      expect([purl.startsWith("pkg:npm/"), hashes.length, licenses.length], name).toEqual([true, 1, 1]);
    const refs = bom.dependencies.map(({ ref }) => ref);
    for (const ref of bom.dependencies.flatMap(({ dependsOn }) => dependsOn)) expect(refs).toContain(ref);
    // Nothing of this machine or this moment.
    for (const own of [root, hostname(), "resolved", "://", "timestamp", "serialNumber"])
      expect(one).not.toContain(own);
  });

  const sha512 = (bytes: string) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const lock: Lock = {
    packages: {
      "": {
        version: "1.2.3",
        integrity: "",
        dependencies: { a: "^1.0.0", "@b/c": "^3.0.0", unused: "1.0.0" },
      },
      "node_modules/a": {
        version: "1.0.0",
        integrity: sha512("a"),
        license: "MIT",
        dependencies: { "@b/c": "^2.0.0" },
        peerDependencies: { d: "*" },
      },
      "node_modules/a/node_modules/@b/c": {
        version: "2.0.0",
        integrity: sha512("c2"),
        license: "(MIT OR ISC)",
      },
      "node_modules/@b/c": { version: "3.0.0", integrity: sha512("c3"), license: "ISC" },
      "node_modules/d": { version: "4.0.0", integrity: sha512("d"), dev: true },
      "node_modules/unused": { version: "1.0.0", integrity: sha512("u") },
    },
  };

  it("knows a package by the folder of its files, and its dependencies as Node finds them", () => {
    const inputs = new Map([
      ["worker", ["worker/x.ts", "node_modules/a/x.js", "node_modules/a/node_modules/@b/c/y/z.js"]],
      ["extension", ["node_modules/@b/c/z.js", "node_modules/a/y.js"]],
    ] as const);
    const bom = JSON.parse(bomOf("1.2.3", lock, inputs)) as Bom;
    expect(
      bom.components.map(({ purl, properties }) => [purl, properties.map(({ value }) => value).join()]),
    ).toEqual([
      ["pkg:npm/%40b/c@3.0.0", "extension"],
      ["pkg:npm/a@1.0.0", "worker,extension"],
      ["pkg:npm/%40b/c@2.0.0", "worker"],
    ]);
    expect(bom.components[1]!.hashes).toEqual([
      { alg: "SHA-512", content: createHash("sha512").update("a").digest("hex") },
    ]);
    expect(bom.components.map(({ licenses }) => licenses)).toEqual([
      [{ license: { id: "ISC" } }],
      [{ license: { id: "MIT" } }],
      [{ expression: "(MIT OR ISC)" }],
    ]);
    expect(bom.dependencies).toEqual([
      { ref: "cleardial@1.2.3", dependsOn: ["a@1.0.0", "@b/c@3.0.0"] },
      { ref: "@b/c@3.0.0", dependsOn: [] },
      { ref: "a@1.0.0", dependsOn: ["@b/c@2.0.0"] },
      { ref: "@b/c@2.0.0", dependsOn: [] },
    ]);
  });

  it("is the same in whatever order the bundlers report their files", () => {
    const paths = ["node_modules/a/x.js", "node_modules/@b/c/z.js", "node_modules/a/node_modules/@b/c/y.js"];
    const bom = (files: string[]) => bomOf("1.2.3", lock, new Map([["worker", files]] as const));
    expect(bom(paths.toReversed())).toBe(bom(paths));
  });

  it("is not made where something is shipped that only tests are said to need", () => {
    expect(() => bomOf("1.2.3", lock, new Map([["worker", ["node_modules/d/x.js"]]] as const))).toThrow(
      "belong in package.json's dependencies: node_modules/d",
    );
  });
});
