/** What an overlay hears and looks after: its messages, its heartbeat, and the rules by which it reads numbers. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PageMessage } from "../../../extension/messages.ts";
import { askOrAbort, hearBackground } from "../../../extension/page/background-link.ts";
import { type Mark, numberWritten } from "../../../extension/page/find/mark.ts";
import { followPolicy, newRules } from "../../../extension/page/find/reading-rules.ts";
import { POLL_MS } from "../../../extension/page/frame-facts.ts";
import { decidesAgain, openHeartbeat, pollsAgain } from "../../../extension/page/heartbeat.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { NOON, stampOf } from "../clock.ts";

type Listener = (message: PageMessage, sender: unknown, answer: (heard: boolean) => void) => unknown;
let listeners: Listener[];
let runtime: Record<string, unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  listeners = [];
  runtime = {
    id: "abc",
    sendMessage: () => Promise.resolve({ role: "agent" }),
    onMessage: {
      addListener: (listener: Listener) => void listeners.push(listener),
      removeListener: (listener: Listener) => void listeners.splice(listeners.indexOf(listener), 1),
    },
  };
  vi.stubGlobal("chrome", { runtime });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a message to the background", () => {
  it("brings its answer; a failure alone takes nothing down", async () => {
    const control = new AbortController();
    const ask = askOrAbort(control);
    expect(await ask("page.who", {})).toEqual({ role: "agent" });
    runtime["sendMessage"] = () => Promise.reject(new Error("no receiver"));
    await expect(ask("page.who", {})).rejects.toThrow("no receiver");
    expect(control.signal.aborted).toBe(false);
  });
  it("that fails because the extension is gone takes everything down", async () => {
    const control = new AbortController();
    runtime["sendMessage"] = () => Promise.reject(new Error("Extension context invalidated."));
    delete runtime["id"];
    await expect(askOrAbort(control)("page.who", {})).rejects.toThrow();
    expect(control.signal.aborted).toBe(true);
  });
});

describe("a message from the background", () => {
  const hear = () => {
    const heard: string[] = [];
    const control = new AbortController();
    hearBackground(
      {
        off: () => heard.push("off"),
        stale: ({ numbers }) => heard.push(`stale ${numbers.join()}`),
        tried: ({ number }) => heard.push(number),
        rulings: ({ host }) => heard.push(`rulings ${host}`),
        protocols: ({ off }) => heard.push(`off ${off.join()}`),
        softphone: ({ before }) => heard.push(`by ${before}`),
        dialog: ({ kind }) => (heard.push(kind), true),
      },
      control.signal,
    );
    return { heard, control };
  };
  it("reaches whom it is for, and only one about a dialog is answered", () => {
    const { heard } = hear();
    const answer = vi.fn();
    const rulings = newRules().rulings;
    listeners[0]!({ kind: "off" }, null, answer);
    listeners[0]!({ kind: "facts.stale", numbers: ["1"], all: false, context: null }, null, answer);
    listeners[0]!({ kind: "rulings.changed", host: "crm.example", rulings }, null, answer);
    listeners[0]!({ kind: "protocols", off: ["sip"] }, null, answer);
    listeners[0]!({ kind: "softphone", before: "callto:" }, null, answer);
    expect(answer).not.toHaveBeenCalled();
    listeners[0]!({ kind: "ask.close", id: "a" }, null, answer);
    expect(answer).toHaveBeenCalledExactlyOnceWith(true);
    expect(heard).toEqual(["off", "stale 1", "rulings crm.example", "off sip", "by callto:", "ask.close"]);
  });
  it("is heard until all is taken down", () => {
    const { control } = hear();
    control.abort();
    expect(listeners).toEqual([]);
    // Once the extension is gone, its methods throw: they are left alone.
    const gone = hear();
    delete runtime["id"];
    gone.control.abort();
    expect(listeners).toHaveLength(1);
  });
});

describe("the heartbeat", () => {
  it("begins when there is something, once, and ends when there is nothing or all is taken down", () => {
    let anything = true;
    const beat = vi.fn(() => anything);
    const control = new AbortController();
    const lookAfter = openHeartbeat(beat, control.signal);
    vi.advanceTimersByTime(5000);
    expect(beat).not.toHaveBeenCalled();
    lookAfter();
    lookAfter();
    vi.advanceTimersByTime(1000);
    expect(beat).toHaveBeenCalledTimes(2);
    anything = false;
    vi.advanceTimersByTime(5000);
    expect(beat).toHaveBeenCalledTimes(3);
    anything = true;
    lookAfter();
    vi.advanceTimersByTime(500);
    expect(beat).toHaveBeenCalledTimes(4);
    control.abort();
    lookAfter();
    vi.advanceTimersByTime(5000);
    expect(beat).toHaveBeenCalledTimes(4);
  });
  it("decides again each minute and polls every 45 s, also where the device's clock was set back", () => {
    const clock = { decidedAt: NOON, polledAt: NOON };
    for (const sign of [1, -1]) {
      expect([59_999, 60_000].map((ms) => decidesAgain(clock, NOON + sign * ms))).toEqual([false, true]);
      expect([POLL_MS - 1, POLL_MS].map((ms) => pollsAgain(clock, NOON + sign * ms))).toEqual([false, true]);
    }
  });
});

describe("the rules by which numbers are read", () => {
  const context = (numbers: object): PolicyContext => ({
    ...{ stamp: stampOf(7), clockOffset: 0 },
    policy: { ...defaultPolicy, numbers: { ...defaultPolicy.numbers, ...numbers } },
  });
  it("follow the policy's regions, and say when they changed", () => {
    const rules = newRules();
    expect(followPolicy(rules, null)).toBe(false);
    expect(followPolicy(rules, context({ defaultRegion: "US" }))).toBe(true);
    expect(followPolicy(rules, context({ defaultRegion: "US" }))).toBe(false);
    expect(followPolicy(rules, context({ defaultRegion: "US", alsoRegions: ["CA"] }))).toBe(true);
    expect(rules).toMatchObject({ region: "US", also: ["CA"] });
  });
  it("follow its schemes, and its regions in what is a number of an unlisted one", () => {
    const rules = newRules();
    const schemes = [{ scheme: "acme", kind: "call" as const }];
    const named = { ...context({}), policy: { ...defaultPolicy, dials: { schemes } } };
    expect(followPolicy(rules, named)).toBe(true);
    expect(followPolicy(rules, named)).toBe(false);
    expect(rules.dials).toEqual({ schemes, regions: ["GB"], lineRegion: "GB" });
    expect(followPolicy(rules, context({ alsoRegions: ["IE"], lineRegion: "FR" }))).toBe(true);
    expect(rules.dials).toEqual({ schemes: [], regions: ["FR", "GB", "IE"], lineRegion: "FR" });
    // A person's word on a site says whose numbers are there. It makes no address of a dial an address of nothing.
    rules.rulings = { ...rules.rulings, siteCountry: "IN" };
    followPolicy(rules, context({}));
    expect(rules.dials.regions).toEqual(["GB"]);
  });
  it("take a person's word on the site before the policy's", () => {
    const rules = newRules();
    rules.rulings = { ...rules.rulings, siteCountry: "IN" };
    expect(followPolicy(rules, context({ defaultRegion: "US" }))).toBe(true);
    expect(rules.region).toBe("IN");
  });
  it("read a policy of an older version, which has no such clause", () => {
    const old = { ...context({}), policy: {} as never };
    expect(followPolicy(newRules(), old)).toBe(false);
  });
});

it("a written form is the number that all badges of that form show", () => {
  const mark = (written: string, e164: string | null) => ({ written, e164 }) as Mark;
  const marks = [mark("(415) 555-0134", "+14155550134"), mark("020 7946 0958", "+442079460958")];
  expect(numberWritten(marks, "4155550134")).toBe("+14155550134");
  expect(numberWritten(marks, "4155550135")).toBeNull();
  expect(numberWritten([...marks, mark("415 555 0134", "+914155550134")], "4155550134")).toBeNull();
  expect(numberWritten([mark("12", null)], "12")).toBeNull();
});
