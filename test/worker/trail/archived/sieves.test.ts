/** A page of the trail by a filter opens only objects that may have a row of it, and nothing that is written into the database hides one. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { LinkedRow } from "../../../../shared/trail/chain.ts";
import type { Env } from "../../../../worker/env.ts";
import { archivedPage, type Wants } from "../../../../worker/trail/archived/page.ts";
import { makeSieves, sifted } from "../../../../worker/trail/archived/sieves.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { archivesOf } from "../../../../worker/trail/rows.ts";
import { dump, MONTH } from "../../helpers.ts";
import { history, run } from "../kit.ts";

const none: Wants = { code: null, actor: null, subject: null, from: "", until: "9000" };
/** An object for every two rows: of subjects s0 to s11, in each month. */
const MONTHS = ["2026-01", "2026-02", "2026-03"];
const EACH = 12;
let all: LinkedRow[];

/** This environment, and the first rows of objects that it opened. */
function counting(own: Env = env) {
  const opened: number[] = [];
  const get = (key: string) => {
    opened.push(Number(/(\d+)\.ndjson/.exec(key)![1]));
    return own.ARCHIVE.get(key);
  };
  return { opened, env: { ...own, ARCHIVE: { get } as unknown as R2Bucket } };
}
/** All pages of a filter, with the objects that were opened. */
async function pagesOf(want: Partial<Wants>, own: Env = env, bounds = {}) {
  const { opened, env: counted } = counting(own);
  const found: number[] = [];
  let requests = 0;
  for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null; requests++) {
    const page = await archivedPage(counted, { ...none, ...want }, next, 5, bounds);
    if (page.next !== null) expect(page.next).toBeLessThan(next);
    found.push(...page.rows.map(({ seq }) => seq));
    next = page.next;
  }
  return { found, opened: [...new Set(opened)], requests };
}
const seqsOf = (is: (row: LinkedRow) => boolean) =>
  all
    .filter(is)
    .map(({ seq }) => seq)
    .reverse();
/** Each filter that a page may have here, and its rows. */
const filters = (): [Partial<Wants>, number[]][] => [
  ...[...new Set(all.map(({ code }) => code))].map((code): [Partial<Wants>, number[]] => [
    { code },
    seqsOf((row) => row.code === code),
  ]),
  ...[...new Set(all.map(({ subject }) => subject))].map((subject): [Partial<Wants>, number[]] => [
    { subject },
    seqsOf((row) => row.subject === subject),
  ]),
  [{ code: "past." }, seqsOf(({ code }) => code.startsWith("past."))],
  [{ code: "past" }, []],
  [{ actor: "somebody", code: "past.odd", subject: "s3" }, seqsOf((row) => row.subject === "s3")],
  [{ subject: "nobody" }, []],
  [{ subject: "s3", from: "2026-02" }, seqsOf((row) => row.subject === "s3" && row.at >= "2026-02")],
];
const allFound = async (own: Env = env) => {
  for (const [want, rows] of filters())
    expect((await pagesOf(want, own)).found, JSON.stringify(want)).toEqual(rows);
};
const sieves = () => dump("audit_sieves") as Promise<{ first_seq: number }[]>;
const firsts = async () => (await sieves()).map(({ first_seq }) => first_seq);
const allMade = () => makeSieves(env, 1000);

beforeAll(async () => {
  await history(MONTHS, EACH);
  all = ((await dump("audit")) as unknown as LinkedRow[]).filter(({ seq }) => seq > 0);
  await archiveMonths(env, Date.parse("2026-04-05"), 2);
  expect(await archivesOf(env.DB)).toHaveLength((MONTHS.length * EACH) / 2);
});

it("without sieves each object of its days is opened", async () => {
  expect(await sieves()).toEqual([]);
  const { found, opened } = await pagesOf({ subject: "s3" });
  expect([found.length, opened.length]).toEqual([3, 18]);
});

it("those of before get theirs some at a time, the newest first, and new ones before them", async () => {
  const archives = (await archivesOf(env.DB)).map(({ firstSeq }) => firstSeq);
  await makeSieves(env, 3);
  expect(await firsts()).toEqual(archives.slice(-3));
  // The rows that say that these were made leave as well.
  await archiveMonths(env, Date.now() + 3 * MONTH, 4);
  const now = (await archivesOf(env.DB)).map(({ firstSeq }) => firstSeq);
  const more = now.length - archives.length;
  expect(more).toBeGreaterThan(1);
  await makeSieves(env, more);
  expect(await firsts()).toEqual(now.slice(-3 - more));
  await makeSieves(env, 2);
  expect(await firsts()).toEqual(now.slice(-5 - more));
  await allMade();
  expect(await firsts()).toEqual(now);
  const { env: counted, opened } = counting();
  await makeSieves(counted);
  expect(opened).toEqual([]);
});

it("then those that may have a row of it are, and no row is missing from any page", async () => {
  await allFound();
  const { found, opened, requests } = await pagesOf({ subject: "s3" });
  expect([found.length, opened.length, requests]).toEqual([3, 3, 4]);
  expect((await pagesOf({ subject: "nobody" })).opened).toEqual([]);
  expect((await pagesOf({ code: "past.odd", subject: "s4" })).opened.length).toBeLessThanOrEqual(3);
});

it("with no more opened and asked at a time, the next page goes on", async () => {
  const bounds = { opened: 2, asked: { objects: 3, times: 2 } };
  for (const [want, rows] of filters()) expect((await pagesOf(want, env, bounds)).found).toEqual(rows);
  expect((await pagesOf({ subject: "nobody" }, env, bounds)).requests).toBeGreaterThan(2);
});

const wholes: Record<string, string> = {
  "all bits are taken away": "zeroblob(length(COLUMN))",
  "all bits are taken away but for the codes": "unhex(hex(zeroblob(128)) || hex(substr(COLUMN, 129, 8)))",
  "it ends too soon": "substr(COLUMN, 1, 100)",
  "it is empty": "x''",
  "it is another object's":
    "(SELECT COLUMN FROM audit_sieves o WHERE o.first_seq <> s.first_seq ORDER BY first_seq DESC LIMIT 1)",
  "it is another kind's": "s.OTHER",
  "a block stands in it twice": "unhex(hex(COLUMN) || hex(COLUMN))",
};
it.each(Object.keys(wholes))("who owns the database hides no row by a sieve: %s", async (how) => {
  const columns = ["codes", "actors", "subjects"];
  for (const [n, column] of columns.entries()) {
    await run("CREATE TABLE as_made AS SELECT * FROM audit_sieves");
    const value = wholes[how]!.replaceAll("COLUMN", column).replaceAll("OTHER", columns[(n + 1) % 3]!);
    await run(`UPDATE audit_sieves AS s SET ${column} = ${value}`);
    await allFound();
    await run("DELETE FROM audit_sieves");
    await run("INSERT INTO audit_sieves SELECT * FROM as_made");
    await run("DROP TABLE as_made");
  }
});

it("nor by taking all away, or by saying that all were made", async () => {
  await run("DELETE FROM audit_sieves");
  await allMade();
  expect(await sieves()).toEqual([]);
  await allFound();
  await run("DELETE FROM marks WHERE name = 'audit-sieves'");
  await allMade();
  expect(await sieves()).toHaveLength((await archivesOf(env.DB)).length);
});

it("one that was made of another object of these rows does not count", async () => {
  const [first] = await archivesOf(env.DB);
  expect(await sifted(env, [first!], { subjects: ["nobody"] })).toEqual([]);
  expect(await sifted(env, [{ ...first!, sha256: "another" }], { subjects: ["nobody"] })).toHaveLength(1);
  expect(await sifted(env, [{ ...first!, lastSeq: 1e6 }], { subjects: ["nobody"] })).toHaveLength(1);
});

it("without a key none is made, and none counts; under another all are made again", async () => {
  const { AUDIT_KEY, ...keyless } = env;
  const { opened, found } = await pagesOf({ subject: "s3" }, keyless);
  expect([found.length, opened.length]).toEqual([3, (await archivesOf(env.DB)).length]);
  await makeSieves(keyless);
  const { publicKey: _, privateKey } = (await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const bytes = new Uint8Array((await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer);
  const other = { ...env, AUDIT_KEY_2: btoa(String.fromCharCode(...bytes)) } as Env;
  expect((await pagesOf({ subject: "s3" }, other)).opened.length).toBeGreaterThan(3);
  await makeSieves(other, 1000);
  expect((await pagesOf({ subject: "s3" }, other)).opened).toHaveLength(3);
  expect(AUDIT_KEY).toBeDefined();
  await allMade();
});

it("an object that cannot be read holds no other up, and a page that may have a row of it says so", async () => {
  const [one] = await archivesOf(env.DB);
  const bytes = await (await env.ARCHIVE.get(one!.key))!.arrayBuffer();
  await env.ARCHIVE.delete(one!.key);
  await run("DELETE FROM audit_sieves");
  await run("DELETE FROM marks WHERE name = 'audit-sieves'");
  await allMade();
  expect((await firsts()).length).toBe((await archivesOf(env.DB)).length - 1);
  await expect(pagesOf({ subject: "s3" })).rejects.toMatchObject({ code: "archive-broken" });
  await env.ARCHIVE.put(one!.key, bytes);
  await allFound();
});
