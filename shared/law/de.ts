import type { RegionRules } from "./rules.ts";

/**
 * Germany: section 7 of the Gesetz gegen den unlauteren Wettbewerb. A consumer must have consented expressly
 * beforehand, a business at least presumably. A number does not say whose it is, so both get the strict rule. There is
 * no register.
 */
export const de: RegionRules = {
  region: "DE",
  dialling: { callingCode: "49", trunk: "0", lengths: [6, 7, 8, 9, 10, 11] },
  timeZones: ["Europe/Berlin"],
  registers: [],
  consent: "opt-in",
  hours: null,
  sources: ["https://www.gesetze-im-internet.de/uwg_2004/__7.html"],
  lookedUp: "2026-11-25",
};
