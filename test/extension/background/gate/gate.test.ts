/** The browser's gate without a browser: what goes out, what is asked, what is recorded. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CANARY } from "../../../../shared/canary/number.ts";
import type { Facts } from "../../../../shared/check/api.ts";
import type { DialRequest } from "../../../../shared/dials/api.ts";
import { regionOf } from "../../../../shared/phone/phone.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { openGate } from "../../../../extension/background/gate/gate.ts";
import { openGateJudge } from "../../../../extension/background/gate/judge.ts";
import { openPassed } from "../../../../extension/background/gate/passed.ts";
import type { Place } from "../../../../extension/background/gate/place.ts";
import { GATE, openGateWindow } from "../../../../extension/background/gate/window.ts";
import type { Frame } from "../../../../extension/background/sites/frames.ts";
import type { Answer } from "../../../../extension/messages.ts";
import type { HeldDial, Outcome } from "../../../../extension/held-dial.ts";
import { Clock, settle, stampOf } from "../../clock.ts";

const CLEAR = "+442079460000";
const BARRED = "+442079460002";
const AMBER = "+442079460003";
const GUARDED = { tabId: 7, frameId: 0, documentId: "d", host: "crm.example" } as Frame;

class Browser extends Clock {
  softphone: string | null = "callto:";
  /** What the background has of every number is confirmed; without it, the Worker is asked. */
  known = false;
  barred = BARRED;
  /** The Worker was asked, whatever was known. */
  askedNow = 0;
  questions = 0;
  stored: Promise<unknown> = Promise.resolve();
  joined = true;
  place: Place = { tabId: 7, frame: GUARDED };
  passed = openPassed({ now: () => this.now });
  /** The page is asked whether it is there. */
  asked = () => {};
  /** Where the dial is, as far as is known; its page may be gone. */
  near: Frame | null = null;
  isGone = false;
  trial = false;
  /** By tab, the one that opened it for a dial. */
  openers = new Map<number, number>();
  records: DialRequest[] = [];
  launched: [tab: number, frame: number | null, address: string][] = [];
  shown: { id: string; asking: HeldDial; answered: (outcome: Outcome) => void }[] = [];
  closed: string[] = [];
  ruled: string[] = [];
  /** What was done, in turn. */
  order: string[] = [];
  noWayOut = vi.fn();
  #keys = 0;

  #facts(e164: string): Facts {
    const barred = {
      kind: "objection",
      reason: "asked",
      at: "2026-11-01T00:00:00.000Z",
      until: null,
    } as const;
    const consent = { basis: "consent", givenAt: "2026-11-01T00:00:00.000Z", until: null } as const;
    return {
      ...{ e164, region: regionOf(e164), lists: e164 === AMBER ? [{ id: "tps", asOf: "2026-11-20" }] : [] },
      ...{ suppressions: e164 === this.barred ? [barred] : [], consents: e164 === AMBER ? [consent] : [] },
    };
  }
  #context = () =>
    this.joined
      ? {
          policy: { ...defaultPolicy, consents: { ...defaultPolicy.consents, amber: "dialog" as const } },
          stamp: stampOf(7, "2026-11-20", ["GB"]),
          clockOffset: 0,
        }
      : null;

  judge = openGateJudge({
    ask: (_kind, body) => {
      const { numbers = [], now = false } = body as { numbers?: string[]; now?: boolean };
      this.askedNow += Number(now);
      this.questions++;
      const context = this.#context();
      return Promise.resolve(
        (context
          ? {
              ok: true,
              context,
              confirmedAt: this.now,
              trouble: null,
              facts: Object.fromEntries(numbers.map((n) => [n, this.#facts(n)])),
            }
          : { ok: false, trouble: "not-joined", context: null, retryInMs: 9000, kept: null }) as never,
      );
    },
    context: this.#context,
    kept: (numbers) =>
      this.known
        ? {
            confirmedAt: this.now,
            facts: Object.fromEntries(numbers.map((n) => [n, this.#facts(n)])),
          }
        : null,
    trouble: () => Promise.resolve(this.joined ? null : "not-joined"),
    record: async (_key, dial, _wait, stands) => {
      this.records.push(dial);
      this.order.push("recorded");
      if (stands && !(await stands)) this.records.splice(this.records.indexOf(dial), 1);
      await this.stored;
      return { ok: true, verdict: null };
    },
    rulings: () => ({ notNumbers: [], countries: {}, siteCountry: null }),
    rule: (host, written) => {
      this.ruled.push(`${host} ${written}`);
      return Promise.resolve({ notNumbers: [], countries: {}, siteCountry: "GB" });
    },
    window: {
      show: (id, _place, asking, answered) => void this.shown.push({ id, asking, answered }),
      close: (id) => void this.closed.push(id),
    },
    now: () => this.now,
    later: this.later,
    newKey: () => `key-${this.#keys++}`,
  });
  gate = openGate({
    setting: {
      working: () =>
        Promise.resolve(
          this.softphone === null ? null : { origin: "https://cd.example", softphone: this.softphone },
        ),
    },
    trial: { hears: () => this.trial },
    passed: this.passed,
    places: {
      near: () => this.near,
      begunBy: ({ tabId }) => this.openers.get(tabId) ?? tabId,
      of: () => {
        this.asked();
        this.order.push("asked");
        return Promise.resolve(this.place);
      },
    },
    judge: this.judge,
    launchIn: (frame, address) => {
      this.order.push("launched");
      if (!this.isGone) this.launched.push([frame.tabId, frame.frameId, address]);
      return Promise.resolve(!this.isGone);
    },
    launch: ({ tabId, frame }, address) => {
      this.launched.push([tabId, frame?.frameId ?? null, address]);
      return Promise.resolve();
    },
    now: () => this.now,
    noWayOut: this.noWayOut,
  });

  /** The guard of a tab lets a dial go on, with the answer to its record. */
  guardSaid(number: string, via = "tel:", { tabId = 7, wait = false, ok = true } = {}): Promise<unknown> {
    const dial = { action: wait ? "overridden" : "passed", number, via } as DialRequest;
    const answer: Answer<"page.dial"> = ok ? { ok, verdict: null } : { ok, detail: "No" };
    return this.passed.hear(tabId, { dial, wait }, Promise.resolve(answer));
  }
  async hears(address: string, more: { origin?: string; tabId?: number } = {}): Promise<void> {
    await this.gate.heard({ tabId: 7, frameId: 0, origin: "https://cd.example", address, ...more });
    await settle();
  }
  async answer(outcome: Outcome): Promise<void> {
    this.shown.at(-1)!.answered(outcome);
    await settle();
  }
  said = () => this.records.map(({ action, layer, host }) => `${action} ${layer} ${host}`);
}

let browser: Browser;
beforeEach(() => void (browser = new Browser()));
const elsewhere = () => void (browser.place = { tabId: 7, frame: null });

describe("on a site that is turned on", () => {
  it("what is clear goes out by the softphone, recorded as the browser's", async () => {
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toEqual([[7, 0, `callto:${CLEAR}`]]);
    expect(browser.said()).toEqual(["passed browser crm.example"]);
    expect(browser.shown).toEqual([]);
  });
  it("what the background knows to be clear goes out beside its record; what is asked for first, after it", async () => {
    browser.stored = new Promise(() => {});
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toEqual([]);
    browser.known = true;
    await browser.hears("tel:+442079460001");
    expect(browser.launched).toEqual([[7, 0, "callto:+442079460001"]]);
    expect(browser.said()).toEqual(["passed browser crm.example", "passed browser crm.example"]);
  });
  it("the next dial of a number is judged by what the background has heard of it since", async () => {
    browser.known = true;
    await browser.hears(`tel:${CLEAR}`);
    browser.barred = CLEAR;
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toHaveLength(1);
    expect(browser.shown[0]!.asking.decision.verdict).toBe("blocked");
  });
  it("no later dial asks the Worker for what the background has had confirmed", async () => {
    browser.known = true;
    await browser.hears(`tel:${CLEAR}`);
    browser.turn(600_000);
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toHaveLength(2);
    expect(browser.askedNow).toBe(0);
  });
  it("nothing more is asked about a dial that is over", async () => {
    browser.joined = false;
    await browser.hears(`tel:${CLEAR}`);
    const { questions } = browser;
    await browser.answer({ kind: "stop" });
    for (let i = 0; i < 3; i++) browser.turn(60_000);
    await settle();
    expect(browser.questions).toBe(questions);
  });
  it("what is barred is asked about, and stays held", async () => {
    await browser.hears(`tel:${BARRED}`);
    expect(browser.shown[0]!.asking.decision.verdict).toBe("blocked");
    await browser.answer({ kind: "stop" });
    expect([browser.launched, browser.said()]).toEqual([[], ["held browser crm.example"]]);
  });
  it("what is read first goes out after “Call”, once", async () => {
    await browser.hears(`tel:${AMBER}`);
    await browser.answer({ kind: "call" });
    expect(browser.launched).toEqual([[7, 0, `callto:${AMBER}`]]);
    expect(browser.said()).toEqual(["held browser crm.example", "passed browser crm.example"]);
  });
  it("what the guard let go on goes out, and its record is the only one", async () => {
    void browser.guardSaid(BARRED);
    await browser.hears(`tel:${BARRED}`);
    expect(browser.launched).toEqual([[7, 0, `callto:${BARRED}`]]);
    expect([browser.records, browser.shown]).toEqual([[], []]);
  });
  it("an override that was refused, or not answered yet, opens nothing; one that was taken goes out once", async () => {
    const { promise, resolve } = Promise.withResolvers<Answer<"page.dial">>();
    const dial = { action: "overridden", number: BARRED, via: "tel:" } as DialRequest;
    const answered = browser.passed.hear(7, { dial, wait: true }, promise);
    await browser.hears(`tel:${BARRED}`);
    await browser.guardSaid(BARRED, "tel:", { wait: true, ok: false });
    await browser.hears(`tel:${BARRED}`);
    expect(browser.launched).toEqual([]);
    resolve({ ok: true, verdict: null });
    await answered;
    for (let i = 0; i < 2; i++) await browser.hears(`tel:${BARRED}`);
    expect(browser.launched).toEqual([[7, 0, `callto:${BARRED}`]]);
  });
  it("what the guard of another tab let go on is judged; so is what went out by another program than the browser's handler", async () => {
    await browser.guardSaid(BARRED, "tel:", { tabId: 8 });
    for (const via of ["callto:", "zoomphonecall://", "https://wa.me/"]) await browser.guardSaid(BARRED, via);
    await browser.hears(`tel:${BARRED}`);
    expect([browser.launched, browser.said()]).toEqual([[], ["held browser crm.example"]]);
  });
  it("what the guard of a window let go on that a page opened goes out, in that page", async () => {
    void browser.guardSaid(BARRED, "tel:", { tabId: 9 });
    await browser.hears(`tel:${BARRED}`, { tabId: 9 });
    expect(browser.launched).toEqual([[7, 0, `callto:${BARRED}`]]);
  });
  it("so does what the guard tells of while its page is asked whether it is there", async () => {
    browser.asked = () => void browser.guardSaid(BARRED);
    await browser.hears(`tel:${BARRED}`);
    expect(browser.launched).toEqual([[7, 0, `callto:${BARRED}`]]);
    expect([browser.records, browser.shown]).toEqual([[], []]);
  });
  describe("where the guard's word came first", () => {
    beforeEach(() => {
      browser.near = GUARDED;
      browser.asked = vi.fn();
      void browser.guardSaid(BARRED);
    });
    it("goes out at once: no page is asked whether it is there", async () => {
      await browser.hears(`tel:${BARRED}`);
      expect(browser.launched).toEqual([[7, 0, `callto:${BARRED}`]]);
      expect([browser.records, browser.shown]).toEqual([[], []]);
      expect(browser.asked).not.toHaveBeenCalled();
      await browser.hears(`tel:${BARRED}`);
      expect(browser.launched).toHaveLength(1);
    });
    it("goes out though another page dials in a loop meanwhile: its guard counts for itself", async () => {
      for (let n = 0; n < 130; n++) await browser.hears(`tel:+4420794600${10 + (n % 90)}`, { tabId: 8 });
      await browser.hears(`tel:${BARRED}`);
      expect(browser.launched.at(-1)).toEqual([7, 0, `callto:${BARRED}`]);
    });
    it("is judged where that page is gone, and another is in its tab", async () => {
      browser.isGone = true;
      elsewhere();
      await browser.hears(`tel:${BARRED}`);
      expect([browser.launched, browser.said()]).toEqual([[], ["held browser "]]);
    });
    it("goes out where that page is gone, and its own frame is there", async () => {
      browser.isGone = true;
      await browser.hears(`tel:${BARRED}`);
      expect(browser.launched).toEqual([[7, 0, `callto:${BARRED}`]]);
    });
  });
  describe("where the background knows the number, and a page that may be the one", () => {
    beforeEach(() => {
      browser.near = GUARDED;
      browser.known = true;
    });
    const inTurn = async (number: string) => {
      browser.order = [];
      await browser.hears(`tel:${number}`);
      return browser.order;
    };
    it("what is clear goes out once its record is handed over: its page answers by that", async () => {
      expect(await inTurn(CLEAR)).toEqual(["recorded", "launched", "asked"]);
      expect(browser.launched).toEqual([[7, 0, `callto:${CLEAR}`]]);
      expect(browser.said()).toEqual(["passed browser crm.example"]);
    });
    it("so does an emergency number", async () => {
      expect(await inTurn("999")).toEqual(["recorded", "launched", "asked"]);
      expect(browser.launched).toEqual([[7, 0, "callto:999"]]);
    });
    it("of what the guard tells of meanwhile its record alone stays, the call goes out once, and the next is judged", async () => {
      browser.asked = () => void browser.guardSaid(CLEAR);
      await inTurn(CLEAR);
      expect(browser.launched).toEqual([[7, 0, `callto:${CLEAR}`]]);
      expect(browser.records).toEqual([]);
      browser.asked = () => {};
      browser.barred = CLEAR;
      await browser.hears(`tel:${CLEAR}`);
      expect(browser.launched).toHaveLength(1);
      expect(browser.said()).toEqual(["held browser crm.example"]);
    });
    it("where the page is gone, it leaves no record of that page, and goes out where it is", async () => {
      browser.isGone = true;
      elsewhere();
      expect(await inTurn(CLEAR)).toEqual(["recorded", "launched", "asked"]);
      expect([browser.launched, browser.records]).toEqual([[[7, null, `callto:${CLEAR}`]], []]);
    });
    it("where another frame of ours is there in its place, it has one record, and goes out once", async () => {
      browser.isGone = true;
      browser.place = { tabId: 7, frame: { ...GUARDED, frameId: 3, host: "other.example" } };
      await inTurn(CLEAR);
      expect(browser.launched).toEqual([[7, 3, `callto:${CLEAR}`]]);
      expect(browser.said()).toEqual(["passed browser other.example"]);
    });
    it.each([
      ["barred", BARRED],
      ["to be read first", AMBER],
      ["clear, and would hide our number", `141${CLEAR.replace("+44", "0")}`],
      ["no number", "call-us"],
    ])("what is %s is recorded and asked about once the page has answered", async (_, number) => {
      expect(await inTurn(number)).toEqual(["asked", "recorded"]);
      expect([browser.launched, new Set(browser.shown.map(({ id }) => id)).size]).toEqual([[], 1]);
      expect(browser.said()).toEqual(["held browser crm.example"]);
    });
    it("what the background does not know is asked for first, wherever the page is", async () => {
      browser.known = false;
      browser.stored = new Promise(() => {});
      expect(await inTurn(CLEAR)).toEqual(["asked", "recorded"]);
      expect(browser.launched).toEqual([]);
    });
    it("what the softphone has no address for is not recorded as gone", async () => {
      browser.asked = () => void browser.guardSaid(CLEAR, "sms:");
      expect(await inTurn(CLEAR)).toHaveLength(3);
      browser.records = [];
      browser.order = [];
      await browser.hears(`sms:${CLEAR}`);
      expect([browser.order, browser.records, browser.noWayOut.mock.calls.length]).toEqual([
        ["asked"],
        [],
        1,
      ]);
    });
  });
  it("another dial of what is asked about is held and recorded, without a question", async () => {
    await browser.hears(`tel:${BARRED}`);
    await browser.hears(`tel:${BARRED}`);
    expect(browser.shown).toHaveLength(1);
    expect(browser.said()).toHaveLength(2);
    await browser.answer({ kind: "stop" });
    await browser.hears(`tel:${BARRED}`);
    expect(browser.shown).toHaveLength(2);
  });
  it("a country that the agent names is kept for the site", async () => {
    await browser.hears("tel:4155550134");
    await browser.answer({ kind: "country", country: "GB", wholeSite: false });
    expect(browser.ruled).toEqual(["crm.example 4155550134"]);
  });
});

describe("on a site that is not", () => {
  beforeEach(elsewhere);
  it("what is clear goes out, and leaves no record", async () => {
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toEqual([[7, null, `callto:${CLEAR}`]]);
    expect(browser.records).toEqual([]);
  });
  it("what was held is recorded without a host, with what became of it", async () => {
    await browser.hears(`tel:${AMBER}`);
    await browser.answer({ kind: "call" });
    expect(browser.said()).toEqual(["held browser ", "passed browser "]);
  });
  it("a country that the agent names is kept nowhere", async () => {
    await browser.hears("tel:4155550134");
    await browser.answer({ kind: "country", country: "US", wholeSite: false });
    expect(browser.ruled).toEqual([]);
  });
});

describe("whatever the site", () => {
  it("a name, or what is no number, is held", async () => {
    for (const address of ["sip:jo@pbx.example", "tel:", "tel:call-us", "nonsense"]) {
      await browser.hears(address);
      await browser.answer({ kind: "stop" });
    }
    expect(browser.shown).toHaveLength(4);
    expect(browser.launched).toEqual([]);
  });
  it("an emergency number goes out, also before anybody has joined; all else is held then", async () => {
    browser.joined = false;
    await browser.hears("tel:999");
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toEqual([[7, 0, "callto:999"]]);
    expect(browser.shown).toHaveLength(1);
  });
  it("nothing is heard where the gate is off, of another server, or of what belongs to no tab", async () => {
    await browser.hears(`tel:${CLEAR}`, { origin: "https://evil.example" });
    await browser.hears(`tel:${CLEAR}`, { tabId: -1 });
    browser.softphone = null;
    await browser.hears(`tel:${CLEAR}`);
    expect([browser.launched, browser.records, browser.shown]).toEqual([[], [], []]);
  });
  it("a page that dials in a loop is held without a word, but for an emergency number", async () => {
    elsewhere();
    for (let n = 0; n < 130; n++) await browser.hears(`tel:+4420794600${10 + (n % 90)}`);
    expect(browser.launched).toHaveLength(120);
    await browser.hears("tel:999");
    expect(browser.launched.at(-1)).toEqual([7, null, "callto:999"]);
    browser.turn(60_000);
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched.at(-1)).toEqual([7, null, `callto:${CLEAR}`]);
  });
  it("and holds no call of another tab; in windows that it opens it is the same page", async () => {
    elsewhere();
    browser.openers.set(8, 7).set(9, 7);
    for (let n = 0; n < 120; n++) await browser.hears(`tel:+4420794600${10 + (n % 90)}`);
    for (const tabId of [7, 8, 9]) await browser.hears(`tel:${CLEAR}`, { tabId });
    expect(browser.launched).toHaveLength(120);
    await browser.hears(`tel:${CLEAR}`, { tabId: 10 });
    expect(browser.launched).toHaveLength(121);
  });
  it("of many tabs in a loop together no more are looked at than five begin", async () => {
    elsewhere();
    for (let tabId = 1; tabId <= 20; tabId++)
      for (let n = 0; n < 40; n++) await browser.hears(`tel:+4420794600${10 + n}`, { tabId });
    expect(browser.launched).toHaveLength(600);
    browser.turn(60_000);
    await browser.hears(`tel:${CLEAR}`);
    expect(browser.launched).toHaveLength(601);
  });
  it("the number of a try ends there", async () => {
    browser.trial = true;
    await browser.hears(`tel:${CANARY}`);
    expect([browser.launched, browser.records, browser.shown]).toEqual([[], [], []]);
  });
  it("what the softphone has no address for is said, not lost", async () => {
    void browser.guardSaid("+442079460000", "sms:");
    await browser.hears("sms:+442079460000");
    expect(browser.noWayOut).toHaveBeenCalledOnce();
    expect(browser.launched).toEqual([]);
  });
  it("but once a minute: a site that begins one message after the other opens no page with each", async () => {
    const begin = async () => {
      void browser.guardSaid(CLEAR, "sms:");
      await browser.hears(`sms:${CLEAR}`);
    };
    for (let n = 0; n < 5; n++) await begin();
    expect(browser.noWayOut).toHaveBeenCalledOnce();
    browser.turn(60_000);
    await begin();
    expect(browser.noWayOut).toHaveBeenCalledTimes(2);
  });
});

describe("a question", () => {
  const asking = {} as HeldDial;
  const open = (taken: boolean, there = true) => {
    const told: [tab: number, document: string | null, kind: string][] = [];
    let tick = () => {};
    const window = openGateWindow({
      tell: (tab, document, { kind }) => (
        told.push([tab, document, kind]),
        Promise.resolve(taken || tab === 99)
      ),
      openWindow: () => Promise.resolve(99),
      every: (run) => ((tick = run), () => (tick = () => {})),
      isThere: () => Promise.resolve(there),
    });
    return { window, told, look: () => tick() };
  };
  const page: Place = { tabId: 7, frame: GUARDED };
  const answered = vi.fn();
  beforeEach(() => answered.mockClear());

  it("is shown in the page that began the dial, as a frame's is", async () => {
    const { window, told } = open(true);
    window.show("a", page, asking, answered);
    await settle();
    expect(told).toEqual([[7, "d", "ask.show"]]);
    expect(window.answered("a", { kind: "call" })).toBe(true);
    window.close("a");
    expect(told.at(-1)).toEqual([7, "d", "ask.close"]);
    expect(window.answered("a", { kind: "call" })).toBe(false);
  });
  it("is shown in our own window where the page does not take it, which asks for what waits", async () => {
    const { window, told } = open(false);
    window.show("a", page, asking, answered);
    window.show("b", { tabId: 8, frame: null }, asking, answered);
    await settle();
    expect(told.filter(([tab]) => tab === 99)).toHaveLength(2);
    expect(window.waiting(99).map(({ id, documentId }) => [id, documentId])).toEqual([
      ["a", GATE],
      ["b", GATE],
    ]);
  });
  it("ends as “do not call” where its tab or its page is gone, and where too many wait", async () => {
    const { window, look } = open(true, false);
    for (const id of ["a", "b", "c", "d", "e"]) window.show(id, page, asking, answered);
    expect(answered.mock.calls).toEqual([[{ kind: "stop" }]]);
    await settle();
    await window.closed(7);
    expect(answered).toHaveBeenCalledTimes(5);
    window.show("f", page, asking, answered);
    look();
    await settle();
    expect(answered).toHaveBeenCalledTimes(6);
  });
});
