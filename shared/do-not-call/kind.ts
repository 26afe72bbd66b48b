/** What a consent is worth, also one from before kinds were named. No zod here: pages import it. */
import { DAY } from "../core/time.ts";
import type { Campaign } from "../policy/policy.ts";
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

/** The kinds that lift a register for a live call. */
export const lifting: ReadonlySet<ConsentKind> = new Set(["notification", "prior", "solicited"]);

/** The basis by which a kind is stored for readers that know no kinds. */
export const basisOf = (kind: ConsentKind): ConsentBasis =>
  kind === "notification" || kind === "prior" ? "consent" : kind;

/** For which kinds of call a consent may be: a law that is about unsolicited ones lets claims and pensions calls be asked for. */
export const callsOf = (kind: ConsentKind): readonly Campaign[] =>
  kind === "prior"
    ? ["general", "automated", "claims-management", "pensions"]
    : kind === "solicited"
      ? ["general", "claims-management", "pensions"]
      : ["general"];

/** For how many days a call counts as asked for where no day was named. */
const ASKED_DAYS = 7;
/** Unanswered attempts at a call that was asked for. */
export const ATTEMPTS = 5;

/** The last day on which a call that was asked for is made, until it is over where the called person is; null for every other kind. */
export const lastDayOf = (consent: Consent): string | null =>
  kindOf(consent) === "solicited" ? (consent.day ?? sevenDaysAfter(consent.givenAt)) : null;

/** How long an entry that waits for its review holds for one call back, where no day was named. */
export const sevenDaysAfter = (at: string): string =>
  new Date(Date.parse(at) + ASKED_DAYS * DAY).toISOString().slice(0, 10);

/** The company's names, as the policy has them. */
interface Names {
  company: string;
  tradingNames: readonly string[];
}

/**
 * Whether a consent was given to this company by name (PECR 2003 reg 21(4): "notified that caller"). One without a name
 * was given to us: consents had none before kinds, or before the policy named the company.
 */
export const isForUs = (caller: string | undefined, { company, tradingNames }: Names): boolean =>
  !caller ||
  caller === company ||
  [company, ...tradingNames].some((name) => name !== "" && plain(name) === plain(caller));

/** Without the differences that make no other name: capitals, spaces, full stops and commas. */
const plain = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s.,]+/g, " ")
    .trim();

/** What is on record of how a consent was given. */
interface Evidence {
  kind: ConsentKind | null;
  words: string;
  how: string;
  proof: string;
  product: string;
  evidence: string;
  state: "review" | "good" | "refused";
  reviewedAt: string | null;
}

/** Whoever found it good at a review vouches for the proof. */
const isVouched = (c: Evidence): boolean =>
  (c.words !== "" || c.evidence !== "") && c.state === "good" && c.reviewedAt !== null;

/** Whether it is known in which words a consent was given, how, and where the proof of them lies. */
export const isProven = (c: Evidence): boolean =>
  c.kind !== null && (isVouched(c) || (c.words !== "" && c.how !== "" && c.proof !== ""));

/**
 * Whether what its kind wants is known. Of a call that was asked for: the words, and how they came. A soft opt-in names
 * the products as well (PECR 2003 reg 22(3)(b)); one of before kinds has its conditions in its own words.
 */
export const isEvidenced = (c: Evidence): boolean => {
  if (c.kind === "solicited") return isVouched(c) || (c.words !== "" && c.how !== "");
  if (c.kind !== "soft-opt-in") return isProven(c);
  const ofBefore = c.state === "good" && c.words === "" && c.evidence !== "";
  return isVouched(c) || ofBefore || (isProven(c) && c.product !== "");
};
