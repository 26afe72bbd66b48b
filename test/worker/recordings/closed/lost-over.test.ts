/** Of a lost file whose recordings' time is over, telephone numbers go; what keeps its audio from being forgotten stays. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { closeMonths } from "../../../../worker/jobs/archive.ts";
import { packedNumbers } from "../../../../worker/recordings/closed/names/hits.ts";
import { forgetOver } from "../../../../worker/recordings/closed/over.ts";
import { returnDue } from "../../../../worker/recordings/closed/due.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import {
  begin,
  close,
  dialler,
  get,
  here,
  LATER,
  named,
  numberOf,
  registered,
  reports,
  slow,
} from "./kit.ts";

const tokens = aTeam();
/** Of the index, and of blocks: the night packs what is not lost. */
const numbers = async () =>
  ((await dump("closed_kept_numbers")) as { number: number }[]).length +
  ((await dump("closed_blocks")) as { kind: number; n: number }[])
    .filter(({ kind }) => kind === packedNumbers.kind)
    .reduce((sum, { n }) => sum + n, 0);
const marks = async () =>
  ((await dump("marks")) as { name: string }[]).filter(({ name }) => name.startsWith("recordings-over"));
const mails = async () =>
  ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "recordings-lost");
let key: string;
let bytes: ArrayBuffer;
/** The last day of the first file. */
let last: number;

beforeAll(async () => {
  await begin(tokens.admin, 4);
  await registered(1, { number: numberOf(0) });
  for (const rows of [2, 3]) await close(LATER, { rows, clock: slow() });
  expect([await here(), (await named()).length]).toEqual([[], 2]);
  // The other file's day is later, so that it is there still.
  await env.DB.exec(
    "UPDATE closed_kept_days SET day = date(day, '+400 days') WHERE first = (SELECT MAX(first) FROM closed_kept_files)",
  );
  key = (await env.DB.prepare("SELECT key FROM closed_kept_files ORDER BY first LIMIT 1").first("key"))!;
  last = Date.parse(
    (await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day"))!,
  );
  bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
});
beforeEach(() => env.ARCHIVE.delete(key));

it("they stay five weeks, and while a bucket only does not answer", async () => {
  await forgetOver(env, last + 35 * DAY);
  const ARCHIVE = { head: () => Promise.reject(new Error("down")) } as unknown as R2Bucket;
  await expect(forgetOver({ ...env, ARCHIVE }, last + 36 * DAY)).rejects.toThrow(key);
  await env.ARCHIVE.put(key, bytes);
  await forgetOver(env, last + 36 * DAY);
  expect([await numbers(), await marks()]).toEqual([5, []]);
});

it("then they go, once, with an event, and those of other files stay", async () => {
  // The night's other jobs name the file that they cannot read.
  for (const days of [36, 37]) await closeMonths(env, last + days * DAY).catch(() => undefined);
  expect(await numbers()).toBe(3);
  const events = (await dump("audit")) as { code: string; subject: string }[];
  expect(
    events.filter(({ code }) => code === "audit.recordings-unlisted").map(({ subject }) => subject),
  ).toEqual([key]);
  const { data } = await get(tokens.compliance, `/v1/find?number=${encodeURIComponent(numberOf(1))}`);
  expect(data).toMatchObject({ numbers: [{ recordings: 0 }] });
});

it("people go on hearing of it, verifying names it, and nothing of it arrives again", async () => {
  const before = (await mails()).length;
  await closeMonths(env, last + 60 * DAY).catch(() => undefined);
  expect((await mails()).length).toBeGreaterThan(before);
  const { found } = await deepOf(["recordings"], LATER);
  expect(new Set(found.filter((one) => one.includes("unreadable")))).toEqual(
    new Set([`recordings ${key}: unreadable`]),
  );
  expect((await get(tokens.admin, "/v1/recordings/state")).status).toBe(200);
  const again = { ...reports[0]!, startedAt: new Date().toISOString() };
  const { data } = await call("POST", "/v1/recordings", { token: dialler, body: again });
  expect(data).toMatchObject({ code: "archive-broken" });
});

it("found again, it comes back as it was, and is erased as all others", async () => {
  await env.ARCHIVE.put(key, bytes);
  await returnDue(env, last + 61 * DAY);
  expect(await here()).toHaveLength(2);
  const rows = (await dump("recordings")) as { number: number }[];
  expect(rows.map(({ number }) => `+${number}`).toSorted()).toEqual([numberOf(0), numberOf(1)]);
  await forgetOver(env, last + 62 * DAY);
  expect(await marks()).toEqual([]);
});
