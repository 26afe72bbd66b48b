/** For the tests of screening by the command line: contacts in a file, of whom each seventh is on both registers. */
import { beforeAll, expect } from "vitest";
import { daysAgo } from "../../../scripts/lib/seed.ts";
import { random } from "../../bench/lists-files.ts";
import { type Own, withWorker } from "./kit.ts";

/** Called once in a file. `contacts` is the file's path. */
export function withContacts(
  name: string,
  many: number,
): { own: Own; numbers: string[]; contacts: string; next: () => number } {
  const own = withWorker(name);
  const next = random(20_261_125);
  const numbers = Array.from({ length: many }, () => `020${70_000_000 + Math.floor(next() * 2_000_000)}`);
  const rows = numbers.map((n, i) => `"Person; ${i}";${n};${i % 1000 ? "" : "=1+1"}`);
  const contacts = own.file("contacts.csv", ["Name;Phone;Note", ...rows].join("\r\n"));
  beforeAll(async () => {
    const listed = own.file("list.txt", numbers.filter((_, i) => i % 7 === 0).join("\n"));
    for (const list of ["tps", "ctps"]) {
      const { code, stderr } = await own.cli(["push", list, listed, "--as-of", daysAgo(0)]);
      expect(code, stderr).toBe(0);
    }
  });
  return { own, numbers, contacts, next };
}
