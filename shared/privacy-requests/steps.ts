/**
 * The table of steps: what may be done with a data subject's request, by whom, in which state, and what must come first.
 * What is owed, and until when, are duties (duties.ts). Pure. The Worker refuses steps by it, and the desk offers steps by
 * it; triggers repeat its gravest rules (migrations 0008, 0021).
 */
import type { DutyKind } from "./duty-kinds.ts";

export const requestKinds = ["access", "erasure", "objection", "complaint"] as const;
export type RequestKind = (typeof requestKinds)[number];

/**
 * `unconfirmed`: an oral request for erasure, where policy wants it in writing. `asked`, `received`: proof of identity.
 * `held`: an objection that holds its number and has not been reviewed; one that staff entered is `decided`, and is to be answered. `lodged`: a complaint that has not been acknowledged.
 */
export const requestStates = [
  "unconfirmed",
  "open",
  "asked",
  "received",
  "verified",
  "decided",
  "held",
  "lodged",
  "acknowledged",
  "investigating",
  "closed",
  "withdrawn",
] as const;
export type RequestState = (typeof requestStates)[number];

const data = ["open", "asked", "received", "verified", "decided", "closed", "withdrawn"] as const;
/** The states of each kind. */
export const statesOf: Record<RequestKind, readonly RequestState[]> = {
  access: data,
  erasure: ["unconfirmed", ...data],
  objection: ["held", "decided", "closed"],
  complaint: ["lodged", "acknowledged", "investigating", "closed", "withdrawn"],
};

/** The requester acts by a link that was mailed to them; officers are compliance officers and administrators. */
export type By = "requester" | "officer";

/** What the table needs to know of a request. The Worker counts it from its rows. */
export interface StepInput {
  kind: RequestKind;
  state: RequestState;
  /** Identity was verified, or was clear. */
  verified: boolean;
  /** Policy allows extensions. */
  extensions: boolean;
  extended: boolean;
  inFirstMonth: boolean;
  /** The company's data was searched for this request: all of it, or as the requester narrowed it. */
  searched: boolean;
  /** Items that no officer has confirmed or rejected. */
  proposed: number;
  /** Confirmed items without a decision. */
  undecided: number;
  /** Confirmed recordings under a hold. */
  held: number;
  decision: "comply" | "partial" | "deny" | null;
  /** Every refused part has its ground and reasons. */
  reasoned: boolean;
  /** The requester's copy is available. */
  exported: boolean;
  /** Connected systems of which nobody has said what became of the data there. */
  systems: number;
  /** The copy, or parts of it, that are still being made, or went to nobody. */
  nobody: number;
  /** Duties that are neither met nor void. */
  open: readonly DutyKind[];
  /** The requester's own word of withdrawal is on file. */
  withdrawal: boolean;
  /** Staff entered it, with its address. */
  entered: boolean;
  /** It has an e-mail address that has not been confirmed. */
  unproved: boolean;
  /** Letters by mail whose step counts once their mail was sent: it waits, or could not be sent. */
  unsent: Partial<Record<CountingLetter, "waiting" | "failed">>;
}
/** Letters by which a clock pauses, or more time begins. */
export const countingLetters = ["identity", "clarification", "extension"] as const;
export type CountingLetter = (typeof countingLetters)[number];

const refuses = (f: StepInput): boolean => f.decision === "deny" || f.decision === "partial";
const complies = (f: StepInput): boolean => f.decision === "comply" || f.decision === "partial";
const owes = (f: StepInput, ...kinds: DutyKind[]): boolean => kinds.some((kind) => f.open.includes(kind));

/** Conditions of steps. Each has its sentence in shared/texts/privacy-requests/steps.en.ts. */
export const needs = {
  verified: (f) => f.verified,
  searched: (f) => f.searched,
  judged: (f) => f.proposed === 0,
  free: (f) => f.kind !== "erasure" || f.held === 0,
  extensions: (f) => f.extensions,
  once: (f) => !f.extended && f.unsent.extension !== "waiting",
  unasked: (f) => f.state !== "asked" || f.unsent.identity === "failed",
  "first-month": (f) => f.inFirstMonth,
  refusal: refuses,
  complied: complies,
  gone: (f) => complies(f) || owes(f, "receipts"),
  reasoned: (f) => !refuses(f) || f.reasoned,
  // An answer of before may rest on a search that an officer narrowed.
  whole: (f) => !complies(f) || f.searched,
  settled: (f) => f.undecided === 0 && (!complies(f) || f.proposed === 0),
  told: (f) => !owes(f, "tell", "outcome"),
  noticed: (f) => !owes(f, "tell-authority"),
  systems: (f) => !complies(f) || f.systems === 0,
  given: (f) => f.kind !== "access" || !complies(f) || f.systems === 0,
  exported: (f) => !complies(f) || f.kind !== "access" || f.exported,
  copy: (f) => f.exported,
  parts: (f) => f.nobody === 0,
  erased: (f) => !owes(f, "erase"),
  recipients: (f) => !owes(f, "receipts"),
  answered: (f) => !owes(f, "clarification") && f.unsent.clarification !== "waiting",
  unclear: (f) => owes(f, "clarification") || f.unsent.clarification !== undefined,
  pending: (f) => owes(f, "outcome"),
  met: (f) => f.open.length === 0,
  unproved: (f) => f.unproved,
  // A requester's click is their word. Of a request that staff entered, the mailbox may be anybody's until an officer knows
  // who asks: staff's own, or a stranger's by a slip.
  withdrawal: (f, by) => f.withdrawal || (by === "requester" && (!f.entered || f.verified)),
} as const satisfies Record<string, (f: StepInput, by: By) => boolean>;
export type Need = keyof typeof needs;

export interface Rule {
  by: readonly By[];
  kinds: readonly RequestKind[];
  /** From state to state. */
  moves: Partial<Record<RequestState, RequestState>>;
  needs?: readonly Need[];
}

const both: readonly By[] = ["requester", "officer"];
const officer: readonly By[] = ["officer"];
const ofData: readonly RequestKind[] = ["access", "erasure"];
/** What is answered by the letter with a decision. */
const answered: readonly RequestKind[] = [...ofData, "objection"];
/** The step leaves these states as they are. */
const stay = (...states: RequestState[]): Rule["moves"] => Object.fromEntries(states.map((s) => [s, s]));
const to = (state: RequestState, ...from: RequestState[]): Rule["moves"] =>
  Object.fromEntries(from.map((s) => [s, state]));
const undecided = ["unconfirmed", "open", "asked", "received", "verified"] as const;
const unfinished = [...undecided, "decided", "held", "lodged", "acknowledged", "investigating"] as const;

export const rules = {
  // Any request.
  assign: { by: officer, kinds: requestKinds, moves: stay(...unfinished) },
  note: { by: officer, kinds: requestKinds, moves: stay(...unfinished) },
  file: { by: officer, kinds: requestKinds, moves: stay(...unfinished) },
  link: { by: officer, kinds: ofData, moves: stay("verified", "decided", "closed"), needs: ["verified"] },
  // Their page then says that the complaint arrived, and a mail goes to them.
  "confirm-address": {
    by: ["requester"],
    kinds: requestKinds,
    moves: { ...stay(...unfinished), lodged: "acknowledged" },
  },
  // The mail that asks for it, once more.
  "ask-address": {
    by: officer,
    kinds: requestKinds,
    moves: stay(...unfinished),
    needs: ["unproved"],
  },
  withdraw: {
    by: both,
    kinds: ["access", "erasure", "complaint"],
    moves: to("withdrawn", ...undecided, "lodged", "acknowledged", "investigating"),
    needs: ["withdrawal"],
  },

  // Access and erasure, up to the decision.
  "confirm-writing": { by: both, kinds: ["erasure"], moves: to("open", "unconfirmed") },
  "accept-oral": { by: officer, kinds: ["erasure"], moves: to("open", "unconfirmed") },
  // Again, where the letter that asked for it could not be sent.
  "ask-identity": {
    by: officer,
    kinds: ofData,
    moves: to("asked", "open", "asked", "received"),
    needs: ["unasked"],
  },
  "receive-proof": { by: officer, kinds: ofData, moves: to("received", "open", "asked") },
  verify: { by: officer, kinds: ofData, moves: to("verified", "received") },
  "clear-identity": { by: officer, kinds: ofData, moves: to("verified", "open", "asked") },
  // Which data or processing is meant (UK GDPR art 12A(5)).
  "ask-clarification": {
    by: officer,
    kinds: ["access"],
    moves: stay("open", "asked", "received", "verified"),
    needs: ["answered"],
  },
  clarified: {
    by: officer,
    kinds: ["access"],
    moves: stay("open", "asked", "received", "verified"),
    needs: ["unclear"],
  },
  search: { by: officer, kinds: ofData, moves: stay(...undecided, "decided") },
  judge: { by: officer, kinds: ofData, moves: stay(...undecided, "decided") },
  // In the connected systems.
  look: { by: officer, kinds: ofData, moves: stay(...undecided, "decided") },
  extend: {
    by: officer,
    kinds: ofData,
    moves: stay(...undecided),
    needs: ["extensions", "once", "first-month"],
  },

  // The decision. It may be made again until the request is closed, as a hold may come in between.
  comply: {
    by: officer,
    kinds: ofData,
    moves: to("decided", "verified", "decided"),
    needs: ["verified", "searched", "judged", "free"],
  },
  partial: {
    by: officer,
    kinds: ofData,
    moves: to("decided", "verified", "decided"),
    needs: ["verified", "searched", "judged"],
  },
  deny: { by: officer, kinds: ofData, moves: to("decided", ...undecided, "decided") },

  // After the decision.
  // The copy has the lists of what systems hold once an officer has said that they are the requester's.
  export: {
    by: officer,
    kinds: ["access"],
    moves: stay("decided"),
    needs: ["verified", "complied", "settled", "given"],
  },
  share: { by: both, kinds: ["access"], moves: stay("decided", "closed"), needs: ["verified", "copy"] },
  tell: {
    by: officer,
    kinds: answered,
    moves: stay("decided"),
    needs: ["whole", "settled", "reasoned", "exported", "given"],
  },
  notice: { by: officer, kinds: ofData, moves: stay("decided"), needs: ["refusal", "reasoned"] },
  // What became of the data in one connected system: erased, given, kept or not there.
  system: { by: officer, kinds: ofData, moves: stay("decided"), needs: ["verified", "complied"] },
  recipient: { by: officer, kinds: ["erasure"], moves: stay("decided"), needs: ["gone"] },
  close: {
    by: officer,
    kinds: answered,
    moves: to("closed", "decided"),
    needs: [
      "whole",
      "settled",
      "reasoned",
      "told",
      "noticed",
      "exported",
      "parts",
      "systems",
      "erased",
      "recipients",
      "met",
    ],
  },

  // Objections.
  "confirm-objection": { by: officer, kinds: ["objection"], moves: to("closed", "held") },
  "take-back": { by: officer, kinds: ["objection"], moves: to("closed", "held", "decided") },

  // Complaints.
  acknowledge: { by: officer, kinds: ["complaint"], moves: to("acknowledged", "lodged") },
  investigate: { by: officer, kinds: ["complaint"], moves: to("investigating", "acknowledged") },
  "tell-progress": {
    by: officer,
    kinds: ["complaint"],
    moves: stay("acknowledged", "investigating"),
    needs: ["pending"],
  },
  "tell-outcome": { by: officer, kinds: ["complaint"], moves: stay("acknowledged", "investigating") },
  conclude: {
    by: officer,
    kinds: ["complaint"],
    moves: to("closed", "acknowledged", "investigating"),
    needs: ["told", "met"],
  },
} as const satisfies Record<string, Rule>;
export type RequestAction = keyof typeof rules;
export const requestActions = Object.keys(rules) as RequestAction[];

export type Refusal = "not-yours" | "other-kind" | "not-now" | Need;
export type Next = { to: RequestState } | { refused: Refusal };

/** The state that an action leads to, or the first reason against it. */
export function next(facts: StepInput, action: RequestAction, by: By): Next {
  const rule: Rule = rules[action];
  if (!rule.by.includes(by)) return { refused: "not-yours" };
  if (!rule.kinds.includes(facts.kind)) return { refused: "other-kind" };
  const state = rule.moves[facts.state];
  if (!state || !statesOf[facts.kind].includes(facts.state)) return { refused: "not-now" };
  const missing = rule.needs?.find((need) => !needs[need](facts, by));
  return missing ? { refused: missing } : { to: state };
}

export interface OpenAction {
  action: RequestAction;
  wants: Need | null;
}
/** The actions that the state allows, each with the condition that it still lacks, if any. */
export function openTo(facts: StepInput, by: By): OpenAction[] {
  return requestActions.flatMap((action): OpenAction[] => {
    const result = next(facts, action, by);
    if ("to" in result) return [{ action, wants: null }];
    return result.refused in needs ? [{ action, wants: result.refused as Need }] : [];
  });
}

/**
 * The state of a new request. `oral`: by telephone or in person. `inWriting`: policy wants oral erasure requests confirmed.
 * `known`: an objection is verified, and only its answer is owed.
 */
export const startOf = (
  kind: RequestKind,
  { oral, inWriting, known }: { oral: boolean; inWriting: boolean; known: boolean },
): RequestState => {
  if (kind === "objection") return known ? "decided" : "held";
  if (kind === "complaint") return "lodged";
  return kind === "erasure" && oral && inWriting ? "unconfirmed" : "open";
};

export const isFinal = (state: RequestState): boolean => state === "closed" || state === "withdrawn";
