import type { RegionRules } from "./rules.ts";

/** Austria: TKG 2021, section 174. Every user must have consented, businesses too. */
export const at: RegionRules = {
  region: "AT",
  timeZones: ["Europe/Vienna"],
  registers: [],
  rules: [
    { id: "AT-optin", when: { medium: ["call"] }, open: "caution", consent: ["prior"], presents: "own" },
  ],
};
