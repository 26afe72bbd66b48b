/**
 * What becomes of the calls on one socket, port or window: each start is judged once, what comes later of the same call
 * shares its fate, in order. A verdict is remembered by the call's name and its numbers together: a page may use one name
 * for a second number. Pure, but for what it is given.
 */
import type { Said, Start, Talk } from "./protocol.ts";

/** A call waits so long for its verdict, in milliseconds: Aircall gives up after two seconds. */
export const WAIT_MS = 1500;
/** How long a verdict counts for the same call: it may be asked for a password first. */
export const REMEMBER_MS = 30_000;
/** Calls that one socket remembers, and those that may wait on it: the others are refused. */
const MOST_CALLS = 64;
const MOST_WAITING = 16;
/** Messages that wait behind one call: a browser finds some dozens of ways for its audio. */
const MOST_QUEUED = 256;
/** A page may name a call by a megabyte. */
const LONGEST = 300;

export type Ruling = "go" | "refuse";

/** A call, for whoever judges it. */
export interface AskedCall extends Pick<Start<unknown>, "rings"> {
  /** What may ring, the likeliest first. */
  numbers: readonly string[];
  /** What became of it: a ruling that comes when it waits no more changes nothing. `gone`: the softphone gave it up. */
  became: () => "waiting" | Ruling | "gone";
}
export type CallJudge = (call: AskedCall) => Ruling | Promise<Ruling>;

export interface CallsDeps<M> {
  talk: Talk<M>;
  judge: CallJudge;
  /** The softphone has ended a call that went, or nothing more is heard of it. */
  ended: () => void;
  /** Sends a message that waited, as it was. */
  send: (message: M) => void;
  /** False for a message that could not be sent later: what would have it wait is refused. */
  canWait?: (message: M) => boolean;
  /** Says something in the other side's place. */
  reply: (message: M) => void;
  /** The receiver gets this in place of a message that was refused. */
  instead?: (message: M) => void;
  /** Milliseconds of a clock that only goes on. */
  now: () => number;
  /** Runs in a task of its own. */
  later: (run: () => void, ms: number) => void;
}

interface Call<M> {
  key: string;
  /** Null where they are too long to be remembered. */
  numbers: string | null;
  state: ReturnType<AskedCall["became"]>;
  until: number;
  /** What waits, in order. */
  queue: M[];
  start: Start<M>;
}

export function openCalls<M>(deps: CallsDeps<M>) {
  const { talk, judge, ended, send, canWait, reply, instead, now, later } = deps;
  const calls = new Set<Call<M>>();
  const named = (key: string) => [...calls].filter((call) => call.key === key);

  /** Nothing more is heard of it. */
  function forget(call: Call<M>): void {
    calls.delete(call);
    if (call.state === "go") ended();
  }

  function tidy(): void {
    for (const call of calls) if (call.state !== "waiting" && call.until <= now()) forget(call);
    for (const call of calls) if (calls.size >= MOST_CALLS && call.state !== "waiting") forget(call);
  }

  /** One task each: a softphone may begin to listen for the second when it has the first. */
  function sayAll([first, ...others]: readonly M[]): void {
    if (first === undefined) return;
    later(() => {
      reply(first);
      sayAll(others);
    }, 0);
  }

  function refuse(start: Start<M>): void {
    sayAll(start.refuse());
    const others = start.instead?.() ?? [];
    if (others.length > 0) later(() => others.forEach((message) => instead?.(message)), 0);
  }

  function settle(call: Call<M>, ruling: Ruling): void {
    if (call.state !== "waiting") return;
    call.state = ruling;
    call.until = now() + REMEMBER_MS;
    const queue = call.queue.splice(0);
    if (ruling === "refuse") return refuse(call.start);
    call.start.goes?.();
    queue.forEach(send);
  }

  function begin(start: Start<M>, message: M): "go" | "held" {
    const key = short(start.key);
    // Of long ones nothing is remembered: they are judged each time.
    const said = JSON.stringify([start.numbers, start.rings]);
    const numbers = Math.max(said.length, start.key.length) > LONGEST ? null : said;
    const before = named(key).find(
      (call) => numbers !== null && call.numbers === numbers && call.until > now(),
    );
    if (before?.state === "waiting") return hold(before, message);
    if (before?.state === "go") {
      start.goes?.();
      return "go";
    }
    if (before) {
      refuse(start);
      return "held";
    }
    tidy();
    const waiting = [...calls].filter(({ state }) => state === "waiting").length;
    const call: Call<M> = { key, numbers, state: "waiting", until: Infinity, queue: [message], start };
    calls.add(call);
    const { rings } = start;
    const asked = { numbers: start.numbers, ...(rings && { rings }), became: () => call.state };
    const ruled = waiting >= MOST_WAITING ? "refuse" : judge(asked);
    if (ruled === "go") call.queue = [];
    if (ruled === "go" || ruled === "refuse") settle(call, ruled);
    else if (canWait?.(message) === false) settle(call, "refuse");
    else {
      sayAll(start.wait?.() ?? []);
      ruled.then(
        (ruling) => settle(call, ruling),
        () => settle(call, "refuse"),
      );
      later(() => settle(call, "refuse"), WAIT_MS);
    }
    return ruled === "go" ? "go" : "held";
  }

  function hold(call: Call<M>, message: M): "held" {
    if (call.queue.length < MOST_QUEUED) call.queue.push(message);
    return "held";
  }

  /** The softphone gives a call up: one that waits never leaves. */
  function end(key: string, message: M): "go" | "held" {
    const mine = named(short(key));
    const waiting = mine.filter(({ state }) => state === "waiting");
    for (const call of waiting) {
      call.state = "gone";
      call.until = now() + REMEMBER_MS;
      call.queue = [];
      sayAll(call.start.cancelled?.(message) ?? []);
    }
    if (waiting.length > 0) return "held";
    const running = mine.filter(({ state }) => state === "go");
    running.forEach(forget);
    return running.length > 0 || mine.length === 0 ? "go" : "held";
  }

  function follow(said: Said<M>, message: M): "go" | "held" {
    if (said === null) return "go";
    if (said.is === "swallow") return "held";
    if (said.is === "start") return begin(said, message);
    if (said.is === "end") return end(said.key, message);
    const mine = named(short(said.key)).filter(({ until }) => until > now());
    // A call of this name goes on: what belongs to it is not kept waiting by another.
    if (mine.length === 0 || mine.some(({ state }) => state === "go")) return "go";
    const waiting = mine.find(({ state }) => state === "waiting");
    return waiting ? hold(waiting, message) : "held";
  }

  return {
    /** Whether a message may be sent now. What is held is sent later, or never. */
    sends: (message: M, from?: string): "go" | "held" => follow(talk.read(message, from), message),
    heard: (message: M): void => talk.heard?.(message),
  };
}

export type Calls<M> = ReturnType<typeof openCalls<M>>;

const short = (text: string): string =>
  text.length <= LONGEST ? text : `${text.length} ${text.slice(0, LONGEST)}`;
