/** A recording in words: its states, its length, its store, and the rule that sets its date of erasure. */
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { Certificate, Recording, StoreKind } from "../../../shared/recordings/api.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { countryName } from "../../ui/countries.ts";
import type { Tone } from "../parts/Tag.tsx";
import { fill, plural, texts } from "../parts/texts.ts";

const text = recordingsEn;
export type RecordingState = keyof typeof text.states;

export const stateTone: Record<RecordingState, Tone> = {
  kept: "good",
  held: "plain",
  "hold-review": "warn",
  quarantined: "bad",
  due: "warn",
  deferred: "plain",
  waiting: "plain",
  failed: "bad",
  erasing: "warn",
  erased: "plain",
};

/** Only a person's legal hold is reviewed: a request's hold ends with the request. */
export const isReviewDue = ({ request, reviewOn }: NonNullable<Recording["hold"]>, today: string): boolean =>
  request === null && reviewOn <= today;

/** It came late, and nothing erases it before. */
export const isAhead = (waitsUntil: string | null): waitsUntil is string =>
  waitsUntil !== null && Date.parse(waitsUntil) > Date.now();

/** What a flag says. Whoever reported it may have asked about too many numbers: then it was not judged. */
export const flagOf = (flag: NonNullable<Recording["flag"]>): "blocked" | "unjudged" =>
  flag.some(({ code }) => code === "not-judged") ? "unjudged" : "blocked";

/** All states that apply: a recording on hold may be quarantined too. `today` is a date in the policy's zone. */
export function statesOf(recording: Recording, today: string): RecordingState[] {
  const { state, quarantined, hold, failures, notBefore, waitsUntil, eraseAfter } = recording;
  if (state !== "kept") return [state];
  const states: RecordingState[] = [];
  if (quarantined) states.push("quarantined");
  if (hold) states.push(isReviewDue(hold, today) ? "hold-review" : "held");
  if (failures > 0) states.push("failed");
  else if (!hold && eraseAfter <= today)
    states.push(notBefore !== null ? "deferred" : isAhead(waitsUntil) ? "waiting" : "due");
  return states.length === 0 ? ["kept"] : states;
}

/** The purpose for which a recording was made or is opened. */
export const sayPurpose = (purpose: string): string => policyEn.values[purpose] ?? purpose;

export const sayParty = (number: string | null): string =>
  number === null ? text.withheld : sayNumber(number);

/** `4:12`, `1:04:12`. */
export function sayLength(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** For screen readers: `4 minutes 12 seconds`. */
export function speakLength(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = plural(texts, text.audio.seconds, Math.floor(seconds) % 60);
  return minutes === 0 ? rest : `${plural(texts, text.audio.minutes, minutes)} ${rest}`;
}

/** A country's name. `ZZ` is "unknown": the store's set-up does not say. */
export const sayRegion = (region: string): string =>
  region === "ZZ" ? text.unknownRegion : countryName(region);

export const sayStore = (kind: StoreKind, region: string): string =>
  fill(text.one.storage, { store: text.stores[kind], region: sayRegion(region) });

export function sayRule({ rule, months }: Pick<Certificate, "rule" | "months">): string {
  const said = text.rules[rule];
  return typeof said === "string" ? said : plural(texts, said, months);
}
