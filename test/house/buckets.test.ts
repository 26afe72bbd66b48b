/** Each purpose has buckets of its own, and one place in the code meets their settings (shared/recordings/places.ts). */
import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { places } from "../../shared/recordings/places.ts";
import { at } from "../../scripts/lib/paths.ts";

const read = (path: string) => readFileSync(at(path), "utf8");

it("wrangler.toml binds each purpose, and the archive, to a bucket of its own", () => {
  const bound = [
    ...read("wrangler.toml").matchAll(/\[\[r2_buckets\]\]\nbinding = "(\w+)"\nbucket_name = "([\w-]+)"/g),
  ];
  expect(bound.map(([, binding]) => binding).sort()).toEqual(
    ["ARCHIVE", ...Object.values(places).map(({ r2 }) => r2)].sort(),
  );
  expect(new Set(bound.map(([, , bucket]) => bucket)).size).toBe(bound.length);
});

it("nothing else in the Worker reaches a bucket: the trail and closed dials write the archive, and the table names the others", () => {
  const files = globSync("worker/**/*.{ts,tsx}", { cwd: at() }).filter(
    (file) => !file.startsWith("worker/cli/"),
  );
  const naming = (words: string[]) =>
    files
      .filter((file) =>
        new RegExp(`\\b(?:${words.join("|")})\\b`).test(
          read(file).replace(/^\s*(?:\/\/|\/\*\*|\*).*$/gm, ""),
        ),
      )
      .sort();
  const settings = Object.values(places).flatMap(({ r2, s3 }) => [`env\\.${r2}`, s3]);
  // The address of an object in the recordings' bucket is Twilio's to name.
  expect(naming(settings)).toEqual(["worker/env.ts", "worker/storage/s3.ts"]);
  expect(naming(["env\\.ARCHIVE"])).toEqual([
    "worker/proof/statement.ts",
    "worker/storage/closed/files.ts",
    "worker/storage/places.ts",
    "worker/trail/archive.ts",
    "worker/trail/head-files.ts",
    "worker/trail/heads.ts",
    "worker/trail/rows.ts",
  ]);
});
