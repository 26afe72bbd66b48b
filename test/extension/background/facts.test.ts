import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { API_VERSION } from "../../../shared/api.ts";
import type { ObjectionQueue } from "../../../extension/background/dials/objections.ts";
import { openDialHandlers } from "../../../extension/background/dials/handlers.ts";
import type { DialQueue } from "../../../extension/background/dials/queue.ts";
import { NoAnswer, Refused } from "../../../extension/background/worker-errors.ts";
import { FRESH_MS } from "../../../extension/background/check/fact-cache.ts";
import { API } from "../../../extension/background/api-version.ts";
import { POLL_MS } from "../../../extension/page/frame-facts.ts";
import { ofAnyRelease } from "../../../shared/policy/older.ts";
import { defaultPolicy, type Policy, policySchema } from "../../../shared/policy/policy.ts";
import { World } from "../double.ts";

type DialHandlers = ReturnType<typeof openDialHandlers>;
const number = (n: number) => `+4420794${String(60000 + n)}`;
const numbers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => number(from + i));
const sizes = (world: World) =>
  world.worker.requests
    .filter((r) => r.path === "/v1/check")
    .map((r) => (r.body as { numbers: string[] }).numbers.length);

it("speaks the API that the contract names", () => {
  expect(API).toBe(API_VERSION);
});

it("keeps from pages who may sign in, also where the Worker tells it", async () => {
  const world = new World();
  const rule = { match: "email", value: "ada@example.com", role: "admin" } as const;
  world.worker.policy = policySchema.parse({ access: { signIn: [rule] } });
  const { facts } = world.wake();
  const asked = await facts.ask(numbers(1));
  const polled = await facts.poll(0);
  expect(JSON.stringify([asked.context, polled.context, facts.held()])).not.toContain("ada@");
});

describe("beside an older Worker, or after the extension's update", () => {
  const { grounds: _, consents: __, parties: ___, ...old } = defaultPolicy;
  it.each(["from the Worker", "kept from before"])("the policy %s has all clauses", async (where) => {
    const world = new World();
    world.worker.policy = old as Policy;
    const { facts, storage } = world.wake();
    await facts.ask(numbers(1));
    if (where === "kept from before") {
      const { context, ...held } = facts.held()!;
      storage.set("held", { ...held, context: { ...context, policy: old } });
    }
    const { context } = await world.wake().facts.ask(numbers(1));
    expect(context.policy).toMatchObject({
      grounds: {},
      consents: { amber: "dialog" },
      parties: { from: [] },
    });
  });
});

describe("asking", () => {
  it("merges what is asked in one tick into one request", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask([]);
    const answers = await Promise.all([
      facts.ask(numbers(3)),
      facts.ask(numbers(3, 2)),
      facts.ask([number(9)]),
    ]);
    expect(sizes(world)).toEqual([6]);
    expect(answers.map((a) => Object.keys(a.facts).length)).toEqual([3, 3, 1]);
  });

  it("shares the request for a number that is already on its way", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask([]);
    const first = facts.ask([number(1)]);
    await new Promise((done) => setTimeout(done));
    const second = facts.ask([number(1), number(2)]);
    await Promise.all([first, second]);
    const asked = world.worker.requests.flatMap(
      (r) => (r.body as { numbers?: string[] } | undefined)?.numbers ?? [],
    );
    expect(asked.filter((n) => n === number(1))).toHaveLength(1);
  });

  it("sends at most a thousand numbers at once", async () => {
    const world = new World();
    const { facts } = world.wake();
    const answer = await facts.ask(numbers(2500));
    expect(sizes(world)).toEqual([1000, 1000, 500]);
    expect(Object.keys(answer.facts)).toHaveLength(2500);
  });

  it("asks for a known number no more, also after an eviction", async () => {
    const world = new World();
    const first = world.wake();
    await first.facts.ask(numbers(1200));
    await first.storage.settled();
    const before = world.worker.requests.length;

    const { facts } = world.wake();
    const answer = await facts.ask(numbers(1200));
    expect(Object.keys(answer.facts)).toHaveLength(1200);
    expect(answer.context.policy).toEqual(world.worker.policy);
    expect(world.worker.requests).toHaveLength(before);
  });

  it("asks anew for what was known by lookup until then, once", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.again = new Date(world.time + 300_000).toISOString();
    await facts.ask(numbers(2));
    await facts.ask(numbers(2));
    expect(sizes(world)).toEqual([2]);
    world.time += 300_000;
    world.worker.again = new Date(world.time + 300_000).toISOString();
    await facts.ask([number(1)]);
    await facts.ask([number(1)]);
    expect(sizes(world)).toEqual([2, 1]);
  });

  it("leaves out what is no number, and does not ask for it again", async () => {
    const world = new World();
    const { facts } = world.wake();
    const answer = await facts.ask(["+9991234567", "hello", "", number(1)]);
    expect(Object.keys(answer.facts)).toEqual([number(1)]);
    expect(sizes(world)).toEqual([2]);
    await facts.ask(["+9991234567"]);
    expect(sizes(world)).toEqual([2]);
  });

  it("knows the Worker's clock from its answers", async () => {
    const { facts } = new World().wake();
    expect((await facts.ask([])).context.clockOffset).toBe(3000);
  });

  it("says what a person's calls are for, where the company makes such calls, and tells open pages", async () => {
    const world = new World();
    world.worker.policy = policySchema.parse({ campaigns: { runs: ["general", "pensions"] } });
    const { facts } = world.wake();
    expect((await facts.ask([])).context.purpose).toBeUndefined();
    world.purpose = "pensions";
    facts.purposeSaid();
    expect(world.stale.at(-1)).toMatchObject({ numbers: [], all: false, context: { purpose: "pensions" } });
    expect((await facts.ask([])).context.purpose).toBe("pensions");
    world.purpose = "automated";
    facts.purposeSaid();
    expect((await facts.ask([])).context.purpose).toBeUndefined();
  });

  it("confirms old facts before it hands them out", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask([number(1)]);
    world.worker.object(number(1));
    world.time += FRESH_MS - 1;
    expect((await facts.ask([number(1)])).facts[number(1)]?.suppressions).toEqual([]);
    world.time += 1;
    const answer = await facts.ask([number(1)]);
    expect(answer.facts[number(1)]?.suppressions).toHaveLength(1);
    expect(answer.confirmedAt).toBe(world.time);
  });
});

it("hands out what was confirmed a while ago to whom that will do, but never what is older or not known", async () => {
  const world = new World();
  const { facts } = world.wake();
  await facts.ask([number(1)]);
  const asked = () => [world.worker.count("/v1/changes"), world.worker.count("/v1/check")];
  const before = asked();
  const first = world.time;
  world.time += 119_999;
  const answer = await facts.ask([number(1)], 120_000);
  expect([answer.confirmedAt, asked()]).toEqual([first, before]);
  expect(Object.keys(answer.facts)).toEqual([number(1)]);
  await facts.ask([number(1), number(2)], 120_000);
  expect(asked()[1]).toBe(before[1]! + 1);
  world.time += 120_000;
  world.worker.object(number(1));
  const later = await facts.ask([number(1)], 120_000);
  expect(later.facts[number(1)]?.suppressions).toHaveLength(1);
  expect(later.confirmedAt).toBe(world.time);
});

it("asks anew what changed where the question under way left before", async () => {
  const world = new World();
  const { fetch } = world.worker;
  let answers: Promise<unknown> = Promise.resolve();
  world.worker.fetch = async (...asked) => {
    const answer = await fetch(...asked);
    await answers;
    return answer;
  };
  const { facts } = world.wake();
  await facts.ask([number(1)]);
  world.time += FRESH_MS;
  let go = () => {};
  answers = new Promise<void>((done) => (go = done));
  const polled = facts.poll(0);
  await expect.poll(() => world.worker.count("/v1/changes")).toBe(2);
  world.worker.object(number(1));
  const refreshed = facts.refresh();
  go();
  await Promise.all([polled, refreshed]);
  expect((await facts.ask([number(1)])).facts[number(1)]?.suppressions).toHaveLength(1);
});

const ringThen = {
  ...{ number: number(1), on: "2026-12-01", givenBy: "Jo Doe" },
  ...{ giver: "subscriber" as const, words: "Ring me then" },
};
describe.each([
  {
    path: "/v1/call-backs",
    body: ringThen,
    send: (asks: DialHandlers) =>
      asks["page.callBack"](
        {
          ...{ kind: "page.callBack", key: "key-of-this-entry" },
          callBack: ringThen,
        },
        {},
      ),
  },
])("what $path took", ({ path, body, send }) => {
  it("is not known any more, also where the next question fails", async () => {
    const world = new World();
    const { facts } = world.wake();
    const sent: unknown[] = [];
    await facts.ask(numbers(2));
    const asks = openDialHandlers({
      account: { current: () => Promise.resolve(world.account) },
      worker: {
        retry: () => {},
        call: (...args: unknown[]) => {
          sent.push(args);
          world.worker.object(number(1));
          world.worker.mood = "down";
          return Promise.resolve({ data: { why: "One waits." } as never, from: 0, to: 0 });
        },
      },
      facts,
      ...{ dials: {} as DialQueue, objections: {} as ObjectionQueue, now: () => 0 },
    });
    expect(await send(asks)).toEqual({ ok: true, note: "One waits." });
    expect(sent).toMatchObject([["POST", path, { body }]]);
    expect(Object.keys((await facts.ask([number(0)])).facts)).toEqual([number(0)]);
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ trouble: "offline" });
    expect(world.stale).toMatchObject([{ numbers: [number(1)] }]);
  });

  it("holds the number in an outage, where it could not be taken; not where it was refused", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask(numbers(2));
    let error: Error = new Refused({ type: "about:blank", title: "", status: 409, code: "exists" });
    const asks = openDialHandlers({
      account: { current: () => Promise.resolve(world.account) },
      worker: { retry: () => {}, call: () => Promise.reject(error) },
      facts,
      ...{ dials: {} as DialQueue, objections: {} as ObjectionQueue, now: () => 0 },
    });
    const kept = () => Object.keys(facts.kept(numbers(2))!.facts);
    expect(await send(asks)).toMatchObject({ ok: false, trouble: "refused" });
    expect(kept()).toEqual(numbers(2));
    error = new NoAnswer("offline", 1000);
    expect(await send(asks)).toMatchObject({ ok: false, trouble: "offline" });
    expect(kept()).toEqual([number(0)]);
    expect(world.stale).toMatchObject([{ numbers: [number(1)] }]);
  });
});

it("confirms nothing by a clock that was set back", async () => {
  const world = new World();
  const { facts } = world.wake();
  await facts.ask([number(1)]);
  world.worker.object(number(1));
  world.time -= 3_600_000;
  expect((await facts.ask([number(1)])).facts[number(1)]?.suppressions).toHaveLength(1);
  world.worker.mood = 401;
  world.time += FRESH_MS;
  await expect(facts.ask([])).rejects.toMatchObject({ trouble: "signed-out" });
  world.worker.mood = "up";
  world.time -= 3_600_000;
  expect(Object.keys((await facts.ask([number(1)])).facts)).toEqual([number(1)]);
});

describe("the stamp", () => {
  it("drops only the numbers that changed, and tells the pages", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask(numbers(3));
    world.worker.object(number(1));
    world.time += FRESH_MS;
    await facts.ask(numbers(3));
    expect(sizes(world)).toEqual([3, 1]);
    expect(world.stale).toMatchObject([{ numbers: [number(1)], all: false, context: { stamp: { seq: 2 } } }]);
  });

  it("drops everything when a register has a new version", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask(numbers(3));
    world.worker.lists = world.worker.lists.map((l) => ({ ...l, version: l.version + 1 }));
    world.worker.changed("list", "tps");
    world.time += FRESH_MS;
    await facts.ask(numbers(3));
    expect(sizes(world)).toEqual([3, 3]);
    expect(world.stale).toMatchObject([{ numbers: [], all: true }]);
  });

  it("reads the policy when it moved, and keeps the facts", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask(numbers(3));
    expect(world.worker.count("/v1/policy")).toBe(1);
    world.worker.policy = { ...world.worker.policy, maskBlocked: true };
    world.worker.policyVersion = 2;
    world.worker.changed("policy", "2");
    world.time += FRESH_MS;
    const answer = await facts.ask(numbers(3));
    expect(answer.context.policy.maskBlocked).toBe(true);
    expect(world.worker.count("/v1/policy")).toBe(2);
    expect(sizes(world)).toEqual([3]);
    expect(world.stale).toMatchObject([{ numbers: [], all: false, context: { stamp: { policy: 2 } } }]);
  });

  it("refuses an answer older than the stamp that is held", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.seq = 5;
    await facts.ask([number(1)]);
    world.worker.lag = 1;
    await expect(facts.ask([number(2)])).rejects.toMatchObject({ trouble: "offline" });
    world.worker.lag = 0;
    world.time += 60_000;
    expect(Object.keys((await facts.ask([number(2)])).facts)).toEqual([number(2)]);
  });

  it("sweeps when a check answers from a newer state than the one held", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask(numbers(2));
    world.worker.object(number(0));
    // Nothing needs confirming yet: the answer itself shows that something changed.
    await facts.ask([number(5)]);
    const answer = await facts.ask([number(0)]);
    expect(answer.facts[number(0)]?.suppressions).toHaveLength(1);
    expect(answer.context.stamp.seq).toBe(2);
  });

  it("starts afresh when the database went back in time", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.seq = 10;
    await facts.ask(numbers(2));
    world.worker.seq = 3;
    world.time += FRESH_MS;
    const answer = await facts.ask(numbers(2));
    expect(answer.context.stamp.seq).toBe(3);
    expect(sizes(world)).toEqual([2, 2]);
  });
});

describe("facts that change during each question", () => {
  /** Each answer to a check arrives after the number was put in doubt once more. */
  function changing() {
    const world = new World();
    const { fetch } = world.worker;
    let changes = true;
    world.worker.fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (changes && new URL(input as string).pathname === "/v1/check") facts.doubt([number(1)]);
      return answer;
    };
    const { facts, worker } = world.wake();
    return { world, facts, worker, rest: () => (changes = false) };
  }

  it("are no outage: the Worker answered each time, so that nothing else pauses", async () => {
    const { world, facts, worker, rest } = changing();
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ trouble: "busy", retryInMs: 1000 });
    expect([sizes(world), worker.trouble(), world.troubles]).toEqual([[1, 1, 1, 1], null, []]);
    rest();
    expect(Object.keys((await facts.ask(numbers(2))).facts)).toEqual(numbers(2));
  });
});

describe("polling", () => {
  it("asks the Worker once for all pages", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask([number(1)]);
    for (const wait of [FRESH_MS, 3000, 3000, 3000]) {
      world.time += wait;
      await Promise.all([facts.poll(1), facts.poll(1), facts.poll(0)]);
    }
    expect(world.worker.count("/v1/changes")).toBe(2);
  });

  // A page polls every 45 s, and may get an answer that another page's poll brought.
  it.each([0, 5000, FRESH_MS - 1, FRESH_MS, 39_000, POLL_MS - 1])(
    "a change has reached a page within a minute that asks %i ms after everything was confirmed",
    async (first) => {
      const world = new World();
      const { facts } = world.wake();
      await facts.ask([number(1)]);
      const start = world.time;
      world.worker.policy = { ...world.worker.policy, maskBlocked: true };
      world.worker.policyVersion = 2;
      world.worker.changed("policy", "2");
      let heard = Infinity;
      for (let at = first; heard === Infinity; at += POLL_MS) {
        world.time = start + at;
        if ((await facts.poll(1)).context.policy.maskBlocked) heard = at;
      }
      expect(heard).toBeLessThan(60_000);
    },
  );

  // So the badge: the page asks for its numbers again, and shows the present facts.
  it.each([0, FRESH_MS - 1, FRESH_MS, 39_000, POLL_MS - 1])(
    "a newly registered number is blocked within a minute on a page that asks %i ms after everything was confirmed",
    async (first) => {
      const world = new World();
      const { facts } = world.wake();
      await facts.ask([number(1), number(2)]);
      const start = world.time;
      world.worker.register(number(1));
      let heard = Infinity;
      for (let at = first; heard === Infinity; at += POLL_MS) {
        world.time = start + at;
        const { changes } = await facts.poll(1);
        if (!changes.reset && changes.lists.length === 0) continue;
        const answer = await facts.ask([number(1), number(2)]);
        expect(answer.facts[number(1)]?.lists).toMatchObject([{ id: "tps" }]);
        expect(answer.facts[number(2)]?.lists).toEqual([]);
        heard = at;
      }
      expect(heard).toBeLessThan(60_000);
    },
  );

  it("tells a page that lags behind all that it missed", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask(numbers(3));
    for (const n of [0, 1]) {
      world.worker.object(number(n));
      world.time += FRESH_MS;
      await facts.poll(world.worker.seq);
    }
    expect((await facts.poll(1)).changes).toMatchObject({
      seq: 3,
      reset: false,
      numbers: [number(0), number(1)],
    });
    expect((await facts.poll(2)).changes).toMatchObject({ seq: 3, reset: false, numbers: [number(1)] });
    expect((await facts.poll(3)).changes).toMatchObject({ seq: 3, reset: false, numbers: [] });
    expect((await facts.poll(0)).changes).toMatchObject({ seq: 3, reset: true });
  });
});

describe("trouble", () => {
  it("says so at once and leaves the Worker in peace", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.mood = "down";
    const outcomes = await Promise.allSettled([
      facts.ask([number(1)]),
      facts.ask([number(2)]),
      facts.poll(0),
    ]);
    expect(outcomes.map((o) => o.status)).toEqual(["rejected", "rejected", "rejected"]);
    const tries = world.worker.requests.length;
    for (let i = 0; i < 20; i++)
      await expect(facts.ask([number(i)])).rejects.toMatchObject({ trouble: "offline", retryInMs: 1000 });
    expect(world.worker.requests).toHaveLength(tries);
  });

  it("waits longer each time, remembers it over an eviction, and starts anew after an answer", async () => {
    const world = new World();
    let { facts, storage } = world.wake();
    world.worker.mood = 503;
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const failure: unknown = await facts.ask([number(1)]).catch((e: unknown) => e);
      const { retryInMs } = failure as { retryInMs: number };
      waits.push(retryInMs);
      world.time += retryInMs;
      await storage.settled();
      ({ facts, storage } = world.wake());
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    world.worker.mood = "up";
    await facts.ask([number(1)]);
    world.worker.mood = "down";
    world.time += FRESH_MS;
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ retryInMs: 1000 });
    expect(world.troubles).toEqual(["offline", null, "offline"]);
  });

  it("keeps what it has for pages that open meanwhile, with when it was confirmed", async () => {
    const world = new World();
    const { facts } = world.wake();
    expect(facts.kept(numbers(1))).toBeNull();
    const { confirmedAt } = await facts.ask(numbers(2));
    world.worker.mood = "down";
    world.time += FRESH_MS;
    await expect(facts.ask(numbers(3))).rejects.toMatchObject({ trouble: "offline" });
    const kept = facts.kept(numbers(3));
    expect(kept?.confirmedAt).toBe(confirmedAt);
    expect(Object.keys(kept!.facts)).toEqual(numbers(2));
    facts.doubt([number(0)]);
    expect(Object.keys(facts.kept(numbers(3))!.facts)).toEqual([number(1)]);
  });

  it("waits as long as the Worker asks for", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.mood = 429;
    world.worker.retryAfter = "90";
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ trouble: "busy", retryInMs: 90_000 });
  });

  it("tells a lost sign-in from a lost connection", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.mood = 401;
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ trouble: "signed-out" });
  });

  it("is not asked again as somebody else who signed in meanwhile", async () => {
    const world = new World();
    const tokens: unknown[] = [];
    const ada = world.account!;
    world.worker.fetch = (_, init) => {
      tokens.push(new Headers(init?.headers).get("authorization"));
      world.account = { ...ada, token: "cdt_bob", person: { ...ada.person, id: "p2" } };
      return Promise.resolve(new Response(null, { status: 401 }));
    };
    const { worker } = world.wake();
    await expect(worker.call("POST", "/v1/consents")).rejects.toMatchObject({ trouble: "signed-out" });
    expect([tokens, worker.trouble()]).toEqual([["Bearer cdt_1"], null]);
  });

  it("is not joined without an account, and asks nobody", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.account = null;
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ trouble: "not-joined" });
    expect(world.worker.requests).toEqual([]);
  });

  it("stops at a Worker that speaks a newer API", async () => {
    const world = new World();
    const { facts } = world.wake();
    world.worker.api = API + 1;
    await expect(facts.ask([number(1)])).rejects.toMatchObject({ trouble: "too-old" });
    expect(world.worker.count("/v1/check")).toBe(0);
  });

  it("looks at the API again when an answer makes no sense", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask([number(1)]);
    world.worker.api = API + 1;
    world.worker.mood = 404;
    await expect(facts.ask([number(2)])).rejects.toMatchObject({ trouble: "offline" });
    world.worker.mood = "up";
    world.time += FRESH_MS;
    await expect(facts.ask([number(2)])).rejects.toMatchObject({ trouble: "too-old" });
  });

  it("keeps nothing of the last account's", async () => {
    const world = new World();
    const { facts } = world.wake();
    await facts.ask([number(1)]);
    facts.reset();
    expect(facts.held()).toBeNull();
    await facts.ask([number(1)]);
    expect(sizes(world)).toEqual([1, 1]);
  });

  it("does not take the last account's answer for the new one's", async () => {
    const world = new World();
    const real = world.worker.fetch;
    let release = () => {};
    const gate = new Promise<void>((done) => (release = done));
    world.worker.fetch = async (...request) => {
      await gate;
      return real(...request);
    };
    const { facts } = world.wake();
    const asked = facts.ask([number(1)]);
    await new Promise((done) => setTimeout(done));
    facts.reset();
    release();
    await expect(asked).rejects.toMatchObject({ message: "the account changed meanwhile" });
    expect(facts.held()).toBeNull();
  });
});

it("a policy of an older Worker, or that an older extension kept, counts as this release reads it", async () => {
  const first = JSON.parse(
    readFileSync(new URL("../../shared/policy/first-release.json", import.meta.url), "utf8"),
  ) as Policy;
  const world = new World();
  world.worker.policy = first;
  const { facts, storage } = world.wake();
  await facts.ask([number(1)]);
  const whole = ofAnyRelease(first);
  const read = { ...whole, access: { ...whole.access, signIn: [] } };
  expect(facts.held()!.context.policy).toEqual(read);
  await storage.settled();
  // As the first release kept it.
  const held = world.area.items.held as { context: { policy: Policy } };
  held.context.policy = { ...first, access: { ...first.access, signIn: [] } };
  const later = world.wake().facts;
  await later.ready;
  expect(later.held()!.context.policy).toEqual(read);
});
