/** From a request to a consent's row. */
import type * as z from "zod";
import type { Consent, consentRequest } from "../../shared/do-not-call/api-consents.ts";
import { basisOf, isEvidenced, isForUs, isProven, kindOf } from "../../shared/do-not-call/kind.ts";
import { proofUntil } from "../../shared/law/law.ts";
import type { Role } from "../../shared/people/api.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { Problem } from "../core/errors.ts";
import { insertBound } from "../core/bound.ts";
import { sql, type Statement } from "../core/sql.ts";
import { consentsBound } from "./bound.ts";
import { BASIS, kindColumn, unrestricted } from "./brief.ts";

type Asked = Omit<z.output<typeof consentRequest>, "number">;
/** Who records it, by which policy and when. */
export interface Recorder {
  by: string;
  role: Role;
  policy: Policy;
  at: string;
}

/** Whether entries of a role count without a review. */
export const mayRecord = (role: Role, { consents }: Policy): boolean =>
  (consents.recordedBy as readonly Role[]).includes(role);

/** Whether a role may record what a subscriber said after an objection: an agent never. */
export const mayOverrule = (role: Role, policy: Policy): boolean =>
  role !== "agent" && mayRecord(role, policy);

/** Why a consent cannot stand against an objection; null where it can: it is proven, and recorded by one who may. */
export function againstObjection(consent: Consent, role: Role, policy: Policy): Problem | null {
  if (!mayOverrule(role, policy)) return new Problem("role-not-allowed", details.objected);
  if (isProven(consent)) return null;
  return new Problem("invalid", undefined, [{ path: "proof", message: details.objectedProof }]);
}

const tooEarly = new Problem("invalid", undefined, [{ path: "givenAt", message: details.consentLater }]);

/** Given to another company, or to one by name before the policy has ours: it lifts nothing, so it is not recorded. */
const notForUs = ({ company }: Policy["identity"]): Problem =>
  new Problem("invalid", undefined, [
    {
      path: "caller",
      message: company === "" ? details.consentNameless : fill(details.consentElsewhere, { company }),
    },
  ]);

/**
 * The consent as it will stand. Throws where it was given in the future, or to another company. A request with a basis
 * alone, or that does not say whether the subscriber gave it (PECR 2003 reg 21(4)), says too little to count without a
 * review, unless it is one that lifts nothing.
 */
export function consentOf(asked: Asked, e164: string, { by, role, policy, at }: Recorder): Consent {
  if (Date.parse(asked.givenAt) > Date.parse(at)) throw tooEarly;
  if (!isForUs(asked.caller, policy.identity)) throw notForUs(policy.identity);
  const kind = asked.kind ?? kindOf({ basis: asked.basis! });
  const whole = (asked.kind !== undefined && asked.giver !== undefined) || kind === "service";
  // The subscriber notifies, not any user of the line (PECR reg 21(4)).
  const isOther = asked.giver === "other";
  const state = isOther ? "refused" : whole && mayRecord(role, policy) ? "good" : "review";
  const { givenBy, givenAt, until = null, words = "", how = "", proof = "" } = asked;
  const consent = {
    id: crypto.randomUUID(),
    number: e164,
    kind,
    basis: basisOf(kind),
    givenBy,
    giver: asked.giver ?? null,
    givenAt,
    evidence: asked.evidence ?? proof,
    until,
    caller: asked.caller ?? policy.identity.company,
    calls: asked.calls ?? ["general"],
    medium: asked.medium ?? null,
    product: asked.product ?? "",
    ...{ words, how, proof },
    lasting: asked.lasting ?? false,
    day: asked.day ?? null,
    state,
    ...(isOther
      ? { reviewedBy: by, reviewedAt: at, review: entriesEn.notSubscriber }
      : { reviewedBy: null, reviewedAt: null, review: null }),
    ...{ doneAt: null, attempts: 0, talked: false },
    keepUntil: proofUntil({ givenAt }, [], regionOf(e164)),
    by,
    at,
    withdrawnAt: null,
  } satisfies Omit<Consent, "evidenced">;
  return { ...consent, evidenced: isEvidenced(consent) };
}

/** What the trail says of it: all that was said. */
export const payloadOf = ({
  id: _,
  by: _by,
  at: _at,
  ...consent
}: Consent): Omit<Consent, "id" | "by" | "at"> => consent;

export const insertConsents = (consents: readonly Consent[]): Statement =>
  insertBound(
    consentsBound,
    consents.map((c) => ({
      ...{ id: c.id, number: numberOf(c.number), kind: c.kind, basis: BASIS, given_by: c.givenBy },
      ...{ given_at: c.givenAt, evidence: c.evidence, until: c.until, caller: c.caller },
      ...{ calls: JSON.stringify(c.calls), medium: c.medium, product: c.product, words: c.words, how: c.how },
      ...{ proof: c.proof, lasting: Number(c.lasting), day: c.day, state: c.state, keep_until: c.keepUntil },
      ...{ giver: c.giver, reviewed_by: c.reviewedBy, reviewed_at: c.reviewedAt, review: c.review },
      ...{ by: c.by, at: c.at },
    })),
  );

/** Refuses the change (conflict) where one of these was recorded since the rows were read. */
export const onceOnly = (consents: readonly Consent[]): Statement =>
  sql(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, by, at)
     SELECT c.id, c.number, c.basis, c.given_by, c.given_at, c.evidence, c.by, c.at
     FROM json_each(?) j CROSS JOIN consents c
     WHERE c.number = j.value ->> 'n' AND ${unrestricted("consent", "c.id")} AND ${kindColumn} = j.value ->> 'is'
       AND c.evidence = j.value ->> 'evidence' AND c.words = j.value ->> 'words' AND c.given_by = j.value ->> 'givenBy'
       AND (c.giver IS 'other') = (j.value ->> 'giver' IS 'other')
       AND c.given_at = j.value ->> 'givenAt' AND c.until IS j.value ->> 'until' AND c.calls = j.value -> 'calls' LIMIT 1`,
    JSON.stringify(
      consents.map((consent) => ({ ...consent, n: numberOf(consent.number), is: kindOf(consent) })),
    ),
  );

/** A condition on numbers (JSON): those whose subscriber objected, and that an objection closes. */
export const objectedNumbers = `SELECT number FROM suppressions
  WHERE kind = 'objection' AND ended_at IS NULL AND keeps_line = 0 AND number IN (SELECT value FROM json_each(?))`;

/**
 * Whether who withdraws a consent wants no more such calls: of a notification under PECR 2003 reg 21(4), and of consent to live
 * calls, that is so on any line (reg 21(5)), though no register lists it. One that never counted changes nothing.
 */
export const objectsBy = (consent: Pick<Consent, "kind" | "basis" | "calls" | "medium" | "state">): boolean =>
  ["notification", "prior"].includes(kindOf(consent)) &&
  consent.calls.includes("general") &&
  consent.medium !== "message" &&
  consent.state !== "refused";
