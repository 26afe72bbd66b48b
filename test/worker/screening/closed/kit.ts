/** Shared by the tests of closed screenings: parts of months ago, laid as the Worker records them, and all that readers say of them. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { NumberProof } from "../../../../shared/proof/api.ts";
import { numberOf, packAll } from "../../../../shared/registers/blocks.ts";
import { evidenceOf } from "../../../../worker/call-logs/evidence.ts";
import { insertBound } from "../../../../worker/core/bound.ts";
import { record } from "../../../../worker/core/commit.ts";
import { sql } from "../../../../worker/core/sql.ts";
import type { Env } from "../../../../worker/env.ts";
import { makeProof } from "../../../../worker/proof/routes.ts";
import { listOf, partsBound, screenedBound } from "../../../../worker/screening/bound.ts";
import { closeScreenings, type ForTests } from "../../../../worker/screening/closed/close.ts";
import { pastScreenings } from "../../../../worker/screening/past.ts";
import { finishScreening, openScreening, type Screening } from "../../../../worker/screening/record.ts";
import { screenedId, verdictCodes } from "../../../../worker/screening/screened.ts";
import { call, DAY, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";

/** The first moment of a month, so many months ago. */
export function monthAgo(n: number): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - n, 1);
}
/** Two months have closed by now, and a third is too young. */
export const MONTHS = [5, 4, 2].map(monthAgo) as [number, number, number];
export const monthNamed = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
/** Two in each block. */
export const NUMBERS = Array.from({ length: 12 }, (_, n) => `+442079${40 + (n >> 1)}${1000 + 37 * n}`);

/** A part of that moment; verdicts go round. Without `isListed` as an older Worker recorded it. */
export async function laid(
  { num }: Pick<Screening, "num">,
  part: number,
  ms: number,
  numbers: readonly string[],
  isListed = true,
): Promise<void> {
  const at = new Date(ms).toISOString();
  const of = (code: number) =>
    numbers
      .filter((_, n) => n % verdictCodes.length === code)
      .map(numberOf)
      .sort((a, b) => a - b);
  const rows = verdictCodes.flatMap((_, verdict) =>
    [...packAll(Float64Array.from(of(verdict)))].map(({ block, n, data }) => ({ block, verdict, n, data })),
  );
  const [clear, caution, unknown, blocked] = verdictCodes.map((_, code) => of(code).length) as [
    number,
    number,
    number,
    number,
  ];
  const counts = { numbers: numbers.length, clear, caution, blocked, unknown };
  await record(env, {
    actor: "system",
    event: { code: "screening.part", subject: String(num), payload: { part, ...counts } },
    statements: [
      insertBound(partsBound, [
        {
          screening: num,
          part,
          at,
          seq: 1,
          policy: 0,
          lists: "[]",
          sha256: `${part}`,
          ...counts,
          reasons: "{}",
        },
      ]),
      ...(isListed
        ? [insertBound(screenedBound, [{ screening: num, part, at, n: rows.length, rows: listOf(rows) }])]
        : []),
      sql(
        `INSERT INTO screened (id, n, data) SELECT ${screenedId("value ->> 'block'", "p.num", "value ->> 'verdict'")}, value ->> 'n', value ->> 'data'
         FROM json_each(?3), (SELECT num FROM screening_parts WHERE screening = ?1 AND part = ?2) p`,
        ...[num, part, JSON.stringify(rows)],
      ),
    ],
  });
}

export const opened = () => openScreening(env, "system", { source: "desk", name: "old.csv" });
/** A screening with a part in each month, of other numbers each; the second month has one of an older Worker. */
export async function years(): Promise<Screening> {
  const screening = await opened();
  for (const [n, month] of MONTHS.entries()) {
    await laid(screening, n + 1, month + 3 * DAY, NUMBERS.slice(n));
    await laid(screening, n + 11, month + 9 * DAY, NUMBERS.slice(0, 8), n !== 1);
  }
  await finishScreening(env, "system", screening, {});
  return screening;
}

const person = { id: "x", name: "X", role: "admin" } as const;
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
export const proofOf = async (number: string, own: Env = env) =>
  (await makeProof(own, person, { from: day(monthAgo(7)), to: day(Date.now() + DAY), number }, Date.now()))
    .proof as NumberProof;
export const inProof = async (number: string, own: Env = env) => {
  const proof = await proofOf(number, own);
  return {
    told: proof.events.filter(({ what }) => what === "screening").map(({ rows: _, ...event }) => event),
    altered: proof.altered,
  };
};
/** By what calls of those days were screened. */
export const evidence = async (own: Env = env) =>
  (
    await evidenceOf(
      own,
      MONTHS.flatMap((month) =>
        NUMBERS.flatMap((number) =>
          [2, 5, 20, 60].map((days) => ({
            ...{ number, person: null, verdict: null, dial: null },
            startedAt: new Date(month + days * DAY).toISOString(),
          })),
        ),
      ),
      28,
    )
  ).map(({ screened }) => screened);
export const past = (own: Env = env) => Promise.all(NUMBERS.map((number) => pastScreenings(own, number)));
export const deeply = async (now = Date.now(), most = 100) => {
  const { found, bound } = await deepOf(["screened", "screened_bound"], now, most);
  return { found: found.sort(), bound };
};
/** All that is said of them. */
export async function said(token: string) {
  const { data } = await call("GET", `/v1/find?number=${encodeURIComponent(NUMBERS[0]!)}`, { token });
  return {
    past: await past(),
    evidence: await evidence(),
    proofs: await Promise.all(NUMBERS.map((number) => inProof(number))),
    found: (data as { numbers: { screenings: number }[] }).numbers.map(({ screenings }) => screenings),
    deep: await deeply(),
  };
}

export const SMALL: ForTests = { rows: 5, lists: 24, window: { rows: 7, lines: 3 }, files: 100 };
export const close = (own: Env = env, sizes: ForTests = SMALL) => closeScreenings(own, Date.now(), sizes);
export const here = async () => (await dump("screened")).length;
export const listsHere = async () => (await dump("screened_bound")).length;
interface File {
  month: number;
  lists: number;
  key: string;
  rows: number;
  first: number;
  last: number;
}
export const files = async () => (await dump("closed_screened")) as File[];
export const objects = async () =>
  (await env.ARCHIVE.list({ prefix: "screened/" })).objects.map(({ key }) => key).sort();
export const isWhole = async () =>
  expect(await objects()).toEqual((await files()).map(({ key }) => key).sort());

/** A Worker that is killed at its n-th call of the database, the bucket or the Ledger, before it or behind it; and how many it made. */
export function killedAt(n: number, isBehind: boolean): { own: Env; calls: () => number } {
  let calls = 0;
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    const own = ++calls;
    // What is dead calls nothing more.
    if (own > n || (own === n && !isBehind)) throw new Error("killed");
    const done = await work();
    if (own === n) throw new Error("killed");
    return done;
  };
  const statement = (one: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(one, {
      get: (_, name) => {
        if (name === "bind") return (...values: unknown[]) => statement(one.bind(...values));
        if (name === "own") return one;
        const value = one[name as "all"];
        return (...values: []) => counted(() => value.apply(one, values) as Promise<unknown>);
      },
    });
  const DB = {
    prepare: (text: string) => statement(env.DB.prepare(text)),
    batch: (all: (D1PreparedStatement & { own?: D1PreparedStatement })[]) =>
      counted(() => env.DB.batch(all.map((one) => one.own ?? one))),
  } as unknown as D1Database;
  const ARCHIVE = {
    put: (...params: Parameters<R2Bucket["put"]>) => counted(() => env.ARCHIVE.put(...params)),
    get: (...params: Parameters<R2Bucket["get"]>) => counted(() => env.ARCHIVE.get(...params)),
    delete: (key: string) => counted(() => env.ARCHIVE.delete(key)),
    head: (key: string) => counted(() => env.ARCHIVE.head(key)),
  } as unknown as R2Bucket;
  const ledger = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
  const LEDGER = {
    idFromName: (name: string) => env.LEDGER.idFromName(name),
    get: () => ({
      commit: (...params: Parameters<typeof ledger.commit>) => counted(() => ledger.commit(...params)),
    }),
  };
  return { own: { ...env, DB, ARCHIVE, LEDGER } as unknown as Env, calls: () => calls };
}
