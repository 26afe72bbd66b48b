/**
 * The forms in which other regions write numbers without a calling code, for numbers that the desk's own region does not
 * settle. One row for each region, the likelier first. The patterns are narrower than libphonenumber's, which accept
 * nearly any digits for some regions.
 */
export interface ForeignForm {
  /** ISO 3166, two letters. */
  region: string;
  /** National numbers, without the trunk prefix that is written before them. */
  trunk?: RegExp;
  /** The trunk prefix, where it is not 0. */
  prefix?: string;
  /** The 0 is part of the number (Italy). */
  keepsZero?: true;
  /** National numbers that are written without any prefix. */
  bare?: RegExp;
  /** A grouping as common as the plan's own: the counts of digits before each cut. */
  also?: string;
}

export const foreignForms: ForeignForm[] = [
  { region: "GB", trunk: /^[1-357-9]\d{8,9}$/, bare: /^7\d{9}$/ },
  { region: "US", bare: /^[2-9]\d{9}$/ },
  { region: "IN", trunk: /^[2-9]\d{9}$/, bare: /^[6-9]\d{9}$/ },
  { region: "IE", trunk: /^(?:1\d{7}|8[35-9]\d{7}|[24-79]\d{6,8})$/ },
  // In the largest cities six digits are a number: 030/901820.
  { region: "DE", trunk: /^(?:1[5-7]\d{8,9}|(?:[34]0|69|89)\d{6}|[2-9]\d{8,10})$/ },
  { region: "FR", trunk: /^[1-79]\d{8}$/ },
  { region: "AU", trunk: /^[23478]\d{8}$/ },
  { region: "JP", trunk: /^(?:[5-9]0\d{8}|[1-9]\d{8})$/ },
  { region: "NL", trunk: /^[1-79]\d{8}$/ },
  { region: "ES", bare: /^[6-9]\d{8}$/, also: "3,6" },
  { region: "IT", trunk: /^0[1-9]\d{7,9}$/, keepsZero: true, bare: /^3\d{8,9}$/ },
  { region: "CH", trunk: /^[2-9]\d{8}$/ },
  {
    region: "AT",
    trunk: /^(?:6[5-9]\d{8,10}|1\d{6,8}|(?:316|463|512|662|732)\d{5,8})$/,
  },
  { region: "BE", trunk: /^(?:4\d{8}|[1-9]\d{7})$/ },
  { region: "SE", trunk: /^[1-9]\d{7,8}$/ },
  { region: "ZA", trunk: /^[1-8]\d{8}$/ },
  { region: "NZ", trunk: /^(?:2[1279]\d{6,8}|[3-9]\d{7})$/ },
  { region: "AE", trunk: /^(?:5\d{8}|[2-9]\d{7})$/ },
  { region: "PL", bare: /^[2-8]\d{8}$/ },
  { region: "PT", bare: /^[29]\d{8}$/ },
  { region: "RU", trunk: /^[3489]\d{9}$/, prefix: "8" },
  { region: "CN", bare: /^1[3-9]\d{9}$/ },
  { region: "DK", bare: /^[2-9]\d{7}$/ },
  { region: "NO", bare: /^[2-9]\d{7}$/ },
  { region: "SG", bare: /^[3689]\d{7}$/ },
  // Services (`isService`), which are dialled so at home; with a 0 before them they would be British.
  { region: "IE", bare: /^18[059]0\d{6}$/ },
  { region: "AU", bare: /^1[38]00\d{6}$/ },
  { region: "IN", bare: /^140\d{7}$/ },
];

/** True for a service that a line of another country does not reach: that a company also calls there says nothing. */
export const isService = (e164: string): boolean => /^\+(?:35318[059]0|611[38]00|91140)\d{6,7}$/.test(e164);

/** Most readings of one number. */
export const MAX_READINGS = 6;
