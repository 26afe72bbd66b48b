/** What the background knows counts for the gate: calls, also those that the Worker has just taken, and troubles. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { API } from "../../../../extension/background/api-version.ts";
import { openDialQueue } from "../../../../extension/background/dials/queue.ts";
import { openGateJudge } from "../../../../extension/background/gate/judge.ts";
import { openPageHandlers, type PageHandlersDeps } from "../../../../extension/background/page-handlers.ts";
import { openCachedStorage } from "../../../../extension/background/storage.ts";
import type { HeldDial, Outcome } from "../../../../extension/held-dial.ts";
import type { Facts } from "../../../../shared/check/api.ts";
import type { DialRequest } from "../../../../shared/dials/api.ts";
import { MINUTE } from "../../../../shared/core/time.ts";
import { ANSWER_MS } from "../../../../extension/page/frame-facts.ts";
import { policySchema } from "../../../../shared/policy/policy.ts";
import { settle } from "../../clock.ts";
import { MemoryArea, World } from "../../double.ts";

/** A consumer in France, where law allows four calls in thirty days. */
const PARIS = "+33123456789";
const LONDON = "+442079460001";
const day = (n: number) => `2026-11-${n}T10:00:00.000Z`;

const inParis: Partial<Facts> = {
  ...{ region: "FR", zones: ["Europe/Paris"] },
  consents: [
    {
      ...{ basis: "consent", kind: "prior", evidenced: true, until: null },
      ...{ calls: ["general"], givenAt: "2026-09-01T10:00:00Z" },
    },
  ],
  party: { party: "consumer", source: "officer", at: "2026-01-01T00:00:00Z" },
  contacts: { attempts: [day(10), day(11), day(12)], refusedAt: null },
};
const called = (e164: string): DialRequest => ({
  ...{ number: e164, e164, action: "passed", verdict: "caution", reasons: [], seen: null },
  ...{ host: "crm.example", at: day(25) },
});

class Desk extends World {
  launched: string[] = [];
  records: DialRequest[] = [];
  shown: HeldDial[] = [];
  #answer: (outcome: Outcome) => void = () => {};
  /** Answers to `/v1/check` wait for it. */
  checks: Promise<unknown> = Promise.resolve();
  /** Records reach the Worker. */
  takes = true;
  /** Whether the Worker answers at all. */
  answers = true;
  #timers: { at: number; run: () => void }[] = [];
  #keys = 0;
  #later = (run: () => void, ms: number) => void this.#timers.push({ at: this.time + ms, run });

  constructor() {
    super();
    const { fetch } = this.worker;
    this.worker.fetch = async (input, init) => {
      const path = new URL(input as string).pathname;
      if (!this.answers) return new Promise(() => {});
      if (path !== "/v1/dials") {
        const answer = await fetch(input, init);
        if (path === "/v1/check") await this.checks;
        return answer;
      }
      if (!this.takes || this.worker.mood !== "up") throw new TypeError("Failed to fetch");
      const { e164, at, verdict } = JSON.parse(init!.body as string) as DialRequest;
      // As the Worker does of numbers whose calls law counts.
      const { contacts, consents = [] } = this.worker.more;
      this.worker.more = {
        ...this.worker.more,
        ...(contacts && { contacts: { ...contacts, attempts: [...contacts.attempts, at] } }),
        consents: consents.map((c) => (c.left === undefined ? c : { ...c, left: c.left - 1 })),
      };
      this.worker.changed("number", e164!);
      return Response.json({ number: e164, workerVerdict: verdict, agrees: true }, { status: 201 });
    };
  }

  open() {
    const { facts, worker } = this.wake();
    const local = openCachedStorage(new MemoryArea());
    const dials = openDialQueue({
      ...{ worker, local, account: () => Promise.resolve(this.account), later: this.#later },
      wrong: (numbers) => facts.doubt(numbers),
      called: (number, at) => gate.tried(number, at),
      counted: (number) => facts.counted(number),
    });
    Object.defineProperty(this, "called", { get: () => dials.waiting() });
    const context = () => facts.held()?.context ?? null;
    const trouble = () => Promise.resolve(this.account ? worker.trouble() : ("not-joined" as const));
    const handlers = openPageHandlers({
      ...({} as PageHandlersDeps),
      ...{ facts, worker, context, trouble },
    });
    const gate = openGateJudge({
      ask: ((kind: "page.facts", body: { numbers: string[] }) =>
        handlers[kind]({ kind, ...body }, {})) as never,
      ...{ context, trouble },
      kept: facts.kept,
      record: (key, dial, wait) => {
        this.records.push(dial);
        return dials.add(key, dial, wait);
      },
      rulings: () => ({ notNumbers: [], countries: {}, siteCountry: null }),
      rule: () => Promise.resolve({ notNumbers: [], countries: {}, siteCountry: null }),
      window: {
        show: (_id, _place, asking, answered) => {
          this.shown.push(asking);
          this.#answer = answered;
        },
        close: () => {},
      },
      now: () => this.time,
      later: this.#later,
      newKey: () => `key-${this.#keys++}`,
    });
    const dialled = async (number: string) => {
      const place = { tabId: 7, frame: { tabId: 7, frameId: 0, documentId: "d", host: "crm.example" } };
      await gate.judge(place as never, { written: number, medium: "call", via: "tel:" }, () =>
        this.launched.push(number),
      );
      await this.settled();
    };
    return { facts, dials, worker, dialled };
  }
  async settled(): Promise<void> {
    // Questions of one moment are gathered by a timer.
    for (let i = 0; i < 5; i++) {
      await new Promise((done) => setTimeout(done, 2));
      await settle();
    }
  }
  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.time);
    this.#timers = this.#timers.filter((timer) => timer.at > this.time);
    for (const { run } of due) run();
    await this.settled();
  }
  async answer(outcome: Outcome): Promise<void> {
    this.#answer(outcome);
    await this.settled();
  }
  last = () => this.shown.at(-1)?.decision;
  codes = () => this.last()?.reasons.map(({ code }) => code);
}

let desk: Desk;
beforeEach(() => void (desk = new Desk()));

describe("a call that the Worker has taken", () => {
  beforeEach(() => void (desk.worker.more = inParis));

  it("counts at once: the fifth is held, also seconds after the fourth", async () => {
    const { facts, dialled } = desk.open();
    await facts.ask([PARIS]);
    await dialled(PARIS);
    await desk.answer({ kind: "call" });
    expect(desk.launched).toEqual([PARIS]);
    await desk.pass(5000);
    await dialled(PARIS);
    expect([desk.last()?.verdict, desk.codes()]).toEqual(["blocked", expect.arrayContaining(["cap"])]);
    await desk.answer({ kind: "call" });
    expect(desk.launched).toEqual([PARIS]);
  });
  it("counts while the Worker does not have it yet", async () => {
    const { facts, dialled } = desk.open();
    await facts.ask([PARIS]);
    desk.takes = false;
    for (let i = 0; i < 2; i++) {
      await dialled(PARIS);
      await desk.answer({ kind: "call" });
    }
    expect(desk.launched).toEqual([PARIS]);
    expect(desk.codes()).toContain("cap");
  });
  it("counts though an answer arrives afterwards that left the Worker before", async () => {
    const { facts, dials, dialled } = desk.open();
    await facts.ask([]);
    const { promise, resolve } = Promise.withResolvers<void>();
    desk.checks = promise;
    const asked = facts.ask([PARIS]);
    await vi.waitFor(() => expect(desk.worker.count("/v1/check")).toBe(1));
    await dials.add("k", called(PARIS), false);
    await desk.settled();
    expect(dials.state().waiting).toBe(0);
    desk.checks = Promise.resolve();
    resolve();
    expect((await asked).facts[PARIS]!.contacts!.attempts).toHaveLength(4);
    await dialled(PARIS);
    expect([desk.launched, desk.codes()]).toEqual([[], expect.arrayContaining(["cap"])]);
  });
  it("takes one of the attempts that a consent leaves, once", async () => {
    const { contacts: _, ...others } = desk.worker.more;
    desk.worker.more = { ...others, consents: [{ ...others.consents![0]!, left: 2 }] };
    const { facts, dials } = desk.open();
    const left = async () => (await facts.ask([PARIS])).facts[PARIS]!.consents[0]!.left;
    expect(await left()).toBe(2);
    await dials.add("k", called(PARIS), false);
    await desk.settled();
    expect(await left()).toBe(1);
  });
  it("of a number whose calls nothing counts is asked about no more; nor is what was held, or got a message", async () => {
    const { facts, dials } = desk.open();
    const checks = () => desk.worker.count("/v1/check");
    const done = async (number: string, more: Partial<DialRequest>) => {
      const before = checks();
      await dials.add(JSON.stringify(more), { ...called(number), ...more }, false);
      await desk.settled();
      await facts.ask([number]);
      return checks() - before;
    };
    await facts.ask([PARIS]);
    expect(await done(PARIS, { action: "held" })).toBe(0);
    expect(await done(PARIS, { via: "sms:" })).toBe(0);
    desk.worker.more = {};
    await facts.ask([LONDON]);
    expect(await done(LONDON, {})).toBe(0);
  });
});

describe("an open question", () => {
  it("hears of a call of its number that is made meanwhile", async () => {
    desk.worker.more = inParis;
    const { facts, dials, dialled } = desk.open();
    await facts.ask([PARIS]);
    await dialled(PARIS);
    expect(desk.last()?.verdict).toBe("caution");
    desk.takes = false;
    await dials.add("by another way", called(PARIS), false);
    expect(desk.codes()).toContain("cap");
    await desk.answer({ kind: "call" });
    expect(desk.launched).toEqual([]);
  });
});

describe("a trouble that the background knows", () => {
  it.each([
    ["signed out", 401],
    ["an outage, where policy lets nothing pass in one", "down"],
    ["out of date", "too new"],
  ] as const)("%s: what was clear is held", async (_, what) => {
    desk.worker.policy = policySchema.parse({ screening: { offlineMinutes: 0 } });
    const { facts, worker, dialled } = desk.open();
    await facts.ask([LONDON]);
    await dialled(LONDON);
    expect(desk.launched).toEqual([LONDON]);
    desk.time += 3000;
    desk.worker.mood = what === "too new" ? 500 : what;
    await facts.refresh().catch(() => {});
    if (what === "too new") {
      Object.assign(desk.worker, { mood: "up", api: API + 1 });
      worker.retry();
      await facts.refresh().catch(() => {});
    }
    expect(worker.trouble()).not.toBeNull();
    await dialled(LONDON);
    // What is asked for again meanwhile ends no trouble either.
    for (let i = 0; i < 4; i++) await desk.pass(1500);
    expect([desk.launched, desk.last()?.verdict]).toEqual([[LONDON], "unknown"]);
    await desk.answer({ kind: "call" });
    expect(desk.launched).toEqual([LONDON]);
  });
  it("ends with the Worker's next answer", async () => {
    desk.worker.policy = policySchema.parse({ screening: { offlineMinutes: 0 } });
    const { facts, worker, dialled } = desk.open();
    await facts.ask([LONDON]);
    desk.worker.mood = "down";
    desk.time += 3000;
    await facts.refresh().catch(() => {});
    desk.worker.mood = "up";
    await dialled(LONDON);
    expect([desk.launched, worker.trouble()]).toEqual([[LONDON], null]);
  });
});

describe("what a page would let pass, by what the background has heard", () => {
  const reasons = () => desk.records.at(-1)?.reasons.map(({ code }) => code);

  it("passes after two seconds where the Worker does not answer in time, and its record says so", async () => {
    const { facts, dialled } = desk.open();
    await facts.ask([LONDON]);
    desk.time += 10 * MINUTE;
    desk.answers = false;
    await dialled(LONDON);
    expect(desk.launched).toEqual([]);
    await desk.pass(ANSWER_MS);
    expect([desk.launched, desk.shown]).toEqual([[LONDON], []]);
    expect(reasons()).toContain("outage");
  });
  it("passes at once in an outage that is known, though the Worker lets it wait", async () => {
    const { facts, worker, dialled } = desk.open();
    await facts.ask([LONDON]);
    desk.time += 10 * MINUTE;
    desk.worker.mood = "down";
    await facts.refresh().catch(() => {});
    expect(worker.trouble()).toBe("offline");
    // Its pause is over: the Worker is asked again.
    desk.time += 5000;
    desk.answers = false;
    await dialled(LONDON);
    expect([desk.launched, reasons()?.at(-1)]).toEqual([[LONDON], "outage"]);
  });
  it("passes after the Worker had too much to do, by what it confirmed within two minutes, and no longer", async () => {
    const { facts, worker, dialled } = desk.open();
    await facts.ask([LONDON]);
    desk.time += 60_000;
    desk.worker.mood = 429;
    await facts.refresh().catch(() => {});
    expect(worker.trouble()).toBe("busy");
    await dialled(LONDON);
    expect([desk.launched, desk.shown]).toEqual([[LONDON], []]);
    desk.time += 61_000;
    await dialled(LONDON);
    expect([desk.launched, desk.last()?.verdict]).toEqual([[LONDON], "unknown"]);
  });
  it("is asked of the Worker once where two minutes have passed", async () => {
    const { facts, dialled } = desk.open();
    await facts.ask([LONDON]);
    desk.time += 10 * MINUTE;
    const before = desk.worker.requests.length;
    await dialled(LONDON);
    expect(desk.launched).toEqual([LONDON]);
    expect(desk.worker.requests.slice(before).map(({ path }) => path)).toEqual(["/v1/changes"]);
  });
});
