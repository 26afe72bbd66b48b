/** The texts of card and dialog, in the browser's language. A page loads them with the card. */
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { inLanguage } from "../../../shared/texts/language.ts";
import { cardTexts } from "../../../shared/texts/page/card.ts";

export const texts = textsFor(navigator.language);
export const words = inLanguage(cardTexts, navigator.language);
