/** Certificates of erasure: each commits to the register's entry as it was before, and holds no personal data but what an officer's reason may say. */
import type { Certificate } from "../../../shared/recordings/api.ts";
import { commitmentOf } from "../../../shared/trail/chain.ts";
import { leafOf, saltsOf } from "../../../shared/trail/leaves.ts";
import { insertBound } from "../../core/bound.ts";
import { newSalt } from "../../core/change.ts";
import { idIs, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { certificatesBound } from "../bound.ts";
import type { Registered } from "../rows.ts";

/**
 * The statement that writes a certificate, and what its audit row must hold: `commitment` is SHA-256 over the salt and the
 * entry as JSON. The salt is kept only with that audit row's payload (said.ts): once this is erased, no one can test guesses of the
 * number against the commitment.
 */
export function certificateOf(
  entry: Registered,
  at: string,
  was: Certificate["was"],
  /** What it says: of a requester's erasure no officer's words. */
  why = entry.why,
  salt = newSalt(),
) {
  const commitment = commitmentOf(salt, JSON.stringify(entry));
  const { id, provider, store, region, eraseAfter, rule, months } = entry;
  return {
    salt,
    commitment,
    statement: insertBound(certificatesBound, [
      {
        ...{ recording: id, provider, store, region, erase_after: eraseAfter },
        ...{ rule, months, why, erased_at: at, commitment, was },
      },
    ]),
  };
}

/**
 * The statement that takes what an officer wrote out of certificates: of `why` the hash stays, and of the other fields their
 * salts in place of the seed, which would let anyone try words.
 */
export async function withoutWhy(db: D1Database, ids: readonly string[]): Promise<Statement[]> {
  if (ids.length === 0) return [];
  const { columns, select, named } = certificatesBound;
  const { results } = await db
    .prepare(`${select} WHERE ${named}`)
    .bind(JSON.stringify(ids))
    .all<{ key: string; code: string | null; seed: string; fields: string }>();
  const rows = results.map(({ key, code, seed, fields }) => {
    const saltOf = saltsOf(seed);
    const why = (JSON.parse(fields) as string[])[columns.indexOf("why")]!;
    const salts = Object.fromEntries(
      columns.filter((column) => column !== "why").map((column) => [column, saltOf(column)]),
    );
    const left = { leaves: { why: leafOf(saltOf("why"), "why", why) }, salts };
    return { key, left: code === null ? null : JSON.stringify(left) };
  });
  return [
    sql(
      `WITH j AS MATERIALIZED (SELECT value ->> 'key' AS key, value ->> 'left' AS leaves FROM json_each(?))
       UPDATE certificates_apart SET why = '', erased = j.leaves,
         salt_high = IIF(code IS NULL, salt_high, 0), salt_low = IIF(code IS NULL, salt_low, 0)
       FROM j WHERE recording = j.key`,
      JSON.stringify(rows),
    ),
  ];
}

/** SQL: up to which recording certificates of before have moved. */
const MOVED = "COALESCE((SELECT value FROM marks WHERE name = 'certificates-moved'), '')";

/** Whether certificates of before are to move yet. */
export const areMoving = async (db: D1Database): Promise<boolean> =>
  (await db.prepare(`SELECT 1 FROM certificates_apart WHERE recording > ${MOVED} LIMIT 1`).first()) !== null;

/** Certificates a slice, and slices a run: a run takes a second or two. */
const BOUNDS = { most: 1000, slices: 20 };
/** Behind every id. */
const END = "~";

/**
 * Moves certificates of before into the rows of their recordings (migration 0095), some in each run, each once: what one says stays
 * letter by letter, wherever it lies. One that does not fit there stays apart, and the seed of what bound its recording goes. `bounds`
 * for tests.
 */
export async function moveCertificates({ DB }: Pick<Env, "DB">, { most, slices } = BOUNDS): Promise<void> {
  let from = (await DB.prepare(`SELECT ${MOVED} AS moved`).first<string>("moved"))!;
  for (let n = 0; n < slices && from !== END; n++) {
    const last = await DB.prepare(
      "SELECT MAX(recording) AS last FROM (SELECT recording FROM certificates_apart WHERE recording > ? ORDER BY recording LIMIT ?)",
    )
      .bind(from, most)
      .first<string>("last");
    const to = last ?? END;
    await DB.batch([
      DB.prepare(
        `DELETE FROM certificates_apart WHERE recording > ? AND recording <= ? AND why = '' AND erased IS NULL
           AND NOT EXISTS (SELECT 1 FROM recordings r WHERE ${idIs("r.id", "recording")} AND r.certified IS NOT NULL)`,
      ).bind(from, to),
      DB.prepare(
        `UPDATE recordings SET salt_high = 0, salt_low = 0
         WHERE rowid IN (SELECT r.num FROM certificates_apart c CROSS JOIN recording_rows r ON ${idIs("r.id", "c.recording")}
           WHERE c.recording > ? AND c.recording <= ?)
           AND state = 'erased' AND certified IS NULL AND code IS NOT NULL AND (salt_high <> 0 OR salt_low <> 0)`,
      ).bind(from, to),
      DB.prepare("INSERT OR REPLACE INTO marks (name, value) VALUES ('certificates-moved', ?)").bind(to),
    ]);
    from = to;
  }
}
