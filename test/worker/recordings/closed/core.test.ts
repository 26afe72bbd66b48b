/** Closed months of kept recordings: their rows leave the database, and come back before anything that is to be done with them. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { e164Of } from "../../../../shared/registers/blocks.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import {
  lookForFiles,
  returnDue,
  returnNear,
  rewriteKept,
} from "../../../../worker/recordings/closed/due.ts";
import { keptKind } from "../../../../worker/recordings/closed/lines.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import { compareDays } from "../../../../worker/recordings/erasing/counted.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { eraseLeft } from "../../../../worker/storage/closed/left.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump, setPolicy } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { here, kept, killed, LATER, slow } from "../certificates/kit.ts";
import { arrive, diallerOf, sample } from "../kit.ts";

const tokens = aTeam();
const N = 6;
const keyOf = (n: number) => `folder/${n}.mp3`;
const bodies = Array.from({ length: N }, (_, n) =>
  sample({
    number: e164Of(442079460000 + n),
    startedAt: new Date(Date.now() - (n + 1) * 1000).toISOString(),
    storage: { kind: "r2", key: keyOf(n) },
  }),
);
const ids: string[] = [];
let stays: string[];
let rows: string[];
const deep = async () => (await deepOf(["recordings", "audio"], LATER)).found;
const get = (path: string) => call("GET", path, { token: tokens.compliance });
const named = async () => ((await dump("closed_kept_files")) as { key: string }[]).map(({ key }) => key);
const counts = async () =>
  (await env.DB.prepare(
    'SELECT (SELECT TOTAL(n) FROM recording_days) AS "all", (SELECT TOTAL(n) FROM closed_kept_days) AS there',
  ).first<{ all: number; there: number }>())!;
const empty = async () => {
  for (const table of ["", "_files", "_numbers", "_out", "_days", "_quarters", "_folders"])
    expect(await dump(`closed_kept${table}`), table).toEqual([]);
};
const close = async () => {
  await archiveMonths(env, LATER);
  await closeKept(env, LATER);
};

beforeAll(async () => {
  for (const body of bodies) ids.push(await arrive(env, tokens.admin, body));
  // Its audio never came; and one is under a hold.
  stays = [
    await arrive(env, tokens.admin, sample()),
    await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: "folder/held.mp3" } })),
  ];
  const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
  expect((await call("POST", `/v1/recordings/${stays[1]}/hold`, hold)).status).toBe(201);
  rows = await kept();
});

it("a line has every column of the row", async () => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  expect([...keptKind.columns].sort()).toEqual(results.map(({ name }) => name).sort());
});

describe("closing a month", () => {
  it("waits for its time, and a kill before the commit changes nothing", async () => {
    await closeKept(env, Date.now());
    expect(await named()).toEqual([]);
    await archiveMonths(env, LATER);
    await expect(closeKept(killed, LATER, { rows: 2 })).rejects.toThrow("killed");
    expect(await kept()).toEqual(rows);
    await empty();
  });

  it("in slices", async () => {
    await closeKept(env, LATER, { rows: 2, clock: slow() });
    expect(await named()).toHaveLength(1);
    expect(await deep()).toEqual([]);
    await closeKept(env, LATER, { rows: 2 });
    expect(await here()).toEqual([...stays].sort());
    expect(await named()).toHaveLength(3);
    expect(await counts()).toEqual({ all: N + 2, there: N });
    // The nightly comparison finds nothing to set right.
    const days = await dump("recording_days");
    await compareDays(env);
    expect(await dump("recording_days")).toEqual(days);
    expect(await dump("closed_kept")).toHaveLength(3 * N);
    expect(await dump("closed_kept_numbers")).toHaveLength(N);
    expect(await deep()).toEqual([]);
  });

  it("verify --deep names what was altered in a file's index or counts no more", async () => {
    const [one] = (await dump("closed_kept_numbers")) as { number: number; num: number }[];
    await env.DB.prepare("DELETE FROM closed_kept_numbers WHERE num = ?").bind(one!.num).run();
    const its = ids[bodies.findIndex(({ number }) => number === e164Of(one!.number))]!;
    expect(await deep()).toEqual([`recordings ${its}: altered closed_kept`]);
    await env.DB.prepare("INSERT INTO closed_kept_numbers (number, num) VALUES (?, ?)")
      .bind(one!.number, one!.num)
      .run();
    await env.DB.exec("INSERT INTO closed_kept (name, num) VALUES (7, 7)");
    expect(await deep()).toEqual(["recordings closed_kept: extra"]);
    await env.DB.exec("DELETE FROM closed_kept WHERE name = 7");
    expect(await deep()).toEqual([]);
  });
});

describe("a closed recording", () => {
  it("arrives no second time, nor another with its object", async () => {
    const token = await diallerOf(tokens.admin);
    const answer = await call("POST", "/v1/recordings", { token, body: bodies[0] });
    expect([answer.status, answer.data]).toMatchObject([200, { id: ids[0] }]);
    const other = { ...sample(), storage: bodies[1]!.storage };
    expect((await call("POST", "/v1/recordings", { token, body: other })).data).toMatchObject({
      code: "recording-object-taken",
    });
    expect(await deep()).toEqual([]);
  });

  it("comes back by its id, whole; and takes a hold", async () => {
    expect(await get(`/v1/recordings/${ids[2]}`)).toMatchObject({ status: 200, data: { state: "kept" } });
    const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
    expect((await call("POST", `/v1/recordings/${ids[3]}/hold`, hold)).status).toBe(201);
    const back = await kept();
    expect(rows).toEqual(expect.arrayContaining(back));
    expect(await deep()).toEqual([]);
  });

  it("comes back once where two ask at once", async () => {
    await Promise.all([1, 2, 3].map(() => recallKept(env, { numbers: [442079460004] })));
    expect(await here()).toContain(ids[4]);
    expect((await counts()).all).toBe(N + 2);
  });

  it("that is erased goes from its file the next night", async () => {
    const erase = { token: tokens.compliance, body: { why: "She rang us" } };
    expect((await call("POST", `/v1/recordings/${ids[4]}/erase`, erase)).status).toBe(202);
    await eraseDue(env, Date.now(), { only: ids[4]! });
    const before = await named();
    await rewriteKept(env, LATER);
    await eraseLeft(env, LATER, true);
    const after = await named();
    expect(after).not.toEqual(before);
    for (const key of after) {
      const object = await env.ARCHIVE.get(key);
      const text = await new Response(object!.body.pipeThrough(new DecompressionStream("gzip"))).text();
      expect(text).not.toContain(ids[4]);
    }
    expect((await env.ARCHIVE.list({ prefix: "recordings/" })).objects.map(({ key }) => key).sort()).toEqual(
      after.sort(),
    );
    expect(await deep()).toEqual([]);
  });
});

describe("in time", () => {
  it("policy's shorter retention reaches closed ones, which come back with their new day", async () => {
    const asked = ids[5]!;
    expect(await here()).not.toContain(asked);
    await setPolicy(
      (policy) => ({ recording: { ...policy.recording, retentionMonths: 3 } }),
      new Date(Date.now() - 20 * DAY).toISOString(),
    );
    await bringForward(env, Date.now());
    const [day] = (await dump("closed_kept_days")) as { day: string; months: number }[];
    expect(day!.months).toBe(3);
    await returnDue(env, Date.parse(day!.day) - 9 * DAY);
    expect(await here()).not.toContain(asked);
    await returnNear(env, Date.parse(day!.day) - 7 * DAY);
    expect(await here()).toContain(asked);
    const row = await env.DB.prepare("SELECT erase_after, months FROM recordings WHERE id = ?")
      .bind(asked)
      .first();
    expect(row).toEqual({ erase_after: day!.day, months: 3 });
    expect(await deep()).toEqual([]);
  });
});

it("all come back before an older Worker is deployed", async () => {
  await setPolicy((policy) => ({ recording: { ...policy.recording, retentionMonths: 24 } }));
  await lookForFiles(env, Date.now());
  const before = await kept();
  await close();
  for (let left = 1; left > 0;) ({ files: left } = await reopen(env, "admin", LATER));
  expect(await kept()).toEqual(before);
  await empty();
});
