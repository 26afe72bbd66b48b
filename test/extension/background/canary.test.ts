/** When a browser tries what holds calls, what a try finds, and what it reports. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CanaryRequest } from "../../../shared/canary/api.ts";
import { canaryRequest } from "../../../shared/canary/api.ts";
import { CANARY, canaryLayers } from "../../../shared/canary/number.ts";
import { DAY, HOUR, MINUTE } from "../../../shared/core/time.ts";
import { openCanary } from "../../../extension/background/canary/canary.ts";
import { closeFrame, dial, heard, listen, openFrame } from "../../../extension/background/canary/in-page.ts";
import { type Result, resultOf, type Tried, tryHold } from "../../../extension/background/canary/trial.ts";
import type { Sender } from "../../../extension/background/router.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { NoAnswer, Refused } from "../../../extension/background/worker-errors.ts";
import { NOON } from "../clock.ts";
import { MemoryArea } from "../double.ts";

describe("what a try found", () => {
  it.each<[what: string, ...Parameters<typeof resultOf>, found: boolean | null]>([
    ["a judge was asked for each dial, and none went on", "link", false, [true], true],
    ["the same of two dials", "script", false, [true, true], true],
    ["the judge was not asked, and the dial went on", "script", true, [true], false],
    ["it went on although a judge held it", "frame", true, [true], false],
    ["a judge would have let it pass", "script", false, [true, false], false],
    // Neither a hold nor a pass: a browser that reports nothing is missed.
    ["nobody was asked, and nothing went on", "link", false, [], null],
    [
      "the page dialled the canary at the same time, which would hide that a layer was not asked",
      "script",
      false,
      [true, true, true],
      null,
    ],
  ])("%s", (_, layer, reached, judged, found) => {
    expect(resultOf(layer, reached, judged)?.held ?? null).toBe(found);
  });

  /** A page in which these layers are broken; `gone`: it is left before that layer. */
  const page = (broken: readonly string[], gone?: string): Tried => ({
    framesWhere: () => Promise.resolve([5]),
    run(frameId, func, args) {
      const run = func as unknown;
      const [layer] = args as unknown[];
      if (run === openFrame || run === listen) return Promise.resolve(true as never);
      if (run === dial) {
        if (layer === gone) return Promise.reject(new Error("No frame with id 5"));
        dialled = layer as string;
        return Promise.resolve(broken.includes(dialled) as never);
      }
      if (run !== heard) undone.push([frameId, run]);
      if (run !== heard) return Promise.resolve(undefined);
      return Promise.resolve(
        Array<boolean>(broken.includes(dialled) ? 0 : times[dialled]!).fill(true) as never,
      );
    },
  });
  const undone: [frameId: number, what: unknown][] = [];
  let dialled = "";
  /** How often judges are asked. */
  const times: Record<string, number> = { link: 1, script: 2, frame: 1, softphone: 1 };

  it("each layer on its own", async () => {
    expect(await tryHold(page([]), 0)).toEqual(canaryLayers.map((layer) => ({ layer, held: true })));
    expect(await tryHold(page(["script"]), 0)).toEqual(
      canaryLayers.map((layer) => ({ layer, held: layer !== "script" })),
    );
  });
  it("a page that is left in the middle counts as far as it was tried", async () => {
    expect(await tryHold(page([], "frame"), 0)).toEqual(
      ["link", "script"].map((layer) => ({ layer, held: true })),
    );
    const left = () => Promise.reject(new Error("No tab with id"));
    expect(await tryHold({ run: left, framesWhere: left }, 0)).toEqual([]);
  });
  it("whatever happens, nothing of it stays in the page", async () => {
    for (const framesWhere of [() => Promise.resolve([]), () => Promise.reject(new Error("gone"))]) {
      undone.length = 0;
      expect(await tryHold({ ...page([]), framesWhere }, 3)).toEqual([]);
      expect(undone).toEqual([[3, closeFrame]]);
    }
    undone.length = 0;
    await tryHold(page([], "link"), 3);
    expect(undone).toEqual([[3, closeFrame]]);
  });
});

describe("a dial of the try", () => {
  const address = "tel:+443069990879";
  let gone: string[];
  let held: boolean;
  /** A browser without a page: what goes on there is noted. `held`: the guard's listener and wrappers stop it. */
  beforeEach(() => {
    [gone, held] = [[], true];
    const navigation = new EventTarget();
    navigation.addEventListener("navigate", (event) => {
      if (!held) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    });
    const goTo = (url: string) => {
      const event = Object.assign(new Event("navigate", { cancelable: true }), { destination: { url } });
      if (navigation.dispatchEvent(event)) gone.push(url);
    };
    const open = (url: string, name: unknown) => {
      if (held) return null;
      gone.push(`${url} ${String(name)}`);
      return null;
    };
    const element = (name: string) => ({
      attributes: new Map<string, string>(),
      href: "",
      click() {
        goTo(this.href);
      },
      remove() {},
      set src(url: string) {
        if (!held) this.attributes.set("src", url);
      },
      hasAttribute(of: string) {
        return this.attributes.has(of);
      },
      name,
    });
    const location = {
      set href(url: string) {
        goTo(url);
      },
    };
    const body = { append: ({ name }: { name: string }) => name === "iframe" && gone.push("attached") };
    class Channel {
      readonly port2 = { onmessage: () => {} };
      readonly port1 = {
        postMessage: (text: string) => {
          expect(text).toContain(`INVITE sip:${CANARY}@`);
          if (!held) queueMicrotask(() => this.port2.onmessage());
        },
      };
    }
    vi.stubGlobal("window", { navigation, open });
    vi.stubGlobal("location", location);
    vi.stubGlobal("MessageChannel", Channel);
    vi.stubGlobal("document", { createElement: element, body });
  });
  afterEach(() => vi.unstubAllGlobals());

  it.each(canaryLayers)(
    "by a %s gets to its last step only where nothing holds it, and never further",
    async (layer) => {
      expect(await dial(layer, address)).toBe(false);
      held = false;
      expect(await dial(layer, address)).toBe(true);
      expect(gone).toEqual([]);
    },
  );
});

describe("when it tries", () => {
  let [now, day, offset] = [NOON, "2026-11-24", 0];
  let area: { local: MemoryArea; session: MemoryArea };
  let sent: CanaryRequest[];
  let found: Result[];
  let down = false;
  const all = (held: boolean) => canaryLayers.map((layer) => ({ layer, held }));
  const sender = { tab: { id: 7 }, frameId: 0 } as Sender;
  let reached: boolean | null = null;
  let gateOn = false;
  /** What the Worker does with a report of the gate. */
  let gateReport: "taken" | "lost" | "refused" = "taken";
  const tryGate = vi.fn(() => Promise.resolve(reached));
  const tryIn = vi.fn((_tab: number, _frame: number) => Promise.resolve(found));

  async function open() {
    const [local, session] = [openCachedStorage(area.local), openCachedStorage(area.session)];
    await Promise.all([local.ready, session.ready]);
    return openCanary({
      ...{
        local,
        session,
        tryIn,
        tryGate,
        version: "0.1.0",
        isGateOn: () => Promise.resolve(gateOn),
        now: () => now,
        clockOffset: () => offset,
      },
      newId: () => "0123456789abcdef0123456789abcdef",
      worker: {
        call: (_method, _path, { body } = {}) => {
          const asked = canaryRequest.parse(body);
          const isOfGate = asked.results.some(({ layer }) => layer === "browser");
          if (down || (isOfGate && gateReport === "lost")) return Promise.reject(new NoAnswer("offline", 1));
          if (isOfGate && gateReport === "refused")
            return Promise.reject(
              new Refused({ type: "about:blank", code: "invalid", title: "No", status: 422 }),
            );
          sent.push(asked);
          const data = { day, until: `${day}T23:59:59.000Z` };
          return Promise.resolve({ data: data as never, from: now, to: now });
        },
      },
    });
  }
  beforeEach(() => {
    [now, day, offset, down, reached] = [NOON, "2026-11-24", 0, false, null];
    [gateOn, gateReport] = [false, "taken"];
    area = { local: new MemoryArea(), session: new MemoryArea() };
    [sent, found] = [[], all(true)];
    tryIn.mockClear();
    tryGate.mockClear();
  });
  const gates = () => sent.flatMap(({ results }) => results.filter(({ layer }) => layer === "browser"));

  it("once a day: it says first that the browser is in use, and then what each layer did", async () => {
    const canary = await open();
    await canary.seen(sender);
    expect(sent.map(({ day: of, results }) => [of, results])).toEqual([
      [undefined, []],
      ["2026-11-24", all(true)],
    ]);
    now += 6 * HOUR;
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(1);
    now += 7 * HOUR;
    day = "2026-11-25";
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(2);
    expect(new Set(sent.map(({ browser }) => browser)).size).toBe(1);
  });

  it("again once the browser has started, or the extension is another version", async () => {
    await (await open()).seen(sender);
    area.session = new MemoryArea();
    await (await open()).seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(2);
  });

  it("for another account as well", async () => {
    const canary = await open();
    await canary.seen(sender);
    canary.reset();
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(2);
  });

  it("what could not be tried is tried again, ten minutes later, and nothing is kept for another day", async () => {
    const canary = await open();
    found = [];
    await canary.seen(sender);
    expect(sent.map(({ results }) => results)).toEqual([[]]);
    found = all(true).slice(0, 2);
    now += 9 * MINUTE;
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(1);
    now += MINUTE;
    await canary.seen(sender);
    expect(sent.at(-1)!.results).toHaveLength(2);
    found = all(true);
    now += 10 * MINUTE;
    down = true;
    await canary.seen(sender);
    down = false;
    now += 10 * MINUTE;
    await canary.seen(sender);
    expect(sent.at(-1)!.results).toHaveLength(canaryLayers.length);
    now += 10 * MINUTE;
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(3);
  });

  it("with the browser's gate, in a report of its own, which an older server may refuse", async () => {
    reached = true;
    await (await open()).seen(sender);
    expect(sent.at(-1)!.results).toEqual([{ layer: "browser", held: true }]);
    expect(sent).toHaveLength(3);
    expect(tryGate).toHaveBeenCalledWith(7, 0);
  });

  it("says in each report whether the browser's gate is on", async () => {
    const canary = await open();
    await canary.seen(sender);
    [gateOn, reached] = [true, true];
    [now, day] = [now + DAY, "2026-11-25"];
    await canary.seen(sender);
    expect(sent.map(({ gate }) => gate)).toEqual([false, false, true, true, true]);
  });

  it("a pass whose report is lost is sent again, also where its layer holds by then, or the browser was closed", async () => {
    [gateOn, reached, gateReport] = [true, false, "lost"];
    await (await open()).seen(sender);
    expect(gates()).toEqual([]);
    area.session = new MemoryArea();
    [now, day, reached, gateReport] = [now + DAY, "2026-11-25", true, "taken"];
    const canary = await open();
    await canary.seen(sender);
    expect(gates()).toEqual([
      { layer: "browser", held: false },
      { layer: "browser", held: true },
    ]);
    // Of its own day, by which the Worker knows one that it has.
    expect(sent.filter(({ results }) => results.length > 0).map((one) => one.day)).toContain("2026-11-24");
    expect(sent.find(({ results }) => results.some(({ held }) => !held))!.day).toBe("2026-11-24");
    now += DAY;
    await canary.seen(sender);
    expect(gates()).toHaveLength(3);
  });

  it("so is one of the page, once", async () => {
    found = all(true).map((result) => ({ ...result, held: result.layer !== "script" }));
    tryIn.mockImplementationOnce(() => ((down = true), Promise.resolve(found)));
    const canary = await open();
    await canary.seen(sender);
    [down, found] = [false, all(true)];
    for (let n = 0; n < 2; n++) {
      now += DAY;
      await canary.seen(sender);
    }
    expect(sent.flatMap(({ results }) => results.filter(({ held }) => !held))).toEqual([
      { layer: "script", held: false },
    ]);
  });

  it("nothing of it is told to the server of another account", async () => {
    [gateOn, reached, gateReport] = [true, false, "lost"];
    const canary = await open();
    await canary.seen(sender);
    canary.reset();
    [reached, gateReport] = [true, "taken"];
    await canary.seen(sender);
    expect(gates()).toEqual([{ layer: "browser", held: true }]);
  });

  it("a gate that is on and could not be tried is tried again ten minutes later, and the page's layers are not", async () => {
    gateOn = true;
    const canary = await open();
    await canary.seen(sender);
    now += 10 * MINUTE;
    reached = true;
    await canary.seen(sender);
    expect([tryIn.mock.calls.length, tryGate.mock.calls.length, gates()]).toEqual([
      1,
      2,
      [{ layer: "browser", held: true }],
    ]);
    now += 10 * MINUTE;
    await canary.seen(sender);
    expect(tryGate).toHaveBeenCalledTimes(2);
    [now, day] = [now + DAY, "2026-11-25"];
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(2);
  });

  it("a server that does not know the gate's layer is not told of it again and again", async () => {
    [gateOn, reached, gateReport] = [true, false, "refused"];
    const canary = await open();
    for (let n = 0; n < 3; n++) {
      await canary.seen(sender);
      now += 10 * MINUTE;
    }
    expect(tryGate).toHaveBeenCalledTimes(1);
  });

  it("in the frame that has the numbers, and one at a time", async () => {
    const canary = await open();
    await canary.seen({ frameId: 0 });
    expect(sent).toEqual([]);
    await Promise.all([canary.seen({ ...sender, frameId: 3 }), canary.seen(sender)]);
    expect(tryIn.mock.calls).toEqual([[7, 3]]);
  });

  it("a device's clock that is wrong neither stops it nor has it try all the time", async () => {
    const canary = await open();
    offset = -2 * DAY;
    now += 2 * DAY;
    await canary.seen(sender);
    now += MINUTE;
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(1);
    now -= 2 * DAY;
    offset = 0;
    await canary.seen(sender);
    expect(tryIn).toHaveBeenCalledTimes(2);
  });
});
