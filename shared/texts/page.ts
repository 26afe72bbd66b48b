import { pageEn } from "./page.en.ts";
import { pagePl } from "./page.pl.ts";
import type { In } from "./index.ts";

export const pageTexts: In<typeof pageEn> = { en: pageEn, pl: pagePl };
