import type { RegionRules } from "./rules.ts";

/** Belgium: WER VI.110 to VI.114. The list holds persons and companies. */
export const be: RegionRules = {
  region: "BE",
  timeZones: ["Europe/Brussels"],
  registers: [
    {
      id: "be-dncm",
      name: "Do Not Call Me",
      maxAgeDays: 28,
      daysUntilEffective: 0,
    },
  ],
  rules: [
    {
      id: "BE-dncm",
      when: { medium: ["call"] },
      open: "caution",
      registers: ["be-dncm"],
      listingRevokes: true,
    },
  ],
};
