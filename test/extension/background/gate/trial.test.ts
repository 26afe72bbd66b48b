/** Whether telephone links reach the browser's gate: a person's own test, and the daily one. */
import { describe, expect, it } from "vitest";
import { CANARY } from "../../../../shared/canary/number.ts";
import type { GateFound } from "../../../../extension/carried.ts";
import { openGateSetting } from "../../../../extension/background/gate/setting.ts";
import { openGateTrial } from "../../../../extension/background/gate/trial.ts";
import type { Account } from "../../../../extension/background/sign-in/account.ts";
import { openCachedStorage } from "../../../../extension/background/storage.ts";
import { Clock, settle } from "../../clock.ts";
import { MemoryArea } from "../../double.ts";

describe("a person's test", () => {
  const open = (frames: string[], asked = true) => {
    const clock = new Clock();
    const found: GateFound[] = [];
    const framesIn = () => Promise.resolve(frames);
    const setting = {
      wasAsked: () => asked,
      found: (f: GateFound) => Promise.resolve(void found.push(f)),
      working: () => Promise.resolve(null),
      isCounted: () => Promise.resolve(false),
    };
    return { clock, found, trial: openGateTrial({ later: clock.later, framesIn, setting }) };
  };
  it("that comes here says that the gate works", async () => {
    const { trial, found } = open([]);
    trial.begin();
    expect([trial.hears("+441632960001"), trial.hears(CANARY)]).toEqual([false, true]);
    await trial.end(1);
    expect(found).toEqual(["on"]);
    expect(trial.hears(CANARY)).toBe(false);
  });
  it.each([
    ["another page has it", ["https://other.example/call"], true, "other"],
    ["nobody has it, and Chrome was asked", ["about:blank"], true, "declined"],
    ["nobody has it, and Chrome was never asked", ["about:blank"], false, "unasked"],
  ])("that does not, %s", async (_, frames, asked, what) => {
    const { trial, found, clock } = open(frames, asked);
    trial.begin();
    clock.turn(2000);
    await trial.end(1);
    expect(found).toEqual([what]);
  });
});

describe("each day's", () => {
  async function open({ kept = {}, managed = false }: { kept?: object; managed?: boolean } = {}) {
    const clock = new Clock();
    const area = new MemoryArea();
    area.items = { gate: { on: true, softphone: "callto:", found: null, ...kept } };
    const local = openCachedStorage(area);
    await local.ready;
    const browser = {
      ...{ links: "ours" as "ours" | "theirs", granted: true, frames: true },
      worker: "https://cd.example",
    };
    const setting = openGateSetting({
      local,
      account: () => Promise.resolve({ url: browser.worker } as Account),
      managed: () => (managed ? "callto:" : null),
      granted: () => Promise.resolve(browser.granted),
    });
    const trial = openGateTrial({ later: clock.later, framesIn: () => Promise.resolve([]), setting });
    return {
      ...{ browser, setting },
      test: async (): Promise<boolean | null> => {
        const trying = trial.daily(() => {
          if (browser.frames && browser.links === "ours") trial.hears(CANARY);
          return Promise.resolve(browser.frames);
        });
        await settle();
        clock.turn(2000);
        return trying;
      },
    };
  }

  it("of a gate that worked, and hears nothing since, is a pass on every day until it holds again", async () => {
    const { browser, setting, test } = await open();
    expect([await setting.isCounted(), await test(), await setting.isCounted()]).toEqual([false, true, true]);
    browser.links = "theirs";
    for (let day = 0; day < 3; day++)
      expect([await test(), (await setting.state()).found]).toEqual([false, "other"]);
    browser.links = "ours";
    expect([await test(), (await setting.state()).found]).toEqual([true, "on"]);
    browser.links = "theirs";
    expect(await test()).toBe(false);
  });

  it("is none where the page forbids the frame, or Chrome's grant was taken back; the gate counts as on", async () => {
    const { browser, setting, test } = await open({ kept: { found: "on" } });
    browser.frames = false;
    expect(await test()).toBeNull();
    [browser.frames, browser.granted] = [true, false];
    expect([await test(), await setting.isCounted()]).toEqual([null, true]);
  });

  it("of one to which nothing ever came is none: the person declined", async () => {
    const { browser, setting, test } = await open({ kept: { found: "declined" } });
    browser.links = "theirs";
    expect([await test(), await setting.isCounted()]).toEqual([null, false]);
  });

  it("of one that an earlier version found lost is none: it may never have worked; from its next success on it counts", async () => {
    const { browser, setting, test } = await open({ kept: { found: "other" }, managed: true });
    browser.links = "theirs";
    for (let day = 0; day < 2; day++)
      expect([await test(), await setting.isCounted()]).toEqual([null, false]);
    browser.links = "ours";
    expect(await test()).toBe(true);
    browser.links = "theirs";
    expect(await test()).toBe(false);
  });

  it("of one that worked with another Worker is none, until it works with this one", async () => {
    const { browser, setting, test } = await open({ managed: true });
    await test();
    [browser.worker, browser.links] = ["https://other.example", "theirs"];
    expect([await setting.isCounted(), await test(), await setting.isCounted()]).toEqual([
      false,
      null,
      false,
    ]);
    browser.links = "ours";
    expect([await test(), await setting.isCounted()]).toEqual([true, true]);
    browser.links = "theirs";
    expect(await test()).toBe(false);
  });

  it("ends as the person turns the gate off, or on once more; where an administrator named the softphone it does not", async () => {
    for (const managed of [false, true]) {
      const { browser, setting, test } = await open({ managed });
      await test();
      browser.links = "theirs";
      setting.turnOn("callto:");
      expect(await test()).toBe(managed ? false : null);
      setting.turnOff();
      expect([await test(), await setting.isCounted()]).toEqual(managed ? [false, true] : [null, false]);
    }
  });
});
