import type { RegionRules } from "./rules.ts";

/** Netherlands: Telecommunicatiewet 11.7. Sole traders and partnerships are natural persons, who must have consented. */
export const nl: RegionRules = {
  region: "NL",
  timeZones: ["Europe/Amsterdam"],
  registers: [],
  rules: [
    { id: "NL-legal", when: { medium: ["call"] }, open: "caution", presents: "own" },
    {
      id: "NL-optin",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["call"] },
      consent: ["prior"],
      say: ["objection"],
    },
    { id: "NL-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
  ],
};
