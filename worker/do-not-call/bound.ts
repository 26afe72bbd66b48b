/** What of the in-house list and of consents the trail binds. */
import { MONTH } from "../../shared/core/time.ts";
import { requestsEn } from "../../shared/texts/privacy-requests/steps.en.ts";
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable } from "../core/bound.ts";
import { keptSince } from "../trail/erased.ts";

const ends = "how it ended: its end has an event";
const scope = "whom it closes is said later as well: each change has an event";
export const suppressionsBound = boundTable({
  name: "suppressions",
  columns: ["id", "number", "kind", "reason", "source", "until", "by", "at", "heard_at"],
  unbound: {
    ...{ ended_at: ends, ended_by: ends, ended_reason: ends, unverified: scope, scope, asks: scope },
    ...{ origin: scope, keeps_line: scope },
  },
  at: "r.at",
  erasable: {
    reason: [typed(requestsEn.reason.kept)],
    source: [typed("")],
    until: [typed(null)],
  },
  // 24 months after their end.
  erased: (_env, lost, now) =>
    Promise.resolve(lost.filter(({ at }) => Date.parse(at) < now - 24 * MONTH).map(({ key }) => key)),
});

const review = "of a later review, which has an event";
const later = "what became of it: each change has an event";
export const consentsBound = boundTable({
  name: "consents",
  columns: [
    ...[
      "id",
      "number",
      "kind",
      "basis",
      "given_by",
      "given_at",
      "evidence",
      "until",
      "caller",
      "calls",
      "medium",
    ],
    ...["product", "words", "how", "proof", "lasting", "day", "by", "at"],
  ],
  unbound: {
    ...{ state: review, reviewed_by: review, reviewed_at: review, review },
    ...{
      done_at: later,
      keep_until: later,
      withdrawn_at: later,
      soft_opt_in: "of an earlier release, read no more",
    },
  },
  at: "r.at",
  erased: keptSince,
});
