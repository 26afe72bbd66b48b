import type { RegionRules } from "./rules.ts";

const open: [string, string][] = [
  ["10:00", "13:00"],
  ["14:00", "20:00"],
];

/**
 * France: since 11 August 2026 a consumer must have consented beforehand (Code de la consommation, L. 223-1 as amended
 * by loi 2025-594, article 13), and the register Bloctel has ended. D. 223-9 sets the hours, the frequency and the
 * pause after a refusal, and forbids calls on public holidays. A number does not say whose it is, so businesses get the
 * same strict rule as consumers.
 */
export const fr: RegionRules = {
  region: "FR",
  dialling: { callingCode: "33", trunk: "0", lengths: [9] },
  timeZones: ["Europe/Paris"],
  registers: [],
  consent: "opt-in",
  hours: { mon: open, tue: open, wed: open, thu: open, fri: open },
  frequency: { calls: 4, days: 30, pauseAfterRefusal: 60 },
  sources: [
    "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000046421823",
    "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006069565/",
  ],
  lookedUp: "2026-11-25",
};
