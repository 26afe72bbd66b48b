import type { RegionRules } from "./rules.ts";

/**
 * Australia: the Do Not Call Register Act 2006, and the Telemarketing and Research Calls Industry Standard 2017, which
 * sets the hours and forbids calls on national public holidays. The register holds numbers for private and domestic
 * use.
 */
export const au: RegionRules = {
  region: "AU",
  dialling: { callingCode: "61", trunk: "0", lengths: [9] },
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
      covers: "individuals",
      source: "https://www.donotcall.gov.au/",
    },
  ],
  consent: "opt-out",
  hours: {
    mon: [["09:00", "20:00"]],
    tue: [["09:00", "20:00"]],
    wed: [["09:00", "20:00"]],
    thu: [["09:00", "20:00"]],
    fri: [["09:00", "20:00"]],
    sat: [["09:00", "17:00"]],
  },
  sources: [
    "https://www.legislation.gov.au/Series/C2006A00088",
    "https://www.legislation.gov.au/Series/F2017L00323",
  ],
  lookedUp: "2026-11-25",
};
