import { welcomeEn } from "./welcome.en.ts";
import { welcomePl } from "./welcome.pl.ts";
import type { In } from "../language.ts";

export const welcomeTexts: In<typeof welcomeEn> = { en: welcomeEn, pl: welcomePl };
