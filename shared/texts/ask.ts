import { askEn } from "./ask.en.ts";
import { askPl } from "./ask.pl.ts";
import type { In } from "./index.ts";

export const askTexts: In<typeof askEn> = { en: askEn, pl: askPl };
