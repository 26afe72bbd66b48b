/** The law of a call: which rules apply. Pages load this, so what rules are called and where they stand is in sources.ts. */
import type { Facts } from "../check/api.ts";
import type { Policy } from "../policy/policy.ts";
import type { Day, Kind, Rule } from "./rules.ts";

/** All rules that apply to one kind of call on one day. Empty: the region's law is not known. */
export type Setting = readonly Rule[];

/** A call as far as it is known: an unknown line or party is each of them. */
export type Known = Omit<Kind, "line" | "party"> & Partial<Pick<Kind, "line" | "party">>;

/**
 * The settings that a call may be in: one for each line, party and day that are possible. `days` are the local dates in
 * all zones of the number.
 */
export const settingsOf = (
  _region: string | null,
  _known: Known,
  _days: readonly Day[],
): readonly Setting[] => [];

/** What no policy may be looser than, on a day: law's registers by id, and how long claims calls' recordings are kept. */
export interface Floor {
  registers: Readonly<Record<string, { maxAgeDays: number; graceDays: number }>>;
  claimsRecordingMonths: number;
}
export const floorOf = (_day: Day): Floor => ({ registers: {}, claimsRecordingMonths: 12 });

type Consent = Facts["consents"][number];

/** The last day of a consent: law's, policy's, or its own, the earliest. Null: it has none. */
export const endOf = (consent: Consent, _setting: Setting, _policy: Policy): Day | null => consent.until;

/** The last day on which the proof of a consent must still be there; null where law names none. */
export const proofUntil = (
  _consent: Pick<Consent, "givenAt">,
  _uses: readonly string[],
  _region: string | null,
): Day | null => null;
