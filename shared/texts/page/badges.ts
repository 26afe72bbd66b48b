import { pageEn } from "./badges.en.ts";
import { pagePl } from "./badges.pl.ts";
import type { In } from "../language.ts";

export const pageTexts: In<typeof pageEn> = { en: pageEn, pl: pagePl };
