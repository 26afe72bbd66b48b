/**
 * The consents that a CRM's records claim. With a date, a purpose and the place of the proof one is proposed: it counts for no call
 * before a person has reviewed it. Where the record says so no more, or of another day, it is withdrawn at once; where its date was taken
 * out, that is an objection, as where a person withdraws it. Nothing is written into these fields: the CRM's own evidence is not ours to
 * write. What goes out has a field of its own (consents-out.ts).
 */
import { beginning } from "../../../shared/core/text.ts";
import { DAY } from "../../../shared/core/time.ts";
import { momentIn } from "../../../shared/connectors/moment.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { e164Of, numberOf } from "../../../shared/registers/blocks.ts";
import { query, runBatch } from "../../core/batch.ts";
import { changedNumbers, record } from "../../core/commit.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import { consentsBound } from "../../do-not-call/bound.ts";
import { claimedIn, storedKind } from "../../do-not-call/brief.ts";
import { consentOf, insertConsents, objectsBy, onceOnly, payloadOf } from "../../do-not-call/new-consent.ts";
import { lastSaidOf } from "../../do-not-call/refusals.ts";
import { basisColumn } from "../../do-not-call/rows.ts";
import { earlierOf } from "../../do-not-call/waits.ts";
import type { Env } from "../../env.ts";
import type { Contact } from "../connector.ts";
import { isOurs } from "./consents-out.ts";
import { entriesOf, sayEntries, sourceOf, type Wanted } from "./entries.ts";
import { type Read, sure } from "./state.ts";
import { keyOf } from "../read.ts";
import type { ConnectorRow } from "../rows.ts";

interface OnRecord extends Pick<Consent, "id" | "kind" | "basis" | "medium" | "state"> {
  number: number;
  givenAt: string;
  evidence: string;
  withdrawnAt: string | null;
  /** JSON */
  calls: string;
}

/**
 * How old one is when it is proposed. A Worker of before claims, to which somebody goes back, takes one that waits for its review for
 * an agent's own: for seven days, to the end of the last one wherever that is, it would let one call back pass.
 */
const WAITS = 9 * DAY;

/** Of a day, its beginning. Null where it is none, or is to come. */
function dayIn(text: string, now: number): string | null {
  const { from } = momentIn(text) ?? { from: Infinity };
  return from <= now ? new Date(from).toISOString() : null;
}
/** When a record's consent was given; null where it lacks something. */
const givenAt = ({ consent }: Contact, now: number): string | null =>
  consent && consent.purpose !== "" && consent.proof !== "" ? dayIn(consent.at, now) : null;

/** Proposes the consents of records, and withdraws what they no longer say, in a commit of its own. */
export async function consentsIn(
  env: Env,
  row: ConnectorRow,
  read: readonly Read[],
  policy: Policy,
  now: number,
): Promise<void> {
  const some = read.filter(({ contact }) => contact.consent !== null);
  if (some.length === 0) return;
  const at = new Date(now).toISOString();
  const known = await knownOf(env.DB, row, some, at);
  const claims = some.map(({ contact, found }) => {
    const { at: day, purpose, proof } = contact.consent!;
    // ClearDial's own words, which another system put there, are no claim, and take none of the record's own back.
    const isOut = [day, purpose, proof].some(isOurs);
    const given = isOut ? null : givenAt(contact, now);
    const says = isOut ? (isOurs(day) ? undefined : dayIn(day, now)) : given;
    return { contact, found, given, says, evidence: sourceOf(row, contact) };
  });
  const over: string[] = [];
  const wanted: Wanted[] = [];
  for (const { contact, says, evidence } of claims)
    for (const one of says === undefined ? [] : known.consents) {
      if (one.evidence !== evidence || one.withdrawnAt !== null || one.givenAt === says) continue;
      over.push(one.id);
      if (
        contact.consent!.at === "" &&
        objectsBy({ ...one, calls: JSON.parse(one.calls) as Consent["calls"] })
      )
        wanted.push({ number: e164Of(one.number), contact, since: null, said: null });
    }
  // A number has one that waits for its review at a time.
  const taken = known.waits;
  for (const { id, number, state } of known.consents)
    if (state === "review" && over.includes(id)) taken.delete(number);
  const proposed = new Map<string, Consent>();
  for (const { contact, found, given, evidence } of claims) {
    if (given === null || Date.parse(given) > now - WAITS) continue;
    for (const number of sure(found)) {
      const n = numberOf(number);
      const isThere = known.consents.some(
        (one) => one.evidence === evidence && one.number === n && one.givenAt === given,
      );
      // The later word counts.
      if (isThere || taken.has(n) || (known.objected.get(n) ?? "") >= given) continue;
      taken.add(n);
      proposed.set(number, proposalOf(row, contact, number, given, evidence, policy, at));
    }
  }
  const consents = [...proposed.values()];
  const before = await statesOf(
    env.DB,
    consentsBound,
    "withdrawn_at IS NULL AND id IN (SELECT value FROM json_each(?))",
    JSON.stringify(over),
  );
  if (consents.length + before.length === 0) return;
  const closes = await entriesOf(env.DB, row, wanted, now);
  const told = [
    ...consents.map(({ number }) => number),
    ...before.map(({ number }) => e164Of(Number(number))),
  ];
  await record(env, {
    actor: "system",
    event: {
      code: "connector.consents",
      subject: row.id,
      payload: {
        proposed: consents.map((consent) => ({ id: consent.id, ...payloadOf(consent) })),
        withdrawn: before.map(({ id, number }) => ({ id, number: e164Of(Number(number)) })),
        closes: sayEntries(closes.entries),
      },
    },
    statements: [
      ...changeRows(
        consentsBound,
        before.map((one) => ({ before: one, to: { withdrawn_at: at } })),
        at,
      ),
      ...(consents.length === 0 ? [] : [onceOnly(consents), insertConsents(consents)]),
      changedNumbers([...new Set(told)].map((e164) => ({ e164 }))),
      ...closes.statements,
    ],
  });
}

/** Recorded as an entry that waits for its review, whoever may record consents. */
function proposalOf(
  row: ConnectorRow,
  contact: Contact,
  number: string,
  given: string,
  evidence: string,
  policy: Policy,
  at: string,
): Consent {
  const { purpose, proof } = contact.consent!;
  const asked = {
    ...{ kind: "notification" as const, givenBy: beginning(`${row.name}: ${keyOf(contact)}`, 200) },
    ...{ givenAt: given, evidence, words: purpose, proof },
  };
  // By whoever connected the CRM, who so cannot review it.
  const recorder = { by: row.by, role: "agent" as const, policy, at };
  return { ...consentOf(asked, number, recorder), state: "review", evidenced: false };
}

/** What is on record of the records' numbers, also of those that they had at the last run. */
async function knownOf(db: D1Database, row: ConnectorRow, read: readonly Read[], at: string) {
  const records = JSON.stringify(read.map(({ contact: { object, id } }) => [object, id]));
  const now = read.flatMap(({ found }) => sure(found)).map(numberOf);
  const { results } = await db
    .prepare(
      `SELECT DISTINCT n.number FROM json_each(?2) j
       CROSS JOIN connector_numbers n ON n.connector = ?1 AND n.object = j.value ->> 0 AND n.record = j.value ->> 1`,
    )
    .bind(row.num, records)
    .all<{ number: number }>();
  const numbers = JSON.stringify([...new Set([...now, ...results.map(({ number }) => number)])]);
  const { consents, earlier, objections } = await runBatch(db, {
    consents: query<OnRecord>(
      `SELECT id, number, given_at AS givenAt, evidence, withdrawn_at AS withdrawnAt,
         ${storedKind("c")} AS kind, ${basisColumn("c")} AS basis, calls, medium, state
       FROM consents c WHERE number IN (SELECT value FROM json_each(?1)) AND ${claimedIn("c")}`,
      numbers,
    ),
    earlier: earlierOf(numbers, at),
    objections: query<{ number: number; said: string }>(
      `SELECT number, MAX(${lastSaidOf("s")}) AS said FROM suppressions s
       WHERE kind = 'objection' AND ended_at IS NULL AND number IN (SELECT value FROM json_each(?1)) GROUP BY number`,
      numbers,
    ),
  });
  return {
    consents,
    waits: new Set(earlier.map(({ number }) => number)),
    objected: new Map(objections.map(({ number, said }) => [number, said])),
  };
}
