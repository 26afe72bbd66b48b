/**
 * Reads a register's file: one number a line in any written form, with spaces, headers, CSV cells, a byte order mark or
 * CRLF. Both published layouts of the UK registers are lines of digits and spaces. It is fed with bytes, so that a file
 * of 300 MB needs no more memory than its numbers.
 */
import Papa from "papaparse";
import { dialling, type Dialling } from "../law/declared.ts";

const utf8 = new TextDecoder(); // It drops a byte order mark.

/** Why a line was skipped. */
export type SkipReason = "not-a-number" | "spreadsheet" | "too-long";

/** Why a file was refused. */
export type FileFault =
  | "empty"
  | "binary"
  | "zip"
  | "utf-16"
  | "spreadsheet"
  | "unreadable"
  | "no-region"
  | "no-marker";

export class NotARegister extends Error {
  readonly fault: FileFault;
  constructor(fault: FileFault) {
    super(`not a register file: ${fault}`);
    this.fault = fault;
  }
}

export interface RegisterFile {
  /** Sorted, distinct; the digits of E.164. */
  numbers: Float64Array;
  /** Lines except blank ones and headers. */
  lines: number;
  duplicates: number;
  skipped: {
    total: number;
    reasons: Partial<Record<SkipReason, number>>;
    first: { line: number; why: SkipReason }[];
  };
}

/** Skipped lines that the report lists by number; the rest are only counted. */
const NAMED_SKIPS = 100;
/**
 * A file may always have this many unreadable lines. Beyond that, one line in ten is the limit: their numbers would
 * count as not listed.
 */
const FEW = 20;
/** The most lines that a header may have. */
const HEADER_LINES = 5;
/** In bytes: a file with a longer line is not a register's. */
const MAX_LINE = 10_000;
const [LF, CR, SPACE, TAB, PLUS, ZERO, NINE] = [10, 13, 32, 9, 43, 48, 57];

export class RegisterReader {
  readonly #rules: Dialling;
  /** By the length of a national number: what to add for the calling code. */
  readonly #codes: (number | undefined)[] = [];
  #numbers = new Float64Array(1 << 16);
  #count = 0;
  #line = 0;
  #lines = 0;
  #bytes = 0;
  #rest = new Uint8Array(0);
  #column: number | null = null;
  #skipped: RegisterFile["skipped"] = { total: 0, reasons: {}, first: [] };

  /**
   * `region` is the register's, for numbers without a country code. Throws NotARegister where its rules are unknown.
   */
  constructor(region: string) {
    const rules = dialling[region];
    if (!rules) throw new NotARegister("no-region");
    this.#rules = rules;
    for (const n of this.#rules.lengths) this.#codes[n] = Number(this.#rules.callingCode) * 10 ** n;
  }

  /** Lines so far, except blank ones and headers. */
  get lines(): number {
    return this.#lines;
  }

  /** Takes the next bytes of the file. Throws NotARegister as soon as they cannot be a register's file. */
  feed(chunk: Uint8Array): void {
    if (this.#bytes === 0) this.#wantText(chunk);
    if (chunk.includes(0)) throw new NotARegister("binary");
    this.#bytes += chunk.length;
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    this.#rest = bytes.slice(this.#readLines(bytes));
    if (this.#rest.length > MAX_LINE) throw new NotARegister("unreadable");
  }

  /** Sorts the numbers. Throws NotARegister for an empty file, and for one with too many unreadable lines. */
  end(): RegisterFile {
    if (this.#rest.length > 0) this.#readLines(Uint8Array.of(...this.#rest, LF));
    this.#rest = new Uint8Array(0);
    if (this.#lines === 0) throw new NotARegister("empty");
    const { total, reasons } = this.#skipped;
    if (total * 2 > this.#lines || (total > FEW && total * 10 > this.#lines))
      throw new NotARegister((reasons.spreadsheet ?? 0) * 2 > total ? "spreadsheet" : "unreadable");
    const sorted = this.#numbers.subarray(0, this.#count);
    // The bits of positive doubles sort like the doubles themselves, and integers sort in half the time.
    new BigUint64Array(sorted.buffer, 0, this.#count).sort();
    let distinct = 0;
    for (const n of sorted) if (distinct === 0 || sorted[distinct - 1] !== n) sorted[distinct++] = n;
    return {
      numbers: sorted.subarray(0, distinct),
      lines: this.#lines,
      duplicates: this.#count - distinct,
      skipped: this.#skipped,
    };
  }

  #wantText(chunk: Uint8Array): void {
    const starts = (...bytes: number[]) => bytes.every((b, i) => chunk[i] === b);
    if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) throw new NotARegister("utf-16");
    if (starts(0x50, 0x4b, 3, 4) || starts(0x1f, 0x8b)) throw new NotARegister("zip");
  }

  /**
   * Reads all complete lines and returns where the incomplete one starts. Most lines are digits and spaces: they are
   * read byte by byte, in one pass and without making a string.
   */
  #readLines(bytes: Uint8Array): number {
    const { length } = bytes;
    let start = 0;
    let value = 0;
    let digits = 0;
    let zeros = 0;
    let plus = false;
    for (let i = 0; i < length; i++) {
      const b = bytes[i]!;
      if (b >= ZERO && b <= NINE) {
        value = value * 10 + (b - ZERO);
        digits++;
        if (value === 0) zeros++;
        continue;
      }
      if (b === SPACE || b === CR || b === TAB) continue;
      if (b === PLUS && digits === 0 && !plus) {
        plus = true;
        continue;
      }
      if (b === LF) {
        this.#line++;
        if (digits > 0 || plus) this.#takeLine(value, digits, zeros, plus);
      } else {
        const end = bytes.indexOf(LF, i);
        if (end === -1) return start;
        this.#line++;
        this.#readText(bytes, start, end);
        i = end;
      }
      start = i + 1;
      value = digits = zeros = 0;
      plus = false;
    }
    return start;
  }

  #takeLine(value: number, digits: number, zeros: number, plus: boolean): void {
    this.#lines++;
    const n = this.#toNumber(value, digits, zeros, plus);
    if (n === null) this.#skip(digits > 15 ? "too-long" : "not-a-number");
    else this.#take(n);
  }

  /** Reads a line with other characters: a header, CSV cells, punctuation. */
  #readText(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > MAX_LINE) throw new NotARegister("unreadable");
    const text = utf8.decode(bytes.subarray(start, end)).trim();
    if (text === "") return;
    const cells = cellsOf(text);
    const numbers = cells.map((cell) => this.#readCell(cell));
    // The column of the numbers is the one that the first line names, or else the first with a number in it.
    this.#column ??= this.#line === 1 ? namedColumn(cells) : null;
    const header = this.#lines === 0 && this.#line <= HEADER_LINES && numbers.every((n) => n === null);
    // A line with enough digits for a number is not a header, but an unreadable line.
    if (header && text.replace(/\D/g, "").length < 7 && /[a-z]/i.test(text) && !cells.some(isSpreadsheet))
      return;
    this.#column ??= firstIndex(numbers);
    this.#lines++;
    const n = this.#column === null ? null : (numbers[this.#column] ?? null);
    if (n !== null) this.#take(n);
    else this.#skip(cells.some(isSpreadsheet) ? "spreadsheet" : "not-a-number");
  }

  #readCell(cell: string): number | null {
    const bare = cell.replace(/[\s\u00A0\u200B-\u200F\u202F().\-/\u2010-\u2015]/g, "");
    const match = /^(\+?)(0*)(\d*)$/.exec(bare);
    if (!match || bare.length > 17) return null;
    const digits = match[2]!.length + match[3]!.length;
    return digits === 0 ? null : this.#toNumber(Number(match[3]), digits, match[2]!.length, match[1] === "+");
  }

  /** A line's digits as the digits of E.164, or null. `zeros` is the number of leading zeros among the `digits`. */
  #toNumber(value: number, digits: number, zeros: number, plus: boolean): number | null {
    const { callingCode, trunk, lengths } = this.#rules;
    if (plus ? zeros === 0 : zeros === 2) {
      const text = String(value);
      if (!text.startsWith(callingCode)) return text.length >= 8 && text.length <= 15 ? value : null;
      // "+44 020 …", "0044 (0)20 …": drop the trunk prefix after the calling code.
      const rest = text.slice(callingCode.length);
      const national = rest.startsWith(trunk) ? rest.slice(trunk.length) : rest;
      return lengths.includes(national.length) ? Number(callingCode + national) : null;
    }
    if (plus) return null;
    const national = (length: number) => {
      const code = this.#codes[length];
      return code === undefined ? null : code + value;
    };
    if (zeros === 1 && trunk === "0") return national(digits - 1);
    if (zeros > 0) return null;
    const code = callingCode.length;
    if (digits > 10 && lengths.includes(digits - code) && String(value).startsWith(callingCode)) return value;
    // Spreadsheets drop the leading zero. A short number without it could be anything.
    return digits >= 9 ? national(digits) : null;
  }

  #take(n: number): void {
    if (this.#count === this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count++] = n;
  }

  #skip(why: SkipReason): void {
    const { first, reasons } = this.#skipped;
    this.#skipped.total++;
    reasons[why] = (reasons[why] ?? 0) + 1;
    if (first.length < NAMED_SKIPS) first.push({ line: this.#line, why });
  }
}

const firstIndex = (numbers: (number | null)[]): number | null => {
  const i = numbers.findIndex((n) => n !== null);
  return i === -1 ? null : i;
};

/** A number in a spreadsheet's scientific notation (4.42079E+11): its digits are lost. */
const isSpreadsheet = (cell: string): boolean => /^\d[.,]\d+E\+?\d+$/i.test(cell.trim());

const namedColumn = (cells: string[]): number | null => {
  const i = cells.findIndex((cell) => /tel|phone|mobile|msisdn|\b(c?tps)\b|number/i.test(cell));
  return i === -1 ? null : i;
};

function cellsOf(text: string): string[] {
  if (text.includes('"'))
    return Papa.parse<string[]>(text, { delimiter: delimiterOf(text) }).data[0] ?? [text];
  return text.split(delimiterOf(text));
}
const delimiterOf = (text: string): string => [",", ";", "\t"].find((d) => text.includes(d)) ?? ",";
