/**
 * What the trail says of hosts that were taken over as recipients (`recipients_before`), and from when on recipients are wanted: who
 * owns the database can write a row or take a mark away, but no event that says so.
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import type { DeepAnswer } from "../../shared/trail/api.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { hostsOf, type RecipientKind } from "../../shared/policy/recipients.ts";
import { BOUND } from "../core/bound.ts";
import type { Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { eventsIn } from "../trail/events.ts";
import { startOf } from "../trail/start.ts";

const TABLE = "recipients_before";
const MARKED = "recipients_marks";
type Said = NonNullable<Statement["binds"]>[number];

export interface TakenOver {
  kind: RecipientKind;
  host: string;
  vendor: string | null;
  at: string;
}
export const rowOf = ({ kind, host }: Pick<TakenOver, "kind" | "host">): string => `${TABLE}/${kind} ${host}`;
export const rowOfMark = (mark: string): string => `${MARKED}/${mark}`;

const rootOf = (value: unknown): string => sha256Hex(`recipients v1 ${JSON.stringify(value)}`);
export const saysTakenOver = (row: TakenOver): Said => ({
  row: rowOf(row),
  root: rootOf([row.kind, row.host, row.vendor, row.at]),
});
/** A policy has named it: from then on that counts. `name`: its kind and host. */
export const saysDescribed = (name: string): Said => ({
  row: `${TABLE}/${name}`,
  root: rootOf(["described", name]),
});
export const saysMarked = (mark: string): Said => ({ row: rowOfMark(mark), root: rootOf(["wanted", mark]) });

/** Whether this is the commitment of an event that says so. */
export const isBy = (commitment: string | null, { root }: Said): boolean =>
  commitment === commitmentTo(openingOf(null, [root]));

/** SQL: the commitment of the last event that binds the row of this name; null where there is none. */
export const lastBound = (row: string): string =>
  `(SELECT commitment FROM (
      SELECT a.seq, a.commitment FROM audit a WHERE a.subject = ${row} AND a.subject <> '' AND +a.code = '${BOUND}'
      UNION ALL SELECT b.seq, b.commitment FROM last_bound b WHERE b.row = ${row}) ORDER BY seq DESC LIMIT 1)`;

/** In `marks`: from when on recipients are wanted. */
export const MARK = "recipients";

/**
 * Those that receive without a row of the policy, as the trail says that they were taken over; and Cloudflare, which keeps all data
 * (D1, R2) as long as the account is there.
 */
export async function undescribedOf(db: D1Database, recipients: Policy["recipients"]): Promise<TakenOver[]> {
  const [since, rows] = await db.batch([
    db.prepare("SELECT value FROM marks WHERE name = ?").bind(MARK),
    db.prepare(
      `SELECT kind, host, vendor, at, ${lastBound(`'${TABLE}/' || r.kind || ' ' || r.host`)} AS said,
         EXISTS (SELECT 1 FROM audit WHERE subject >= '${MARKED}/' AND subject < '${MARKED}0' AND subject <> '')
           OR EXISTS (SELECT 1 FROM last_bound WHERE row >= '${MARKED}/' AND row < '${MARKED}0') AS bound
       FROM recipients_before r WHERE described_at IS NULL`,
    ),
  ]);
  const taken = (rows!.results as unknown as (TakenOver & { said: string | null; bound: number })[]).flatMap(
    ({ said, bound, ...row }) => (bound === 0 || isBy(said, saysTakenOver(row)) ? [row] : []),
  );
  const [mark] = since!.results as { value: string }[];
  const named = new Set(
    recipients.flatMap((one) => hostsOf(one).map((host) => rowOf({ kind: one.kind, host }))),
  );
  const own: TakenOver[] = mark ? [{ kind: "store", host: "", vendor: null, at: mark.value }] : [];
  return [...taken, ...own]
    .filter((row) => !named.has(rowOf(row)))
    .toSorted((a, b) => (rowOf(a) < rowOf(b) ? -1 : 1));
}

const rangeOf = (table: string) => [`${table}/`, `${table}0`] as const;
type Finding = DeepAnswer["findings"][number];
const finding = (
  row: string,
  what: Finding["what"],
  columns: string[] = [],
  seq: number | null = null,
): Finding => ({
  ...{ table: TABLE, key: row.slice(row.indexOf("/") + 1), seq, what, columns },
});

/** How rows and marks differ from the trail; nothing where it says nothing of them yet. */
export async function compareTakenOver(
  env: Env,
): Promise<{ rows: Finding[]; events: Finding[]; checked: number }> {
  const [table, marks, events] = await env.DB.batch([
    env.DB.prepare(
      "SELECT kind, host, vendor, at, described_at AS describedAt FROM recipients_before ORDER BY kind, host",
    ),
    env.DB.prepare("SELECT name FROM marks WHERE name >= 'recipients' AND name < 'recipientt'"),
    eventsIn(env.DB, [rangeOf(TABLE), rangeOf(MARKED)]),
  ]);
  const { originOf } = await startOf(env);
  const all = (events!.results as LinkedRow[]).toSorted((a, b) => a.seq - b.seq);
  const isForged = (one: LinkedRow) => originOf(one) === "forged";
  const last = new Map(all.flatMap((one) => (isForged(one) ? [] : [[one.subject, one] as const])));
  const kept = table!.results as unknown as (TakenOver & { describedAt: string | null })[];
  const there = new Set([
    ...kept.map(rowOf),
    ...(marks!.results as { name: string }[]).map(({ name }) => rowOfMark(name)),
  ]);
  const isSaid = [...last.keys()].some((subject) => subject.startsWith(`${MARKED}/`));
  const unlike = kept.flatMap((row): Finding[] => {
    // One that counts as described receives by the policy alone.
    if (!isSaid || row.describedAt !== null) return [];
    const said = last.get(rowOf(row));
    if (!said) return [finding(rowOf(row), "extra")];
    if (isBy(said.commitment, saysTakenOver(row))) return [];
    const isDescribed = isBy(said.commitment, saysDescribed(`${row.kind} ${row.host}`));
    return [
      finding(
        rowOf(row),
        "altered",
        isDescribed ? ["described_at"] : ["kind", "host", "vendor", "at"],
        said.seq,
      ),
    ];
  });
  const isGone = ({ subject, commitment }: LinkedRow) =>
    !there.has(subject) && !isBy(commitment, saysDescribed(subject.slice(TABLE.length + 1)));
  return {
    rows: unlike,
    events: [
      ...all.filter(isForged).map(({ subject, seq }) => finding(subject, "forged", [], seq)),
      ...[...last.values()].filter(isGone).map(({ subject, seq }) => finding(subject, "missing", [], seq)),
    ],
    checked: kept.length,
  };
}
