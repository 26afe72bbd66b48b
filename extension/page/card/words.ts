/** The texts of card and dialog, in the browser's language. A page loads them with the card. */
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { inLanguage } from "../../../shared/texts/language.ts";
import { cardTexts } from "../../../shared/texts/page/card.ts";

export const texts = textsFor(navigator.language);
export const words = inLanguage(cardTexts, navigator.language);

const MOST_SHOWN = 80;
/** A text that is no number, or that nobody can read as one. A page may write a megabyte, which takes long to draw. */
export function showWritten(written: string): string {
  const text = written.trim();
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text || words.noNumber;
}
