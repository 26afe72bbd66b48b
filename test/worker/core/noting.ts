/** A database that notes what each statement reads and writes, for the Worker and for the Ledger behind it. */
import { env } from "cloudflare:workers";

/** The execution of a statement that read most: the rows that D1 counted, triggers' included, and those that it answered or changed. */
export interface Noted {
  read: number;
  due: number;
}

export class Noting {
  /** By statement. */
  readonly asked = new Map<string, Noted>();
  readonly #made = new WeakMap<D1PreparedStatement, { real: D1PreparedStatement; text: string }>();

  readonly db = {
    prepare: (text: string) => this.#wrap(env.DB.prepare(text), text),
    batch: async (statements: D1PreparedStatement[]) => {
      const made = statements.map((statement) => this.#made.get(statement)!);
      const answers = await env.DB.batch(made.map(({ real }) => real));
      for (const [i, answer] of answers.entries()) this.#note(made[i]!.text, answer);
      return answers;
    },
    exec: (text: string) => env.DB.exec(text),
  } as unknown as D1Database;

  #note(text: string, { meta, results }: D1Result): D1Result {
    const read = meta.rows_read;
    const last = this.asked.get(text);
    if (!last || last.read < read) this.asked.set(text, { read, due: results.length + meta.rows_written });
    return { meta, results } as D1Result;
  }

  #wrap(real: D1PreparedStatement, text: string): D1PreparedStatement {
    const all = async () => this.#note(text, await real.all());
    const wrapped = {
      bind: (...values: unknown[]) => this.#wrap(real.bind(...values), text),
      ...{ all, run: all },
      first: async (column?: string) => {
        const row = (await all()).results[0] as Record<string, unknown> | undefined;
        return row === undefined ? null : column === undefined ? row : row[column];
      },
    } as unknown as D1PreparedStatement;
    this.#made.set(wrapped, { real, text });
    return wrapped;
  }
}
