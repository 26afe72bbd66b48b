/**
 * A file of closed recordings that is lost or altered: verifying names it, people hear of it long before the day of what it had, what does
 * not need it works, and nothing is answered as if there were nothing. Restored, all is as before.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { waitingOf } from "../../../../worker/jobs/kinds.ts";
import { erasuresOfDay } from "../../../../worker/proof/statement-erasures.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { aTeam, call, DAY, dump, under } from "../../helpers.ts";
import { act, confirmAll, done, draft, enter, read } from "../../privacy-requests/kit.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { aged, imported } from "../kit.ts";
import {
  begin,
  close,
  dialler,
  get,
  here,
  ids,
  LATER,
  listed,
  named,
  night,
  numberOf,
  reports,
  slow,
} from "./kit.ts";

const tokens = aTeam();
/** The first three lie in the file that is lost, the next three in another. */
const [LOST, ALSO, COPIED, FINE] = [0, 1, 2, 3];
const DUE = Date.now() + 365 * DAY;
let key: string;
let bytes: ArrayBuffer;

beforeAll(async () => {
  await begin(tokens.admin, 6);
  await close(LATER, { rows: 3, clock: slow() });
  await close(LATER, { rows: 3, clock: slow() });
  expect([await here(), (await named()).length]).toEqual([[], 2]);
  key = (await named())[0]!;
  bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
});

const broken = { status: 500, data: { code: "archive-broken" } };
const path = (n: number, more = "") => `/v1/recordings/${ids[n]}${more}`;
const post = (n: number, what: string, body: object) =>
  call("POST", path(n, `/${what}`), { token: tokens.compliance, body });
const damage: Record<string, () => Promise<unknown>> = {
  lost: () => env.ARCHIVE.delete(key),
  altered: () =>
    env.ARCHIVE.put(
      key,
      new Uint8Array(bytes).map((byte) => byte ^ 1),
    ),
};

describe.each(Object.keys(damage))("%s", (how) => {
  beforeEach(() => damage[how]!());

  it("verifying names the file, and nothing else", async () => {
    const { found } = await deepOf(["recordings"], LATER);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((one) => !one.includes(key) || !one.includes("unreadable"))).toEqual([]);
  });

  it("what needs it says so: entry, audio, hold, erasure; lists name it", async () => {
    expect(await get(tokens.compliance, path(LOST))).toMatchObject(broken);
    expect(
      await call("GET", path(LOST, "/audio?purpose=quality"), { token: tokens.compliance }),
    ).toMatchObject(broken);
    expect(await post(LOST, "hold", { reason: "A claim", reviewOn: "2099-01-01" })).toMatchObject(broken);
    expect(await post(LOST, "erase", { why: "She rang us" })).toMatchObject(broken);
    const number = encodeURIComponent(numberOf(ALSO));
    for (const query of ["", "?agent=ann@example.com", `?number=${number}`])
      expect(await get(tokens.compliance, `/v1/recordings${query}`)).toMatchObject({
        ...{ status: 200, data: { unread: [key] } },
      });
    // An id that nobody has is found nowhere, as ever.
    expect(await get(tokens.compliance, `/v1/recordings/${crypto.randomUUID()}`)).toMatchObject({
      status: 404,
    });
  });

  it("what does not need it works", async () => {
    expect(await get(tokens.compliance, path(FINE))).toMatchObject({ status: 200, data: { state: "kept" } });
    const number = encodeURIComponent(numberOf(FINE + 1));
    expect(await listed(tokens.compliance, `number=${number}`)).toHaveLength(1);
    for (const query of ["date=2026-01-01", "show=held", "show=quarantined"])
      expect(await listed(tokens.compliance, query)).toEqual([]);
    for (const one of ["state", "erasures", "retention", "holds", "certificates"])
      expect((await get(tokens.admin, `/v1/recordings/${one}`)).status).toBe(200);
  });

  it("what it had comes in no second time, and its object is nobody else's", async () => {
    const before = (await here()).length;
    const again = { ...reports[LOST]!, startedAt: new Date().toISOString() };
    const answer = await call("POST", "/v1/recordings", { token: dialler, body: again });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const theirs = { ...again, providerId: `of another ${how}` };
    expect(
      (await call("POST", "/v1/recordings", { token: dialler, body: theirs })).status,
    ).toBeGreaterThanOrEqual(400);
    const { data } = await imported(aged(env), tokens.admin, [reports[LOST], theirs]);
    const { results } = data as { results: { status: string }[] };
    expect(results, JSON.stringify(data)).toHaveLength(2);
    expect(results.map(({ status }) => status).includes("added")).toBe(false);
    expect((await here()).length).toBe(before);
  });

  it("a request is not told that there is nothing", async () => {
    const id = await enter(tokens.compliance, {
      kind: "erasure",
      number: numberOf(LOST),
      email: `${how}@example.com`,
    });
    await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
    expect(await act(tokens.compliance, id, "match", { everything: true })).toMatchObject({
      status: 500,
      code: "archive-broken",
    });
  });
});

describe("a request that an officer lets go on", () => {
  const LACKS =
    "The copy lacks 1 record of a call, as the file of our archive that has it is lost or damaged.";
  const asked = { everything: true, unread: true };
  const opened = async (kind: string, n: number) => {
    const own = { kind, number: numberOf(n), email: `${kind}-on@example.com` };
    const id = await enter(tokens.compliance, own);
    await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
    return id;
  };

  it("for a copy, says how many recordings it lacks, while the file is lost", async () => {
    await env.ARCHIVE.delete(key);
    const id = await opened("access", COPIED);
    expect((await act(tokens.compliance, id, "match", asked)).status).toBe(200);
    await confirmAll(tokens.compliance, id);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    expect(await draft(tokens.compliance, id, "decision")).toContain(LACKS);
    await env.ARCHIVE.put(key, bytes);
    await done(tokens.compliance, id, "match", { everything: true });
    await confirmAll(tokens.compliance, id);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    expect(await draft(tokens.compliance, id, "decision")).not.toContain("archive");
    expect((await read(tokens.compliance, id)).items.map(({ kind }) => kind)).toContain("recording");
  });
});

it("people hear of it in time: a mail names the file weeks before the day of what it had", async () => {
  await env.ARCHIVE.delete(key);
  const before = (await dump("outbox")).length;
  await night(DUE - 34 * DAY);
  const mails = (await dump("outbox")).slice(before) as { vals: string; recipient: string }[];
  const ours = mails.filter(({ vals }) => vals.includes(key));
  expect(ours.map(({ recipient }) => recipient).toSorted()).toEqual([
    "ada@example.com",
    "compliance@example.com",
  ]);
  // Not each night anew.
  await night(DUE - 33.5 * DAY);
  expect(await dump("outbox")).toHaveLength(before + mails.length);
});

it("a store that does not answer is no loss: asked again, all is there", async () => {
  await env.ARCHIVE.put(key, bytes);
  const ARCHIVE = {
    get: () => Promise.reject(new Error("down")),
    head: (its: string) => env.ARCHIVE.head(its),
    list: (options?: R2ListOptions) => env.ARCHIVE.list(options),
  } as unknown as R2Bucket;
  const down = { ...env, ARCHIVE };
  expect(await under(down, "GET", path(LOST), { token: tokens.compliance })).toMatchObject(broken);
  expect((await get(tokens.compliance, path(LOST))).status).toBe(200);
});

it("restored, everything is as before", async () => {
  await env.ARCHIVE.put(key, bytes);
  expect((await deepOf(["recordings", "audio"], LATER)).found).toEqual([]);
  expect(await listed(tokens.compliance, "limit=1")).toHaveLength(6);
  expect((await post(LOST, "hold", { reason: "A claim", reviewOn: "2099-01-01" })).status).toBe(201);
});

it("once its day has passed it counts as due and late, as nobody has erased it", async () => {
  await env.ARCHIVE.delete(key);
  for (const days of [-2, 1]) await night(DUE + days * DAY);
  for (let n = 0; n < 2; n++) await eraseDue(env, DUE + DAY);
  // One is held, and those of the other file are erased.
  expect((await get(tokens.compliance, path(FINE))).data).toMatchObject({ state: "erased" });
  const now = DUE + 4 * DAY;
  const day = new Date(now).toISOString().slice(0, 10);
  const eraseAfter = await env.DB.prepare("SELECT day FROM closed_kept_days").first<string>("day");
  expect(await waitingOf(env.DB, "erasure", now)).toEqual({
    waiting: 1,
    oldest: `${eraseAfter}T00:00:00.000Z`,
  });
  const about = { day, from: `${day}T00:00:00.000Z`, to: `${day}T23:59:59.999Z` };
  expect(await erasuresOfDay(env.DB, about)).toEqual({
    ...{ due: 1, done: 0, late: 1, waiting: 1, oldest: eraseAfter },
  });
  const overdue = async () =>
    ((await get(tokens.admin, "/v1/recordings/state")).data as { overdue: number }).overdue;
  expect(await overdue()).toBe(0);
  await run("UPDATE closed_kept_days SET day = '2026-01-01'");
  expect(await overdue()).toBe(1);
});
