/** Rows of kept recordings as lines of files; which of them close, and what the database has of them. */
import { chunks } from "../../../shared/core/chunks.ts";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { integer } from "../../core/bound.ts";
import { idIs, sql, type Statement } from "../../core/sql.ts";
import { beginning, MEMBER } from "../../storage/closed/files.ts";
import {
  asJson,
  type Kind,
  type Line as ClosedLine,
  portions,
  refuseWhere,
  rowsIn,
} from "../../storage/closed/kind.ts";
import { certificatesKind, nameOfId, nameOfRef } from "../certificates/lines.ts";

export interface Line extends ClosedLine {
  id: string;
  ref: string;
  at: string;
  provider: string;
  number: number | null;
  agent: string | null;
  startedAt: string;
  store: string;
  object: string;
  region: string;
  announced: number | null;
  by: string;
  startedOn: string;
  /** What steps change of a row that may leave. */
  eraseAfter: string;
  months: number;
  waitsUntil: string | null;
  audioRev: number;
}

type Columns = readonly (string | number | null)[];
/** The columns by which a row is found or counted, and their places in a line, behind its number. */
const places = {
  ...{ id: "id", ref: "ref", at: "at", provider: "provider", number: "number", agent: "agent" },
  ...{ startedAt: "started_at", store: "store", object: "object", region: "region" },
  ...{
    announced: "announced",
    by: "by",
    startedOn: "started_on",
    eraseAfter: "erase_after",
    months: "months",
  },
  ...{ waitsUntil: "waits_until", audioRev: "audio_rev" },
} as const satisfies Record<Exclude<keyof Line, "num" | "text">, string>;
const read = Object.entries(places).map(
  ([name, column]) => [name, certificatesKind.columns.indexOf(column) + 1] as const,
);

export const keptKind: Kind<Line> = {
  ...certificatesKind,
  name: "recordings",
  ...{ files: "closed_kept_files", out: "closed_kept_out", index: "closed_kept" },
  readLine: (text) => {
    const row = JSON.parse(text) as Columns;
    const its = Object.fromEntries(read.map(([name, place]) => [name, row[place] ?? null]));
    return { num: row[0], text, ...its } as unknown as Line;
  },
};

/** SQL: whether a row `l` began while claims-management calls were made. */
const claims = "EXISTS (SELECT 1 FROM claims_times WHERE since <= l.started_at AND l.started_at < until)";
/** SQL: the count (`k`) that has a row `l` of a file. */
const ofDay = `k.first = ${beginning(keptKind, "l.num")} AND k.by = l.by AND k.provider = l.provider AND k.store = l.store
  AND k.region = l.region AND k.started_on = l.started_on AND k.claims = ${claims} AND k.was = l.erase_after`;
const moved = { erase_after: "k.day", rule: "k.rule", months: "k.months" };

/** SQL: the row numbers of those lines (`?1`) of which nothing counts the day: their file would not come back by it. */
export const UNCOUNTED = `SELECT l.num FROM (${rowsIn(keptKind, ["value ->> 0 AS num"])}) l
  WHERE NOT EXISTS (SELECT 1 FROM closed_kept_days k WHERE ${ofDay})`;

/** SQL: rows of lines (`?1`) as they are now: policy moves the days of closed recordings as of all others, in `closed_kept_days`. */
export const ROWS = `SELECT ${keptKind.columns
  .map((name) =>
    name in moved
      ? `COALESCE(${moved[name as keyof typeof moved]}, l.${name}) AS ${name}`
      : `l.${name} AS ${name}`,
  )
  .join(
    ", ",
  )}, l.num AS num FROM (${rowsIn(keptKind, ["value ->> 0 AS num"])}) l LEFT JOIN closed_kept_days k ON ${ofDay}`;

/** SQL to put before a statement that reads `recordings`: it then reads those of the lines (`?1`). Their places are behind all others. */
export const FROM_LINES = `WITH recordings AS MATERIALIZED (SELECT *, 'c' || num || '|' || id AS rowid FROM (${ROWS}))`;

/** Puts the rows of lines back, as they are now. */
export const putBack = (lines: readonly Line[]): Statement[] =>
  portions(lines).map((some) => {
    const columns = keptKind.columns.join(", ");
    return sql(`INSERT INTO recordings (${columns}) SELECT ${columns} FROM (${ROWS})`, asJson(some));
  });

/** Recordings that arrived so many days ago: the trail's own rows of them have left, as those of whole months do. */
export const ARRIVED = 40;
/** A recording whose day is nearer than so many days stays: it would come back at once. */
export const AHEAD = 62;

/**
 * SQL of a row `d` of `recordings`: it is kept, its audio is where it was registered, each field is bound, nobody asked for anything about it, and
 * nothing went wrong with it. `now` in milliseconds; `regions`: those of policy.
 */
export const plainAt = (now: number, regions: readonly string[]): string =>
  [
    "d.state = 'kept' AND d.rule = 'retention' AND d.why = '' AND d.flag IS NULL AND d.certified IS NULL AND d.started_on IS NOT NULL",
    "d.failures = 0 AND d.error IS NULL AND d.not_before IS NULL AND d.due IS NULL AND d.claim IS NULL",
    "d.queued_until IS NULL AND d.storing_until IS NULL",
    "d.code IS NOT NULL AND IIF(d.audio_rev = 0, COALESCE(d.etag, d.bytes, d.sha256) IS NULL, d.audio_code IS NOT NULL)",
    "(d.etag IS NOT NULL OR d.store NOT IN ('r2', 's3'))",
    "length(d.ref) = 64 AND d.ref NOT GLOB '*[^0-9a-f]*'",
    "strftime('%Y-%m-%dT%H:%M:%fZ', unixepoch(d.started_at, 'subsec'), 'unixepoch') = d.started_at",
    `d.erase_after >= '${day(now + AHEAD * DAYS)}' AND d.at < '${new Date(now - ARRIVED * DAYS).toISOString()}'`,
    `d.region IN (${regions.map((region) => `'${region.replaceAll("'", "''")}'`).join(", ")})`,
    "NOT (d.store IN ('r2', 's3') AND d.object >= 'requests/' AND d.object < 'requests0')",
    "NOT EXISTS (SELECT 1 FROM request_files f WHERE f.store = d.store AND f.object = d.object AND f.erased_at IS NULL)",
    "NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.recording = d.id)",
    "NOT EXISTS (SELECT 1 FROM recording_looks l WHERE l.recording = d.id)",
    "NOT EXISTS (SELECT 1 FROM request_items i WHERE i.ref = d.id)",
    "NOT EXISTS (SELECT 1 FROM announced_draws a WHERE a.recording = d.id)",
    "NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'recordings/' || d.id)",
  ]
    .map((one) => `(${one})`)
    .join(" AND ");
const DAYS = 24 * 60 * MINUTE;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What `closed_kept` has of a recording's store and object; of its ref and id as `closed_recordings` has it. */
export const nameOfObject = (store: string, object: string): string =>
  integer(sha256Hex(`${store}\n${object}`).slice(0, 16));
export { nameOfId, nameOfRef };

/** Entries of `closed_kept` a recording. */
export const NAMES = 3;
/** JSON: the rows of `closed_kept` that lines have. */
export const namesOf = (lines: readonly Line[]): string =>
  JSON.stringify(
    lines.flatMap(({ num, id, ref, store, object }) => [
      [nameOfRef(ref), num],
      [nameOfId(id), num],
      [nameOfObject(store, object), num],
    ]),
  );
const named = "SELECT CAST(value ->> 0 AS INTEGER) AS name, value ->> 1 AS num FROM json_each(?)";
/** JSON: those of `closed_kept_numbers`. */
export const numbersOf = (lines: readonly Line[]): string =>
  JSON.stringify(lines.flatMap(({ num, number }) => (number === null ? [] : [[number, num]])));
const numbered = "SELECT value ->> 0 AS number, value ->> 1 AS num FROM json_each(?)";

/** D1 takes parameters of two megabytes. */
const parts = (lines: readonly Line[]): Line[][] => [...chunks(lines, MEMBER)];

/** Refuses the batch unless the rows of lines are as they were read: policy may have moved a day, or audio was stored. */
const wantSame = (lines: readonly Line[]): Statement =>
  refuseWhere(
    `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN recordings r ON ${idIs("r.id", "(j.value ->> 0)")}
       WHERE (r.erase_after, r.months, r.audio_rev) = (j.value ->> 1, j.value ->> 2, j.value ->> 3) AND r.waits_until IS j.value ->> 4) <> ?`,
    JSON.stringify(
      lines.map(({ id, eraseAfter, months, audioRev, waitsUntil }) => [
        id,
        eraseAfter,
        months,
        audioRev,
        waitsUntil,
      ]),
    ),
    lines.length,
  );

/** Lists lines, the rows of which are still in `recordings`. Behind the file's own row. */
export const list = (lines: readonly Line[]): Statement[] => [
  ...parts(lines).map(wantSame),
  ...parts(lines).flatMap((some) => [
    sql(`INSERT INTO closed_kept (name, num) ${named}`, namesOf(some)),
    sql(`INSERT INTO closed_kept_numbers (number, num) ${numbered}`, numbersOf(some)),
  ]),
  sql(
    `INSERT OR IGNORE INTO closed_kept_folders (first, by, folder)
     SELECT ?1, r.by, rtrim(r.object, replace(r.object, '/', '')) FROM json_each(?2) j CROSS JOIN recordings r ON ${idIs("r.id", "j.value")}
     WHERE r.store IN ('r2', 's3') AND r.object NOT GLOB 'recordings/*' AND r.object GLOB '*/*'
       AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'person')
       AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.id = r.by AND substr(r.object, 1, length(o.prefix)) = o.prefix
         AND NOT EXISTS (SELECT 1 FROM owners_guessed g WHERE g.id = o.id))`,
    lines[0]!.num,
    JSON.stringify(lines.map(({ id }) => id)),
  ),
  ...countDays(lines, 1),
  ...countQuarters(lines, 1),
];

/**
 * Lists lines no more, before their rows come back. What somebody took out of the index keeps none of them: `verify --deep` names it, and a
 * row that another brought back meanwhile refuses the batch by its id.
 */
export const unlist = (lines: readonly Line[]): Statement[] =>
  parts(lines).flatMap((some) => [
    sql(`DELETE FROM closed_kept WHERE (name, num) IN (${named})`, namesOf(some)),
    sql(`DELETE FROM closed_kept_numbers WHERE (number, num) IN (${numbered})`, numbersOf(some)),
  ]);
/** Counts them no more. Behind their rows, which come back as what is counted says. */
export const uncount = (lines: readonly Line[]): Statement[] => [
  ...countDays(lines, -1),
  ...countQuarters(lines, -1),
];

/**
 * Counts a file's lines once more. What is counted keeps its day, months and rule, as policy and an administrator's answer moved them; what was
 * missing gets those of others of the file with the same days.
 */
export const recount = (first: number, lines: readonly Line[]): Statement[] => [
  sql("UPDATE closed_kept_days SET n = 0 WHERE first = ?", first),
  ...countDays(lines, 1),
  sql(
    `UPDATE closed_kept_days AS k SET (day, months) = (SELECT o.day, o.months FROM ${movedLike} LIMIT 1)
     WHERE first = ? AND day = was AND months IS NULL AND rule IS NULL AND EXISTS (SELECT 1 FROM ${movedLike})`,
    first,
  ),
  sql("DELETE FROM closed_kept_days WHERE first = ? AND n = 0", first),
];
const movedLike = `closed_kept_days o WHERE o.first = k.first AND o.started_on = k.started_on AND o.claims = k.claims
  AND o.was = k.was AND o.months IS NOT NULL AND o.rule IS NULL`;

function countDays(lines: readonly Line[], sign: 1 | -1): Statement[] {
  const columns = ["by", "provider", "store", "region", "started_on", "started_at", "erase_after"];
  const read = ["num", ...columns].map((name, place) => `value ->> ${place} AS ${name}`).join(", ");
  const its = columns.slice(0, 5);
  return parts(lines).flatMap((some) => [
    sql(
      `INSERT INTO closed_kept_days (first, ${its.join(", ")}, claims, was, day, n)
       SELECT ${beginning(keptKind, "l.num")}, ${its.map((name) => `l.${name}`).join(", ")}, ${claims}, l.erase_after, l.erase_after,
         ${sign} * COUNT(*)
       FROM (SELECT ${read} FROM json_each(?)) l WHERE TRUE GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
       ON CONFLICT DO UPDATE SET n = n + excluded.n`,
      JSON.stringify(
        some.map(({ num, by, provider, store, region, startedOn, startedAt, eraseAfter }) => [
          ...[num, by, provider, store, region, startedOn, startedAt, eraseAfter],
        ]),
      ),
    ),
    ...(sign === 1
      ? []
      : [
          sql(
            `DELETE FROM closed_kept_days WHERE n = 0 AND first IN (SELECT ${beginning(keptKind, "j.value")} FROM json_each(?) j)`,
            JSON.stringify(some.map(({ num }) => num)),
          ),
        ]),
  ]);
}

export const QUARTER = 15 * MINUTE;
/** Adds lines to `closed_kept_quarters`, or takes them off. */
function countQuarters(lines: readonly Line[], sign: 1 | -1): Statement[] {
  const sums = new Map<string, [arrived: number, began: number]>();
  const add = (moment: string, { region, announced }: Line, which: 0 | 1) => {
    const key = JSON.stringify([Math.floor(Date.parse(moment) / QUARTER), region, announced ?? 0]);
    const sum = sums.get(key) ?? [0, 0];
    sum[which] += sign;
    sums.set(key, sum);
  };
  for (const line of lines) {
    add(line.at, line, 0);
    add(line.startedAt, line, 1);
  }
  const all = JSON.stringify(
    [...sums].map(([key, sum]) => [...(JSON.parse(key) as (string | number)[]), ...sum]),
  );
  return [
    sql(
      `INSERT INTO closed_kept_quarters (quarter, region, announced, arrived, began)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE TRUE
       ON CONFLICT DO UPDATE SET arrived = arrived + excluded.arrived, began = began + excluded.began`,
      all,
    ),
    ...(sign === 1
      ? []
      : [
          sql(
            "DELETE FROM closed_kept_quarters WHERE arrived = 0 AND began = 0 AND quarter IN (SELECT value ->> 0 FROM json_each(?))",
            all,
          ),
        ]),
  ];
}

/** SQL: how many closed recordings arrived, or began, between two moments (milliseconds) that begin a quarter of an hour. */
export const closedKept = (which: "arrived" | "began", from: string, until: string): string =>
  `(SELECT COALESCE(SUM(q.${which}), 0) FROM closed_kept_quarters q WHERE q.quarter >= ${from} / ${QUARTER} AND q.quarter < ${until} / ${QUARTER})`;
