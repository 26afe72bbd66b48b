/** What the messages between the extension's parts carry (messages.ts). */
import type { Facts, Verdict } from "../shared/check/api.ts";
import type { DialLayer } from "../shared/dials/sightings.ts";
import type { ObjectionScope } from "../shared/do-not-call/api.ts";
import type { entriesEn } from "../shared/texts/do-not-call/entries.en.ts";
import type { Texts } from "../shared/texts/check/verdicts.ts";
import type { pageEn } from "../shared/texts/page/badges.en.ts";
import type { Person } from "../shared/people/api.ts";
import type { PolicyContext } from "./policy-context.ts";

/**
 * Why the Worker cannot be asked. `busy`: it answers, but more was asked than it allows; what a page can bring about is no
 * outage. `too-old`: its API is newer than this extension.
 */
export type Trouble = "not-joined" | "signed-out" | "offline" | "busy" | "too-old";

/** What a person ruled about numbers on one site. */
export interface Rulings {
  /** Written forms (digits and a leading + only) that are not telephone numbers on this site. */
  notNumbers: string[];
  /** Written form (digits only) to its country, such as `US`. */
  countries: Record<string, string>;
  /** The country of all numbers without a code on this site. */
  siteCountry: string | null;
}

/** A frame's own host, and the origins of the frames in it (cross-origin ones too), one entry for each frame. */
export interface FrameReport {
  host: string;
  childOrigins: string[];
}

export type Counts = Record<Verdict, number>;

/** `confirmedAt`: when the Worker last confirmed these facts under the context's stamp, by the device's clock. */
export interface ConfirmedFacts {
  facts: Record<string, Facts>;
  confirmedAt: number;
}
/**
 * `kept`: without an answer, what is known of the numbers under `context` since before. An answer may be from the cache: its
 * `trouble` is what the background knows of besides.
 */
export type FactsAnswer =
  | ({ ok: true; context: PolicyContext; trouble: Trouble | null } & ConfirmedFacts)
  | {
      ok: false;
      trouble: Trouble;
      context: PolicyContext | null;
      retryInMs: number;
      kept: ConfirmedFacts | null;
    };

/** What a screen reader hears of a page's numbers. A page gets it when there are any, in one language. */
export interface SpokenWords {
  list: typeof pageEn;
  verdicts: Texts;
}

/** A number that a person asked about. Its country unclear: `e164` is null and `readings` has several; no number: none. */
export interface CheckedNumber {
  written: string;
  e164: string | null;
  readings: string[];
  /** The number, or each of its readings, as people write it. */
  said: string[];
  facts: Facts[];
}

/**
 * Whether something that a person wants on record is; `note`: all but this, in the Worker's words; `waits`: as soon as it can
 * be reached; `undo`: the id of an entry that they may undo for `UNDO_MS`; `held`: not before they have signed in, but this
 * browser holds the number.
 */
export type Entered =
  | { ok: true; note?: string; waits?: true; undo?: string }
  | { ok: false; trouble: Trouble | "refused"; detail: string; held?: true };

/** What an agent hears of who must not be called; `from`: who said so (older versions did not ask). */
export interface NewObjection {
  number: string;
  reason: string;
  scope: ObjectionScope;
  from?: keyof typeof entriesEn.from;
}

/** An objection that was heard in this browser and that no Worker has yet; `mine`: by whoever is signed in. */
export interface HeardObjection {
  number: string;
  at: string;
  by: string;
  mine: boolean;
}

/** A site that is turned on, with the origins of its frames that were turned on with it. */
export interface Site {
  origin: string;
  frames: string[];
  /** Turned on by an administrator's enterprise policy: a person cannot turn it off. */
  managed?: boolean;
}

/** What an administrator's enterprise policy may lock: the server, the sites, and what the calls are for. */
export type Lock = "server" | "sites" | "purpose";

/**
 * A dial on which the Worker disagrees with the page. `blocked`: the call went on, and the Worker has it as blocked;
 * `refused`: the Worker does not allow the override that was made; `not-taken`: it could not read the record;
 * `objection`: it refused an objection that waited to be sent.
 */
export interface DialWarning {
  kind: "blocked" | "refused" | "not-taken" | "objection";
  number: string;
  /** Device time of the dial, ISO 8601. */
  at: string;
  /** The Worker's verdict, or its words. */
  detail: string;
}

/** A file in a message: messages are JSON and hold no bytes. */
export interface SentFile {
  type: string;
  base64: string;
}

/** Evidence of dials that has not reached the Worker. */
export interface DialsState {
  /** Records in this browser. */
  waiting: number;
  /** Records dropped because the queue was full. */
  lost: number;
  warnings: DialWarning[];
}

/**
 * What the last try of the browser's gate found: telephone links come to it; another page, or the system, gets them since; or
 * they never came, as Chrome's question was declined or not answered.
 */
export type GateFound = "on" | "other" | "declined" | "unasked";

/** The browser's gate (background/gate). */
export interface GateState {
  /** Wanted by the person or an administrator. */
  on: boolean;
  /** What comes before the number in the softphone's address; null: none is named, and the gate holds nothing. */
  softphone: string | null;
  /** An administrator named it. */
  managed: boolean;
  /** Chrome has granted what it needs; `full`: all that it can use. */
  granted: boolean;
  full: boolean;
  /** Null before its first try. */
  found: GateFound | null;
}

/** A try of the agent's own softphone (background/dials/softphone-try.ts): they dial the number of our own. */
export interface SoftphoneTry {
  is: "none" | "listening" | "over";
  /** What saw the dial first; `host`: the page's, empty where that is not known; `isOther`: it may be a colleague's dial. */
  seen: { layer: DialLayer; held: boolean; host: string; isOther?: boolean } | null;
  /** The host of a page that began a call of which only the audio was seen. */
  audio: string | null;
  /** The Worker has said that no telephone system asked about it. */
  isAsked: boolean;
}

export interface PopupState {
  joined: boolean;
  workerUrl: string | null;
  person: Person | null;
  company: string;
  trouble: Trouble | null;
  context: PolicyContext | null;
  dials: DialsState;
  heard: HeardObjection[];
  site: {
    /** Null where Chrome lets no extension run (chrome://, the web store). */
    origin: string | null;
    on: boolean;
    managed: boolean;
    counts: Counts;
    /** Origins of frames in the page that we do not run in, with the number of such frames. */
    uncovered: Record<string, number>;
  };
  /** The company's sites that are not on yet. */
  offered: Site[];
  locked: Lock[];
  gate: GateState;
}

/** By these the scripts of a version tell those of earlier ones, in the same document, that they have taken over. */
export interface Tokens {
  own: string;
  /** Those of earlier versions, or of this one before it was switched off. */
  before: string[];
}
