/** The queue of evidence, with storage that outlives the service worker and a Worker whose answers get lost. */
import { describe, expect, it } from "vitest";
import type { Dial, DialRequest } from "../../../shared/dials/api.ts";
import { openDialQueue, WAIT_MS } from "../../../extension/background/dials/queue.ts";
import { openWorkerClient } from "../../../extension/background/worker-client.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { MemoryArea, World } from "../double.ts";

const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setImmediate(done));
};

const dial = (n: number, more: Partial<DialRequest> = {}): DialRequest => ({
  ...{ number: `020 7946 ${String(n).padStart(4, "0")}`, e164: `+4420794${60000 + n}` },
  ...{ action: "held", verdict: "blocked", reasons: [{ code: "tps", list: "tps" }], seen: null },
  ...{ host: "crm.example", at: "2026-11-25T10:00:00.000Z" },
  ...more,
});

/** Stores each key once, as the Worker does, and may lose its answer. */
class DialsWorker {
  stored: { key: string; dial: DialRequest; token: string }[] = [];
  requests = 0;
  mood: "up" | "down" | "drops answers" | "silent" = "up";
  /** The Worker's own verdict, where it is not the page's. */
  sees: Partial<Dial> = {};
  refuses: string | null = null;
  code = "override-not-allowed";

  fetch: typeof fetch = (_, init) => {
    this.requests++;
    if (this.mood === "down") return Promise.reject(new TypeError("Failed to fetch"));
    if (this.mood === "silent") return new Promise(() => {});
    const headers = new Headers(init?.headers);
    const key = headers.get("idempotency-key")!;
    const asked = JSON.parse(init?.body as string) as DialRequest;
    if (this.refuses)
      return Promise.resolve(Response.json({ code: this.code, detail: this.refuses }, { status: 409 }));
    if (!this.stored.some((s) => s.key === key))
      this.stored.push({ key, dial: asked, token: headers.get("authorization")! });
    if (this.mood === "drops answers") return Promise.reject(new TypeError("Connection reset"));
    const answer = { number: asked.e164, workerVerdict: asked.verdict, agrees: true, ...this.sees };
    return Promise.resolve(Response.json(answer, { status: 201 }));
  };
}

class Life extends World {
  readonly dialsWorker = new DialsWorker();
  readonly localArea = new MemoryArea();
  readonly wrong: string[] = [];
  readonly told: [number: string, at: string][] = [];
  readonly counted: string[] = [];
  #timers: { at: number; run: () => void }[] = [];

  /** Starts the service worker again. The timers of its last life are gone. */
  start(most?: number) {
    this.#timers = [];
    const local = openCachedStorage(this.localArea);
    const worker = openWorkerClient({
      account: () => Promise.resolve(this.account),
      fetch: this.dialsWorker.fetch,
      now: () => this.time,
      random: () => 1,
      storage: openCachedStorage(this.area),
      changed: () => {},
    });
    const dials = openDialQueue({
      ...{ worker, local, account: () => Promise.resolve(this.account) },
      later: (run, ms) => this.#timers.push({ at: this.time + ms, run }),
      wrong: (numbers) => this.wrong.push(...numbers),
      called: (number, at) => this.told.push([number, at]),
      counted: (number) => this.counted.push(number),
      ...(most === undefined ? {} : { most }),
    });
    return { dials, worker, local };
  }

  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.#timers.filter((t) => t.at <= this.time);
    this.#timers = this.#timers.filter((t) => t.at > this.time);
    for (const { run } of due) run();
    await settle();
  }
  kept = () => Object.keys(this.localArea.items).filter((k) => k.startsWith("dial:")).length;
  order = () => this.dialsWorker.stored.map((s) => s.key);
}

describe("a record", () => {
  it("stands in storage before the answer, and goes once it has arrived", async () => {
    const world = new Life();
    world.dialsWorker.mood = "silent";
    const { dials } = world.start();
    await dials.add("k1", dial(1), false);
    expect(world.kept()).toBe(1);
    expect(dials.state().waiting).toBe(1);
    world.dialsWorker.mood = "up";
    const again = world.start();
    again.dials.flush();
    await settle();
    expect(world.order()).toEqual(["k1"]);
    expect(world.kept()).toBe(0);
    expect(world.dialsWorker.stored[0]!.dial).toEqual(dial(1));
  });

  describe("that may be withdrawn", () => {
    const passed = dial(1, { action: "passed", verdict: "clear" });
    it("stands in storage at once, is sent once it stands, and keeps no other waiting", async () => {
      const world = new Life();
      const { dials } = world.start();
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const added = dials.add("k1", passed, false, promise);
      await settle();
      expect(world.kept()).toBe(1);
      await dials.add("k2", dial(2), false);
      await settle();
      expect([world.order(), world.kept()]).toEqual([["k2"], 1]);
      resolve(true);
      expect(await added).toEqual({ ok: true, verdict: null });
      await settle();
      expect([world.order(), world.kept()]).toEqual([["k2", "k1"], 0]);
    });
    it("goes unsent where it is withdrawn, and what was counted by it is asked for again", async () => {
      const world = new Life();
      const { dials } = world.start();
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const added = dials.add("k1", passed, false, promise);
      await settle();
      resolve(false);
      await added;
      dials.flush();
      await settle();
      expect([world.order(), world.kept()]).toEqual([[], 0]);
      expect(world.counted).toEqual([passed.e164]);
    });
    it("is sent where the service worker was stopped before anybody said which", async () => {
      const world = new Life();
      void world.start().dials.add("k1", passed, false, new Promise(() => {}));
      await settle();
      world.start().dials.flush();
      await settle();
      expect(world.order()).toEqual(["k1"]);
    });
  });

  it("is sent in the order of the dials, over failures, stops and restarts, once each", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    let { dials } = world.start();
    for (let n = 0; n < 12; n++) await dials.add(`k${n}`, dial(n), false);
    await settle();
    expect(world.dialsWorker.stored).toEqual([]);
    world.dialsWorker.mood = "drops answers";
    for (let stop = 0; stop < 5; stop++) {
      ({ dials } = world.start());
      dials.flush();
      await settle();
      await world.pass(120_000);
    }
    // The Worker has them, but its answers were lost: they still wait.
    expect(dials.state().waiting).toBe(12);
    world.dialsWorker.mood = "up";
    await world.pass(120_000);
    expect(world.order()).toEqual(Array.from({ length: 12 }, (_, n) => `k${n}`));
    expect(dials.state()).toEqual({ waiting: 0, lost: 0, warnings: [] });
  });

  it("a stop between the answer and its erasure sends it again, and it is stored once", async () => {
    const world = new Life();
    const before = structuredClone(world.localArea.items);
    const { dials } = world.start();
    await dials.add("k1", dial(1, { action: "passed", verdict: "clear" }), false);
    const stored = structuredClone(world.localArea.items);
    expect(Object.keys(stored).length).toBeGreaterThan(Object.keys(before).length);
    world.dialsWorker.sees = { agrees: false, workerVerdict: "blocked" };
    await settle();
    const warned = world.localArea.items["dial-warnings"];
    world.localArea.items = { ...stored, "dial-warnings": warned };
    const next = world.start();
    next.dials.flush();
    await settle();
    expect(world.order()).toEqual(["k1"]);
    expect(next.dials.state()).toMatchObject({ waiting: 0 });
    expect(next.dials.state().warnings).toHaveLength((warned as unknown[]).length);
  });

  it("of a call that was made counts here until the Worker has it: not one that was held, or a text", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials } = world.start();
    const made = { action: "passed", verdict: "clear" } as const;
    const at = dial(1).at;
    await dials.add("k1", dial(1, made), false);
    await dials.add("k1", dial(1, made), false);
    await dials.add("k2", dial(2), false);
    await dials.add("k3", dial(3, { ...made, via: "sms:" }), false);
    await dials.add("k4", dial(1, { ...made, at: "2026-11-25T10:01:00.000Z" }), false);
    const later = "2026-11-25T10:01:00.000Z";
    expect([...dials.waiting()]).toEqual([[dial(1).e164, [at, later]]]);
    expect(world.told).toEqual([
      [dial(1).e164, at],
      [dial(1).e164, later],
    ]);
    world.dialsWorker.mood = "up";
    await world.pass(120_000);
    expect([...dials.waiting()]).toEqual([]);
  });

  it("a message that comes twice is one record", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials } = world.start();
    await dials.add("k1", dial(1), false);
    await dials.add("k1", dial(1), false);
    expect(dials.state().waiting).toBe(1);
  });

  it("comes back by itself after the pause, with one timer for all", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials } = world.start();
    for (let n = 0; n < 5; n++) await dials.add(`k${n}`, dial(n), false);
    await settle();
    expect(world.dialsWorker.requests).toBe(1);
    world.dialsWorker.mood = "up";
    await world.pass(1000);
    expect(world.order()).toHaveLength(5);
  });
});

describe("bounds and owners", () => {
  it("at the bound the oldest are kept, and what is lost is counted", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials } = world.start(3);
    for (let n = 0; n < 5; n++) await dials.add(`k${n}`, dial(n), false);
    expect(dials.state()).toMatchObject({ waiting: 3, lost: 2 });
    world.dialsWorker.mood = "up";
    await settle();
    await world.pass(120_000);
    expect(world.order()).toEqual(["k0", "k1", "k2"]);
    dials.read();
    expect(dials.state()).toEqual({ waiting: 0, lost: 0, warnings: [] });
  });

  it("at the bound no override is made: nothing would stand on record of it", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials, worker } = world.start(1);
    await dials.add("k0", dial(0), false);
    await settle();
    const over = dial(1, { action: "overridden", basis: "service", reason: "their order" });
    const asked = dials.add("k1", over, true).catch((error: unknown) => error);
    await settle();
    await world.pass(WAIT_MS);
    expect(await asked).toBeInstanceOf(Error);
    expect(dials.state()).toMatchObject({ waiting: 1, lost: 0 });
    world.dialsWorker.mood = "up";
    worker.reset();
    await world.pass(120_000);
    expect(world.order()).toEqual(["k0"]);
  });

  it("is sent under no other person's name", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials, worker } = world.start();
    const mine = world.account!;
    await dials.add("k1", dial(1), false);
    await settle();
    world.dialsWorker.mood = "up";
    worker.reset();
    world.account = { ...mine, token: "cdt_2", person: { ...mine.person, id: "p2" } };
    await dials.add("k2", dial(2), false);
    await settle();
    expect(world.dialsWorker.stored).toMatchObject([{ key: "k2", token: "Bearer cdt_2" }]);
    expect(dials.state().waiting).toBe(1);
    // The same person, with another token.
    world.account = { ...mine, token: "cdt_3" };
    dials.flush();
    await settle();
    expect(world.dialsWorker.stored[1]).toMatchObject({ key: "k1", token: "Bearer cdt_3" });
    // Signed out: the record would belong to no one.
    world.account = null;
    await dials.add("k3", dial(3), false);
    expect(dials.state()).toMatchObject({ waiting: 0, lost: 0 });
  });
});

describe("where the disk is full", () => {
  it("the Worker has the record, or nobody is told that there is one", async () => {
    const world = new Life();
    world.localArea.full = true;
    const { dials } = world.start();
    expect(await dials.add("k1", dial(1), false)).toMatchObject({ ok: true });
    expect(world.order()).toEqual(["k1"]);
    world.dialsWorker.mood = "down";
    await expect(dials.add("k2", dial(2), false)).rejects.toThrow("not stored");
    const silent = new Life();
    silent.localArea.full = true;
    silent.dialsWorker.mood = "silent";
    const waits = expect(silent.start().dials.add("k3", dial(3), true)).rejects.toThrow("not stored");
    await settle();
    await silent.pass(WAIT_MS);
    await waits;
    // The page did not dial, so no later life may report that it did.
    world.dialsWorker.mood = "up";
    world.localArea.full = false;
    world.start().dials.flush();
    await settle();
    expect(world.order()).toEqual(["k1"]);
    expect(world.kept()).toBe(0);
  });

  it("what stood there before is sent all the same, and what the disk refused is brought again", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials, local } = world.start();
    await dials.add("k1", dial(1), false);
    world.localArea.full = true;
    local.set("else", 1);
    expect(await local.settled()).toBe(false);
    world.localArea.full = false;
    local.set("more", 2);
    expect(await local.settled()).toBe(true);
    expect(world.localArea.items).toMatchObject({ else: 1, more: 2 });
    world.dialsWorker.mood = "up";
    await world.pass(120_000);
    expect(world.order()).toEqual(["k1"]);
  });
});

describe("the Worker's word", () => {
  it("that a passed number is blocked is a warning, and its facts are dropped", async () => {
    const world = new Life();
    world.dialsWorker.sees = { agrees: false, workerVerdict: "blocked" };
    const { dials } = world.start();
    await dials.add("k1", dial(1, { action: "passed", verdict: "clear" }), false);
    await settle();
    expect(dials.state().warnings).toEqual([
      { kind: "blocked", number: "+442079460001", at: "2026-11-25T10:00:00.000Z", detail: "blocked" },
    ]);
    expect(world.wrong).toEqual(["+442079460001"]);
    // The warning is still there after a restart, until a person has read it.
    expect(await warningsOf(world)).toHaveLength(1);
    dials.read();
    await settle();
    expect(await warningsOf(world)).toHaveLength(0);
  });

  it("another verdict of what was held is no warning, but what was known is dropped", async () => {
    const world = new Life();
    world.dialsWorker.sees = { agrees: false, workerVerdict: "clear" };
    const { dials } = world.start();
    await dials.add("k1", dial(1), false);
    await settle();
    expect(dials.state().warnings).toEqual([]);
    expect(world.wrong).toEqual(["+442079460001"]);
  });

  it("is waited for where a call goes over a bar", async () => {
    const world = new Life();
    const over = dial(1, { action: "overridden", basis: "service", reason: "x" });
    const { dials } = world.start();
    world.dialsWorker.refuses = "The policy does not allow this reason.";
    expect(await dials.add("k1", over, true)).toEqual({
      ok: false,
      detail: "The policy does not allow this reason.",
    });
    await settle();
    // The agent was told, so there is nothing to warn of.
    expect(dials.state()).toEqual({ waiting: 0, lost: 0, warnings: [] });
    world.dialsWorker.refuses = null;
    expect(await dials.add("k2", over, true)).toEqual({ ok: true, verdict: "blocked" });
  });

  it("is waited for no longer than a moment, and warns where it comes too late", async () => {
    const world = new Life();
    world.dialsWorker.mood = "silent";
    const over = dial(1, { action: "overridden", basis: "service", reason: "x" });
    const { dials } = world.start();
    const answer = dials.add("k1", over, true);
    await settle();
    await world.pass(WAIT_MS);
    expect(await answer).toEqual({ ok: true, verdict: null });
    world.dialsWorker.mood = "up";
    world.dialsWorker.refuses = "The subscriber told us not to call.";
    const next = world.start();
    next.dials.flush();
    await settle();
    expect(next.dials.state()).toMatchObject({
      waiting: 0,
      warnings: [{ kind: "refused", number: "+442079460001", detail: "The subscriber told us not to call." }],
    });
  });

  it("that it does not understand a record is a warning, and the next ones go on", async () => {
    const world = new Life();
    world.dialsWorker.refuses = "The device's clock is more than a day ahead.";
    world.dialsWorker.code = "invalid";
    const { dials } = world.start();
    await dials.add("k1", dial(1), false);
    await settle();
    expect(dials.state()).toMatchObject({ waiting: 0, warnings: [{ kind: "not-taken" }] });
    world.dialsWorker.refuses = null;
    await dials.add("k2", dial(2), false);
    await settle();
    expect(world.order()).toEqual(["k2"]);
  });

  it("offline, nobody waits", async () => {
    const world = new Life();
    world.dialsWorker.mood = "down";
    const { dials } = world.start();
    const over = dial(1, { action: "overridden", basis: "service", reason: "x" });
    expect(await dials.add("k1", over, true)).toEqual({ ok: true, verdict: null });
    expect(dials.state().waiting).toBe(1);
  });
});

async function warningsOf(world: Life) {
  const { dials, local } = world.start();
  await local.ready;
  return dials.state().warnings;
}
