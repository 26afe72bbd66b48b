/** What becomes of calls on one socket, with a protocol made for the test: `call KEY NUMBER`, `of KEY`, `end KEY`. */
import { describe, expect, it, vi } from "vitest";
import {
  type AskedCall,
  openCalls,
  REMEMBER_MS,
  type Ruling,
  WAIT_MS,
} from "../../../../extension/page/protocols/calls.ts";
import type { Said } from "../../../../extension/page/protocols/protocol.ts";
import { Clock, settle } from "../../clock.ts";

class Line extends Clock {
  sent: string[] = [];
  replies: string[] = [];
  judged: string[] = [];
  /** What became of the call that was asked about last. */
  became: AskedCall["became"] = () => "waiting";
  /** The calls that went. */
  went: string[] = [];
  /** How often the softphone ended one that went. */
  ended = 0;
  ruling: (numbers: string) => Ruling | Promise<Ruling> = () => "go";
  calls = openCalls<string>({
    talk: {
      read: (text): Said<string> => {
        const [is, key = "", number = ""] = text.split(" ");
        if (is === "call")
          return {
            ...{ is: "start", key, numbers: [number], refuse: () => [`no 1 ${text}`, `no 2 ${text}`] },
            cancelled: (ending) => [`gone ${ending}`],
            goes: () => void this.went.push(number),
            ...(key === "slow" && { wait: () => [`wait ${text}`] }),
          };
        return is === "of" || is === "end" ? { is, key } : is === "ours" ? { is: "swallow" } : null;
      },
    },
    judge: ({ numbers, became }) => {
      this.judged.push(numbers.join());
      this.became = became;
      return this.ruling(numbers.join());
    },
    ended: () => void this.ended++,
    send: (text) => void this.sent.push(text),
    reply: (text) => void this.replies.push(text),
    canWait: (text) => !text.endsWith("stuck"),
    now: () => this.now,
    later: this.later,
  });
  /** What is sent at once, and what later, in the order in which it leaves. */
  say(...texts: string[]): void {
    for (const text of texts) if (this.calls.sends(text) === "go") this.sent.push(text);
  }
  /** Each answer takes a task of its own. */
  async tasks(): Promise<void> {
    for (let i = 0; i < 5; i++) {
      this.turn(0);
      await settle();
    }
  }
  waits(): (ruling: Ruling) => void {
    const { promise, resolve } = Promise.withResolvers<Ruling>();
    this.ruling = () => promise;
    return resolve;
  }
}

describe("a call", () => {
  it("that is clear goes at once, and so does all that belongs to it and to none", () => {
    const line = new Line();
    line.say("hello", "call a 1", "of a", "end a", "of b");
    expect(line.sent).toEqual(["hello", "call a 1", "of a", "end a", "of b"]);
  });

  it("of a long number or name is judged each time: the end of one may be another's", async () => {
    const line = new Line();
    const filler = "-".repeat(400);
    line.ruling = (number) => (number.endsWith("2") ? "refuse" : "go");
    line.say(`call a ${filler}1`, `call a ${filler}2`, `call ${filler} 1`, `call ${filler} 2`);
    await line.tasks();
    expect(line.judged).toHaveLength(4);
    expect(line.sent).toEqual([`call a ${filler}1`, `call ${filler} 1`]);
  });

  it("that is barred never leaves, nor what belongs to it; the softphone is told in tasks of their own", async () => {
    const line = new Line();
    line.ruling = () => "refuse";
    line.say("call a 1", "of a");
    expect(line.replies).toEqual([]);
    line.turn(0);
    expect(line.replies).toEqual(["no 1 call a 1"]);
    await line.tasks();
    expect(line.replies).toEqual(["no 1 call a 1", "no 2 call a 1"]);
    line.say("end a", "ours", "hello");
    expect(line.sent).toEqual(["hello"]);
  });

  it("that waits is followed, in order, by what came behind it", async () => {
    const line = new Line();
    const rule = line.waits();
    line.say("call a 1", "of a", "hello", "of b");
    expect(line.sent).toEqual(["hello", "of b"]);
    rule("go");
    await settle();
    expect(line.sent).toEqual(["hello", "of b", "call a 1", "of a"]);
  });

  it("waits a second and a half at most, and is refused then: a late word sends nothing", async () => {
    const line = new Line();
    const rule = line.waits();
    line.say("call a 1", "of a");
    line.turn(WAIT_MS - 1);
    expect(line.replies).toEqual([]);
    line.turn(1);
    await line.tasks();
    expect(line.replies).toEqual(["no 1 call a 1", "no 2 call a 1"]);
    rule("go");
    await settle();
    expect(line.sent).toEqual([]);
  });

  it("that waits is told so, where its protocol has a word for that; one that does not wait is not", () => {
    const line = new Line();
    line.say("call slow 1");
    line.waits();
    line.say("call slow 2", "call a 3");
    line.turn(0);
    expect(line.replies).toEqual(["wait call slow 2"]);
  });

  it("that its judge fails at is refused", async () => {
    const line = new Line();
    line.ruling = () => Promise.reject(new Error("gone"));
    line.say("call a 1");
    await line.tasks();
    expect([line.sent, line.replies.length]).toEqual([[], 2]);
  });

  it("that is given up while it waits never leaves, and ends as the softphone expects", async () => {
    const line = new Line();
    const rule = line.waits();
    line.say("call a 1", "end a");
    rule("go");
    await line.tasks();
    line.say("of a");
    expect([line.sent, line.replies]).toEqual([[], ["gone end a"]]);
  });
});

it("its judge can tell what became of a call, and its protocol which ones went", async () => {
  const line = new Line();
  const rule = line.waits();
  line.say("call a 1");
  expect([line.became(), line.went]).toEqual(["waiting", []]);
  rule("go");
  await settle();
  expect([line.became(), line.went]).toEqual(["go", ["1"]]);
  for (const [ending, became] of [
    [() => line.turn(WAIT_MS), "refuse"],
    [() => line.say("end b"), "gone"],
  ] as const) {
    line.waits();
    line.say("call b 2");
    ending();
    expect(line.became()).toBe(became);
    line.turn(REMEMBER_MS);
  }
  line.ruling = () => "refuse";
  line.say("call c 3");
  line.ruling = () => "go";
  line.say("call d 4", "call d 4");
  expect(line.went).toEqual(["1", "4", "4"]);
});

describe("the memory", () => {
  it("asks once for a call that is sent again, with a password: allowed or refused", async () => {
    for (const ruling of ["go", "refuse"] as const) {
      const line = new Line();
      line.ruling = () => ruling;
      line.say("call a 1", "call a 1");
      await line.tasks();
      expect(line.judged, ruling).toEqual(["1"]);
      expect(line.replies.length).toBe(ruling === "go" ? 0 : 4);
    }
  });

  it("while the first waits, the second waits behind it", async () => {
    const line = new Line();
    const rule = line.waits();
    line.say("call a 1", "call a 1");
    rule("go");
    await settle();
    expect([line.judged, line.sent]).toEqual([["1"], ["call a 1", "call a 1"]]);
  });

  it("is of the name and the number together: another number by the same name is judged for itself", async () => {
    const line = new Line();
    line.ruling = (number) => (number === "2" ? "refuse" : "go");
    line.say("call a 1", "call a 2", "of a", "call a 1");
    await line.tasks();
    expect(line.judged).toEqual(["1", "2"]);
    // The allowed call goes on, whatever else was tried in its name.
    expect(line.sent).toEqual(["call a 1", "of a", "call a 1"]);
  });

  it("ends with the call, and after half a minute", () => {
    const line = new Line();
    line.say("call a 1", "end a", "call a 1");
    line.turn(REMEMBER_MS);
    line.say("call a 1");
    expect(line.judged).toEqual(["1", "1", "1"]);
  });

  it("is bounded: what finds no place is refused, never passed", async () => {
    const line = new Line();
    line.waits();
    const judged = vi.spyOn(line, "ruling");
    for (let i = 0; i < 2000; i++) line.say(`call ${i} 1`);
    line.say(`call ${"x".repeat(1e6)} 1`);
    await line.tasks();
    expect(line.sent).toEqual([]);
    expect(judged.mock.calls.length).toBeLessThan(20);
    expect(line.replies.length).toBeGreaterThan(1000);
    const other = new Line();
    other.ruling = () => "refuse";
    for (let i = 0; i < 2000; i++) other.say(`call ${i} 1`);
    expect([other.sent, other.judged.length]).toEqual([[], 2000]);
  });
});

it("tells of the end of a call that went, once, and of no other", () => {
  const line = new Line();
  line.say("end of another", "call a 1", "end a", "end a");
  line.ruling = () => "refuse";
  line.say("call b 1", "end b");
  line.waits();
  line.say("call c 1", "end c");
  expect(line.ended).toBe(1);
});
it("tells of the end of each call of one name that went, and of those that it forgets", () => {
  const line = new Line();
  line.say("call a 1", "call a 2", "end a");
  expect(line.ended).toBe(2);
  line.say("call b 1");
  line.turn(REMEMBER_MS);
  // No end of the first will count any more.
  line.say("call c 1", "end b");
  expect(line.ended).toBe(3);
});

it("refuses a call at once whose message cannot wait, and its judge learns that", async () => {
  const line = new Line();
  const rule = line.waits();
  line.say("call a 1 stuck");
  expect([line.became(), line.sent]).toEqual(["refuse", []]);
  rule("go");
  await line.tasks();
  expect([line.sent, line.replies]).toEqual([[], ["no 1 call a 1 stuck", "no 2 call a 1 stuck"]]);
  line.ruling = () => "go";
  line.say("call b 1 stuck");
  expect(line.sent).toEqual(["call b 1 stuck"]);
});
