/** The placeholders of each letter's template, and unknown ones in a text. */
import type { LetterKind } from "./api.ts";

const ours = ["company", "contact", "reference"] as const;
const person = ["name", "received", ...ours] as const;

/** Each placeholder is explained in shared/texts/privacy-requests/letters.en.ts. */
export const placeholdersOf = {
  acknowledgement: ["promise", ...person],
  identity: ["what", "proof", "waits", ...person],
  clarification: ["what", "waits", ...person],
  extension: ["what", "why", "until", ...person],
  decision: ["what", "decided", "decidedOn", ...person],
  authority: ["what", "received", "decidedOn", "part", "refused", ...ours],
  recipient: ["recipient", ...ours],
  progress: ["until", ...person],
  outcome: person,
} as const satisfies Record<LetterKind, readonly string[]>;
export const letterKinds = Object.keys(placeholdersOf) as LetterKind[];
export type LetterPlaceholder = (typeof placeholdersOf)[LetterKind][number];

/** Placeholders that are unknown for this kind of letter, and stray braces: they would go out as they are. */
export function strayPlaceholders(kind: LetterKind, text: string): string[] {
  const known: readonly string[] = placeholdersOf[kind].map((place) => `{${place}}`);
  const found = text.match(/\{[^{}]*\}?|\}/g) ?? [];
  return [...new Set(found.filter((place) => !known.includes(place)))];
}
