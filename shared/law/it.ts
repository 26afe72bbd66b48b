import type { RegionRules } from "./rules.ts";

/**
 * Italy: Codice privacy, article 130. Lines outside the directories must have consented, and a number does not say
 * whether it is in one.
 */
export const it: RegionRules = {
  region: "IT",
  timeZones: ["Europe/Rome"],
  registers: [
    {
      id: "it-rpo",
      name: "Registro pubblico delle opposizioni",
      maxAgeDays: 15,
      daysUntilEffective: 0,
    },
  ],
  rules: [
    {
      id: "IT-rpo",
      when: { medium: ["call"] },
      open: "caution",
      registers: ["it-rpo"],
      listingRevokes: true,
    },
    { id: "IT-optin", when: { medium: ["call"] }, consent: ["prior"], presents: "own" },
  ],
};
