/**
 * What the desk, the Worker and the command line know of the law's registers besides, and what runs in every page does not
 * load: how they write numbers, whom they cover, and their own sites.
 */
import { knownRegisters } from "./regions.ts";
import type { KnownRegister } from "./rules.ts";

/** How a region's registers write numbers. `lengths` are lengths of national numbers, without the trunk prefix. */
export interface Dialling {
  callingCode: string;
  trunk: string;
  lengths: number[];
}

// National numbers without their 0 have 9 or 10 digits; 0800 1111 and 0845 46 4x have 7.
const unitedKingdom: Dialling = { callingCode: "44", trunk: "0", lengths: [7, 9, 10] };

/** By region. */
export const dialling: Readonly<Record<string, Dialling>> = {
  ...{ GB: unitedKingdom, GG: unitedKingdom, JE: unitedKingdom, IM: unitedKingdom },
  IE: { callingCode: "353", trunk: "0", lengths: [7, 8, 9] },
  US: { callingCode: "1", trunk: "1", lengths: [10] },
  IN: { callingCode: "91", trunk: "0", lengths: [10] },
  AU: { callingCode: "61", trunk: "0", lengths: [9] },
  CA: { callingCode: "1", trunk: "1", lengths: [10] },
  FR: { callingCode: "33", trunk: "0", lengths: [9] },
  DE: { callingCode: "49", trunk: "0", lengths: [6, 7, 8, 9, 10, 11] },
  NL: { callingCode: "31", trunk: "0", lengths: [9] },
  PL: { callingCode: "48", trunk: "", lengths: [9] },
  AT: { callingCode: "43", trunk: "0", lengths: [7, 8, 9, 10, 11, 12, 13] },
  ES: { callingCode: "34", trunk: "", lengths: [9] },
  IT: { callingCode: "39", trunk: "", lengths: [6, 7, 8, 9, 10, 11] },
  BE: { callingCode: "32", trunk: "0", lengths: [8, 9] },
};

/** What a declaration of a register says besides. */
interface RegisterFacts {
  covers: "individuals" | "businesses" | "both";
  /** The register's own site. */
  source: string;
}

/** By the register's id. */
const facts: Readonly<Record<string, RegisterFacts>> = {
  "au-dncr": { covers: "individuals", source: "https://www.donotcall.gov.au/" },
  "be-dncm": { covers: "both", source: "https://www.dncm.be/" },
  "ca-dncl": { covers: "individuals", source: "https://lnnte-dncl.gc.ca/" },
  "es-robinson": { covers: "both", source: "https://www.listarobinson.es/" },
  bloctel: { covers: "individuals", source: "https://www.bloctel.gouv.fr/" },
  tps: { covers: "individuals", source: "https://www.tpsonline.org.uk/" },
  ctps: { covers: "businesses", source: "https://www.tpsonline.org.uk/" },
  ndd: { covers: "both", source: "https://www.comreg.ie/" },
  ncpr: { covers: "both", source: "https://www.nccptrai.gov.in/" },
  "it-rpo": { covers: "both", source: "https://registrodelleopposizioni.it/" },
  "us-dnc": { covers: "individuals", source: "https://telemarketing.donotcall.gov/" },
  "us-state": {
    covers: "individuals",
    source: "https://www.compliancepoint.com/marketing-compliance/state-do-not-call-lists/",
  },
};

/** A register that laws name, with what declares it; undefined for an id that none names. */
export const declaredAs = (id: string): (KnownRegister & RegisterFacts) | undefined =>
  knownRegisters[id] && { ...knownRegisters[id], ...facts[id]! };
