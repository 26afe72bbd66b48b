/** Objections that the Worker could not take: they are recorded once, and hold their numbers until its facts do. */
import { describe, expect, it } from "vitest";
import { openObjectionQueue } from "../../../extension/background/dials/objections.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import type { DialWarning } from "../../../extension/carried.ts";
import { tried } from "../../../shared/check/tried.ts";
import { MemoryArea, World } from "../double.ts";

const settle = async () => {
  for (let i = 0; i < 30; i++) await new Promise((done) => setImmediate(done));
};
const [A, B] = ["+442079460001", "+442079460002"];
const heard = { number: A, reason: "never again", scope: "person" as const };

class Desk extends World {
  readonly local = new MemoryArea();
  readonly warnings: DialWarning[] = [];
  /** What the Worker recorded, by Idempotency-Key, and how often it was asked to. */
  readonly recorded = new Map<string, unknown>();
  readonly tokens: string[] = [];
  posts = 0;
  /** Until when it lets one be undone. */
  undoUntil: string | undefined;
  /** How it takes an objection. */
  takes: "well" | "down" | "drops answers" | "refuses" | "signed-out" | "conflict" | "idempotency-mismatch" =
    "well";
  #later: (() => void)[] = [];

  constructor() {
    super();
    const facts = this.worker.fetch;
    this.worker.fetch = (input, init) => {
      if (!(input as string).endsWith("/v1/suppressions")) return facts(input, init);
      this.posts++;
      if (this.takes === "down" || this.worker.mood === "down")
        return Promise.reject(new TypeError("Failed"));
      if (this.takes === "refuses")
        return Promise.resolve(Response.json({ code: "invalid", detail: "no such number" }, { status: 422 }));
      if (this.takes === "signed-out") return Promise.resolve(new Response(null, { status: 401 }));
      if (this.takes === "conflict" || this.takes === "idempotency-mismatch")
        return Promise.resolve(Response.json({ code: this.takes, detail: "a race" }, { status: 409 }));
      const headers = new Headers(init?.headers);
      const key = headers.get("idempotency-key")!;
      this.tokens.push(headers.get("authorization")!.slice("Bearer ".length));
      const body = JSON.parse(init?.body as string) as { number: string };
      if (!this.recorded.has(key)) this.worker.object(body.number);
      this.recorded.set(key, body);
      if (this.takes === "drops answers") return Promise.reject(new TypeError("reset"));
      return Promise.resolve(Response.json({ id: "s1", undoUntil: this.undoUntil }, { status: 201 }));
    };
  }

  /** The service worker starts, again. */
  start() {
    this.#later = [];
    const room = this.wake();
    let n = this.recorded.size + this.posts;
    const objections = openObjectionQueue({
      ...{ worker: room.worker, facts: room.facts, local: openCachedStorage(this.local) },
      account: () => Promise.resolve(this.account),
      now: () => this.time,
      newKey: () => `objection-key-${++n}`,
      later: (run) => void this.#later.push(run),
      warn: (warning) => void this.warnings.push(warning),
    });
    this.barring = objections.barring;
    return { ...room, objections };
  }
  async pass(ms: number): Promise<void> {
    this.time += ms;
    for (const run of this.#later.splice(0)) run();
    await settle();
  }
  barringNow = () => this.barring().keys();
  kept = () => Object.keys(this.local.items).filter((key) => key.startsWith("objection:")).length;
}
const objectedIn = async ({ facts }: ReturnType<Desk["start"]>, number = A) =>
  (await facts.ask([number])).facts[number]?.suppressions.map(({ reason }) => reason);

describe("an objection", () => {
  it("is recorded at once where the Worker answers, and nothing waits", async () => {
    const desk = new Desk();
    const room = desk.start();
    await room.facts.ask([A, B]);
    expect(await room.objections.add(heard)).toEqual({ ok: true });
    expect([...desk.recorded.values()]).toMatchObject([heard]);
    expect(await objectedIn(room)).toEqual(["asked"]);
    await settle();
    expect(desk.kept()).toBe(0);
  });

  it("says who said so, and may be undone for as long as the Worker lets it", async () => {
    const desk = new Desk();
    const room = desk.start();
    desk.undoUntil = new Date(desk.time + 30_000).toISOString();
    expect(await room.objections.add({ ...heard, from: "colleague" })).toEqual({ ok: true, undo: "s1" });
    expect([...desk.recorded.values()]).toMatchObject([{ ...heard, source: "passed on by a colleague" }]);
    // Of one that took longer to arrive it is over.
    desk.undoUntil = new Date(desk.time - 1).toISOString();
    expect(await room.objections.add({ ...heard, number: B })).toEqual({ ok: true });
  });

  it("of an outage waits over a restart, holds its number, and is recorded once", async () => {
    const desk = new Desk();
    let room = desk.start();
    await room.facts.ask([A, B]);
    desk.worker.mood = "down";
    expect(await room.objections.add(heard)).toEqual({ ok: true, waits: true });
    // Pressed again, it is the same one.
    expect(await room.objections.add(heard)).toEqual({ ok: true, waits: true });
    expect(desk.kept()).toBe(1);
    expect(Object.keys(room.facts.kept([A, B])!.facts)).toEqual([B]);
    expect(desk.stale.flatMap(({ numbers }) => numbers)).toContain(A);

    // Facts come before the objection can be sent: the number stays barred, also in the next outage.
    desk.worker.mood = "up";
    desk.takes = "down";
    room = desk.start();
    desk.time += 3_600_000;
    room.objections.flush();
    await desk.pass(0);
    desk.time += 3_600_000;
    expect(await objectedIn(room)).toEqual([heard.reason]);
    expect(room.facts.kept([A])!.facts[A]!.suppressions).toMatchObject([{ kind: "objection", until: null }]);
    expect(await objectedIn(room, B)).toEqual([]);

    desk.takes = "drops answers";
    await desk.pass(3_600_000);
    expect([desk.recorded.size, desk.kept()]).toEqual([1, 1]);
    desk.takes = "well";
    await desk.pass(3_600_000);
    expect([desk.recorded.size, desk.kept()]).toEqual([1, 0]);
    expect([...desk.recorded.values()]).toMatchObject([heard]);
    expect(await objectedIn(room)).toEqual(["asked"]);
  });

  it("holds until the Worker's own facts do, though it has it", async () => {
    const desk = new Desk();
    const room = desk.start();
    await room.facts.ask([A]);
    const { call } = room.worker;
    room.worker.call = (async (...args: Parameters<typeof call>) => {
      const answer = await call(...args);
      if (args[1] === "/v1/suppressions") desk.worker.mood = "down";
      return answer;
    }) as typeof call;
    expect(await room.objections.add(heard)).toEqual({ ok: true });
    expect(desk.kept()).toBe(1);
    expect([...desk.barringNow()]).toEqual([A]);
    desk.worker.mood = "up";
    await desk.pass(3_600_000);
    expect(desk.kept()).toBe(0);
    expect(desk.posts).toBe(1);
    expect(await objectedIn(room)).toEqual(["asked"]);
  });

  it("that is refused is said to whoever waits, else as a warning, and holds nothing", async () => {
    const desk = new Desk();
    let room = desk.start();
    desk.takes = "refuses";
    expect(await room.objections.add(heard)).toMatchObject({ ok: false, trouble: "refused" });
    expect([desk.kept(), desk.warnings]).toEqual([0, []]);
    desk.worker.mood = "down";
    await room.objections.add(heard);
    await settle();
    desk.worker.mood = "up";
    room = desk.start();
    room.objections.flush();
    await desk.pass(3_600_000);
    expect(desk.kept()).toBe(0);
    expect(desk.warnings).toMatchObject([{ kind: "objection", number: A, detail: "no such number" }]);
    expect(await objectedIn(room)).toEqual([]);
  });

  it("of a person who signs in no more is sent by whoever does at the same Worker, by the name of who heard it", async () => {
    const desk = new Desk();
    let room = desk.start();
    desk.worker.mood = "down";
    await room.objections.add(heard);
    desk.worker.mood = "up";
    const ada = desk.account!;
    const heardAt = new Date(desk.time).toISOString();
    // At another Worker it is neither sent nor counts.
    desk.account = { ...ada, url: "https://x.example" };
    room = desk.start();
    room.objections.flush();
    await desk.pass(3_600_000);
    expect([desk.recorded.size, [...desk.barringNow()]]).toEqual([0, []]);
    desk.account = { ...ada, token: "cdt_bob", person: { ...ada.person, id: "p2", name: "Bob" } };
    room = desk.start();
    await room.facts.ready;
    room.worker.reset();
    room.objections.flush();
    await desk.pass(3_600_000);
    expect([...desk.recorded.values()]).toEqual([{ ...heard, heardAt, source: "heard by Ada" }]);
    expect([desk.tokens, desk.kept()]).toEqual([["cdt_bob"], 0]);
    expect(await room.objections.heard()).toEqual([]);
  });

  it("is not said to wait where the server answers that they are signed out, but holds, and is shown", async () => {
    const desk = new Desk();
    let room = desk.start();
    await room.facts.ask([A]);
    desk.takes = "signed-out";
    expect(await room.objections.add(heard)).toMatchObject({ ok: false, trouble: "signed-out", held: true });
    expect([...desk.barringNow()]).toEqual([A]);
    const at = new Date(desk.time + 3000).toISOString();
    expect(await room.objections.heard()).toEqual([{ number: A, at, by: "Ada", mine: true }]);
    // Of somebody else in the same browser, by name; of nobody who is signed in, too.
    const ada = desk.account!;
    for (const other of [{ ...ada, person: { ...ada.person, id: "p2", name: "Bob" } }, null]) {
      desk.account = other;
      room = desk.start();
      expect(await room.objections.heard()).toEqual([{ number: A, at, by: "Ada", mine: false }]);
    }
    // She signs in again, and it is recorded.
    desk.takes = "well";
    desk.account = { ...ada, token: "cdt_2" };
    room = desk.start();
    await room.facts.ready;
    room.worker.reset();
    room.objections.flush();
    await desk.pass(0);
    expect([desk.recorded.size, desk.kept(), desk.tokens]).toEqual([1, 0, ["cdt_2"]]);
    expect(await room.objections.heard()).toEqual([]);
  });

  it.each(["conflict", "idempotency-mismatch"] as const)(
    "is kept over a %s, and recorded by a later try",
    async (code) => {
      const desk = new Desk();
      const room = desk.start();
      desk.takes = code;
      expect(await room.objections.add(heard)).toEqual({ ok: true, waits: true });
      expect([desk.kept(), desk.warnings]).toEqual([1, []]);
      desk.takes = "well";
      await desk.pass(3_600_000);
      expect([desk.recorded.size, desk.kept()]).toEqual([1, 0]);
    },
  );

  it("goes out as who is signed in by then, also where another signs in while an earlier one is sent", async () => {
    const desk = new Desk();
    let room = desk.start();
    desk.worker.mood = "down";
    await room.objections.add(heard);
    desk.time += 1000;
    await room.objections.add({ ...heard, number: B });
    desk.worker.mood = "up";
    const ada = desk.account!;
    const bob = { ...ada, token: "cdt_bob", person: { ...ada.person, id: "p2", name: "Bob" } };
    const { fetch } = desk.worker;
    desk.worker.fetch = async (...request) => {
      const answer = await fetch(...request);
      if ((request[0] as string).endsWith("/v1/suppressions")) desk.account = bob;
      return answer;
    };
    room = desk.start();
    room.objections.flush();
    await desk.pass(3_600_000);
    expect([...desk.recorded.values()]).toEqual([
      expect.not.objectContaining({ source: expect.anything() as string }),
      expect.objectContaining({ number: B, source: "heard by Ada" }),
    ]);
    expect(desk.tokens).toEqual(["cdt_1", "cdt_bob"]);
    expect([...desk.barringNow()]).toEqual([]);
  });

  it("goes out as nobody else where another signs in between the button and the disk", async () => {
    const desk = new Desk();
    const room = desk.start();
    const ada = desk.account!;
    const set = desk.local.set.bind(desk.local);
    desk.local.set = (items) => {
      desk.account = { ...ada, token: "cdt_bob", person: { ...ada.person, id: "p2" } };
      return set(items);
    };
    await room.objections.add(heard);
    expect([desk.posts, desk.kept()]).toEqual([0, 1]);
  });

  it("that the Worker has bars no longer than until its facts are read, under whichever account of it", async () => {
    const desk = new Desk();
    let room = desk.start();
    const { call } = room.worker;
    room.worker.call = (async (...args: Parameters<typeof call>) => {
      const answer = await call(...args);
      if (args[1] === "/v1/suppressions") desk.worker.mood = "down";
      return answer;
    }) as typeof call;
    await room.objections.add(heard);
    desk.worker.mood = "up";
    desk.account = { ...desk.account!, token: "cdt_bob", person: { ...desk.account!.person, id: "p2" } };
    room = desk.start();
    room.objections.flush();
    await desk.pass(3_600_000);
    expect([desk.posts, desk.kept()]).toEqual([1, 0]);
  });

  it("says by the Worker's clock when it was heard, however late it is sent", async () => {
    const desk = new Desk();
    let room = desk.start();
    await room.facts.ask([A]);
    desk.worker.mood = "down";
    await room.objections.add(heard);
    const heardAt = new Date(desk.time + 3000).toISOString();
    expect([...desk.barring().values()]).toMatchObject([{ at: heardAt }]);
    desk.worker.mood = "up";
    room = desk.start();
    room.objections.flush();
    await desk.pass(7_200_000);
    expect([...desk.recorded.values()]).toEqual([{ ...heard, heardAt }]);
  });

  it("is not said to be kept where the disk is full, or nobody is signed in", async () => {
    const desk = new Desk();
    const room = desk.start();
    desk.worker.mood = "down";
    desk.local.full = true;
    expect(await room.objections.add(heard)).toMatchObject({ ok: false, trouble: "offline" });
    expect([...desk.barringNow()]).toEqual([A]);
    desk.account = null;
    expect(await room.objections.add({ ...heard, number: B })).toMatchObject({ trouble: "not-joined" });
  });
});

it("calls that the Worker does not have yet are among the facts, once each, also those kept for an outage", async () => {
  const desk = new Desk();
  const { facts } = desk.start();
  const [at, later] = ["2026-11-25T09:00:00.000Z", "2026-11-25T09:30:00.000Z"];
  desk.worker.attempts = [at];
  desk.called = new Map([[A, [at, later]]]);
  const attempts = async () => (await facts.ask([A])).facts[A]!.contacts!.attempts;
  expect(await attempts()).toEqual([at, later]);
  expect(facts.kept([A])!.facts[A]!.contacts!.attempts).toEqual([at, later]);
  desk.called = new Map();
  expect(await attempts()).toEqual([at]);
  const consent = { basis: "solicited", givenAt: at, until: null, left: 2 } as const;
  const known = {
    ...(await facts.ask([A])).facts[A]!,
    consents: [consent, { basis: "service", givenAt: at, until: null } as const],
  };
  expect(tried(known, [at])).toBe(known);
  expect(tried(known, [at, later]).consents.map(({ left }) => left)).toEqual([1, undefined]);
});
