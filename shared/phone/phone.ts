/**
 * Phone numbers in text: where they are, and which. Pure, and fast enough for every text node of a page.
 *
 * Recall comes first, as a number that is missed is called without a check. A number whose country is unclear is found
 * with all its readings, never with a country that may be wrong.
 */
// First, as a bundle compresses best with the large table before all code.
import { dialledNational, isValid, nationals, regionOfNational, shapeOf, splitCode } from "./plans.ts";
import { columnsOf } from "./columns.ts";
import { numbersIn } from "./numbers-in-run.ts";
import { extensionAt, matchAt } from "./extension.ts";
import { regionNamed } from "./named.ts";
import { readSingle } from "./single.ts";
import type { ReadBy } from "./read-digits.ts";
import { shortenedAfter } from "./shortened.ts";
import { digitsOf, eachRun } from "./digit-runs.ts";

/** A written number, as it was read. */
export interface Read {
  /** Null where the country is unclear; then `readings` has the numbers that it may be, in E.164. */
  e164: string | null;
  ext?: string;
  readings?: string[];
  by: ReadBy;
  /** A few digits right behind it, with their mark: `-12`. In another country's plan they may be of the number. */
  tail?: string;
  /** How well it is grouped as its plan groups numbers, from 4 to 0: see `Reading` in read-digits.ts. */
  fit: number;
}

/** A number that was found in a text. */
export interface Phone extends Read {
  /** UTF-16 offsets of the number: from its plus, bracket or first digit to its last; label and extension excluded. */
  start: number;
  end: number;
  /** What stands there; in full where the text has the last digits alone: `0113 496 0143` for `0113 496 0142 / 0143`. */
  written: string;
  /** Of one in its last digits alone: where the number begins whose place they are in. */
  first?: number;
}

/** Fewest digits of a number that is searched for. */
const LEAST = 7;

/** An extension as Germans write it, behind an area code and a number in one piece; or digits that end a line. */
const TAIL = /(?:[-\u2010-\u2013]\d{1,4}(?![\d\p{L}.:/-])| \d{1,4}(?=[ \t]*(?:$|[\r\n,;|])))/uy;
const TWO_GROUPS = /^\D*\d+[)\s/-]+\d{5,}$/;

/** A character as JSON has it, perhaps more than once, shown as text: `\n`, `\"`, `\/`, `\u002B`. */
const ESCAPES = /\\{1,8}(u[\da-fA-F]{4}|[nrt"/])/g;
/** Of no width, and read over: with as many as an escape is longer than its character, offsets stay. */
const FILLER = "\u200b";
/** The character of `\u002B` at its begin, as a number begins there; of others at their end, right before what follows. */
const unescaped = (escape: string, what: string): string =>
  (JSON.parse(`"\\${what}"`) as string)
    .padStart(escape.length - (what.length > 1 ? 5 : 0), FILLER)
    .padEnd(escape.length, FILLER);

/** The phone numbers in a text, in order, never overlapping. `region`: the reader's country, ISO 3166, two letters. */
export function findPhones(raw: string, region: string): Phone[] {
  const text = raw.includes("\\") ? raw.replace(ESCAPES, unescaped) : raw;
  const phones: Phone[] = [];
  if (text.length < LEAST) return phones;
  let from = 0;
  const columns = text.includes("\n") ? columnsOf(text) : null;
  eachRun(text, LEAST, (run) => {
    const numbers = numbersIn(text, run, from, region, columns);
    for (const [i, { start, end, reading, to }] of numbers.entries()) {
      const written = text === raw ? text.slice(start, end) : text.slice(start, end).replaceAll(FILLER, "");
      const phone: Phone = { start, end, written, e164: reading.e164, by: reading.by, fit: reading.fit };
      if (reading.e164 === null) phone.readings = reading.readings;
      // A country in words decides what is open, and over the region where its own way of writing fits better.
      const there =
        reading.by === "code" || (reading.e164 !== null && reading.fit > 2)
          ? region
          : regionNamed(text, start, region);
      const read = there === region ? null : readSingle(written, there);
      const named = read?.e164 && read.by === "region" && (reading.e164 === null || read.fit > reading.fit);
      if (named) {
        Object.assign(phone, read, { by: "named" });
        delete phone.readings;
      }
      const extension = to === run.n ? extensionAt(text, end) : null;
      if (extension) phone.ext = extension.ext;
      else if (reading.by !== "code") {
        const tail = matchAt(TAIL, text, end)?.[0];
        if (tail !== undefined && (tail.startsWith(" ") || TWO_GROUPS.test(written))) phone.tail = tail;
      }
      phones.push(phone);
      from = extension?.end ?? end;
      if (extension) continue;
      const direct = reading.variable || (phone.tail !== undefined && !phone.tail.startsWith(" "));
      for (const next of shortenedAfter(text, written, end, !direct)) {
        const read =
          next.end > (numbers[i + 1]?.start ?? Infinity)
            ? null
            : readSingle(next.written, named ? there : region);
        if (read === null || (read.e164 === null) !== (phone.e164 === null)) break;
        phones.push({ ...next, first: start, ...read });
        from = next.end;
      }
    }
    return from;
  });
  return phones;
}

/**
 * Reads one written number: a form field, the content of a tel:, callto: or sip: link, a cell of a list. Lenient, as it
 * is meant to be one. Not a number: `e164` is null and there are no readings.
 */
export function toE164(text: string, region: string): Read {
  return (
    readSingle(text, region) ??
    onlyOne(text, findPhones(text, region)) ?? { e164: null, by: "region", fit: 0 }
  );
}

/**
 * The number that a line of the region may ring by digits without a code, where these are dialled nationally: after the
 * trunk prefix, or without one where that is usual. Null where there is no such number.
 */
export function dialledIn(written: string, region: string): string | null {
  const number = dialledNational(digitsOf(written), region);
  return number && `+${number.code}${number.nsn}`;
}

/** True for a national number of the region with one digit too many, which its exchanges ignore, or one too few. */
export function isSlipIn(written: string, region: string): boolean {
  const digits = digitsOf(written);
  return [digits.slice(0, -1), `${digits}0`].some((others) => {
    const { trunk } = nationals(others, region);
    return trunk !== null && isValid(trunk);
  });
}

/** None after other digits: a telephone dials these first, and rings by them. */
function onlyOne(text: string, phones: Phone[]): Read | null {
  const phone = phones[0];
  if (!phone || phones.length > 1 || digitsOf(text.slice(0, phone.start)) !== "") return null;
  const { start: _start, end: _end, written: _written, ...rest } = phone;
  return rest;
}

/** The key of a written number in rulings: its digits in ASCII, whatever their script, after a leading plus. */
export const writtenKey = (written: string): string =>
  (/^\s*[+\uff0b]/.test(written) ? "+" : "") + digitsOf(written);

/** The region of a number in E.164; null where it has none (+800, +883) or it cannot be told. */
export function regionOf(e164: string): string | null {
  const number = numberOf(e164);
  return number && regionOfNational(number);
}

/** A number in E.164 as people write it: `+44 20 7946 0958`. */
export function sayNumber(e164: string): string {
  const number = numberOf(e164);
  const found = number && shapeOf(number);
  if (!number) return e164;
  if (!found) return `+${number.code} ${number.nsn}`.trimEnd();
  return `+${number.code} ${found.groups.join(" ")}`;
}

const numberOf = (e164: string) => (/^\+\d{1,15}$/.test(e164) ? splitCode(e164.slice(1)) : null);
