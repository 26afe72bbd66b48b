/** A page of closed rows waits for few reads one after another, however many members it reads; what is read ahead changes no answer. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { sha256OfBytes } from "../../../../worker/core/hash.ts";
import type { Kind } from "../../../../worker/storage/closed/kind.ts";
import { closedPage } from "../../../../worker/storage/closed/read.ts";
import { further } from "../../../bench/worker/further.ts";
import { dump } from "../../helpers.ts";

interface Line {
  num: number;
  text: string;
  by: number;
}
/** As dials, of which nothing else is read. */
const kind = {
  ...{ name: "dials", table: "dials", key: "num", columns: ["num"], large: [] },
  ...{ files: "closed_files", out: "closed_out", index: "closed_numbers" },
  ...{ numAt: (ms: number) => ms, timeAt: (num: number) => num },
  readLine: (text: string): Line => {
    const [num, by] = JSON.parse(text) as [number, number];
    return { num, text, by };
  },
} as const satisfies Kind<Line>;

const FILES = 3;
const MEMBERS = 14;
const ROWS = 3;
const PERSON = 7;
const keyOf = (file: number) => `dials/2026-01/${file}.ndjson.gz`;
const numOf = (file: number, member: number, row: number) => file * 1000 + member * 10 + row + 1;

/** Three files of fourteen members with three rows, of which the second is the person's. */
beforeAll(async () => {
  for (let file = 0; file < FILES; file++) {
    const parts: Uint8Array[] = [];
    const members: unknown[] = [];
    for (let member = 0; member < MEMBERS; member++) {
      const rows = Array.from({ length: ROWS }, (_, row) => [
        numOf(file, member, row),
        row === 1 ? PERSON : 0,
      ]);
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      const zipped = new Response(text).body!.pipeThrough(new CompressionStream("gzip"));
      const bytes = new Uint8Array(await new Response(zipped).arrayBuffer());
      const offset = parts.reduce((sum, { length }) => sum + length, 0);
      members.push([rows[0]![0], rows.at(-1)![0], offset, bytes.length, await sha256OfBytes(bytes.buffer)]);
      parts.push(bytes);
    }
    const bytes = await new Blob(parts).arrayBuffer();
    await env.ARCHIVE.put(keyOf(file), bytes);
    await env.DB.prepare(
      "INSERT INTO closed_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, ?, ?, ?, ?, ?, '')",
    )
      .bind(
        ...[numOf(file, 0, 0), numOf(file, MEMBERS - 1, ROWS - 1), keyOf(file), MEMBERS * ROWS],
        ...[bytes.byteLength, await sha256OfBytes(bytes), JSON.stringify(members)],
      )
      .run();
  }
  // One of the person's counts no more.
  await env.DB.prepare("INSERT INTO closed_out (num) VALUES (?)")
    .bind(numOf(2, 3, 1))
    .run();
});

const ALL = { lower: 0, upper: Number.MAX_SAFE_INTEGER };
const its = { ...ALL, matches: ({ by }: Line) => by === PERSON };
const person = Array.from({ length: FILES * MEMBERS }, (_, n) =>
  numOf(FILES - 1 - Math.floor(n / MEMBERS), MEMBERS - 1 - (n % MEMBERS), 1),
).filter((num) => num !== numOf(2, 3, 1));

it("of a person, of whom each member has few, a page of 32 members waits for six reads", async () => {
  expect(await dump("closed_files")).toHaveLength(FILES);
  const { ARCHIVE, told } = further(env.ARCHIVE);
  const page = await closedPage({ ...env, ARCHIVE }, kind, its, 50);
  expect(page.lines.map(({ num }) => num)).toEqual(person.slice(0, 31));
  expect(page.reached).toBe(numOf(0, 9, 2) + 1);
  expect(told).toEqual({ reads: 32, rounds: 6 });
  const rest = await closedPage({ ...env, ARCHIVE }, kind, { ...its, upper: page.reached }, 50);
  expect(rest.lines.map(({ num }) => num)).toEqual(person.slice(31));
  expect(rest.reached).toBe(0);
});

it("a page that one member fills waits for one read, and reads one more at the most", async () => {
  const { ARCHIVE, told } = further(env.ARCHIVE);
  const page = await closedPage({ ...env, ARCHIVE }, kind, { ...ALL, matches: () => true }, 2);
  expect(page.lines.map(({ num }) => num)).toEqual([2, 1, 0].map((row) => numOf(2, 13, row)));
  expect(page.reached).toBe(numOf(2, 12, 2) + 1);
  expect(told.rounds).toBe(1);
  expect(told.reads).toBeLessThanOrEqual(2);
});

it("a member that is read ahead and lost breaks no page that ends before it", async () => {
  const lacking = {
    get: (key: string, options?: R2GetOptions) =>
      key === keyOf(1) ? Promise.resolve(null) : env.ARCHIVE.get(key, options),
    head: (key: string) => (key === keyOf(1) ? Promise.resolve(null) : env.ARCHIVE.head(key)),
  } as unknown as R2Bucket;
  const own = { ...env, ARCHIVE: lacking };
  const page = await closedPage(own, kind, its, 13);
  expect(page).toMatchObject({ reached: numOf(1, 13, 2) + 1 });
  expect(page.lines.map(({ num }) => num)).toEqual(person.slice(0, 13));
  await expect(closedPage(own, kind, its, 14)).rejects.toMatchObject({
    code: "archive-broken",
    detail: keyOf(1),
  });
  const lost = new Set<string>();
  const without = await closedPage(own, kind, its, 16, lost);
  expect([...lost]).toEqual([keyOf(1)]);
  expect(without.lines.map(({ num }) => num)).toEqual([...person.slice(0, 13), ...person.slice(27, 30)]);
});
