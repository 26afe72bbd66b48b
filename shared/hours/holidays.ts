/** Public holidays of the United Kingdom's parts, with the days that stand in for those on a weekend (date-holidays). Generated: `npm run tables`. */

/**
 * Days by a name of theirs (legal-holidays.ts); behind it the parts that have it, by the first letter behind `GB-`,
 * where not all do. GB-ENG is England and Wales. These are in each of the years.
 */
export const always = "01-01 03-17N 07-12N 11-30S 12-25 12-26 e-2 e1EN 05-a 05-z 08-aS 08-zEN";
/** The same by year. */
export const holidays: readonly string[] = [
  "01-02S 07-13N 12-28",
  "01-02S 01-04S 12-27 12-28",
  "01-02S 01-03 01-04S",
  "01-02S 03-19N",
  "01-02S 03-18N 12-02S",
  "01-02S 07-14N 12-01S",
  "01-02S 12-27 12-28",
  "01-02S 01-03 01-04S 12-27",
  "01-02 01-03S",
  "01-02S 03-19N",
  "01-02S 07-14N 12-01S",
];
/** After it no holiday is known, and the policy's clause has no effect. */
export const lastHolidayYear = 2036;
