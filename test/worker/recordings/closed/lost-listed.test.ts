/** Lists go on without what a lost file had, and name it, from the first page that would have some of it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Recording, RecordingsAnswer } from "../../../../shared/recordings/api.ts";
import { aTeam, under } from "../../helpers.ts";
import { agentOf, begin, close, get, here, ids, LATER, named, numberOf, slow } from "./kit.ts";

const tokens = aTeam();
let key: string;
let bytes: ArrayBuffer;
/** Two of each file: the second is lost. */
beforeAll(async () => {
  await begin(tokens.admin, 6);
  for (let n = 0; n < 3; n++) await close(LATER, { rows: 2, clock: slow() });
  expect([await here(), (await named()).length]).toEqual([[], 3]);
  key = (await env.DB.prepare("SELECT key FROM closed_kept_files ORDER BY first LIMIT 1 OFFSET 1").first(
    "key",
  ))!;
  bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
  await env.ARCHIVE.delete(key);
});

async function listed(query: string, limit: number) {
  const found: string[] = [];
  const unread = new Set<string>();
  for (let after = "", n = 0; n < 20; n++) {
    const { status, data } = await get(tokens.compliance, `/v1/recordings?limit=${limit}&${query}${after}`);
    expect(status, JSON.stringify(data)).toBe(200);
    const page = data as RecordingsAnswer;
    found.push(...page.recordings.map(({ id }: Recording) => id));
    for (const one of page.unread ?? []) unread.add(one);
    if (page.next === null) return { found, unread: [...unread] };
    after = `&after=${encodeURIComponent(page.next)}`;
  }
  throw new Error("no end");
}
const some = (...places: number[]) => places.map((n) => ids[n]!);

it.each([1, 2, 50])("by pages of %i: what is before it and behind it, newest first", async (limit) => {
  expect(await listed("", limit)).toEqual({ found: some(5, 4, 1, 0), unread: [key] });
  expect(await listed(`agent=${agentOf(0)}`, limit)).toEqual({ found: some(4, 0), unread: [key] });
});

it("by number: of its own numbers alone it is named", async () => {
  const of = (n: number) => `number=${encodeURIComponent(numberOf(n))}`;
  expect(await listed(of(3), 50)).toEqual({ found: [], unread: [key] });
  expect(await listed(of(0), 50)).toEqual({ found: some(0), unread: [] });
});

it("a bucket that does not answer is no lost file: nothing is left out", async () => {
  const ARCHIVE = {
    get: () => Promise.reject(new Error("down")),
    head: () => Promise.reject(new Error("down")),
  } as unknown as R2Bucket;
  for (const query of ["", `number=${encodeURIComponent(numberOf(3))}`])
    expect(
      await under({ ...env, ARCHIVE }, "GET", `/v1/recordings?${query}`, { token: tokens.compliance }),
    ).toMatchObject({ status: 500, data: { code: "archive-broken" } });
});

it("restored, all is there", async () => {
  await env.ARCHIVE.put(key, bytes);
  expect(await listed("", 50)).toEqual({ found: some(5, 4, 3, 2, 1, 0), unread: [] });
});
