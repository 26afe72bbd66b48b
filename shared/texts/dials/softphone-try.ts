import type { In } from "../language.ts";
import { softphoneTryEn } from "./softphone-try.en.ts";
import { softphoneTryPl } from "./softphone-try.pl.ts";

export const softphoneTryTexts: In<typeof softphoneTryEn> = { en: softphoneTryEn, pl: softphoneTryPl };
