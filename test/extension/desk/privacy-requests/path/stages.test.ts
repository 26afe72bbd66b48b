/** The guided path of a request: where it is, and the one step that comes next, by the Worker's own table of steps. */
import { expect, it } from "vitest";
import { openTo, type StepInput } from "../../../../../shared/privacy-requests/steps.ts";
import { leadOf, type OnPath, stagesOf } from "../../../../../extension/desk/privacy-requests/path/stages.ts";

const fresh: StepInput = {
  ...{
    kind: "access",
    state: "open",
    verified: false,
    extensions: true,
    extended: false,
    inFirstMonth: true,
  },
  ...{ searched: false, proposed: 0, undecided: 0, held: 0, decision: null, reasoned: true, exported: false },
  ...{
    systems: 0,
    nobody: 0,
    open: ["decide"],
    withdrawal: false,
    entered: false,
    unproved: false,
    unsent: {},
  },
};
/** A request as the Worker answers it, from what its table of steps knows of it. */
function at(input: Partial<StepInput>, more: Partial<OnPath["request"]> = {}): OnPath {
  const facts = { ...fresh, ...input };
  const items = Array.from({ length: facts.proposed }, () => ({ verdict: "proposed" }));
  return {
    request: {
      ...{ kind: facts.kind, state: facts.state, decision: facts.decision, narrowed: null, closedAt: null },
      verifiedAt: facts.verified ? "2026-11-20T10:00:00Z" : null,
      toldAt: facts.decision !== null && !facts.open.includes("tell") ? "2026-11-21T10:00:00Z" : null,
      noticedAt: null,
      actions: openTo(facts, "officer"),
      ...more,
    },
    items,
    events: facts.searched ? [{ action: "search" }] : [],
  } as unknown as OnPath;
}
const said = (on: OnPath) => [leadOf(on), stagesOf(on).find(({ state }) => state === "now")?.stage ?? null];

it("leads an access request from its identity to its end, one step at a time", () => {
  const verified = { state: "verified", verified: true } as const;
  const decided = {
    ...verified,
    state: "decided",
    searched: true,
    decision: "comply",
    open: ["tell"],
  } as const;
  expect(said(at({}))).toEqual(["clear-identity", "identity"]);
  expect(said(at({ state: "asked" }))).toEqual(["receive-proof", "identity"]);
  expect(said(at({ state: "received" }))).toEqual(["verify", "identity"]);
  expect(said(at(verified))).toEqual(["search", "search"]);
  expect(said(at({ ...verified, searched: true, proposed: 2 }))).toEqual(["judge", "search"]);
  expect(said(at({ ...verified, searched: true }))).toEqual(["comply", "decide"]);
  const there = (lookedAt: string | null) =>
    ({ ...at({ ...verified, searched: true }), systems: [{ lookedAt }] }) as unknown as OnPath;
  expect(said(there(null))).toEqual(["look", "decide"]);
  expect(said(there("2026-11-20T10:00:00Z"))).toEqual(["comply", "decide"]);
  expect(said(at({ ...decided, open: ["tell"] }))).toEqual(["export", "copy"]);
  expect(said(at({ ...decided, open: ["tell"], exported: true, nobody: 1 }))).toEqual(["tell", "letter"]);
  // Told by post: the copy has to go, too.
  expect(said(at({ ...decided, open: [], exported: true, nobody: 1 }))).toEqual(["hand-over", "close"]);
  expect(said(at({ ...decided, open: [], exported: true }))).toEqual(["close", "close"]);
  // Several files have downloads of their own.
  const parts = {
    ...at({ ...decided, open: [], exported: true, nobody: 1 }),
    parts: [{}],
  } as unknown as OnPath;
  expect(leadOf(parts)).toBeNull();
});

it.each(["comply", "partial", "deny"] as const)(
  "after %s leads to that same decision where something more was found, never to another",
  (decision) => {
    const found = at({
      ...{ state: "decided", verified: true, searched: true, decision, undecided: 1, open: ["tell"] },
    });
    expect(leadOf(found)).toBe(decision);
    const settled = at({
      ...{ state: "decided", verified: true, searched: true, decision, exported: true, open: ["tell"] },
    });
    expect(leadOf(settled)).toBe("tell");
  },
);

it("of a refusal wants the letter and the notice, and no copy", () => {
  const denied = { state: "decided", decision: "deny" } as const;
  const told = at({ ...denied, open: ["tell", "tell-authority"] });
  expect(said(told)).toEqual(["tell", "letter"]);
  expect(stagesOf(told).map(({ stage }) => stage)).toEqual([
    "identity",
    "search",
    "decide",
    "letter",
    "close",
  ]);
  expect(said(at({ ...denied, open: ["tell-authority"] }))).toEqual(["notice", "close"]);
});

it("of an erasure waits for what is being erased, and asks for the recipients", () => {
  const decided = {
    kind: "erasure",
    state: "decided",
    verified: true,
    searched: true,
    decision: "comply",
  } as const;
  // The letter does not wait for the erasure.
  expect(said(at({ ...decided, open: ["tell", "erase"] }))[0]).toBe("tell");
  expect(said(at({ ...decided, open: ["erase"] }))).toEqual([null, "erase"]);
  expect(said(at({ ...decided, open: ["receipts"] }))).toEqual(["recipient", "close"]);
});

it("is over with the request, and objections and complaints have none", () => {
  const closed = at({ state: "closed", decision: "comply", open: [] }, { closedAt: "2026-11-22T10:00:00Z" });
  expect(stagesOf(closed).every(({ state }) => state === "done")).toBe(true);
  expect(leadOf(closed)).toBeNull();
  expect(stagesOf(at({ kind: "objection", state: "held" }))).toEqual([]);
});
