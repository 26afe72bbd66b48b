/** The desk's texts, and what fills them in. The desk is in English only, so its dates, figures and plurals are too. */
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { deskEn } from "../../../shared/texts/desk.en.ts";

export { fill, plural, sayDate } from "../../../shared/texts/language.ts";
export const texts = textsFor("en");
/** Texts that sections share. Texts of one section are in `shared/texts/<section>`. */
export const words = deskEn;

const count = new Intl.NumberFormat(texts.language);
/** `1,204`. */
export const sayCount = (n: number): string => count.format(n);
