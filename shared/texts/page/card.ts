import { cardEn } from "./card.en.ts";
import { cardPl } from "./card.pl.ts";
import type { In } from "../language.ts";

export const cardTexts: In<typeof cardEn> = { en: cardEn, pl: cardPl };
