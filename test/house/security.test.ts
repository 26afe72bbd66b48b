/** The threat model and the ASVS table name tests that exist. */
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

const page = readFileSync(at("SECURITY.md"), "utf8");
const model = readFileSync(at("docs/threat-model.md"), "utf8");
const evidence = model + readFileSync(at("docs/asvs.md"), "utf8");

it("each test that it names is there, under that name", () => {
  const named = [...evidence.matchAll(/`(test\/[\w./-]+\.test\.ts)`((?:,? ?“[^”]+”)*)/g)];
  const wrong = named.flatMap(([, file = "", names = ""]) => {
    if (!existsSync(at(file))) return [file];
    const source = readFileSync(at(file), "utf8");
    return [...names.matchAll(/“([^”]+)”/g)].flatMap(([, name]) =>
      source.includes(name!) ? [] : [`${file}: ${name}`],
    );
  });
  expect(wrong).toEqual([]);
  expect(named.length).toBeGreaterThan(60);
  // Other files that are named must exist too.
  for (const [, file] of (page + evidence).matchAll(/`((?:test|docs|worker)\/[\w./-]+)`/g))
    expect(existsSync(at(file!)), file).toBe(true);
});

it("what it says of the deployment's settings is set", () => {
  const settings = readFileSync(at("wrangler.toml"), "utf8");
  expect(page).toContain("invocation logs are off");
  expect(settings).toMatch(/^invocation_logs = false$/m);
  expect(page).toContain("6,000 requests a minute");
  expect(page).toContain("18,000 questions");
  expect(settings).toMatch(/^name = "GATE"\n.*\nsimple = \{ limit = 18000, period = 60 \}$/m);
  expect(settings).toMatch(/^name = "PACE"\n.*\nsimple = \{ limit = 6000, period = 60 \}$/m);
});

it("each threat has its test or its reason", () => {
  const rows = model.split("\n").filter((line) => /^\| (?!-|tries|what happens)/.test(line));
  expect(rows.length).toBeGreaterThan(35);
  expect(rows.filter((row) => !/`test\/|reason:|nobody can hold/.test(row))).toEqual([]);
});
