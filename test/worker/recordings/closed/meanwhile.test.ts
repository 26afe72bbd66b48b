/** What reads both what closed and what did not has each recording once, though a month closes, or one comes back, while it reads. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { DrawsAnswer } from "../../../../shared/overview/api-announced.ts";
import type { KeptRow } from "../../../../shared/trail/chain.ts";
import { currentPolicy } from "../../../../worker/policy/current.ts";
import { effectOf } from "../../../../worker/policy/effect.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import { withRecordings } from "../../../../worker/recordings/closed/said.ts";
import { pages } from "../../../../worker/trail/rows.ts";
import { aTeam, DAY, dump, today, under } from "../../helpers.ts";
import { meanwhileBefore } from "../../dials/closed/calls-kit.ts";
import { begin, close, here, ids, registered } from "./kit.ts";

const tokens = aTeam();
const N = 3;
const DAYS = { from: new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10), to: today() };
/** Another night: what came since closes, too. */
async function shut(): Promise<void> {
  await env.DB.exec("DELETE FROM marks WHERE name = 'recordings-closed'");
  await close();
}
const files = async () => (await dump("closed_kept_files")).length;

beforeAll(() => begin(tokens.admin, N));

it("what a longer retention would keep is counted once", async () => {
  const { policy } = await currentPolicy(env.DB);
  const change = { path: "recording.retentionMonths", from: 12, to: 24 };
  const read = ({ DB }: Pick<typeof env, "DB">) => effectOf(DB, policy, [change], Date.now() + 400 * DAY);
  const all = [{ path: change.path, n: N }];
  expect(await read(env)).toEqual(all);
  expect(await read(meanwhileBefore(/closed_kept_quarters/, shut))).toEqual(all);
  expect(await here()).toEqual([]);
});

it("what an arrival says is told while its recording comes back", async () => {
  const rows: KeptRow[] = [];
  for await (const page of pages(env, 0)) rows.push(...page.rows);
  const saidOf = async (own: Pick<typeof env, "DB" | "ARCHIVE">) =>
    (await withRecordings(own, rows)).flatMap(({ subject, said }) => (ids.includes(subject) ? [said] : []));
  const all = await saidOf(env);
  expect([all.length, all.includes(null)]).toEqual([N, false]);
  const own = meanwhileBefore(/FROM json_each\(\?1\) j\s+CROSS JOIN closed_kept c/, () =>
    recallKept(env, { ids }),
  );
  expect(await saidOf(own)).toEqual(all);
  expect(await here()).toHaveLength(N);
});

const ever = new Set<string>();
const draw = async (own: typeof env) => {
  const body = { ...DAYS, count: 20 };
  const { status, data } = await under(own, "POST", "/v1/announced/draws", {
    token: tokens.compliance,
    body,
  });
  expect(status, JSON.stringify(data)).toBe(201);
  return (data as DrawsAnswer).drawn;
};

it.each([
  ["they are counted", /COUNT\(\*\) OVER/],
  ["some are drawn", /json_each\(\?5\)/],
])("a random sample is of all, though they close once %s", async (_, part) => {
  const fresh = await registered(N);
  const eligible = (await here()).filter((id) => !ever.has(id));
  expect(eligible).toEqual(expect.arrayContaining(fresh));
  const had = await files();
  const drawn = await draw(meanwhileBefore(part, shut) as typeof env);
  expect(await files()).toBe(had + 1);
  for (const { recording } of drawn) ever.add(recording);
  expect(drawn.map(({ recording }) => recording).toSorted()).toEqual(eligible.toSorted());
  expect(drawn.every(({ among }) => among === eligible.length)).toBe(true);
});

it("a random sample counts one once that comes back before those of the database are counted", async () => {
  const fresh = await registered(N);
  await shut();
  expect((await here()).filter((id) => !ever.has(id))).toEqual([]);
  const back = () => recallKept(env, { ids: fresh.slice(0, 1) });
  const drawn = await draw(meanwhileBefore(/COUNT\(\*\) OVER/, back) as typeof env);
  expect(drawn.map(({ recording }) => recording).toSorted()).toEqual(fresh.toSorted());
  expect(drawn.map(({ among }) => among)).toEqual([N, N, N]);
});
