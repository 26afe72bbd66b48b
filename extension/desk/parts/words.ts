/** The desk's words, and the helpers that fill them. */
import { textsFor } from "../../../shared/texts/index.ts";
import { deskEn } from "../../../shared/texts/desk.en.ts";

export { fill, plural, sayDate } from "../../../shared/texts/index.ts";
export const texts = textsFor(navigator.language);
export const words = deskEn;
