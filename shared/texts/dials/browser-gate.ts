import type { In } from "../language.ts";
import { browserGateEn } from "./browser-gate.en.ts";
import { browserGatePl } from "./browser-gate.pl.ts";

export const browserGateTexts: In<typeof browserGateEn> = { en: browserGateEn, pl: browserGatePl };
