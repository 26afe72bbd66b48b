/**
 * What of people and of their tokens the trail binds: who may do what, and by which secret, each state of a row as a whole; and
 * where a telephone system's line is, which never changes.
 */
import { DAY } from "../../shared/core/time.ts";
import { boundTable } from "./bound.ts";

const at = "COALESCE(r.changed_at, r.created_at)";
/** Each state was bound before, too, by all columns but the roots of the earlier ones. */
const statesOf = (columns: readonly string[]) =>
  ({ before: [...columns, "changed_at"], each: true, adoption: "access" }) as const;

const ofPeople = [
  ...["id", "kind", "name", "email", "role", "role_by", "scopes", "active", "issuer", "subject"],
  "created_at",
];
export const peopleBound = boundTable({
  name: "people",
  columns: ofPeople,
  unbound: { num: "a short name for dials, which bind the person's id" },
  at,
  states: statesOf(ofPeople),
});

/** As jobs/housekeeping.ts has it: so long after its last use or its end a token's row goes. */
export const TOKEN_KEPT = 455 * DAY;

const ofTokens = [
  ...["id", "person", "hash", "device", "created_at", "until", "revoked_at", "next_hash", "next_at"],
  "rotated_at",
];
export const tokensBound = boundTable({
  name: "tokens",
  columns: ofTokens,
  unbound: {
    last_used_at: "says nothing but that somebody worked",
    mac: "the Worker's code over what is bound (audit-key.ts): another's is none",
    next_mac: "the successor's",
  },
  at,
  states: statesOf(ofTokens),
  erased: (_env, lost, now) => {
    const kept = new Set(lost.filter((row) => Date.parse(row.at) >= now - TOKEN_KEPT).map(({ key }) => key));
    return Promise.resolve(lost.flatMap(({ key }) => (kept.has(key) ? [] : [key])));
  },
});

/** Below which folder of the company's stores an integration or a webhook names its keys. An upgrade may have guessed it. */
export const ownersBound = boundTable({
  name: "owners",
  columns: ["id", "prefix", "at"],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "folders" },
  places: { place: "r.id", after: "r.id > ?1", order: "r.id" },
});

export const linesBound = boundTable({
  name: "gate_lines",
  columns: ["integration", "region", "at"],
  at: "r.at",
  // There are none of before.
  before: { codes: [], subject: "''" },
});
