/**
 * A dial's row. Dials fill the database, so a row is small: enums are numbers, and long texts that many dials share
 * (the reasons, the state of the registers) are stored once a month in `dial_texts`; the view `dials_in_words` joins
 * them again. The row number holds the time, so that a period is a range of rows.
 */
import type * as z from "zod";
import { dialAction, dialLayer, dialMedium, type dialSchema } from "../../shared/dials/api.ts";
import type { GateCall } from "../../shared/dials/api-gate.ts";
import { verdictSchema } from "../../shared/check/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { bindRow, type Stored } from "../../shared/trail/leaves.ts";
import { integer, keptOf } from "../core/bound.ts";
import { sql, type Statement } from "../core/sql.ts";
import { sha256Hex } from "../core/hash.ts";
import { boundGate, dialsBound } from "./bound.ts";
import { dialFrom } from "./row-number.ts";

export type Dial = z.infer<typeof dialSchema>;

/** By action, the condition on a row `d` of `dials`. */
export const dialWas = Object.fromEntries(
  dialAction.options.map((action, place) => [action, `d.action = ${place}`]),
) as Readonly<Record<Dial["action"], string>>;

/** How a row stores a layer. */
export const LAYER = Object.fromEntries(dialLayer.options.map((layer, place) => [layer, place])) as Readonly<
  Record<Dial["layer"], number>
>;

/** How a row stores the verdict `unknown`. */
export const UNKNOWN = verdictSchema.options.indexOf("unknown");

/** By the Worker's verdict, the condition on a row `d` of `dials`. */
export const verdictWas = Object.fromEntries(
  verdictSchema.options.map((verdict, place) => [verdict, `d.worker_verdict = ${place}`]),
) as Readonly<Record<Dial["verdict"], string>>;

/** What SQLite must read to use the indexes of migrations 0036 and 0092: most dials pass and are clear, and are in neither. */
export const unusual = { action: "d.action <> 0", verdict: "d.worker_verdict <> 0" };

export const keyOf = (key: string): string => integer(sha256Hex(key).slice(0, 16));

/** The columns that name a text of `dial_texts`: the text itself is bound. */
const TEXTS = ["page", "reasons", "worker_reasons", "state", "seen_state"];
const placeholders: Readonly<Record<string, string>> = {
  by: "(SELECT num FROM people WHERE id = ?)",
  key: "CAST(? AS INTEGER)",
  sighting: "CAST(? AS INTEGER)",
  ...Object.fromEntries(
    TEXTS.map((name) => [name, "(SELECT num FROM dial_texts WHERE month = ? AND text = ?)"]),
  ),
};

/** A dial's columns as they are bound: the person by their id, shared texts in full. `key`: its Idempotency-Key. */
const fieldsOf = (d: Dial, key: string | null): [name: string, value: Stored][] => [
  ["num", Number(d.id)],
  ["by", d.by],
  ["number", d.number === null ? null : numberOf(d.number)],
  ["late", Date.parse(d.at) - Date.parse(d.deviceAt)],
  ["action", dialAction.options.indexOf(d.action)],
  ["refused", Number(d.refused)],
  ["verdict", verdictSchema.options.indexOf(d.verdict)],
  ["worker_verdict", verdictSchema.options.indexOf(d.workerVerdict)],
  ["agrees", Number(d.agrees)],
  ["page", JSON.stringify({ host: d.host, purpose: d.purpose })],
  ["reasons", JSON.stringify(d.reasons)],
  ["worker_reasons", JSON.stringify(d.workerReasons)],
  ["state", JSON.stringify({ policy: d.policy, lists: d.lists, arrival: d.arrival })],
  ["seen_state", d.seen && JSON.stringify({ policy: d.seen.policy, lists: d.seen.lists })],
  ["seen_seq", d.seen?.seq ?? null],
  ["key", key === null ? null : BigInt(keyOf(key))],
  ["written", d.written === d.number ? "" : d.written],
  ["basis", d.basis],
  ["reason", d.reason],
  ["id", null],
  ["record_number", d.recordNumber === null ? null : numberOf(d.recordNumber)],
  ["layer", dialLayer.options.indexOf(d.layer)],
  ["sighting", d.sighting === null ? null : BigInt(d.sighting)],
  ["medium", dialMedium.options.indexOf(d.medium)],
  ["via", d.via],
];

/** Statements that insert a dial, and the root that its event binds. `seed`: 16 random bytes in hex. */
export function insertDial(
  d: Dial,
  seed: string,
  key: string | null,
): { statements: Statement[]; root: string } {
  const fields = fieldsOf(d, key);
  const bound = bindRow(
    dialsBound.name,
    seed,
    fields.map(([name, value]) => [name, name === "via" && d.gate ? boundGate(saidOf(d.gate)) : value]),
  );
  const month = d.at.slice(0, 7);
  // The page's and the Worker's texts are mostly the same.
  const texts = [
    ...new Set(
      fields.flatMap(([name, value]) => (TEXTS.includes(name) && value !== null ? [String(value)] : [])),
    ),
  ];
  return {
    root: bound.root,
    statements: [
      sql(
        `INSERT OR IGNORE INTO dial_texts (month, text) VALUES ${texts.map(() => "(?, ?)").join(", ")}`,
        ...texts.flatMap((text) => [month, text]),
      ),
      sql(
        `INSERT INTO dials (salt_high, salt_low, code, ${fields.map(([name]) => name).join(", ")})
         VALUES (?, ?, ?, ${fields.map(([name]) => placeholders[name] ?? "?").join(", ")})`,
        ...keptOf(seed, bound),
        ...fields.flatMap(([name, value]) => {
          const param = typeof value === "bigint" ? value.toString() : value;
          return TEXTS.includes(name) ? [month, param] : [param];
        }),
      ),
      ...(d.gate ? [insertGateCall(d, d.gate)] : []),
    ],
  };
}

/** In the order of `boundGate`. */
const saidOf = ({ callId, agent, person, from, privacy, until }: GateCall): Stored[] => [
  ...[callId, agent, person, from, privacy, Date.parse(until)],
];

const insertGateCall = ({ id, by }: Dial, { callId, agent, person, from, privacy, until }: GateCall) =>
  sql(
    `INSERT INTO gate_calls (dial, by, call, agent, person, caller, privacy, until)
     VALUES (?, (SELECT num FROM people WHERE id = ?), ?, ?, (SELECT num FROM people WHERE id = ?), ?, ?, ?)`,
    ...[Number(id), by, callId, agent, person, from, privacy, Date.parse(until)],
  );

/** The layers that saw a call, where there are several, in the order of their list. */
export const seenBy = (others: readonly Dial["layer"][], own: Dial["layer"]): Pick<Dial, "layers"> =>
  others.length === 0
    ? {}
    : { layers: dialLayer.options.filter((layer) => layer === own || others.includes(layer)) };

/** A row of `dials_in_words`. */
export type Row = Omit<
  Dial,
  | "number"
  | "recordNumber"
  | "agrees"
  | "refused"
  | "reasons"
  | "seen"
  | "workerReasons"
  | "policy"
  | "lists"
  | "arrival"
  | "layers"
  | "gate"
> & {
  num: number;
  number: number | null;
  recordNumber: number | null;
  agrees: number;
  refused: number;
  seenSeq: number | null;
  seenState: string | null;
  /** JSON: the layers of the other sightings. */
  others: string;
  /** JSON: GateCall, with its time in milliseconds. */
  gate: string | null;
} & Record<"reasons" | "workerReasons" | "state", string>;

/** SQL: the layers (JSON) that saw the call whose first dial is `first`. */
export const layersOf = (first: string): string =>
  `(SELECT json_group_array('${JSON.stringify(dialLayer.options)}' ->> COALESCE(s.layer, 0))
   FROM dials s WHERE s.num = ${first} OR s.sighting = ${first})`;

/** `words`: what has the columns of the view `dials_in_words`. */
export const selectFrom = (words: string): string => `SELECT num, id, number, written,
  record_number AS recordNumber, layer, sighting, medium, via, action, verdict, reasons, worker_verdict AS workerVerdict,
  worker_reasons AS workerReasons, state, seen_seq AS seenSeq, seen_state AS seenState, agrees, refused, basis, reason,
  purpose, host, by, by_name AS byName, device_at AS deviceAt, at, ${layersOf("COALESCE(d.sighting, d.num)")} AS others,
  (SELECT json_object('callId', g.call, 'agent', g.agent, 'person', p.id, 'personName', p.name, 'from', g.caller,
     'privacy', g.privacy, 'until', strftime('%Y-%m-%dT%H:%M:%fZ', g.until / 1000.0, 'unixepoch'))
   FROM gate_calls g LEFT JOIN people p ON p.num = g.person WHERE g.dial = d.num) AS gate FROM ${words} d`;
export const selectDials = selectFrom("dials_in_words");

/** What the Worker's verdict was decided by, and of a late dial also the one as it arrived. */
type State = Pick<Dial, "policy" | "lists" | "arrival">;

export const toDial = ({ num: _, state, seenSeq, seenState, others, gate, ...row }: Row): Dial => ({
  ...row,
  ...seenBy(
    (JSON.parse(others) as Dial["layer"][]).filter((layer) => layer !== row.layer),
    row.layer,
  ),
  ...(gate === null ? {} : { gate: JSON.parse(gate) as GateCall }),
  ...(JSON.parse(state) as State),
  number: row.number === null ? null : e164Of(row.number),
  recordNumber: row.recordNumber === null ? null : e164Of(row.recordNumber),
  agrees: row.agrees === 1,
  refused: row.refused === 1,
  reasons: JSON.parse(row.reasons) as Dial["reasons"],
  seen:
    seenSeq === null || seenState === null
      ? null
      : { seq: seenSeq, ...(JSON.parse(seenState) as Pick<Dial, "policy" | "lists">) },
  workerReasons: JSON.parse(row.workerReasons) as Dial["workerReasons"],
});

/** The dial that a person's device sent under an idempotency key since a moment (ISO 8601). */
export async function dialByKey(
  db: D1Database,
  by: string,
  key: string,
  since: string,
): Promise<Dial | null> {
  const row = await db
    .prepare(
      `${selectDials} WHERE by_num = (SELECT num FROM people WHERE id = ?) AND num >= ?
         AND key IN (CAST(? AS INTEGER), ?)`,
    )
    .bind(by, dialFrom(since), keyOf(key), key)
    .first<Row>();
  return row && toDial(row);
}
