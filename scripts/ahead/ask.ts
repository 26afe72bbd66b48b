/** Statements to D1 by wrangler, which is signed in as the account's owner. */
import { must, type Wrangler } from "../lib/wrangler.ts";
import type { Ask } from "./copy.ts";

interface Result {
  results: Record<string, unknown>[];
  /** In ms; `size_after` in bytes, of a database on the account. */
  meta: { duration?: number; size_after?: number };
}

export const askOf =
  (wrangler: Wrangler, binding: string, where: readonly string[] = ["--remote"]): Ask =>
  async (statements) => {
    const command = statements.join(";\n");
    const args = ["d1", "execute", binding, ...where, "--json", "--yes", "--command", command];
    const answers = JSON.parse(await must(wrangler(...args), "Asking the database")) as Result[];
    return answers.map(({ results, meta }) => ({
      rows: results,
      ms: meta.duration ?? 0,
      ...(meta.size_after !== undefined && { size: meta.size_after }),
    }));
  };
