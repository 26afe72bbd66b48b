import type { In } from "./index.ts";
import { requestsPublicEn } from "./requests-public.en.ts";
import { requestsPublicPl } from "./requests-public.pl.ts";

export const requestsPublicTexts: In<typeof requestsPublicEn> = {
  en: requestsPublicEn,
  pl: requestsPublicPl,
};
