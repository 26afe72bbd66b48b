/** What of a dial's row the trail binds, and how it is read for that. */
import { verdictSchema } from "../../shared/check/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { type Stored, typed } from "../../shared/trail/leaves.ts";
import { type BoundTable, seedColumns, typedSql } from "../core/bound.ts";
import { dueUntil } from "../trail/erased.ts";
import { closedRows } from "./closed/verified.ts";
import { dialFrom } from "./row-number.ts";

/**
 * What a telephone system said of a call at the gate, in the order in which it is bound, as SQL of a row `g` of gate_calls. It
 * takes the place of `via`, which such a dial has not: one event binds both rows.
 */
const said = [
  "g.call",
  "g.agent",
  "(SELECT id FROM people WHERE num = g.person)",
  "g.caller",
  "g.privacy",
  "g.until",
];
/** The same as text: no value has a line break. */
export const boundGate = (values: readonly Stored[]): string => values.map(typed).join("\n");

const text = (name: string) => `(SELECT text FROM dial_texts t WHERE t.num = d.${name})`;
/** By column, what is bound where that is not the column's own value. */
const behind: Readonly<Record<string, string>> = {
  by: "(SELECT p.id FROM people p WHERE p.num = d.by)",
  page: text("page"),
  reasons: text("reasons"),
  worker_reasons: text("worker_reasons"),
  state: text("state"),
  seen_state: text("seen_state"),
};
/** A column as `typed` writes what is bound of it. */
const typedColumn = (name: string): string =>
  name === "via"
    ? `COALESCE((SELECT 't' || ${said.map((value) => `(${typedSql(value)})`).join(" || char(10) || ")}
        FROM gate_calls g WHERE g.dial = d.num AND g.by = d.by), ${typedSql("d.via")})`
    : typedSql(behind[name] ?? `d.${name}`);
const columns = [
  ...["num", "by", "number", "late", "action", "refused", "verdict", "worker_verdict", "agrees", "page"],
  ...[
    "reasons",
    "worker_reasons",
    "state",
    "seen_state",
    "seen_seq",
    "key",
    "written",
    "basis",
    "reason",
    "id",
  ],
  ...["record_number", "layer", "sighting", "medium", "via"],
];

const codes = ["dial.passed", "dial.held", "dial.overridden", "dial.refused"];

const at = "strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch')";

/** Null where it is no JSON, as somebody altered it. */
function saidIn(payload: string): Record<string, string | null> | null {
  try {
    return JSON.parse(payload) as Record<string, string | null> | null;
  } catch {
    return null;
  }
}

const select = `SELECT CAST(num AS TEXT) AS key, CAST(num AS TEXT) AS place, COALESCE(id, CAST(num AS TEXT)) AS subject,
    ${at} AS at, CAST(code AS TEXT) AS code,
    printf('%016x%016x', salt_high, salt_low) AS seed, salt_high IS NULL AS bare,
    NULL AS erased, 0 AS over, 0 AS old, NULL AS past, json_array(${columns.map(typedColumn).join(", ")}) AS fields
    FROM dials d`;

export const dialsBound: BoundTable = {
  name: "dials",
  codes,
  told: codes,
  // Dials of before the small rows have another id, and their events no more than a payload.
  keyOf: (subject) => (/^\d+$/.test(subject) ? subject : null),
  columns,
  isSaid: (fields, payload) => {
    if (payload === null) return true;
    const said = saidIn(payload);
    if (said === null) return false;
    const values = JSON.parse(fields) as string[];
    const has = (column: string, value: Stored) => values[columns.indexOf(column)] === typed(value);
    const verdict = (name: string) => verdictSchema.options.findIndex((option) => option === said[name]);
    return (
      has("number", said["number"] ? numberOf(said["number"]) : null) &&
      has("verdict", verdict("verdict")) &&
      has("worker_verdict", verdict("workerVerdict"))
    );
  },
  before: [
    "number",
    "record_number",
    "verdict",
    "worker_verdict",
    "layer",
    "sighting",
    "medium",
    "via",
    "written",
  ],
  unbound: seedColumns,
  erasable: {},
  states: null,
  ...{ table: "dials", keys: ["num"], keySql: "num", adoption: null, whole: false, when: null },
  own: { rev: "", changed: "", past: "", high: "salt_high", low: "salt_low", code: "code" },
  subjectOf: ({ num }) => String(num),
  at,
  select,
  closed: closedRows(select),
  named: "num IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
  after: "num > CAST(?1 AS INTEGER)",
  order: "num",
  // By the time in their own name, which their event has on the chain.
  erased: async ({ DB }, lost, now) => {
    const due = dialFrom(new Date(await dueUntil(DB, now)).toISOString());
    return lost.filter(({ key }) => Number(key) < due).map(({ key }) => key);
  },
};
