/**
 * Closed months of kept recordings: whoever asks gets the same answer wherever a row lies (UK GDPR art 15 is of all that is held), and a
 * kill at any moment neither halves nor doubles what closes or comes back.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { arrive, laid, sample } from "../kit.ts";
import { kept } from "../certificates/kit.ts";
import { askedByNumber, askedWithout } from "./asked.ts";
import { close, here, ids, isHere, killed, LATER, named, objects, begin, slow } from "./kit.ts";

const tokens = aTeam();
/** What something names, or whose audio is not there. */
const stays: string[] = [];
let rows: string[];
let before: Record<string, unknown>;
/** What two readings before answer differently says nothing of closing. */
let unsteady: Set<string>;
let numbers: Record<string, unknown>;

const steady = (told: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(told).filter(([path]) => !unsteady.has(path)));

beforeAll(async () => {
  await begin(tokens.admin, 6);
  const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
  const held = await arrive(env, tokens.admin, sample({ number: "+442079460980" }));
  expect((await call("POST", `/v1/recordings/${held}/hold`, hold)).status).toBe(201);
  const released = await arrive(env, tokens.admin, await laid(env, sample({ number: "+442079460981" })));
  expect((await call("POST", `/v1/recordings/${released}/hold`, hold)).status).toBe(201);
  const release = { token: tokens.compliance, body: { reason: "settled" } };
  expect((await call("POST", `/v1/recordings/${released}/release`, release)).status).toBe(200);
  // Its audio has not come.
  const bare = await arrive(env, tokens.admin, sample({ number: "+442079460982" }));
  stays.push(held, released, bare);
  rows = await kept();
  await archiveMonths(env, LATER);
  const first = await askedWithout(tokens);
  await archiveMonths(env, LATER);
  before = await askedWithout(tokens);
  unsteady = new Set(
    Object.keys(first).filter((path) => JSON.stringify(first[path]) !== JSON.stringify(before[path])),
  );
  numbers = await askedByNumber(tokens);
});

it("nearly every route answers the same when it is asked twice, so that the comparison says something", () => {
  const moving =
    /^\/v1\/(health|people|reports\/|requests\/form|disclosures$|audit\/(verify|archives)|waiting|figures)/;
  expect([...unsteady].filter((path) => !moving.test(path))).toEqual([]);
  expect(Object.keys(before).length - unsteady.size).toBeGreaterThan(100);
});

const deep = async () => (await deepOf(["recordings", "certificates", "audio"], LATER)).found;

describe("closing a month", () => {
  it("waits for its time", async () => {
    await close(Date.now());
    expect([await named(), (await here()).length]).toEqual([[], ids.length + stays.length]);
  });

  it("a kill before the commit changes nothing, and leaves no object", async () => {
    await expect(close(LATER, { rows: 2 }, killed)).rejects.toThrow("killed");
    expect([await kept(), await named(), await objects()]).toEqual([rows, [], []]);
    expect((await dump("recording_days")).length).toBeGreaterThan(0);
  });

  it("an object that is not what was written closes nothing", async () => {
    const ARCHIVE = {
      put: (key: string) => env.ARCHIVE.put(key, "other"),
      get: (...params: Parameters<R2Bucket["get"]>) => env.ARCHIVE.get(...params),
      delete: (key: string) => env.ARCHIVE.delete(key),
    } as unknown as R2Bucket;
    await expect(close(LATER, {}, { ...env, ARCHIVE })).rejects.toThrow("differs from what was written");
    expect([await kept(), await named(), await objects()]).toEqual([rows, [], []]);
  });

  it("in slices: what closed and what did not is told as before", async () => {
    await close(LATER, { rows: 2, clock: slow() });
    expect(await named()).toHaveLength(1);
    expect(await here()).toEqual([...ids.slice(2), ...stays].sort());
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    expect(await deep()).toEqual([]);
  });

  it("to its end, by two runs at once: what something names stays", async () => {
    await Promise.all([1, 2].map(() => close(LATER, { rows: 2 }).catch(() => undefined)));
    await close(LATER, { rows: 2 });
    expect(await here()).toEqual([...stays].sort());
    expect(await objects()).toEqual(await named());
    expect(await named()).toHaveLength(3);
  });
});

describe("closed recordings", () => {
  it("are listed, counted and told of as before, and nothing comes back for that", async () => {
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    expect(await here()).toEqual([...stays].sort());
    expect(await deep()).toEqual([]);
  });

  it("no row goes but one that a file has", async () => {
    for (const id of stays)
      await expect(env.DB.prepare("DELETE FROM recordings WHERE id = ?").bind(id).run()).rejects.toThrow();
  });
});

describe("going back", () => {
  it("a kill while a file comes back halves and doubles nothing", async () => {
    await expect(reopen(killed, "system", LATER)).rejects.toThrow("killed");
    expect(await named()).toHaveLength(3);
    expect(await here()).toEqual([...stays].sort());
  });

  it("all come back letter by letter, nothing closes for a day, and then they close again", async () => {
    for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER));
    expect(await kept()).toEqual(rows);
    expect([await named(), await objects()]).toEqual([[], []]);
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    await close(LATER, { rows: 2 });
    expect(await named()).toEqual([]);
    await close(LATER + 2 * DAY, { rows: 2 });
    expect(await here()).toEqual([...stays].sort());
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
  });
});

describe("by number", () => {
  it("are found whole, by its end and by its beginning; and listed as before, once some are back", async () => {
    expect(await askedByNumber(tokens)).toEqual(numbers);
    expect(await isHere(ids[0]!)).toBe(true);
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    expect(await deep()).toEqual([]);
  });

  it("what came back goes back once, and what stayed with it", async () => {
    for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER + 4 * DAY));
    expect(await kept()).toEqual(rows);
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    expect(await deep()).toEqual([]);
  });
});
