import { askEn } from "./dialog.en.ts";
import { askPl } from "./dialog.pl.ts";
import type { In } from "../language.ts";

export const askTexts: In<typeof askEn> = { en: askEn, pl: askPl };
