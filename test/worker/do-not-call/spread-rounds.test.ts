/** Objections reach what connectors bring, in rounds of slices: however many there are, and whatever becomes of one of them. */
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { spreadAll, spreadOn } from "../../../worker/do-not-call/spread.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { dated } from "../trail/kit.ts";
import { closed, type Held, hold, objected, withCrms } from "./scope-kit.ts";

withCrms();
afterEach(async () => {
  await env.DB.exec("DROP TRIGGER IF EXISTS fails");
  await env.DB.exec("DELETE FROM marks WHERE name = 'spread'");
});

const line = (n: number) => `+4411349610${String(n).padStart(2, "0")}`;
const mobile = (n: number) => `+4477009003${String(n).padStart(2, "0")}`;
const all = [...Array(6).keys()];
/** Objections of six people, each with a record that came after it. */
async function brought() {
  for (const n of all) await objected(line(n), { scope: n % 2 === 0 ? "person" : "company" });
  await hold(...all.map((n): Held => [1, "contacts", `r${n}`, line(n), mobile(n)]));
}
/** In their order. */
const inOrder = async () =>
  (
    await env.DB.prepare("SELECT number FROM suppressions WHERE origin IS NULL ORDER BY id").all<{
      number: number;
    }>()
  ).results.map(({ number }) => all.find((n) => line(n) === `+${number}`)!);
const open = async () => {
  const shut = await closed(...all.map(mobile));
  return all.filter((n) => !shut.includes(mobile(n)));
};

it("one that always fails keeps none behind it open, and is told", async () => {
  await brought();
  const [first] = await inOrder();
  await env.DB.exec(
    `CREATE TRIGGER fails BEFORE INSERT ON suppressions WHEN NEW.number = ${mobile(first!).slice(1)} BEGIN SELECT RAISE(ABORT, 'it fails'); END`,
  );
  await expect(spreadAll(env, Date.now())).rejects.toThrow();
  expect(await open()).toEqual([first]);
  await env.DB.exec("DROP TRIGGER fails");
  await spreadAll(env, Date.now());
  expect(await open()).toEqual([]);
});

it("one that cannot be read keeps none of its slice open", async () => {
  await brought();
  const [, second] = await inOrder();
  const where = `number = ${line(second!).slice(1)}`;
  const own = { ...env, DB: new Proxy(env.DB, { get: failsOn(line(second!).slice(1)) }) };
  await expect(spreadAll(own, Date.now())).rejects.toThrow("too much");
  expect(await open()).toEqual([second]);
  await dated(suppressionsBound, where, {});
});
/** A database that cannot say what one number reaches. */
const failsOn = (number: string) => (db: D1Database, name: keyof D1Database) => {
  if (name !== "prepare")
    return typeof db[name] === "function" ? (db[name] as () => unknown).bind(db) : db[name];
  return (text: string) => {
    const statement = db.prepare(text);
    if (!text.includes("WITH RECURSIVE")) return statement;
    return {
      bind: (...values: string[]) => {
        if (values[0]!.includes(number)) throw new Error("too much");
        return statement.bind(...values);
      },
    };
  };
};

it("goes on in slices, round by round, and what comes meanwhile is reached in a whole round of its own", async () => {
  await brought();
  const order = await inOrder();
  const small = { read: 2, slices: 1, written: 400 };
  await spreadAll(env, Date.now(), small);
  expect(await open()).toEqual(order.slice(2).toSorted());
  // A further number of the first, which this round has behind it.
  await hold([2, "Contact", "s", line(order[0]!), mobile(90)]);
  await spreadAll(env, Date.now(), small);
  expect(await open()).toEqual(order.slice(4).toSorted());
  for (let n = 0; n < 3; n++) await spreadOn(env, Date.now(), small);
  expect([await open(), await closed(mobile(90))]).toEqual([[], [mobile(90)]]);
  // A round that is over begins by itself no more.
  expect(await env.DB.prepare("SELECT value FROM marks WHERE name = 'spread'").first()).toBeNull();
  await hold([2, "Contact", "t", line(order[1]!), mobile(91)]);
  await spreadOn(env, Date.now(), small);
  expect(await closed(mobile(91))).toEqual([]);
});

it("goes on where it has written as much as a run may", async () => {
  await brought();
  const few = { read: 10, slices: 9, written: 2 };
  await spreadAll(env, Date.now(), few);
  expect(await open()).toHaveLength(4);
  await spreadOn(env, Date.now(), few);
  await spreadOn(env, Date.now(), few);
  expect(await open()).toEqual([]);
});
