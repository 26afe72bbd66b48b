/** A table's numbers: gathered, sorted and sent in parts, with the answer to each. Some 13 bytes a number. */
import type { Outcome, PartAnswer } from "./api.ts";
import type { RegisterHead } from "../registers/api.ts";
import { e164Of, numberOf } from "../registers/blocks.ts";
import { MAX_PART } from "../core/limits.ts";
import type { Known, RowNumbers } from "./row.ts";

export class Numbers {
  #all = new Float64Array(1 << 16);
  #length = 0;
  /** For each number its index in `#outcomes`. */
  #of = new Uint32Array(0);
  readonly #parts: Omit<Known, "outcome">[] = [];
  readonly #known: Map<number, Known>[] = [];
  #lists: RegisterHead[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #places = new Map<string, number>();
  #seen = new Uint8Array(0);

  add({ numbers }: RowNumbers): void {
    for (const { e164, readings } of numbers)
      for (const n of e164 === null ? readings : [e164]) this.#push(n);
  }

  #push(e164: string): void {
    if (this.#length === this.#all.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#all);
      this.#all = larger;
    }
    this.#all[this.#length++] = numberOf(e164);
  }

  /** Sorts the numbers and drops duplicates; nothing may be added afterwards. */
  seal(): void {
    const all = this.#all.subarray(0, this.#length).sort();
    let n = 0;
    for (let i = 0; i < all.length; i++) if (n === 0 || all[i] !== all[n - 1]) all[n++] = all[i]!;
    this.#all = all.slice(0, n);
    this.#length = n;
    this.#of = new Uint32Array(n);
    this.#seen = new Uint8Array(n);
  }

  get size(): number {
    return this.#length;
  }
  get parts(): number {
    return Math.ceil(this.#length / MAX_PART);
  }

  /** The numbers of a part in E.164; parts are counted from 1. */
  part(part: number): string[] {
    return Array.from(this.#all.subarray((part - 1) * MAX_PART, part * MAX_PART), e164Of);
  }

  /** Takes the answer to a part. */
  put(part: number, { at, stamp, outcomes, of }: PartAnswer): void {
    if (part === 1) this.#lists = stamp.lists.filter(({ version }) => version > 0);
    this.#parts[part - 1] = { at, asOf: Object.fromEntries(stamp.lists.map((l) => [l.id, l.asOf])) };
    const places = outcomes.map((outcome) => {
      const key = JSON.stringify(outcome);
      const place = this.#places.get(key) ?? this.#outcomes.push(outcome) - 1;
      this.#places.set(key, place);
      return place;
    });
    for (const [i, index] of of.entries()) this.#of[(part - 1) * MAX_PART + i] = places[index]!;
  }

  /**
   * The answer to a number that was added, once its part was answered. Numbers of a part with the same outcome share
   * one object. Throws a RangeError for a number that was never added.
   */
  readonly known = (e164: string): Known => {
    const place = this.#find(e164);
    const part = Math.floor(place / MAX_PART);
    const of = this.#of[place]!;
    const before = this.#known[part]?.get(of);
    if (before) return before;
    const outcome = this.#outcomes[of]!;
    const { at, asOf } = this.#parts[part]!;
    // Only the registers of the number's country.
    const named = outcome.reasons.flatMap(({ list }) => (list === undefined ? [] : [list]));
    const known = { outcome, at, asOf: Object.fromEntries(named.map((list) => [list, asOf[list] ?? null])) };
    (this.#known[part] ??= new Map()).set(of, known);
    return known;
  };

  /** The registers that had been loaded when the first part was judged. */
  get lists(): readonly RegisterHead[] {
    return this.#lists;
  }

  /** How many of a row's numbers occurred in earlier rows; call it once for each row, in order. */
  repeated({ numbers }: RowNumbers): number {
    let n = 0;
    for (const { e164, readings } of numbers) {
      const at = this.#find(e164 ?? readings[0]!);
      n += this.#seen[at]!;
      this.#seen[at] = 1;
    }
    return n;
  }

  #find(e164: string): number {
    const n = numberOf(e164);
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#all[middle]! < n) low = middle + 1;
      else high = middle;
    }
    if (this.#all[low] !== n) throw new RangeError("number was never added");
    return low;
  }
}
