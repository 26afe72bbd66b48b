/** For the tests of lists of our own by the command line. */
import { type Own, withWorker } from "./kit.ts";

export interface Report {
  added: number;
  there: number;
  unsent: number;
  refused: { line: number; code: string }[];
}

/** Called once in a file. `cli` answers with `--json`. */
export function withLists(name: string): {
  own: Own;
  cli: (...args: string[]) => Promise<{ code: number | null; stderr: string; answer: unknown }>;
} {
  const own = withWorker(name);
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await own.cli(["--json", ...args]);
    return { code, stderr, answer: stdout && (JSON.parse(stdout) as unknown) };
  };
  return { own, cli };
}

export const numbers = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `+44${1_632_000_000 + from + i}`);
