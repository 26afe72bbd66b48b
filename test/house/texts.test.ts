/** Every language has all English texts, with the same placeholders and with its own plural forms. */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { reasonCodes } from "../../shared/check/verdict.ts";
import { textsFor, verdictTexts } from "../../shared/texts/check/verdicts.ts";
import { connectorReasons } from "../../shared/texts/connectors/marks.en.ts";
import { english, type In, inLanguage, plural } from "../../shared/texts/language.ts";
import { shortReasons } from "../../shared/texts/overview/charts.en.ts";
import { screeningEn } from "../../shared/texts/screening/desk.en.ts";

const folder = at("shared/texts");
const others = Object.keys(verdictTexts).filter((language) => language !== "en");

/** All catalogues: files such as page/badges.ts beside page/badges.en.ts. */
const places = globSync("*/*.ts", { cwd: folder })
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((place) => existsSync(`${folder}/${place}.en.ts`))
  .sort();
const catalogues: Record<string, In<unknown>> = {};
const isCatalogue = (value: unknown): value is In<unknown> =>
  typeof value === "object" && value !== null && "en" in value;
for (const place of places) {
  const module = (await import(`${folder}/${place}.ts`)) as Record<string, unknown>;
  [catalogues[place]] = Object.values(module).filter(isCatalogue) as [In<unknown>];
}

const isForms = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && "other" in value && typeof value.other === "string";
/** Every sentence by its path. A sentence with plural forms counts once. */
function sentences(value: unknown, path = ""): [path: string, said: string[]][] {
  if (typeof value === "string") return [[path, [value]]];
  if (isForms(value) && ("one" in value || "many" in value)) return [[path, Object.values(value)]];
  return Object.entries(value as object).flatMap(([key, inner]) => sentences(inner, `${path}.${key}`));
}
const fills = (said: string): string[] => [...said.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
/** Names, addresses and samples that are the same in every language. */
const SAME = /^(?:\{\w+\}[.:, “”„]*)+$|^ClearDial$|^\/|example\.com$|^agent$|^administrator$/;

it("the places are found", () => {
  expect(places).toEqual(
    expect.arrayContaining([
      "check/verdicts",
      "dials/dialog",
      "options/options",
      "page/badges",
      "people/roles",
      "popup/popup",
      "privacy-requests/public",
      "welcome/welcome",
    ]),
  );
});

describe.each(others)("%s", (language) => {
  it.each(Object.keys(catalogues))("%s is whole, and fills what English fills", (place) => {
    const english = new Map(sentences(catalogues[place]!.en));
    const own = new Map(sentences(catalogues[place]![language] ?? {}));
    expect([...own.keys()]).toEqual([...english.keys()]);
    for (const [path, said] of own) {
      const meant = english.get(path)!;
      for (const form of said) expect(fills(form), `${path}: ${form}`).toEqual(fills(meant.at(-1)!));
      if (path !== ".language" && !SAME.test(said[0]!)) expect(said[0], path).not.toBe(meant[0]);
    }
  });

  it("has all forms of its plurals", () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const counted = Object.values(catalogues).flatMap((c) =>
      sentences(c[language]).filter(([, s]) => s.length > 1),
    );
    expect(counted.length).toBeGreaterThan(0);
    const walk = (value: unknown): void => {
      if (isForms(value) && ("one" in value || "many" in value))
        expect(Object.keys(value).sort()).toEqual([...pluralCategories].sort());
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
    };
    Object.values(catalogues).forEach((c) => walk(c[language]));
  });
});

it("a number picks its form by the language's own rules", () => {
  const pl = textsFor("pl-PL,pl;q=0.9");
  const { results } = (catalogues["popup/popup"]!["pl"] as { check: { results: { other: string } } }).check;
  const said = [1, 2, 5, 12, 22, 1000].map((n) => plural(pl, results, n));
  expect(said).toEqual([
    "Sprawdzono 1 numer",
    "Sprawdzono 2 numery",
    "Sprawdzono 5 numerów",
    "Sprawdzono 12 numerów",
    "Sprawdzono 22 numery",
    "Sprawdzono 1000 numerów",
  ]);
  expect(plural(english, { one: "{n} day", other: "{n} days" }, 1)).toBe("1 day");
});

it("an unknown language is English", () => {
  expect(textsFor("xx").language).toBe("en-GB");
  expect(inLanguage({ en: "a", pl: "b" }, "xx-YY")).toBe("a");
});

it("Chrome's own texts are there in every language", () => {
  const messages = (language: string) =>
    JSON.parse(readFileSync(at("assets/_locales", language, "messages.json"), "utf8")) as Record<
      string,
      { message: string }
    >;
  expect(readdirSync(at("assets/_locales")).sort()).toEqual(["en", ...others].sort());
  const { description } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { description: string };
  expect(messages("en")["description"]?.message).toBe(description);
  for (const language of others) {
    expect(Object.keys(messages(language))).toEqual(Object.keys(messages("en")));
    for (const { message } of Object.values(messages(language))) expect(message.length).toBeLessThan(133);
  }
});

/** A code without words is taken for a register's id: "On PRODUCT". */
it.each(Object.entries({ shortReasons, connectorReasons, ofScreenings: screeningEn.reasonNames }))(
  "each reason has its words where reasons are counted: %s",
  (_, words) => {
    expect(reasonCodes.filter((code) => !words[code])).toEqual([]);
  },
);
