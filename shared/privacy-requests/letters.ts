/** Which places in braces a letter's words may have, and what stands in a text that is none of them. */
import type { LetterKind } from "./api.ts";

const ours = ["company", "contact", "reference"] as const;
const person = ["name", "received", ...ours] as const;

/** Each has its sentence in shared/texts/privacy-requests/letters.en.ts. */
export const placesOf = {
  acknowledgement: person,
  identity: ["what", "proof", ...person],
  extension: ["what", "why", "until", ...person],
  decision: ["what", "decided", "decidedOn", ...person],
  authority: ["what", "received", "decidedOn", "part", "refused", ...ours],
  recipient: ["recipient", ...ours],
  outcome: person,
} as const satisfies Record<LetterKind, readonly string[]>;
export const letterKinds = Object.keys(placesOf) as LetterKind[];
export type LetterPlace = (typeof placesOf)[LetterKind][number];

/** What stands in braces and would be filled with nothing, or go out as it is. */
export function strayPlaces(kind: LetterKind, text: string): string[] {
  const known: readonly string[] = placesOf[kind].map((place) => `{${place}}`);
  const found = text.match(/\{[^{}]*\}?|\}/g) ?? [];
  return [...new Set(found.filter((place) => !known.includes(place)))];
}
