/**
 * What the company owes for a request, and by when: duties are rows, and nothing else keeps time. Pure: days are arguments,
 * YYYY-MM-DD in the policy's zone. A step meets, makes, moves or voids duties (`dutiesAfter`); a request closes only with
 * none open (migration 0021). `promiseOf` is what the public pages and letters say: it counts with the same numbers.
 */
import { daysLater } from "../core/calendar.ts";
import type { Policy } from "../policy/policy.ts";
import { type DutyKind, dutyKinds } from "./duty-kinds.ts";
import type { RequestAction, RequestKind, RequestState } from "./steps.ts";

export interface Duty {
  kind: DutyKind;
  /** A second decision, question or report makes the next round. */
  round: number;
  /** Null while its clock is paused. */
  due: string | null;
  /** The day that counts, such as a letter's own. */
  metOn: string | null;
  /** It no longer applies. */
  void: boolean;
}
export const isOpen = ({ metOn, void: voided }: Duty): boolean => metOn === null && !voided;
export const openKinds = (duties: readonly Duty[]): DutyKind[] =>
  duties.filter(isOpen).map(({ kind }) => kind);
export const isOverdue = (duty: Duty, today: string): boolean =>
  isOpen(duty) && duty.due !== null && duty.due < today;

/** The time that the law or the policy sets, in days. */
export interface RequestPromise {
  decide: number;
  pauses: "none" | "law";
  extensions: boolean;
  /** Counted with the day of receipt (Data Protection Act 2018, s 164A). */
  acknowledge: number;
  progress: number;
  outcome: number;
}
const ACKNOWLEDGE = 30;
/** Days for what was asked for to arrive, to tell the authority of a refusal, and to tell recipients of an erasure. */
const ANSWER = 30;
const AUTHORITY = 7;
const RECEIPTS = 30;

export const promiseOf = ({
  decideDays,
  pauses,
  extensions,
  progressDays,
  outcomeDays,
}: Policy["requests"]): RequestPromise => ({
  decide: decideDays,
  pauses,
  extensions,
  acknowledge: ACKNOWLEDGE,
  progress: progressDays,
  outcome: outcomeDays,
});

/** By when a complaint is acknowledged: the day of receipt counts. */
export const acknowledgeBy = (receivedOn: string): string => daysLater(receivedOn, ACKNOWLEDGE - 1);

/** A request as it is after the step. */
export interface Course {
  kind: RequestKind;
  state: RequestState;
  receivedOn: string;
  /** The day of the step, or of its letter. */
  on: string;
  /** By when it is decided (deadlines.ts). */
  decideBy: string;
  paused: boolean;
  decision: "comply" | "partial" | "deny" | null;
  /** Recipients of erased data who have not been told. */
  untold: number;
  /** This decision erases what no decision before it did. */
  more?: boolean;
  promise: Pick<RequestPromise, "progress" | "outcome">;
}
/** `erased`: the last recording that a decision erases is gone. */
export type DutyStep = RequestAction | "created" | "erased";

export type DutyChange =
  | { change: "make"; kind: DutyKind; round: number; due: string | null }
  | { change: "move"; kind: DutyKind; due: string | null }
  | { change: "meet" | "void"; kind: DutyKind };

/** What a step does, in order. A duty that is not open is not met, moved or voided; one that is open is not made. */
interface Effect {
  void?: readonly DutyKind[];
  make?: Partial<Record<DutyKind, string | null>>;
  meet?: readonly DutyKind[];
  move?: Partial<Record<DutyKind, string | null>>;
}

const decideBy = ({ paused, decideBy }: Course): string | null => (paused ? null : decideBy);
const runs = (c: Course): Effect => ({ move: { decide: decideBy(c) } });
const later = (a: string, b: string): string => (a > b ? a : b);
const sooner = (a: string, b: string): string => (a < b ? a : b);

const created = (c: Course): Effect => {
  if (c.kind === "objection")
    return c.state === "held"
      ? // Their page says at once what was done.
        { make: { review: c.decideBy } }
      : { make: { review: c.decideBy, tell: c.decideBy }, meet: ["review"] };
  if (c.kind === "complaint")
    return {
      make: {
        acknowledge: acknowledgeBy(c.receivedOn),
        progress: daysLater(c.receivedOn, c.promise.progress),
        outcome: daysLater(c.receivedOn, c.promise.outcome),
      },
      meet: c.state === "lodged" ? [] : ["acknowledge"],
    };
  return { make: { decide: decideBy(c) } };
};

/**
 * A second decision voids what the first left open, and makes the next round of what it owes itself, by no later day than any
 * round since it was done last: to decide again, and once more, postpones nothing. Recipients hear of each erasure (UK GDPR art 19): also where what is left of it is refused
 * afterwards, as what was erased was erased, and once more where a later decision erases more.
 */
const decided = (c: Course, duties: readonly Duty[]): Effect => {
  const refuses = c.decision !== "comply";
  const erases = c.kind === "erasure" && c.decision !== "deny";
  const told = duties.some(({ kind, metOn }) => kind === "receipts" && metOn !== null);
  const by = (kind: DutyKind, day: string) => {
    const rounds = duties.filter((duty) => duty.kind === kind);
    const unmet = rounds.slice(rounds.findLastIndex(({ metOn }) => metOn !== null) + 1);
    return { [kind]: unmet.map(({ due }) => due ?? day).reduce(sooner, day) };
  };
  return {
    meet: ["decide"],
    void: [
      ...(["proof", "clarification", "tell", "tell-authority", "erase"] as const),
      // What is owed to recipients stays owed where the same is decided again.
      ...(erases && c.more ? (["receipts"] as const) : []),
    ],
    make: {
      ...by("tell", c.decideBy),
      ...(refuses ? by("tell-authority", daysLater(c.on, AUTHORITY)) : {}),
      ...(erases ? by("erase", later(c.decideBy, daysLater(c.on, 1))) : {}),
      ...(erases && (c.more || !told) ? by("receipts", daysLater(c.on, RECEIPTS)) : {}),
    },
  };
};

const effects: Partial<Record<DutyStep, (c: Course, duties: readonly Duty[]) => Effect>> = {
  created,
  "confirm-address": (c) => (c.kind === "complaint" ? { meet: ["acknowledge"] } : {}),
  acknowledge: () => ({ meet: ["acknowledge"] }),
  "ask-identity": (c) => ({ make: { proof: daysLater(c.on, ANSWER) }, ...runs(c) }),
  "receive-proof": (c) => ({ meet: ["proof"], ...runs(c) }),
  verify: (c) => ({ meet: ["proof"], ...runs(c) }),
  "clear-identity": (c) => ({ void: ["proof"], ...runs(c) }),
  "ask-clarification": (c) => ({ make: { clarification: daysLater(c.on, ANSWER) }, ...runs(c) }),
  // Where the letter that asks is still in the post, the answer came before it.
  clarified: (c, duties) => ({
    ...(openKinds(duties).includes("clarification") ? {} : { make: { clarification: c.on } }),
    meet: ["clarification"],
    ...runs(c),
  }),
  extend: runs,
  comply: decided,
  partial: decided,
  deny: decided,
  tell: () => ({ meet: ["tell"] }),
  notice: () => ({ meet: ["tell-authority"] }),
  // A further recipient who has not been told is a further duty.
  recipient: (c) =>
    c.untold === 0 ? { meet: ["receipts"] } : { make: { receipts: daysLater(c.on, RECEIPTS) } },
  erased: () => ({ meet: ["erase"] }),
  "tell-progress": (c) => ({
    meet: ["progress"],
    make: { progress: daysLater(c.on, c.promise.progress) },
  }),
  "tell-outcome": () => ({ meet: ["outcome"], void: ["progress"] }),
  "confirm-objection": () => ({ meet: ["review"] }),
  "take-back": () => ({ meet: ["review"], void: ["tell"] }),
  withdraw: () => ({ void: dutyKinds }),
};

/** What a step changes of a request's duties. `duties` are all that it ever had. */
export function dutiesAfter(duties: readonly Duty[], step: DutyStep, course: Course): DutyChange[] {
  const { void: voids = [], make = {}, meet = [], move = {} } = effects[step]?.(course, duties) ?? {};
  const open = new Set(openKinds(duties));
  const changes: DutyChange[] = [];
  const end = (change: "meet" | "void", kinds: readonly DutyKind[]) => {
    for (const kind of kinds) if (open.delete(kind)) changes.push({ change, kind });
  };
  // What is made and met by the same step is met after it was made.
  const before = meet.filter((kind) => open.has(kind));
  end("void", voids);
  end("meet", before);
  for (const [kind, due] of Object.entries(make) as [DutyKind, string | null][]) {
    if (open.has(kind)) continue;
    open.add(kind);
    changes.push({
      change: "make",
      kind,
      round: duties.filter((duty) => duty.kind === kind).length + 1,
      due,
    });
  }
  end(
    "meet",
    meet.filter((kind) => !before.includes(kind)),
  );
  for (const [kind, due] of Object.entries(move) as [DutyKind, string | null][]) {
    const moved = duties.find((duty) => duty.kind === kind && isOpen(duty));
    if (moved && open.has(kind) && moved.due !== due) changes.push({ change: "move", kind, due });
  }
  return changes;
}

/** The duties once `changes` are made on a day. */
export function withChanges(duties: readonly Duty[], changes: readonly DutyChange[], on: string): Duty[] {
  let after: Duty[] = [...duties];
  for (const one of changes)
    after =
      one.change === "make"
        ? [...after, { kind: one.kind, round: one.round, due: one.due, metOn: null, void: false }]
        : after.map((duty) => {
            if (duty.kind !== one.kind || !isOpen(duty)) return duty;
            if (one.change === "move") return { ...duty, due: one.due };
            return one.change === "meet" ? { ...duty, metOn: on } : { ...duty, void: true };
          });
  return after;
}

/** A request of before duties were rows. */
export interface Past extends Omit<Course, "on"> {
  askedOn: string | null;
  decidedOn: string | null;
  toldOn: string | null;
  noticedOn: string | null;
  /** Recordings to be erased that are not erased yet. */
  pending: number;
  /** Recipients are recorded, or that there was none. */
  recipients: boolean;
  closedOn: string | null;
}

/** The duties of a request that has none yet: what is not on record as done is open. */
export function dutiesFor(past: Past): Duty[] {
  const { decision, decidedOn, closedOn } = past;
  const duties: Duty[] = [];
  const take = (steps: readonly (readonly [DutyStep, string | null])[], course: Past) => {
    for (const [step, on] of steps)
      if (on !== null)
        duties.splice(
          0,
          duties.length,
          ...withChanges(duties, dutiesAfter(duties, step, { ...course, on }), on),
        );
  };
  // An objection is reviewed when it is closed.
  take([["created", past.receivedOn]], past.kind === "objection" ? { ...past, state: "held" } : past);
  if (past.state === "asked") take([["ask-identity", past.askedOn ?? past.receivedOn]], past);
  if (decision !== null) take([[decision, decidedOn]], { ...past, paused: false });
  take(
    [
      [past.kind === "complaint" ? "tell-outcome" : "tell", past.toldOn],
      ["notice", past.noticedOn],
      ["erased", past.pending === 0 ? decidedOn : null],
      ["recipient", past.recipients ? decidedOn : null],
    ],
    past,
  );
  if (past.state === "withdrawn") take([["withdraw", closedOn]], past);
  if (closedOn === null) return duties;
  // It was closed by the rules of its time: what is not on record as done is owed no more, and was not done.
  const closed = past.kind === "objection" ? { metOn: closedOn } : { void: true };
  return duties.map((duty) => (isOpen(duty) ? { ...duty, ...closed } : duty));
}
