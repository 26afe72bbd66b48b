/** For the stores: the same files give the same bytes, and the forms match the manifest. */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { at } from "../../scripts/lib/paths.ts";
import { storeManifest } from "../../scripts/lib/store-manifest.ts";
import { zipOf } from "../../scripts/lib/zip.ts";
import { bodies } from "../e2e/page/leaves-list.ts";

const { version, displayName, description } = JSON.parse(readFileSync(at("package.json"), "utf8")) as {
  version: string;
  displayName: string;
  description: string;
};

function folderOf(files: [name: string, text: string][], day: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-zip-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: day < "2026" ? 0o600 : 0o755 });
    utimesSync(join(folder, name), new Date(day), new Date(day));
  }
  return folder;
}

describe("the zip", () => {
  const files: [string, string][] = [
    ["manifest.json", '{"key":"k","version":"1.0.0"}'],
    ["tabs/desk.html", "<html>"],
    ["a.js", "1"],
  ];
  it("has the same bytes wherever, whenever and in whatever order its files were made", async () => {
    const one = await zipOf(folderOf(files, "2025-01-02"));
    const zone = process.env["TZ"];
    onTestFinished(() => void (zone === undefined ? delete process.env["TZ"] : (process.env["TZ"] = zone)));
    process.env["TZ"] = "Pacific/Auckland";
    const two = await zipOf(folderOf(files.toReversed(), "2026-05-06"));
    expect(two.equals(one)).toBe(true);
    const names = ["a.js", "manifest.json", "tabs/desk.html"].map((name) => one.indexOf(name));
    expect(names).toEqual(names.toSorted((a, b) => a - b));
    expect(names).not.toContain(-1);
  });
  it("holds what a file has instead, and other bytes where one differs", async () => {
    const folder = folderOf(files, "2025-01-02");
    const zip = await zipOf(folder, { "manifest.json": "{}" });
    expect(zip.includes('"key"')).toBe(false);
    expect(zip.equals(await zipOf(folder))).toBe(false);
  });
  it("names no key, and says that it is a development build unless it is a release", () => {
    const built = '{"version":"1.2.0","key":"k","name":"ClearDial"}';
    expect(JSON.parse(storeManifest(built, true))).toEqual({ version: "1.2.0", name: "ClearDial" });
    expect(JSON.parse(storeManifest(built, false))).toMatchObject({ version_name: "1.2.0 (development)" });
  });
  it("a tag that is not the version releases nothing", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [at("scripts/package.ts"), "--release", "v9.9.9"],
      {
        encoding: "utf8",
      },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining(`it should be v${version}`) as string]);
  });
});

describe("store/listing.md", () => {
  const listing = readFileSync(at("store/listing.md"), "utf8");
  const section = (title: string) =>
    new RegExp(`^## ${title}\\n\\n(.*?)\\n(?=## |$(?![\\s\\S]))`, "ms").exec(listing)?.[1]?.trim() ?? "";
  it("says what the manifest says, within the stores' lengths", () => {
    expect(section("Title")).toBe(displayName);
    expect(section("Summary")).toBe(description);
    expect(description.length).toBeLessThanOrEqual(132);
    expect(section("Description").length).toBeGreaterThanOrEqual(250);
    expect(section("Description").length).toBeLessThanOrEqual(10_000);
    expect(section("Single purpose").length).toBeGreaterThan(50);
  });
  it("answers each of the form's nine questions on data", () => {
    const answers = [...section("Data").matchAll(/^\| ([A-Z][^|]*?) *\| (yes|no) +\| (.*?) *\|$/gm)];
    expect(answers).toHaveLength(9);
    for (const [, question, answer, what] of answers)
      if (answer === "yes") expect(what, question).toMatch(/\S/);
  });
  it("tells of each request that the wire is read for, with all that its body may hold", () => {
    const told = [...section("Data").matchAll(/^\| (`[A-Z]+ \/v1[^|]*?) *\| (.*?) *\|$/gm)].flatMap(
      ([, requests = "", holds = ""]) =>
        [...requests.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [
          name,
          [...holds.matchAll(/`([^`]+)`/g)].map(([, field]) => field!).sort(),
        ]),
    );
    const sent = Object.entries(bodies("", [])).map(([name, body]) => [
      name,
      body instanceof z.ZodObject ? Object.keys(body.shape).sort() : [],
    ]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(sent));
  });
  it("its five pictures are there, as large as the stores want them", () => {
    const pictures = readdirSync(at("store")).filter((name) => name.endsWith(".png"));
    expect(pictures).toHaveLength(5);
    for (const name of pictures) {
      const png = readFileSync(at("store", name));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)], name).toEqual([1280, 800]);
    }
  });
});
