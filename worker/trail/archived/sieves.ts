/**
 * Of each archived object, which codes, actors and subjects its rows may have: whoever looks for some opens no object that has none. The
 * database keeps that, and its owner can write any, but not the codes under the Worker's key that are over each block and over the object's
 * hash: what has none, or another, counts as if it were not there, and the object is opened. So no sieve hides a row.
 */
import * as z from "zod";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import {
  BLOCK,
  codesIn,
  type Kind,
  mayHave,
  numberOf,
  sieveOf,
  subjectIn,
} from "../../../shared/trail/sieve.ts";
import { auditSecrets, type AuditKey, readOnce } from "../../core/audit-key.ts";
import { inChunks, prepare, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { type Archive, archiveColumns, wholeObject } from "../rows.ts";

/** Bytes of a block's code, and of both. */
const CODE = 8;
const BOTH = BLOCK + CODE;

type Object = Pick<Archive, "firstSeq" | "lastSeq" | "sha256">;
/** In hexadecimal digits. */
const codeOf = (
  own: AuditKey,
  { firstSeq, lastSeq, sha256 }: Object,
  { kind, n, of, block }: { kind: Kind; n: number; of: number; block: string },
): string =>
  own.mac(`sieve v1 ${JSON.stringify([firstSeq, lastSeq, sha256, kind, n, of])} ${block}`).slice(0, 2 * CODE);

/** Without a key nothing shows that a sieve is the Worker's own. */
const ownKey = async (env: Env): Promise<AuditKey | null> => {
  const [secret] = auditSecrets(env);
  return secret === undefined ? null : readOnce(secret);
};

/** What rows are sought by: of each kind that is named they have one of these texts, of all kinds. */
export type Sought = Partial<Record<Kind, readonly string[]>>;
/** With more, most sieves would say that one of them may be there. */
const TEXTS = 20;
/** A code that ends with a dot is all that begin so, as in a page's filters. */
const soughtOf = (sought: Sought): [Kind, readonly string[]][] =>
  (Object.entries(sought) as [Kind, readonly string[]][])
    .filter(([, texts]) => texts.length > 0 && texts.length <= TEXTS)
    .map(([kind, texts]) => [kind, kind === "subjects" ? [...new Set(texts.map(subjectIn))] : texts]);

/** Those of these objects that may have rows which are sought, in their order. */
export async function sifted<A extends Object>(
  env: Env,
  objects: readonly A[],
  sought: Sought,
): Promise<A[]> {
  const own = await ownKey(env);
  const all = soughtOf(sought);
  if (own === null || all.length === 0 || objects.length === 0) return [...objects];
  const blocks = (kind: Kind, place: number): string => {
    const of = `length(s.${kind}) / ${BOTH}`;
    return `${of} AS ${kind}_of, (SELECT json_group_array(json_array(t.key, hex(substr(s.${kind}, 1 + t.value % (${of}) * ${BOTH}, ${BOTH}))))
      FROM json_each(?${place}) t) AS ${kind}`;
  };
  const { results } = await env.DB.prepare(
    `SELECT s.first_seq AS firstSeq, ${all.map(([kind], n) => blocks(kind, n + 2)).join(", ")}
     FROM json_each(?1) j CROSS JOIN audit_sieves s ON s.first_seq = j.value`,
  )
    .bind(
      JSON.stringify(objects.map(({ firstSeq }) => firstSeq)),
      ...all.map(([kind, texts]) => JSON.stringify(texts.map((text) => numberOf(text, kind)))),
    )
    .all<Record<string, string | number> & { firstSeq: number }>();
  const sieves = new Map(results.map((row) => [row.firstSeq, row]));
  const may = (object: A): boolean => {
    const sieve = sieves.get(object.firstSeq);
    if (!sieve) return true;
    return all.every(([kind, texts]) => {
      const of = Number(sieve[`${kind}_of`]);
      return (JSON.parse(String(sieve[kind])) as [number, string][]).some(([n, hex]) => {
        const [text, both] = [texts[n]!, hex.toLowerCase()];
        const block = both.slice(0, 2 * BLOCK);
        const about = { kind, n: numberOf(text, kind) % of, of, block };
        if (both.length !== 2 * BOTH || both.slice(2 * BLOCK) !== codeOf(own, object, about)) return true;
        return mayHave(hexToBytes(block), kind, text);
      });
    });
  };
  return objects.filter(may);
}

/** The sieves of an object, in hexadecimal digits. */
function made(own: AuditKey, object: Object, rows: readonly LinkedRow[]) {
  const texts: Record<Kind, Set<string>> = {
    codes: new Set(rows.flatMap(({ code }) => codesIn(code))),
    actors: new Set(rows.map(({ actor }) => actor)),
    subjects: new Set(rows.map(({ subject }) => subjectIn(subject))),
  };
  const sieve = (kind: Kind): string => {
    const blocks = sieveOf(kind, texts[kind]).map(bytesToHex);
    const of = blocks.length;
    return blocks.map((block, n) => block + codeOf(own, object, { kind, n, of, block })).join("");
  };
  return [object.firstSeq, sieve("codes"), sieve("actors"), sieve("subjects")];
}

/** In `marks`: the key under which sieves were made, and from which first row up to which of the objects; the others have none yet. */
const MARK = "audit-sieves";
const madeSchema = z.object({ key: z.string(), low: z.int(), high: z.int() });
/** Objects a run: each takes about a tenth of a second. */
const OBJECTS = 20;

/**
 * Makes the sieves of objects that have none: of new ones first, then of those before, the newest first. Under another key all are made
 * again. One that cannot be read has none, and is opened whenever somebody looks.
 */
export async function makeSieves(env: Env, most = OBJECTS): Promise<void> {
  const own = await ownKey(env);
  if (own === null) return;
  const mark = await env.DB.prepare(
    "SELECT IIF(json_valid(value), value, NULL) AS value FROM marks WHERE name = ?",
  )
    .bind(MARK)
    .first<string | null>("value");
  const before = madeSchema.safeParse(JSON.parse(mark ?? "null"));
  let done = before.data?.key === own.thumbprint ? before.data : null;
  const next = (where: string, ...params: number[]) =>
    env.DB.prepare(`SELECT ${archiveColumns} FROM audit_archives WHERE ${where} LIMIT 1`)
      .bind(...params)
      .first<Archive>();
  for (let n = 0; n < most; n++) {
    const newer = done && (await next("first_seq > ? ORDER BY first_seq", done.high));
    const archive =
      newer ?? (await next("first_seq < ? ORDER BY first_seq DESC", done?.low ?? Number.MAX_SAFE_INTEGER));
    if (!archive) return;
    const { firstSeq } = archive;
    done = {
      key: own.thumbprint,
      low: Math.min(done?.low ?? firstSeq, firstSeq),
      high: Math.max(done?.high ?? firstSeq, firstSeq),
    };
    const rows = await wholeObject(env, archive);
    const statements = [
      ...inChunks(rows ? [made(own, archive, rows)] : [], (some) =>
        sql(
          `INSERT OR REPLACE INTO audit_sieves (first_seq, codes, actors, subjects)
           SELECT value ->> 0, unhex(value ->> 1), unhex(value ->> 2), unhex(value ->> 3) FROM json_each(?)`,
          some,
        ),
      ),
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, JSON.stringify(done)),
    ];
    await env.DB.batch(statements.map((one) => prepare(env.DB, one)));
  }
}
