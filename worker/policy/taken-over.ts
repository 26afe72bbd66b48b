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
import type { Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { eventsIn } from "../trail/events.ts";
import { type Known, readStart, startBy, startOf, type StartRow } from "../trail/start.ts";

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

/** The events about these rows and marks, for a batch with others. */
export const eventsOf = (db: D1Database, rows: readonly string[]): D1PreparedStatement =>
  eventsIn(
    db,
    rows.map((row) => [row, `${row}\u0001`]),
  );
/** The last of these events about each row and mark that the Ledger wrote. */
export const lastOf = (events: readonly unknown[], { originOf }: Known): Map<string, LinkedRow> =>
  new Map(
    (events as LinkedRow[])
      .toSorted((a, b) => a.seq - b.seq)
      .flatMap((one) => (originOf(one) === "forged" ? [] : [[one.subject, one] as const])),
  );
/**
 * Whether a row counts as taken over: by its event. One that no event is about is of an earlier release, until its mark is
 * bound, and all are.
 */
const counts = (row: TakenOver, said: ReadonlyMap<string, LinkedRow>, { recipients }: Known): boolean => {
  const its = said.get(rowOf(row));
  if (its) return isBy(its.commitment, saysTakenOver(row));
  return recipients === null && !said.has(rowOfMark(markOf(row.kind, row.host, row.vendor ?? row.host)));
};

/**
 * In `marks`: from when on recipients are wanted. The trail says them, too: a mark that somebody takes away changes nothing. The
 * others are for what Cloudflare sends for us, which has no host; for what people take out; and for further hosts of a recipient:
 * where CRMs grant tokens, and what a sign-in provider's document names.
 */
export const MARK = "recipients";
const OWN_MARK = "recipients-own";
const EXPORTS_MARK = "recipients-exports";
export const FURTHER_MARKS = { connector: "recipients-tokens", "sign-in": "recipients-endpoints" } as const;
export const MARKS = [MARK, OWN_MARK, EXPORTS_MARK, ...Object.values(FURTHER_MARKS)];
/** The mark that a host goes by. `vendor`: the host of its recipient. */
export const markOf = (kind: RecipientKind, host: string, vendor = host): string =>
  kind === "export"
    ? EXPORTS_MARK
    : host === vendor
      ? host === ""
        ? OWN_MARK
        : MARK
      : FURTHER_MARKS[kind as keyof typeof FURTHER_MARKS];

/** Each mark, with its moment, and whether the trail says it. */
export async function marksOf(env: Env) {
  const [marks, events, start] = await env.DB.batch([
    env.DB.prepare("SELECT name, value FROM marks WHERE name IN (SELECT value FROM json_each(?))").bind(
      JSON.stringify(MARKS),
    ),
    eventsIn(env.DB, [rangeOf(MARKED)]),
    readStart(env),
  ]);
  const known = await startBy(env, (start!.results as StartRow[])[0]?.value ?? null);
  const said = lastOf(events!.results, known);
  const since = new Map(
    (marks!.results as { name: string; value: string }[]).map((one) => [one.name, one.value]),
  );
  return {
    known,
    marks: MARKS.map((name) => ({ name, since: since.get(name) ?? null, isSaid: said.has(rowOfMark(name)) })),
  };
}
/** Whether the trail says all of them: nothing is taken over, or bound as it is, from then on. */
export const areSaid = async (env: Env): Promise<boolean> =>
  (await marksOf(env)).marks.every(({ isSaid }) => isSaid);

/** Whether a host may receive without a row of the policy. */
export async function goesOn(
  env: Env,
  asked: Pick<TakenOver, "kind" | "host">,
  vendor: string,
): Promise<boolean> {
  const mark = markOf(asked.kind, asked.host, vendor);
  const [marked, taken, events, start] = await env.DB.batch([
    env.DB.prepare("SELECT 1 FROM marks WHERE name = ?").bind(mark),
    env.DB.prepare(
      "SELECT kind, host, vendor, at FROM recipients_before WHERE kind = ? AND host = ? AND described_at IS NULL",
    ).bind(asked.kind, asked.host),
    eventsOf(env.DB, [rowOfMark(mark), rowOf(asked)]),
    readStart(env),
  ]);
  const known = await startBy(env, (start!.results as StartRow[])[0]?.value ?? null);
  const said = lastOf(events!.results, known);
  // Before the take-over nothing is refused.
  if (known.recipients === null && marked!.results.length === 0 && !said.has(rowOfMark(mark))) return true;
  return (taken!.results as unknown as TakenOver[]).some((row) => counts(row, said, known));
}

/**
 * Those that receive without a row of the policy, as the trail says that they were taken over; and Cloudflare, which keeps all data
 * (D1, R2) as long as the account is there.
 */
export async function undescribedOf(env: Env, recipients: Policy["recipients"]): Promise<TakenOver[]> {
  const [since, rows, events, start] = await env.DB.batch([
    env.DB.prepare("SELECT value FROM marks WHERE name = ?").bind(MARK),
    env.DB.prepare("SELECT kind, host, vendor, at FROM recipients_before WHERE described_at IS NULL"),
    eventsIn(env.DB, [rangeOf(TABLE), rangeOf(MARKED)]),
    readStart(env),
  ]);
  const known = await startBy(env, (start!.results as StartRow[])[0]?.value ?? null);
  const said = lastOf(events!.results, known);
  const taken = (rows!.results as unknown as TakenOver[]).filter((row) => counts(row, said, known));
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

/** How rows and marks differ from the trail, `unlike` the names of all; nothing where it says nothing of them yet. */
export async function compareTakenOver(
  env: Env,
): Promise<{ rows: Finding[]; events: Finding[]; unlike: string[]; checked: number }> {
  const [table, marks, events] = await env.DB.batch([
    env.DB.prepare(
      "SELECT kind, host, vendor, at, described_at AS describedAt FROM recipients_before ORDER BY kind, host",
    ),
    env.DB.prepare("SELECT name FROM marks WHERE name >= 'recipients' AND name < 'recipientt'"),
    eventsIn(env.DB, [rangeOf(TABLE), rangeOf(MARKED)]),
  ]);
  const known = await startOf(env);
  const last = lastOf(events!.results, known);
  const kept = table!.results as unknown as (TakenOver & { describedAt: string | null })[];
  const there = new Set([
    ...kept.map(rowOf),
    ...(marks!.results as { name: string }[]).map(({ name }) => rowOfMark(name)),
  ]);
  const isSaid =
    known.recipients !== null || [...last.keys()].some((subject) => subject.startsWith(`${MARKED}/`));
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
  const forged = (events!.results as LinkedRow[]).filter((one) => known.originOf(one) === "forged");
  const gone = [...last.values()].filter(isGone);
  return {
    rows: unlike,
    events: [
      ...forged.map(({ subject, seq }) => finding(subject, "forged", [], seq)),
      ...gone.map(({ subject, seq }) => finding(subject, "missing", [], seq)),
    ],
    unlike: [
      ...unlike.map(({ key }) => `${TABLE}/${key}`),
      ...[...forged, ...gone].map(({ subject }) => subject),
    ],
    checked: kept.length,
  };
}
