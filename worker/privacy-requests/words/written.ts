/** What else quotes a requester whose erasure was complied with: what officers wrote of recordings, stored answers, and mails that are over. */
import { inChunks, refuseWhere, sql, type Statement } from "../../core/sql.ts";
import { changeRows, type RowChange, statesOf } from "../../core/states.ts";
import { holdsBound } from "../../recordings/bound.ts";
import { withoutWhy } from "../../recordings/certificates/written.ts";
import { has } from "./namer.ts";
import { hinted, isToGo, textsIn, type Wanted } from "./quoted.ts";

interface Place {
  table: string;
  id: string;
  text: string;
  /** Which recording it is about. */
  about: string;
  only: string;
}
const certificates = {
  table: "certificates",
  id: "recording",
  text: "why",
  about: "recording",
  only: "TRUE",
};
const recordings = { table: "recordings", id: "id", text: "why", about: "id", only: "state <> 'erased'" };
const looks = { table: "recording_looks", id: "recording", text: "why", about: "recording", only: "TRUE" };
/** A hold that applies keeps its ground. */
const released = { table: "recording_holds", id: "id", about: "recording", only: "released_at IS NOT NULL" };
const holds = (["reason", "released_why"] as const).map((text) => ({ ...released, text }));

/** The statements that erase it. Refused (conflict) where somebody wrote more of it meanwhile: then it is gone through once more. */
export async function withoutWritten(db: D1Database, wanted: Wanted): Promise<Statement[]> {
  const [inCertificates, inRecordings, inLooks] = [
    await foundIn(db, wanted, certificates),
    await foundIn(db, wanted, recordings),
    await foundIn(db, wanted, looks),
  ];
  const changes = new Map<unknown, RowChange>();
  const unlessMore = [inCertificates.unlessMore, inRecordings.unlessMore, inLooks.unlessMore];
  for (const hold of holds) {
    const found = await foundIn(db, wanted, hold);
    const isGone = "id IN (SELECT value FROM json_each(?))";
    for (const before of await statesOf(db, holdsBound, isGone, JSON.stringify(found.gone)))
      changes.set(before["id"], { before, to: { ...changes.get(before["id"])?.to, [hold.text]: "" } });
    unlessMore.push(found.unlessMore);
  }
  return [
    ...(await withoutWhy(db, inCertificates.gone)),
    ...blank(recordings, inRecordings.gone),
    ...blank(looks, inLooks.gone),
    ...changeRows(holdsBound, [...changes.values()], new Date().toISOString()),
    ...unlessMore,
  ];
}

const blank = ({ table, id, text }: Place, ids: readonly string[]): Statement[] =>
  inChunks(ids, (json) =>
    sql(
      `UPDATE ${table} SET ${text} = '' WHERE ${id} IN (SELECT value FROM json_each(?)) AND ${text} <> ''`,
      json,
    ),
  );

/** Which rows go, and the statement that refuses all where the others are not those that were read. */
async function foundIn(db: D1Database, wanted: Wanted, { table, id, text, about, only }: Place) {
  const gone: string[] = [];
  let [n, length] = [0, 0];
  const read = `${id} AS id, ${text} AS text, ${about} AS about, length(${text}) AS n`;
  const place = { table, id, text, read, only };
  for await (const rows of hinted<{ id: string; text: string; about: string; n: number }>(
    db,
    place,
    wanted.hints,
  ))
    for (const row of rows)
      if (isToGo(wanted, [row.text], row.about)) gone.push(row.id);
      else [n, length] = [n + 1, length + row.n];
  const left = `SELECT COUNT(*) || ' ' || COALESCE(SUM(length(${text})), 0) FROM ${table} WHERE ${only} AND ${text} <> '' AND ${has(text)}`;
  return { gone, unlessMore: refuseWhere(`(${left}) <> ?2`, wanted.hints, `${n} ${length}`) };
}

/** The statements that erase stored answers (a repeated request is refused, and not carried out again) and mails, which name no items. */
export async function withoutCopies(db: D1Database, wanted: Wanted): Promise<Statement[]> {
  const none = "IN (SELECT value FROM json_each(?))";
  const answers: number[] = [];
  const ofAnswer = { table: "idempotency", id: "rowid", text: "answer", read: "rowid AS id, answer AS text" };
  for await (const rows of hinted<{ id: number; text: string }>(db, ofAnswer, wanted.hints))
    for (const { id, text } of rows) if (isToGo(wanted, textsIn(text))) answers.push(id);
  const mails: number[] = [];
  const text = "(vals || ' ' || recipient)";
  const ofMail = {
    table: "outbox",
    id: "rowid",
    text,
    read: "rowid AS id, vals, recipient",
    only: "state <> 'waiting'",
  };
  if (wanted.whole)
    for await (const rows of hinted<{ id: number; vals: string; recipient: string }>(
      db,
      ofMail,
      wanted.hints,
    ))
      for (const { id, vals, recipient } of rows)
        if ([recipient, ...textsIn(vals)].some(wanted.names)) mails.push(id);
  return [
    ...inChunks(answers, (ids) => sql(`UPDATE idempotency SET answer = NULL WHERE rowid ${none}`, ids)),
    ...inChunks(mails, (ids) =>
      sql(`UPDATE outbox SET vals = NULL WHERE rowid ${none} AND state <> 'waiting'`, ids),
    ),
  ];
}
