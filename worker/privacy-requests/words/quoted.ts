/**
 * What an erasure takes of what quotes the requester, and which payloads of the trail do. A payload goes only where the trail's own row
 * has it so: who owns the database can write any payload, and any row beside it.
 */
import { e164Of } from "../../../shared/registers/blocks.ts";
import { commitmentOf, type LinkedRow, rowHash } from "../../../shared/trail/chain.ts";
import type { NewRow } from "../../core/bound.ts";
import type { Env } from "../../env.ts";
import { archivesOf, linked, wholeObject } from "../../trail/rows.ts";
import { type Known, startOf } from "../../trail/start.ts";
import type { Row } from "../rows.ts";
import { has, hintsOf, namerOf, numbersOf, singleIn, singleOf, soughtOf, spelt } from "./namer.ts";

/** What goes: by whom it names, and which items it quotes. */
export interface Wanted {
  /** JSON: what a text must have (`has`) to be looked at. */
  hints: string;
  names: (text: string) => boolean;
  /** Of a name of one word: it goes only beside an erased item. */
  namesSingly: (text: string) => boolean;
  /** The ids of what is erased, and of what stays. */
  gone: ReadonlySet<string>;
  stays: ReadonlySet<string>;
  /** All that names them goes but what quotes what stays; else what quotes what is erased alone. */
  whole: boolean;
}

/** By a job's row and its request's, both as the trail has them. */
export function wantedOf(due: NewRow, who: NewRow, stays: string): Wanted {
  const { words, gone, whole } = due as { words: string; gone: string; whole: number };
  const person = who as unknown as Pick<Row, "name" | "email" | "number">;
  const own = person.number === null ? [] : [e164Of(person.number)];
  const sought = soughtOf(person, [...new Set([...own, ...numbersOf(JSON.parse(words) as string[])])]);
  const single = singleOf(person);
  return {
    hints: JSON.stringify([...hintsOf(sought), ...(single === null ? [] : spelt(single))]),
    names: namerOf(sought),
    namesSingly: single === null ? () => false : singleIn(single),
    gone: new Set(JSON.parse(gone) as string[]),
    stays: new Set(JSON.parse(stays) as string[]),
    whole: whole === 1,
  };
}

/** The ids in a text. One that is digits alone is one only where nothing else is there. */
function idsIn(text: string): string[] {
  if (/^\d+$/.test(text)) return [text];
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}_-]*/gu) ?? [];
  return words.filter((word) => !/^\d+$/.test(word));
}

/** Whether what has these texts, and is about what has these ids, goes. */
export function isToGo(
  { names, namesSingly, gone, stays, whole }: Wanted,
  texts: string[],
  about = "",
): boolean {
  const isNamed = texts.some(names);
  if (!isNamed && !texts.some(namesSingly)) return false;
  const ids = [about, ...texts].flatMap(idsIn);
  const quotes = (items: ReadonlySet<string>) => ids.some((id) => items.has(id));
  return quotes(gone) || (isNamed && whole && !quotes(stays));
}

/** What a JSON value says, without the names of its fields; what is no JSON, as it is. */
export function textsIn(json: string): string[] {
  const texts: string[] = [];
  let left: unknown[];
  try {
    left = [JSON.parse(json)];
  } catch {
    return [json];
  }
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === "string" || typeof one === "number") texts.push(String(one));
    else if (typeof one === "object" && one !== null)
      for (const value of Object.values(one)) left.push(value);
  }
  return texts;
}

/** Characters and rows that are in memory at once. */
const SIZE = 4_000_000;
const ROWS = 2000;

/** A table's rows that may name them: `id` and `text` are its columns, `read` what is read of each. */
interface Place {
  table: string;
  id: string;
  text: string;
  read: string;
  /** SQL: which rows, and which of them whatever words they have; and the parameters behind the hints. */
  only?: string;
  or?: string;
  params?: (string | number)[];
}

/** These rows, some at a time, by their length. */
export async function* hinted<T>(
  db: D1Database,
  { table, id, text, read, only = "TRUE", or, params = [] }: Place,
  hints: string,
): AsyncGenerator<T[]> {
  const may = or === undefined ? has(text) : `(${has(text)} OR ${or})`;
  const { results } = await db
    .prepare(
      `SELECT ${id} AS id, length(${text}) AS n FROM ${table} WHERE ${only} AND ${text} <> '' AND ${may} ORDER BY 1`,
    )
    .bind(hints, ...params)
    .all<Sized>();
  yield* bySize<T>(
    db,
    `SELECT ${read} FROM ${table} WHERE ${id} IN (SELECT value FROM json_each(?)) AND ${text} <> ''`,
    results,
  );
}
interface Sized {
  id: string | number;
  n: number;
}
async function* bySize<T>(db: D1Database, read: string, all: readonly Sized[]): AsyncGenerator<T[]> {
  let [some, size]: [Sized["id"][], number] = [[], 0];
  const rows = async () => (await db.prepare(read).bind(JSON.stringify(some)).all<T>()).results;
  for (const { id, n } of all) {
    if (some.length === ROWS || (some.length > 0 && size + n > SIZE)) {
      yield await rows();
      [some, size] = [[], 0];
    }
    some.push(id);
    size += n;
  }
  if (some.length > 0) yield await rows();
}

/** What an officer writes of a recording goes with it, whether it names anybody or not. */
const writtenOf = ["held", "held-on", "released", "erase-asked", "looked", "look-approved"].map(
  (what) => `recording.${what}`,
);
/**
 * How their payloads begin, by which they are found where the trail's row has left the database: with the recording's id, or as releases
 * of before wrote them, which only that row says the recording of.
 */
const OF = '{"recording":"';
const BEGIN = [OF, '{"hold":"', '{"before":"', '{"why":"'];
/** Whether a payload may be what an officer wrote of one of these recordings. */
const mayBeOf = (payload: string, recordings: ReadonlySet<string>): boolean =>
  payload.startsWith(OF)
    ? recordings.has(payload.slice(OF.length, payload.indexOf('"', OF.length)))
    : recordings.size > 0 && BEGIN.some((begin) => payload.startsWith(begin));

interface Payload {
  seq: number;
  salt: string;
  payload: string;
}
/** Rows of the trail by their number: payloads that go, those that are not as it has them, and whether some wait for an archive. */
interface Quoted {
  gone: number[];
  unlike: number[];
  waits: boolean;
  /** How many were read. */
  pages: number;
}

/** Of the payloads behind `after` and up to `end`. */
export async function quotedIn(env: Env, wanted: Wanted, after: number, end: number): Promise<Quoted> {
  const quoted: Quoted = { gone: [], unlike: [], waits: false, pages: 0 };
  const told = await trailOf(env);
  const { gone } = wanted;
  const some = hinted<Payload>(
    env.DB,
    {
      ...{ table: "audit_payload", id: "seq", text: "payload", read: "seq, salt, payload" },
      only: "seq > ?2 AND seq <= ?3",
      or: "EXISTS (SELECT 1 FROM json_each(?4) b WHERE substr(payload, 1, length(b.value)) = b.value)",
      params: [after, end, JSON.stringify(gone.size > 0 ? BEGIN : [])],
    },
    wanted.hints,
  );
  const isWritten = ({ code, subject }: LinkedRow) => writtenOf.includes(code) && gone.has(subject);
  for await (const rows of some) {
    const named = rows.flatMap((row) => {
      const texts = textsIn(row.payload);
      const isNamed = texts.some(wanted.names) || texts.some(wanted.namesSingly);
      return isNamed || mayBeOf(row.payload, gone) ? [{ row, texts }] : [];
    });
    quoted.pages++;
    const { so, unlike, waits } = await told(named.map(({ row }) => row));
    quoted.unlike.push(...unlike);
    quoted.waits ||= waits;
    for (const { row, texts } of named) {
      const its = so.get(row.seq);
      if (its && (isWritten(its) || isToGo(wanted, texts, its.subject))) quoted.gone.push(row.seq);
    }
  }
  return quoted;
}

/** Compares payloads with their rows of the trail, in the database or archived: one archive is in memory at once. */
async function trailOf(env: Env) {
  const known = await startOf(env);
  const archives = await archivesOf(env.DB);
  let last: { archive: object; rows: readonly LinkedRow[] | null } | undefined;
  const rowsIn = async (archive: (typeof archives)[number]) => {
    if (last?.archive !== archive)
      // A store that does not answer is one that cannot be read: what lies there waits, and others go on.
      last = { archive, rows: await wholeObject(env, archive).catch(() => null) };
    return last.rows;
  };
  return async (payloads: readonly Payload[]) => {
    const so = new Map<number, LinkedRow>();
    const unlike: number[] = [];
    const unread = new Set<number>();
    let waits = false;
    if (payloads.length === 0) return { so, unlike, waits };
    const { results } = await env.DB.prepare(
      `SELECT ${linked} FROM audit a WHERE a.seq IN (SELECT value FROM json_each(?))`,
    )
      .bind(JSON.stringify(payloads.map(({ seq }) => seq)))
      .all<LinkedRow>();
    const here = new Map(results.map((row) => [row.seq, row]));
    const there = new Map<number, LinkedRow | null>();
    for (const archive of archives) {
      const { firstSeq, lastSeq } = archive;
      const its = payloads.filter(({ seq }) => firstSeq <= seq && seq <= lastSeq);
      const rows = its.length === 0 ? null : await rowsIn(archive);
      for (const { seq } of its) there.set(seq, rows?.[seq - firstSeq] ?? there.get(seq) ?? null);
      if (rows === null) for (const { seq } of its) unread.add(seq);
    }
    for (const one of payloads) {
      const own = here.get(one.seq);
      // One beside its archive somebody put there; or the archive's record, and then it has the Ledger's code.
      const isOwn = own && (!there.has(one.seq) || known.originOf(own) === "ours");
      const row = there.get(one.seq) ?? (isOwn ? own : undefined);
      if (row && isSaid(known, row, one)) so.set(one.seq, row);
      else if (unread.has(one.seq)) waits = true;
      else unlike.push(one.seq);
    }
    return { so, unlike, waits };
  };
}

/** Whether a row of the trail is the Ledger's, and commits to this payload. */
const isSaid = ({ originOf }: Known, row: LinkedRow, { seq, salt, payload }: Payload): boolean =>
  row.seq === seq &&
  row.commitment === commitmentOf(salt, payload) &&
  row.hash === rowHash(row) &&
  originOf(row) !== "forged";
