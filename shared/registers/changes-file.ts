/**
 * Reads a register's "Changes Since" file: the numbers added and removed since an earlier one. Its layout is not
 * public, so this takes any plain marking: a cell or a letter beside each number (A, add, +, D, delete, - and the
 * like), or headings above them. A line without a marking refuses the whole file, as half of the changes would be worse
 * than no change.
 */
import { type RegisterFile, RegisterReader, NotARegister } from "./file.ts";

export interface ChangesFile {
  add: Float64Array;
  remove: Float64Array;
  lines: number;
  duplicates: number;
  /** Numbers on both sides. They count as added: to list a number too long harms no subscriber. */
  both: number;
  skipped: RegisterFile["skipped"];
}

type Side = "add" | "remove";

const adds = /^(?:a|add|added|additions?|i|ins|insert|inserted|n|new|\+)$/i;
const removes = /^(?:d|del|delete|deleted|deletions?|r|rem|remove|removed|removals?|-)$/i;
const sideOf = (word: string): Side | null =>
  adds.test(word) ? "add" : removes.test(word) ? "remove" : null;

const HEADER_LINES = 5;
const MAX_LINE = 10_000;
const utf8 = new TextDecoder();
const encoder = new TextEncoder();

export class ChangesReader {
  readonly #sides: Record<Side, RegisterReader>;
  #section: Side | null = null;
  #line = 0;
  #rest = new Uint8Array(0);

  constructor(region: string) {
    this.#sides = { add: new RegisterReader(region), remove: new RegisterReader(region) };
  }

  /** Takes the next bytes of the file. Throws NotARegister as soon as they cannot be a file of changes. */
  feed(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const end = bytes.lastIndexOf(10) + 1;
    this.#rest = bytes.slice(end);
    if (this.#rest.length > MAX_LINE) throw new NotARegister("unreadable");
    if (end > 0) this.#readLines(bytes.subarray(0, end - 1));
  }

  end(): ChangesFile {
    if (this.#rest.length > 0) this.#readLines(this.#rest);
    const { add, remove } = this.#sides;
    if (add.lines + remove.lines === 0) throw new NotARegister("empty");
    return changesOf(add.lines > 0 ? add.end() : null, remove.lines > 0 ? remove.end() : null);
  }

  #readLines(bytes: Uint8Array): void {
    // A RegisterReader refuses other formats by their first bytes.
    if (this.#line === 0) new RegisterReader("GB").feed(bytes.subarray(0, MAX_LINE));
    if (bytes.includes(0)) throw new NotARegister("binary");
    for (const text of utf8.decode(bytes).split("\n")) this.#readLine(text);
  }

  #readLine(text: string): void {
    this.#line++;
    const digits = text.replace(/\D/g, "").length;
    const heading = digits === 0 ? sideOf(text.replace(/["':,;\s\uFEFF]/g, "")) : null;
    if (heading) this.#section = heading;
    const marked = digits === 0 ? null : markedIn(text);
    const side = marked?.side ?? this.#section;
    if (heading || text.trim() === "") this.#give(null, "");
    else if (side) this.#give(side, marked?.rest ?? text);
    else if (digits < 7 && this.#line <= HEADER_LINES) {
      // A header: it may name the column of the numbers, for both sides.
      for (const reader of Object.values(this.#sides)) reader.feed(encoder.encode(`${text}\n`));
    } else throw new NotARegister("no-marker");
  }

  /** Gives a line to one side and a blank one to the other, so that both count the lines of the file. */
  #give(to: Side | null, text: string): void {
    for (const side of ["add", "remove"] as const)
      this.#sides[side].feed(encoder.encode(side === to ? `${text}\n` : "\n"));
  }
}

/** Joins a file of added and a file of removed numbers. Either may be missing, but not both. */
export function changesOf(add: RegisterFile | null, remove: RegisterFile | null): ChangesFile {
  const listed = new Set(add?.numbers);
  const gone = (remove?.numbers ?? new Float64Array(0)).filter((n) => !listed.has(n));
  const skips = [add, remove].flatMap((side) => side?.skipped ?? []);
  const reasons: RegisterFile["skipped"]["reasons"] = {};
  for (const skip of skips)
    for (const [why, n] of Object.entries(skip.reasons) as [keyof typeof reasons, number][])
      reasons[why] = (reasons[why] ?? 0) + n;
  return {
    add: add?.numbers ?? new Float64Array(0),
    remove: gone,
    lines: (add?.lines ?? 0) + (remove?.lines ?? 0),
    duplicates: (add?.duplicates ?? 0) + (remove?.duplicates ?? 0),
    both: (remove?.numbers.length ?? 0) - gone.length,
    skipped: {
      total: skips.reduce((n, skip) => n + skip.total, 0),
      reasons,
      first: skips.flatMap((skip) => skip.first).sort((a, b) => a.line - b.line),
    },
  };
}

/**
 * The side that a line is marked with, and the line with the marking blanked out, so that its columns keep their
 * places.
 */
function markedIn(text: string): { side: Side; rest: string } | null {
  for (const { 0: cell, index } of text.matchAll(/[,;\t|]/.test(text) ? /[^,;\t|]+/g : /\S+/g)) {
    const side = sideOf(cell.replace(/["'\s\uFEFF]/g, ""));
    if (side) return { side, rest: blank(text, index, cell.length) };
  }
  // A letter that touches its number: A02079460001, or 02079460001D.
  const glued = /^\s*([a-z])(?=\d)/i.exec(text) ?? /(?<=\d)([a-z])\s*$/i.exec(text);
  const side = glued && sideOf(glued[1]!);
  return glued && side ? { side, rest: blank(text, glued.index, glued[0].length) } : null;
}

const blank = (text: string, from: number, length: number): string =>
  text.slice(0, from) + " ".repeat(length) + text.slice(from + length);
