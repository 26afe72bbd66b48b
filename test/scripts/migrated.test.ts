import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { migrate } from "../../scripts/lib/migrated.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-migrated-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The states that migrations were applied to; this wrangler leaves a file in each. */
let applied: string[] = [];
const apply = (state: string) => {
  applied.push(state);
  mkdirSync(join(state, "v3/d1"), { recursive: true });
  writeFileSync(join(state, "v3/d1/db.sqlite"), "migrated");
  return Promise.resolve();
};
const state = (name: string) => join(dir, name);
const migrated = async (name: string): Promise<string[]> => {
  applied = [];
  mkdirSync(state(name), { recursive: true });
  await migrate(state(name), apply, state("cache"));
  expect(readFileSync(join(state(name), "v3/d1/db.sqlite"), "utf8")).toBe("migrated");
  return applied;
};

it("a new state is a copy of one that was made once; one that has all migrations is left alone", async () => {
  const [made, ...others] = await migrated("a");
  expect([made!.startsWith(state("cache")), others]).toEqual([true, []]);
  expect(await migrated("b")).toEqual([]);
  expect(await migrated("a")).toEqual([]);
  // No incomplete state is left, neither in the cache nor at the target.
  expect(readdirSync(state("cache"))).toHaveLength(1);
  expect(readdirSync(join(state("b"), "v3"))).toEqual(["d1"]);
});

it("a state that has data and not all migrations is given them where it is", async () => {
  mkdirSync(join(state("old"), "v3/d1"), { recursive: true });
  writeFileSync(join(state("old"), "v3/d1/db.sqlite"), "of before");
  expect(await migrated("old")).toEqual([state("old")]);
  writeFileSync(join(state("old"), "migrations.sha256"), "of other migrations");
  expect(await migrated("old")).toEqual([state("old")]);
  expect(await migrated("old")).toEqual([]);
});
