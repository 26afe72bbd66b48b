import type { RegionRules } from "./rules.ts";

/** Canada: the Unsolicited Telecommunications Rules of the CRTC. Calls to businesses are exempt from the list. */
export const ca: RegionRules = {
  region: "CA",
  dialling: { callingCode: "1", trunk: "1", lengths: [10] },
  timeZones: [
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Edmonton",
    "America/Vancouver",
  ],
  registers: [
    {
      id: "ca-dncl",
      name: "National DNCL",
      maxAgeDays: 31,
      daysUntilEffective: 31,
      covers: "individuals",
      source: "https://lnnte-dncl.gc.ca/",
    },
  ],
  consent: "opt-out",
  hours: {
    mon: [["09:00", "21:30"]],
    tue: [["09:00", "21:30"]],
    wed: [["09:00", "21:30"]],
    thu: [["09:00", "21:30"]],
    fri: [["09:00", "21:30"]],
    sat: [["10:00", "18:00"]],
    sun: [["10:00", "18:00"]],
  },
  sources: ["https://crtc.gc.ca/eng/trules-reglest.htm"],
  lookedUp: "2026-11-25",
};
