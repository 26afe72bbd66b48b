/**
 * Whether a text names a requester: by name, e-mail address or number. SQL finds what may (`has`, by `hintsOf`), and `namerOf` decides,
 * by whole words.
 */
import { planOf, splitCode, trunkOf } from "../../../shared/phone/plans.ts";
import type { Row } from "../rows.ts";

/** What is looked for. A single word may be anybody's: as a name it is not. */
export interface Sought {
  name: string | null;
  email: string | null;
  /** Ends of numbers, as digits; and those of which more is known, in E.164: a row of before has none. */
  ends: string[];
  numbers?: string[];
}

/** Shorter ends and single words are in other people's texts, too. */
const SHORTEST = 5;

/** By the end of a number people find it however it is written. */
export const endOf = (e164: string): string => e164.replace("+", "").slice(-9);

const isSingle = (name: string): boolean => !/\s/.test(name.trim());

/** `numbers` in E.164, or their ends. */
export const soughtOf = (
  { name, email }: Pick<Row, "name" | "email">,
  numbers: readonly string[],
): Sought => ({
  name: isSingle(name) ? null : name.trim(),
  email,
  ends: numbers.map(endOf),
  numbers: numbers.filter((number) => number.startsWith("+")),
});

/** A name of one word that is looked for in what quotes an erased item alone; null for others. */
export const singleOf = ({ name }: Pick<Row, "name">): string | null =>
  isSingle(name) && name.trim().length >= SHORTEST ? name.trim() : null;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
/** Apostrophes are written in many ways. */
const APOSTROPHES = /[\u2018\u2019\u02bc\u00b4`]/g;
const plain = (text: string): string => text.normalize("NFC").replace(APOSTROPHES, "'");
/** In one case, also of letters that are several in the other one (ß), or of which Turkish has two (ı, İ). */
const folded = (text: string): string =>
  plain(text)
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/i\u0307/g, "i")
    .replace(/ς/g, "σ")
    .normalize("NFC");

/** Letters behind a name that make it another one; those of its genitive do not. */
const ON = String.raw`(?![\p{L}\p{N}\p{M}]|-\p{L}|'(?!s(?![\p{L}\p{N}]))\p{L})`;
/**
 * Finds it as whole words, with whatever space between them; "Ann Lee" is neither "Mary-Ann Lee" nor "Ann Lee-Jones", but found in
 * "Mary Ann Lee" and "Ann Lee Jones": nobody can tell these from a name beside other words.
 */
function wholeWords(text: string): (folded: string) => boolean {
  const words = folded(text)
    .trim()
    .split(/\s+/)
    .map(escaped)
    .join(String.raw`\s+`);
  const whole = new RegExp(String.raw`(?<![\p{L}\p{N}\p{M}]|\p{L}[-'])${words}${ON}`, "u");
  return (one) => whole.test(one);
}
/** Finds an address, and none that ends or begins with it. */
function wholeAddress(text: string): (folded: string) => boolean {
  const whole = new RegExp(
    String.raw`(?<![\p{L}\p{N}._%+\-])${escaped(folded(text))}(?![\p{L}\p{N}]|[.\-]\p{L})`,
    "u",
  );
  return (one) => whole.test(one);
}

/** What people write between digits; the last two are spaces that do not break. */
const BETWEEN = [" ", "-", "(", ")", ".", "/", "\u00a0", "\u202f"];
const MARKS = `[${BETWEEN.join("").replace("-", "\\-")}]*`;
const endPattern = (digits: string): string => `${[...digits].join(MARKS)}(?!\\d)`;
/** Finds the end of a number however it is written, and no longer run of digits. */
function endIn(digits: string): (text: string) => boolean {
  const whole = new RegExp(String.raw`(?<!\d{9})${endPattern(digits)}`);
  return (text) => whole.test(text);
}

/** What precedes an end: digits at once before it, and those behind an international prefix. */
const ADJACENT = /\d*$/;
const ABROAD = new RegExp(String.raw`(?:\+${MARKS}|(?<!\d)00(?=[1-9]|$))((?:\d${MARKS})*)$`);
/** Digits of a number with its code, and a trunk prefix. More are two numbers beside each other. */
const LONGEST = 16;
/**
 * Finds a number by its end, and no other one with the same: with an international prefix all of it must be there; without, what is
 * before the end in the same run of digits must be of its national form.
 */
function numberIn(e164: string): (text: string) => boolean {
  const digits = e164.slice(1);
  const end = endOf(e164);
  const { code, nsn } = splitCode(digits) ?? { code: "", nsn: digits };
  const trunk = trunkOf(planOf(code)?.regions[0] ?? "");
  const forms = new Set([end, digits, nsn, `${trunk}${nsn}`, ...(digits === end ? [] : [`011${digits}`])]);
  const whole = new RegExp(endPattern(end), "g");
  const isIt = (before: string): boolean => {
    const abroad = ABROAD.exec(before)?.[1]!.replace(/\D/g, "");
    if (abroad === undefined || abroad.length + end.length > LONGEST)
      return forms.has(ADJACENT.exec(before)![0] + end);
    const its = splitCode(abroad + end);
    return abroad + end === digits || (its?.code === code && its.nsn === nsn);
  };
  return (text) =>
    [...text.matchAll(whole)].some(({ index }) => isIt(text.slice(Math.max(0, index - 60), index)));
}

/** Whether a text names whom is looked for. */
export function namerOf({ name, email, ends, numbers = [] }: Sought): (text: string) => boolean {
  const whole = [
    ...(name === null ? [] : [wholeWords(name)]),
    ...(email === null ? [] : [wholeAddress(email)]),
  ];
  const known = new Set(numbers.map(endOf));
  const digits = [...numbers.map(numberIn), ...ends.filter((end) => !known.has(end)).map(endIn)];
  return (text) => {
    const one = folded(text);
    return whole.some((is) => is(one)) || digits.some((is) => is(text));
  };
}

/** Whether a text that is not a code alone has a name of one word. */
export function singleIn(name: string): (text: string) => boolean {
  const is = wholeWords(name);
  return (text) => !/^[a-z\d]+([-._:@/][a-z\d]+)*$/.test(text) && is(folded(text));
}

/** What a text must have, as `has` finds it, to be looked at: of a name its longest word, as JSON has it. */
export function hintsOf({ name, email, ends }: Sought): string[] {
  const longest =
    name &&
    plain(name)
      .split(/[\s'"\\]+/)
      .sort((a, b) => b.length - a.length)[0];
  return [...[longest, email].flatMap((one) => (one ? spelt(one) : [])), ...ends];
}

/** A word as `has` finds it: SQLite lowers A to Z alone, so others stay as the word has them, or in lower or upper case. */
export const spelt = (word: string): string[] => {
  const cases = [
    ...[word, word.toLowerCase(), word.toUpperCase()],
    ...[word.toLocaleLowerCase("tr"), word.toLocaleUpperCase("tr")],
  ].flatMap((one) => [one.normalize("NFC"), one.normalize("NFD"), one]);
  return [...new Set(cases.map((one) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase())))];
};

/** SQL: a text has one of the words (JSON, ?1), in it or in the digits that it is written with. */
export const has = (text: string): string =>
  `EXISTS (SELECT 1 FROM json_each(?1) w WHERE instr(lower(${text}), w.value) > 0
     OR instr(${BETWEEN.reduce((digits, mark) => `replace(${digits}, ${sqlOf(mark)}, '')`, text)}, w.value) > 0)`;
const sqlOf = (mark: string): string => (mark < "\u007f" ? `'${mark}'` : `char(${mark.charCodeAt(0)})`);

/** The words of an erasure as its row keeps them: an older Worker looks for each as it is. */
export const wordsOf = (sought: Sought): string[] =>
  [
    ...sought.ends,
    ...(sought.numbers ?? []),
    ...spelt(sought.email ?? ""),
    ...spelt(sought.name ?? ""),
  ].filter((word) => word.length >= SHORTEST);
/** The numbers among them, and the ends of others: no address is digits alone, nor a name of two words. */
export function numbersOf(words: readonly string[]): string[] {
  const numbers = words.filter((word) => /^\+\d+$/.test(word));
  const known = new Set(numbers.map(endOf));
  return [...numbers, ...words.filter((word) => /^\d+$/.test(word) && !known.has(word))];
}
