/** The facts of one frame, with a simulated background and clock. */
import { describe, expect, it } from "vitest";
import type { ChangesAnswer, Facts } from "../../../shared/check/api.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import type { Trouble } from "../../../extension/carried.ts";
import type { Answer } from "../../../extension/messages.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import { CONFIRMED_MS } from "../../../extension/page/fact-state.ts";
import { openFrameFacts } from "../../../extension/page/frame-facts.ts";
import { Clock, NOON, settle, stampOf } from "../clock.ts";

/** A policy by which nothing is kept for an outage: two minutes are what every confirmation lasts. */
const TWO_MINUTES: Policy = {
  ...defaultPolicy,
  screening: { ...defaultPolicy.screening, offlineMinutes: 2 },
};
const number = (n: number) => `+4420794${String(60000 + n)}`;
const numbers = (n: number) => Array.from({ length: n }, (_, i) => number(i));

/** The background, and what a frame gets from Chrome: animation frames, timers and a clock. */
class Background extends Clock {
  seq = 7;
  /** The Worker's clock minus the device's. */
  clockOffset = 0;
  /** The day of its copy of the registers. */
  asOf = "2026-11-20";
  policy: Policy = defaultPolicy;
  trouble: Trouble | null = null;
  /** A trouble in which the background still answers, from its cache. */
  cached: Trouble | null = null;
  listed = new Set<string>();
  /** When an answer by lookup is worth asking for again. */
  again: string | null = null;
  asked: string[][] = [];
  /** The stamps that polls came from. */
  polled: number[] = [];
  learnt = 0;
  /** For each time that something was learnt, how many numbers it is about; null for all. */
  told: (number | null)[] = [];
  #frames: (() => void)[] = [];

  facts = openFrameFacts({
    ask: (kind, body) => Promise.resolve(this.#answer(kind, body) as never),
    now: () => this.now,
    soon: (run) => this.#frames.push(run),
    later: this.later,
    learnt: ({ numbers }) => {
      this.learnt++;
      this.told.push(numbers?.length ?? null);
    },
  });

  context(): PolicyContext {
    return { policy: this.policy, stamp: stampOf(this.seq, this.asOf), clockOffset: this.clockOffset };
  }

  changes: Partial<ChangesAnswer> = {};
  /** The age of the background's confirmation of its facts; a poll confirms them now. */
  confirmedAgo = 0;

  #answer(kind: string, body: unknown): Answer<"page.facts"> | Answer<"page.poll"> {
    if (kind === "page.poll") this.polled.push((body as { seq: number }).seq);
    if (this.trouble) return { ok: false, trouble: this.trouble, context: null, retryInMs: 4000, kept: null };
    const context = this.context();
    const confirmedAt = this.now;
    const trouble = this.cached;
    if (kind === "page.poll") {
      const changes = {
        ...{ at: "", seq: this.seq, stamp: context.stamp, reset: false, numbers: [], lists: [] },
        ...this.changes,
      };
      return { ok: true, changes, context, confirmedAt, trouble };
    }
    const asked = (body as { numbers: string[] }).numbers;
    this.asked.push(asked);
    const factsOf = (e164: string): Facts => ({
      ...{ e164, region: "GB", suppressions: [], consents: [] },
      lists: this.listed.has(e164) ? [{ id: "tps", asOf: "2026-11-20" }] : [],
      ...(this.again === null ? {} : { again: this.again }),
    });
    const kept = confirmedAt - this.confirmedAgo;
    return {
      ok: true,
      context,
      trouble,
      confirmedAt: kept,
      facts: Object.fromEntries(asked.map((n) => [n, factsOf(n)])),
    };
  }

  takeFrames = () => this.#frames.splice(0);

  async frame(): Promise<void> {
    for (const run of this.takeFrames()) run();
    await settle();
  }

  async pass(ms: number): Promise<void> {
    this.turn(ms);
    await this.frame();
  }

  verdict = (n: string) => this.facts.decide(n, [], "call")?.verdict ?? null;
  reasons = (n: string) => this.facts.decide(n, [], "call")?.reasons.map((r) => r.code);
}

describe("what is to be decided again", () => {
  it("after an answer is its numbers alone, as long as nothing else that decides is new", async () => {
    const b = new Background();
    b.facts.want(numbers(1));
    await b.frame();
    for (let i = 1; i <= 50; i++) {
      // Others in the company work as well, and each answer measures the clock anew.
      b.seq++;
      b.clockOffset = i % 3;
      b.facts.want(numbers(i * 100));
      await b.pass(20);
    }
    expect(b.asked).toHaveLength(51);
    const told = b.told.slice(-50);
    expect(told.every((n) => n !== null)).toBe(true);
    expect(told.reduce((sum, n) => sum! + n!, 0)).toBe(4999);
  });

  it.each<[string, (b: Background) => void]>([
    ["the policy is another one", (b) => (b.policy = TWO_MINUTES)],
    ["a register has a newer version", (b) => (b.asOf = "2026-11-23")],
    ["the background answers from its cache alone", (b) => (b.cached = "busy")],
    ["what is known was not confirmed for long", (b) => b.turn(CONFIRMED_MS + 1)],
  ])("is everything where %s", async (_, change) => {
    const b = new Background();
    b.facts.want(numbers(1));
    await b.frame();
    const before = b.told.length;
    change(b);
    b.seq++;
    b.facts.want(numbers(2));
    await b.frame();
    expect(b.told.slice(before)).toContain(null);
  });

  it("is everything where a trouble ends", async () => {
    const b = new Background();
    b.facts.want(numbers(1));
    await b.frame();
    b.cached = "offline";
    b.facts.want(numbers(2));
    await b.frame();
    b.cached = null;
    const before = b.told.length;
    b.facts.want(numbers(3));
    await b.frame();
    expect(b.told.slice(before)).toContain(null);
  });
});

describe("asking", () => {
  it("one message a frame, a thousand numbers each, and each number once", async () => {
    const b = new Background();
    b.facts.want(numbers(2500));
    b.facts.want(numbers(10));
    expect(b.asked).toEqual([]);
    for (const held of [1, 2, 3, 3]) {
      await b.frame();
      expect(b.asked).toHaveLength(held);
    }
    expect(b.asked.map((a) => a.length)).toEqual([1000, 1000, 500]);
    expect(new Set(b.asked.flat()).size).toBe(2500);
    b.facts.want(numbers(2500));
    await b.frame();
    expect(b.asked).toHaveLength(3);
  });

  it("decides by what the person's calls are for", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
    b.facts.stale([], false, { ...b.context(), purpose: "pensions" });
    expect(b.verdict(number(0))).toBe("blocked");
    expect(b.reasons(number(0))).toContain("needs-consent");
  });

  it("says nothing of a number until its facts are there", async () => {
    const b = new Background();
    b.listed.add(number(1));
    b.facts.want([number(0), number(1)]);
    expect(b.verdict(number(0))).toBeNull();
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
    expect(b.verdict(number(1))).toBe("blocked");
    expect(b.verdict(number(2))).toBeNull();
  });

  it("a number without a country waits for all its readings, and is never clear", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    expect(b.facts.decide(null, [number(0), number(1)], "call")).toBeNull();
    b.facts.want([number(1)]);
    await b.frame();
    expect(b.facts.decide(null, [number(0), number(1)], "call")).toMatchObject({
      verdict: "unknown",
      reasons: [{ code: "country-unclear" }],
    });
    expect(b.facts.decide(null, [], "call")).toMatchObject({ reasons: [{ code: "not-a-number" }] });
  });
});

describe("trouble", () => {
  it("is said with its reason, and asked again when the background says so", async () => {
    const b = new Background();
    b.trouble = "offline";
    b.facts.want([number(0)]);
    await b.frame();
    expect(b.reasons(number(0))).toEqual(["offline"]);
    b.trouble = null;
    b.facts.want([number(1)]);
    await b.pass(3900);
    expect(b.asked).toEqual([]);
    await b.pass(100);
    await b.frame();
    expect(b.asked).toEqual([[number(0), number(1)]]);
    expect(b.verdict(number(0))).toBe("clear");
  });

  it.each(["a poll", "other numbers"])(
    "what it would not tell is not known, whatever %s brings meanwhile",
    async (what) => {
      const b = new Background();
      b.facts.want([number(0)]);
      await b.frame();
      b.trouble = "busy";
      b.facts.want([number(1)]);
      await b.frame();
      b.trouble = null;
      if (what === "a poll brings") await b.facts.poll();
      else await b.facts.confirm([number(2)]);
      expect([b.verdict(number(0)), b.verdict(number(1))]).toEqual(["clear", "unknown"]);
      await b.pass(4000);
      await b.frame();
      expect(b.verdict(number(1))).toBe("clear");
    },
  );

  it.each(["signed-out", "not-joined"] as const)("%s outranks what is held", async (trouble) => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    b.trouble = trouble;
    await b.facts.poll();
    expect(b.reasons(number(0))).toEqual(["signed-out"]);
  });

  it.each(["a poll", "other numbers"])(
    "the background knows of one, whatever %s brings from its cache",
    async (what) => {
      const b = new Background();
      b.facts.want([number(0)]);
      await b.frame();
      b.trouble = "signed-out";
      await b.facts.poll();
      b.trouble = null;
      b.cached = "signed-out";
      const hear = () => (what === "a poll" ? b.facts.poll() : b.facts.confirm([number(2)]));
      await hear();
      expect(b.reasons(number(0))).toEqual(["signed-out"]);
      b.cached = null;
      await hear();
      expect(b.verdict(number(0))).toBe("clear");
    },
  );

  it("what was confirmed a moment ago still counts, for two minutes", async () => {
    const b = new Background();
    b.policy = TWO_MINUTES;
    b.facts.want([number(0)]);
    await b.frame();
    b.trouble = "offline";
    await b.facts.poll();
    b.now += CONFIRMED_MS;
    expect(b.verdict(number(0))).toBe("clear");
    b.now += 1;
    expect(b.reasons(number(0))).toEqual(["offline"]);
    b.trouble = null;
    await b.facts.poll();
    expect(b.verdict(number(0))).toBe("clear");
  });
});

describe("what changed", () => {
  it("is asked for again, and shown as it was until then", async () => {
    const b = new Background();
    b.facts.want([number(0), number(1)]);
    await b.frame();
    b.listed.add(number(0));
    b.seq++;
    b.changes = { numbers: [number(0), number(5)] };
    await b.facts.poll();
    expect(b.verdict(number(0))).toBe("clear");
    await b.frame();
    expect(b.asked.slice(1)).toEqual([[number(0)]]);
    expect(b.verdict(number(0))).toBe("blocked");
  });

  it("is the clock, of an answer by lookup that has grown old: it is asked for again while the page is in view", async () => {
    const b = new Background();
    b.again = new Date(NOON + 60_000).toISOString();
    b.facts.want([number(0)]);
    await b.frame();
    b.now += 59_999;
    await b.facts.poll();
    expect(b.takeFrames()).toEqual([]);
    b.now += 1;
    b.again = null;
    await b.facts.poll();
    await b.frame();
    expect(b.asked).toEqual([[number(0)], [number(0)]]);
  });

  it("of which we cannot know more is not known", async () => {
    const b = new Background();
    b.facts.want([number(0), number(1)]);
    await b.frame();
    b.facts.stale([number(0)], false, null);
    b.trouble = "offline";
    await b.frame();
    expect(b.reasons(number(0))).toEqual(["offline"]);
    expect(b.verdict(number(1))).toBe("clear");
  });

  it("an older answer is refused, and asked for again after a while", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    b.listed.add(number(0));
    b.seq = 6;
    b.facts.stale([number(0)], false, null);
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
    expect(b.asked).toHaveLength(2);
    await b.frame();
    expect(b.asked).toHaveLength(2);
    b.seq = 8;
    await b.pass(1000);
    expect(b.verdict(number(0))).toBe("blocked");
  });

  it("a database that was restored counts anew", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    b.seq = 1;
    b.listed.add(number(0));
    b.changes = { reset: true };
    await b.facts.poll();
    await b.frame();
    expect(b.facts.context()?.stamp.seq).toBe(1);
    expect(b.verdict(number(0))).toBe("blocked");
  });

  it("of an answer that was on its way when the number changed, only the next one counts", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    const early = b.frame(); // read at seq 7
    b.seq = 8;
    b.listed.add(number(0));
    b.facts.stale([number(0)], false, b.context());
    await early;
    expect(b.verdict(number(0))).not.toBe("clear");
    await b.pass(1000);
    expect(b.verdict(number(0))).toBe("blocked");
  });

  it("a page that slept shows nothing until it has asked again", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
    b.now += CONFIRMED_MS + 1;
    b.seq = 8;
    b.listed.add(number(0));
    b.changes = { numbers: [number(0)] };
    expect(b.verdict(number(0))).toBeNull();
    await b.facts.poll();
    await b.frame();
    expect(b.verdict(number(0))).toBe("blocked");
  });

  it("a page that comes back from where nothing reached it knows nothing until it has heard all that changed", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    b.seq = 8;
    b.listed.add(number(0));
    b.changes = { numbers: [number(0)] };
    b.trouble = "offline";
    await b.facts.returned();
    expect(b.verdict(number(0))).toBe("unknown");
    expect(b.facts.confirmed([number(0)])).toBe(false);
    // What it hears from now on says nothing about what it missed.
    b.trouble = null;
    b.facts.stale([number(1)], false, b.context());
    b.facts.want([number(1)]);
    for (const run of b.takeFrames()) run();
    await settle();
    await b.frame();
    expect(new Set(b.polled)).toEqual(new Set([7]));
    expect(b.verdict(number(0))).toBe("blocked");
    expect(b.facts.confirmed([number(0)])).toBe(true);
  });

  it("facts that the background kept from long ago are confirmed before they count", async () => {
    const b = new Background();
    b.confirmedAgo = CONFIRMED_MS + 1;
    b.facts.want([number(0)]);
    for (const run of b.takeFrames()) run();
    await Promise.resolve();
    expect(b.verdict(number(0))).toBeNull();
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
  });

  it("somebody else joined: nothing that was held is theirs", async () => {
    const b = new Background();
    b.facts.want([number(0)]);
    await b.frame();
    b.facts.stale([], true, null);
    expect(b.verdict(number(0))).toBeNull();
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
  });
});

it("calling hours are judged at the moment of looking, by the Worker's clock", async () => {
  const b = new Background();
  const day: [string, string] = ["08:00", "18:00"];
  const week = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null };
  b.policy = { ...defaultPolicy, hours: { GB: week } };
  b.now = Date.parse("2026-11-24T17:59:30Z");
  b.facts.want([number(0)]);
  await b.frame();
  expect(b.verdict(number(0))).toBe("clear");
  b.now = Date.parse("2026-11-24T18:00:00Z");
  expect(b.reasons(number(0))).toContain("out-of-hours");
});

it("a device's clock that jumps shows nothing as clear, and lets nothing go, until the Worker was asked again", async () => {
  const HOUR = 3_600_000;
  for (const jump of [-9 * HOUR, -10 * 60_000, 10 * 60_000, 9 * HOUR, 400 * 24 * HOUR]) {
    const b = new Background();
    b.policy = TWO_MINUTES;
    b.facts.want([number(0)]);
    await b.frame();
    expect(b.verdict(number(0))).toBe("clear");
    expect(b.facts.confirmed([number(0)])).toBe(true);
    b.now += jump;
    expect(b.verdict(number(0)), `${jump}`).toBeNull();
    expect(b.facts.confirmed([number(0)]), `${jump}`).toBe(false);
    // Without an answer it stays unknown.
    b.trouble = "offline";
    await b.facts.poll().catch(() => undefined);
    b.facts.want([number(1)]);
    await b.frame();
    expect(b.verdict(number(0)), `${jump}`).not.toBe("clear");
    // An answer counts at once, though the clock is hours behind.
    b.trouble = null;
    b.clockOffset = -jump;
    await b.pass(4000);
    await b.facts.poll();
    expect(b.verdict(number(0)), `${jump}`).toBe("clear");
    expect(b.facts.confirmed([number(0)]), `${jump}`).toBe(true);
  }
});
