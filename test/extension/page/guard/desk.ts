/** The judge of dials, with a simulated agent, background and clock. */
import { vi } from "vitest";
import type { Facts } from "../../../../shared/check/api.ts";
import type { DialRequest } from "../../../../shared/dials/api.ts";
import { withheld } from "../../../../shared/dials/withheld.ts";
import { dialRules } from "../../../../shared/dials/read.ts";
import { readDial } from "../../../../shared/dials/read.ts";
import { regionOf } from "../../../../shared/phone/phone.ts";
import { defaultPolicy, type Policy } from "../../../../shared/policy/policy.ts";
import type { HeldDial, Outcome } from "../../../../extension/held-dial.ts";
import type { ConfirmedFacts, Trouble } from "../../../../extension/carried.ts";
import type { Answer } from "../../../../extension/messages.ts";
import type { PolicyContext } from "../../../../extension/policy-context.ts";
import type { PendingDial } from "../../../../extension/page/guard/pending-dial.ts";
import type { Ear } from "../../../../extension/page/guard/ear.ts";
import { readDialledNumber } from "../../../../extension/page/guard/assess.ts";
import { openJudge } from "../../../../extension/page/guard/judge.ts";
import { openFrameFacts } from "../../../../extension/page/frame-facts.ts";
import type { ReadingRules } from "../../../../extension/page/find/reading-rules.ts";
import { Clock, settle, stampOf } from "../../clock.ts";

export const CLEAR = "+442079460000";
export const TPS = "+442079460001";
export const OBJECTED = "+442079460002";
export const CONSENTED = "+442079460003";

/** Every caution is asked about, also one that rests on consent. */
export const ASKING: Policy = { ...defaultPolicy, consents: { ...defaultPolicy.consents, amber: "dialog" } };

export class Desk extends Clock {
  seq = 7;
  policy: Policy = ASKING;
  trouble: Trouble | null = null;
  /** What the background keeps for an outage. */
  kept: ConfirmedFacts | null = null;
  /** The Worker's clock minus the device's. */
  clockOffset = 0;
  /** Answers to a held dial's question wait in `late`. */
  slow = false;
  late: (() => void)[] = [];
  asOf = "2026-11-20";
  /** The regions of the registers. */
  regions = ["GB"];
  facts_: Record<string, Partial<Facts>> = {
    [TPS]: { lists: [{ id: "tps", asOf: "2026-11-20" }] },
    [OBJECTED]: {
      suppressions: [{ kind: "objection", reason: "asked", at: "2026-11-01T00:00:00.000Z", until: null }],
    },
    [CONSENTED]: {
      lists: [{ id: "tps", asOf: "2026-11-20" }],
      consents: [{ basis: "consent", givenAt: "2026-11-01T00:00:00.000Z", until: null }],
    },
  };
  askedNow: string[][] = [];
  /** What the background knows of the page around this frame, confirmed within two minutes. */
  heard = new Set<string>();
  records: { key: string; dial: DialRequest; wait: boolean }[] = [];
  /** What the background knows of an override in this tab. */
  override: Answer<"page.allowed">["override"] = null;
  /** A caution was read in this tab. */
  read = false;
  /** What the background answers to a record; "gone": nothing. */
  word: Answer<"page.dial"> | "gone" = { ok: true, verdict: null };
  shown: { id: string; asking: HeldDial }[] = [];
  closed: string[] = [];
  events: string[] = [];
  rules: ReadingRules = {
    ...{ region: "GB", also: [], language: "", dials: dialRules(null) },
    ...{ cities: null, wantCities: () => {} },
    rulings: { notNumbers: [], countries: {}, siteCountry: null },
  };
  /** Who hears of the canary. */
  ear: Ear | undefined;
  #keys = 0;

  facts = openFrameFacts({
    ask: (kind, body) => this.#answer(kind, body) as Promise<never>,
    now: () => this.now,
    soon: (run) => run(),
    later: this.later,
    learnt: () => this.dials.refresh(),
  });
  dials = openJudge({
    facts: this.facts,
    read: (written, dial) => readDialledNumber(written, this.rules, dial),
    unlisted: (address) => readDial(address, this.rules.dials),
    withheld,
    show: (id, asking) => void this.shown.push({ id, asking: structuredClone(asking) }),
    close: (id) => void this.closed.push(id),
    record: (key, dial, wait) => {
      this.records.push({ key, dial, wait });
      this.events.push(dial.action);
      return this.word === "gone" ? Promise.reject(new Error("gone")) : Promise.resolve(this.word);
    },
    country: (written, { country }) => {
      this.rules = {
        ...this.rules,
        rulings: { ...this.rules.rulings, countries: { [written.replace(/\D/g, "")]: country } },
      };
      return Promise.resolve();
    },
    unexplained: (key, dial) => Promise.resolve(this.records.push({ key, dial, wait: false })),
    allowed: () => Promise.resolve({ override: this.override, read: this.read }),
    host: () => "crm.example",
    now: () => this.now,
    later: this.later,
    key: () => `key-${this.#keys++}`,
    ear: () => this.ear,
  });

  context(): PolicyContext {
    return {
      policy: this.policy,
      stamp: stampOf(this.seq, this.asOf, this.regions),
      clockOffset: this.clockOffset,
    };
  }

  async #answer(kind: string, body: unknown): Promise<unknown> {
    const { numbers = [], now, within } = body as { numbers?: string[]; now?: true; within?: number };
    const asks = now ?? (within !== undefined && !numbers.every((n) => this.heard.has(n)));
    if (asks) this.askedNow.push(numbers);
    if (this.slow && asks) await new Promise<void>((done) => this.late.push(done));
    const { trouble, kept } = this;
    const context = this.context();
    if (trouble) return { ok: false, trouble, context: kept && context, retryInMs: 9000, kept };
    const known = (e164: string): Facts => ({
      ...{ e164, region: regionOf(e164), lists: [], suppressions: [], consents: [] },
      ...this.facts_[e164],
    });
    const { seq, stamp } = { seq: this.seq, stamp: context.stamp };
    if (kind === "page.poll")
      return {
        ...{ ok: true, context, confirmedAt: this.now, trouble },
        changes: { at: "", seq, stamp, reset: false, numbers: [], lists: [] },
      };
    const facts = Object.fromEntries(numbers.map((n) => [n, known(n)]));
    return { ok: true, context, confirmedAt: this.now, facts, trouble };
  }

  /** The page has these numbers' facts. */
  async knows(...numbers: string[]): Promise<void> {
    this.facts.begin(this.context(), null);
    this.facts.want(numbers);
    await settle();
  }

  async pass(ms: number): Promise<void> {
    this.turn(ms);
    await settle();
  }

  dial(written: string, more: Partial<PendingDial> = {}) {
    const again = vi.fn((instead?: string) => void this.events.push(`dial ${instead ?? written}`));
    const way = this.dials.judge({
      ...{ written, medium: "call", via: "tel:", element: null, resume: again },
      ...more,
    });
    return { way, again };
  }

  last = () => this.shown.at(-1)!.asking;
  async answer(outcome: Outcome): Promise<void> {
    this.dials.answered(this.shown.at(-1)!.id, outcome);
    await settle();
  }
  actions = () => this.records.map(({ dial }) => dial.action);
}
