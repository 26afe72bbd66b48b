/**
 * All messages between the extension's parts, as typed unions. Scripts in pages, the popup, the options and the desk
 * ask; the background answers, as it is the only part that talks to the Worker.
 */
import type { ChangesAnswer, Verdict } from "../shared/check/api.ts";
import type { HistoryAnswer } from "../shared/check/api-history.ts";
import type { DialRequest } from "../shared/dials/api.ts";
import type { CallBackRequest, ConsentGiver } from "../shared/do-not-call/api-consents.ts";
import type { CityTable } from "../shared/country/cities.ts";
import type { Person, Role } from "../shared/people/api.ts";
import type { Problem } from "../shared/api.ts";
import type { Campaign } from "../shared/policy/policy.ts";
import type { Basis, HeldDial, NewConsent, Outcome } from "./held-dial.ts";
import type { PolicyContext } from "./policy-context.ts";
import type {
  Trouble,
  Rulings,
  FrameReport,
  Counts,
  FactsAnswer,
  CheckedNumber,
  Entered,
  NewObjection,
  GateState,
  Site,
  SentFile,
  SpokenWords,
  PopupState,
  SoftphoneTry,
  Tokens,
} from "./carried.ts";

export interface ToBackground {
  // --- from scripts in a page
  "page.hello": {
    ask: { frame: FrameReport };
    answer: {
      rulings: Rulings;
      context: PolicyContext | null;
      trouble: Trouble | null;
      tokens: Tokens;
      protocolsOff: string[];
      softphone: string | null;
    };
  };
  /**
   * `within`: what the Worker confirmed so many milliseconds ago will do, instead of 10 s. `now`: a held dial waits, so the
   * background asks the Worker whatever is cached and whatever the back-off says.
   */
  "page.facts": { ask: { numbers: string[]; within?: number; now?: true }; answer: FactsAnswer };
  /**
   * What changed since `seq`. A page with numbers asks every 45 s while it is in view; this wakes the background, and
   * answers that are younger than 10 s serve every page that asks.
   */
  "page.poll": {
    ask: { seq: number };
    answer:
      | {
          ok: true;
          changes: ChangesAnswer;
          context: PolicyContext;
          confirmedAt: number;
          trouble: Trouble | null;
        }
      | { ok: false; trouble: Trouble };
  };
  /** `language`: a screen reader is to be told of numbers, and the frame has no words yet. */
  "page.report": {
    ask: { frame: FrameReport; counts: Counts; language?: string };
    answer: SpokenWords | null;
  };
  /** Injects the script of card and dialog into the frame that asks; answered once it has run. */
  "page.card": { ask: Record<never, never>; answer: null };
  /** The table of large cities, by which an open number's record may tell its country. */
  "page.cities": { ask: Record<never, never>; answer: CityTable };
  "page.suppress": { ask: NewObjection; answer: Entered };
  /** Undoes an entry of the list, by whoever made it. */
  "page.undo": { ask: { id: string; number: string }; answer: Entered };
  /** A number's history, where a person asks for it. */
  "page.history": {
    ask: { number: string };
    answer:
      | { ok: true; history: HistoryAnswer }
      | { ok: false; trouble: Trouble | "refused"; detail: string };
  };
  /** Opens the desk at a number. */
  "page.desk": { ask: { number: string }; answer: null };
  /** They asked to be called on another day; the same `key` is the same entry. */
  "page.callBack": {
    ask: { key: string; callBack: CallBackRequest & { giver: ConsentGiver } };
    answer: Entered;
  };
  /**
   * Evidence of a dial, answered once it is stored in this browser. `wait`: send it at once and wait up to two seconds
   * for the Worker, which may refuse. The same `key` is the same record.
   */
  "page.dial": {
    ask: { key: string; dial: DialRequest; wait: boolean };
    answer: { ok: true; verdict: Verdict | null } | { ok: false; detail: string };
  };
  /** The guard has started the softphone for a dial that passed: nothing of it comes to the browser's gate. */
  "page.launched": { ask: { address: string }; answer: null };
  /**
   * What the agent allowed of a number in this tab within the last minute, for a softphone's call to it: an override, which
   * is for one call, or having read what there was to read.
   */
  "page.allowed": {
    ask: { number: string };
    answer: { override: { basis: Basis; reason: string; layer: "page" | "protocol" } | null; read: boolean };
  };
  /** The record of a call that only its audio shows. It is kept unless a dial of this tab explains it. */
  "page.unexplained": { ask: { key: string; dial: DialRequest }; answer: null };
  "page.consent": {
    ask: { key: string; consent: NewConsent };
    answer: Entered;
  };
  /** The role of who is signed in, which decides what the dialog offers. */
  "page.who": { ask: Record<never, never>; answer: { role: Role | null } };
  /** A frame's held dial, to be shown in the top document of its tab; false where we do not run there. */
  "page.ask": { ask: { id: string; asking: HeldDial }; answer: { shown: boolean } };
  /** The frame's held dial is settled: take it off the dialog. */
  "page.asked": { ask: { id: string }; answer: null };
  /** The agent's answer in the top document, for the document whose dial is held. */
  "page.answer": { ask: { documentId: string; id: string; outcome: Outcome }; answer: null };
  /** A person's ruling on a number. `forget` with an empty `written` takes back the country of the whole site. */
  "page.rule": {
    ask: {
      host: string;
      written: string;
      ruling: { notNumber: true } | { country: string; wholeSite: boolean } | { forget: true };
    };
    answer: { rulings: Rulings };
  };
  // --- from the popup, the options and the desk
  "ui.state": { ask: { tabId: number }; answer: PopupState };
  "ui.check": {
    ask: { text: string };
    answer: { ok: true; context: PolicyContext; numbers: CheckedNumber[] } | { ok: false; trouble: Trouble };
  };
  /** Goes to the number at the place `from`, of those of a verdict in the tab; answers where it is, and of how many. */
  "ui.jump": {
    ask: { tabId: number; verdict: Verdict; from: number };
    answer: { place: number; of: number };
  };
  /** What a person asked about by the menu or the address bar within the last minute, once; else null. */
  "ui.asked": { ask: Record<never, never>; answer: { text: string | null } };
  /**
   * Registers the scripts of a site (the first origin, or its match pattern) and of its frames (the others), or removes
   * them. The popup asks Chrome for the permissions, as it has the click; this message may come before the grant, and
   * then waits for it.
   */
  "ui.site": {
    ask: { tabId: number; origins: string[]; on: boolean };
    answer: { ok: true } | { ok: false; detail: string };
  };
  /** Turns on all of the company's sites that are offered. May come before Chrome's grant, as with one site. */
  "ui.offered": { ask: { tabId: number }; answer: { ok: boolean } };
  "ui.join": {
    ask: { workerUrl: string; code: string };
    answer: { ok: true; person: Person } | { ok: false; code: string; detail: string };
  };
  /** Signs in by the company's provider, in a window of Chrome's own; answered when that window has closed. */
  "ui.signIn": {
    ask: { workerUrl: string };
    answer: { ok: true; person: Person } | { ok: false; code: string; detail: string };
  };
  /** The name of the company's sign-in provider; null where the Worker has none or does not answer. */
  "ui.provider": { ask: { workerUrl: string }; answer: { name: string | null } };
  /** Tests a Worker's address, and says what is wrong with it. */
  "ui.test": {
    ask: { workerUrl: string };
    answer:
      | { ok: true; url: string; version: string; setup: boolean }
      | {
          ok: false;
          code: "bad-address" | "not-https" | "no-answer" | "not-cleardial" | "too-old" | "worker-too-old";
          detail: string;
        };
  };
  "ui.options": {
    ask: Record<never, never>;
    /** `workerUrl` is the administrator's address until somebody signs in. */
    answer: Pick<
      PopupState,
      "workerUrl" | "person" | "company" | "trouble" | "offered" | "locked" | "gate"
    > & {
      /** Signed in by the administrator's enterprise policy. */
      managed: boolean;
      sites: Site[];
      rulings: Record<string, Rulings>;
      /** The protocols of softphones that the administrator switched off. */
      protocolsOff: string[];
    };
  };
  /**
   * Any request to the Worker, for our own pages: the token stays in the background. `key` is an Idempotency-Key,
   * `ifMatch` the policy version that was read; `text`: the answer is a file, not JSON.
   */
  "ui.api": {
    ask: {
      method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
      path: string;
      body?: unknown;
      key?: string;
      ifMatch?: number;
      patienceMs?: number;
      text?: boolean;
      /** The request's body as it is, instead of `body`. */
      file?: SentFile;
    };
    answer:
      | { ok: true; data: unknown }
      | { ok: false; trouble: Trouble | "refused"; problem: Problem | null; retryInMs: number };
  };
  /** A file of a few megabytes at most. */
  "ui.file": {
    ask: { path: string };
    answer:
      | { ok: true; data: SentFile }
      | { ok: false; trouble: Trouble | "refused"; problem: Problem | null; retryInMs: number };
  };
  /** The person has read the warnings about dials. */
  "ui.dialsRead": { ask: Record<never, never>; answer: null };
  /** What this person's calls are for from now on; null: not said, so it is a general one where the policy runs such. */
  "ui.purpose": { ask: { purpose: Campaign | null }; answer: null };
  /**
   * Turns the browser's gate on, once Chrome has granted what it needs, or off; `page`: the Worker's page on which the person
   * gives telephone links to it, or takes them back.
   */
  "ui.gate": {
    ask: { on: boolean; softphone?: string };
    answer: { ok: true; page: string } | { ok: false };
  };
  /** Tries it: the page that asks says that it begins, then dials our own number in a frame, and asks what was found. */
  "ui.gateTry": { ask: { begins: boolean }; answer: GateState };
  /** A try of the agent's own softphone: it begins, the agent says that it is over, or how it stands. */
  "ui.softphoneTry": { ask: { does: "begin" | "end" | "look" }; answer: SoftphoneTry };
  /** What our window of held dials is to show (tabs/held.tsx). */
  "ui.gateHeld": {
    ask: Record<never, never>;
    answer: { documentId: string; id: string; asking: HeldDial }[];
  };
  /** Try again now, whatever the back-off says. */
  "ui.retry": { ask: Record<never, never>; answer: { trouble: Trouble | null } };
  /**
   * Signs out. `revoked`: the Worker confirmed that it revoked this browser's token. `refused`: the Worker's words where
   * nobody else could let people in any more; then this browser stays signed in.
   */
  "ui.leave": { ask: Record<never, never>; answer: { revoked: boolean; refused?: string } };
}

/** From the background to scripts in pages. */
export interface ToPage {
  /** Facts of these numbers, or all facts, may have changed; `context` is the newest, null where the account changed. */
  "facts.stale": { numbers: string[]; all: boolean; context: PolicyContext | null };
  /** A number was called from this browser, which the Worker may not have counted yet. */
  "facts.tried": { number: string; at: string };
  /** The protocols of softphones that the administrator switched off. */
  protocols: { off: string[] };
  /** What comes before the number where guards start the softphone; null where clear calls go by the browser's gate. */
  softphone: { before: string | null };
  "rulings.changed": { host: string; rulings: Rulings };
  /** A frame's held dial, or its new state. Answered with true. */
  "ask.show": { documentId: string; id: string; asking: HeldDial };
  "ask.close": { id: string };
  "ask.answer": { id: string; outcome: Outcome };
  /** The site was turned off: remove everything of ours. */
  off: Record<never, never>;
}

export type Kind = keyof ToBackground;
export type Ask<K extends Kind = Kind> = { [P in K]: { kind: P } & ToBackground[P]["ask"] }[K];
export type Answer<K extends Kind> = ToBackground[K]["answer"];
export type PageMessage<K extends keyof ToPage = keyof ToPage> = { [P in K]: { kind: P } & ToPage[P] }[K];

/** What Chrome says when it stopped the service worker before it answered, or before it listened. */
const STOPPED = /message (port|channel) closed|receiving end does not exist/i;
/**
 * After which pauses a message is sent again: the next worker may be stopped too, and on a busy machine it takes seconds
 * until the old one is gone.
 */
const AGAIN_MS = [0, 100, 500, 1500, 3000];

/**
 * Sends one message to the background. Where Chrome stops the service worker before it answers, the message is sent
 * again, which wakes it. Rejects when the extension was updated or removed under an open page, and when the handler threw.
 */
export async function ask<K extends Kind>(kind: K, body: ToBackground[K]["ask"]): Promise<Answer<K>> {
  for (let sent = 0; ; sent++) {
    try {
      const answer = await chrome.runtime.sendMessage<unknown, Answer<K> | undefined>({ kind, ...body });
      if (answer === undefined) throw new Error(`No answer to ${kind}`);
      return answer;
    } catch (error) {
      const wait = AGAIN_MS[sent];
      if (wait === undefined || !STOPPED.test(String(error))) throw error;
      if (wait > 0) await new Promise<void>((done) => setTimeout(done, wait));
    }
  }
}
