/**
 * Emergency numbers by region, and others by which the public gets help: nobody's line has one. docs/sources.md says what
 * was seen of each source.
 */

interface Emergency {
  numbers: readonly string[];
  source: string;
}

const ofcom = "Ofcom, General Conditions: Emergency Call Numbers";
/** Reserved in every member of the EU, and in the United Kingdom (Commission Decision 2007/116/EC). */
const harmonised = ["116000", "116006", "116111", "116117", "116123"];
const british: Emergency = {
  // Police, power cuts, health, fraud.
  numbers: ["999", "112", "18000", "101", "105", "111", "159", ...harmonised],
  source: `${ofcom}; Relay UK (18000); Ofcom on 101, 105 and 116 numbers; Stop Scams UK (159)`,
};
const american: Emergency = { numbers: ["911", "988"], source: "47 USC 251(e)(3), (4); CRTC 2022-234" };

/** By region. Elsewhere `everywhere` counts. */
export const emergencyNumbers: Readonly<Record<string, Emergency>> = {
  ...{ GB: british, GG: british, JE: british, IM: british, US: american, CA: american },
  IE: {
    numbers: ["999", "112", ...harmonised],
    source: "ComReg, Numbering Conditions of Use: emergency numbers",
  },
  DE: { numbers: ["112", "110", ...harmonised], source: "Notrufverordnung, section 1" },
  FR: {
    numbers: [..."15 17 18 112 114 115 119 191 196 197".split(" "), ...harmonised],
    source: "https://arcep.fr, liste des numéros d'urgence",
  },
  IN: { numbers: ["112", "100", "101", "102", "108"], source: "TRAI, 7 April 2015; DoT, 28 March 2016" },
  AU: { numbers: ["000", "112", "106"], source: "https://acma.gov.au/node/1384; Numbering Plan 2015" },
  NL: {
    numbers: ["112", "113", ...harmonised],
    source: "Nummerplan telefoon- en ISDN-diensten; Staatscourant 2020, 19241",
  },
  PL: {
    numbers: [..."112 984 985 986 991 992 993 994 997 998 999".split(" "), ...harmonised],
    source: "Prawo telekomunikacyjne of 16 July 2004; plan numeracji krajowej",
  },
  AT: {
    numbers: [..."112 122 128 133 140 141 142 144 147".split(" "), ...harmonised],
    source: "https://rtr.at, Notrufe",
  },
  ES: {
    numbers: [..."112 061 062 080 085 088 091 092 1006".split(" "), ...harmonised],
    source: "Real Decreto 903/1997; CNMC",
  },
  IT: {
    numbers: ["112", "113", "115", "118", ...harmonised],
    source: "Codice delle comunicazioni elettroniche, art. 76; AGCOM 9/03/CIR",
  },
  BE: { numbers: ["112", "100", "101", ...harmonised], source: "https://www.sos112.be" },
};
/** Every member of the EU has 112 (Directive 2009/136/EC); ITU-T E.161.1 names these two for all new ones. */
const everywhere = ["112", "911"];
const anywhere: ReadonlySet<string> = new Set([
  ...everywhere,
  ...Object.values(emergencyNumbers).flatMap(({ numbers }) => numbers),
]);

/** True for an emergency number of a region; null: of any. */
export const isEmergencyNumber = (digits: string, region: string | null): boolean =>
  region === null ? anywhere.has(digits) : (emergencyNumbers[region]?.numbers ?? everywhere).includes(digits);
