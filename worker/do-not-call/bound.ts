/** What of the in-house list, of consents with their uses, and of whose line a number is the trail binds. */
import { consentGiver } from "../../shared/do-not-call/api-consents.ts";
import { requestsEn } from "../../shared/texts/privacy-requests/steps.en.ts";
import { typed } from "../../shared/trail/leaves.ts";
import { boundTable } from "../core/bound.ts";
import { keyedBy } from "../core/sql.ts";
import { goneWith, keptSince } from "../trail/erased.ts";

/** What no step changes: an earlier release bound that alone. */
const ofEntries = ["id", "number", "kind", "reason", "source", "until", "by", "at", "heard_at"];
export const suppressionsBound = boundTable({
  name: "suppressions",
  columns: [
    ...ofEntries,
    ...["ended_at", "ended_by", "ended_reason", "unverified", "scope", "asks", "origin", "keeps_line"],
  ],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: ofEntries, each: false, adoption: "entries" },
  // By an earlier release.
  erasable: {
    reason: [typed(requestsEn.reason.kept)],
    source: [typed("")],
    until: [typed(null)],
  },
  // None is excused by its age: what the sweep takes, it says (jobs/housekeeping.ts).
  erased: null,
});

const ofConsents = [
  ...["id", "number", "kind", "basis", "given_by", "given_at", "evidence", "until", "caller", "calls"],
  ...["medium", "product", "words", "how", "proof", "lasting", "day", "by", "at"],
];
export const consentsBound = boundTable({
  name: "consents",
  columns: [...ofConsents, ...["state", "reviewed_by", "reviewed_at", "review", "done_at", "withdrawn_at"]],
  // Whoever reviews goes by it. A column that came later.
  few: { giver: [null, ...consentGiver.options].map(typed) },
  unbound: {
    keep_until:
      "it follows from when it was given and used, which is bound (uses.ts): nothing is erased while either is to come",
    soft_opt_in: "of an earlier release, read no more",
  },
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: ofConsents, each: false, adoption: "entries" },
  // As entries; but an earlier release did not say what it swept.
  erased: (env, lost, now) =>
    keptSince(
      env,
      lost.filter(({ state }) => state === 0),
      now,
    ),
});

/** Each use: the call that rested on it, and until when law wants the proof of it. */
export const usesBound = boundTable({
  name: "consent_uses",
  ...keyedBy("consent", "ref"),
  columns: ["consent", "ref", "at", "what", "kept", "noted_at"],
  at: "COALESCE(r.changed_at, r.noted_at, r.at)",
  states: { before: [], each: true, adoption: "facts" },
  erased: goneWith("consents"),
});

/** `suppression/connector/id`; a connector's key is a number. */
const recordKey = (value: string): string => {
  const rest = `substr(${value}, instr(${value}, '/') + 1)`;
  return `substr(${value}, 1, instr(${value}, '/') - 1), CAST(${rest} AS INTEGER), substr(${rest}, instr(${rest}, '/') + 1)`;
};
const recordSql = "(r.suppression || '/' || r.connector || '/' || r.id)";
/** The records of CRMs that an officer named as an objector's. They go with the entry, or the CRM. */
export const recordsBound = boundTable({
  name: "suppression_records",
  columns: ["suppression", "connector", "id", "object", "record", "at"],
  keyOf: {
    columns: ["suppression", "connector", "id"],
    sql: recordSql,
    named: `(r.suppression, r.connector, r.id) IN (SELECT ${recordKey("value")} FROM json_each(?1))`,
  },
  places: {
    place: recordSql,
    after: `(r.suppression, r.connector, r.id) > (${recordKey("?1")})`,
    order: "r.suppression, r.connector, r.id",
  },
  at: "COALESCE(r.at, '')",
  adoption: "rest",
  erased: async ({ DB }, lost) => {
    const { results } = await DB.prepare(
      `WITH j (key, suppression, connector, id) AS (SELECT value, ${recordKey("value")} FROM json_each(?))
       SELECT key FROM j WHERE NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.id = j.suppression)
         OR NOT EXISTS (SELECT 1 FROM connectors c WHERE c.num = j.connector)`,
    )
      .bind(JSON.stringify(lost.map(({ key }) => key)))
      .all<{ key: string }>();
    return results.map(({ key }) => key);
  },
});

/** Whose line a number is, as somebody says it: a company's is off the lists of people's. */
export const partiesBound = boundTable({
  name: "parties",
  columns: ["id", "number", "party", "source", "detail", "by", "at", "ended_at", "ended_by"],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "facts" },
  // None is excused by its age: what the sweep takes, it says, and so does a request.
  erased: null,
});
