/** What the cases say, in our words: their reasons as reason codes, their rules as ids of shared/law. */

/** One of these codes is among the reasons. */
export const codes: Readonly<Record<string, readonly string[]>> = {
  "no bar found": ["open-by-law", "not-listed", "unconfirmed"],
  "rule not confirmed": ["unconfirmed"],
  "rule not certain": ["unconfirmed", "needs-consent"],
  "rule not certain: calls to an individual": ["needs-consent"],
  "rule ended 10 August 2026; no bar found": ["unconfirmed"],
  "business exemption": ["unconfirmed"],
  "party mixed: not certain": ["needs-consent"],
  "no rules for this region": ["no-rules"],
  "register not checked": ["no-register"],
  "register copy too old": ["stale-list"],
  "listed under 28 days": ["grace"],
  "listed under 30 days": ["grace", "au-dncr"],
  "listed on TPS": ["tps"],
  "listed on CTPS": ["ctps"],
  "listed on the register (NDD)": ["ndd"],
  "listed on the register (Bloctel)": ["bloctel"],
  "listed on the register (Robinson)": ["es-robinson"],
  "listed on the register (RPO)": ["it-rpo"],
  "listed on the register (DNCM)": ["be-dncm"],
  "listed on the register (DNCL)": ["ca-dncl"],
  "listed on the register (DNCR)": ["au-dncr"],
  "listed on the register (NCPR)": ["ncpr"],
  "listed on the register (national list)": ["us-dnc"],
  "listed on the register (state list)": ["us-state"],
  "declared ground: names it": ["ground"],
  "own objection": ["objection"],
  "own objection of the person": ["objection"],
  "own objection of the company": ["objection"],
  "own objection of the person: do not ask for them": ["person-objected"],
  "objection scope not said: compliance asked": ["scope-unsaid", "objection"],
  "asked to be rung later": ["house"],
  "opt-in needed: no live consent": ["needs-consent", "message-needs-consent"],
  "presumed consent on record": ["needs-consent"],
  "notification to us lifts the register": ["agreed", "call-back"],
  "later words stand": ["agreed"],
  "prior consent of the right kind": ["agreed", "product"],
  // One from before kinds has no evidence that could be named.
  "solicited call": ["agreed", "consent"],
  "soft opt-in": ["soft-opt-in"],
  "outside permitted hours": ["law-hours"],
  weekend: ["law-hours"],
  "public holiday": ["law-holiday"],
  "frequency cap reached": ["cap"],
  "rest after refusal": ["rest"],
  "number withheld": ["withheld-caller-id"],
  "presented number not allowed": ["presentation"],
  "sender not registered": ["unconfirmed"],
  "caller not authorised": ["not-authorised"],
  "sector barred": ["sector"],
  // A code for its adherents: not law.
  "outside the code's hours": ["unconfirmed"],
  "customer exception": ["needs-consent"],
  "state not known": ["unconfirmed"],
};

/** Why a consent does not count: no reason may rest on one. */
export const worthless: ReadonlySet<string> = new Set([
  ...["consent withdrawn", "consent expired", "consent not yet given", "consent without evidence"],
  ...["consent of the wrong kind", "consent not from the subscriber", "consent to another caller"],
  ...["consent for another channel", "consent for another product", "consent not for this line"],
  ...["agent's entry is used up", "solicited: named day past", "solicited: five attempts used"],
  "solicited: conversation has happened",
]);

/** What is not known is taken as the strictest that it may be. */
export const several: ReadonlySet<string> = new Set([
  "party not known: stricter taken",
  "line not known: stricter taken",
]);

/** Rules of the cases that have another name here, or more than one; the others have the same. */
export const ids: Readonly<Record<string, readonly string[]>> = {
  "GB-party": ["GB-live", "GB-msg", "GB-pensions"],
  "GB-tps": ["GB-live"],
  "GB-copy": ["GB-live"],
  "GB-none": ["GB-live"],
  "GB-cli": ["GB-caller"],
  "GB-msg": ["GB-msg", "GB-msg-company", "GB-live"],
  "IE-grace": ["IE-fixed"],
  "IE-exdir": ["IE-fixed"],
  "FR-year": ["FR-optin"],
  "FR-withdraw": ["FR-optin"],
  "FR-business": ["FR-business", "FR-optin"],
  "DE-none": ["DE-consumer"],
  "DE-proof": ["DE-consumer"],
  "DE-cli": ["DE-caller"],
  "NL-customer": ["NL-optin"],
  "NL-legal": ["NL-legal", "NL-auto"],
  "ES-optin": ["ES-optin", "ES-open"],
  "ES-cli": ["ES-cli", "ES-mobile-cli"],
  "IT-mobile": ["IT-optin"],
  "IT-revoke": ["IT-rpo"],
  "IT-copy": ["IT-rpo"],
  "ES-renew": ["ES-renew", "ES-optin"],
  "AU-3m": ["AU-3m", "AU-dncr"],
  "CA-dncl": ["CA-dncl", "CA-open"],
  "US-dnc": ["US-dnc"],
};

/** Rules that are nobody's law but the product's, or rest on somebody's words: no rule of ours stands for them. */
export const without: ReadonlySet<string> = new Set([
  ...["PROD-words", "PROD-scope", "PROD-agent", "PROD-upgrade", "PROD-norules", "PROD-ground", "PROD-180"],
  // A consent, a request or an objection is on record or it is not.
  ...["GB-note", "GB-note-order", "GB-obj", "GB-solicited", "GB-service", "CA-own"],
  // Left out (docs/sources.md, docs/limits.md).
  ...["GB-msg-charity", "FR-contract", "FR-press", "ES-customer", "IT-customer", "IT-energy", "IT-hours"],
  ...["CA-ebr", "US-ebr", "AU-cli"],
  // No rule is about messages to Germany, or automated calls to Belgium: the strict reading applies.
  ...["DE-msg", "BE-auto"],
]);

/**
 * Cases that a rule is not about, as they are of companies and it is for consumers: it must not apply. Of a message to
 * France we have no rule, so that the strict reading applies.
 */
export const exempt: Readonly<Record<string, string>> = {
  "FR-005": "FR-hours",
  "FR-006": "FR-cap",
  "ES-020": "ES-hours",
  "US-004": "US-dnc",
  "FR-087": "FR-auto",
};
