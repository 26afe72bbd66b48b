/**
 * The rows of the trail that prove a proof's events, from the database and from archived months, and the link from each to a
 * published head: all rows in between, without payloads, so that any reader can recompute every hash.
 */
import type { ProofHead, ProofRow, ProofSegment, ProofTrail } from "../../shared/proof/api-trail.ts";
import { planLinks } from "../../shared/proof/trail-links.ts";
import {
  type Archive,
  archiveColumns,
  readObject,
  columns,
  linked,
  pages,
  payloads,
  readable,
  rowBehind,
  rowFrom,
  Unreadable,
  withPayloads,
} from "../trail/rows.ts";
import { startOf } from "../trail/start.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { boundIn, type Quotes } from "./bound-rows.ts";
import type { Claim } from "./near.ts";

export interface Found {
  /** The rows of each claim, by `seq`. */
  of: number[][];
  rows: Map<number, ProofRow>;
}

/** Events whose subject all of a source, provider or connector have: they are found by the rows near their time, as no index has it. */
const OF_MANY: ReadonlySet<string> = new Set([
  ...["lookup.answered", "call.fetched", "connector.flagged", "connector.consents"],
]);
const isImport = (code: string): boolean => code.endsWith(".imported");
/** Rows whose payload names other people too: also an objection's that closes further numbers. */
const isShared = ({ code, payload }: KeptRow): boolean =>
  isImport(code) ||
  ["watch.turned", "call.fetched", "connector.flagged", "connector.consents"].includes(code) ||
  /"closed":\["/.test(payload ?? "");

const fits = (row: KeptRow, { codes, subjects, from, to, holds = "", seq = row.seq }: Claim): boolean =>
  row.seq === seq &&
  codes.some((code) => row.code === code || (code.endsWith(".") && row.code.startsWith(code))) &&
  row.at >= from &&
  row.at <= to &&
  (row.payload === null || row.payload.includes(holds)) &&
  (subjects.length === 0 ||
    subjects.includes(row.subject) ||
    (row.payload !== null &&
      isImport(row.code) &&
      subjects.some((subject) => row.payload!.includes(subject))));

/** Throws the Problem `archive-broken` where a needed archive cannot be read. */
export async function findRows(
  env: Env,
  claims: readonly Claim[],
  facts: Quotes = new Map(),
): Promise<Found> {
  const candidates = [...(await storedRows(env.DB, claims)), ...(await archivedRows(env, claims))];
  const of = claims.map((claim) => {
    const { first = "" } = claim;
    const seqs = candidates
      .filter((row) => fits(row, claim) && row.at >= first)
      .map(({ seq }) => seq)
      .sort((a, b) => a - b);
    return first === "" ? seqs : seqs.slice(0, 1);
  });
  const wanted = new Set(of.flat());
  const quotes = candidates.filter(({ seq }) => wanted.has(seq));
  const known = await startOf(env);
  const bound = await boundIn(env.DB, quotes, facts);
  const rows = new Map(
    quotes.map((row) => [row.seq, { ...(bound.get(row.seq) ?? quoted(row)), origin: known.originOf(row) }]),
  );
  return { of: of.map((seqs) => [...new Set(seqs)]), rows };
}

/** Without a payload that names others, or would tell of them. */
function quoted(kept: KeptRow): ProofRow {
  const {
    said: _,
    mac: __,
    ...row
  } = isShared(kept) ? { ...kept, salt: null, payload: null } : readable(kept);
  return { ...row, withheld: row.payload !== kept.payload };
}

async function storedRows(db: D1Database, claims: readonly Claim[]): Promise<KeptRow[]> {
  // Entries do not name their import: it is found by its time, and by the entries in its payload.
  const windows = claims.flatMap(({ codes, from, to }) =>
    codes.filter(isImport).map((code) => JSON.stringify([code, from, to])),
  );
  const [own, named, shared] = await db.batch<KeptRow>([
    db
      .prepare(
        `SELECT ${columns} FROM json_each(?) w
         CROSS JOIN audit a ON a.subject = w.value ->> 0 AND a.at BETWEEN w.value ->> 1 AND w.value ->> 2
           AND a.seq >= IIF(w.value ->> 3, ${rowFrom("audit", "w.value ->> 1")}, 0)
           AND a.seq < IIF(w.value ->> 3, ${rowBehind("audit", "w.value ->> 2")}, ${Number.MAX_SAFE_INTEGER})
         ${payloads}
         WHERE a.subject <> '' AND a.code NOT LIKE 'opened.%'`,
      )
      .bind(
        JSON.stringify(
          claims.flatMap(({ codes, subjects, from, to }) =>
            subjects.map((s) => [s, from, to, Number(codes.some((code) => OF_MANY.has(code)))]),
          ),
        ),
      ),
    db
      .prepare(
        `SELECT ${columns} FROM audit a ${payloads}
         WHERE a.seq IN (SELECT value FROM json_each(?))`,
      )
      .bind(JSON.stringify([...seqsOf(claims)])),
    db
      .prepare(
        `SELECT ${linked}, p.salt, p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.seq IN (
           SELECT i.seq FROM json_each(?) w
           CROSS JOIN audit i ON i.code = w.value ->> 0 AND i.at BETWEEN w.value ->> 1 AND w.value ->> 2
             AND i.seq >= ${rowFrom("audit", "w.value ->> 1")} AND i.seq < ${rowBehind("audit", "w.value ->> 2")})`,
      )
      .bind(`[${[...new Set(windows)].join(",")}]`),
  ]);
  const rows = [...own!.results, ...named!.results, ...shared!.results];
  return [...new Map(rows.map((row) => [row.seq, row])).values()];
}

const seqsOf = (claims: readonly Claim[]): Set<number> =>
  new Set(claims.flatMap(({ seq }) => (seq === undefined ? [] : [seq])));

async function archivedRows(env: Env, claims: readonly Claim[]): Promise<KeptRow[]> {
  const { results } = await env.DB.prepare(
    `SELECT DISTINCT ${archiveColumns} FROM audit_archives x WHERE EXISTS (
       SELECT 1 FROM json_each(?) w WHERE x.first_at <= w.value ->> 1 AND x.last_at >= w.value ->> 0)`,
  )
    .bind(JSON.stringify(claims.map(({ from, to }) => [from, to])))
    .all<Archive>();
  const subjects = new Set(claims.flatMap((claim) => claim.subjects));
  const seqs = seqsOf(claims);
  const found: KeptRow[] = [];
  for (const archive of results) {
    const object = await readObject(env, archive);
    if (!object?.rows || !object.intact) throw new Problem("archive-broken", archive.key);
    const some = object.rows.filter(
      (row) =>
        (subjects.has(row.subject) && !row.code.startsWith("opened.")) ||
        isImport(row.code) ||
        seqs.has(row.seq),
    );
    found.push(...(await withPayloads(env, some)));
  }
  return found;
}

/** The most rows between quoted ones and their heads in one document: about 4 MB. */
const LINKS = 20_000;

/**
 * `first`: the rows to link before all others, as there is room for `most` rows. `newest`: the newest row, which serves as
 * a head that only the document's own signature confirms.
 */
export async function trailOf(
  env: Env,
  rows: ReadonlyMap<number, ProofRow>,
  first: readonly number[],
  newest: Pick<ProofHead, "seq" | "hash">,
  most = LINKS,
): Promise<ProofTrail> {
  const all = [...rows.keys()].sort((a, b) => a - b);
  const heads = await headsFrom(env.DB, all[0] ?? newest.seq, newest);
  const order = [...first].sort((a, b) => b - a);
  const rest = all.filter((seq) => !first.includes(seq)).reverse();
  const { starts, unlinked } = planLinks(
    [...order, ...rest],
    heads.map(({ seq }) => seq),
    most,
  );
  const segments: ProofSegment[] = [];
  for (const head of heads) {
    const start = starts.get(head.seq);
    if (start !== undefined) segments.push(await segment(env, start, head));
  }
  const start = await startOf(env);
  return {
    rows: all.map((seq) => rows.get(seq)!),
    segments,
    unlinked,
    boundFrom: start.rows?.seq ?? null,
    statesFrom: start.entries?.seq ?? null,
    factsFrom: start.facts?.seq ?? null,
    turnedFrom: start.more?.seq ?? null,
    registersFrom: start.later?.seq ?? null,
    keyedFrom: start.keyed,
  };
}

/** The heads from a row on, and the newest row last. */
async function headsFrom(
  db: D1Database,
  seq: number,
  newest: Pick<ProofHead, "seq" | "hash">,
): Promise<ProofHead[]> {
  const { results } = await db
    .prepare(
      "SELECT day, seq, hash, signed, signature, key FROM heads WHERE seq BETWEEN ? AND ? ORDER BY seq, day",
    )
    .bind(seq, newest.seq)
    .all<ProofHead>();
  // After a day without a change the same row is the head of two days: the first counts.
  const heads = results.filter((head, i) => head.seq !== results[i - 1]?.seq);
  if (heads.at(-1)?.seq === newest.seq) return heads;
  const { seq: last, hash } = newest;
  return [...heads, { day: null, seq: last, hash, signed: null, signature: null, key: null }];
}

/** The rows from `first` to the head, as links. */
async function segment(env: Env, first: number, head: ProofHead): Promise<ProofSegment> {
  const links: ProofSegment["links"] = [];
  let prev = "";
  try {
    for await (const { rows } of pages(env, first - 1)) {
      prev ||= rows[0]?.prev ?? "";
      for (const r of rows)
        if (r.seq <= head.seq) links.push([r.at, r.actor, r.code, r.subject, r.commitment]);
      if ((rows.at(-1)?.seq ?? 0) >= head.seq) break;
    }
  } catch (error) {
    throw error instanceof Unreadable ? new Problem("archive-broken", error.message) : error;
  }
  return { first, prev, links, head };
}
