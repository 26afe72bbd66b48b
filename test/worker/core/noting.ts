/** A database that notes what each statement reads and writes, for the Worker and for the Ledger behind it. */
import { env } from "cloudflare:workers";

/** So many rows may be read for each that is due. */
export const WORTH = 10;

/**
 * The execution of a statement that read most beyond what was due: the rows that D1 counted, triggers' included, and those that it answered or changed,
 * or was given as a list.
 */
export interface Noted {
  read: number;
  due: number;
}

/** How many elements the longest list has that a statement is given as JSON. */
const listed = (values: readonly unknown[]): number =>
  Math.max(
    0,
    ...values.map((value) =>
      typeof value === "string" && value.startsWith("[") ? (JSON.parse(value) as unknown[]).length : 0,
    ),
  );

export class Noting {
  /** How often it was called: a batch is one call. */
  calls = 0;
  /** By statement. */
  readonly asked = new Map<string, Noted>();
  readonly #made = new WeakMap<
    D1PreparedStatement,
    { real: D1PreparedStatement; text: string; given: number }
  >();

  readonly db = {
    prepare: (text: string) => this.#wrap(env.DB.prepare(text), text),
    batch: async (statements: D1PreparedStatement[]) => {
      this.calls++;
      const made = statements.map((statement) => this.#made.get(statement)!);
      const answers = await env.DB.batch(made.map(({ real }) => real));
      for (const [i, answer] of answers.entries()) this.#note(made[i]!, answer);
      return answers;
    },
    exec: (text: string) => env.DB.exec(text),
  } as unknown as D1Database;

  #note({ text, given }: { text: string; given: number }, { meta, results }: D1Result): D1Result {
    const read = meta.rows_read;
    const last = this.asked.get(text);
    const due = results.length + meta.rows_written + given;
    if (!last || last.read - WORTH * last.due < read - WORTH * due) this.asked.set(text, { read, due });
    return { meta, results } as D1Result;
  }

  #wrap(real: D1PreparedStatement, text: string, given = 0): D1PreparedStatement {
    const all = async () => {
      this.calls++;
      return this.#note({ text, given }, await real.all());
    };
    const wrapped = {
      bind: (...values: unknown[]) => this.#wrap(real.bind(...values), text, listed(values)),
      ...{ all, run: all },
      first: async (column?: string) => {
        const row = (await all()).results[0] as Record<string, unknown> | undefined;
        return row === undefined ? null : column === undefined ? row : row[column];
      },
    } as unknown as D1PreparedStatement;
    this.#made.set(wrapped, { real, text, given });
    return wrapped;
  }
}
