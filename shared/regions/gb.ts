import type { RegionRules } from "./index.ts";

/** United Kingdom: the Privacy and Electronic Communications (EC Directive) Regulations 2003, regs 19 to 26. */
export const gb: RegionRules = {
  region: "GB",
  timeZones: ["Europe/London"],
  registers: ["tps", "ctps"],
  /** Reg 21: calls are allowed unless the subscriber objected or is on the register. */
  consent: "opt-out",
  sources: ["https://www.legislation.gov.uk/uksi/2003/2426/regulation/21"],
};
