/** What of requests and of what hangs on them the trail binds. */
import { MONTH } from "../../shared/core/time.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable, type NewRow } from "../core/bound.ts";
import { keyedBy, refuseWhere, type Statement } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { changeBound, statesOf } from "../core/states.ts";
import type { Env } from "../env.ts";
import { closedAt } from "../policy/bound.ts";
import { compared, isAsCompared } from "../trail/agreed.ts";
import { goneWith } from "../trail/erased.ts";
import { tellUnlike, unlikeOnce } from "../trail/kept-back.ts";
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

/** What a step does to how much an erasure is of: it says that anew, or leaves all of the state as it is. */
export type Extent = "said" | "left";

/**
 * The statements that change a request, and the revision that it is then in; refused (`request-moved`) where it is no longer as it was
 * read. An erasure whose state is not as the trail has it takes no step (`request-unlike`) but a search that says how much it is of, and
 * files, of which the requester's letter may be one: those change nothing of the state. What somebody makes of it no step binds, and no
 * decision goes by.
 */
export async function stepped(
  env: Env,
  row: Pick<Columns, "id" | "kind" | "narrowed" | "rev">,
  to: NewRow,
  at: string,
  extent?: Extent,
): Promise<{ rev: number; statements: Statement[] }> {
  const { id, rev } = row;
  const [before] = await statesOf(env.DB, statesBound, "id = ?", id);
  if (!before) throw new Problem("not-found");
  const step = { rev: rev + 1, statements: [changeBound(statesBound, { ...before, rev }, to, at)] };
  if (row.kind !== "erasure" || before["rev"] !== rev || (await isSaid(env, row, before))) return step;
  const name = `${statesBound.name}/${id}`;
  if (extent === undefined) {
    await tellUnlike(env, [name], Date.now());
    throw new Problem("request-unlike", undefined, [{ path: "narrowed", message: details.searchAgain }]);
  }
  const told = await unlikeOnce(env.DB, [name], { key: `${id}.${rev}`, now: Date.parse(at) });
  if (extent === "said") return { ...step, statements: [...told, ...step.statements] };
  return {
    rev,
    statements: [...told, refuseWhere("(SELECT rev FROM requests WHERE id = ?) IS NOT ?", id, rev)],
  };
}

async function isSaid(
  env: Env,
  { id, narrowed }: Pick<Columns, "id" | "narrowed">,
  before: NewRow,
): Promise<boolean> {
  const { rows } = await compared(env, [{ table: statesBound, keys: [id] }]);
  const its = rows.get(`${statesBound.name}/${id}`);
  if (isSo(before, its) && before["narrowed"] === narrowed) return true;
  // Somebody changed it since it was read.
  if (typeof its?.is === "number") throw new Problem("request-moved");
  return false;
}
const isSo = (row: NewRow, its: Parameters<typeof isAsCompared>[2]): boolean =>
  its?.is === "unbound" || isAsCompared(statesBound, row, its);

/** Those of these states that are as the trail has them; no archive is read for it. */
export async function statesSaid(env: Env, states: readonly NewRow[]): Promise<NewRow[]> {
  const { rows } = await compared(env, [{ table: statesBound, keys: states.map(({ id }) => String(id)) }], 0);
  return states.filter((row) => isSo(row, rows.get(`${statesBound.name}/${row["id"]}`)));
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

/** On which day each system was asked by which number, or had records erased: bound by the statement of that day. */
export const askedBound = boundTable({
  name: "request_asked",
  columns: ["request", "id", "number", "day", "host", "what", "times", "items"],
  keyOf: keyedBy("request", "id").keyOf,
  when: `${closedAt} IS NOT NULL`,
  at: `COALESCE(${closedAt}, '')`,
  adoption: "ends",
  erased: goneWith("requests"),
});
