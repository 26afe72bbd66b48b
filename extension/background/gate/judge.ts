/**
 * Judges a dial that reached the browser: by the guard's own judge, with this browser's facts instead of a page's. The
 * record of a dial on a site that is not turned on has no host, and there is none where nothing was held. Each dial takes its
 * facts from the background's cache, which counts every call; of what changes while it is not decided, it is told.
 */
import type { DialTarget } from "../../../shared/dials/address.ts";
import { lineRegionOf } from "../../../shared/dials/line.ts";
import { readDial } from "../../../shared/dials/read.ts";
import { withheld } from "../../../shared/dials/withheld.ts";
import type { Rulings, Trouble } from "../../carried.ts";
import type { Outcome } from "../../held-dial.ts";
import type { Answer, Kind, ToBackground, ToPage } from "../../messages.ts";
import { assess, numbersOf, readDialledNumber } from "../../page/guard/assess.ts";
import { type JudgeDeps, openJudge } from "../../page/guard/judge.ts";
import { type FrameFacts, openFrameFacts } from "../../page/frame-facts.ts";
import type { Judge, PendingDial } from "../../page/guard/pending-dial.ts";
import { followPolicy, newRules } from "../../page/find/reading-rules.ts";
import type { PolicyContext } from "../../policy-context.ts";
import type { FactCache } from "../check/fact-cache.ts";
import type { DialQueue } from "../dials/queue.ts";
import { rule, type Ruling } from "../rulings.ts";
import type { Place } from "./place.ts";
import type { GateWindow } from "./window.ts";

export interface GateJudgeDeps {
  /** Answers a question as if a page had asked it. */
  ask: <K extends Kind>(kind: K, body: ToBackground[K]["ask"]) => Promise<Answer<K>>;
  context: () => PolicyContext | null;
  /** What the background has of these numbers, and when the Worker confirmed it. */
  kept: FactCache["kept"];
  trouble: () => Promise<Trouble | null>;
  record: DialQueue["add"];
  rulings: (host: string) => Rulings;
  /** Keeps a ruling on a site's number. What is said of a dial without a site, nothing keeps. */
  rule: (host: string, written: string, ruling: Ruling) => Promise<Rulings>;
  window: Pick<GateWindow, "show" | "close">;
  now: () => number;
  later: (run: () => void, ms: number) => void;
  newKey: () => string;
}

export function openGateJudge(deps: GateJudgeDeps) {
  /** The facts of dials that are not decided yet. */
  const open = new Set<FrameFacts>();
  /** Held dials, by tab and number: another of the same is held and recorded, without a question. */
  const busy = new Set<string>();

  /** In a trouble only an answer of the Worker ends it: what is cached would pass for one. One that is busy is there. */
  const ask: GateJudgeDeps["ask"] = async (kind, body) => {
    const confirms = "numbers" in body && !("now" in body) && ![null, "busy"].includes(await deps.trouble());
    return deps.ask(kind, confirms ? { ...body, within: 0 } : body);
  };

  /** `over`: nobody is asked about the dial any more. `stands`: whether its record does. */
  function judgeAt(place: Place, asks: boolean, over: () => void, stands?: Promise<boolean>) {
    const host = place.frame?.host ?? "";
    const rules = newRules();
    rules.rulings = deps.rulings(host);
    let held = false;
    const answered = (id: string, outcome: Outcome): void => {
      if (outcome.kind === "stop") over();
      judge.answered(id, outcome);
    };
    // What failed is asked for again until the dial is over, and no longer.
    const later = (run: () => void, ms: number) =>
      deps.later(() => {
        if (open.has(facts)) run();
      }, ms);
    const facts: FrameFacts = openFrameFacts({
      ask,
      now: deps.now,
      soon: (run) => later(run, 0),
      later,
      learnt: () => judge.refresh(),
    });
    const read: JudgeDeps["read"] = (written, dial) => {
      followPolicy(rules, facts.context());
      return readDialledNumber(written, rules, dial);
    };
    const judge = openJudge({
      facts,
      read,
      unlisted: (address) => readDial(address, rules.dials),
      withheld,
      show(id, asking) {
        if (asks) deps.window.show(id, place, asking, (outcome) => answered(id, outcome));
        else answered(id, { kind: "stop" });
      },
      close: (id) => deps.window.close(id),
      record(key, dial, wait) {
        if (host === "" && dial.action === "passed" && !held)
          return Promise.resolve({ ok: true, verdict: null });
        held ||= dial.action === "held";
        return deps.record(key, { ...dial, host, layer: "browser" }, wait, stands);
      },
      async country(written, ruling) {
        rules.rulings =
          host === "" ? rule(rules.rulings, written, ruling) : await deps.rule(host, written, ruling);
      },
      host: () => host,
      now: deps.now,
      later: deps.later,
      key: deps.newKey,
      // No softphone in a page comes here.
      allowed: () => Promise.resolve({ override: null, read: false }),
      unexplained: () => Promise.resolve(),
      ear: () => undefined,
    });
    const assessed = (dial: PendingDial) =>
      assess(facts, read(dial.written, dial), dial.written, dial.medium);
    /** By what the background has, as in a page by what that knows: out of date, by nothing. */
    function know(dial: PendingDial, why: Trouble | null): void {
      const context = deps.context();
      facts.begin(context, why);
      const numbers = numbersOf(assessed(dial));
      if (why !== "too-old") facts.begin(context, why, deps.kept(numbers));
    }
    function begin(dial: PendingDial, why: Trouble | null): ReturnType<Judge> {
      know(dial, why);
      return judge.judge(dial);
    }
    /** As `begin`, where it passes at once; any other dial is neither recorded nor asked about. */
    function passes(dial: PendingDial, why: Trouble | null): boolean {
      know(dial, why);
      const context = facts.context();
      const hides = withheld(dial.written, context && lineRegionOf(context.policy)) !== null;
      return !hides && assessed(dial).handling === "pass" && judge.judge(dial) === "pass";
    }
    return { facts, begin, passes };
  }

  return {
    /** Facts may have changed. */
    stale: ({ numbers, all, context }: ToPage["facts.stale"]) =>
      open.forEach((facts) => facts.stale(numbers, all, context)),
    /** A number was called from this browser. */
    tried: (number: string, at: string) => open.forEach((facts) => facts.tried(number, at)),
    /**
     * Whether a dial passes by what is known already; its record is handed over then. `stands`: whether it went by that
     * alone. For any other nothing is done here.
     */
    async passes(place: Place, target: DialTarget, stands: Promise<boolean>): Promise<boolean> {
      const why = await deps.trouble();
      const { passes } = judgeAt(place, false, () => {}, stands);
      return passes({ ...target, element: null, resume: () => {} }, why);
    },
    /** `go` performs the dial, with another number where the agent chose it: now, later or never. */
    async judge(place: Place, target: DialTarget, go: (instead?: string) => void): Promise<void> {
      const why = await deps.trouble();
      const name = `${place.tabId} ${target.medium} ${target.written}`;
      const asks = !busy.has(name);
      const over = () => {
        open.delete(facts);
        if (asks) busy.delete(name);
      };
      const { facts, begin } = judgeAt(place, asks, over);
      busy.add(name);
      open.add(facts);
      const resume = (instead?: string) => {
        over();
        go(instead);
      };
      if (begin({ ...target, element: null, resume }, why) === "pass") resume();
    },
  };
}
