import type { RegionRules } from "./rules.ts";

const weekday = [["09:00", "21:30"]] as const;
const weekend = [["10:00", "18:00"]] as const;

/**
 * Canada: the Unsolicited Telecommunications Rules of the CRTC. Calls to businesses are exempt from the list, not from
 * the hours.
 */
export const ca: RegionRules = {
  region: "CA",
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
      daysUntilEffective: 0,
    },
  ],
  rules: [
    // Calls to businesses are exempt from the list alone.
    {
      id: "CA-open",
      when: { medium: ["call"] },
      open: "caution",
      say: ["name", "behalf", "purpose"],
      presents: "own",
    },
    {
      id: "CA-dncl",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      registers: ["ca-dncl"],
    },
    {
      id: "CA-hours",
      when: { medium: ["call"] },
      hours: {
        ...{ mon: weekday, tue: weekday, wed: weekday, thu: weekday, fri: weekday },
        ...{ sat: weekend, sun: weekend },
      },
    },
    { id: "CA-adad", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
  ],
};
