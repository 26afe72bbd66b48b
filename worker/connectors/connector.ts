/**
 * The contract between a run and a CRM: read contacts page by page, write marks, throw a ConnectorError for what fails.
 * Each kind of CRM is one file in kinds/. Waiting and retrying are http.ts's part, access tokens oauth.ts's, and when to
 * begin and where to resume run.ts's.
 */
import type { ConnectorFields, ConnectorObject } from "../../shared/connectors/kinds.ts";
import type { HeldWhat } from "../../shared/privacy-requests/api-systems.ts";

export interface Contact {
  id: string;
  /** Which kind of record: the name of one of the set-up's objects. */
  object: string;
  /** Field name to texts, of the fields that hold numbers; empty fields are left out. */
  numbers: Record<string, string[]>;
  /** False: it may hold numbers that could not be read. Such a contact is never clear. */
  whole: boolean;
  /** Only where a page has not all numbers of a record: when the record changed (ISO 8601), or "" where nothing tells it. */
  changed?: string;
  country: string;
  /** Whose line it is, as the record says it; empty where the set-up names no field. */
  party: string;
  /** The account that the record belongs to; empty where the set-up names no field. */
  account: string;
  /** Where its numbers came from, since when, and what notice was given; empty where the set-up names no field. */
  origin: Origin;
  /** The CRM's own flag against calls, with who said so and when; null where the set-up names none. */
  flag: { set: boolean; by: string; at: string } | null;
  /** The same that the CRM says of the record's person, apart from the record; null where it has nothing of the kind. */
  person: Contact["flag"];
  /** The numbers of which the CRM says by themselves that they opted out, as they are written there. */
  optedOut: string[];
  /** What the record says of a consent; null where the set-up names no field. */
  consent: { at: string; purpose: string; proof: string } | null;
  /** What the field holds into which consents on record here are written; empty where the set-up names none. */
  consentOut: string;
  /** What our three fields hold now. */
  held: Held;
  /** The same as the CRM has it. */
  was: Record<keyof Held, unknown>;
  /** What the field into which consents are written holds, as the CRM has it; null where the set-up names none. */
  consentWas: unknown;
  /** The same of the fields that say who set the flag, and when. */
  toldWas: { by: unknown; at: unknown };
  /** Fields of the set-up that its record does not have, where the CRM cannot be asked which there are. */
  lacks?: string[];
}

export interface Origin {
  source: string;
  since: string;
  notice: string;
}

export interface Held {
  verdict: string;
  /** YYYY-MM-DD */
  date: string;
  reasons: string;
}

/** What to write to one record. An empty text empties its field. */
export interface Mark extends Held {
  id: string;
  object: string;
  /** Of a record that gets back what it had: empty values of this CRM's own, where there are several. */
  was?: Record<keyof Held, unknown>;
  /** What becomes of the record's own flag against calls. */
  flag?: FlagMark;
  /** What is written of a consent on record here. */
  consent?: ConsentMark;
  /** What a test of the set-up writes into further fields of ours, by their names. An empty text empties one. */
  tries?: Record<string, string>;
  /** Nothing but these is written. */
  alone?: true;
}

/** Who said so, and when, as a record has it: "" where a field is empty, or the set-up names none. */
export interface Told {
  by: string;
  at: string;
}
/** A record's own flag, by its field's name, which is set or taken back. */
export interface FlagMark {
  field: string;
  set: boolean;
  /** What is written into the fields with who said so and when, by their names; an empty text empties one. */
  told: Record<string, string>;
  /** The same as it is read; null where they are left as they are, which is `left`. */
  words: Told | null;
  left: Told;
  /** The entry of the list that it is set for (the beginning of its id). */
  wrote: string | null;
}

/** A text, and the field that it is written into. */
export interface ConsentMark {
  field: string;
  text: string;
}

export interface Page {
  contacts: Contact[];
  /** The next page's cursor, valid for days; null at the end. */
  next: string | null;
}

/** Numbers that a page does not have, by field; and `optedOut` and `changed`, as of Contact, when they were read. */
export interface Further {
  numbers: Record<string, string[]>;
  optedOut: string[];
  changed: string;
}

/** A record that the CRM refused to change. */
export interface Refusal {
  id: string;
  object: string;
  why: string;
}

/** A record by its kind and id. */
export interface Named {
  object: string;
  id: string;
}
export type LinkOf = (record: Named) => string | null;
/** Whose data a CRM is asked for: their numbers (digits of E.164), and an address that they confirmed. */
export interface Sought {
  numbers: readonly string[];
  email: string | null;
  /** Whether a text of a record of that country may be this number of them: it cannot be read, or one of its readings is. */
  reads: (text: string, country: string, number: string) => boolean;
}
/**
 * What a CRM holds of somebody; `link`: where a person opens it, null where nothing tells; `unsure`: it was seen there before, and the
 * CRM did not say whether it is there now.
 */
export interface HeldRecord extends Named {
  what: HeldWhat[];
  link: string | null;
  unsure?: true;
}
export interface Holding {
  records: HeldRecord[];
  /** Where the vendor says that the data lies; null where it does not say. */
  region: string | null;
  /** Why that may not be all: `more`, or the CRM's own words; null where it is. */
  problem: string | null;
  /** Whether numbers, an address or ids of records may have gone to the CRM. */
  asked: boolean;
}
/** What an erasure of records did; `stopped`: why it got no further, null where each was asked for. */
export interface Erasing {
  erased: Named[];
  refused: Refusal[];
  stopped: string | null;
}

export interface Connector {
  /** The account that its credentials are of; null where it does not say. Absent where its host tells. */
  account?: () => Promise<string | null>;
  /** The page at a cursor; null asks for the first. An empty page may have a next one. */
  page: (cursor: string | null) => Promise<Page>;
  /** The same of records alone that were made or changed at a moment (milliseconds) or later. Absent where the CRM cannot be asked so. */
  changed?: (cursor: string | null, since: number) => Promise<Page>;
  /** The records of one kind that have these ids, few enough for one page; those that are gone are left out. */
  records?: (object: string, ids: readonly string[]) => Promise<Contact[]>;
  /** Of a contact that has `changed`, the numbers that only its own record tells: one request. Null where it is refused. */
  further?: (contact: Contact) => Promise<Further | null>;
  /** Writes marks in as few requests as the CRM allows, and answers what it refused. Idempotent. */
  write: (marks: Mark[]) => Promise<Refusal[]>;
  /** Looks for what it holds of somebody, and whether records that are `known` to be theirs are there. Absent where its API has no such search. */
  held?: (sought: Sought, known: readonly HeldRecord[]) => Promise<Holding>;
  /** Where a person opens a record of it, null where nothing tells. Absent where nothing tells of any. */
  links?: () => Promise<LinkOf>;
  /** Erases records, as far as its API can; what is gone already is erased. What fails halfway says how far it got. */
  erase?: (records: readonly Named[]) => Promise<Erasing>;
}

/** A field of ours as it is to be: a text that takes 255 characters, or a day. */
export interface FieldWanted {
  name: string;
  label: string;
  type: "text" | "date";
}
/**
 * A field as the CRM has it. `is`: `text`, `date`, the vendor's own word for anything else, or "" where it does not tell; `hidden`:
 * ClearDial's user may not read or write it; `key`: what records call it, where that is not its name; `sensitive`: rights to its values
 * are given by this name.
 */
export interface FieldFound {
  is: string;
  hidden?: true;
  key?: string;
  sensitive?: string;
}
/** Looks for fields of a kind of record, and makes them: see kinds/make/. */
export interface Maker {
  /** Those of some fields that are there, by name. */
  look: (object: string, names: readonly string[]) => Promise<Map<string, FieldFound>>;
  /** Makes those that are missing, and lets ClearDial's user at those that are hidden. Answers why some were refused, by name. */
  make: (object: string, fields: readonly FieldWanted[]) => Promise<Map<string, string>>;
}

export interface Setup {
  settings: Record<string, string>;
  objects: ConnectorObject[];
  fields: ConnectorFields;
}

/**
 * `secret`: the administrator's credentials, and the tokens granted for them since. `keep` stores it, sealed. `over` notes that the
 * vendor ended a sign-in, and in which words, and tells administrators once; false where other credentials are stored by now.
 */
export interface Vault {
  secret: Record<string, string>;
  /**
   * Makes this the one that asks for a token, as a refresh token may be good for one use: whoever comes meanwhile waits. Answers how
   * to let go, where nothing comes of it; null where another was first, and `secret` is what they got. Throws a ConnectorError.
   */
  claim: () => Promise<(() => Promise<void>) | null>;
  keep: (secret: Record<string, string>) => Promise<void>;
  /** Throws a ConnectorError unless the policy lets something be sent to this address of the vendor's. */
  reach: (url: string) => Promise<void>;
  over: (words: string) => Promise<boolean>;
}

/** How an administrator of the vendor's signs in for us (RFC 6749, 4.1): see sign-in/. */
export interface SignIn {
  /** Where they agree: an https address. The code is exchanged where the kind grants tokens. */
  authorize: (settings: Setup["settings"]) => string;
  /** The least that a set-up needs. */
  scopes: (setup: Setup) => string[];
  /** Which of the vendor's accounts an answer's tokens are for, or "" where it does not say. */
  account: (answer: Readonly<Record<string, unknown>>) => string;
  /** Whether that is the one of the set-up; by default any, the first time. */
  isOurs?: (account: string, settings: Setup["settings"]) => boolean;
  /** Where a refresh token is revoked (RFC 7009): an https address. */
  revoke: (settings: Setup["settings"]) => string;
}

/** How one kind of CRM is reached: see kinds/. */
export interface Kind {
  /** The origin of its API. */
  base: (settings: Record<string, string>) => string;
  /** Where it grants access tokens: an https address. Absent where it grants none. */
  token?: (settings: Record<string, string>) => string;
  sign: (setup: Setup, vault: Vault, clock: () => number) => Sign;
  /**
   * Where who goes on asking after it took no more requests (429) is shut out: for how long changes are not read then, in
   * milliseconds. Any request is sent once more at most. As the CRM asks itself without.
   */
  refusedFor?: number;
  signIn?: SignIn;
  open: (setup: Setup, wire: Wire) => Connector;
  /** Absent where its API makes no fields. */
  make?: (wire: Wire) => Maker;
}

/** The headers that authorise a request. `fresh`: the CRM has just refused the earlier ones. */
export type Sign = (
  request: { method: string; path: string },
  fresh: boolean,
) => Promise<Record<string, string>>;

/** Sends a request. `path` may be a whole address, as some pages name the next one so; other hosts are refused. */
export type Wire = (path: string, ask?: Ask) => Promise<Answer>;

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  /** Statuses to answer with, besides the 2xx. */
  takes?: readonly number[];
  /** A second one would do it twice: it is not sent again where no answer came, or the server failed. */
  once?: true;
}

export interface Answer {
  status: number;
  data: unknown;
  /** Of a refusal: the CRM's own reason, such as a code; "" where it gives none. */
  why: string;
}

/** The clock (milliseconds since the epoch) and how to wait: tests pass their own. */
export interface Waiting {
  clock: () => number;
  wait: (ms: number) => Promise<void>;
}

/** Its message goes on the trail and to the desk: it quotes the CRM's code, never a record's content. */
export class ConnectorError extends Error {
  /** When the CRM may be asked again, in milliseconds since the epoch; null where it did not say. */
  readonly notBefore: number | null;
  /** The status of the answer, 0 without one; null where the failure was none of a request. */
  readonly status: number | null;
  constructor(message: string, notBefore: number | null = null, status: number | null = null) {
    super(message);
    this.notBefore = notBefore;
    this.status = status;
  }
}

/** What no retry changes: the set-up or the CRM's rights must be changed first. It ends a run at once. */
export class SetupError extends ConnectorError {}

/** The vendor ended a sign-in. Administrators were told of it as it was found (Vault). */
export class SignInOver extends SetupError {}
