/** Every statement about the law names a source that docs/sources.md has, with the day it was looked up. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { guides } from "./guides.ts";
import { clauses } from "../../shared/policy/clauses.ts";
import { sourced } from "../../shared/law/sources.ts";

const read = (file: string) => readFileSync(at(file), "utf8");
const page = read("docs/sources.md");
const cells = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim());
const rows = page
  .split("\n")
  .filter((line) => /^\|.*\|.*\|.*\|.*\|$/.test(line) && !/^\| (source|-)/.test(line))
  .map((line) => {
    const [, source = "", says = "", seen = "", on = ""] = cells(line);
    const [, name = source, url = ""] = /^\[([^\]]+)\]\(([^)]+)\)/.exec(source) ?? [];
    return { name, url, says, seen, on };
  });

describe("docs/sources.md", () => {
  it("says of each source what it says, how far that was seen, and when", () => {
    expect(rows.length).toBeGreaterThan(40);
    for (const { name, says, seen, on } of rows) {
      expect(says, name).toMatch(/\.$/);
      expect(["text", "regulator", "others", "unconfirmed"], name).toContain(seen);
      expect(new Date(on).toISOString().slice(0, 10), name).toBe(on);
    }
  });

  it("has the source of each clause, by the same name, address and day", () => {
    const sources = clauses.flatMap(({ source }) => (source === "company" ? [] : [source]));
    expect(sources.length).toBeGreaterThan(30);
    for (const source of sources) expect(rows).toContainEqual(expect.objectContaining(source));
  });

  it("has a row for each rule of law, with its source and the day it was looked up, and no other", () => {
    const said = rows.flatMap(({ says, ...row }) => {
      const [, id] = /^`([A-Z]{2}-[\w-]+)`: /.exec(says) ?? [];
      return id === undefined ? [] : [{ id, ...row }];
    });
    const held = sourced.map(({ id, source: { lookedUp, ...source } }) => ({
      id,
      ...source,
      on: lookedUp,
    }));
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(held.sort(byId)).toEqual(said.sort(byId));
  });

  /** What the row of a rule says. */
  const rowOf = (id: string) => rows.find(({ says }) => says.startsWith(`\`${id}\`: `))!.says;
  it("says where the opening words and the number shown of a rule come from, and of no other rule", () => {
    for (const { id, say, presents } of sourced) {
      expect([id, rowOf(id).includes("Opening words: ")]).toEqual([id, say !== undefined]);
      expect([id, rowOf(id).includes("Number shown: ")]).toEqual([id, presents !== undefined]);
    }
  });
  it("says of a copy's age that no source gives that it is our own number", () => {
    for (const id of ["FR-old", "ES-open", "BE-dncm", "IN-tcccpr"])
      expect(rowOf(id)).toContain("our own number");
  });
  it("and docs/limits.md have each rule that is left out", () => {
    const limits = read("docs/limits.md");
    for (const what of ["electricity and gas", "Real Decreto 88/2026", "art 50(1)", "code of conduct"])
      for (const [name, text] of Object.entries({ page, limits })) expect(text, name).toContain(what);
  });
});

/** `PECR 21`, `UK GDPR 12A`, `DPA 164A`, `SI 2016/524`: each regulation, article or section that a text names. */
function namedIn(text: string): string[] {
  const ONE = String.raw`\d+[A-Z]*(?:\(\w+\))*`;
  const LIST = `(${ONE}(?:(?:, | and | to )${ONE})*)`;
  const find = (before: string, as: string) =>
    [...text.matchAll(new RegExp(before + LIST, "g"))].flatMap(([, list = ""]) =>
      (list.replace(/\(\w+\)/g, "").match(/\d+[A-Z]*/g) ?? []).map((number) => `${as} ${number}`),
    );
  return [
    ...find(String.raw`PECR(?: 2003)? regs? `, "PECR"),
    ...find(String.raw`UK GDPR arts? `, "UK GDPR"),
    ...find(String.raw`\b[Aa]rticles? `, "UK GDPR"),
    ...find("Data Protection Act 2018, s ", "DPA"),
    ...[...text.matchAll(/\bSI (\d{4}\/\d+)/g)].map(([, number]) => `SI ${number}`),
  ];
}

describe("a regulation, an article or a section", () => {
  it("is found however it is named", () => {
    const text =
      "PECR reg 24, PECR 2003 regs 19, 21A, 21B and UK GDPR arts 12(3), 12A; by article 15(1), PECR reg 21(1)(a), (A1). Data Protection Act 2018, s 164A; SI 2016/524";
    expect([...new Set(namedIn(text))].sort()).toEqual(
      [
        ...["DPA 164A", "PECR 19", "PECR 21", "PECR 21A", "PECR 21B", "PECR 24", "SI 2016/524"],
        ...["UK GDPR 12", "UK GDPR 12A", "UK GDPR 15"],
      ].sort(),
    );
  });

  const known = new Set(namedIn(page));
  const code = globSync("{shared,worker,extension}/**/*.{ts,tsx,sql}", {
    cwd: at(),
    // Other countries' laws.
    exclude: (file) => file.startsWith("shared/law"),
  });
  it("is named by no guide, text or code without a row of docs/sources.md", () => {
    const lacking = [...guides, ...code].flatMap((file) =>
      namedIn(read(file))
        .filter((name) => !known.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(lacking).toEqual([]);
  });
  it("is named wherever people read what the law wants", () => {
    const texts = globSync("shared/texts/**/*.en.ts", { cwd: at() }).flatMap((file) =>
      [...read(file).matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g)].map(([text]) => `${file}: ${text}`),
    );
    const bare = texts.filter(
      (text) =>
        /\b(?:the|by) law\b/i.test(text) &&
        namedIn(text).length === 0 &&
        // Clauses show their source beside the text, a verdict's reasons and what is said at a call name their rule, and a ground that a company
        // gives is the company's statement.
        !/^shared\/texts\/(policy\/(desk|clause)|check\/(verdicts|desk)|connectors\/marks|law\/)|the ICO’s guidance|the law obliges/i.test(
          text,
        ),
    );
    expect(texts.length).toBeGreaterThan(1000);
    expect(bare).toEqual([]);
  });
  it("is named by no guide that does not lead there", () => {
    // The READMEs of folders are for engineers: a name from the page is enough.
    for (const file of guides.filter((name) => !/\w\/README\.md$/.test(name))) {
      const text = read(file);
      if (file !== "docs/sources.md" && namedIn(text).length > 0)
        expect(text, file).toMatch(/\((docs\/|\.\.\/docs\/)?sources\.md(#[\w-]+)?\)/);
    }
  });
});
