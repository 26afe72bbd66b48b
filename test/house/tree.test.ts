/** One folder a concern, of the same name in every tree, and none so full that it must be searched. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

const skipped = /^(node_modules|\.|build$)/;
function* foldersIn(folder: string): Generator<string> {
  yield folder;
  for (const entry of readdirSync(at(folder), { withFileTypes: true }))
    if (entry.isDirectory() && !skipped.test(entry.name)) yield* foldersIn(join(folder, entry.name));
}
const entriesOf = (folder: string) => readdirSync(at(folder)).filter((name) => !skipped.test(name));

describe("folders", () => {
  // The trees themselves, and the texts, hold a folder for each concern; migrations that were released never go.
  it.each(["worker", "shared", "extension", "test", "scripts"])(
    "below %s have 26 entries at the most",
    (top) => {
      const full = [...foldersIn(top)]
        .map((folder) => ({ folder, entries: entriesOf(folder).length }))
        .filter(({ folder }) => folder !== join("worker", "migrations"))
        .filter(
          ({ folder, entries }) => entries > (folder === top || folder === join("shared", "texts") ? 30 : 26),
        );
      expect(full).toEqual([]);
    },
  );

  it("of tests are found by the path of what they test", () => {
    const lost = ["worker", "shared", "extension"]
      .flatMap((top) => [...foldersIn(join("test", top))])
      .filter((folder) => !existsSync(at(folder.slice("test/".length))));
    expect(lost).toEqual([]);
  });

  it("of a concern have the same name in the kernel, the Worker, the desk and the texts", () => {
    const concerns = readdirSync(at("worker"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    // What no other tree has: what all routes share, what people or providers bring, and what is no concern of people's.
    const alone = ["api", "cli", "core", "jobs", "migrations", "pages", "providers", "storage", "webhooks"];
    for (const name of concerns.filter((concern) => !alone.includes(concern)))
      expect(existsSync(at("shared", name)), `shared/${name}`).toBe(true);
    const screens = readdirSync(at("extension/desk"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const parts = ["web-worker", "charts", "import", "parts", "shell", "tables", "forms", "styles"];
    expect(screens.filter((name) => !concerns.includes(name) && !parts.includes(name))).toEqual([]);
  });
});

describe("source files", () => {
  it("are read in one sitting: 330 lines at the most, but for tables that a command made", () => {
    const long = ["worker", "shared", "extension", "scripts"]
      .flatMap((top) => [...foldersIn(top)])
      .flatMap((folder) => entriesOf(folder).map((name) => join(folder, name)))
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => ({ file, text: readFileSync(at(file), "utf8") }))
      .filter(({ text }) => text.split("\n").length > 330 && !/Generated: `npm run tables`/.test(text));
    expect(long.map(({ file }) => file)).toEqual([]);
  });
});
