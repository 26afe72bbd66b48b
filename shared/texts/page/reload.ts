import type { In } from "../language.ts";
import { reloadEn } from "./reload.en.ts";
import { reloadPl } from "./reload.pl.ts";

export const reloadTexts: In<typeof reloadEn> = { en: reloadEn, pl: reloadPl };
