import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

/** SQLite has no index over JSON: without materialising the list, it searches all of it for each row of the table. */
it("an update from a list of JSON goes by a list that is materialised", () => {
  const files = readdirSync(at("worker"), { recursive: true, encoding: "utf8" });
  const joined = files
    .filter((file) => file.endsWith(".ts"))
    .filter((file) =>
      /UPDATE (?:(?!\(SELECT)[^`"])*\sFROM json_each/.test(readFileSync(at("worker", file), "utf8")),
    );
  expect(joined).toEqual([]);
});
