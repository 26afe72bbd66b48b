/** Closed dials as people and the API read them. */
import { DAY } from "../../../shared/core/time.ts";
import { type ClosedFile, linesLeftIn, lostFile } from "../../storage/closed/files.ts";
import { asJson, valueIn } from "../../storage/closed/kind.ts";
import { outOf } from "../../storage/closed/read.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { dialFrom } from "../row-number.ts";
import { type Dial, dialByKey, keyOf, type Row, selectFrom, toDial } from "../rows.ts";
import { dialsKind, FROM_LINES, type Line } from "./lines.ts";
import { closedDials, lastClosed } from "./read.ts";

const text = (name: string): string => `(SELECT text FROM dial_texts t WHERE t.num = d.${name})`;
const at = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;
const verdict = (name: string): string => `'["clear","caution","blocked","unknown"]' ->> ${name} AS ${name}`;
/** As the view `dials_in_words` has them, which reads the table alone. */
export const inWords = `(SELECT num, CAST(num AS TEXT) AS id, number, IIF(written = '', '+' || number, written) AS written,
  record_number, '["page","protocol","browser","server"]' ->> layer AS layer, CAST(sighting AS TEXT) AS sighting,
  '["call","message"]' ->> COALESCE(medium, 0) AS medium, via, '["passed","held","overridden"]' ->> action AS action,
  ${verdict("verdict")}, ${text("reasons")} AS reasons, ${verdict("worker_verdict")},
  ${text("worker_reasons")} AS worker_reasons, ${text("state")} AS state, seen_seq, ${text("seen_state")} AS seen_state,
  agrees, refused, basis, reason, key, ${text("page")} ->> 'purpose' AS purpose, ${text("page")} ->> 'host' AS host,
  by AS by_num, (SELECT p.id FROM people p WHERE p.num = d.by) AS by,
  (SELECT p.name FROM people p WHERE p.num = d.by) AS by_name, ${at("device_at")} AS device_at, ${at("at")} AS at
  FROM dials d)`;

/** In the order of the lines. */
export async function rowsOfLines(db: D1Database, lines: readonly Line[]): Promise<Row[]> {
  if (lines.length === 0) return [];
  const { results } = await db
    .prepare(`${FROM_LINES} ${selectFrom(inWords)}`)
    .bind(asJson(lines))
    .all<Row>();
  const rows = new Map(results.map((row) => [row.num, row]));
  return lines.flatMap(({ num }) => rows.get(num) ?? []);
}

/** The closed dial that a person's device made at a moment (milliseconds) under an idempotency key: a browser may have been off so long. */
export async function closedByKey(
  env: Pick<Env, "DB" | "ARCHIVE">,
  by: string,
  key: string,
  made: number,
): Promise<Dial | null> {
  const [lower, upper] = [made - DAY, made + DAY].map((ms) => dialFrom(new Date(ms).toISOString())) as [
    number,
    number,
  ];
  if (((await lastClosed(env.DB, upper)) ?? -1) < lower) return null;
  const person = await env.DB.prepare("SELECT num FROM people WHERE id = ?").bind(by).first<number>("num");
  const wanted = keyOf(key);
  const matches = (line: Line) => line.by === person && valueIn(dialsKind, line, "key") === wanted;
  // Of a lost file: in what can still be read.
  const findLeft = async (lost: ClosedFile, least: number, below: number): Promise<Dial | null> => {
    const out = await outOf(env.DB, dialsKind, lost);
    const members = lost.members.filter(([first, last]) => first < below && last >= least);
    const lines = (await linesLeftIn(env, dialsKind, { ...lost, members })).filter(
      (line) => line.num >= least && line.num < below && !out.has(line.num) && matches(line),
    );
    const [row] = await rowsOfLines(env.DB, lines);
    return row ? toDial(row) : null;
  };
  const find = async (least: number, most: number): Promise<Dial | null> => {
    for (let below = most; below > least;)
      try {
        const { lines, reached } = await closedDials(env, { lower: least, upper: below, matches }, 1);
        const [row] = await rowsOfLines(env.DB, lines);
        if (row) return toDial(row);
        below = reached;
      } catch (error) {
        // What is lost cannot keep a browser from sending: rather one record too many than none.
        const lost = error instanceof Problem && (await lostFile(env, dialsKind, error.detail ?? ""));
        if (!lost) throw error;
        return (
          (await find(Math.max(least, lost.last + 1), below)) ??
          (await findLeft(lost, least, below)) ??
          (await find(least, Math.min(below, lost.first)))
        );
      }
    return null;
  };
  const since = new Date(made - DAY).toISOString();
  // It may have come back meanwhile.
  return (await find(lower, upper)) ?? dialByKey(env.DB, by, key, since);
}
