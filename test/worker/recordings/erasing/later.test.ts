/**
 * A person's erasure whose events lie in more objects of the archive than one step reads: what it leaves goes on by the
 * queue to its end, also where the Worker dies between two steps, and the letter says how far it is.
 */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { Env } from "../../../../worker/env.ts";
import { sendErasures } from "../../../../worker/recordings/erasure-queue.ts";
import { BOUNDS } from "../../../../worker/recordings/erasure.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { keepLast } from "../../../../worker/trail/events.ts";
import { dump, MINUTE, MONTH } from "../../helpers.ts";
import { delivered, Queues } from "../../jobs/work-queue.ts";
import { kindsOwed } from "../../privacy-requests/duties-kit.ts";
import { confirmAll, done, draft, enter, officer, tokens, withTeam } from "../../privacy-requests/kit.ts";
import { arrive, sample } from "../kit.ts";

const NUMBER = "+442079460731";
const FOLDER = "later/";
const HOUR = 60 * MINUTE;
/** Objects of the archive that a step reads; recordings that a message erases at once. */
const OBJECTS = 20;
const { together: TOGETHER } = BOUNDS;
const MANY = OBJECTS + 3;

const queues = new Queues();
const own = queues.on(env);
const gone = new Set<string>();
/** The Worker as it dies: it has had an object erased, and asks whether that is gone. */
const dying: Env = {
  ...own,
  RECORDINGS: {
    head: (key: string) => (gone.has(key) ? new Promise(() => undefined) : env.RECORDINGS!.head(key)),
    delete: (key: string) => {
      gone.add(key);
      return env.RECORDINGS!.delete(key);
    },
  } as unknown as R2Bucket,
};
let now = Date.now();
const clock = () => now;

withTeam();
let id: string;
beforeAll(async () => {
  await adopt(env);
  for (let n = 0; n < MANY; n++)
    await arrive(
      env,
      tokens.admin,
      sample({ number: NUMBER, storage: { kind: "r2", key: `${FOLDER}${n}.mp3` } }),
    );
  id = await enter(officer, { kind: "erasure", number: NUMBER });
  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await done(officer, id, "match", { everything: true });
  await confirmAll(officer, id);
  for (let n = 0; n < OBJECTS + 2; n++) await archiveMonths(env, Date.now() + 3 * MONTH);
  expect((await dump("audit_archives")).length).toBeGreaterThan(OBJECTS);
});

const left = async () =>
  ((await dump("recordings")) as { state: string }[]).filter(({ state }) => state !== "erased").length;
const there = async () => (await env.RECORDINGS!.list({ prefix: FOLDER })).objects.length;
/** A run of the clock, an hour after the last, so that what was not done then is sent again. */
const send = async () => {
  now += HOUR;
  await sendErasures(own, now);
};
const says = async () =>
  /(\d+) recordings? of (?:a call|calls) (?:is|are) not erased yet/.exec(
    await draft(officer, id, "decision"),
  )?.[1];

it("begins with the decision, and leaves what it cannot tell of yet: the letter says so", async () => {
  await done(officer, id, "decide", { decision: "comply" }, own);
  expect([await left(), await there(), await dump("kept_back")]).toEqual([MANY, MANY, []]);
  expect(await kindsOwed(officer, id)).toContain("erase");
  expect(await says()).toBe(String(MANY));
});

it("a message that comes before the archives are read leaves all as it is, and another goes on an hour later", async () => {
  await send();
  await queues.deliver(own, clock);
  expect([await left(), await there(), await dump("kept_back")]).toEqual([MANY, MANY, []]);
  // Meanwhile the clock reads on.
  for (let n = 0; n < 2; n++) await keepLast(env);
  await sendErasures(own, now + MINUTE);
  expect(queues.sent).toEqual([]);
  await send();
  const [work] = queues.sent;
  expect(work!.ids).toHaveLength(MANY);
  // The Worker dies between two steps: objects are gone, and nothing says so.
  void queues.deliver(dying, clock);
  await vi.waitFor(async () => expect(await there()).toBe(MANY - TOGETHER), { timeout: 15_000 });
  expect(await left()).toBe(MANY);
  expect(await says()).toBe(String(MANY));
  // The queue brings it again: what the dead one has claimed is nobody else's before its time is over.
  expect(await delivered(own, work!, clock)).toBe(true);
  expect(await left()).toBe(MANY);
});

it("ends, each recording with one certificate, and the letter says no more that something is left", async () => {
  await send();
  await queues.deliver(own, clock);
  expect(await left()).toBe(0);
  const certified = ((await dump("certificates")) as { recording: string }[]).map(
    ({ recording }) => recording,
  );
  expect([certified.length, new Set(certified).size]).toEqual([MANY, MANY]);
  expect(await kindsOwed(officer, id)).not.toContain("erase");
  expect(await says()).toBeUndefined();
  expect(await draft(officer, id, "decision")).toContain("We have erased your data.");
});
