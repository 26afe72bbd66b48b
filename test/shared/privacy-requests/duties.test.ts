import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysLater } from "../../../shared/core/calendar.ts";
import { clocksOf } from "../../../shared/privacy-requests/deadlines.ts";
import {
  type Course,
  dutiesAfter,
  dutiesFor,
  type Duty,
  type DutyStep,
  isOpen,
  isOverdue,
  type Past,
  promiseOf,
  withChanges,
} from "../../../shared/privacy-requests/duties.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import {
  next,
  type RequestAction,
  requestActions,
  startOf,
  type StepInput,
} from "../../../shared/privacy-requests/steps.ts";

const RECEIVED = "2026-11-02";
const base: Course = {
  kind: "access",
  state: "open",
  receivedOn: RECEIVED,
  on: RECEIVED,
  decideBy: "2026-12-02",
  paused: false,
  decision: null,
  untold: 0,
  promise: { progress: 30, outcome: 90 },
};
/** Steps one after another, each with what is then so of the request. */
function after(...steps: [DutyStep, Partial<Course>?][]): Duty[] {
  let duties: Duty[] = [];
  let course = base;
  for (const [step, own = {}] of steps) {
    course = { ...course, ...own };
    duties = withChanges(duties, dutiesAfter(duties, step, course), course.on);
  }
  return duties;
}
/** Open duties as "kind due", and a round after the first. */
const open = (duties: Duty[]) =>
  duties
    .filter(isOpen)
    .map(({ kind, round, due }) => `${kind}${round > 1 ? ` ${round}` : ""} ${due}`)
    .sort();
const complaint = { kind: "complaint", state: "lodged" } as const;
const erasure = { kind: "erasure" } as const;

describe("what arrives owes", () => {
  it("access and erasure: a decision", () => {
    expect(open(after(["created"]))).toEqual(["decide 2026-12-02"]);
  });
  it("a complaint: its receipt within 30 days that include the first, how it is going, and its outcome", () => {
    expect(open(after(["created", complaint]))).toEqual([
      "acknowledge 2026-12-01",
      "outcome 2027-01-31",
      "progress 2026-12-02",
    ]);
    expect(open(after(["created", { ...complaint, state: "acknowledged" }]))).toEqual([
      "outcome 2027-01-31",
      "progress 2026-12-02",
    ]);
  });
  it("an objection: its review, where nobody knows who sent it", () => {
    expect(open(after(["created", { kind: "objection", state: "held" }]))).toEqual(["review 2026-12-02"]);
  });
  it("an objection that staff enter: its answer, however it came (UK GDPR art 12(3))", () => {
    const entered = { kind: "objection", state: "decided" } as const;
    expect(after(["created", entered])).toMatchObject([
      { kind: "review", metOn: RECEIVED },
      { kind: "tell", metOn: null, due: "2026-12-02" },
    ]);
    expect(open(after(["created", entered], ["tell", { on: "2026-11-09" }]))).toEqual([]);
    expect(open(after(["created", entered], ["take-back"]))).toEqual([]);
  });
});

describe("before the decision", () => {
  it("proof that was asked for is chased; the decision waits only where its clock pauses", () => {
    const asked = { on: "2026-11-05", state: "asked" } as const;
    expect(open(after(["created"], ["ask-identity", asked]))).toEqual([
      "decide 2026-12-02",
      "proof 2026-12-05",
    ]);
    const paused = after(["created"], ["ask-identity", { ...asked, paused: true }]);
    expect(open(paused)).toEqual(["decide null", "proof 2026-12-05"]);
    expect(paused.some((duty) => isOverdue(duty, "2026-12-30"))).toBe(true);
    const came = { paused: false, decideBy: "2026-12-08", on: "2026-11-11" };
    for (const step of ["receive-proof", "verify", "clear-identity"] as const)
      expect(
        open(after(["created"], ["ask-identity", { ...asked, paused: true }], [step, came])),
        step,
      ).toEqual(["decide 2026-12-08"]);
  });
  it("a question is chased too, and asked again is another round", () => {
    expect(
      open(
        after(
          ["created"],
          ["ask-clarification", { on: "2026-11-05", paused: true }],
          ["clarified", { on: "2026-11-09", paused: false, decideBy: "2026-12-06" }],
          ["ask-clarification", { on: "2026-11-10" }],
        ),
      ),
    ).toEqual(["clarification 2 2026-12-10", "decide 2026-12-06"]);
  });
  it("an extension moves the decision", () => {
    expect(open(after(["created"], ["extend", { decideBy: "2027-02-02" }]))).toEqual(["decide 2027-02-02"]);
  });
  it("a withdrawal voids all", () => {
    const duties = after(["created"], ["ask-identity", { on: "2026-11-05" }], ["withdraw"]);
    expect(open(duties)).toEqual([]);
    expect(duties.every((duty) => duty.void && duty.metOn === null)).toBe(true);
  });
});

describe("a decision owes", () => {
  const decided = { state: "decided", on: "2026-11-20" } as const;
  it("the letter, by the day it was to be decided", () => {
    expect(open(after(["created"], ["comply", { ...decided, decision: "comply" }]))).toEqual([
      "tell 2026-12-02",
    ]);
  });
  it("for a refusal the notice to the authority within a week", () => {
    for (const decision of ["deny", "partial"] as const)
      expect(open(after(["created"], [decision, { ...decided, decision }]))).toEqual([
        "tell 2026-12-02",
        "tell-authority 2026-11-27",
      ]);
  });
  it("for an erasure that it is done, and that recipients hear of it", () => {
    expect(open(after(["created", erasure], ["comply", { ...decided, decision: "comply" }]))).toEqual([
      "erase 2026-12-02",
      "receipts 2026-12-20",
      "tell 2026-12-02",
    ]);
    // Decided on its last day, it has until the next.
    expect(
      open(after(["created", erasure], ["comply", { ...decided, on: "2026-12-02", decision: "comply" }])),
    ).toContain("erase 2026-12-03");
    expect(open(after(["created", erasure], ["deny", { ...decided, decision: "deny" }]))).not.toContain(
      "erase 2026-12-02",
    );
  });
  it("each once more where it is made again", () => {
    const first = after(["created", erasure], ["deny", { ...decided, decision: "deny" }], ["tell"]);
    const again = dutiesAfter(first, "comply", {
      ...base,
      ...erasure,
      ...decided,
      decision: "comply",
      on: "2026-11-25",
    });
    expect(open(withChanges(first, again, "2026-11-25"))).toEqual([
      "erase 2026-12-02",
      "receipts 2026-12-25",
      "tell 2 2026-12-02",
    ]);
    expect(again).toContainEqual({ change: "void", kind: "tell-authority" });
  });
  it("what the first left open is void, and its next round is owed by no later day", () => {
    const deny = { ...decided, decision: "deny" } as const;
    const first = after(["created", erasure], ["deny", deny]);
    const take = (duties: Duty[], decision: "deny" | "partial" | "comply", on: string) =>
      withChanges(
        duties,
        dutiesAfter(duties, decision, { ...base, ...erasure, ...decided, decision, on }),
        on,
      );
    const again = take(first, "deny", "2026-11-25");
    expect(open(again)).toEqual(["tell 2 2026-12-02", "tell-authority 2 2026-11-27"]);
    expect(again.filter((duty) => duty.void).map(({ kind, round }) => [kind, round])).toEqual([
      ["tell", 1],
      ["tell-authority", 1],
    ]);
    // Whoever decides once more, each week, is overdue all the same.
    expect(open(take(again, "partial", "2026-12-09"))).toEqual([
      ...["erase 2026-12-10", "receipts 2027-01-08", "tell 3 2026-12-02", "tell-authority 3 2026-11-27"],
    ]);
  });
  it("what another decision voided in between, and is owed once more, by the day on which it was owed first", () => {
    const deny = { ...decided, decision: "deny" } as const;
    const comply = { ...decided, decision: "comply" } as const;
    const first = ["deny", deny] as [DutyStep, Partial<Course>];
    const between: [DutyStep, Partial<Course>] = ["comply", { ...comply, on: "2026-11-26" }];
    const last: [DutyStep, Partial<Course>] = ["deny", { ...deny, on: "2026-11-27" }];
    const authority = (...steps: [DutyStep, Partial<Course>?][]) =>
      open(after(["created", erasure], ...steps)).filter((one) => one.startsWith("tell-authority"));
    expect(authority(first, between, last)).toEqual(["tell-authority 2 2026-11-27"]);
    // A notice that was sent is not owed by its day once more.
    expect(authority(first, ["notice"], between, last)).toEqual(["tell-authority 2 2026-12-04"]);
    const erase = (...steps: [DutyStep, Partial<Course>?][]) =>
      open(after(["created", erasure], ...steps)).filter((one) => one.startsWith("erase"));
    expect(
      erase(
        ["comply", comply],
        ["deny", { ...deny, on: "2026-12-03" }],
        ["comply", { ...comply, on: "2026-12-09" }],
      ),
    ).toEqual(["erase 2 2026-12-02"]);
  });
  it("recipients who are to hear of the first erasure hear of it by the same day", () => {
    const comply = { ...decided, decision: "comply" } as const;
    const both = after(["created", erasure], ["comply", comply], ["comply", { ...comply, on: "2026-11-25" }]);
    expect(open(both)).toEqual(["erase 2 2026-12-02", "receipts 2026-12-20", "tell 2 2026-12-02"]);
  });
  it("recipients of what was erased hear of it, also where the erasure is refused afterwards (UK GDPR art 19)", () => {
    const complied: [DutyStep, Partial<Course>] = ["comply", { ...decided, decision: "comply" }];
    const denied: [DutyStep, Partial<Course>] = ["deny", { ...decided, decision: "deny", on: "2026-11-21" }];
    const refused = after(["created", erasure], complied, denied);
    expect(open(refused)).toEqual(["receipts 2026-12-20", "tell 2 2026-12-02", "tell-authority 2026-11-28"]);
    // Refused once more, or granted again, it is owed by the same day.
    expect(open(after(["created", erasure], complied, denied, denied))).toContain("receipts 2026-12-20");
    expect(open(after(["created", erasure], complied, denied, complied))).toContain("receipts 2026-12-20");
    const told = after(["created", erasure], complied, denied, ["recipient", { untold: 0 }]);
    expect(open(told)).not.toContain("receipts 2026-12-20");
  });
  it("recipients hear of each further erasure, also after they were told of an earlier one (UK GDPR art 19)", () => {
    const partial: [DutyStep, Partial<Course>] = ["partial", { ...decided, decision: "partial", more: true }];
    const receipts = (...steps: [DutyStep, Partial<Course>?][]) =>
      open(after(["created", erasure], partial, ["recipient", { untold: 0 }], ...steps)).filter((one) =>
        one.startsWith("receipts"),
      );
    const comply = { ...decided, decision: "comply", on: "2026-12-01" } as const;
    expect(receipts(["comply", { ...comply, more: true }])).toEqual(["receipts 2 2026-12-31"]);
    // One that erases nothing further tells of nothing.
    expect(receipts(["comply", { ...comply, more: false }])).toEqual([]);
  });
  it("what was asked for and never came is owed no longer", () => {
    const denied = after(["created"], ["ask-identity"], ["deny", { ...decided, decision: "deny" }]);
    expect(denied.find(({ kind }) => kind === "proof")).toMatchObject({ void: true });
  });
  it("a recipient who was not told yet is owed it, also one who is found later", () => {
    const complied = (...more: [DutyStep, Partial<Course>?][]) =>
      open(after(["created", erasure], ["comply", { ...decided, decision: "comply" }], ...more)).filter(
        (one) => one.startsWith("receipts"),
      );
    expect(complied(["recipient", { untold: 1 }])).toEqual(["receipts 2026-12-20"]);
    expect(complied(["recipient", { untold: 0 }])).toEqual([]);
    expect(complied(["recipient", { untold: 0 }], ["recipient", { untold: 1, on: "2026-12-01" }])).toEqual([
      "receipts 2 2026-12-31",
    ]);
    const again: [DutyStep, Partial<Course>] = ["comply", { ...decided, decision: "comply", more: false }];
    expect(
      complied(["recipient", { untold: 0 }], ["recipient", { untold: 1, on: "2026-12-01" }], again),
    ).toEqual(["receipts 2 2026-12-31"]);
  });
});

describe("a complaint", () => {
  it("is reported on every thirty days until its outcome", () => {
    const told = after(
      ["created", complaint],
      ["acknowledge", { state: "acknowledged" }],
      ["tell-progress", { on: "2026-11-30" }],
    );
    expect(open(told)).toEqual(["outcome 2027-01-31", "progress 2 2026-12-30"]);
    expect(
      open(withChanges(told, dutiesAfter(told, "tell-outcome", { ...base, ...complaint }), RECEIVED)),
    ).toEqual([]);
  });
  it("is acknowledged by the requester's own page too; an access request is not", () => {
    expect(open(after(["created", complaint], ["confirm-address"]))).not.toContain("acknowledge 2026-12-01");
    expect(open(after(["created"], ["confirm-address"]))).toEqual(["decide 2026-12-02"]);
  });
});

it("is overdue from the day after, while it is open and not paused", () => {
  const due = (own: Partial<Duty>) =>
    isOverdue(
      { kind: "decide", round: 1, due: "2026-12-02", metOn: null, void: false, ...own },
      "2026-12-03",
    );
  expect(due({})).toBe(true);
  expect(due({ due: "2026-12-03" })).toBe(false);
  expect([due({ due: null }), due({ metOn: "2026-12-04" }), due({ void: true })]).toEqual([
    false,
    false,
    false,
  ]);
});

describe("a request of before duties were rows", () => {
  const past: Past = {
    ...{ kind: "access", state: "open", receivedOn: RECEIVED, decideBy: "2026-12-02", paused: false },
    ...{
      decision: null,
      promise: base.promise,
      askedOn: null,
      decidedOn: null,
      toldOn: null,
      noticedOn: null,
    },
    ...{ pending: 0, untold: 0, recipients: false, closedOn: null },
  };
  const of = (own: Partial<Past>) => dutiesFor({ ...past, ...own });
  it("a complaint that was born acknowledged owes its outcome", () => {
    expect(open(of({ kind: "complaint", state: "acknowledged" }))).toEqual([
      "outcome 2027-01-31",
      "progress 2026-12-02",
    ]);
  });
  it("a refusal whose notice never reached the authority owes it", () => {
    const refused = {
      state: "decided",
      decision: "deny",
      decidedOn: "2026-11-10",
      toldOn: "2026-11-10",
    } as const;
    expect(open(of(refused))).toEqual(["tell-authority 2026-11-17"]);
    expect(open(of({ ...refused, noticedOn: "2026-11-12" }))).toEqual([]);
  });
  it("an erasure owes what is still to be erased and told", () => {
    const decided = {
      kind: "erasure",
      state: "decided",
      decision: "comply",
      decidedOn: "2026-11-10",
    } as const;
    expect(open(of({ ...decided, pending: 1 }))).toEqual([
      "erase 2026-12-02",
      "receipts 2026-12-10",
      "tell 2026-12-02",
    ]);
    expect(open(of({ ...decided, toldOn: "2026-11-10", recipients: true }))).toEqual([]);
    expect(open(of({ ...decided, toldOn: "2026-11-10", recipients: true, untold: 1 }))).toEqual([
      "receipts 2026-12-10",
    ]);
  });
  it("what waits for proof is chased; a paused decision stays paused", () => {
    expect(open(of({ state: "asked", askedOn: "2026-11-05", paused: true }))).toEqual([
      "decide null",
      "proof 2026-12-05",
    ]);
  });
  it("what is closed owes nothing, and says when it was decided", () => {
    const closed = of({
      ...{ state: "closed", decision: "deny", decidedOn: "2026-11-10", closedOn: "2026-11-20" },
    });
    expect(open(closed)).toEqual([]);
    expect(closed.find(({ kind }) => kind === "decide")).toMatchObject({ metOn: "2026-11-10" });
    // That the authority was told is not on record.
    expect(closed.find(({ kind }) => kind === "tell-authority")).toMatchObject({ metOn: null, void: true });
    expect(of({ state: "withdrawn", closedOn: "2026-11-20" })).toMatchObject([
      { kind: "decide", void: true },
    ]);
    expect(of({ kind: "objection", state: "closed", closedOn: "2026-11-20" })).toMatchObject([
      { kind: "review", metOn: "2026-11-20" },
    ]);
  });
});

/** Random requests and steps that the table allows; what is owed is checked at each. */
it("no request that is not over is ever without a duty, until all that was owed is done", () => {
  const step = fc.record({
    pick: fc.nat(999),
    untold: fc.nat(2),
    wait: fc.nat(20),
    erased: fc.boolean(),
  });
  const request = fc.record({
    kind: fc.constantFrom("access", "erasure", "objection", "complaint"),
    oral: fc.boolean(),
    known: fc.boolean(),
    pauses: fc.constantFrom("none", "law"),
    steps: fc.array(step, { minLength: 5, maxLength: 40 }),
  });
  const reached = new Set<string>();
  fc.assert(
    fc.property(request, ({ kind, oral, known, pauses, steps }) => {
      let state = startOf(kind, { oral, inWriting: true, known });
      let decision: Course["decision"] = null;
      let on = RECEIVED;
      let asked = false;
      let duties: Duty[] = [];
      const take = (action: DutyStep, untold = 0) => {
        const paused = pauses === "law" && asked && decision === null;
        const course = { ...base, kind, state, on, decision, untold, paused };
        const changes = dutiesAfter(duties, action, course);
        const before = duties;
        duties = withChanges(duties, changes, on);
        // What is met or void stays so, and nothing is lost.
        for (const duty of before.filter((one) => !isOpen(one))) expect(duties).toContainEqual(duty);
        for (const { kind: owed, round } of before)
          expect(duties.filter((one) => one.kind === owed && one.round === round)).toHaveLength(1);
        // One open duty a kind.
        const kinds = duties.filter(isOpen).map((duty) => duty.kind);
        expect(new Set(kinds).size).toBe(kinds.length);
        // A paused clock is chased by what it waits for.
        if (duties.some((duty) => isOpen(duty) && duty.due === null))
          expect(kinds.some((one) => one === "proof" || one === "clarification")).toBe(true);
      };
      take("created");
      for (const { pick, untold, wait, erased } of steps) {
        on = daysLater(on, wait);
        const facts: StepInput = {
          ...{ kind, state, verified: true, extensions: true, extended: false, inFirstMonth: true },
          ...{
            searched: true,
            proposed: 0,
            undecided: 0,
            held: 0,
            reasoned: true,
            exported: true,
            systems: 0,
            nobody: 0,
          },
          ...{ decision, open: duties.filter(isOpen).map((duty) => duty.kind), withdrawal: true },
          ...{ unproved: true, unsent: {}, entered: false },
        };
        const able = (action: RequestAction, f = facts) =>
          next(f, action, action === "confirm-address" ? "requester" : "officer");
        const possible = requestActions.filter((action) => "to" in able(action));
        const action = possible[pick % possible.length];
        if (!action) break;
        const result = able(action);
        if ("to" in result) state = result.to;
        if (action === "comply" || action === "partial" || action === "deny") decision = action;
        if (action === "ask-identity") asked = true;
        if (action === "receive-proof" || action === "verify" || action === "clear-identity") asked = false;
        take(action, untold);
        if (erased) take("erased");
        reached.add(`${kind} ${action}`);
        const owed = duties.filter(isOpen).length;
        if (state === "closed" || state === "withdrawn") {
          expect(duties.length).toBeGreaterThan(0);
          expect(owed).toBe(0);
        } else if (owed === 0)
          // All is done: it can be closed.
          expect(
            able(kind === "complaint" ? "conclude" : "close", { ...facts, state, decision, open: [] }),
          ).toHaveProperty("to");
      }
    }),
    { numRuns: 1000 },
  );
  for (const far of [
    "access close",
    "erasure close",
    "complaint conclude",
    "objection confirm-objection",
    "objection close",
  ])
    expect(reached).toContain(far);
});

it("what the public page promises is what is counted", () => {
  const { requests } = defaultPolicy;
  expect(requests.pauses).toBe("none");
  const promise = promiseOf(requests);
  const day = fc.integer({ min: 0, max: 800 }).map((n) => daysLater("2026-01-01", n));
  fc.assert(
    fc.property(day, fc.nat(60), fc.nat(60), (receivedOn, asked, passed) => {
      const askedOn = daysLater(receivedOn, asked);
      const { decideBy, paused } = clocksOf(
        {
          ...{ receivedOn, days: promise.decide, pauses: promise.pauses, askedOn, clarifyOn: askedOn },
          ...{ proofOn: null, pausedDays: passed, clarifiedDays: passed, extended: false },
        },
        daysLater(askedOn, passed),
      );
      expect(paused).toBe(false);
      expect(decideBy <= daysLater(receivedOn, promise.decide)).toBe(true);
      const [acknowledge] = dutiesAfter([], "created", { ...base, ...complaint, receivedOn, promise });
      expect(acknowledge).toMatchObject({ due: daysLater(receivedOn, promise.acknowledge - 1) });
    }),
  );
});
