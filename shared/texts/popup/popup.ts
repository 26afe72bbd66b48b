import { uiEn } from "./popup.en.ts";
import { uiPl } from "./popup.pl.ts";
import type { In } from "../language.ts";

export const uiTexts: In<typeof uiEn> = { en: uiEn, pl: uiPl };
