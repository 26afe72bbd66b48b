import { globSync, readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { clauses, withClause } from "../../shared/policy/clauses.ts";
import { dialAction } from "../../shared/dials/api.ts";
import { proposalState } from "../../shared/policy/api.ts";
import { syncReport } from "../../shared/registers/api.ts";
import { defaultPolicy, lockedClauses, policySchema } from "../../shared/policy/policy.ts";
import { requestActions } from "../../shared/privacy-requests/steps.ts";
import { regions } from "../../shared/law/regions.ts";
import { fill, plural } from "../../shared/texts/language.ts";
import { sayReason, sayVerdict, type Texts, verdictTexts } from "../../shared/texts/check/verdicts.ts";
import { mailDeskEn } from "../../shared/texts/mail/desk.en.ts";
import { trailEn } from "../../shared/texts/trail/desk.en.ts";
import { mailEn } from "../../shared/texts/mail/mail.en.ts";
import { problemTitles } from "../../shared/texts/core/problems.en.ts";
import { at } from "../../scripts/lib/paths.ts";
import { policyEn, sayClause, saySource } from "../../shared/texts/policy/clauses.en.ts";
import { reasonCodes } from "../../shared/check/verdict.ts";

/** A listing and a clear number in each language. No language may say that a clear number may be called. */
const said: Record<string, { listed: string; clear: string; never: RegExp }> = {
  en: {
    listed: "On TPS (list of 20 Nov 2026).",
    clear: "No bar found: tps and ctps as of 18 Nov 2026",
    never: /may be called/i,
  },
  pl: {
    listed: "W rejestrze TPS (lista z 20 lis 2026).",
    clear: "Nie znaleziono przeszkód: tps i ctps, stan na 18 lis 2026",
    never: /wolno|można/i,
  },
};

describe("words", () => {
  it("every language has its sample", () => {
    expect(Object.keys(said)).toEqual(Object.keys(verdictTexts));
  });
  for (const [language, t] of Object.entries(verdictTexts as Record<string, Texts>)) {
    it(`${language}: every reason code has its text, and no place is left unfilled`, () => {
      for (const code of reasonCodes) expect(t.reasons[code], code).toBeTruthy();
      const lists = [
        {
          id: "tps",
          name: "TPS",
          regions: ["GB"],
          maxAgeDays: 28,
          version: 1,
          asOf: "2026-11-20",
          numbers: 1,
        },
      ];
      for (const code of [...reasonCodes, "tps"])
        expect(sayReason(t, { code, list: "tps", asOf: "2026-11-20" }, lists)).not.toMatch(/[{}]/);
      // One that nobody declared, by its own name.
      expect(sayReason(t, { code: "no-register", list: "us-state" }, lists)).toContain(
        "State do-not-call lists",
      );
      expect(sayReason(t, { code: "tps", list: "tps", asOf: "2026-11-20" }, lists)).toBe(
        said[language]!.listed,
      );
    });
    it(`${language}: clear names the lists and their oldest date, never "may be called"`, () => {
      const clear = sayVerdict(
        t,
        {
          verdict: "clear",
          reasons: [
            { code: "not-listed", list: "tps", asOf: "2026-11-20" },
            { code: "not-listed", list: "ctps", asOf: "2026-11-18" },
          ],
        },
        [],
      );
      expect(clear).toBe(said[language]!.clear);
      expect(clear).not.toMatch(said[language]!.never);
      // A message is clear by consent alone.
      const message = sayVerdict(t, { verdict: "clear", reasons: [{ code: "consent" }] }, []);
      expect(message).toBe(t.verdicts.clear);
      expect(message).not.toMatch(said[language]!.never);
    });
  }
  it("plurals and places", () => {
    const t = verdictTexts.en;
    expect(plural(t, { one: "{n} number", other: "{n} numbers" }, 1)).toBe("1 number");
    expect(plural(t, { one: "{n} number", other: "{n} numbers" }, 1200)).toBe("1,200 numbers");
    expect(plural(t, { one: "{n} row in {file}", other: "{n} rows in {file}" }, 2, { file: "a.csv" })).toBe(
      "2 rows in a.csv",
    );
    expect(fill("a {b} c {d}", { b: 1 })).toBe("a 1 c");
  });
});

describe("policy", () => {
  /** Every value of a policy that is not an object, and the records that people fill. */
  const leaves = (value: unknown, path = ""): string[] =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !["registers", "grounds", "hours"].includes(path)
      ? Object.entries(value).flatMap(([key, v]) => leaves(v, path ? `${path}.${key}` : key))
      : [path];
  it("every setting is a clause that people can read, and every clause is a setting", () => {
    expect(clauses.map((c) => c.path).sort()).toEqual(leaves(defaultPolicy).sort());
    expect(Object.keys(policyEn.clauses).sort()).toEqual(clauses.map((c) => c.path).sort());
    for (const { path, options = [], source } of clauses) {
      expect(sayClause(path)).not.toBe(path);
      for (const option of options) expect(policyEn.values[option], `${path}: ${option}`).toBeTruthy();
      expect(policyEn.clauses[path]?.[1], path).toMatch(/\S.*\.$/);
      expect(saySource(source), path).toMatch(/^(PECR 2003|UK GDPR art|Company policy)/);
    }
  });
  it("a clause's limits are the schema's", () => {
    for (const { path, kind, min, max, options } of clauses) {
      const takes = (value: unknown) =>
        policySchema.safeParse(withClause(defaultPolicy, path, value)).success;
      if (kind === "count") {
        expect([takes(min), takes(min! - 1), takes(max), takes(max! + 1)], path).toEqual([
          true,
          false,
          true,
          false,
        ]);
      } else if (kind === "choice") {
        for (const option of options!) expect(takes(option), `${path}: ${option}`).toBe(true);
        expect(takes("something else"), path).toBe(false);
      } else if ((kind === "line" || kind === "lines") && max) {
        expect([takes("x".repeat(max)), takes("x".repeat(max + 1))], path).toEqual([true, false]);
      }
    }
  });
  it("the popup has the clauses that it has a control for, among them both countries", () => {
    const shown = clauses.filter((c) => c.popup);
    for (const { path, kind } of shown)
      expect(["registers", "choice", "switch", "region"], path).toContain(kind);
    const countries = shown.filter((c) => c.kind === "region");
    // An administrator's alone: a manager reads them.
    expect(countries.map((c) => [c.path, c.admin, c.optional ?? false])).toEqual([
      ["numbers.defaultRegion", true, false],
      ["numbers.lineRegion", true, true],
    ]);
  });
  it("the locked clauses are the ones that say so", () => {
    const locked = clauses.filter((c) => c.locked).map(({ path, source }) => [path, saySource(source)]);
    expect(Object.fromEntries(locked)).toEqual(lockedClauses);
  });
  it("its defaults are the strict ones", () => {
    expect(defaultPolicy).toMatchObject({
      inHouse: "hold",
      unknown: "hold",
      withheldCallerId: "refuse",
      screening: { staleList: "hold", graceDays: 0, maxListAgeDays: 28 },
    });
  });
  it("a locked clause can take no other value", () => {
    for (const clause of Object.keys(lockedClauses))
      expect(policySchema.safeParse(withClause(defaultPolicy, clause, "off")).success, clause).toBe(false);
  });
});

it("every region names its zones, under its own code", () => {
  for (const [code, r] of Object.entries(regions)) {
    expect(r.region).toBe(code);
    expect(() => new Intl.DateTimeFormat("en", { timeZone: r.timeZones[0] })).not.toThrow();
  }
});

describe("the audit trail", () => {
  const dir = new URL("../../worker/", import.meta.url);
  const source = readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("cli/"))
    .map((file) => readFileSync(new URL(file, dir), "utf8"))
    .join("\n");
  /** Codes that the code composes. Add the values of a new one here. */
  const made: Record<string, readonly string[]> = {
    "opened.${what}": [...source.matchAll(/\blogRead\(c, "([a-z-]+)"/g)].map(([, what]) => `opened.${what}`),
    "dial.${action}": dialAction.options.map((action) => `dial.${action}`),
    // The trail shows the download of a copy as a read.
    "request.${action}": requestActions
      .filter((action) => action !== "share")
      .map((action) => `request.${action}`),
    "list.sync-${state}": syncReport.shape.state.options.map((state) => `list.sync-${state}`),
    ...Object.fromEntries(
      ["${kind.name}-month-closed", "${name}-closed", "${name}-reopened"].map((code) => [
        `audit.${code}`,
        ["dials", "recordings", "certificates"].map((kind) => `audit.${code.replace(/\$\{.*\}/, kind)}`),
      ]),
    ),
    "proposal.${state}": proposalState.options
      .filter((state) => state !== "open")
      .map((state) => `proposal.${state}`),
  };
  /** Announced beside their texts; each stands here until what writes it is built. */
  const coming = ["consent.used", "opened.explain", "dial.judged-again"];
  const written = [
    ...coming,
    ...[...source.matchAll(/\bcode: ([^`\n]*)/g)].flatMap(([, said]) =>
      [...said!.matchAll(/"([a-z-]+\.[a-z-]+)"/g)].map(([, code]) => code!),
    ),
    ...[...source.matchAll(/\bcode: `([^`]+)`/g)].flatMap(([, pattern]) => made[pattern!] ?? [pattern!]),
  ];
  it("each code that the Worker writes is said in the desk, and no other", () => {
    expect(Object.keys(trailEn.codes).sort()).toEqual([...new Set(written)].sort());
  });
  it("each kind can be filtered by", () => {
    const kinds = written.map((code) => code.replace(/\..*/, "."));
    expect(Object.keys(trailEn.kinds).sort()).toEqual([...new Set(kinds)].sort());
  });
});

describe("what the Worker and the command line say stands among the texts", () => {
  const files = (folder: string) =>
    globSync(`${folder}/**/*.{ts,tsx}`, { cwd: at() }).map((file): [string, string] => [
      file,
      readFileSync(at(file), "utf8").replace(/^\s*(\/\/|\/?\*).*$/gm, ""),
    ]);
  it("no sentence stands in the Worker's code, but for the descriptions of its API", () => {
    const found = files("worker").flatMap(([file, source]) =>
      source
        .split("\n")
        .filter(
          (line) =>
            /["`>][A-Z][^"`]* [^"`]*\.["`<]/.test(line) && !/description:|problem\?\.title/.test(line),
        )
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
  it("nor one in what --help says", () => {
    const found = files("worker/cli").flatMap(([file, source]) =>
      [...source.matchAll(/\.(?:description|argument|option|requiredOption)\(([^;]*?)\)/g)]
        .filter(([, said]) => /["`][a-z]+ [a-z' ]+/i.test(said!.replace(/"-[^"]*"/g, "")))
        .map(([call]) => `${file}: ${call}`),
    );
    expect(found).toEqual([]);
  });
  it("each code has its title, and no title is left over", () => {
    const [, block = ""] =
      /const statuses = \{(.*?)\n\}/s.exec(readFileSync(at("worker/core/errors.ts"), "utf8")) ?? [];
    const codes = [...block.matchAll(/^ {2}"?([a-z-]+)"?: \d{3},$/gm)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(50);
    expect(Object.keys(problemTitles).sort()).toEqual(codes.sort());
  });
});

it("each mail has its name in the desk", () => {
  expect(Object.keys(mailDeskEn.templates).sort()).toEqual(Object.keys(mailEn).sort());
});

it("the indexes of the largest tables repeat no id: each entry is one of millions", () => {
  const db = new DatabaseSync(":memory:");
  for (const file of readdirSync(at("worker/migrations")).sort())
    db.exec(readFileSync(at("worker/migrations", file), "utf8"));
  const indexes = db
    .prepare(
      `SELECT i.name FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
       WHERE t.name IN ('dials', 'recording_rows', 'call_rows') AND i.origin = 'c' AND c.name = 'id' ORDER BY 1`,
    )
    .all();
  expect(indexes.map(({ name }) => name)).toEqual([
    // Of few.
    "recording_rows_why",
  ]);
});

it("every table says in prose what it is for and how long its rows are kept", () => {
  const dir = new URL("../../worker/migrations/", import.meta.url);
  for (const file of readdirSync(dir)) {
    const text = readFileSync(new URL(file, dir), "utf8");
    for (const [, table] of text.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)) {
      const prose = new RegExp(`-- ${table}: (?:.|\\n-- )*?Kept: `);
      expect(text, `${file}: ${table}`).toMatch(prose);
    }
  }
});
