/** What of a recording's row and of its certificate of erasure the trail binds. */
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable } from "../core/bound.ts";
import { certifiedNext } from "./certificates/order.ts";
import { closedCertificates } from "./certificates/verified.ts";
import { behind, closedAudio, closedRows } from "./closed/verified.ts";
import { stepsUnlike } from "./erasing/steps.ts";
import { idIs, idOf, keyedById } from "../core/sql.ts";

export const certificatesBound = boundTable({
  name: "certificates",
  ...keyedById("recording"),
  columns: [
    ...["recording", "provider", "store", "region", "erase_after"],
    ...["rule", "months", "why", "erased_at", "commitment", "was"],
  ],
  at: "r.erased_at",
  places: {
    place: "r.erased_at || '|' || r.recording",
    after: idOf("r.recording", `(${certifiedNext(">", "substr(?1, 1, 24)", "substr(?1, 26)", "?2")})`),
    // By what is selected: SQLite then looks up each in both places.
    order: "at, key",
  },
  // What an officer wrote of the requester of an erasure.
  erasable: { why: [typed("")] },
  // The erasure.
  before: { codes: ["recording.erased"], subject: "r.recording" },
  closed: closedCertificates,
});

/** Erased, it keeps nothing of the call, and its certificate is bound. */
const over = `r.state = 'erased' AND EXISTS (SELECT 1 FROM certificates c WHERE ${idIs("c.recording", "r.id")})`;
const moves =
  "each change has an event, and what it leaves follows from what is bound: compared with that (erasing/steps.ts)";
const tries = "for the desk: each failure has an event";
const words = "words: an event has them, and the certificate";
const audio = "bound apart, as it changes with the audio";
const places = { place: "CAST(r.rowid AS TEXT)", after: behind, order: "r.rowid" };
const certified = "of its certificate, which is bound itself";
const own = {
  ...{ rev: "audio_rev", changed: "audio_at", past: "audio_past" },
  ...{ high: "audio_high", low: "audio_low", code: "audio_code" },
};
export const recordingsBound = boundTable({
  name: "recordings",
  ...keyedById("id"),
  columns: [
    ...["id", "provider", "ref", "provider_id", "number", "agent", "direction", "started_at", "started_on"],
    ...["seconds", "store", "object", "region", "announced", "purpose", "flag", "by", "at"],
  ],
  unbound: {
    ...{ state: moves, erase_after: moves, rule: moves, months: moves, why: words, claim: moves, due: moves },
    rowid: "the order in which they came",
    source: "of the provider, the region and who brought it, which are read by it",
    agent_num: "of the agent, who is read by it",
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
  places,
  over,
  closed: closedRows,
  follows: stepsUnlike,
});

/** What its object was when it was registered, stored, or looked at by two people; the last one counts. */
export const audioBound = boundTable({
  name: "audio",
  ...keyedById("id"),
  of: { table: "recordings", own },
  columns: ["id", "bytes", "sha256", "etag"],
  // Nothing binds `audio_at` of a row that says that nothing binds it.
  at: "IIF(r.audio_code IS NULL, r.at, COALESCE(r.audio_at, r.at))",
  states: { before: [], each: true, adoption: null },
  adoption: "later",
  // There may be millions of before: each is bound once it is looked at again.
  whole: false,
  when: "(r.etag IS NOT NULL OR r.bytes IS NOT NULL OR r.sha256 IS NOT NULL)",
  places,
  over,
  closed: closedAudio,
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
