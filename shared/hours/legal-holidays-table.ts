/** National holidays of regions whose law allows no calls on them (date-holidays). Generated: `npm run tables`. */

/** The first of the years that are known, in all tables of holidays. */
export const firstYear = 2026;
/** Their Easter Sundays: a character each, by its code 36 more than the day of March. */
export const easters = "H@SDXP@TL=P";
/** Days by a name of theirs (legal-holidays.ts), by region: those of every year, and those of each. */
export const legalHolidays: Readonly<Record<string, readonly string[]>> = {
  AU: [
    "01-01 04-25 12-25 12-26 e-2 e-1 e0 e1",
    "01-26 12-28",
    "01-26 12-27 12-28",
    "01-03 01-26",
    "01-26",
    "01-28",
    "01-27",
    "01-26 12-27 12-28",
    "01-03 01-26 12-27",
    "01-02 01-26",
    "01-26",
    "01-28",
  ],
  ES: ["01-01 01-06 05-01 08-15 10-12 11-01 12-06 12-08 12-25 e-2", "", "", "", "", "", "", "", "12-26"],
  FR: ["01-01 05-01 05-08 07-14 08-15 11-01 11-11 12-25 e1 e39 e50"],
};
