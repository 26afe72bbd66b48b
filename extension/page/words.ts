/** The texts of everything that is shown in a page, in the browser's language. */
import { inLanguage } from "../../shared/texts/language.ts";
import { textsFor } from "../../shared/texts/check/verdicts.ts";
import { pageTexts } from "../../shared/texts/page/badges.ts";

export const texts = textsFor(navigator.language);
export const words = inLanguage(pageTexts, navigator.language);
