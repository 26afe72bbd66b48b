/** What a consent is worth, also one from before kinds were named. No zod here: pages import it. */
import { DAY } from "../core/time.ts";
import type { ConsentBasis, ConsentKind } from "./api.ts";

interface Consent {
  basis: ConsentBasis;
  kind?: ConsentKind | null | undefined;
  givenAt: string;
  day?: string | null | undefined;
}

const kinds: Readonly<Record<ConsentBasis, ConsentKind>> = {
  consent: "notification",
  solicited: "solicited",
  service: "service",
  "soft-opt-in": "soft-opt-in",
};

/** A consent that names only its basis is at most a notification: nobody knows to which other calls it was given. */
export const kindOf = ({ kind, basis }: Pick<Consent, "kind" | "basis">): ConsentKind => kind ?? kinds[basis];

/** The basis by which a kind is stored for readers that know no kinds. */
export const basisOf = (kind: ConsentKind): ConsentBasis =>
  kind === "notification" || kind === "prior" ? "consent" : kind;

/** For how many days a call counts as asked for where no day was named. */
const ASKED_DAYS = 7;
/** Unanswered attempts at a call that was asked for. */
export const ATTEMPTS = 5;

/** The last day (inclusive, UTC) on which a call that was asked for is made; null for every other kind. */
export const lastDayOf = (consent: Consent): string | null =>
  kindOf(consent) === "solicited" ? (consent.day ?? sevenDaysAfter(consent.givenAt)) : null;

/** How long an entry that waits for its review holds for one call back, where no day was named. */
export const sevenDaysAfter = (at: string): string =>
  new Date(Date.parse(at) + ASKED_DAYS * DAY).toISOString().slice(0, 10);

/**
 * Whether it is known in which words a consent was given, how, and where the proof of them lies. Whoever found it good at a
 * review vouches for the proof.
 */
export const isEvidenced = (c: {
  kind: ConsentKind | null;
  words: string;
  how: string;
  proof: string;
  evidence: string;
  state: "review" | "good" | "refused";
  reviewedAt: string | null;
}): boolean =>
  c.kind !== null &&
  ((c.words !== "" && c.how !== "" && c.proof !== "") ||
    ((c.words !== "" || c.evidence !== "") && c.state === "good" && c.reviewedAt !== null));
