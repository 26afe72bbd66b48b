import type { RegionRules } from "./rules.ts";

/**
 * United States: the Telemarketing Sales Rule, 16 CFR 310.4, and 47 CFR 64.1200. Most calls to businesses are exempt.
 * Some states have stricter rules; they are not covered here.
 */
export const us: RegionRules = {
  region: "US",
  dialling: { callingCode: "1", trunk: "1", lengths: [10] },
  timeZones: [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
  ],
  registers: [
    {
      id: "us-dnc",
      name: "National Do Not Call Registry",
      maxAgeDays: 31,
      daysUntilEffective: 31,
      covers: "individuals",
      source: "https://telemarketing.donotcall.gov/",
    },
  ],
  consent: "opt-out",
  hours: {
    mon: [["08:00", "21:00"]],
    tue: [["08:00", "21:00"]],
    wed: [["08:00", "21:00"]],
    thu: [["08:00", "21:00"]],
    fri: [["08:00", "21:00"]],
    sat: [["08:00", "21:00"]],
    sun: [["08:00", "21:00"]],
  },
  sources: [
    "https://www.ecfr.gov/current/title-16/chapter-I/subchapter-C/part-310/section-310.4",
    "https://www.ecfr.gov/current/title-47/chapter-I/subchapter-B/part-64/subpart-L/section-64.1200",
  ],
  lookedUp: "2026-11-25",
};
