import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  needs,
  next,
  openTo,
  type RequestAction,
  requestActions,
  type StepInput,
  type RequestKind,
  requestKinds,
  requestStates,
  rules,
  startOf,
} from "../../../shared/privacy-requests/steps.ts";
import {
  type Course,
  dutiesAfter,
  type Duty,
  type DutyStep,
  openKinds,
  withChanges,
} from "../../../shared/privacy-requests/duties.ts";
import { dutyKinds } from "../../../shared/privacy-requests/duty-kinds.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";

/** A request that fulfils every condition of every step. */
const ready: Omit<StepInput, "kind" | "state"> = {
  verified: true,
  extensions: true,
  extended: false,
  inFirstMonth: true,
  searched: true,
  proposed: 0,
  undecided: 0,
  held: 0,
  decision: "partial",
  reasoned: true,
  exported: true,
  systems: 0,
  nobody: 0,
  open: [],
  unproved: true,
  unsent: { identity: "failed", extension: "failed" },
  withdrawal: true,
  entered: false,
};
/** What a step wants to be owed still. */
const owing: Partial<Record<RequestAction, StepInput["open"]>> = {
  clarified: ["clarification"],
  "tell-progress": ["outcome"],
};

/**
 * The table written out a second time: for each kind and action, from which state to which. A move that is added by mistake
 * fails here, and so does a new action until its moves are listed here.
 */
const data = {
  assign: "unconfirmed open asked received verified decided",
  note: "unconfirmed open asked received verified decided",
  file: "unconfirmed open asked received verified decided",
  link: "verified decided closed",
  "confirm-address": "unconfirmed open asked received verified decided",
  "ask-address": "unconfirmed open asked received verified decided",
  withdraw: "unconfirmed>withdrawn open>withdrawn asked>withdrawn received>withdrawn verified>withdrawn",
  "ask-identity": "open>asked asked received>asked",
  "receive-proof": "open>received asked>received",
  verify: "received>verified",
  "clear-identity": "open>verified asked>verified",
  search: "unconfirmed open asked received verified decided",
  judge: "unconfirmed open asked received verified decided",
  look: "unconfirmed open asked received verified decided",
  system: "decided",
  extend: "unconfirmed open asked received verified",
  comply: "verified>decided decided",
  partial: "verified>decided decided",
  deny: "unconfirmed>decided open>decided asked>decided received>decided verified>decided decided",
  tell: "decided",
  notice: "decided",
  close: "decided>closed",
};
/** The same without the state `unconfirmed`, which only erasure has. */
const written = Object.fromEntries(
  Object.entries(data).map(([action, moves]) => [action, moves.replace(/^unconfirmed\S* ?/, "")]),
);
const table: Record<RequestKind, Partial<Record<RequestAction, string>>> = {
  access: {
    ...written,
    "ask-clarification": "open asked received verified",
    clarified: "open asked received verified",
    export: "decided",
    share: "decided closed",
  },
  erasure: {
    ...data,
    "confirm-writing": "unconfirmed>open",
    "accept-oral": "unconfirmed>open",
    recipient: "decided",
  },
  objection: {
    assign: "held decided",
    note: "held decided",
    file: "held decided",
    "confirm-address": "held decided",
    "ask-address": "held decided",
    "confirm-objection": "held>closed",
    "take-back": "held>closed decided>closed",
    tell: "decided",
    close: "decided>closed",
  },
  complaint: {
    assign: "lodged acknowledged investigating",
    note: "lodged acknowledged investigating",
    file: "lodged acknowledged investigating",
    "confirm-address": "lodged>acknowledged acknowledged investigating",
    "ask-address": "lodged acknowledged investigating",
    withdraw: "lodged>withdrawn acknowledged>withdrawn investigating>withdrawn",
    acknowledge: "lodged>acknowledged",
    investigate: "acknowledged>investigating",
    "tell-progress": "acknowledged investigating",
    "tell-outcome": "acknowledged investigating",
    conclude: "acknowledged>closed investigating>closed",
  },
};

describe("the table of states and actions, whole", () => {
  for (const kind of requestKinds) {
    it(kind, () => {
      for (const action of requestActions) {
        const moves = new Map(
          (table[kind][action] ?? "")
            .split(" ")
            .filter(Boolean)
            .map((move) => {
              const [from = "", to = from] = move.split(">");
              return [from, to];
            }),
        );
        const by = rules[action].by.some((who) => who === "officer") ? "officer" : "requester";
        for (const state of requestStates) {
          const result = next({ ...ready, open: owing[action] ?? [], kind, state }, action, by);
          expect("to" in result ? result.to : null, `${kind} ${state} ${action}`).toBe(
            moves.get(state) ?? null,
          );
        }
      }
    });
  }

  it("a requester confirms, takes back and downloads, and nothing else", () => {
    expect(
      requestActions.filter((action) => rules[action].by.some((who) => who === "requester")).sort(),
    ).toEqual(["confirm-address", "confirm-writing", "share", "withdraw"]);
    for (const action of requestActions)
      if (!rules[action].by.some((who) => who === "requester"))
        expect(next({ ...ready, kind: "access", state: "verified" }, action, "requester")).toEqual({
          refused: "not-yours",
        });
  });
});

describe("what must be there first", () => {
  const at = (own: Partial<StepInput>): StepInput => ({
    ...ready,
    kind: "access",
    state: "decided",
    decision: "comply",
    ...own,
  });
  const wanted = (action: RequestAction, own: Partial<StepInput>) => {
    const result = next(at(own), action, "officer");
    return "to" in result ? null : result.refused;
  };
  it("nothing is made or shared before identity is shown", () => {
    for (const action of ["comply", "partial", "export", "share", "link"] as const)
      expect(wanted(action, { verified: false }), action).toBe("verified");
  });
  it("a decision to comply wants a search, and each thing judged; a hold stands against an erasure", () => {
    expect(wanted("comply", { searched: false })).toBe("searched");
    expect(wanted("comply", { proposed: 1 })).toBe("judged");
    expect(wanted("comply", { held: 1 })).toBeNull();
    expect(wanted("comply", { held: 1, kind: "erasure" })).toBe("free");
    // Items under the hold are refused one by one.
    expect(wanted("partial", { held: 1, kind: "erasure" })).toBeNull();
  });
  it("one extension, in the first month, where policy has any", () => {
    const extend = (own: Partial<StepInput>) => wanted("extend", { state: "open", ...own });
    expect(extend({})).toBeNull();
    expect(extend({ extensions: false })).toBe("extensions");
    expect(extend({ extended: true })).toBe("once");
    expect(extend({ unsent: { extension: "waiting" } })).toBe("once");
    expect(extend({ unsent: { extension: "failed" } })).toBeNull();
    expect(extend({ inFirstMonth: false })).toBe("first-month");
  });
  it("a refusal is closed with reasons, letter and the authority's notice, and not without", () => {
    for (const decision of ["deny", "partial"] as const) {
      expect(wanted("close", { decision })).toBeNull();
      expect(wanted("close", { decision, reasoned: false })).toBe("reasoned");
      expect(wanted("close", { decision, open: ["tell"] })).toBe("told");
      expect(wanted("close", { decision, open: ["tell-authority"] })).toBe("noticed");
    }
    expect(wanted("notice", {})).toBe("refusal");
  });
  it("access is closed with its copy, an erasure once all is gone and recipients are told", () => {
    expect(wanted("close", { exported: false })).toBe("exported");
    // The letter says that there is a copy.
    expect(wanted("tell", { exported: false })).toBe("exported");
    expect(wanted("tell", { exported: false, decision: "deny" })).toBeNull();
    expect(wanted("close", { undecided: 1 })).toBe("settled");
    const erasure = { kind: "erasure", exported: false } as const;
    expect(wanted("close", { ...erasure, open: ["erase"] })).toBe("erased");
    expect(wanted("close", { ...erasure, open: ["receipts"] })).toBe("recipients");
    expect(wanted("close", erasure)).toBeNull();
    // What was erased before a refusal has its recipients, too (UK GDPR art 19).
    expect(wanted("recipient", { ...erasure, decision: "deny" })).toBe("gone");
    expect(wanted("recipient", { ...erasure, decision: "deny", open: ["receipts"] })).toBeNull();
    const complaint = { kind: "complaint", state: "investigating" } as const;
    expect(wanted("conclude", { ...complaint, open: ["outcome"] })).toBe("told");
  });
  it("an objection that staff entered is closed with its answer", () => {
    const objection = { kind: "objection", decision: null, exported: false } as const;
    expect(wanted("close", { ...objection, open: ["tell"] })).toBe("told");
    expect(wanted("tell", { ...objection, open: ["tell"] })).toBeNull();
    expect(wanted("close", objection)).toBeNull();
  });
  it("nothing is closed with anything owed", () => {
    for (const kind of dutyKinds) {
      expect(wanted("close", { open: [kind] }), kind).not.toBeNull();
      expect(
        wanted("conclude", { kind: "complaint", state: "acknowledged", open: [kind] }),
        kind,
      ).not.toBeNull();
    }
  });
  it("an officer withdraws only with the requester's own word; a requester's click is theirs", () => {
    const open = at({ state: "open", withdrawal: false });
    expect(next(open, "withdraw", "officer")).toEqual({ refused: "withdrawal" });
    expect(next(open, "withdraw", "requester")).toEqual({ to: "withdrawn" });
    expect(next({ ...open, withdrawal: true }, "withdraw", "officer")).toEqual({ to: "withdrawn" });
  });
  it("nor does a mailbox that staff gave withdraw what staff entered, before an officer knows who asks", () => {
    const entered = at({ state: "open", withdrawal: false, entered: true, verified: false });
    for (const by of ["officer", "requester"] as const)
      expect(next(entered, "withdraw", by)).toEqual({ refused: "withdrawal" });
    const complaint = { ...entered, kind: "complaint", state: "lodged" } as const;
    expect(next(complaint, "withdraw", "requester")).toEqual({ refused: "withdrawal" });
    expect(next({ ...entered, verified: true }, "withdraw", "requester")).toEqual({ to: "withdrawn" });
    expect(next({ ...entered, verified: true }, "withdraw", "officer")).toEqual({ refused: "withdrawal" });
    expect(next({ ...entered, withdrawal: true }, "withdraw", "requester")).toEqual({ to: "withdrawn" });
  });
  it("one question at a time, an answer only to a question, a report only until the outcome", () => {
    expect(wanted("ask-clarification", { state: "open", open: ["clarification"] })).toBe("answered");
    expect(wanted("clarified", { state: "open" })).toBe("unclear");
    expect(wanted("tell-progress", { kind: "complaint", state: "investigating" })).toBe("pending");
  });
  it("the desk is offered what is open, and told what the rest wants", () => {
    const offered = openTo(at({ open: ["tell"] }), "officer");
    expect(offered).toContainEqual({ action: "close", wants: "told" });
    expect(offered).toContainEqual({ action: "tell", wants: null });
    expect(offered.map(({ action }) => action)).not.toContain("verify");
  });
  it("each has its sentence", () => {
    expect(Object.keys(requestsEn.needs).sort()).toEqual(Object.keys(needs).sort());
  });
});

it("where a request begins", () => {
  const plain = { oral: false, inWriting: true, known: false };
  expect(startOf("access", { ...plain, oral: true })).toBe("open");
  expect(startOf("erasure", plain)).toBe("open");
  expect(startOf("erasure", { ...plain, oral: true })).toBe("unconfirmed");
  expect(startOf("erasure", { ...plain, oral: true, inWriting: false })).toBe("open");
  expect([startOf("objection", plain), startOf("objection", { ...plain, known: true })]).toEqual([
    "held",
    "decided",
  ]);
  // Nobody has told its complainant yet.
  for (const known of [false, true]) expect(startOf("complaint", { ...plain, known })).toBe("lodged");
});

it("700 random sequences: nothing is shared before identity, no refusal is closed bare, nothing held is erased", () => {
  /** How each step changes the input, as the Worker counts it. */
  const leaves: Partial<Record<RequestAction, Partial<StepInput>>> = {
    verify: { verified: true },
    "clear-identity": { verified: true },
    search: { searched: true, proposed: 1 },
    judge: { proposed: 0 },
    comply: { decision: "comply", exported: false, reasoned: true },
    partial: { decision: "partial", exported: false, reasoned: true },
    deny: { decision: "deny", exported: false, reasoned: false },
    export: { exported: true },
  };
  const begin: Omit<StepInput, "kind"> = {
    ...ready,
    ...{ state: "open", verified: false, searched: false, decision: null, reasoned: false },
    ...{ exported: false, open: [] },
  };
  const DAY = "2026-11-02";
  const courseOf = ({ kind, state, decision }: StepInput): Course => ({
    ...{ kind, state, decision, receivedOn: DAY, on: DAY, decideBy: "2026-12-02", paused: false, untold: 0 },
    promise: { progress: 30, outcome: 90 },
  });
  /** Events besides the steps: a hold comes and goes, and reasons are given. */
  const world = { hold: { held: 1 }, release: { held: 0 }, reason: { reasoned: true } };
  type Step = RequestAction | keyof typeof world;
  const step = fc.constantFrom<Step>(
    ...([
      "clear-identity",
      "search",
      "judge",
      "comply",
      "deny",
      "export",
      "share",
      "tell",
      "notice",
    ] as const),
    ...([
      "recipient",
      "close",
      "hold",
      "release",
      "reason",
      "ask-identity",
      "receive-proof",
      "verify",
    ] as const),
  );
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom("access", "erasure"),
      fc.array(step, { minLength: 10, maxLength: 40 }),
      (kind: "access" | "erasure", steps) => {
        let facts: StepInput = { ...begin, kind };
        let duties: Duty[] = [];
        const step = (action: DutyStep) => {
          duties = withChanges(duties, dutiesAfter(duties, action, courseOf(facts)), DAY);
          facts = { ...facts, open: openKinds(duties) };
        };
        step("created");
        let shown = false;
        for (const action of steps) {
          if (action in world) {
            facts = { ...facts, ...world[action as keyof typeof world] };
            continue;
          }
          const result = next(facts, action as RequestAction, "officer");
          if (!("to" in result)) continue;
          reached.add(`${kind} ${action}`);
          if (action === "export" || action === "share") expect(shown).toBe(true);
          if (action === "comply" && kind === "erasure") expect(facts.held).toBe(0);
          if (action === "close" && facts.decision === "deny") {
            expect(facts.reasoned).toBe(true);
            for (const kind of ["tell", "tell-authority"] as const)
              expect(duties.findLast((duty) => duty.kind === kind)).toMatchObject({ metOn: DAY });
          }
          shown ||= action === "verify" || action === "clear-identity";
          facts = { ...facts, ...leaves[action as RequestAction], state: result.to };
          step(action as RequestAction);
        }
      },
    ),
    { numRuns: 700 },
  );
  for (const far of ["access share", "erasure comply", "access close"]) expect(reached).toContain(far);
});
