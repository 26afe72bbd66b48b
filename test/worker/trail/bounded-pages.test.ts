/** Lists with several filters at once: a page reads so many rows and no more, and the pages together have what one page of all would have. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { READ } from "../../../worker/core/newest.ts";
import { aTeam, call, daysAgo } from "../helpers.ts";
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
async function pages(path: string, key: string, cursor: string, most: number) {
  READ.most = most;
  const found: unknown[] = [];
  let [next, n] = [null as Page["next"], 0];
  do {
    const query = new URLSearchParams({ limit: "100", ...(next !== null && { [cursor]: String(next) }) });
    const { status, data } = await call("GET", `${path}&${query.toString()}`, { token: tokens.admin });
    expect([status, path]).toEqual([200, path]);
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
