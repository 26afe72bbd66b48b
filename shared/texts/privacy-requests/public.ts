import type { In } from "../language.ts";
import { requestsPublicEn } from "./public.en.ts";
import { requestsPublicPl } from "./public.pl.ts";

export const requestsPublicTexts: In<typeof requestsPublicEn> = {
  en: requestsPublicEn,
  pl: requestsPublicPl,
};
