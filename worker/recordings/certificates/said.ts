/** An erasure without words says nothing on the trail that its certificate does not say: its readers are told by that. */
import type { KeptRow } from "../../../shared/trail/chain.ts";
import { idIs, sql, type Statement } from "../../core/sql.ts";
import { rowsOf } from "../../storage/closed/verified.ts";
import type { Reading } from "../../storage/closed/read.ts";
import { FROM_LINES, nameOfId } from "./lines.ts";
import { namedLines } from "./read.ts";

const said = (more = "") =>
  `json_object('rule', rule, 'months', months, 'why', why, 'commitment', "commitment", 'was', was${more})`;

/** SQL: what a row `a` of the trail with `p`, what is kept of it apart, is told by its certificate. */
export const ofErasure = `IIF(a.code = 'recording.erased' AND p.payload = 'null',
  (SELECT ${said(", 'salt', p.salt")} FROM certificates WHERE ${idIs("recording", "a.subject")}), NULL)`;

/** The erasure, and the statement that keeps the certificate's salt for as long as payloads are kept. */
export const saysNothing = (salt: string): { event: { payload: null; salt: string }; kept: Statement } => ({
  event: { payload: null, salt },
  kept: sql(
    `INSERT INTO audit_payload (seq, at, salt, payload) SELECT seq, at, ?, 'null' FROM audit ORDER BY seq DESC LIMIT 1`,
    salt,
  ),
});

/** Rows of the trail, for people, with what closed certificates say of them. A file that cannot be read tells nothing: verifying names it. */
export async function withCertificates(env: Reading, rows: KeptRow[]): Promise<KeptRow[]> {
  const silent = rows.filter(
    (row) => row.code === "recording.erased" && row.payload === "null" && row.said === null,
  );
  if (silent.length === 0) return rows;
  const ids = new Set(silent.map(({ subject }) => subject));
  const { lines } = await namedLines(env, [...ids].map(nameOfId), ({ id }) => ids.has(id));
  const found = await rowsOf<{ recording: string; said: string }>(
    env.DB,
    `${FROM_LINES} SELECT recording, ${said()} AS said FROM certificates`,
    lines.filter(({ id }) => ids.has(id)),
  );
  const of = new Map(found.map((row) => [row.recording, JSON.parse(row.said) as object]));
  return rows.map((row) => {
    const own = silent.includes(row) ? of.get(row.subject) : undefined;
    return own ? { ...row, said: JSON.stringify({ ...own, salt: row.salt }) } : row;
  });
}
