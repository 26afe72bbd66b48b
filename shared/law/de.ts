import type { RegionRules } from "./rules.ts";

/**
 * Germany: section 7 of the Gesetz gegen den unlauteren Wettbewerb. A consumer must have consented expressly
 * beforehand, a business at least presumably: by circumstances that no number shows, so it must have consented, too.
 * There is no register.
 */
export const de: RegionRules = {
  region: "DE",
  timeZones: ["Europe/Berlin"],
  registers: [],
  // Advertising by telephone, of any kind.
  rules: [
    // First: a reason names the first rule that wants a consent.
    { id: "DE-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"], proofMonths: 60 },
    {
      id: "DE-consumer",
      when: { party: ["consumer"], medium: ["call"] },
      consent: ["prior"],
      proofMonths: 60,
    },
    {
      id: "DE-business",
      when: { party: ["sole-trader", "partnership", "company"], medium: ["call"] },
      consent: ["prior"],
      proofMonths: 60,
    },
    { id: "DE-caller", when: { medium: ["call"] }, presents: "own" },
  ],
};
