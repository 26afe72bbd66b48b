import type { RegionRules } from "./rules.ts";

/**
 * The Crown dependencies, whose numbers are of the United Kingdom's plan. The Isle of Man's regulations of 2005 follow
 * its regs 19 to 33, with the TPS as their register; Guernsey's ordinance of 2004 has the same sections; of Jersey's law
 * nothing was found. So a number that is on neither list is a caution. What is said first was seen of none.
 */
const island = (region: string, timeZone: string): RegionRules => ({
  region,
  timeZones: [timeZone],
  // GB's.
  registers: [],
  rules: [
    {
      id: `${region}-tps`,
      when: { medium: ["call"] },
      open: "caution",
      registers: ["tps", "ctps"],
    },
  ],
});

export const gg = island("GG", "Europe/Guernsey");
export const je = island("JE", "Europe/Jersey");
export const im = island("IM", "Europe/Isle_of_Man");
