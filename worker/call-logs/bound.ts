/** What of a logged call the trail binds. */
import { campaignSchema } from "../../shared/policy/policy.ts";
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable } from "../core/bound.ts";
import { idIn, keyedBy, keyedById } from "../core/sql.ts";
import { behind, closedRows } from "../dials/closed/verified-calls.ts";
import { goneWith, keptSince } from "../trail/erased.ts";
import { lowOf } from "./began.ts";

/** What no step changes: an earlier release bound that alone. */
const logged = [
  ...["id", "ref", "via", "provider", "provider_id", "number", "agent", "direction", "started_at", "seconds"],
  ...["verdict", "reasons", "by", "at"],
];
/** Kinds of call, as they are bound; null: nobody said. */
const kinds = [null, ...campaignSchema.options].map(typed);
export const callsBound = boundTable({
  name: "calls",
  ...keyedById("id"),
  columns: [...logged, "person", "overridden", "dial", "screened", "extension", "replaces"],
  few: { campaign: kinds, judged_as: kinds },
  unbound: {
    told: "whether a digest named it",
    rowid: "the order in which they came",
    agent_low: "of the agent: compared with that",
    person_num: "of the person, which is read by it",
  },
  follows: async ({ DB }, keys) => {
    const { results } = await DB.prepare(
      `SELECT id AS key FROM calls WHERE ${idIn("id", "?1")} AND agent_low IS NOT ${lowOf("lower(agent)")}`,
    )
      .bind(JSON.stringify(keys))
      .all<{ key: string }>();
    return results.map(({ key }) => ({ key, columns: ["agent_low"] }));
  },
  at: "COALESCE(r.changed_at, r.at)",
  day: "started_at",
  // Those of before are too many to be bound at once.
  states: { before: logged, each: false, adoption: null },
  places: { place: "CAST(r.rowid AS TEXT)", after: behind, order: "r.rowid" },
  erased: keptSince,
  closed: closedRows,
});

/** Who an agent of the logs is, as the desk says: said otherwise, it is another row. */
export const agentsBound = boundTable({
  name: "call_agents",
  columns: ["id", "agent", "person", "by", "at"],
  at: "r.at",
  adoption: "names",
  // What is taken back the trail says.
  erased: null,
});

// There are none of before.
const before = { codes: [], subject: "''" };
/** What a log says of a call besides: written once, and gone with the call. */
export const saidBound = boundTable({
  name: "call_said",
  ...keyedBy("call"),
  columns: ["call", "outcome", "presentation", "campaign", "by", "at"],
  at: "r.at",
  before,
  erased: goneWith("calls"),
});
/** What further logs say of it. */
export const moreBound = boundTable({
  name: "call_said_more",
  ...keyedBy("call", "place"),
  columns: ["call", "place", "outcome", "presentation", "campaign", "otherwise", "by", "at"],
  at: "r.at",
  before,
  erased: goneWith("calls"),
});
