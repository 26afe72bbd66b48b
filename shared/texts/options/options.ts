import type { In } from "../language.ts";
import { optionsEn } from "./options.en.ts";
import { optionsPl } from "./options.pl.ts";

export const optionsTexts: In<typeof optionsEn> = { en: optionsEn, pl: optionsPl };
