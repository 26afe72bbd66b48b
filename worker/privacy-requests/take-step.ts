/**
 * Takes one step of a request. The table (shared/privacy-requests/steps.ts) says whether it is allowed; then one commit
 * writes the row, its duties, its timeline, the step's other changes and the mail to the requester, against the revision
 * that was read.
 */
import type { Context } from "hono";
import type { RequestStep } from "../../shared/privacy-requests/api.ts";
import { dutiesAfter, withChanges } from "../../shared/privacy-requests/duties.ts";
import {
  type By,
  isFinal,
  type Need,
  needs,
  next,
  type RequestAction,
} from "../../shared/privacy-requests/steps.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import type { Event } from "../core/change.ts";
import { commit, record } from "../core/commit.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { insertBound } from "../core/bound.ts";
import type { Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { sendSoon } from "../mail/outbox.ts";
import { compared } from "../trail/agreed.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { eventsBound, type Extent, statesBound, stepped } from "./bound.ts";
import { clocks } from "./clocks.ts";
import { courseOf, dutiesOf, writeChanges } from "./duties.ts";
import { type Asked, newsOf } from "./links.ts";
import { meetMailed } from "./letters/mailed.ts";
import { type Columns, type Moment, momentOf, type Row, wantRequest } from "./rows.ts";
import { stepInputOf } from "./summary.ts";

/** What a step changes besides the state. `detail` is shown in the timeline, to officers only. */
export interface Plan {
  set?: Partial<Columns>;
  statements?: Statement[];
  detail?: unknown;
  /** The day that counts for its duties, such as a letter's own; by default today. */
  on?: string;
  /** Recipients who have not been told once the step is taken. */
  untold?: number;
  /** A letter that goes by mail: its duties are met once the mail was sent (letters/mailed.ts). */
  mailed?: string;
  /** When that mail expires unsent, where it is of no use later. */
  until?: string;
  /** Nothing is left to erase. */
  erased?: boolean;
  /** It decides that more is erased than before. */
  more?: boolean;
  /** Also of an erasure whose state is not as the trail has it. */
  extent?: Extent | undefined;
}
type Planner = (row: Row, moment: Moment) => Plan | Promise<Plan>;

/** Steps after which the requester gets a mail, if their address is verified. */
const news: ReadonlySet<RequestAction> = new Set<RequestAction>([
  "confirm-address",
  "confirm-writing",
  "accept-oral",
  "ask-identity",
  "receive-proof",
  "verify",
  "clear-identity",
  "extend",
  "export",
  "tell",
  "close",
  "withdraw",
  "acknowledge",
  "investigate",
  "ask-clarification",
  "clarified",
  "tell-progress",
  "tell-outcome",
  "conclude",
]);

/** The state that a step leads to. Throws `request-wants` or `request-not-now` where the table does not allow it. */
export function wantStep(row: Row, action: RequestAction, by: By, moment: Moment) {
  const result = next(stepInputOf(row, moment), action, by);
  if ("to" in result) return result.to;
  const { refused } = result;
  if (refused === "withdrawal") throw new Problem("withdrawal-unproved", t.needs[refused]);
  throw refused in needs
    ? new Problem("request-wants", t.needs[refused as Need], [{ path: action, message: refused }])
    : new Problem("request-not-now", t.refusals[refused as keyof typeof t.refusals]);
}

/** Throws `request-put-back` where the trail has a later state of the request; officers are told once. */
async function wantLast(env: Env, id: string): Promise<void> {
  const name = `${statesBound.name}/${id}`;
  const { rows } = await compared(env, [{ table: statesBound, keys: [id] }]);
  if (!rows.get(name)?.isPutBack) return;
  await tellUnlike(env, [name], Date.now());
  throw new Problem("request-put-back");
}

interface Planned {
  event: Event;
  statements: Statement[];
  row: Row;
}

/** `actor`: a person's id, or `system`. */
interface Taker extends Asked {
  env: Env;
  actor: string;
}
const takerOf = (c: Context<App>): Taker => ({
  ...{ env: c.env, actor: c.get("actor")?.id ?? "system", req: c.req },
});

async function planStep(
  { env, actor, req }: Taker,
  row: Row,
  action: RequestAction,
  by: By,
  moment: Moment,
  plan: Planner,
): Promise<Planned> {
  await wantLast(env, row.id);
  const state = wantStep(row, action, by, moment);
  const {
    set = {},
    statements = [],
    detail = null,
    on = moment.today,
    untold,
    mailed,
    until,
    erased = false,
    more = false,
    extent,
  } = await plan(row, moment);
  const after: Row = { ...row, ...set, state };
  if (isFinal(state) && row.closed_at === null) after.closed_at = moment.at;
  // A decision fixes the promised day, by the clock as it was before the step.
  const clock = clocks(after.decided_on === null ? after : row, moment.today);
  after.decide_by = clock.decideBy;
  const { closed_at, decide_by } = after;
  const change = await stepped(env, row, { ...set, state, closed_at, decide_by }, moment.at, extent);
  const { rev } = change;
  after.rev = rev;
  const who = by === "requester" ? "requester" : actor;
  const { duties, made } = dutiesOf(row, moment);
  const course = { ...courseOf(after, moment, on), paused: clock.paused, untold: untold ?? row.untold, more };
  const changes = mailed === undefined ? dutiesAfter(duties, action, course) : [];
  if (erased) changes.push(...dutiesAfter(withChanges(duties, changes, on), "erased", course));
  return {
    event: { code: `request.${action}`, subject: row.id, payload: { reference: row.ref, rev } },
    statements: [
      ...(await writeChanges(env.DB, [{ request: row.id, duties, made, changes }], {
        ...{ on, by: who, at: moment.at },
      })),
      ...statements,
      ...change.statements,
      timeline(row.id, action, state, detail, who, moment.at),
      ...(news.has(action)
        ? newsOf({ req }, after, moment, mailed === undefined ? undefined : { id: mailed, until })
        : []),
    ],
    row: after,
  };
}

/** The statement that adds a line to the timeline. */
export const timeline = (
  request: string,
  action: string,
  state: string,
  detail: unknown,
  by: string,
  at: string,
): Statement =>
  insertBound(eventsBound, [
    {
      ...{ request, ref: crypto.randomUUID(), action, state },
      ...{ detail: detail === null ? null : JSON.stringify(detail), by, at },
    },
  ]);

/** Takes a step by an officer, and answers the request. `plan` may throw a Problem. */
export async function takeStep(
  c: Context<App>,
  id: string,
  action: RequestAction,
  plan: Planner = () => ({}),
) {
  const now = Date.now();
  // A letter whose mail has gone meanwhile counts for this step.
  await meetMailed(c.env, now, id);
  const moment = await momentOf(c.env.DB, now);
  const row = await wantRequest(c.env.DB, id, moment);
  const planned = await planStep(takerOf(c), row, action, "officer", moment, plan);
  const { ref: reference, state, rev } = planned.row;
  const answer = await commit<RequestStep, 200>(c, planned.event, planned.statements, {
    status: 200,
    body: { id, reference, state, rev },
  });
  sendSoon(c);
  return answer;
}

/** Takes a step that an officer, `actor`, asked for before, once what it takes is done. Throws where it is not possible any more. */
export async function takeStepLater(
  taker: Taker,
  id: string,
  action: RequestAction,
  now: number,
  plan: Planner,
): Promise<void> {
  const { env, actor } = taker;
  const moment = await momentOf(env.DB, now);
  const row = await wantRequest(env.DB, id, moment);
  const { event, statements } = await planStep(taker, row, action, "officer", moment, plan);
  await record(env, { actor, event, statements });
}

/** Takes a step by the requester, on their page. Throws a Problem. */
export async function takeStepOnPage(
  c: Context<App>,
  row: Row,
  action: RequestAction,
  moment: Moment,
  plan: Planner = () => ({}),
): Promise<void> {
  const { event, statements } = await planStep(takerOf(c), row, action, "requester", moment, plan);
  await record(c.env, { actor: "requester", event, statements }).catch((error: unknown) => {
    throw problemOf(error) ?? error;
  });
  sendSoon(c);
}
