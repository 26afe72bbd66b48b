import type { RegionRules } from "./rules.ts";

const day = [["09:00", "21:00"]] as const;

/** Spain: LGTel 66.1 and TRLGDCU 96. A consumer must have consented. */
export const es: RegionRules = {
  region: "ES",
  timeZones: ["Europe/Madrid", "Atlantic/Canary"],
  registers: [
    {
      id: "es-robinson",
      name: "Lista Robinson",
      maxAgeDays: 28,
      daysUntilEffective: 0,
    },
  ],
  rules: [
    { id: "ES-open", when: { medium: ["call"] }, open: "caution", registers: ["es-robinson"] },
    {
      id: "ES-optin",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      consent: ["prior"],
      say: ["name", "behalf", "purpose"],
    },
    { id: "ES-renew", when: { medium: ["call"] }, life: { months: 24 } },
    {
      id: "ES-hours",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      hours: { mon: day, tue: day, wed: day, thu: day, fri: day },
      holidays: "ES",
    },
    { id: "ES-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
    {
      id: "ES-mobile-cli",
      from: "2025-06-07",
      until: "2026-10-17",
      when: { medium: ["call"] },
      presents: "no-mobile",
    },
    { id: "ES-cli", from: "2026-10-17", when: { medium: ["call"] }, presents: "400" },
  ],
};
