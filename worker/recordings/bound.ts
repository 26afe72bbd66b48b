/** What of a recording's row and of its certificate of erasure the trail binds. */
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable } from "../core/bound.ts";

export const certificatesBound = boundTable({
  name: "certificates",
  columns: [
    ...["recording", "provider", "store", "region", "erase_after"],
    ...["rule", "months", "why", "erased_at", "commitment", "was"],
  ],
  at: "r.erased_at",
  places: {
    place: "r.erased_at || '|' || r.recording",
    after: "(r.erased_at, r.recording) > (substr(?1, 1, 24), substr(?1, 26))",
    order: "r.erased_at, r.recording",
  },
  // What an officer wrote of the requester of an erasure.
  erasable: { why: [typed("")] },
  // The erasure.
  before: { codes: ["recording.erased"], subject: "r.recording" },
});

const moves = "moves with retention, holds and erasure: each change has an event";
const uploaded = "comes with the upload";
export const recordingsBound = boundTable({
  name: "recordings",
  columns: [
    ...["id", "provider", "ref", "provider_id", "number", "agent", "direction", "started_at", "started_on"],
    ...["seconds", "store", "object", "region", "announced", "purpose", "flag", "by", "at"],
  ],
  unbound: {
    ...{ state: moves, erase_after: moves, rule: moves, months: moves, why: moves, claim: moves, due: moves },
    ...{
      waits_until: moves,
      queued_until: moves,
      storing_until: moves,
      not_before: moves,
      failures: moves,
      error: moves,
      bytes: uploaded,
      sha256: uploaded,
      etag: uploaded,
    },
  },
  at: "r.at",
  // Erased, it keeps nothing of the call, and its certificate is bound.
  over: "r.state = 'erased' AND EXISTS (SELECT 1 FROM certificates c WHERE c.recording = r.id)",
});
