/**
 * All messages between the extension's parts, as typed unions. The page asks, the background answers: it is the only
 * part that talks to the Worker. Popup and options ask the same way.
 */
import type { ChangesAnswer, Facts, Stamp, Verdict } from "../shared/check/api.ts";
import type { DialRequest } from "../shared/dials/api.ts";
import type { Person, Role } from "../shared/people/api.ts";
import type { Problem } from "../shared/api.ts";
import type { Campaign, Policy } from "../shared/policy/policy.ts";
import type { HeldDial, NewConsent, Outcome } from "./held-dial.ts";

/** Why there is no answer from the Worker. `too-old`: the Worker speaks a newer API than this extension. */
export type Trouble = "not-joined" | "signed-out" | "offline" | "too-old";

/** What a person said about numbers on one site. */
export interface Rulings {
  /** Written forms (digits and a leading + only) that are no telephone numbers on this site. */
  notNumbers: string[];
  /** Written form (digits only) to the region a person gave it, such as `US`. */
  countries: Record<string, string>;
  /** Region of all numbers without a country code on this site. */
  siteCountry: string | null;
}

/** Everything a page needs beside the facts to decide by itself. */
export interface PolicyContext {
  policy: Policy;
  stamp: Stamp;
  /** Worker's clock minus the device's, in milliseconds. */
  clockOffset: number;
  /** What this person's calls are for, where the company makes several kinds and they said which. */
  purpose?: Campaign;
}

/** Where a frame stands: its own origin, and those of the frames it holds (cross-origin ones too). */
export interface FrameReport {
  host: string;
  childOrigins: string[];
}

export interface Counts {
  clear: number;
  caution: number;
  blocked: number;
  unknown: number;
}

/** `confirmedAt`: device time at which the Worker last confirmed these facts under `context.stamp`. */
export type FactsAnswer =
  | { ok: true; context: PolicyContext; facts: Record<string, Facts>; confirmedAt: number }
  | { ok: false; trouble: Trouble; context: PolicyContext | null; retryInMs: number };

/** A number that a person asked about: one reading, several where the country cannot be told, none if it is no number. */
export interface CheckedNumber {
  written: string;
  e164: string | null;
  readings: string[];
  /** The number, or each of its readings, as people write it. */
  said: string[];
  facts: Facts[];
}

/** A site that is turned on, with the origins of its frames that were turned on with it. */
export interface Site {
  origin: string;
  frames: string[];
  /** Turned on by an administrator's enterprise policy: nobody here turns it off. */
  managed?: boolean;
}

/** What an administrator's enterprise policy may lock: which server, which sites, and what the calls are for. */
export type Lock = "server" | "sites" | "purpose";

/**
 * A dial that the Worker sees otherwise than the page did. `blocked`: it went on and was barred; `refused`: the reason
 * it was made for may not be; `not-taken`: the Worker did not understand its record.
 */
export interface DialWarning {
  kind: "blocked" | "refused" | "not-taken";
  number: string;
  /** Device time of the dial, ISO 8601. */
  at: string;
  /** What the Worker saw, or said. */
  detail: string;
}

/** A file on its way through a message, which holds text alone. */
export interface SentFile {
  type: string;
  base64: string;
}

/** Evidence of dials that has not reached the Worker. */
export interface DialsState {
  /** Records that wait here. */
  waiting: number;
  /** Records for which there was no room any more. */
  lost: number;
  warnings: DialWarning[];
}

export interface PopupState {
  joined: boolean;
  workerUrl: string | null;
  person: Person | null;
  company: string;
  trouble: Trouble | null;
  context: PolicyContext | null;
  dials: DialsState;
  site: {
    /** null where the page is none that can be turned on (chrome://, the web store). */
    origin: string | null;
    on: boolean;
    managed: boolean;
    counts: Counts;
    /** Origins of frames in the page that we do not run in, and how many frames they hold. */
    uncovered: Record<string, number>;
  };
  /** The company's sites that are not on yet. */
  offered: Site[];
  locked: Lock[];
}

export interface ToBackground {
  // --- from a page
  "page.hello": {
    ask: { frame: FrameReport };
    answer: { rulings: Rulings; context: PolicyContext | null; trouble: Trouble | null };
  };
  /** `now`: a dial waits for the answer, so the Worker is asked whatever is kept and whatever the back-off says. */
  "page.facts": { ask: { numbers: string[]; now?: true }; answer: FactsAnswer };
  /** While a page with numbers is in view, every 45 s: wakes the background, which asks /v1/changes at most that often. */
  "page.poll": {
    ask: { seq: number };
    answer:
      | { ok: true; changes: ChangesAnswer; context: PolicyContext; confirmedAt: number }
      | { ok: false; trouble: Trouble };
  };
  "page.report": { ask: { frame: FrameReport; counts: Counts }; answer: null };
  /** Injects the card's script into the frame that asks; answered once it has run. */
  "page.card": { ask: Record<never, never>; answer: null };
  "page.suppress": {
    ask: { number: string; reason: string };
    answer: { ok: true } | { ok: false; trouble: Trouble | "refused"; detail: string };
  };
  /**
   * Evidence of a dial; answered once it is stored here, so that it is sent whatever comes. `wait`: the Worker is asked
   * first, where it answers within a moment, and may refuse. The same `key` is the same record.
   */
  "page.dial": {
    ask: { key: string; dial: DialRequest; wait: boolean };
    answer: { ok: true; verdict: Verdict | null } | { ok: false; detail: string };
  };
  "page.consent": {
    ask: { key: string; consent: NewConsent };
    answer: { ok: true } | { ok: false; trouble: Trouble | "refused"; detail: string };
  };
  /** Whose browser it is: what may be offered to them goes by their role. */
  "page.who": { ask: Record<never, never>; answer: { role: Role | null } };
  /** A frame's question, to be asked in the top document of its tab; false where nobody of ours is there. */
  "page.ask": { ask: { id: string; asking: HeldDial }; answer: { shown: boolean } };
  /** The frame's question has found its end. */
  "page.asked": { ask: { id: string }; answer: null };
  /** What was answered in the top document, to the document that asked. */
  "page.answer": { ask: { documentId: string; id: string; outcome: Outcome }; answer: null };
  /** `forget` without digits takes back the country of the whole site. */
  "page.rule": {
    ask: {
      host: string;
      written: string;
      ruling: { notNumber: true } | { country: string; wholeSite: boolean } | { forget: true };
    };
    answer: { rulings: Rulings };
  };
  // --- from the popup and the options page
  "ui.state": { ask: { tabId: number }; answer: PopupState };
  "ui.check": {
    ask: { text: string };
    answer:
      | {
          ok: true;
          context: PolicyContext;
          numbers: CheckedNumber[];
        }
      | { ok: false; trouble: Trouble };
  };
  /** What a person asked about elsewhere (a selected text, the address bar), once; null where nobody asked of late. */
  "ui.asked": { ask: Record<never, never>; answer: { text: string | null } };
  /**
   * Registers the scripts of a site (the first origin, or its match pattern) and of its frames (the others), or takes them back. Permissions
   * are requested by the popup, which has the click. Asked before Chrome grants them, it waits for the grant.
   */
  "ui.site": {
    ask: { tabId: number; origins: string[]; on: boolean };
    answer: { ok: true } | { ok: false; detail: string };
  };
  /** Turns on all of the company's sites that are offered; as with one site, asked also before Chrome grants them. */
  "ui.offered": { ask: { tabId: number }; answer: { ok: boolean } };
  "ui.join": {
    ask: { workerUrl: string; code: string };
    answer: { ok: true; person: Person } | { ok: false; code: string; detail: string };
  };
  /** Signing in by the company's provider, in a window of Chrome's own: answered when it has closed. */
  "ui.signIn": {
    ask: { workerUrl: string };
    answer: { ok: true; person: Person } | { ok: false; code: string; detail: string };
  };
  /** What the company's sign-in provider is called; null where the Worker has none, or cannot say. */
  "ui.provider": { ask: { workerUrl: string }; answer: { name: string | null } };
  /** A plain test of the Worker's address: what is wrong, if it is wrong. */
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
    /** `workerUrl` is the administrator's suggestion where nobody is signed in. */
    answer: Pick<PopupState, "workerUrl" | "person" | "company" | "trouble" | "offered" | "locked"> & {
      /** Signed in by the administrator's enterprise policy. */
      managed: boolean;
      sites: Site[];
      rulings: Record<string, Rulings>;
    };
  };
  /**
   * Any request to the Worker, for our own pages: the token stays in the background. `key` is an Idempotency-Key,
   * `ifMatch` the policy version that was read; `text` where the answer is a file and no JSON.
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
      /** Sent as it is, in place of `body`. */
      file?: SentFile;
    };
    answer:
      | { ok: true; data: unknown }
      | { ok: false; trouble: Trouble | "refused"; problem: Problem | null; retryInMs: number };
  };
  /** A file of a few megabytes at the most. */
  "ui.file": {
    ask: { path: string };
    answer:
      | { ok: true; data: SentFile }
      | { ok: false; trouble: Trouble | "refused"; problem: Problem | null; retryInMs: number };
  };
  /** The warnings of dials were read. */
  "ui.dialsRead": { ask: Record<never, never>; answer: null };
  /** What this person's calls are for from now on; null: as policy takes them. */
  "ui.purpose": { ask: { purpose: Campaign | null }; answer: null };
  /** A person asks to try again now, whatever the back-off says. */
  "ui.retry": { ask: Record<never, never>; answer: { trouble: Trouble | null } };
  /** `revoked`: the Worker confirmed that this browser's token is dead. */
  /** `refused`: the Worker's words, where nobody else could let anybody in; then this browser stays signed in. */
  "ui.leave": { ask: Record<never, never>; answer: { revoked: boolean; refused?: string } };
}

/**
 * A recording's audio, for our own pages, over a port of this name: Chrome's messages are JSON and hold 64 MB, so it
 * comes in pieces (base64), each when it is asked for. Who has heard enough closes the port.
 */
export const AUDIO = "ui.audio";
export type ToAudio = { kind: "open"; id: string; purpose: string } | { kind: "next" };
export type FromAudio =
  /** `size` in bytes; null where the Worker does not say. */
  | { kind: "head"; type: string; size: number | null }
  | { kind: "piece"; bytes: string }
  | { kind: "end" }
  | { kind: "failed"; trouble: Trouble | "refused"; problem: Problem | null };

/** From the background to the frames of a tab. */
export interface ToPage {
  /** Facts of these numbers are no longer good; `all` drops every one. */
  "facts.stale": { numbers: string[]; all: boolean; context: PolicyContext | null };
  "rulings.changed": { host: string; rulings: Rulings };
  /** A frame's question, or its new state. Answered with true. */
  "ask.show": { documentId: string; id: string; asking: HeldDial };
  "ask.close": { id: string };
  "ask.answer": { id: string; outcome: Outcome };
  /** The site was turned off: take everything down. */
  off: Record<never, never>;
}

export type Kind = keyof ToBackground;
export type Ask<K extends Kind = Kind> = { [P in K]: { kind: P } & ToBackground[P]["ask"] }[K];
export type Answer<K extends Kind> = ToBackground[K]["answer"];
export type PageMessage<K extends keyof ToPage = keyof ToPage> = { [P in K]: { kind: P } & ToPage[P] }[K];

/**
 * Sends one message to the background. Chrome may stop the service worker while it is at work: the message is then sent
 * once more, and wakes it. Rejects when the extension was updated or removed under an open page, and when the background
 * failed.
 */
export async function ask<K extends Kind>(kind: K, body: ToBackground[K]["ask"]): Promise<Answer<K>> {
  const send = () => chrome.runtime.sendMessage<unknown, Answer<K> | undefined>({ kind, ...body });
  const answer = await send().catch((error: unknown) => {
    if (/message (port|channel) closed/i.test(String(error))) return send();
    throw error;
  });
  if (answer === undefined) throw new Error(`No answer to ${kind}`);
  return answer;
}
