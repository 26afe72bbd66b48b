/** The desk's words, and the helpers that fill them. */
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { deskEn } from "../../../shared/texts/desk.en.ts";

export { fill, plural, sayDate } from "../../../shared/texts/language.ts";
/** The desk speaks English alone: dates and plurals too. */
export const texts = textsFor("en");
export const words = deskEn;
