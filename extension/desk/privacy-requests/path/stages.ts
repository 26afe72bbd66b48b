/** The guided path of a request for access or erasure: its stages, and the one step that comes next. */
import type { RequestAnswer } from "../../../../shared/privacy-requests/api.ts";
import type { RequestAction } from "../../../../shared/privacy-requests/steps.ts";

export type Stage = "identity" | "search" | "decide" | "copy" | "erase" | "letter" | "close";
export interface StageState {
  stage: Stage;
  state: "done" | "now" | "later";
}

/** What of a request its path depends on. */
export type OnPath = Pick<RequestAnswer, "request" | "items" | "events" | "parts" | "systems">;

/** None for objections and complaints, which have few steps. */
export function stagesOf({ request: row, items, events }: OnPath): StageState[] {
  if (row.kind !== "access" && row.kind !== "erasure") return [];
  const waits = (need: string) => row.actions.some(({ wants }) => wants === need);
  const searched = events.some(({ action }) => action === "search") && !waits("searched") && !waits("whole");
  const decided = row.decision !== null;
  const over = row.closedAt !== null;
  const gives = row.decision !== "deny";
  const stages: [Stage, boolean][] = [
    ["identity", row.verifiedAt !== null],
    ["search", searched && items.every(({ verdict }) => verdict !== "proposed")],
    ["decide", decided],
    ...(!gives
      ? []
      : row.kind === "access"
        ? [["copy", decided && !waits("exported")] as [Stage, boolean]]
        : [["erase", decided && !waits("erased")] as [Stage, boolean]]),
    ["letter", row.toldAt !== null],
    ["close", over],
  ];
  // Who denies a request need not have searched, or seen who asks.
  const now = over ? -1 : stages.findIndex(([stage, done]) => !done && !(decided && before.has(stage)));
  return stages.map(([stage, done], i) => ({
    stage,
    state: over || done || (decided && before.has(stage)) ? "done" : i === now ? "now" : "later",
  }));
}
const before: ReadonlySet<Stage> = new Set(["identity", "search"]);

/** `hand-over`: the copy is made, and went to nobody. */
export type Lead = RequestAction | "hand-over";

/** The steps in the order in which they lead to the end, each where it is not done yet. */
const order: readonly [Lead, (on: OnPath) => boolean][] = [
  ["accept-oral", () => true],
  ["verify", () => true],
  ["receive-proof", ({ request }) => request.state === "asked"],
  ["clear-identity", () => true],
  ["search", ({ request, events }) => isUnsearched(request, events)],
  ["judge", ({ items }) => items.some(({ verdict }) => verdict === "proposed")],
  ["look", ({ systems = [] }) => systems.some(({ lookedAt }) => lookedAt === null)],
  ["comply", (on) => on.request.decision === null || isAgain(on, "comply")],
  // What was refused stays refused, unless an officer decides otherwise.
  ["partial", (on) => isAgain(on, "partial")],
  ["deny", (on) => isAgain(on, "deny")],
  ["export", ({ request }) => lacks(request, "exported")],
  ["tell", ({ request }) => request.toldAt === null],
  ["notice", ({ request }) => request.noticedAt === null],
  ["recipient", ({ request }) => lacks(request, "recipients")],
  // One in several files has its downloads below.
  ["hand-over", ({ request, parts = [] }) => lacks(request, "parts") && parts.length === 0],
  ["close", () => true],
];
const lacks = ({ actions }: OnPath["request"], ...needs: string[]): boolean =>
  actions.some(({ wants }) => wants !== null && needs.includes(wants));
/** The decision is made again, of the same kind, as something was found that it does not cover. */
const isAgain = ({ request }: OnPath, decision: OnPath["request"]["decision"]): boolean =>
  request.decision === decision && lacks(request, "settled", "whole");
/** Who denies a request need not have searched. */
const isUnsearched = (row: OnPath["request"], events: OnPath["events"]): boolean =>
  row.decision !== "deny" &&
  (!events.some(({ action }) => action === "search") || lacks(row, "searched", "whole"));

/** The next step of a request for access or erasure, among those that are possible; null where it waits for somebody else. */
export function leadOf(on: OnPath): Lead | null {
  const ready = new Set<Lead>(
    on.request.actions.flatMap(({ action, wants }) => (wants === null ? [action as RequestAction] : [])),
  );
  return order.find(([lead, is]) => (lead === "hand-over" || ready.has(lead)) && is(on))?.[0] ?? null;
}
