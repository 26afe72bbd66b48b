import type { Party, RegionRules } from "./rules.ts";

const open = [
  ["10:00", "13:00"],
  ["14:00", "20:00"],
] as const;
const hours = { mon: open, tue: open, wed: open, thu: open, fri: open };

/** Whether a sole trader or a partnership is called as a consumer depends on the call: the stricter. */
const consumer = { party: ["consumer", "sole-trader", "partnership"] as Party[], medium: ["call"] } as const;

/**
 * France: since 11 August 2026 a consumer must have consented beforehand (Code de la consommation, L. 223-1 as amended
 * by loi 2025-594, article 13). Until then the register Bloctel counted.
 */
export const fr: RegionRules = {
  region: "FR",
  timeZones: ["Europe/Paris"],
  registers: [
    {
      id: "bloctel",
      name: "Bloctel",
      maxAgeDays: 28,
      daysUntilEffective: 0,
    },
  ],
  // Telephone canvassing is any call that sells: of each kind, also by a machine.
  rules: [
    // First: a reason names the first rule that wants a consent.
    { id: "FR-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
    {
      id: "FR-optin",
      from: "2026-08-11",
      when: consumer,
      consent: ["prior"],
      life: { months: 12 },
      refusalRevokes: true,
      proofMonths: 36,
      say: ["name", "behalf", "purpose"],
    },
    { id: "FR-sector", from: "2026-08-11", when: consumer, sector: true },
    { id: "FR-hours", from: "2026-08-11", when: consumer, hours, holidays: "FR" },
    { id: "FR-cap", from: "2023-03-01", when: consumer, cap: { calls: 4, days: 30 } },
    {
      id: "FR-old",
      from: "2023-03-01",
      until: "2026-08-11",
      when: consumer,
      open: "caution",
      registers: ["bloctel"],
      hours,
      hoursUnlessConsent: true,
      holidays: "FR",
      rest: 60,
    },
    { id: "FR-business", when: { party: ["company"], kind: ["general"], medium: ["call"] }, open: "caution" },
    { id: "FR-cli", when: { medium: ["call"] }, presents: "no-mobile" },
    { id: "FR-cli-auto", when: { kind: ["automated"], medium: ["call"] }, presents: "fr-platform" },
  ],
};
