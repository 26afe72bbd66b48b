/** A requester's requests in their copy: this one and those that are theirs, with all that belongs to them. */
import type { RequestItem } from "../../../shared/privacy-requests/api.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import type { Env } from "../../env.ts";
import { Problem } from "../../core/errors.ts";
import type { Store } from "../../storage/store.ts";
import { sameFile } from "../files/same.ts";
import { type NewFile, type StoredAs, storeOfFile } from "../files/store.ts";
import { isThere, type Row } from "../rows.ts";
import type { Without } from "./others.ts";
import { few, type Fields, READ, readable, type Sections } from "./sections.ts";
import { idIs } from "../../core/sql.ts";

/** What officers said of a request's copy by notes: of each the newest counts. */
export interface Noted {
  /** Ids of other requests that are the same requester's. */
  same: string[];
  /** Names of other people. */
  others: string[];
}

export async function notedOf(db: D1Database, request: string): Promise<Noted> {
  const of = (name: string) =>
    `(SELECT detail -> '${name}' FROM request_events
      WHERE request = ?1 AND action = 'note' AND detail -> '${name}' IS NOT NULL ORDER BY id DESC LIMIT 1) AS ${name}`;
  const row = await db
    .prepare(`SELECT ${of("same")}, ${of("others")}`)
    .bind(request)
    .first<{ same: string | null; others: string | null }>();
  const list = (json: string | null | undefined) => JSON.parse(json ?? "[]") as string[];
  return { same: list(row?.same), others: list(row?.others) };
}

/** The recordings (ids of items) that officers leave out of the copy where their audio cannot be had, and why: the newest note on each counts. */
export async function leftOutOf(db: D1Database, request: string): Promise<Map<string, string>> {
  const { results } = await db
    .prepare(
      `SELECT j.value AS item, e.detail ->> 'text' AS why FROM request_events e, json_each(e.detail -> 'without') j
       WHERE e.request = ? AND e.action = 'note' ORDER BY e.id`,
    )
    .bind(request)
    .all<{ item: string; why: string }>();
  return new Map(results.map(({ item, why }) => [item, why]));
}

/** SQL: a request came from the address `email` (SQL), which it confirmed. */
export const confirmedBy = (email: string): string =>
  `email = ${email} COLLATE NOCASE AND proved_at IS NOT NULL`;

const plain = (name: string): string => name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/**
 * The ids of the requests that are the requester's, this one first: of one of their numbers (E.164) and by their name, where both
 * confirmed the same address, and nobody by another name did; and those that an officer found to be theirs. None of these proves it
 * alone: colleagues share a mailbox and a switchboard, a father and a son a line and a name, and anybody types another's name or address.
 */
export async function theirRequests(
  db: D1Database,
  { id, email, proved_at, name }: Row,
  same: readonly string[],
  numbers: readonly string[],
): Promise<string[]> {
  const { results } = await db
    .prepare(
      // Two searches, each by its index: with OR it would read all requests that there ever were.
      `SELECT id, NULL AS name, 1 AS near FROM requests WHERE id <> ?1 AND id IN (SELECT value FROM json_each(?2))
       UNION ALL SELECT id, name, COALESCE(number IN (SELECT value FROM json_each(?5)), 0) FROM requests
       WHERE id <> ?1 AND ?4 AND ${confirmedBy("?3")}`,
    )
    .bind(
      ...[id, JSON.stringify(same), email, Number(proved_at !== null)],
      JSON.stringify(numbers.map(numberOf)),
    )
    .all<{ id: string; name: string | null; near: number }>();
  const isShared = results.some((row) => row.name !== null && plain(row.name) !== plain(name));
  const theirs = results.filter((row) => row.name === null || (!isShared && row.near === 1));
  return [...new Set([id, ...theirs.map((row) => row.id)])];
}

/** Whether requests that are not among these came from this address, too: what quotes it may be about somebody else. */
export const isShared = async (db: D1Database, email: string, ids: readonly string[]): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 FROM requests WHERE ${confirmedBy("?1")} AND id NOT IN (SELECT value FROM json_each(?2)) LIMIT 1`,
    )
    .bind(email, JSON.stringify(ids))
    .first()) !== null;

/** Requests on their numbers that may be somebody else's: that there were any, and no more (UK GDPR art 15(4)). */
export async function sharedRequests(
  db: D1Database,
  ids: readonly string[],
  numbers: readonly string[],
): Promise<Fields[]> {
  const { results } = await db
    .prepare(
      `SELECT received_on AS receivedOn, kind FROM requests
       WHERE number IN (SELECT value FROM json_each(?1)) AND id NOT IN (SELECT value FROM json_each(?2))
       ORDER BY received_on, kind`,
    )
    .bind(JSON.stringify(numbers.map(numberOf)), JSON.stringify(ids))
    .all<Fields>();
  return results;
}

/** A file that they sent, as it goes into the zip. */
export interface Sent {
  name: string;
  size: number;
  store: Store;
  object: string;
  etag: string | null;
}

const endings: Record<string, string> = {
  "application/pdf": "pdf",
  "image/png": "png",
  "image/jpeg": "jpg",
};

export async function requestSections(
  env: Env,
  row: Row,
  ids: readonly string[],
  numbers: readonly string[],
  { roleOf, line, theirs }: Without,
): Promise<{ sections: Sections; sent: Sent[] }> {
  const list = JSON.stringify(ids);
  const of = async (columns: string, from: string, order: string): Promise<Fields[]> => {
    const { results } = await env.DB.prepare(
      `SELECT ${columns} FROM ${from} JOIN json_each(?) j ON j.value = r.id ORDER BY j.key, ${order}`,
    )
      .bind(list)
      .all<Fields>();
    return results.map((one) => {
      const said = readable(one);
      if (typeof said["by"] === "string") said["by"] = roleOf(said["by"]);
      if (typeof said["detail"] === "string") said["detail"] = theirs(JSON.parse(said["detail"]));
      return said;
    });
  };
  const [requests, timeline, duties, letters, files, recipients, systems, mails] = await Promise.all([
    of(
      `r.ref AS reference, r.kind, r.channel, r.state, r.received_on AS receivedOn, r.number, r.name, r.email, r.address,
       r.call_date AS callDate, r.call_time AS callTime, r.text AS words, r.narrowed, r.proved_at AS provedAt, r.asked_on AS askedOn,
       r.proof_on AS proofOn, r.identity, r.verified_at AS verifiedAt, r.clarify_on AS clarifyOn, r.pauses,
       r.paused_days AS pausedDays, r.clarified_days AS clarifiedDays, r.searched_at AS searchedAt, r.writing, r.decide_by AS decideBy, r.extended_on AS extendedOn, r.decision, r.ground, r.other, r.reasons AS refusal,
       r.decided_on AS decidedOn, r.told_at AS toldAt, r.noticed_at AS noticedAt, r.outcome, r.wave, r.by, r.at, r.closed_at AS endedAt`,
      "requests r",
      "r.received_on, r.at",
    ),
    of(
      "r.ref AS reference, e.at, e.action, e.state, e.detail, e.by",
      "requests r JOIN request_events e ON e.request = r.id",
      "e.id",
    ),
    of(
      `r.ref AS reference, d.kind, d.due, d.made_at AS at, d.met_on AS metOn, d.void_at AS voidAt, d.by`,
      "requests r JOIN duties d ON d.request = r.id",
      "d.made_at, d.round, d.kind",
    ),
    of(
      "r.ref AS reference, l.kind, l.how, l.sent_to AS address, l.sent_on AS sentOn, l.text, l.by, l.at",
      "requests r JOIN request_letters l ON l.request = r.id",
      "l.at, l.id",
    ),
    of(
      `r.ref AS reference, f.purpose, f.name, f.type, f.bytes, f.at, f.erase_after AS eraseAfter, f.erased_at AS erasedAt, f.by,
       f.store, f.object, f.sha256, f.etag`,
      `requests r JOIN request_files f ON f.request = r.id AND f.${isThere}`,
      "f.at, f.id",
    ),
    of(
      "r.ref AS reference, p.name AS recipient, p.told_on AS toldOn, p.how, p.mistaken, p.by, p.at",
      "requests r JOIN request_recipients p ON p.request = r.id",
      "p.at, p.id",
    ),
    // What a look alone found may be another person's: an officer has to have said that it is theirs.
    of(
      `r.ref AS reference, s.name AS crm, s.host, s.region, s.looked_at AS lookedAt, s.problem,
       IIF(s.how = '', '[]', s.records) AS held, s.outcome,
       (SELECT json_group_array(json_array(a.day, a.what, a.number, a.times, a.items)) FROM request_asked a
        WHERE a.request = r.id AND a.host = s.host) AS asked,
       s.done_on AS doneOn, s.sought, s.how, s.backups_until AS backupsUntil, s.by, s.at`,
      "requests r JOIN request_systems s ON s.request = r.id",
      "s.at, s.name, s.id",
    ),
    // A mail that was sent is kept without its words; the letters that mails brought are among the letters.
    of(
      "r.ref AS reference, o.template AS about, o.recipient AS address, o.state, o.at, o.sent_at AS sentAt",
      `requests r JOIN outbox o ON (o.key > 'request:' || r.id || ':' AND o.key < 'request:' || r.id || ';')
         OR o.key IN (SELECT 'letter:' || id FROM request_letters WHERE request = r.id)`,
      "o.at, o.id",
    ),
  ]);
  const { sent, listed } = await sentOf(env, files);
  return {
    sent,
    sections: {
      requests: few(
        requests.map((one) => ({
          ...one,
          ...Object.fromEntries(OURS.map((field) => [field, said(one[field], line)])),
        })),
      ),
      timeline: few(timeline),
      findings: findings(env.DB, ids, line),
      duties: few(duties),
      letters: few(letters),
      mails: few(mails.map((one) => ({ ...one, about: t.mails[String(one["about"])] ?? one["about"] }))),
      files: few(listed),
      recipients: few(recipients),
      systems: few(systems.map((one) => ({ ...one, sought: theirSought(String(one["sought"]), numbers) }))),
      holds: few(await holds(env.DB, row.id, { roleOf, line })),
    },
  };
}

/** By what systems were asked, without numbers (E.164) that turned out to be another's. */
function theirSought(sought: string, numbers: readonly string[]): string {
  const who = JSON.parse(sought) as { numbers: string[]; email: string | null };
  return JSON.stringify({ ...who, numbers: who.numbers.filter((one) => numbers.includes(`+${one}`)) });
}

/** What we wrote of a request; `words` are the requester's own. */
const OURS = ["identity", "writing", "other", "refusal", "outcome"];

const said = (value: unknown, line: Without["line"]) => (typeof value === "string" ? line(value) : value);

/** What was decided of each thing that was found: in this request what was refused, as the copy has the rest. */
async function* findings(
  db: D1Database,
  ids: readonly string[],
  line: Without["line"],
): AsyncGenerator<Fields[]> {
  // Strangers may send any number of requests by her name; only officers confirm.
  const { results: judged } = await db
    .prepare(
      `SELECT j.key AS n, j.value AS id FROM json_each(?) j
       WHERE EXISTS (SELECT 1 FROM request_items i WHERE i.request = j.value AND i.verdict = 'confirmed') ORDER BY j.key`,
    )
    .bind(JSON.stringify(ids))
    .all<{ n: number; id: string }>();
  for (const { n, id } of judged) {
    let after = { kind: "", ref: "" };
    for (;;) {
      const { results } = await db
        .prepare(
          `SELECT r.ref AS reference, i.kind, i.ref AS id, i.at, i.decision, i.ground, i.other, i.reasons AS refusal,
             i.kept_until AS keptUntil, i.done_at AS doneAt
           FROM request_items i JOIN requests r ON r.id = i.request
           WHERE i.request = ?1 AND (i.kind, i.ref) > (?2, ?3) AND i.verdict = 'confirmed' AND (?4 OR i.decision = 'deny')
           ORDER BY i.kind, i.ref LIMIT ${READ}`,
        )
        .bind(id, after.kind, after.ref, Number(n > 0))
        .all<Fields & { kind: RequestItem["kind"]; id: string }>();
      if (results.length > 0)
        yield results.map(({ id: _, other, refusal, ...one }) => ({
          ...one,
          ...{ other: said(other, line), refusal: said(refusal, line) },
        }));
      if (results.length < READ) break;
      const last = results[results.length - 1]!;
      after = { kind: last.kind, ref: last.id };
    }
  }
}

/** Legal holds of the recordings in the copy. */
async function holds(
  db: D1Database,
  request: string,
  { roleOf, line }: Pick<Without, "roleOf" | "line">,
): Promise<Fields[]> {
  const { results } = await db
    .prepare(
      `SELECT x.number, x.started_at AS startedAt, h.at, h.reason, h.review_on AS reviewOn, h.by, h.released_at AS endedAt,
         h.released_why AS endedReason, h.released_by AS endedBy
       FROM request_items i JOIN recording_holds h ON h.recording = i.ref JOIN recordings x ON ${idIs("x.id", "i.ref")}
       WHERE i.request = ? AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply' ORDER BY h.at, h.id`,
    )
    .bind(request)
    .all<Fields>();
  return results.map((row) => ({
    ...readable(row),
    reason: line(String(row["reason"])),
    by: roleOf(String(row["by"])),
    endedReason: said(row["endedReason"], line),
    endedBy: typeof row["endedBy"] === "string" ? roleOf(row["endedBy"]) : null,
  }));
}

function nothingIfChanged(error: unknown): null {
  if (error instanceof Problem && error.code === "object-changed") return null;
  throw error;
}

/** The files that they sent and that are still kept, and the section that lists them all. */
async function sentOf(env: Env, files: readonly Fields[]): Promise<{ sent: Sent[]; listed: Fields[] }> {
  const sent: Sent[] = [];
  const listed: Fields[] = [];
  for (const { store: kind, object, sha256, etag, ...row } of files) {
    const at = { store: kind, object, purpose: row["purpose"] } as Pick<
      NewFile,
      "store" | "object" | "purpose"
    >;
    // A proof of identity is erased within days: the copy would keep it for longer.
    const gone = row["erasedAt"] !== null || at.purpose === "export" || at.purpose === "proof";
    const store = gone ? null : storeOfFile(env, at);
    const as = { object: at.object, sha256, etag } as StoredAs & { object: string };
    // What lies there now, if it is another object, is nothing that they sent.
    const head = store && (await sameFile(store, as).catch(nothingIfChanged));
    if (!store || !head) {
      listed.push(row);
      continue;
    }
    const name = `files/${String(sent.length + 1).padStart(3, "0")}.${endings[String(row["type"])] ?? "bin"}`;
    sent.push({ name, size: head.size, store, object: at.object, etag: head.etag });
    listed.push({ file: name, ...row });
  }
  return { sent, listed };
}
