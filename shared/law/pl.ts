import type { RegionRules } from "./rules.ts";

/** Poland: Prawo komunikacji elektronicznej, article 398. Every subscriber must have consented, businesses too. */
export const pl: RegionRules = {
  region: "PL",
  timeZones: ["Europe/Warsaw"],
  registers: [],
  rules: [{ id: "PL-optin", when: { medium: ["call"] }, open: "caution", consent: ["prior"] }],
};
