/**
 * What each answer under load should have been: computed afterwards from what was pushed, saved and entered, at the
 * version vector in the answer. It shares no code with the Worker's own decision.
 */
import type { CheckAnswer } from "../../../shared/check/api.ts";

export type Treatment = "hold" | "warn";
/** One answer, small enough to keep thousands. */
export interface Kept {
  seq: number;
  policy: number;
  tps: number;
  ctps: number;
  numbers: string[];
  verdicts: string[];
}

export const keep = (numbers: string[], { stamp, results }: CheckAnswer): Kept => {
  const version = (id: string) => stamp.lists.find((l) => l.id === id)?.version ?? 0;
  return {
    seq: stamp.seq,
    policy: stamp.policy,
    tps: version("tps"),
    ctps: version("ctps"),
    numbers,
    verdicts: results.map((r) => (r.input === numbers[results.indexOf(r)] ? r.verdict : "misplaced")),
  };
};

export class Model {
  /** By the register's version. */
  readonly tps = new Map<number, Set<string>>();
  readonly ctps = new Map<number, Set<string>>();
  /** What a listing on the TPS does, by the policy's version. */
  readonly treatment = new Map<number, Treatment>();
  /** The number of an entry, by the entry's id. */
  readonly entries = new Map<string, string>();
  /** When a number's objections began and ended, as rows of the trail. */
  readonly #objected = new Map<string, { seq: number; on: boolean }[]>();

  /** The trail's rows, which give the order of events. */
  readTrail(rows: { seq: number; code: string; subject: string }[]): void {
    for (const { seq, code, subject } of rows) {
      const number = this.entries.get(subject);
      if (number === undefined) continue;
      const on = code === "suppression.added";
      this.#objected.set(number, [...(this.#objected.get(number) ?? []), { seq, on }]);
    }
  }

  #verdict(number: string, { seq, policy, tps, ctps }: Kept): string {
    const objected = this.#objected.get(number)?.findLast((change) => change.seq <= seq)?.on;
    if (objected || this.ctps.get(ctps)!.has(number)) return "blocked";
    if (!this.tps.get(tps)!.has(number)) return "clear";
    return this.treatment.get(policy) === "warn" ? "caution" : "blocked";
  }

  /** How many verdicts of an answer are wrong. */
  wrongIn(answer: Kept): number {
    if (answer.verdicts.length !== answer.numbers.length) return answer.numbers.length;
    return answer.numbers.filter((number, i) => this.#verdict(number, answer) !== answer.verdicts[i]).length;
  }
}
