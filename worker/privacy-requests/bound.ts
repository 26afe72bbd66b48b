/** What of requests and of what hangs on them the trail binds. */
import { MONTH } from "../../shared/core/time.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable, type NewRow } from "../core/bound.ts";
import { keyedBy } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import type { Statement } from "../core/sql.ts";
import { changeBound, statesOf } from "../core/states.ts";
import type { Env } from "../env.ts";
import { compared, isAsCompared } from "../trail/agreed.ts";
import { goneWith } from "../trail/erased.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import type { Columns } from "./rows.ts";

/** A task that is done, after that. */
export const TASK_KEPT = 24 * MONTH;

const moves = "of the state, which is bound by itself";
const state = [
  ...["state", "decide_by", "writing", "proved_at", "asked_on", "proof_on", "paused_days", "identity"],
  ...["verified_at", "searched_at", "extended_on", "decision", "ground", "other", "reasons", "decided_on"],
  ...["told_at", "noticed_at", "recipients", "outcome", "assignee", "closed_at", "narrowed", "clarify_on"],
  ...["clarified_days", "wave"],
];
const own = {
  ...{ rev: "rev", changed: "changed_at", past: "past" },
  ...{ high: "state_high", low: "state_low", code: "state_code" },
};
/** What was asked, by whom and when it came: no step changes that. */
export const requestsBound = boundTable({
  name: "requests",
  columns: [
    ...[
      "id",
      "ref",
      "kind",
      "channel",
      "name",
      "email",
      "address",
      "number",
      "call_date",
      "call_time",
      "text",
    ],
    ...["received_on", "days", "pauses", "suppression", "by", "at"],
  ],
  unbound: Object.fromEntries([...state, ...Object.values(own)].map((column) => [column, moves])),
  at: "r.at",
  adoption: "facts",
  // What the sweep takes, it says.
  erased: null,
});
/** Its days, its decision and what became of it: all that a step changes. */
export const statesBound = boundTable({
  name: "request_states",
  of: { table: "requests", own },
  columns: ["id", ...state],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "facts" },
  erased: goneWith("requests"),
});

/**
 * The statement that changes a request; refused (`request-moved`) where it is no longer as it was read. An erasure whose state is not as
 * the trail has it takes no step (`request-unlike`) but a search, which says how much it is of (`narrowed`): what somebody makes of that
 * no step binds, and no decision goes by.
 */
export async function stepped(
  env: Env,
  row: Pick<Columns, "id" | "kind" | "narrowed" | "rev">,
  to: NewRow,
  at: string,
): Promise<Statement> {
  const [before] = await statesOf(env.DB, statesBound, "id = ?", row.id);
  if (!before) throw new Problem("not-found");
  if (row.kind === "erasure" && before["rev"] === row.rev && !("narrowed" in to))
    await wantSaid(env, row, before);
  return changeBound(statesBound, { ...before, rev: row.rev }, to, at);
}

async function wantSaid(
  env: Env,
  { id, narrowed }: Pick<Columns, "id" | "narrowed">,
  before: NewRow,
): Promise<void> {
  const name = `${statesBound.name}/${id}`;
  const its = (await compared(env, [{ table: statesBound, keys: [id] }])).rows.get(name);
  const isSo = its?.is === "unbound" || isAsCompared(statesBound, before, its);
  if (isSo && before["narrowed"] === narrowed) return;
  // Somebody changed it since it was read.
  if (typeof its?.is === "number") throw new Problem("request-moved");
  await tellUnlike(env, [name], Date.now());
  throw new Problem("request-unlike", undefined, [{ path: "narrowed", message: details.searchAgain }]);
}

/** What is owed, by when, and when it was done. */
export const dutiesBound = boundTable({
  name: "duties",
  columns: ["id", "request", "kind", "round", "due", "made_at", "met_on", "met_at", "by", "void_at"],
  keyOf: { ...keyedBy("request", "id").keyOf },
  at: "COALESCE(r.changed_at, r.made_at)",
  states: { before: [], each: true, adoption: "facts" },
  erased: goneWith("requests"),
});

/** What was found of the requester, and what was decided of each. */
export const itemsBound = boundTable({
  name: "request_items",
  ...keyedBy("request", "kind", "ref"),
  columns: [
    ...[
      "request",
      "kind",
      "ref",
      "at",
      "found_at",
      "verdict",
      "mute",
      "decision",
      "ground",
      "other",
      "reasons",
    ],
    ...["kept_until", "done_at"],
  ],
  at: "COALESCE(r.changed_at, r.found_at, '')",
  states: { before: [], each: true, adoption: "facts" },
  erased: goneWith("requests"),
});

/** To whom the data had gone, and when each was told. */
export const recipientsBound = boundTable({
  name: "request_recipients",
  columns: ["id", "request", "name", "told_on", "how", "by", "at"],
  few: { mistaken: [null, 1].map(typed) },
  keyOf: { ...keyedBy("request", "id").keyOf },
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "facts" },
  erased: goneWith("requests"),
});

/** What each connected system holds of a requester, and what became of it there. */
export const systemsBound = boundTable({
  name: "request_systems",
  columns: [
    ...["id", "request", "connector", "name", "kind", "host", "looked_at", "problem", "region", "records"],
    ...["outcome", "done_on", "how", "file", "backups_until", "sought", "by", "at"],
  ],
  keyOf: { ...keyedBy("request", "id").keyOf },
  at: "COALESCE(r.changed_at, r.at)",
  // There are none of before.
  before: { codes: [], subject: "''" },
  states: { before: [], each: true, adoption: null },
  erased: goneWith("requests"),
});

/** Tasks in connected systems after the end of retention: done, each is kept for two years. */
export const tasksBound = boundTable({
  name: "system_tasks",
  columns: [
    "id",
    "connector",
    "name",
    "kind",
    "day",
    "records",
    "done_on",
    "how",
    "backups_until",
    "by",
    "at",
  ],
  at: "COALESCE(r.changed_at, r.at)",
  before: { codes: [], subject: "''" },
  states: { before: [], each: true, adoption: null },
  // An open one stays, however old it is: its first state excuses nothing.
  erased: (_env, lost, now) =>
    Promise.resolve(
      lost.filter(({ at, state }) => state > 1 && Date.parse(at) < now - TASK_KEPT).map(({ key }) => key),
    ),
});

export const lettersBound = boundTable({
  name: "request_letters",
  columns: ["id", "request", "kind", "text", "how", "sent_on", "by", "at", "sent_to"],
  keyOf: { ...keyedBy("request", "id").keyOf },
  at: "r.at",
  adoption: "facts",
  erased: goneWith("requests"),
});

/** The timeline, by which a letter says what was searched and what is silent. */
export const eventsBound = boundTable({
  name: "request_events",
  columns: ["request", "ref", "action", "state", "detail", "by", "at"],
  keyOf: { ...keyedBy("request", "ref").keyOf },
  unbound: { id: "the order in which they were written, which their times have" },
  at: "r.at",
  adoption: "facts",
  erased: goneWith("requests"),
});

/** What an erasure left as a proof alone, until its day. */
export const restrictedBound = boundTable({
  name: "restricted",
  keyOf: { columns: ["id"], sql: "r.id", named: "r.id IN (SELECT value FROM json_each(?1))" },
  columns: ["id", "kind", "ref", "until", "request", "at"],
  day: "until",
  at: "COALESCE(r.at, '')",
  places: { place: "r.id", after: "r.id > ?1", order: "r.id" },
  adoption: "facts",
  erased: (_env, lost, now) => {
    const today = new Date(now).toISOString().slice(0, 10);
    return Promise.resolve(lost.filter(({ at }) => at < today).map(({ key }) => key));
  },
});

/** What an erasure takes out of what quotes it, and how far its job is: until that is through, which the trail says. */
export const wordsBound = boundTable({
  name: "words_due",
  columns: ["job", "request", "whole", "words", "gone", "stays", "after", "until", "at"],
  few: { waits: [null, 1].map(typed) },
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "words" },
  // Each may have hundreds of kilobytes of words and ids.
  most: 20,
  erased: null,
});

/** How many records of other people name whom an erasure was for: its letter says so. */
export const namedBound = boundTable({
  name: "request_named",
  columns: ["request", "sought", "numbers", "place", "after", "found", "at", "done_at"],
  at: "COALESCE(r.changed_at, r.at)",
  // There are none of before.
  before: { codes: [], subject: "''" },
  states: { before: [], each: true, adoption: null },
  erased: goneWith("requests"),
});

const template = "(r.kind || '/' || r.version)";
const templateKey = (value: string): string =>
  `substr(${value}, 1, instr(${value}, '/') - 1), CAST(substr(${value}, instr(${value}, '/') + 1) AS INTEGER)`;
/** The company's own words for a kind of letter, each version. */
export const templatesBound = boundTable({
  name: "letter_templates",
  columns: ["kind", "version", "text", "by", "at"],
  keyOf: {
    columns: ["kind", "version"],
    sql: template,
    named: `(r.kind, r.version) IN (SELECT ${templateKey("value")} FROM json_each(?1))`,
  },
  places: {
    place: template,
    after: `(r.kind, r.version) > (${templateKey("?1")})`,
    order: "r.kind, r.version",
  },
  at: "r.at",
  adoption: "rest",
  // None is ever erased.
  erased: null,
});
