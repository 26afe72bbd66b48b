/** What of the registers the trail binds: what each is, each version, and the sums over what is in force and over its undo. */
import { boundTable } from "../core/bound.ts";

export const listsBound = boundTable({
  name: "lists",
  columns: [
    ...["id", "name", "regions", "max_age_days", "days_until_effective", "covers", "source"],
    "declared_at",
  ],
  unbound: {
    num: "its versions have it, and are bound",
    head: "the newest committed version, as a verification of the blocks wants it",
    history_from: "follows from the undo that is erased, as a verification of it wants it",
  },
  at: "COALESCE(r.changed_at, r.declared_at, '')",
  states: { before: [], each: true, adoption: "later" },
});

/** The key of a version, `tps/5`, as the events of its upload have it. */
const keyOf = {
  columns: ["list", "ver"],
  sql: "((SELECT l.id FROM lists l WHERE l.num = r.list) || '/' || r.ver)",
  named: `(r.list, r.ver) IN (SELECT l.num, CAST(substr(j.value, length(l.id) + 2) AS INTEGER)
    FROM json_each(?1) j JOIN lists l ON l.id = substr(j.value, 1, instr(j.value, '/') - 1))`,
};
/** `1/5`: a cast to a number reads up to the slash. */
const places = {
  place: "r.list || '/' || r.ver",
  after: "(r.list, r.ver) > (CAST(?1 AS INTEGER), CAST(substr(?1, instr(?1, '/') + 1) AS INTEGER))",
  order: "r.list, r.ver",
};

/** Of committed ones. Others were never in force, and go after 30 days. */
export const versionsBound = boundTable({
  name: "versions",
  columns: [
    ...["list", "ver", "parent", "kind", "state", "as_of", "committed_at", "blocks", "numbers"],
    ...["high", "low", "added", "removed", "source", "sha256", "by", "at"],
  ],
  unbound: { upload: "where its parts were kept until the commit" },
  at: "r.committed_at",
  keyOf,
  places,
  when: "r.state = 'committed'",
  adoption: "later",
});

export const contentsBound = boundTable({
  name: "contents",
  columns: ["list", "ver", "content", "undone", "at"],
  at: "r.at",
  keyOf,
  places,
  adoption: "later",
});
