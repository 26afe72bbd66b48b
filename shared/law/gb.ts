import type { RegionRules } from "./rules.ts";

const source = "https://www.tpsonline.org.uk/";

/** United Kingdom: the Privacy and Electronic Communications (EC Directive) Regulations 2003, regs 19 to 26. */
export const gb: RegionRules = {
  region: "GB",
  // National numbers without their 0 have 9 or 10 digits; 0800 1111 and 0845 46 4x have 7.
  dialling: { callingCode: "44", trunk: "0", lengths: [7, 9, 10] },
  timeZones: ["Europe/London"],
  // Reg 21(3): a listing counts from its 28th day.
  registers: [
    { id: "tps", name: "TPS", maxAgeDays: 28, daysUntilEffective: 28, covers: "individuals", source },
    { id: "ctps", name: "CTPS", maxAgeDays: 28, daysUntilEffective: 28, covers: "businesses", source },
  ],
  // Reg 21: calls are allowed unless the subscriber objected or is on the register.
  consent: "opt-out",
  // PECR sets no hours: the company's policy does.
  hours: null,
  sources: ["https://www.legislation.gov.uk/uksi/2003/2426/regulation/21"],
  lookedUp: "2026-11-25",
};
