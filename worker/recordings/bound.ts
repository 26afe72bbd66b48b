/** What of a recording's row and of its certificate of erasure the trail binds. */
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable } from "../core/bound.ts";
import { stepsUnlike } from "./erasing/steps.ts";

/**
 * SQL: the recordings of the certificates after (`>`) or before (`<`) one, at most `limit`, nearest first. They lie in two places
 * (migration 0095), each with an index: the view of both has none to follow.
 */
export function certifiedNext(than: ">" | "<", erasedAt: string, recording: string, limit: string): string {
  const way = than === "<" ? "DESC" : "ASC";
  const moment = `CAST(round(unixepoch(${erasedAt}, 'subsec') * 1000) AS INTEGER)`;
  const said = "strftime('%Y-%m-%dT%H:%M:%fZ', certified / 1000.0, 'unixepoch')";
  return `SELECT recording FROM (
    SELECT * FROM (SELECT recording, erased_at FROM certificates_apart
      WHERE (erased_at, recording) ${than} (${erasedAt}, ${recording})
        AND NOT EXISTS (SELECT 1 FROM recordings x WHERE x.id = recording AND x.certified IS NOT NULL)
      ORDER BY erased_at ${way}, recording ${way} LIMIT ${limit})
    UNION ALL
    SELECT * FROM (SELECT id, ${said} FROM recordings
      WHERE certified ${than}= COALESCE(${moment}, 0) AND (${said}, id) ${than} (${erasedAt}, ${recording})
      ORDER BY certified ${way}, id ${way} LIMIT ${limit})
    ORDER BY 2 ${way}, 1 ${way} LIMIT ${limit})`;
}

export const certificatesBound = boundTable({
  name: "certificates",
  columns: [
    ...["recording", "provider", "store", "region", "erase_after"],
    ...["rule", "months", "why", "erased_at", "commitment", "was"],
  ],
  at: "r.erased_at",
  places: {
    place: "r.erased_at || '|' || r.recording",
    after: `r.recording IN (${certifiedNext(">", "substr(?1, 1, 24)", "substr(?1, 26)", "?2")})`,
    // By what is selected: SQLite then looks up each in both places.
    order: "at, key",
  },
  // What an officer wrote of the requester of an erasure.
  erasable: { why: [typed("")] },
  // The erasure.
  before: { codes: ["recording.erased"], subject: "r.recording" },
});

/** Erased, it keeps nothing of the call, and its certificate is bound. */
const over = "r.state = 'erased' AND EXISTS (SELECT 1 FROM certificates c WHERE c.recording = r.id)";
const moves =
  "each change has an event, and what it leaves follows from what is bound: compared with that (erasing/steps.ts)";
const tries = "for the desk: each failure has an event";
const words = "words: an event has them, and the certificate";
const audio = "bound apart, as it changes with the audio";
const certified = "of its certificate, which is bound itself";
const own = {
  ...{ rev: "audio_rev", changed: "audio_at", past: "audio_past" },
  ...{ high: "audio_high", low: "audio_low", code: "audio_code" },
};
export const recordingsBound = boundTable({
  name: "recordings",
  columns: [
    ...["id", "provider", "ref", "provider_id", "number", "agent", "direction", "started_at", "started_on"],
    ...["seconds", "store", "object", "region", "announced", "purpose", "flag", "by", "at"],
  ],
  unbound: {
    ...{ state: moves, erase_after: moves, rule: moves, months: moves, why: words, claim: moves, due: moves },
    ...{
      waits_until: moves,
      queued_until: moves,
      storing_until: moves,
      not_before: moves,
      failures: tries,
      error: tries,
      bytes: audio,
      sha256: audio,
      etag: audio,
    },
    ...Object.fromEntries(
      ["certified", "commit_a", "commit_b", "commit_c", "commit_d", "was"].map((column) => [
        column,
        certified,
      ]),
    ),
    ...Object.fromEntries(Object.values(own).map((column) => [column, "of what binds the audio"])),
  },
  at: "r.at",
  over,
  follows: stepsUnlike,
});

/** What its object was when it was registered, stored, or looked at by two people; the last one counts. */
export const audioBound = boundTable({
  name: "audio",
  of: { table: "recordings", own },
  columns: ["id", "bytes", "sha256", "etag"],
  // Nothing binds `audio_at` of a row that says that nothing binds it.
  at: "IIF(r.audio_code IS NULL, r.at, COALESCE(r.audio_at, r.at))",
  states: { before: [], each: true, adoption: null },
  adoption: "later",
  // There may be millions of before: each is bound once it is looked at again.
  whole: false,
  when: "(r.etag IS NOT NULL OR r.bytes IS NOT NULL OR r.sha256 IS NOT NULL)",
  over,
});

/** A legal hold, from its first day to its release. The sweep says each that it takes. */
export const holdsBound = boundTable({
  name: "recording_holds",
  columns: [
    ...["id", "recording", "reason", "review_on", "by", "at"],
    ...["released_at", "released_by", "released_why"],
  ],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "rest" },
  erased: null,
});
