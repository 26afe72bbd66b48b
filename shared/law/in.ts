import type { RegionRules } from "./rules.ts";

/**
 * India: the Telecom Commercial Communications Customer Preference Regulations, 2018. Promotional calls come from the
 * 140 series and service calls from the 1600 series.
 */
export const india: RegionRules = {
  region: "IN",
  dialling: { callingCode: "91", trunk: "0", lengths: [10] },
  timeZones: ["Asia/Kolkata"],
  registers: [
    {
      id: "ncpr",
      name: "NCPR",
      maxAgeDays: 28,
      daysUntilEffective: 0,
      covers: "both",
      source: "https://www.nccptrai.gov.in/",
    },
  ],
  consent: "opt-out",
  hours: {
    mon: [["09:00", "21:00"]],
    tue: [["09:00", "21:00"]],
    wed: [["09:00", "21:00"]],
    thu: [["09:00", "21:00"]],
    fri: [["09:00", "21:00"]],
    sat: [["09:00", "21:00"]],
    sun: [["09:00", "21:00"]],
  },
  sources: ["https://www.trai.gov.in/"],
  lookedUp: "2026-11-25",
};
