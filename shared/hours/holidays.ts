/** Public holidays of the United Kingdom's parts, with the days that stand in for those on a weekend (date-holidays). Generated: `npm run tables`. */

/**
 * Month and day; behind it the parts that have it, by the first letter behind `GB-`, where not all do. GB-ENG is
 * England and Wales. These are in each of the years.
 */
export const always = "01-01 03-17N 07-12N 11-30S 12-25 12-26";
/** The same by year. */
export const holidays: Readonly<Record<string, string>> = {
  "2026": "01-02S 04-03 04-06EN 05-04 05-25 07-13N 08-03S 08-31EN 12-28",
  "2027": "01-02S 01-04S 03-26 03-29EN 05-03 05-31 08-02S 08-30EN 12-27 12-28",
  "2028": "01-02S 01-03 01-04S 04-14 04-17EN 05-01 05-29 08-07S 08-28EN",
  "2029": "01-02S 03-19N 03-30 04-02EN 05-07 05-28 08-06S 08-27EN",
  "2030": "01-02S 03-18N 04-19 04-22EN 05-06 05-27 08-05S 08-26EN 12-02S",
  "2031": "01-02S 04-11 04-14EN 05-05 05-26 07-14N 08-04S 08-25EN 12-01S",
  "2032": "01-02S 03-26 03-29EN 05-03 05-31 08-02S 08-30EN 12-27 12-28",
  "2033": "01-02S 01-03 01-04S 04-15 04-18EN 05-02 05-30 08-01S 08-29EN 12-27",
  "2034": "01-02 01-03S 04-07 04-10EN 05-01 05-29 08-07S 08-28EN",
  "2035": "01-02S 03-19N 03-23 03-26EN 05-07 05-28 08-06S 08-27EN",
  "2036": "01-02S 04-11 04-14EN 05-05 05-26 07-14N 08-04S 08-25EN 12-01S",
};
/** After it no holiday is known, and the policy's clause has no effect. */
export const lastHolidayYear = 2036;
