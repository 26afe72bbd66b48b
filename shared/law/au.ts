import type { RegionRules } from "./rules.ts";

const weekday = [["09:00", "20:00"]] as const;

/**
 * Australia: the Do Not Call Register Act 2006, and the Telemarketing and Research Calls Industry Standard 2017. The
 * register holds numbers for private and domestic use.
 */
export const au: RegionRules = {
  region: "AU",
  timeZones: [
    "Australia/Sydney",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Perth",
    "Australia/Hobart",
  ],
  registers: [
    {
      id: "au-dncr",
      name: "Do Not Call Register",
      maxAgeDays: 30,
      daysUntilEffective: 0,
    },
  ],
  rules: [
    { id: "AU-open", when: { medium: ["call"] }, open: "caution" },
    // Who is a business was not confirmed: the register counts for every number.
    { id: "AU-dncr", when: { medium: ["call"] }, registers: ["au-dncr"] },
    { id: "AU-3m", when: { medium: ["call"] }, life: { months: 3, unlessStated: true } },
    {
      id: "AU-hours",
      when: { medium: ["call"] },
      hours: {
        ...{ mon: weekday, tue: weekday, wed: weekday, thu: weekday, fri: weekday },
        sat: [["09:00", "17:00"]],
      },
      holidays: "AU",
    },
  ],
};
