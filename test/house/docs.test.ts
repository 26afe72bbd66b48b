/** In the documents: links and their anchors work, and the files, commands and pictures they name exist. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { guides } from "./guides.ts";

const pages = guides;
const read = (file: string) => readFileSync(at(file), "utf8");
/** A document without its code blocks. */
const prose = (file: string) => read(file).replace(/^ *```[\s\S]*?^ *```$/gm, "");

/** The anchors of a document's headings, as GitHub makes them. */
const placesIn = (file: string) =>
  [...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe("documents", () => {
  const links = pages.flatMap((page) =>
    [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => ({ page, link })),
  );
  it("lead to files and places that are there", () => {
    expect(links.length).toBeGreaterThan(100);
    const broken = links.filter(({ page, link }) => {
      const [file = "", place] = link.split("#");
      const to = file === "" ? page : join(dirname(page), file);
      return !existsSync(at(to)) || (place !== undefined && !placesIn(to).includes(place));
    });
    expect(broken).toEqual([]);
  });

  it("are each to be found from README.md", () => {
    const reached = new Set(["README.md"]);
    for (const from of reached)
      for (const { page, link } of links)
        if (page === from && link.includes(".md")) reached.add(join(dirname(page), link.split("#")[0]!));
    expect(pages.filter((page) => !reached.has(page) && page !== "CHANGELOG.md")).toEqual([]);
  });

  it("name no file that is gone", () => {
    const gone = pages.flatMap((page) =>
      [
        ...prose(page).matchAll(
          /`((?:assets|demo|docs|extension|scripts|shared|store|test|worker)\/[\w./-]+)`/g,
        ),
      ]
        .map(([, file = ""]) => file)
        .filter((file) => !["", ".ts", ".tsx"].some((end) => existsSync(at(file + end))))
        .map((file) => `${page}: ${file}`),
    );
    expect(gone).toEqual([]);
  });

  it("name no command that there is not", () => {
    const commands = globSync("worker/cli/**/*.ts", { cwd: at() }).flatMap((file) =>
      [...read(file).matchAll(/(?:\bprogram\s*\.|^ *)command\("([a-z]+)"/gm)].map(([, name]) => name),
    );
    expect(commands).toContain("push");
    // Of a library, by which the shell completes.
    commands.push("completion");
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const unknown = pages.flatMap((page) => [
      ...[...read(page).matchAll(/(?<![\w/-])cleardial(?: --)? ([a-z]+)/g)].filter(
        ([, c]) => !commands.includes(c),
      ),
      ...[...read(page).matchAll(/npm run (?:-s )?([a-z:]+)/g)].filter(([, name]) => !(name! in scripts)),
    ]);
    expect(unknown.map(([said]) => said)).toEqual([]);
  });

  it("show every picture that is kept for them, and none is large", () => {
    const shown = new Set(links.map(({ page, link }) => join(dirname(page), link)));
    const kept = globSync("docs/*.png", { cwd: at() });
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((picture) => !shown.has(picture))).toEqual([]);
    for (const picture of [...kept, ...globSync("store/*.png", { cwd: at() })])
      expect(statSync(at(picture)).size, picture).toBeLessThan(260_000);
  });
});

it("every room in ARCHITECTURE.md is there", () => {
  const [, block = ""] = /^```\n([\s\S]*?)^```$/m.exec(read("ARCHITECTURE.md")) ?? [];
  const above: string[] = [];
  const gone: string[] = [];
  let rooms = 0;
  for (const line of block.split("\n").filter(Boolean)) {
    const deep = /^ */.exec(line)![0].length / 2;
    // Names come first in a line, then what it says about them.
    const words = line.trim().split(/\s+/);
    const said = words.findIndex((word) => !/^[\w.…*-]+(\/[\w.-]+)*(\.tsx?|\/)$/.test(word));
    const names = said < 0 ? words : words.slice(0, said);
    for (const name of names) {
      const path = join(...above.slice(0, deep), name.replace("…", "*"));
      if (globSync(path, { cwd: at() }).length === 0) gone.push(path);
      rooms++;
    }
    if (names[0]?.endsWith("/")) above[deep] = names[0];
  }
  expect(rooms).toBeGreaterThan(60);
  expect(gone).toEqual([]);
});

it("an action of a workflow is named by its commit, with its version beside", () => {
  const used = globSync(".github/workflows/*.yml", { cwd: at() }).flatMap((file) =>
    [...read(file).matchAll(/uses: (.*)$/gm)].map(([, action]) => action!),
  );
  expect(used.length).toBeGreaterThan(3);
  for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

it("the workflow of a release fails without the publisher's key, before anything is built", () => {
  const [first] = read(".github/workflows/release.yml")
    .split(/^ {6}- /m)
    .slice(1);
  const script = first!.split("run: |\n")[1]!;
  const run = (key: string) =>
    spawnSync("bash", ["-e", "-c", script], { env: { ...process.env, RELEASE_KEY: key } }).status;
  expect([run(""), run("a key")]).toEqual([1, 0]);
});
