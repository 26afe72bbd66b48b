import type { RegionRules } from "./rules.ts";

/** Ireland: S.I. No. 336 of 2011, regulation 13. The National Directory Database holds homes and businesses. */
export const ie: RegionRules = {
  region: "IE",
  dialling: { callingCode: "353", trunk: "0", lengths: [7, 8, 9] },
  timeZones: ["Europe/Dublin"],
  registers: [
    {
      id: "ndd",
      name: "NDD",
      maxAgeDays: 28,
      daysUntilEffective: 28,
      covers: "both",
      source: "https://www.comreg.ie/",
    },
  ],
  consent: "opt-out",
  hours: null,
  sources: ["https://www.irishstatutebook.ie/eli/2011/si/336/made/en/print"],
  lookedUp: "2026-11-25",
};
