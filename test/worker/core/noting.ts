/** A database that notes what each statement reads and writes, for the Worker and for the Ledger behind it; and what a statement goes through. */
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

/** Tables that grow, and their indexes but those of a few rows (partial ones), by the page on which each begins. */
export async function pagesOf(isGrowing: (table: string) => boolean): Promise<Map<number, string>> {
  const { results } = await env.DB.prepare(
    "SELECT name, tbl_name AS of, rootpage AS page, sql FROM sqlite_schema WHERE rootpage > 0",
  ).all<{ name: string; of: string; page: number; sql: string | null }>();
  const isPartial = (sql: string | null) =>
    /\)\s*WHERE\b/i.test(sql?.startsWith("CREATE TABLE") ? "" : (sql ?? ""));
  return new Map(
    results.flatMap(({ name, of, page, sql }) =>
      isGrowing(of) && !isPartial(sql) ? [[page, name === of ? name : `${of} (${name})`] as const] : [],
    ),
  );
}

/**
 * What of `pages` a statement scans, as SQLite compiles and plans it, but for its triggers, whose reading is counted. Not where it goes through
 * them in their order up to a LIMIT, with nothing to sort: how much that reads is counted, too.
 */
export async function scannedBy(text: string, pages: ReadonlyMap<number, string>): Promise<string[]> {
  // A plan does not go by values.
  const bound = Array.from({ length: parametersIn(text) }, () => null);
  const asked = (how: string) => env.DB.prepare(`${how} ${text}`).bind(...bound);
  const { results: all } = await asked("EXPLAIN").all<{ opcode: string; p1: number; p2: number }>();
  // Behind it are the programs of triggers, with cursors of their own.
  const end = all.findIndex(({ opcode }, n) => n > 0 && opcode === "Init");
  const steps = end < 0 ? all : all.slice(0, end);
  const opened = new Map(
    steps.flatMap(({ opcode, p1, p2 }) => (/^Open(Read|Write)$/.test(opcode) ? [[p1, p2] as const] : [])),
  );
  const found = steps.flatMap(({ opcode, p1 }) =>
    /^(Rewind|Last)$/.test(opcode) ? (pages.get(opened.get(p1) ?? 0) ?? []) : [],
  );
  if (found.length === 0) return [];
  const { results: plan } = await asked("EXPLAIN QUERY PLAN").all<{ detail: string }>();
  // Or it begins at an end of a range, or reads one row there.
  const isScan = plan.some(({ detail }) => /^SCAN \w+(?! VIRTUAL)( |$)(?!CONSTANT|ROW)/.test(detail));
  const isSorted = plan.some(({ detail }) => detail.startsWith("USE TEMP B-TREE"));
  return !isScan || (/\bLIMIT\b/.test(text) && !isSorted) ? [] : [...new Set(found)].sort();
}

/** How many parameters a statement has: `?3` is the third, and `?` one more than the highest before it. */
const parametersIn = (text: string): number =>
  [...text.replace(/'[^']*'/g, "''").matchAll(/\?(\d*)/g)].reduce(
    (most, [, n]) => (n ? Math.max(most, Number(n)) : most + 1),
    0,
  );
