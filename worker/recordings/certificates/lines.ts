/** Emptied rows of erased recordings, each with its certificate, as lines of files; which of them close, and what the index has of them. */
import { chunks } from "../../../shared/core/chunks.ts";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { MEMBER } from "../../storage/closed/files.ts";
import { type Kind, type Line as ClosedLine, refuseWhere, rowsIn } from "../../storage/closed/kind.ts";
import { isPacked, NAMED, packedErased, withKeys } from "../closed/names/hits.ts";
import { integer } from "../../core/bound.ts";
import { sql, type Statement } from "../../core/sql.ts";

export interface Line extends ClosedLine {
  id: string;
  ref: string;
  /** When it was erased, in milliseconds. */
  certified: number;
  by: string;
  at: string;
}

/** Row numbers of a millisecond: a run dates what it erases by its start. */
const PLACES = 1024;

export const certificatesKind: Kind<Line> = {
  name: "certificates",
  table: "recordings",
  key: "id",
  columns: [
    ...["id", "ref", "certified", "by", "at", "provider", "provider_id", "number", "agent", "direction"],
    ...["started_at", "started_on", "seconds", "store", "object", "region", "bytes", "sha256", "announced"],
    ...["purpose", "flag", "state", "erase_after", "rule", "months", "why", "claim", "due", "not_before"],
    ...["failures", "error", "etag", "waits_until", "storing_until", "salt_high", "salt_low", "code"],
    ...["queued_until", "audio_rev", "audio_at", "audio_past", "audio_high", "audio_low", "audio_code"],
    ...["commit_a", "commit_b", "commit_c", "commit_d", "was"],
  ],
  large: [
    ...["salt_high", "salt_low", "code", "audio_high", "audio_low", "audio_code"],
    ...["commit_a", "commit_b", "commit_c", "commit_d"],
  ],
  ...{ files: "closed_certificates", out: null, index: "closed_recordings" },
  numAt: (ms) => ms * PLACES,
  timeAt: (num) => Math.floor(num / PLACES),
  readLine: (text) => {
    const row = JSON.parse(text) as (number | string)[];
    const [num, id, ref, certified, by, at] = row as [number, string, string, number, string, string];
    return { num, id, ref, certified, by, at, text };
  },
};

export const erasedAt = ({ certified }: Pick<Line, "certified">): string => new Date(certified).toISOString();

/**
 * SQL to put before a statement that reads `recordings` or `certificates`: it then reads those of the lines (`?1`). The second is as the view
 * has it (migration 0095), which reads the table alone.
 */
export const FROM_LINES = `WITH recordings AS MATERIALIZED (${rowsIn(certificatesKind, ["value ->> 0 AS rowid"])}),
  certificates AS MATERIALIZED (SELECT id AS recording, provider, store, region, erase_after, rule, months, '' AS why,
    strftime('%Y-%m-%dT%H:%M:%fZ', certified / 1000.0, 'unixepoch') AS erased_at,
    printf('%016x%016x%016x%016x', commit_a, commit_b, commit_c, commit_d) AS "commitment", salt_high, salt_low, code,
    '["missing","there"]' ->> was AS was, NULL AS erased, certified AS moment FROM recordings)`;

/**
 * SQL of a row `d` of `recordings`: it is erased, its certificate is in it and bound, and nothing names it. What an officer wrote is on
 * certificates apart, which stay, as a request may have it erased.
 */
export const plain = `d.certified IS NOT NULL AND d.state = 'erased' AND d.code IS NOT NULL AND d.why = ''
  AND length(d.ref) = 64 AND d.ref NOT GLOB '*[^0-9a-f]*'
  AND NOT EXISTS (SELECT 1 FROM certificates_apart c WHERE c.recording = d.id)
  AND NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.recording = d.id)
  AND NOT EXISTS (SELECT 1 FROM recording_looks l WHERE l.recording = d.id)
  AND NOT EXISTS (SELECT 1 FROM request_items i WHERE i.ref = d.id)
  AND NOT EXISTS (SELECT 1 FROM announced_draws a WHERE a.recording = d.id)
  AND NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'recordings/' || d.id)`;

/**
 * Nothing looks back at an erasure: its recording is told of by index or file, wherever the row lies, and its day has its statement. A
 * message of the erasure queue that comes late finds no row, and does nothing. So what fills a file leaves as the trail's rows of it do.
 */
export const SOON = 3 * DAY;

/** What `closed_recordings` has of a recording's ref and of its id, as text: JavaScript would round it. */
export const nameOfRef = (ref: string): string => integer(ref.slice(0, 16));
export const nameOfId = (id: string): string => integer(sha256Hex(id).slice(0, 16));

/** JSON: the rows of the index that a line has. */
export const namesOf = (lines: readonly Line[]): string =>
  JSON.stringify(
    lines.flatMap(({ num, id, ref }) => [
      [nameOfRef(ref), num],
      [nameOfId(id), num],
    ]),
  );
const NAMES = "SELECT CAST(value ->> 0 AS INTEGER) AS name, value ->> 1 AS num FROM json_each(?)";

/** D1 takes parameters of two megabytes. */
const parts = (lines: readonly Line[]): string[] => [...chunks(lines, MEMBER)].map(namesOf);

export const name = (lines: readonly Line[]): Statement[] => [
  ...parts(lines).map((some) => sql(`INSERT INTO closed_recordings (name, num) ${NAMES}`, some)),
  ...count(lines, 1),
];

/** Takes lines out of the index; refuses the batch unless each is there. */
export const unname = (lines: readonly Line[]): Statement[] => [
  ...parts(lines).flatMap((some) => [
    refuseWhere(
      `EXISTS (SELECT 1 FROM json_each(?) j WHERE NOT EXISTS (
         SELECT 1 FROM closed_recordings c WHERE c.name = CAST(j.value ->> 0 AS INTEGER) AND c.num = j.value ->> 1)
         AND NOT ${isPacked(packedErased, ...NAMED)})`,
      withKeys(some),
    ),
    sql(`DELETE FROM closed_recordings WHERE (name, num) IN (${NAMES})`, some),
  ]),
  ...count(lines, -1),
];

const QUARTER = 15 * MINUTE;

/** Adds lines to `closed_erasures`, or takes them off. */
function count(lines: readonly Line[], sign: 1 | -1): Statement[] {
  const sums = new Map<number, [arrived: number, erased: number]>();
  const add = (ms: number, which: 0 | 1) => {
    const quarter = Math.floor(ms / QUARTER);
    const sum = sums.get(quarter) ?? [0, 0];
    sum[which] += sign;
    sums.set(quarter, sum);
  };
  for (const { at, certified } of lines) {
    add(Date.parse(at), 0);
    add(certified, 1);
  }
  return [
    sql(
      `INSERT INTO closed_erasures (quarter, arrived, erased)
       SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE TRUE
       ON CONFLICT DO UPDATE SET arrived = arrived + excluded.arrived, erased = erased + excluded.erased`,
      JSON.stringify([...sums].map(([quarter, sum]) => [quarter, ...sum])),
    ),
  ];
}

/** SQL: how many closed recordings arrived, or were erased, between two moments (milliseconds) that begin a quarter of an hour. */
export const closedErasures = (which: "arrived" | "erased", from: string, until: string): string =>
  `(SELECT COALESCE(SUM(q.${which}), 0) FROM closed_erasures q
    WHERE q.quarter >= ${from} / ${QUARTER} AND q.quarter < ${until} / ${QUARTER})`;
