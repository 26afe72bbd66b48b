/** Dials that reach the browser: each counts once, in the tab that began it, and what the guard let go on is not judged again. */
import { describe, expect, it, vi } from "vitest";
import { openPairs } from "../../../../extension/background/gate/hear.ts";
import { openPassed } from "../../../../extension/background/gate/passed.ts";
import { openPlaces } from "../../../../extension/background/gate/place.ts";
import type { Frame } from "../../../../extension/background/sites/frames.ts";
import type { DialRequest } from "../../../../shared/dials/api.ts";
import { settle } from "../../clock.ts";

const to = (n: string) => `https://cd.example/dial#u=${encodeURIComponent(`tel:${n}`)}`;
const A = { tabId: 1, frameId: 0, url: to("+441632960001"), requestId: "1" };
/** What survives the service worker. */
function memory() {
  const held = new Map<string, unknown>();
  return {
    get: <T>(key: string) => held.get(key) as T | undefined,
    set: (key: string, to: unknown) => void held.set(key, structuredClone(to)),
  };
}
const dial = (told: Pick<typeof A, "tabId" | "frameId">) => ({
  tabId: told.tabId,
  frameId: told.frameId,
  origin: "https://cd.example",
  address: "tel:+441632960001",
});

describe("what Chrome tells", () => {
  it("of the beginning and the end of one dial is one dial", () => {
    const pairs = openPairs(memory(), () => 0);
    expect(pairs.begins(A)).toEqual(dial(A));
    expect(pairs.ends(A)).toBeNull();
  });
  it("of the end alone is one as well: with a service worker, and in an object", () => {
    const pairs = openPairs(memory(), () => 0);
    expect(pairs.ends(A)).toEqual(dial(A));
    expect(pairs.ends(A)).toEqual(dial(A));
  });
  it("of two dials are two: twice in one frame, and once in each of two", () => {
    const pairs = openPairs(memory(), () => 0);
    const other = { ...A, frameId: 4 };
    expect([pairs.begins(A), pairs.begins(A), pairs.begins(other)].every(Boolean)).toBe(true);
    expect([pairs.ends(A), pairs.ends(A), pairs.ends(other)]).toEqual([null, null, null]);
    expect(pairs.ends(other)).not.toBeNull();
  });
  it("long after a request that ended without word of its navigation is another dial", () => {
    let now = 0;
    const pairs = openPairs(memory(), () => now);
    pairs.begins(A);
    pairs.answered(A);
    now = 10_000;
    expect(pairs.ends(A)).not.toBeNull();
  });
  it("of one dial is one while the Worker hangs for minutes, and Chrome stops the service worker meanwhile", () => {
    const kept = memory();
    let now = 0;
    openPairs(kept, () => now).begins(A);
    now = 5 * 60_000;
    const woken = openPairs(kept, () => now);
    woken.answered(A);
    expect(woken.ends(A)).toBeNull();
    // The other order, as nothing says which Chrome tells first.
    const again = { ...A, requestId: "2" };
    woken.begins(again);
    now += 60_000;
    expect(woken.ends(A)).toBeNull();
    woken.answered(again);
    expect(woken.ends(A)).not.toBeNull();
  });
  it("of other pages is none, nor the service worker's own request", () => {
    const pairs = openPairs(memory(), () => 0);
    for (const url of ["https://cd.example/dial", "https://cd.example/dial/on#u=tel:1"])
      expect([pairs.begins({ ...A, tabId: -1, url }), pairs.ends({ ...A, url })]).toEqual([null, null]);
  });
});

describe("what the guard let go on", () => {
  let now = 0;
  const open = () => openPassed({ now: () => now });
  const record = (more: Partial<DialRequest>) =>
    ({ action: "passed", number: "+441632960001", via: "tel:", ...more }) as DialRequest;
  const call = { written: "+441632960001", medium: "call" } as const;

  const note = (passed: ReturnType<typeof open>, dial: DialRequest) =>
    void passed.hear(1, { dial, wait: false }, { ok: true, verdict: null });

  it("passes once", () => {
    const passed = open();
    note(passed, record({}));
    expect([passed.take(1, call), passed.take(1, call)]).toEqual([true, false]);
    note(passed, record({ action: "overridden" }));
    expect(passed.take(1, call)).toBe(true);
  });
  it("does not pass where it was held, for another number, for a message, or long after", () => {
    const passed = open();
    note(passed, record({ action: "held" }));
    note(passed, record({ layer: "protocol" }));
    note(passed, record({ number: "+441632960002" }));
    note(passed, record({ via: "sms:" }));
    expect(passed.take(1, call)).toBe(false);
    note(passed, record({}));
    now += 6000;
    expect(passed.take(1, call)).toBe(false);
  });
  it("is not known by the begin of a long text, which another number may end", () => {
    const passed = open();
    const long = (number: string) => `+${"-".repeat(100)}${number}`;
    note(passed, record({ number: long("441632960001").slice(0, 100) }));
    expect(passed.take(1, { written: long("441632960002"), medium: "call" })).toBe(false);
  });
  it("is known by its digits, whatever words are around them", () => {
    const passed = open();
    note(passed, record({ number: "01632 960001" }));
    expect(passed.take(1, { written: "Call 01632 960001", medium: "call" })).toBe(true);
  });
});

describe("where the agent is asked", () => {
  const frame = (tabId: number, frameId: number) =>
    ({ tabId, frameId, documentId: `${tabId}.${frameId}` }) as Frame;
  let now = 0;
  const close = vi.fn(() => Promise.resolve());
  const open = (
    here: Frame[],
    address: string | null,
    isAlive = (_: Frame) => Promise.resolve(true),
    later = (_: () => void) => {},
  ) =>
    openPlaces({
      ...{ frames: { all: () => here }, now: () => now, later, close, isAlive },
      addressOf: () => Promise.resolve(address),
    });
  const heard = (tabId: number, frameId: number) => ({ tabId, frameId, origin: "", address: "" });

  it("is the top of the page, or else the frame that began it", async () => {
    const both = [frame(1, 4), frame(1, 0)];
    expect((await open(both, "https://crm.example/").of(heard(1, 4))).frame).toBe(both[1]);
    expect((await open([both[0]!], "https://x.example/").of(heard(1, 4))).frame).toBe(both[0]);
  });
  it("is known without asking, but in a tab that a page has just opened", () => {
    const both = [frame(1, 4), frame(1, 0), frame(3, 4)];
    const places = open(both, "");
    expect([heard(1, 4), heard(3, 4), heard(3, 0), heard(2, 0)].map(places.near)).toEqual([
      ...[both[1], both[2], null, null],
    ]);
    places.opened(1, 3);
    expect(places.near(heard(1, 0))).toBeNull();
    now += 3001;
    expect(places.near(heard(1, 0))).toBe(both[1]);
  });
  it("is one page that begins it, whatever windows it opens for that, one by the other", () => {
    const places = open([], null);
    places.opened(2, 1);
    places.opened(3, 2);
    expect([1, 2, 3, 4].map((tabId) => places.begunBy(heard(tabId, 0)))).toEqual([1, 1, 1, 4]);
    now += 3001;
    expect(places.begunBy(heard(3, 0))).toBe(3);
  });
  it("is our window where none of our scripts runs, or a page is gone", async () => {
    expect(await open([], "https://x.example/").of(heard(1, 0))).toEqual({ tabId: 1, frame: null });
    const gone = () => Promise.resolve(false);
    expect((await open([frame(1, 0)], "", gone).of(heard(1, 0))).frame).toBeNull();
  });
  it.each([
    ["a link that opens in the whole tab", heard(1, 0)],
    ["a frame that opens a window", heard(2, 0)],
  ])(
    "is known once each frame of the tab has answered, as its guard spoke before that: %s",
    async (_, dial) => {
      const frames = [frame(1, 0), frame(1, 4), frame(3, 0)];
      const asked: string[] = [];
      const answer = Promise.withResolvers<boolean>();
      const places = open(frames, "", (at) => {
        asked.push(at.documentId);
        return at.frameId === 4 ? answer.promise : Promise.resolve(true);
      });
      places.opened(2, 1);
      let place: unknown = null;
      const found = places.of(dial).then((is) => (place = is));
      await settle();
      expect([asked.sort(), place]).toEqual([["1.0", "1.4"], null]);
      answer.resolve(true);
      await found;
      expect(place).toEqual({ tabId: 1, frame: frames[0] });
    },
  );
  it("waits no longer than told for a frame that hangs and is not the one to ask in", async () => {
    const frames = [frame(1, 0), frame(1, 4)];
    const waits: (() => void)[] = [];
    const places = open(
      frames,
      null,
      (at) => (at.frameId === 4 ? new Promise(() => {}) : Promise.resolve(true)),
      (run) => void waits.push(run),
    );
    const found = places.of(heard(1, 0));
    await settle();
    waits.forEach((run) => run());
    expect(await found).toEqual({ tabId: 1, frame: frames[0] });
  });
  it("is the page that opened an empty window for the dial, which goes", async () => {
    for (const address of ["", "about:blank"]) {
      close.mockClear();
      const places = open([frame(1, 0)], address);
      places.opened(2, 1);
      expect(await places.of(heard(2, 0))).toMatchObject({ tabId: 1, frame: { tabId: 1 } });
      expect(close).toHaveBeenCalledWith(2);
    }
  });
  it("is the window itself where it has a page, is older, or Chrome does not tell", async () => {
    close.mockClear();
    for (const [address, ms] of [
      ["https://x.example/", 0],
      ["about:blank", 3001],
      [null, 0],
    ] as const) {
      const places = open([frame(1, 0)], address);
      places.opened(2, 1);
      now += ms;
      expect(await places.of(heard(2, 0))).toEqual({ tabId: 2, frame: null });
    }
    expect(close).not.toHaveBeenCalled();
  });
});
