/**
 * Codes that are dialled before a number: those that hide the caller's own number, and those that do not, but show it or
 * choose a carrier. docs/sources.md says what was seen of each source.
 */

export interface WithholdingPrefix {
  prefix: string;
  /** The regions on whose lines it is one; without them, all: no number begins with its mark. */
  regions?: readonly string[];
  /** The networks on which it hides the caller. */
  network: string;
  /** What must follow it: otherwise the digits are a number that begins the same way. */
  before: RegExp;
  /** With three digits behind it, it may be another country's number. */
  ambiguous?: true;
  source: string;
  /** False where no source could be read, only common report. */
  confirmed: boolean;
}

const anything = /^[\d+*#]/;
/** 141 0113 … begins with the code; 1415 555 0134 is a number in San Francisco. */
const trunkOrPlus = /^(?:0|\+)/;

/** A national number of North America, or an international one. */
const americanNumber = /^(?:1?[2-9]\d{9}$|\+|011)/;
const american = ["US", "CA"];
const british = ["GB", "GG", "JE", "IM", "IE"];

/** Codes before a number that hide the caller's own. */
export const withholdingPrefixes: readonly WithholdingPrefix[] = [
  {
    prefix: "141",
    regions: british,
    network: "United Kingdom and Ireland, fixed lines",
    before: trunkOrPlus,
    source: "https://en.wikipedia.org/wiki/Caller_ID (blocking)",
    confirmed: true,
  },
  {
    prefix: "#31#",
    network: "mobile networks (GSM and its successors)",
    before: anything,
    source: "3GPP TS 22.030 annex B, CLIR; https://www.telespiegel.de/?p=8827",
    confirmed: true,
  },
  {
    // Mobile networks show the number after this code. We do not know which network the call takes, so it counts as
    // hiding.
    prefix: "*31#",
    network: "fixed lines in Germany",
    before: anything,
    source: "https://handy-page.mdv-net.de/gsm-und-ussd-codes/clip-clir/ (*31# and number: CLIR)",
    confirmed: true,
  },
  {
    prefix: "*67",
    network: "North America",
    before: anything,
    source: "https://en.wikipedia.org/wiki/Caller_ID (blocking)",
    confirmed: true,
  },
  {
    prefix: "1167",
    regions: american,
    network: "North America, rotary dials",
    before: americanNumber,
    source: "https://en.wikipedia.org/wiki/Caller_ID (blocking)",
    confirmed: true,
  },
  {
    prefix: "1831",
    regions: ["AU"],
    network: "Australia",
    before: /^(?:0|\+|1[38]\d|[2-9]\d{7}$)/,
    source: "https://www.acma.gov.au, fact sheet on calling number display",
    confirmed: true,
  },
  {
    prefix: "067",
    regions: ["ES"],
    network: "Spain",
    before: /^(?:00|\+|[6-9]\d{8}$)/,
    // 06 7112 in Rome.
    ambiguous: true,
    source: "common report",
    confirmed: false,
  },
  {
    prefix: "3651",
    regions: ["FR"],
    network: "France, fixed lines",
    before: trunkOrPlus,
    source: "https://atelier.bnpparibas, France Télécom's service of 1997 (36 51 before a number)",
    confirmed: true,
  },
  {
    prefix: "184",
    regions: ["JP"],
    network: "Japan",
    before: /^0\d{9}/,
    source: "common report (184 hides, 186 shows)",
    confirmed: false,
  },
];

export interface PassingCode {
  /** The regions on whose lines it is one. */
  regions: readonly string[];
  /** A pattern. */
  code: string;
  /** What must follow it. */
  before: RegExp;
  /** As above. */
  ambiguous?: true;
  source: string;
}

/** Codes that change nothing of what rings and hide nothing: they show the caller's number, choose a carrier, or call by a relay. */
export const passingCodes: readonly PassingCode[] = [
  {
    // BT's alone has a source: where it is none, it rings nothing.
    regions: british,
    code: "1470",
    before: trunkOrPlus,
    source:
      "BT: network services (1470 shows the number, 141 hides it): http://gbnet.net/net/uk-telecom/btns.html",
  },
  {
    regions: ["GB"],
    code: "1280",
    before: trunkOrPlus,
    source:
      "http://www.cheapest-utility-suppliers.co.uk/carrier_pre_selection.html (1280 before a number: by BT, whatever carrier the line has)",
  },
  {
    regions: ["GB"],
    code: "1800[12]",
    before: trunkOrPlus,
    // 1800 1112 in India.
    ambiguous: true,
    source:
      "BT's price list, section 2, part 23 (18001, 18002 before a number: by a relay): https://bt.com/Pricing/notifs/17-07-2009/Call_Charges_boo/NotificationPeriodImpl4156191408_d0e5.htm",
  },
  ...["\\*82", "1182"].map((code) => ({
    regions: american,
    code,
    before: americanNumber,
    source: "http://www.telecom-experts.com, Caller ID (*82 shows the number for one call)",
  })),
  {
    regions: american,
    code: "101\\d{4}",
    before: americanNumber,
    source:
      "FCC: carrier identification codes (101 and four digits): https://en.wikipedia.org/wiki/Interexchange_carrier",
  },
  {
    regions: ["AU"],
    code: "1832",
    before: /^(?:0|\+|1[38]\d|[2-9]\d{7}$)/,
    source: "https://acma.gov.au/node/1384 (1832 shows the number)",
  },
];

/** How long the code is that a line of the region takes off a number's keys before it rings it; 0 without one. */
export function passingCode(keys: string, region: string): number {
  for (const { regions, code, before } of passingCodes) {
    const [found] = regions.includes(region) ? (new RegExp(`^(?:${code})`).exec(keys) ?? []) : [];
    if (found !== undefined && before.test(keys.slice(found.length))) return found.length;
  }
  return 0;
}

/** The code that hides the caller at a place in a number's keys. `region`: null for a code of any. */
export const hidingCode = (keys: string, at: number, region: string | null): WithholdingPrefix | undefined =>
  withholdingPrefixes.find(
    ({ prefix, before, regions }) =>
      (!regions || region === null || regions.includes(region)) &&
      keys.startsWith(prefix, at) &&
      before.test(keys.slice(at + prefix.length, at + prefix.length + FAR)),
  );
/** More than any code wants to see behind it. */
const FAR = 24;

const beforeShort = new Map<string | null, RegExp>();

/**
 * A short number without the codes of a region's lines, whatever must follow them before others. Codes with a mark are
 * taken off everywhere; null, where the region is not known: one of these alone, as digits before it may begin a number.
 */
export function withoutCodes(text: string, region: string | null): string {
  let codes = beforeShort.get(region);
  if (!codes) beforeShort.set(region, (codes = anyOf(region)));
  return text.trim().replace(codes, "");
}

function anyOf(region: string | null): RegExp {
  const its = codesOf(region).map(({ code }) => code);
  return new RegExp(`^(?:${its.join("|")})${region ? "+" : ""}(?=\\D*\\d)`);
}

/** Those of a region's lines, and those with a mark. */
const codesOf = (region: string | null) =>
  [
    ...withholdingPrefixes.map(({ prefix, ...row }) => ({ ...row, code: prefix.replace("*", "\\*") })),
    ...passingCodes,
  ].filter(({ regions, code }) => !regions || regions.includes(region ?? "") || /[*#]/.test(code));

/** A pattern of the codes of a region's lines that make no other number with three digits behind them. */
export const safeCodes = (region: string): string =>
  codesOf(region)
    .flatMap(({ code, ambiguous }) => (ambiguous ? [] : code))
    .join("|");
