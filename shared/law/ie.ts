import type { RegionRules } from "./rules.ts";

/** Ireland: S.I. No. 336 of 2011, regulation 13. The National Directory Database holds homes and businesses. */
export const ie: RegionRules = {
  region: "IE",
  timeZones: ["Europe/Dublin"],
  registers: [
    {
      id: "ndd",
      name: "NDD",
      // Calls end within 28 days of opting out, of which the own provider may take 5 working days until the database has it: as
      // many as twelve days, from 24 December to 4 January.
      maxAgeDays: 16,
      // The text seen excuses no call to a number of which it is known that it is listed.
      daysUntilEffective: 0,
    },
  ],
  rules: [
    {
      id: "IE-fixed",
      when: { line: ["fixed"], medium: ["call"] },
      open: "clear",
      registers: ["ndd"],
      say: ["name", "behalf", "contact"],
    },
    // Mobiles of businesses, too.
    {
      id: "IE-mobile",
      when: { line: ["mobile"], medium: ["call"] },
      consent: ["prior"],
      say: ["name", "behalf", "contact"],
    },
    { id: "IE-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
  ],
};
