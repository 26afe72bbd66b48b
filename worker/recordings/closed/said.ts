/** What a recording's arrival says on the trail, its row says: its readers are told by that, wherever the row lies. */
import { type KeptRow, SAYS_NOTHING } from "../../../shared/trail/chain.ts";
import { FROM_LINES as ERASED } from "../certificates/lines.ts";
import { namedLines as erasedLines } from "../certificates/read.ts";
import { withCertificates } from "../certificates/said.ts";
import type { Reading } from "../../storage/closed/read.ts";
import { rowsOf } from "../../storage/closed/verified.ts";
import { FROM_LINES, nameOfId } from "./lines.ts";
import { namedLines } from "./read.ts";
import { idIn, idIs } from "../../core/sql.ts";

/** SQL: of a row of `recordings`, what no step changes; of a call, nothing once that is erased. */
const says = `json_object('provider', provider, 'store', store, 'region', region,
  'flagged', json(IIF(state = 'erased', 'null', IIF(flag IS NULL, 'false', 'true'))))`;
/** SQL: what a row `a` of the trail says that is an arrival, and says nothing itself. */
export const ofArrival = `IIF(a.commitment = '${SAYS_NOTHING}' AND a.code IN ('recording.added', 'recording.reported'),
  (SELECT ${says} FROM recordings WHERE ${idIs("id", "a.subject")}), NULL)`;

/** Rows of the trail, for people, with what closed recordings and certificates say of them. A file that cannot be read tells nothing. */
export const withRecordings = async (env: Reading, rows: KeptRow[]): Promise<KeptRow[]> =>
  withArrivals(env, await withCertificates(env, rows));

async function withArrivals(env: Reading, rows: KeptRow[]): Promise<KeptRow[]> {
  const isSilent = ({ code, commitment, said }: KeptRow): boolean =>
    said === null &&
    commitment === SAYS_NOTHING &&
    (code === "recording.added" || code === "recording.reported");
  const ids = new Set(rows.filter(isSilent).map(({ subject }) => subject));
  if (ids.size === 0) return rows;
  const select = `SELECT id, ${says} AS said FROM recordings`;
  const isAsked = ({ id }: { id: string }) => ids.has(id);
  const kept = (await namedLines(env, { ids: [...ids] })).lines.filter(isAsked);
  const erased = (await erasedLines(env, [...ids].map(nameOfId), isAsked)).lines.filter(isAsked);
  const found = [
    ...(await rowsOf<{ id: string; said: string }>(env.DB, `${FROM_LINES} ${select}`, kept)),
    ...(await rowsOf<{ id: string; said: string }>(env.DB, `${ERASED} ${select}`, erased)),
  ];
  const of = new Map(found.map(({ id, said }) => [id, said]));
  // It may have come back meanwhile.
  const left = [...ids].filter((id) => !of.has(id));
  if (left.length > 0) {
    const here = env.DB.prepare(`${select} WHERE ${idIn("id", "?1")}`).bind(JSON.stringify(left));
    for (const { id, said } of (await here.all<{ id: string; said: string }>()).results) of.set(id, said);
  }
  return rows.map((row) => (isSilent(row) ? { ...row, said: of.get(row.subject) ?? null } : row));
}
