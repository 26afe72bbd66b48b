/** Words of several erasures go one after the other, which may take days where the trail is long: none is lost while it waits for its turn. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { eraseWords } from "../../../../worker/privacy-requests/words/erase.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { asOwner, DAY, dump } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { withTeam } from "../kit.ts";
import { comply, dueOf, isSaid, request, runs, says } from "./kit.ts";

withTeam();
let began = Date.now();
beforeAll(() => adopt(env));
beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], now: began }));
afterEach(() => {
  began = Date.now() + DAY;
  vi.useRealTimers();
});

/** Rows that fill an object here; those of more than three days ago leave. */
const ROWS = 3;
const archived = async () => {
  for (let n = 0; n < 10; n++) await archiveMonths(env, Date.now(), ROWS);
};
/** Days on which the first goes on a little: five rows of the trail each. */
async function days(many: number): Promise<void> {
  for (let day = 0; day < many; day++) {
    vi.setSystemTime(Date.now() + DAY);
    await eraseWords(env, 1, Date.now());
    await archived();
  }
}
const boundHere = async (job: string) =>
  ((await dump("audit")) as { subject: string }[]).filter(({ subject }) =>
    subject.startsWith(`words_due/${job}`),
  ).length;
const told = async () => (await dump("kept_back")) as { row: string }[];

it("one that waits for another's end for a week goes after it, and is bound once every two days until then", async () => {
  for (let n = 0; n < 40; n++) await says({ text: "of nobody" });
  const [first, second] = [await request("Fay First"), await request("Sven Second")];
  await says({ text: "Fay First rang" });
  await says({ text: "Sven Second rang" });
  await comply(first);
  vi.setSystemTime(Date.now() + 1);
  await comply(second);
  const { job } = (await dueOf(second))!;
  await days(7);
  expect((await dueOf(first))!.after).toBeGreaterThan(0);
  expect([(await boundHere(job)) > 0, await told()]).toEqual([true, []]);
  expect(await dueOf(second)).toMatchObject({ after: 0, waits: null, rev: 4 });
  await runs(5);
  expect([await isSaid("Fay First rang"), await isSaid("Sven Second rang")]).toEqual([false, false]);
  expect([await dueOf(first), await dueOf(second), await told()]).toEqual([undefined, undefined, []]);
  expect((await deepOf(["words_due"])).found).toEqual([]);
});

it("one that somebody put back after its end is bound by no wait", async () => {
  const over = await request("Olga Over");
  await comply(over);
  const { job } = (await dueOf(over))!;
  await run("CREATE TABLE aside AS SELECT * FROM words_due WHERE job = ?", job);
  await runs();
  expect(await dueOf(over)).toBe(undefined);
  await asOwner(["words_due"], () => run("INSERT INTO words_due SELECT * FROM aside"));
  await run("DROP TABLE aside");
  for (let n = 0; n < 2 * ROWS; n++) await says({ text: "of nobody" });
  await days(4);
  expect(await boundHere(job)).toBe(0);
  await says({ text: "Olga Over rang again" });
  await runs();
  expect(await isSaid("Olga Over rang again")).toBe(true);
  expect((await told()).map(({ row }) => row)).toEqual([`words_due/${job}`]);
});
