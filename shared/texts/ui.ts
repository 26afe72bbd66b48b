import { uiEn } from "./ui.en.ts";
import { uiPl } from "./ui.pl.ts";
import type { In } from "./index.ts";

export const uiTexts: In<typeof uiEn> = { en: uiEn, pl: uiPl };
