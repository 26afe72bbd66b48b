/** Verifying closed dials against the trail while they close and come back, and where what finds them was altered. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { dialsBound } from "../../../../worker/dials/bound.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import type { Env } from "../../../../worker/env.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { verifyDeep } from "../../../../worker/trail/deep.ts";
import { aTeam, DAY, dump, push } from "../../helpers.ts";
import { dial, OTHER } from "../../proof/kit.ts";
import { slow } from "./kit.ts";
import { closeDials, unpackAll } from "./closing.ts";

const tokens = aTeam();
const LATER = Date.now() + 100 * DAY;
const numbers = [50, 51, 52, 53].map((n) => `+4420794609${n}`) as [string, string, string, string];
const here = async () => ((await dump("dials")) as { number: number }[]).map(({ number }) => `+${number}`);

beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [OTHER]);
  for (const number of numbers) await dial(tokens.agent, { number, e164: number, seen: null });
  await archiveMonths(env, LATER);
  await closeDials(env, LATER, { rows: 2, clock: slow() });
  expect(await here()).toEqual(numbers.slice(2));
});

/** Something else happens once the database was read for a pass, and the files were not. */
function onceRead(condition: string, work: () => Promise<unknown>): { own: Env; wasRead: () => boolean } {
  let isDone = false;
  const all = async (statement: D1PreparedStatement) => {
    const found = await statement.all();
    if (!isDone) {
      isDone = true;
      await work();
    }
    return found;
  };
  const prepare = (text: string) => {
    const statement = env.DB.prepare(text);
    if (!text.startsWith(`${dialsBound.select} WHERE ${condition}`)) return statement;
    return { bind: (...params: unknown[]) => ({ all: () => all(statement.bind(...params)) }) };
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  const DB = { prepare, batch } as unknown as D1Database;
  return { own: { ...env, DB }, wasRead: () => isDone };
}
const pass = (own: Env, which: "events" | "rows", after?: string, most = 100) =>
  verifyDeep(own, { table: "dials", pass: which, after }, { most, objects: 20 }, LATER);

it("from the rows: one that closes between one look and the other counts once", async () => {
  const { own, wasRead } = onceRead(dialsBound.after, () => closeDials(env, LATER, { rows: 2 }));
  expect(await pass(own, "rows")).toMatchObject({ findings: [], next: null, checked: 4 });
  expect([wasRead(), await here()]).toEqual([true, []]);
});

it("from the events: one that comes back between one look and the other is not missing", async () => {
  const { own, wasRead } = onceRead(dialsBound.named, () => recall(env, [numbers[0]]));
  expect((await pass(own, "events")).findings).toEqual([]);
  expect([wasRead(), await here()]).toEqual([true, [numbers[0]]]);
});

it("from the rows, some at a time: each once, whether it is closed or not", async () => {
  await recall(env, [numbers[2]]);
  expect(await here()).toEqual([numbers[0], numbers[2]]);
  const checked: number[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const step = await pass(env, "rows", after, 1);
    expect(step.findings).toEqual([]);
    checked.push(step.checked);
    after = step.next;
  }
  expect(checked.filter((n) => n > 0)).toEqual([1, 1, 1, 1]);
});

it("names a file that is lost once, and a dial that no number finds", async () => {
  await unpackAll();
  const [row] = (await dump("closed_numbers")) as { number: number; num: number }[];
  await env.DB.prepare("DELETE FROM closed_numbers WHERE num = ?").bind(row!.num).run();
  const unnumbered = { table: "dials", key: String(row!.num), seq: null, what: "altered" };
  expect((await pass(env, "rows")).findings).toEqual([{ ...unnumbered, columns: ["closed_numbers"] }]);
  const files = (await dump("closed_files")) as { key: string; first: number; last: number }[];
  const { key } = files.find(({ first, last }) => row!.num >= first && row!.num <= last)!;
  await env.ARCHIVE.delete(key);
  const unreadable = { table: "dials", key, seq: null, what: "unreadable", columns: [] };
  expect((await pass(env, "rows")).findings).toEqual([unreadable]);
  expect((await pass(env, "events")).findings).toEqual([unreadable]);
});
