/** Shared by the tests of closed calls: logged calls that a dial was made for, of today as if that was months ago, and what tells of them. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { CallsAnswer } from "../../../../shared/call-logs/api.ts";
import type { Role } from "../../../../shared/people/api.ts";
import { record } from "../../../../worker/core/commit.ts";
import type { Statement } from "../../../../worker/core/sql.ts";
import type { Env } from "../../../../worker/env.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { call, DAY, dump, push } from "../../helpers.ts";
import { dial, OTHER } from "../../proof/kit.ts";
import { closeDials } from "./closing.ts";

export const LATER = Date.now() + 100 * DAY;
/** When they were made: once the registers are there. */
export const made = { at: "" };
export const numberOf = (n: number): string => `+4420794609${50 + n}`;

type Tokens = Record<Role, string>;
export async function registers({ admin }: Tokens): Promise<void> {
  for (const list of ["tps", "ctps"]) await push(admin, list, [OTHER]);
  made.at = new Date().toISOString();
}

/** A row of a log. */
export const row = (n: number, own: object = {}) => ({
  ...{ provider: "3cx", providerId: `call-${n}`, number: numberOf(n), agent: "agent@example.com" },
  ...{ startedAt: made.at, seconds: 9, campaign: "general" },
  ...own,
});
export async function imported({ manager }: Tokens, ...rows: object[]): Promise<string[]> {
  const { status, data } = await call("POST", "/v1/calls/import", {
    token: manager,
    body: { rows, dryRun: false },
  });
  expect(status, JSON.stringify(data)).toBe(200);
  return (data as { results: { status: string }[] }).results.map((one) => one.status);
}
/** A dial and its call. */
export async function both(tokens: Tokens, n: number, own: object = {}): Promise<void> {
  await dial(tokens.agent, { number: numberOf(n), e164: numberOf(n), seen: null, at: made.at });
  expect(await imported(tokens, row(n, own))).toEqual(["added"]);
}
export async function close(): Promise<void> {
  await archiveMonths(env, LATER);
  await closeDials(env, LATER);
}

const byNumber = (a: number, b: number) => a - b;
/** Whose calls are in the database. */
export const here = async (): Promise<number[]> =>
  ((await dump("calls")) as { number: number }[]).map(({ number }) => (number % 100) - 50).sort(byNumber);
export const dialsHere = async (): Promise<number[]> =>
  ((await dump("dials")) as { number: number }[]).map(({ number }) => (number % 100) - 50).sort(byNumber);
/** As they are, but for where they lie. */
export const calls = async (): Promise<object[]> =>
  ((await dump("calls")) as Record<string, unknown>[])
    .map(({ rowid: _, agent_low: __, ...columns }) => columns)
    .sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
export const read = async (token: string, path: string): Promise<unknown> => {
  const { status, data } = await call("GET", path, { token });
  expect(status, JSON.stringify(data)).toBe(200);
  return data;
};
/** A list, page after page. */
export async function listed(token: string, query: string, limit = 100): Promise<object[]> {
  const all: object[] = [];
  for (let after = ""; ;) {
    const page = (await read(token, `/v1/calls?limit=${limit}&${query}${after}`)) as CallsAnswer;
    all.push(...page.calls);
    if (page.next === null) return all;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}
export const files = async () => (await dump("closed_files")) as { key: string }[];
/** Months close once more. */
export async function closeAgain(): Promise<void> {
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'dials-%'");
  await close();
}
/** All closed rows come back into the database, and may close again. */
export async function allBack(): Promise<void> {
  for (let left = 1; left > 0;) left = (await reopen(env, "system", Date.now())).files;
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'dials-%'");
}
/** What the files have, of a member each. */
export async function text(): Promise<string> {
  const all = await Promise.all(
    (await files()).map(async ({ key }) =>
      new Response((await env.ARCHIVE.get(key))!.body.pipeThrough(new DecompressionStream("gzip"))).text(),
    ),
  );
  return all.join("");
}
/** Some statements, as a change. */
export const write = (statements: Statement[]): Promise<void> =>
  record(env, { actor: "system", event: { code: "test.attacked", subject: "", payload: null }, statements });
/** A number's call in the database. */
export const callOf = async (number: string): Promise<{ id: string }> =>
  ((await dump("calls")) as { id: string; number: number }[]).find((one) => `+${one.number}` === number)!;
/** Where the month closes just before a statement is read. */
export const closingBefore = (part: Pick<RegExp, "test">): Env => meanwhileBefore(part, closeAgain);
/** Where something else happens once, just before a statement is read. */
export function meanwhileBefore(part: Pick<RegExp, "test">, work: () => Promise<unknown>): Env {
  let isOver = false;
  const shut = async (statement: string) => {
    if (isOver || !part.test(statement)) return;
    isOver = true;
    await work();
  };
  const texts = new WeakMap<object, string>();
  const watched = (statement: D1PreparedStatement, its: string): D1PreparedStatement => {
    texts.set(statement, its);
    return Object.assign(Object.create(statement) as D1PreparedStatement, {
      real: statement,
      bind: (...params: unknown[]) => watched(statement.bind(...params), its),
      all: async () => {
        await shut(its);
        return statement.all();
      },
      first: async (column: string) => {
        await shut(its);
        return column === undefined ? statement.first() : statement.first(column);
      },
    });
  };
  const batch = async (statements: (D1PreparedStatement & { real: D1PreparedStatement })[]) => {
    const real = statements.map((one) => one.real);
    await shut(real.map((one) => texts.get(one)).join(";"));
    return env.DB.batch(real);
  };
  const DB = { prepare: (its: string) => watched(env.DB.prepare(its), its), batch };
  return { ...env, DB: DB as unknown as D1Database };
}
