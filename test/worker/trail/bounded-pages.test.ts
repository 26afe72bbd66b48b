/** Lists with several filters at once: a page reads so many rows and no more, and the pages together have what one page of all would have. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { READ } from "../../../worker/core/newest.ts";
import type { Env } from "../../../worker/env.ts";
import { aTeam, call, daysAgo, under } from "../helpers.ts";
import { fillAll } from "../core/filled.ts";

const tokens = aTeam();
const MOST = READ.most;
let person = "";
beforeAll(async () => {
  await fillAll();
  person = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<string>("id"))!;
  // Every third row of the trail is of the same person.
  await env.DB.exec("DROP TRIGGER IF EXISTS audit_no_update");
  await env.DB.prepare("UPDATE audit SET actor = ?, subject = 'tps' WHERE seq % 3 = 0").bind(person).run();
});
afterAll(() => {
  READ.most = MOST;
});

interface Page {
  next: string | number | null;
}
/** What the pages have together, and how many there are. `most`: rows that one reads. */
async function pages(
  path: string,
  key: string,
  cursor: string,
  most: number,
  { limit = "100", own = env }: { limit?: string; own?: Env } = {},
) {
  READ.most = most;
  const found: unknown[] = [];
  let [next, n] = [null as Page["next"], 0];
  do {
    const query = new URLSearchParams({ limit, ...(next !== null && { [cursor]: String(next) }) });
    const { status, data } = await under(own, "GET", `${path}&${query.toString()}`, { token: tokens.admin });
    expect([status, path], JSON.stringify(data)).toEqual([200, path]);
    const page = data as Page & Record<string, { id?: string; seq?: number; num?: number }[]>;
    found.push(...page[key]!.map(({ id, seq, num }) => id ?? seq ?? num));
    next = page.next;
  } while (next !== null && ++n < 200);
  return { found, n };
}

it.each([
  ["/v1/audit?code=dial.passed&subject=tps", "rows", "before"],
  ["/v1/audit?actor=PERSON&code=dial.passed", "rows", "before"],
  ["/v1/audit?actor=PERSON&code=dial.", "rows", "before"],
  [
    `/v1/audit?actor=PERSON&code=dial.passed&subject=tps&from=${daysAgo(40)}&to=${daysAgo(9)}`,
    "rows",
    "before",
  ],
  ["/v1/suppressions?kind=objection&state=live", "suppressions", "after"],
  [`/v1/suppressions?kind=house&state=live&from=${daysAgo(30)}`, "suppressions", "after"],
  ["/v1/requests?show=all&kind=access", "requests", "after"],
  ["/v1/requests?show=all&kind=erasure&state=open", "requests", "after"],
  [`/v1/requests?show=closed&kind=access&from=${daysAgo(30)}`, "requests", "after"],
  ["/v1/watch/turned?seen=true&to=blocked", "turned", "after"],
  [`/v1/watch/turned?seen=false&to=blocked&why=list&from=${daysAgo(60)}&since=3`, "turned", "after"],
  [`/v1/watch/turned?seen=true&why=objection&until=${daysAgo(20)}`, "turned", "after"],
])("%s", async (filters, key, cursor) => {
  const path = filters.replace("PERSON", person);
  const whole = await pages(path, key, cursor, MOST);
  const some = await pages(path, key, cursor, 150);
  expect(some.found).toEqual(whole.found);
  expect(new Set(some.found).size).toBe(some.found.length);
});

it("a page that finds few has a next, where more rows remain", async () => {
  // The oldest three alone.
  const { found, n } = await pages("/v1/requests?show=all&kind=erasure", "requests", "after", 150);
  expect([found.length, n > 0]).toEqual([3, true]);
});

/** Bindings of which the database has `meanwhile` happen once, behind the first statement, or batch, that reads a page. */
function besides(meanwhile: () => Promise<unknown>): Env {
  const made = new WeakMap<D1PreparedStatement, { real: D1PreparedStatement; text: string }>();
  let open = true;
  const behind = async <T>(texts: string[], answer: Promise<T>): Promise<T> => {
    const got = await answer;
    if (open && texts.some((text) => text.includes(`LIMIT ${READ.most}`) && !/^SELECT COUNT/.test(text))) {
      open = false;
      await meanwhile();
    }
    return got;
  };
  const wrap = (real: D1PreparedStatement, text: string): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(real.bind(...values), text),
      all: () => behind([text], real.all()),
      run: () => behind([text], real.run()),
      first: (column?: string) => behind([text], column === undefined ? real.first() : real.first(column)),
    } as unknown as D1PreparedStatement;
    made.set(wrapped, { real, text });
    return wrapped;
  };
  const db = {
    prepare: (text: string) => wrap(env.DB.prepare(text), text),
    batch: (statements: D1PreparedStatement[]) => {
      const all = statements.map((statement) => made.get(statement)!);
      const texts = all.map(({ text }) => text);
      return behind(texts, env.DB.batch(all.map(({ real }) => real)));
    },
  };
  return { ...env, DB: db as unknown as D1Database };
}

let numbers = 0;
const entries = async () => {
  for (let n = 0; n < 20; n++) {
    const number = `+4411349660${String(++numbers).padStart(2, "0")}`;
    const body = { number, kind: "objection", reason: "no" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.admin, body })).status).toBe(201);
  }
};
const sqlOf = (text: string) => () => env.DB.prepare(text).run();

it.each([
  ["/v1/suppressions?kind=objection&state=live", "suppressions", "after", entries],
  [`/v1/audit?actor=PERSON&from=${daysAgo(900)}`, "rows", "before", entries],
  [
    "/v1/requests?show=all&kind=access",
    "requests",
    "after",
    sqlOf(
      "UPDATE requests SET rev = rev + 1, decide_by = '2099-01-01' WHERE id IN (SELECT id FROM requests WHERE kind <> 'access' ORDER BY decide_by, id LIMIT 60)",
    ),
  ],
  [
    "/v1/watch/turned?seen=true&to=blocked",
    "turned",
    "after",
    sqlOf(
      "UPDATE turned SET from_verdict = 'blocked', to_verdict = 'clear', seen_at = NULL WHERE num IN (SELECT num FROM turned ORDER BY num DESC LIMIT 60)",
    ),
  ],
] as const)(
  "%s loses and doubles no row that is there meanwhile",
  async (filters, key, cursor, meanwhile) => {
    const path = filters.replace("PERSON", person);
    const own = besides(meanwhile);
    const some = await pages(path, key, cursor, 150, { limit: "200", own });
    const whole = await pages(path, key, cursor, MOST);
    expect(new Set(some.found).size).toBe(some.found.length);
    // But for what came meanwhile.
    const found = new Set(some.found);
    const lost = whole.found.filter((one) => !found.has(one));
    expect(meanwhile === entries ? [] : lost).toEqual([]);
  },
);
