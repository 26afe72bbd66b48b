/**
 * Regions in which a number without a calling code may belong when the desk's own does not settle it. One row each,
 * the likelier first; the patterns are narrower than the metadata, which takes nearly any digits for some regions.
 */
export interface Elsewhere {
  region: string;
  /** National numbers that are written after the trunk prefix 0 (in Italy the 0 is part of the number). */
  trunk?: RegExp;
  /** National numbers that are written without any prefix. */
  bare?: RegExp;
}

export const elsewhere: Elsewhere[] = [
  { region: "GB", trunk: /^[1-357-9]\d{8,9}$/, bare: /^7\d{9}$/ },
  { region: "US", bare: /^[2-9]\d{9}$/ },
  { region: "IN", trunk: /^[2-9]\d{9}$/, bare: /^[6-9]\d{9}$/ },
  { region: "IE", trunk: /^(?:1\d{7}|8[35-9]\d{7}|[24-79]\d{6,8})$/ },
  { region: "DE", trunk: /^(?:1[5-7]\d{8,9}|[2-9]\d{8,10})$/ },
  { region: "FR", trunk: /^[1-79]\d{8}$/ },
  { region: "AU", trunk: /^[23478]\d{8}$/ },
  { region: "JP", trunk: /^(?:[5-9]0\d{8}|[1-9]\d{8})$/ },
  { region: "NL", trunk: /^[1-79]\d{8}$/ },
  { region: "ES", bare: /^[6-9]\d{8}$/ },
  { region: "IT", trunk: /^0\d{8,10}$/, bare: /^3[2-9]\d{8}$/ },
  { region: "CH", trunk: /^[2-9]\d{8}$/ },
  { region: "BE", trunk: /^(?:4\d{8}|[1-9]\d{7})$/ },
  { region: "SE", trunk: /^[1-9]\d{7,8}$/ },
  { region: "ZA", trunk: /^[1-8]\d{8}$/ },
  { region: "NZ", trunk: /^(?:2\d{7,9}|[3-9]\d{7})$/ },
  { region: "AE", trunk: /^(?:5\d{8}|[2-9]\d{7})$/ },
  { region: "PL", bare: /^[4-8]\d{8}$/ },
  { region: "PT", bare: /^[29]\d{8}$/ },
  { region: "DK", bare: /^[2-9]\d{7}$/ },
  { region: "NO", bare: /^[2-9]\d{7}$/ },
  { region: "SG", bare: /^[3689]\d{7}$/ },
];

/** Most readings that one number is given. */
export const MAX_READINGS = 6;
