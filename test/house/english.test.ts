/**
 * Plain English in what people read: each word that makes a reader go back is banned, with a plain one beside it. The
 * pattern itself allows a phrase's good use; there is no list of exceptions.
 */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { guides } from "./guides.ts";

const banned: readonly [pattern: RegExp, instead: string][] = [
  [/\b(?:that|those) of\b/i, "repeat the noun, or write 's"],
  [/\bof wh(?:ich|om)\b/i, "begin a new sentence"],
  [/\b(?:is|are|was|were) none\b/i, "is not, there is no"],
  [/\banew\b/i, "again"],
  [/\b(?:bears?|borne|bore|bearing)\b/i, "has, shows, supports"],
  [/\b(?:stands?|stood|standing)\b(?!-| out\b| for\b)/i, "is, exists, applies"],
  [/\bnobody's\b/i, "say who may, or no one's"],
  [/\b(?:go|goes|going|gone|went) on with\b/i, "continue, resume"],
  [/\bmend(?:s|ed|ing)?\b/i, "correct, fix"],
  [/\bwhoever\b/i, "name the person, or anyone who"],
  [/\ball the same\b/i, "anyway, still; a held call is overridden"],
  [/\binto force\b/i, "make live"],
  [/\bturn(?:s|ed)\b(?! (?:\w+ ){0,2}(?:on|off|into)\b)/i, "change; a number's status changes"],
  [/\b(?:numbers?|that) turn\b(?! (?:\w+ ){0,2}(?:on|off|into)\b)/i, "change status"],
  [/\bso many as\b/i, "up to, as many as"],
  [/\bwhat is [^.,;:]{1,40} is\b/i, "name the thing"],
  [/\b(?:cut|break|breaks|broke|broken|called) off\b/i, "interrupted, cancelled, truncated"],
  [/\bat the (?:most|least)\b/i, "at most, at least"],
  [/\bvouch/i, "verify, confirm"],
  [/\b(?:thereof|therein|whereby|whereof|wherein|hereby|herein)\b/i, "say it in a sentence of its own"],
];

const faults = (file: string, said: readonly string[]): string[] =>
  said.flatMap((text) =>
    banned.flatMap(([pattern, instead]) => {
      const found = pattern.exec(text);
      if (!found) return [];
      const near = text.slice(Math.max(0, found.index - 40), found.index + 60).replace(/\s+/g, " ");
      return [`${file}: “${found[0]}” (rather: ${instead}) in “…${near}…”`];
    }),
  );

const read = (file: string) => readFileSync(at(file), "utf8");
/** Every string of a file of texts, without keys, comments and placeholders, which people do not read. */
const stringsOf = (source: string): string[] =>
  [
    ...source
      .replace(/^\s*(?:\/\/|\/\*\*|\*).*$/gm, "")
      .matchAll(/"((?:[^"\\\n]|\\.)*)"(:?)|`((?:[^`\\]|\\.)*)`/g),
  ]
    .filter(([, , colon]) => colon !== ":")
    .map(([, text, , template]) => (text ?? template ?? "").replace(/\{\w+\}/g, "{}"));
/** A guide's prose, by paragraph, without code, addresses and quotations such as a test's title. */
const proseOf = (source: string): string[] =>
  source
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`]*`|\]\([^)]*\)|“[^”]*”/g, "")
    .split(/\n{2,}|\n(?=[-|#*\d])/);

describe("the words", () => {
  it.each([
    ["The list is none of ours.", "is none"],
    ["What was cut off is gone on with.", "gone on with"],
    ["It stands on the audit trail.", "stands"],
    ["Numbers that turned are marked.", "turned"],
    ["Dial all the same", "all the same"],
  ])("%s", (text, word) => {
    expect(faults("", [text]).join()).toContain(`“${word}”`);
  });
  it.each([
    "It was tested against a stand-in, and the badge stands out.",
    "The register is turned off. Turn it on under Watching; a site that someone turned on stays on.",
    "A spreadsheet has turned the numbers into 1.6E+09.",
  ])("lets through: %s", (text) => {
    expect(faults("", [text])).toEqual([]);
  });
});

describe("plain English", () => {
  const texts = globSync("shared/texts/**/*.en.ts", { cwd: at() }).sort();
  it.each(texts)("%s", (file) => {
    expect(faults(file, stringsOf(read(file)))).toEqual([]);
  });

  // A changelog keeps the words of its time.
  it.each(guides.filter((file) => file !== "CHANGELOG.md"))("%s", (file) => {
    expect(faults(file, proseOf(read(file)))).toEqual([]);
  });
});
