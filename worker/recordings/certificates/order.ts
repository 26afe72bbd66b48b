/** The order of certificates, which lie in two places of the database. */
import { idIs } from "../../core/sql.ts";

/**
 * SQL: the recordings of the certificates after (`>`) or before (`<`) one, at most `limit`, nearest first. They lie in two places
 * (migration 0095), each with an index: the view of both has none to follow.
 */
export function certifiedNext(than: ">" | "<", erasedAt: string, recording: string, limit: string): string {
  const way = than === "<" ? "DESC" : "ASC";
  const moment = `CAST(round(unixepoch(${erasedAt}, 'subsec') * 1000) AS INTEGER)`;
  const said = "strftime('%Y-%m-%dT%H:%M:%fZ', certified / 1000.0, 'unixepoch')";
  return `SELECT recording AS value FROM (
    SELECT * FROM (SELECT recording, erased_at FROM certificates_apart
      WHERE (erased_at, recording) ${than} (${erasedAt}, ${recording})
        AND NOT EXISTS (SELECT 1 FROM recordings x WHERE ${idIs("x.id", "recording")} AND x.certified IS NOT NULL)
      ORDER BY erased_at ${way}, recording ${way} LIMIT ${limit})
    UNION ALL
    SELECT * FROM (SELECT id, ${said} FROM recordings
      WHERE certified ${than}= COALESCE(${moment}, 0) AND (${said}, id) ${than} (${erasedAt}, ${recording})
      ORDER BY certified ${way}, id ${way} LIMIT ${limit})
    ORDER BY 2 ${way}, 1 ${way} LIMIT ${limit})`;
}
