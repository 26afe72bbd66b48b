/** For the tests of registers by the command line: a register that is pushed as files. */
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Register } from "../../../shared/registers/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { type Own, type Ran, withWorker } from "./kit.ts";

export const today = new Date().toISOString().slice(0, 10);
export const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

type State = Pick<Register, "version" | "numbers" | "asOf" | "history">;
interface WithTps {
  own: Own;
  push: (name: string, content: string | Uint8Array, more?: string[], asOf?: string) => Promise<Ran>;
  /** By files of changes. */
  changes: (args: string[], asOf?: string) => Promise<Ran>;
  state: () => Promise<State>;
  /** Whether each is on the register. */
  listed: (...numbers: string[]) => Promise<(boolean | undefined)[]>;
}

/** Called once in a file. */
export function withTps(name: string): WithTps {
  const own = withWorker(name);
  return {
    own,
    push: (name, content, more = [], asOf = today) =>
      own.cli(["push", "tps", own.file(name, content), "--as-of", asOf, ...more]),
    changes: (args, asOf = today) => own.cli(["push", "tps", ...args, "--as-of", asOf]),
    state: () => call<State>(own.worker.url, own.token, "GET", "/v1/lists/tps"),
    async listed(...numbers) {
      const { results } = await call<CheckAnswer>(own.worker.url, own.token, "POST", "/v1/check", {
        numbers,
      });
      return results.map((r) => r.facts?.lists.some((l) => l.id === "tps"));
    },
  };
}

/** A list in the first published layout: 5-character code, 7-character remainder, CRLF. */
export const register = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `01632 ${960_000 + from + i}\r\n`).join("");
