import type { RegionRules } from "./rules.ts";

const day = [["08:00", "21:00"]] as const;

/**
 * United States: the Telemarketing Sales Rule, 16 CFR 310.4, and 47 CFR 64.1200. Most calls to businesses are exempt.
 * A dozen states keep lists of their own, and many have stricter rules. A number does not tell its state: the states'
 * lists are wanted as well, and nothing here is clear.
 */
export const us: RegionRules = {
  region: "US",
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
      daysUntilEffective: 0,
    },
    {
      id: "us-state",
      name: "State do-not-call lists",
      maxAgeDays: 31,
      daysUntilEffective: 0,
    },
  ],
  rules: [
    { id: "US-state", when: { medium: ["call"] }, open: "caution" },
    {
      id: "US-dnc",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      registers: ["us-dnc"],
      say: ["name", "behalf", "purpose"],
    },
    {
      id: "US-lists",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      registers: ["us-state"],
    },
    {
      id: "US-hours",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      hours: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day },
    },
    { id: "US-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
  ],
};
