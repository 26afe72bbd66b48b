/** What the scopes of integrations are called, in English (United Kingdom), and what each allows. */
import type { Scope } from "../../people/api.ts";

export const scopesEn: Record<Scope, { name: string; says: string }> = {
  check: {
    name: "check numbers",
    says: "Asks about numbers, keeps the evidence of dials and takes objections, as managed browsers do.",
  },
  screen: {
    name: "screen files",
    says: "Has whole files of contacts judged. It could read a register out.",
  },
  "recordings:write": {
    name: "register recordings",
    says: "Registers recordings of its own, below its own prefix, and stores their audio.",
  },
  "calls:write": {
    name: "report calls",
    says: "Imports call logs; its recordings count as calls, too.",
  },
  gate: {
    name: "hold calls",
    says: "Asks the gate before each call that it sets up, as telephone systems do. Each answer is evidence.",
  },
  callable: {
    name: "read callable numbers",
    says: "Reads which numbers of the connected CRMs' contacts may be called, as diallers do. It could read a customer list out.",
  },
};
