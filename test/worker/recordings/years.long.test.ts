/**
 * Fourteen months of recordings with the clock as an argument: each is erased on its day, none early, none late by more
 * than a run, none under a hold, and jobs killed fifty times lose nothing and do nothing twice. 1,000 recordings in the
 * suite, 10,000 with `npm run soak:recordings`.
 */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { ImportAnswer } from "../../../shared/recordings/api.ts";
import type { Env } from "../../../worker/env.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, DAY, under } from "../helpers.ts";
import { imported, sample } from "./kit.ts";

const MANY = Number(env.RECORDINGS_MANY);
const KILLS = 50;
/** The period has a leap year's February, month ends and both changes of the clocks. */
const FIRST = Date.parse("2024-01-01T00:00:00Z");
const LAST = Date.parse("2025-02-28T23:59:59Z");

/** A seeded random generator (mulberry32), so that a failure can be reproduced. */
let state = 20_261_125;
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const below = (n: number): number => Math.floor(random() * n);

const london = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/London", dateStyle: "short" });
const dayIn = (ms: number): string => london.format(ms);
/** Twelve months later by hand: only 29 February has no such day. */
const yearAfter = (day: string): string =>
  `${Number(day.slice(0, 4)) + 1}${day.slice(4) === "-02-29" ? "-02-28" : day.slice(4)}`;

/** The objects that exist, and the day on which each was erased. */
const there = new Set<string>();
const went = new Map<string, string>();
let now = 0;

/** A run's environment, in which from some moment on no call ever returns, as if the Worker was killed. */
function world(stepsToLive: number): { own: Env; killed: Promise<"killed"> } {
  let left = stepsToLive;
  let die: (word: "killed") => void;
  const killed = new Promise<"killed">((resolve) => (die = resolve));
  const step = (): Promise<void> | void => {
    if (--left > 0) return;
    die("killed");
    return new Promise(() => {});
  };
  const doing = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await step();
    const done = await work();
    await step();
    return done;
  };
  const bucket = {
    head: (key: string) =>
      doing(() => (there.has(key) ? { size: 1, etag: "one", uploaded: new Date(0) } : null)),
    delete: (key: string) =>
      doing(() => {
        if (there.delete(key)) went.set(key, dayIn(now));
      }),
  };
  const ledger = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
  const namespace = {
    idFromName: () => null,
    get: () => ({
      written: () => ledger.written(),
      archived: (upTo: number) => ledger.archived(upTo),
      walked: () => ledger.walked(),
      walk: (to: Parameters<typeof ledger.walk>[0]) => ledger.walk(to),
      commit: (change: Parameters<typeof ledger.commit>[0]) => doing(() => ledger.commit(change)),
    }),
  };
  const own = { ...env, RECORDINGS: bucket, LEDGER: namespace } as unknown as Env;
  return { own, killed };
}

const tokens = aTeam();
/** By object: the day on which it must be erased, and the row's id. */
const due = new Map<string, string>();
const ids = new Map<string, string>();
beforeAll(async () => {
  const rows = Array.from({ length: MANY }, (_, i) => {
    const startedAt = FIRST + below(LAST - FIRST);
    const key = `calls/${i}`;
    there.add(key);
    due.set(key, yearAfter(dayIn(startedAt)));
    const number = `+4420794${String(60_000 + below(1000)).padStart(5, "0")}`;
    return sample({
      providerId: `c${i}`,
      number,
      startedAt: new Date(startedAt).toISOString(),
      storage: { kind: "r2", key },
    });
  });
  for (let i = 0; i < MANY; i += 500) {
    const some = rows.slice(i, i + 500);
    const { data } = await imported(world(Infinity).own, tokens.admin, some);
    (data as ImportAnswer).results.forEach((r, n) => {
      const key = some[n]!.storage.key!;
      expect(r.eraseAfter, key).toBe(due.get(key));
      ids.set(key, r.id!);
    });
  }
  // They came before their days, so that none waits.
  await env.DB.exec("UPDATE recordings SET due = NULL, waits_until = NULL");
});

it("each goes on its day, and only what is held stays", async () => {
  const keys = [...due.keys()];
  const held = new Set(Array.from({ length: 100 }, () => keys[below(MANY)]!));
  const hold = (key: string, path: string, body: object) =>
    under(env, "POST", `/v1/recordings/${ids.get(key)}/${path}`, { token: tokens.compliance, body });
  for (const key of held)
    expect((await hold(key, "hold", { reason: "claim", reviewOn: "2030-01-01" })).status).toBe(201);

  // One run a day; fifty of them are killed somewhere in their work, some twice.
  const first = Date.parse("2025-01-01T03:17:00Z");
  const days = Math.round((Date.parse("2026-03-02T03:17:00Z") - first) / DAY);
  const kills = new Map<number, number>();
  for (let n = 0; n < KILLS; n++) {
    const day = below(days);
    kills.set(day, (kills.get(day) ?? 0) + 1);
  }
  let died = 0;
  for (let day = 0; day < days; day++) {
    now = first + day * DAY;
    for (let left = kills.get(day) ?? 0; left > 0; left--) {
      const { own, killed } = world(1 + below(Math.ceil(MANY / 80)));
      if ((await Promise.race([eraseDue(own, now), killed])) === "killed") died++;
      // It finished before it was to be killed: another run is killed instead.
      else kills.set(day + 1, (kills.get(day + 1) ?? 0) + 1);
      // The next run finishes what it left.
      now += 20 * 60_000;
    }
    await eraseDue(world(Infinity).own, now);
    const today = dayIn(now);
    for (const key of there) if (!held.has(key) && due.get(key)! <= today) expect.fail(`${key} is late`);
  }
  expect(died).toBe(KILLS);

  for (const [key, day] of due) expect(went.get(key) ?? "held", key).toBe(held.has(key) ? "held" : day);
  // One certificate and one row of the trail for each, named in the claims.
  const { results } = await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM certificates) AS certificates, (SELECT COUNT(*) FROM recordings) AS rows,
       (SELECT COUNT(*) FROM audit WHERE code = 'recording.erased') AS trail,
       (SELECT COUNT(*) FROM recordings WHERE state = 'kept') AS kept,
       (SELECT COUNT(*) FROM recordings WHERE number IS NOT NULL OR agent IS NOT NULL OR provider_id IS NOT NULL) AS named,
       (SELECT COUNT(*) FROM certificates c JOIN recordings r ON r.id = c.recording
          WHERE substr(c.erased_at, 1, 10) <> c.erase_after) AS otherDay`,
  ).all();
  const gone = MANY - held.size;
  expect(results[0]).toEqual({
    certificates: gone,
    trail: gone,
    rows: MANY,
    kept: held.size,
    named: held.size,
    otherDay: 0,
  });

  // Once released, the next run erases them.
  for (const key of held) expect((await hold(key, "release", { reason: "settled" })).status).toBe(200);
  await eraseDue(world(Infinity).own, now + DAY);
  expect(there.size).toBe(0);
  expect(await verify(env)).toMatchObject({ ok: true });
});
