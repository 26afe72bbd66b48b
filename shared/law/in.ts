import type { RegionRules } from "./rules.ts";

/**
 * India: the Telecom Commercial Communications Customer Preference Regulations, 2018. Promotional calls come from the
 * 140 series and service calls from the 1600 series. Hours were found only for the predecessor of 2011.
 */
export const india: RegionRules = {
  region: "IN",
  timeZones: ["Asia/Kolkata"],
  registers: [
    {
      id: "ncpr",
      name: "NCPR",
      maxAgeDays: 28,
      daysUntilEffective: 0,
    },
  ],
  rules: [
    {
      id: "IN-tcccpr",
      when: { medium: ["call"] },
      open: "caution",
      registers: ["ncpr"],
      presents: "140",
    },
  ],
};
