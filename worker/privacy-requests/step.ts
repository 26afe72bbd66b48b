/**
 * One step of a request: the table of shared/privacy-requests/steps.ts says whether it may be, and then the row, its timeline,
 * what else it changes and the mail to the requester are written in one commit, against the row that was read.
 */
import type { Context } from "hono";
import type { RequestStep } from "../../shared/privacy-requests/api.ts";
import {
  type By,
  needs,
  next,
  type Need,
  type RequestAction,
  isFinal,
} from "../../shared/privacy-requests/steps.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { commit, record } from "../core/commit.ts";
import type { Event } from "../core/change.ts";
import { sql, type Statement } from "../core/sql.ts";
import { newSecret } from "../core/auth.ts";
import type { App } from "../env.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { mail, sendSoon } from "../mail/outbox.ts";
import { clocks, type Columns, factsOf, type Moment, momentOf, type Row, wantRequest } from "./rows.ts";
import { sha256Hex } from "../core/hash.ts";
import { DAY } from "../../shared/time.ts";

/** Each mail brings a new link; an old one ends by itself. */
const LINK = 90 * DAY;

/** What a step changes beside the state. `detail` is shown in the timeline, to the desk alone. */
export interface Plan {
  set?: Partial<Columns>;
  statements?: Statement[];
  detail?: unknown;
}
type Planner = (row: Row, moment: Moment) => Plan | Promise<Plan>;

/** Steps of which the requester hears by mail, once their address is proved. */
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
  "tell-outcome",
  "conclude",
]);

/** Throws where the table is against it. */
export function wantStep(row: Row, action: RequestAction, by: By, moment: Moment) {
  const result = next(factsOf(row, moment), action, by);
  if ("to" in result) return result.to;
  const { refused } = result;
  throw refused in needs
    ? new Problem("request-wants", t.needs[refused as Need], [{ path: action, message: refused }])
    : new Problem("request-not-now", t.refusals[refused as keyof typeof t.refusals]);
}

interface Planned {
  event: Event;
  statements: Statement[];
  row: Row;
}

async function planStep(
  c: Context<App>,
  row: Row,
  action: RequestAction,
  by: By,
  moment: Moment,
  plan: Planner,
): Promise<Planned> {
  const state = wantStep(row, action, by, moment);
  const { set = {}, statements = [], detail = null } = await plan(row, moment);
  const after: Row = { ...row, ...set, state, rev: row.rev + 1 };
  if (isFinal(state) && row.closed_at === null) after.closed_at = moment.at;
  // The day that was promised stands once it was decided: that of the clock as it ran, or stood still, until then.
  after.decide_by = clocks(after.decided_on === null ? after : row, moment.today).decideBy;
  const { rev, closed_at, decide_by } = after;
  const values = { ...set, state, rev, closed_at, decide_by };
  const who = by === "requester" ? "requester" : (c.get("actor")?.id ?? "system");
  return {
    event: { code: `request.${action}`, subject: row.id, payload: { reference: row.ref, rev } },
    statements: [
      ...statements,
      sql(
        `UPDATE requests SET ${Object.keys(values)
          .map((column) => `${column} = ?`)
          .join(", ")} WHERE id = ?`,
        ...Object.values(values),
        row.id,
      ),
      timeline(row.id, action, state, detail, who, moment.at),
      ...(news.has(action) ? newsOf(c, after, moment) : []),
    ],
    row: after,
  };
}

export const timeline = (
  request: string,
  action: string,
  state: string,
  detail: unknown,
  by: string,
  at: string,
): Statement =>
  sql(
    "INSERT INTO request_events (request, action, state, detail, by, at) VALUES (?, ?, ?, ?, ?, ?)",
    ...[request, action, state, detail === null ? null : JSON.stringify(detail), by, at],
  );

/** A step by an officer. */
export async function step(c: Context<App>, id: string, action: RequestAction, plan: Planner = () => ({})) {
  const moment = await momentOf(c.env.DB, Date.now());
  const row = await wantRequest(c.env.DB, id, moment);
  const planned = await planStep(c, row, action, "officer", moment, plan);
  const { ref: reference, state, rev } = planned.row;
  const answer = await commit<RequestStep, 200>(c, planned.event, planned.statements, {
    status: 200,
    body: { id, reference, state, rev },
  });
  sendSoon(c);
  return answer;
}

/** A step by the requester, on a page. */
export async function stepOnPage(
  c: Context<App>,
  row: Row,
  action: RequestAction,
  moment: Moment,
  plan: Planner = () => ({}),
): Promise<void> {
  const { event, statements } = await planStep(c, row, action, "requester", moment, plan);
  await record(c.env, { actor: "requester", event, statements }).catch((error: unknown) => {
    throw problemOf(error) ?? error;
  });
  sendSoon(c);
}

/** That a requester read their letters stands on the trail before they are given. */
export const openedOnPage = (c: Context<App>, row: Row): Promise<void> =>
  record(c.env, {
    actor: "requester",
    event: { code: "opened.request-page", subject: row.id, payload: null },
    statements: [],
  });

export type Scope = "page" | "address" | "whole";

/** A new link to a request's page: the statement that lets it open, and the link itself, which is nowhere stored. */
export function newLink(
  c: Context<App>,
  request: string,
  scope: Scope,
  now: number,
): { statement: Statement; link: string; until: string } {
  const token = newSecret("cdr");
  const until = new Date(now + LINK).toISOString();
  return {
    link: `${new URL(c.req.url).origin}/privacy-request/${token}`,
    until,
    statement: sql(
      "INSERT INTO request_links (hash, request, scope, until, at) VALUES (?, ?, ?, ?, ?)",
      ...[sha256Hex(token), request, scope, until, new Date(now).toISOString()],
    ),
  };
}

/** To an address that proved itself; any other gets the one mail that asks it to, and no more. */
export function newsOf(
  c: Context<App>,
  row: Pick<Columns, "id" | "ref" | "email" | "proved_at" | "rev">,
  { now }: Pick<Moment, "now">,
): Statement[] {
  if (row.email === null || row.proved_at === null) return [];
  const { link, statement, until } = newLink(c, row.id, "whole", now);
  const values = { reference: row.ref, link };
  return [
    statement,
    mail({ template: "request-news", to: row.email, values, key: `request:${row.id}:${row.rev}`, until }),
  ];
}
