import type { RegionRules } from "./rules.ts";

/** United Kingdom: the Privacy and Electronic Communications (EC Directive) Regulations 2003, regs 19 to 26. */
export const gb: RegionRules = {
  region: "GB",
  timeZones: ["Europe/London"],
  // Reg 21(3): a listing counts from its 28th day. Who was listed on the day of a copy, after it was made, counts when
  // the copy is 28 days old.
  registers: [
    { id: "tps", name: "TPS", maxAgeDays: 27, daysUntilEffective: 28 },
    { id: "ctps", name: "CTPS", maxAgeDays: 27, daysUntilEffective: 28 },
  ],
  rules: [
    // A number does not say whose it is, and reg 26 knows one register: both lists.
    {
      id: "GB-live",
      when: { kind: ["general"], medium: ["call"] },
      open: "clear",
      registers: ["tps", "ctps"],
    },
    // Of solicited calls, too.
    { id: "GB-caller", when: { medium: ["call"] }, say: ["name", "contact"], presents: "own" },
    { id: "GB-auto", when: { kind: ["automated"], medium: ["call"] }, consent: ["prior"] },
    {
      id: "GB-claims",
      when: { kind: ["claims-management"], medium: ["call"] },
      consent: ["prior"],
      unsolicited: true,
    },
    { id: "GB-recording", when: { kind: ["claims-management"], medium: ["call"] }, say: ["recording"] },
    // Reg 21B is about unsolicited calls to an individual, and an individual answers at a company, too. A client's relationship is
    // the other way in: its last words, and what comes after them, were not seen (docs/sources.md).
    // Whoever is not authorised makes no such call on request either: whether another law lets them was not looked up.
    {
      id: "GB-pensions",
      when: { kind: ["pensions"], medium: ["call"] },
      consent: ["prior"],
      unsolicited: true,
      authorised: true,
    },
    {
      id: "GB-msg",
      when: { party: ["consumer", "sole-trader", "partnership"], medium: ["message"] },
      consent: ["prior", "solicited", "soft-opt-in"],
    },
    // Reg 22 does not name companies, but a company's mobile is somebody's.
    { id: "GB-msg-company", when: { party: ["company"], medium: ["message"] }, open: "caution" },
  ],
};
