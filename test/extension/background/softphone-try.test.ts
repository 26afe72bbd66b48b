/** A try of the agent's own softphone: what sees the dial says so, and a dial that nothing sees is said to be seen by nothing. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openSoftphoneTry } from "../../../extension/background/dials/softphone-try.ts";
import { NoAnswer } from "../../../extension/background/worker-errors.ts";
import { CANARY } from "../../../shared/canary/number.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import { unexplained } from "../../../shared/dials/unexplained.ts";
import { settle } from "../clock.ts";

let at: number;
let kept: Map<string, unknown>;
/** How long ago a telephone system asked; null: none did; undefined: the Worker does not answer. */
let ago: number | null | undefined;
/** Whether it named the person; an older Worker does not say. */
let named: boolean | undefined;
let asked: number;
/** Milliseconds from the Worker's reading of its clock to its answer. */
let slow: number;
const retry = vi.fn();
const add = vi.fn(() => Promise.resolve({ ok: true as const, verdict: "blocked" as const }));

const opened = () =>
  openSoftphoneTry({
    session: {
      get: <T>(key: string) => kept.get(key) as T | undefined,
      set: (key, value) => void kept.set(key, value),
    },
    worker: {
      call: <T>() => {
        asked++;
        if (ago === undefined) return Promise.reject<never>(new NoAnswer("offline", 4000));
        const data = { ago, ...(named !== undefined && { named }) } as T;
        const from = at;
        at += slow;
        return Promise.resolve({ data, from, to: at });
      },
      retry,
    },
    now: () => at,
  });
let trial: ReturnType<typeof opened>;
beforeEach(() => {
  at = 1_000_000;
  kept = new Map();
  ago = null;
  named = true;
  asked = 0;
  slow = 0;
  retry.mockClear();
  add.mockClear();
  trial = opened();
});

const does = async (what: "begin" | "end" | "look") => {
  await settle();
  const said = await trial.handlers["ui.softphoneTry"]({ kind: "ui.softphoneTry", does: what }, {});
  await settle();
  return said;
};
const dial = (change: Partial<DialRequest> = {}) =>
  trial.recording(add)(
    "key",
    {
      ...{ number: CANARY, e164: CANARY, action: "held", verdict: "blocked", reasons: [], seen: null },
      ...{ host: "crm.example", at: new Date(at).toISOString(), ...change },
    },
    false,
  );

describe("a dial of our number", () => {
  it.each([
    [undefined, "page"],
    ["protocol", "protocol"],
    ["browser", "browser"],
  ] as const)("that the layer %s held is named by it, and is no call to record", async (layer, said) => {
    await does("begin");
    await dial({ number: "03069 990879", ...(layer && { layer }) });
    expect(await does("look")).toEqual({
      is: "over",
      seen: { layer: said, held: true, host: "crm.example" },
      ...{ audio: null, isAsked: false },
    });
    expect(add).not.toHaveBeenCalled();
  });

  it("that a layer let go is not held", async () => {
    await does("begin");
    await dial({ layer: "protocol", action: "passed" });
    expect(await does("look")).toMatchObject({ seen: { layer: "protocol", held: false } });
  });

  it("is a probe as any where nobody tries: before, after two minutes, and once it was seen", async () => {
    await dial();
    await does("begin");
    at += 120_000;
    await dial();
    await does("begin");
    await dial();
    await dial();
    expect(add).toHaveBeenCalledTimes(3);
  });

  it("is told ten times where a page goes on, which crowds out no record, and a try still finds it", async () => {
    for (let n = 0; n < 30; n++) await dial();
    expect(add).toHaveBeenCalledTimes(10);
    await dial({ host: "other.example" });
    await dial({ number: "+442079460000", e164: "+442079460000" });
    expect(add).toHaveBeenCalledTimes(12);
    await does("begin");
    await dial();
    expect(await does("look")).toMatchObject({ is: "over", seen: { layer: "page", held: true } });
    expect(add).toHaveBeenCalledTimes(12);
  });

  it("is found after Chrome stopped the background meanwhile", async () => {
    await does("begin");
    trial = opened();
    await dial({ layer: "browser", host: "" });
    expect(await does("look")).toMatchObject({ is: "over", seen: { layer: "browser", host: "" } });
  });
});

it("another number, and one that may be another's as well, is recorded as ever", async () => {
  await does("begin");
  await dial({ number: "+442079460000", e164: "+442079460000" });
  await dial({ e164: null });
  await dial({ number: `${CANARY},,2` });
  expect(add).toHaveBeenCalledTimes(3);
  expect(await does("look")).toMatchObject({ is: "listening", seen: null });
});

it("audio that no call explains is told, and stays on record, also a moment after the end", async () => {
  await does("begin");
  await does("end");
  at += 10_000;
  await dial({ ...unexplained, e164: null, layer: "protocol", action: "passed" });
  expect(await does("look")).toMatchObject({ is: "over", seen: null, audio: "crm.example" });
  expect(add).toHaveBeenCalledOnce();
  at += 60_000;
  await does("begin");
  expect(await does("look")).toMatchObject({ audio: null });
});

describe("the telephone system's gate", () => {
  it("held it where the Worker says that it was asked since the try began", async () => {
    at += 10_000;
    await does("begin");
    at += 5000;
    ago = 6000;
    await does("look");
    expect(await does("look")).toMatchObject({ is: "listening", seen: null, isAsked: true });
    at += 5000;
    ago = 4000;
    await does("look");
    expect(await does("look")).toMatchObject({ is: "over", seen: { layer: "server", held: true, host: "" } });
  });

  it.each([
    ["for this person", true, false],
    ["for nobody by name", false, true],
    ["for whom an older Worker does not say", undefined, true],
  ])("may have held a colleague's dial, but where it asked for this person: %s", async (_, says, isOther) => {
    named = says;
    ago = 0;
    await does("begin");
    expect(await does("end")).toMatchObject({ seen: { layer: "server", held: true, isOther } });
  });

  it("held nothing of this try where its call came before, however late the answer is", async () => {
    ago = 1;
    slow = 5000;
    await does("begin");
    expect(await does("end")).toMatchObject({ is: "over", seen: null, isAsked: true });
  });

  it("is asked whatever the back-off says when a person pressed a button, and not at each look", async () => {
    await does("begin");
    for (let i = 0; i < 5; i++) await does("look");
    expect(retry).toHaveBeenCalledTimes(1);
    await does("end");
    expect(retry).toHaveBeenCalledTimes(2);
  });

  it("is asked once more when the person says that it is over, at most every three seconds before, and not after", async () => {
    await does("begin");
    for (let i = 0; i < 5; i++) await does("look");
    expect(asked).toBe(1);
    ago = 0;
    expect(await does("end")).toMatchObject({ is: "over", seen: { layer: "server" } });
    expect(asked).toBe(2);
    at += 10_000;
    await does("look");
    expect(asked).toBe(2);
  });

  it("is not said to have seen nothing where the Worker does not answer", async () => {
    ago = undefined;
    await does("begin");
    await does("look");
    expect(await does("end")).toEqual({ is: "over", seen: null, audio: null, isAsked: false });
  });
});
