/** Closed recordings whose file is lost or altered: the rest comes back in time, and people are told weeks before. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { daysLater } from "../../../../shared/core/calendar.ts";
import type { Env } from "../../../../worker/env.ts";
import { closeMonths } from "../../../../worker/jobs/archive.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import {
  compareKept,
  lookForFiles,
  returnDue,
  returnNear,
} from "../../../../worker/recordings/closed/due.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { here, LATER } from "../certificates/kit.ts";
import { aged, arrive, diallerOf, imported, sample } from "../kit.ts";

const tokens = aTeam();
const ids: string[] = [];
const bodies = [0, 1, 2, 3].map((n) =>
  sample({
    startedAt: new Date(Date.now() - (n + 1) * 1000).toISOString(),
    storage: { kind: "r2", key: `folder/${n}.mp3` },
  }),
);
interface File {
  first: number;
  key: string;
}
const files = async () => (await dump("closed_kept_files")) as File[];
const day = async () =>
  (await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day"))!;
const mails = async () =>
  ((await dump("outbox")) as { template: string; key: string }[]).filter(
    ({ template }) => template === "recordings-lost",
  );
/** Two files: the first is lost. */
let lost: string;
let bytes: ArrayBuffer;

beforeAll(async () => {
  for (const body of bodies) ids.push(await arrive(env, tokens.admin, body));
  await archiveMonths(env, LATER);
});
beforeEach(async () => {
  await archiveMonths(env, LATER);
  await env.DB.exec("DELETE FROM marks WHERE name = 'recordings-closed'");
  await closeKept(env, LATER, { rows: 2 });
  const [file] = await files();
  expect(await files()).toHaveLength(2);
  lost = file!.key;
  bytes = await (await env.ARCHIVE.get(lost))!.arrayBuffer();
  await env.ARCHIVE.delete(lost);
});
afterEach(async () => {
  await env.ARCHIVE.put(lost, bytes);
  if ((await files()).length > 0) await returnNear(env, Date.parse(await day()));
  expect(await here()).toEqual([...ids].sort());
  expect(await files()).toEqual([]);
  await env.DB.exec("DELETE FROM outbox");
});

it("people are told once a week, from five weeks before", async () => {
  const due = Date.parse(await day());
  await lookForFiles(env, due - 36 * DAY);
  expect(await mails()).toEqual([]);
  for (const before of [35, 35, 34]) await lookForFiles(env, due - before * DAY);
  const weeks = new Set([35, 34].map((before) => Math.floor((due - before * DAY) / (7 * DAY))));
  expect(new Set((await mails()).map(({ key }) => key.split(":").slice(0, 3).join(":")))).toEqual(
    new Set([...weeks].map((week) => `recordings-lost:${lost}:${week}`)),
  );
  expect(new Set((await deepOf(["recordings"], LATER)).found)).toEqual(
    new Set([`recordings ${lost}: unreadable`]),
  );
});

it("the others come back in time, and nothing of it comes in again", async () => {
  await returnDue(env, Date.parse(await day()) - DAY);
  expect(await here()).toHaveLength(2);
  expect(await mails()).not.toEqual([]);
  const there = await here();
  const [n] = ids.flatMap((id, place) => (there.includes(id) ? [] : [place]));
  const token = await diallerOf(tokens.admin);
  const again = await call("POST", "/v1/recordings", { token, body: bodies[n!] });
  expect(again.data).toMatchObject({ code: "archive-broken" });
  const { data } = await imported(aged(env), tokens.admin, [bodies[n!]]);
  expect(data).toMatchObject({ results: [{ status: "refused", code: "recording-object-taken" }] });
  const one = await call("GET", `/v1/recordings/${ids[n!]}`, { token: tokens.compliance });
  expect(one.data).toMatchObject({ code: "archive-broken" });
});

it("an altered file gives what can be read, and a store that does not answer is no lost file", async () => {
  await env.ARCHIVE.put(lost, new Uint8Array(bytes.byteLength));
  const silent = {
    ...env,
    ARCHIVE: {
      ...env.ARCHIVE,
      get: () => Promise.reject(new Error("no answer")),
      head: () => Promise.reject(new Error("no answer")),
    },
  } as unknown as Env;
  await expect(returnNear(silent, Date.parse(await day()))).rejects.toThrow("could not be put back");
  expect([await here(), await mails()]).toEqual([[], []]);
  await returnNear(env, Date.parse(await day()));
  expect(await here()).toHaveLength(2);
  expect(await mails()).not.toEqual([]);
});

it("a count that somebody took away or put off is counted again, and named", async () => {
  await env.ARCHIVE.put(lost, bytes);
  const before = await dump("closed_kept_days");
  await env.DB.exec("DELETE FROM closed_kept_days");
  expect((await deepOf(["recordings"], LATER)).found).toHaveLength(4);
  await compareKept(env);
  expect(await dump("closed_kept_days")).toEqual(before);
  await env.DB.prepare("UPDATE closed_kept_days SET day = ?")
    .bind(daysLater(await day(), 400))
    .run();
  expect((await deepOf(["recordings"], LATER)).found).toEqual(
    expect.arrayContaining([`recordings ${ids[0]!}: altered erase_after`]),
  );
  await env.DB.exec("UPDATE closed_kept_days SET day = was");
});

it("an altered file of the same size is told of as early as a lost one", async () => {
  await env.ARCHIVE.put(lost, new Uint8Array(bytes.byteLength));
  await lookForFiles(env, Date.parse(await day()) - 35 * DAY);
  expect(await mails()).not.toEqual([]);
});

it("a lost file keeps none behind it from being counted again", async () => {
  const before = await dump("closed_kept_days");
  await env.DB.exec("UPDATE closed_kept_days SET n = n + 1");
  await expect(compareKept(env)).rejects.toThrow();
  const [first, ...rest] = before as { n: number }[];
  expect(await dump("closed_kept_days")).toEqual([{ ...first, n: first!.n + 1 }, ...rest]);
  await env.ARCHIVE.put(lost, bytes);
  await compareKept(env);
  expect(await dump("closed_kept_days")).toEqual(before);
});

it("counted again, days that an administrator has moved stay moved", async () => {
  await env.ARCHIVE.put(lost, bytes);
  const later = daysLater(await day(), 365);
  await env.DB.prepare("UPDATE closed_kept_days SET day = ?, months = 24").bind(later).run();
  const before = await dump("closed_kept_days");
  await env.DB.exec("UPDATE closed_kept_days SET n = n + 1");
  await compareKept(env);
  expect(await dump("closed_kept_days")).toEqual(before);
  await env.DB.exec("UPDATE closed_kept_days SET day = was, months = NULL");
});

it("what somebody took out of the index comes back in time all the same", async () => {
  await env.ARCHIVE.put(lost, bytes);
  for (const table of ["closed_kept", "closed_kept_numbers"]) await env.DB.exec(`DELETE FROM ${table}`);
  // From the events each is missing, from the rows each is in no index.
  expect((await deepOf(["recordings"], LATER)).found).toHaveLength(2 * ids.length);
  await returnNear(env, Date.parse(await day()));
  expect(await here()).toEqual([...ids].sort());
});

it("the night does it all", async () => {
  await env.ARCHIVE.put(lost, bytes);
  await closeMonths(env, Date.parse(await day()) - 7 * DAY);
  expect(await here()).toEqual([...ids].sort());
});
