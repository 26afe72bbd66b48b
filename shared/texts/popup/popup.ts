import { popupEn } from "./popup.en.ts";
import { popupPl } from "./popup.pl.ts";
import type { In } from "../language.ts";

export const popupTexts: In<typeof popupEn> = { en: popupEn, pl: popupPl };
